from odoo import api, fields, models

from odoo.addons.auto_crm.tools.times import format_datetime

MAX_START = 90


class AutoNotifyMessage(models.Model):
    """A message as one line of the outbox that a person reads at a glance."""

    _inherit = "auto.notify.message"

    # sudo: names of what a message that the user may read is about
    recipient = fields.Char(
        string="To", compute="_compute_recipient", compute_sudo=True
    )
    about = fields.Char(compute="_compute_about", compute_sudo=True)
    start = fields.Char(string="Text starts", compute="_compute_start")
    state_note = fields.Char(string="Note", compute="_compute_state_note")

    @api.depends("partner_id.name", "contact_id.name")
    def _compute_recipient(self):
        for message in self:
            message.recipient = message.partner_id.name or message.contact_id.name

    @api.depends("order_id.name", "lead_id.name", "order_id.vehicle_id")
    @api.depends_context("lang")
    def _compute_about(self):
        for message in self:
            order, lead = message.order_id, message.lead_id
            vehicle = order.vehicle_id or lead.vehicle_id
            names = [order.name or lead.name, vehicle.display_name]
            message.about = " · ".join(filter(None, names))

    @api.depends("body", "template_id.name")
    @api.depends_context("lang")
    def _compute_start(self):
        for message in self:
            text = " ".join((message.body or "").split())
            if len(text) > MAX_START:
                text = f"{text[:MAX_START].rstrip()}…"
            # what is not made up yet is known by the name of its text
            name = message.template_id.name
            message.start = text or (name and f"[{name}]")

    @api.depends(
        "state",
        "error",
        "date_planned",
        "date_next",
        "date_sent",
        "date_delivered",
        "date_read",
    )
    @api.depends_context("lang", "tz")
    def _compute_state_note(self):
        for message in self:
            notes = [message._get_date_note(), message.error]
            message.state_note = "; ".join(filter(None, notes))

    def _get_date_note(self):
        """Return since when it is so, or when the message goes, by the user's clock."""
        self.ensure_one()
        if self.state not in ("queued", "deferred", "sent", "delivered", "read"):
            return ""
        date = self._get_state_date()
        is_waiting = self.state in ("queued", "deferred")
        is_planned = is_waiting and date and date <= self.date_planned
        if not date or is_planned:
            return ""
        tz = self.env.context.get("tz")
        text = format_datetime(self.env, date, tz)
        return self.env._("goes %(date)s", date=text) if is_waiting else text
