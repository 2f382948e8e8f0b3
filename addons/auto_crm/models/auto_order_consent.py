from odoo import api, fields, models
from odoo.exceptions import UserError, ValidationError

from ..tools.signature import is_signature


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
        comodel_name="res.currency",
        compute="_compute_currency_id",
        store=True,
        precompute=True,
        help="Of the order when it was agreed to.",
    )
    amount = fields.Monetary(readonly=True)
    content = fields.Html(readonly=True, help="The lines agreed to, as they were.")
    lines = fields.Json(
        readonly=True,
        export_string_translation=False,
        help="Product, unit, name, quantity, price of one and sum of each line agreed "
        "to, discount and taxes included, by the line's id.",
    )

    @api.depends("order_id")
    def _compute_currency_id(self):
        for consent in self:
            consent.currency_id = consent.order_id.currency_id

    @api.constrains("signature")
    def _check_signature(self):
        """Refuse a signature that is no picture."""
        for consent in self.with_context(bin_size=False):
            if consent.signature and not is_signature(consent.signature):
                raise ValidationError(
                    self.env._("A signature is a picture: please sign again.")
                )

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

    # ------------------------------------------------------------------
    # What was agreed, and what is new
    # ------------------------------------------------------------------

    def _get_excess(self):
        """Return what stands on the order beyond what was agreed to, line by line.

        More of a work or part counts as far as it is more, a higher price by the
        difference; new lines, other products and other units count whole.

        :return: dict of sums by line, without the lines on which nothing is new
        """
        self.ensure_one()
        excess = {}
        for line in self.order_id._get_consent_lines():
            amount = self._get_line_excess(line)
            if amount is not None:
                excess[line] = amount
        return excess

    def _get_line_excess(self, line):
        """Return the sum of what is new on a line, None when it was all agreed to.

        Lines below zero are discounts, see ``_get_lost_discount``.
        """
        quantity = line.product_uom_qty
        if quantity <= 0 or line.price_total < 0:
            return None
        agreed = self._get_agreed_line(line)
        # what was a discount is no work that was agreed to at its price
        known = max(min(quantity, agreed["quantity"]), 0.0)
        price = line.price_total / quantity
        is_more = line.product_uom_id.compare(quantity, known) > 0
        dearer = self._get_rise(
            known * (price - max(agreed.get("price", price), 0.0)),
            is_exact=quantity == agreed["quantity"],
        )
        if not is_more and not dearer:
            return None
        more = (quantity - known) * price if is_more else 0.0
        return line.currency_id.round(more + dearer)

    def _get_agreed_line(self, line):
        """Return what was agreed to on a line: nothing, if it is other work by now."""
        agreed = (self.lines or {}).get(str(line._origin.id))
        is_same = (
            agreed
            and self.currency_id == line.currency_id
            and agreed.get("product", line.product_id.id) == line.product_id.id
            and agreed.get("uom", line.product_uom_id.id) == line.product_uom_id.id
        )
        return agreed if is_same else {"quantity": 0.0}

    def _get_rise(self, amount, *, is_exact):
        """Return a sum above zero; of one made by proportion, a cent is rounding."""
        currency = self.order_id.currency_id
        noise = 0.0 if is_exact else currency.rounding
        return amount if currency.compare_amounts(amount, noise) > 0 else 0.0

    def _get_lost_discount(self, excess):
        """Return how much less is taken off what was agreed to than was agreed to.

        A discount that has a line of its own shrinks with the works it is given on.

        :param dict excess: see ``_get_excess``
        """
        totals = [agreed.get("total", 0.0) for agreed in (self.lines or {}).values()]
        off = -sum(total for total in totals if total < 0)
        full = sum(total for total in totals if total > 0)
        if not off or not full:
            return 0.0
        lines = self.order_id._get_consent_lines()
        kept = sum(
            line.price_total - excess.get(line, 0.0)
            for line in lines
            if line.price_total > 0
        )
        off_now = -sum(line.price_total for line in lines if line.price_total < 0)
        is_whole = self.order_id.currency_id.compare_amounts(kept, full) == 0
        return self._get_rise(off * kept / full - off_now, is_exact=is_whole)

    def _get_amount_extra(self, excess):
        """Return the sum the customer has not agreed to yet, never below zero.

        Of consents that kept no prices, it is at least what the whole has grown by.

        :param dict excess: see ``_get_excess``
        """
        self.ensure_one()
        order = self.order_id
        extra = sum(excess.values()) + self._get_lost_discount(excess)
        if any("price" not in agreed for agreed in (self.lines or {}).values()):
            extra = max(extra, order._get_consent_amount() - self.amount)
        return order.currency_id.round(extra)

    def _is_to_the_letter(self):
        """Tell whether the order is what was agreed to, no more and no less."""
        self.ensure_one()
        order = self.order_id
        amount = order._get_consent_amount()
        names = {
            str(line.id): line.name
            for line in order._get_consent_lines()
            if line.product_uom_qty > 0
        }
        return (
            order.consent_state == "agreed"
            and order.currency_id == self.currency_id
            and order.currency_id.compare_amounts(amount, self.amount) == 0
            and all(
                agreed.get("name", names.get(key)) == names.get(key)
                for key, agreed in (self.lines or {}).items()
                if agreed["quantity"] > 0
            )
        )
