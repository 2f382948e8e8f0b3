from odoo import api, fields, models
from odoo.exceptions import UserError


class AutoNotifyConsent(models.Model):
    """A consent given or withdrawn: when, where and in which words; never changed."""

    _name = "auto.notify.consent"
    _description = "Consent to Messages"
    _order = "date desc, id desc"

    partner_id = fields.Many2one(
        comodel_name="res.partner",
        string="Customer",
        required=True,
        ondelete="cascade",
        index=True,
    )
    category = fields.Selection(
        selection=[("marketing", "Marketing"), ("service", "Service messages")],
        required=True,
    )
    is_given = fields.Boolean(string="Given")
    date = fields.Datetime(required=True, default=fields.Datetime.now)
    source = fields.Selection(
        selection=[
            ("portal", "Customer's portal"),
            ("link", "Opt-out link"),
            ("word", "Stop or start word"),
            ("staff", "Told to staff"),
        ],
        required=True,
    )
    detail = fields.Char(help="The very words, or the channel.")
    user_id = fields.Many2one(comodel_name="res.users", string="Recorded by")

    _partner_idx = models.Index("(partner_id, category, date)")

    @api.depends("category", "is_given", "date")
    def _compute_display_name(self):
        label_by_category = dict(
            self._fields["category"]._description_selection(self.env)
        )
        for consent in self:
            label = label_by_category.get(consent.category, "")
            consent.display_name = (
                self.env._("%(category)s: given", category=label)
                if consent.is_given
                else self.env._("%(category)s: withdrawn", category=label)
            )

    def write(self, vals):
        """Refuse changes: a consent is evidence.

        :raise UserError: always, but when customers are merged
        """
        if set(vals) - {"partner_id"}:
            raise UserError(
                self.env._("A consent cannot be changed. Record a new one instead.")
            )
        return super().write(vals)
