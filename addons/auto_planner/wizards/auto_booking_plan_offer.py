from odoo import api, fields, models

from odoo.addons.auto_crm.tools import clock


class AutoBookingPlanOffer(models.TransientModel):
    """A free time, with the post and mechanic it leaves the fewest gaps with."""

    _name = "auto.booking.plan.offer"
    _description = "Free Time"
    _order = "date_start, id"

    plan_id = fields.Many2one(
        comodel_name="auto.booking.plan", required=True, ondelete="cascade"
    )
    date_start = fields.Datetime(string="Start", required=True)
    date_stop = fields.Datetime(string="End", required=True)
    date_until = fields.Datetime(string="Free until")
    day = fields.Char(compute="_compute_texts")
    times = fields.Char(string="Time", compute="_compute_texts")
    post_id = fields.Many2one(comodel_name="auto.post")
    mechanic_id = fields.Many2one(comodel_name="hr.employee")

    @api.depends("date_start", "date_stop")
    @api.depends_context("lang")
    def _compute_texts(self):
        for offer in self:
            offer.day, offer.times = offer._get_texts()

    def _get_texts(self):
        """Return the day and the times as people say them, in the shop's zone."""
        booking = self.env["auto.booking"].with_company(self.plan_id.company_id)
        start = clock.to_local(self.date_start, booking.env.company._get_zone())
        span = booking._format_span(self.date_start, self.date_stop)
        return booking._format_notify_date(start), span

    def action_book(self):
        """Book this time; a walk-in goes to its post at once.

        :raise UserError: when somebody else has it by now
        """
        self.ensure_one()
        booking = self.plan_id._book(self)
        return {
            "type": "ir.actions.client",
            "tag": "display_notification",
            "params": {
                "type": "success",
                "message": self.env._("Booked: %s", booking._get_when_text()),
                "next": {"type": "ir.actions.act_window_close"},
            },
        }
