from odoo import api, fields, models
from odoo.exceptions import UserError


class AutoOrderConsent(models.Model):
    """Proof that the customer agreed: how, when, to which lines and sum."""

    _name = "auto.order.consent"
    _description = "Customer Consent"
    _order = "date desc, id desc"

    order_id = fields.Many2one(
        comodel_name="sale.order", required=True, index=True, ondelete="restrict"
    )
    company_id = fields.Many2one(
        related="order_id.company_id", store=True, precompute=True, index=True
    )
    method = fields.Selection(
        selection=[
            ("signature", "Signed in the portal"),
            ("phone", "By phone"),
            ("paper", "Signed on paper"),
        ],
        required=True,
    )
    date = fields.Datetime(required=True, default=lambda self: fields.Datetime.now())
    user_id = fields.Many2one(
        comodel_name="res.users", default=lambda self: self.env.user
    )
    signed_by = fields.Char(string="Agreed by")
    signature = fields.Binary(attachment=True)
    note = fields.Text()
    recording = fields.Binary(attachment=True)
    recording_filename = fields.Char()
    currency_id = fields.Many2one(
        related="order_id.currency_id", store=True, precompute=True
    )
    amount = fields.Monetary(readonly=True)
    content = fields.Html(readonly=True, help="The lines agreed to, as they were.")
    quantities = fields.Json(readonly=True, export_string_translation=False)

    def write(self, vals):
        """A proof is never changed.

        :raise UserError: always, but for the ORM's own bookkeeping at creation
        """
        if set(vals) - self._get_mutable_fields():
            raise UserError(
                self.env._(
                    "A consent is a proof: it cannot be changed. Record a new one."
                )
            )
        return super().write(vals)

    @api.ondelete(at_uninstall=False)
    def _unlink_never(self):
        raise UserError(self.env._("A consent is a proof: it cannot be deleted."))

    @api.depends("method", "date")
    def _compute_display_name(self):
        labels = dict(self._fields["method"]._description_selection(self.env))
        for consent in self:
            consent.display_name = f"{labels.get(consent.method)} {consent.date}"

    @api.model
    def _get_mutable_fields(self):
        """Fields computed from the order: who may not read it cannot compute them."""
        return {"company_id", "currency_id"}

    def _is_exceeded(self):
        """Whether the order holds more, or costs more, than was agreed to."""
        self.ensure_one()
        order = self.order_id
        if order.currency_id.compare_amounts(order.amount_total, self.amount) > 0:
            return True
        agreed = self.quantities or {}
        return any(
            line.product_uom_id.compare(
                line.product_uom_qty, agreed.get(str(line._origin.id), 0.0)
            )
            > 0
            for line in order._get_consent_lines()
        )
