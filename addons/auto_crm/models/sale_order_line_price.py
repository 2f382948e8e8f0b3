from markupsafe import Markup

from odoo import api, fields, models
from odoo.exceptions import AccessError, UserError
from odoo.tools import float_compare, format_amount


class SaleOrderLine(models.Model):
    """The price that was agreed, and what of it only a manager may take off."""

    _inherit = "sale.order.line"

    price_agreed = fields.Float(
        compute="_compute_price_agreed",
        store=True,
        copy=False,
        groups=fields.NO_ACCESS,
        export_string_translation=False,
        help="The highest price of one, after discount and with taxes, since the order "
        "was confirmed; only a manager's edit lowers it.",
    )
    qty_owed = fields.Float(
        compute="_compute_qty_owed",
        store=True,
        copy=False,
        groups=fields.NO_ACCESS,
        export_string_translation=False,
        help="The quantity that was done or issued; only a manager's edit lowers it.",
    )

    @api.depends("order_id.is_work_order", "price_unit", "discount", "tax_ids")
    def _compute_price_agreed(self):
        """Not by the state, with which no price changes: see ``_forget_agreed``."""
        for line in self:
            if not line._is_under_control():
                line.price_agreed = line.price_agreed
                continue
            price = line._get_price_with_taxes()
            is_open = line._is_open_to_changes()
            line.price_agreed = price if is_open else max(price, line.price_agreed)

    @api.depends(
        "state",
        "order_id.is_work_order",
        "order_id.work_state",
        "product_uom_qty",
        "qty_delivered",
        "job_ids.state",
    )
    def _compute_qty_owed(self):
        for line in self:
            quantity = line.qty_owed
            if line._is_under_control():
                done = line._get_qty_done()
                if done > 0:
                    is_returnable = line.qty_delivered_method == "stock_move"
                    quantity = done if is_returnable else max(quantity, done)
                elif line._is_open_to_changes():
                    quantity = min(line.product_uom_qty, 0.0)
                elif line.qty_delivered_method == "stock_move":
                    quantity = min(quantity, 0.0)
            line.qty_owed = quantity

    def _compute_discount(self):
        """Override of `sale`: the discount of what is billed stays, like its price."""
        billed = self.filtered(
            lambda line: line.order_id.is_work_order and line.qty_invoiced > 0
        )
        return super(SaleOrderLine, self - billed)._compute_discount()

    @api.ondelete(at_uninstall=False)
    def _unlink_except_done(self):
        # sudo: what was done is read by the control only
        done = self.filtered(lambda line: line.sudo().qty_owed > 0)[:1]
        if done and not self._may_lower_prices():
            raise UserError(
                self.env._(
                    "%(line)s was done or issued already: ask a manager to take it off "
                    "the order.",
                    line=done.name,
                )
            )

    # === WHAT WAS AGREED === #

    def _is_under_control(self):
        """Whether payment control looks at the line."""
        self.ensure_one()
        is_sold = not self.display_type and not self.is_downpayment
        return is_sold and self.order_id.is_work_order

    def _is_open_to_changes(self):
        """Whether the line is still an offer, of an order on which nothing was done."""
        self.ensure_one()
        is_offer = self.state in ("draft", "sent")
        return is_offer and not any(
            line.qty_owed > 0 for line in self.order_id.order_line
        )

    def _get_qty_done(self):
        """Hook: the quantity that was done or handed over, and is to be paid."""
        self.ensure_one()
        if self._is_job_line():
            is_done = "done" in self.job_ids.mapped("state")
            return self.product_uom_qty if is_done else 0.0
        is_ready = self.order_id.work_state in ("ready", "released")
        if is_ready and self.qty_delivered_method != "stock_move":
            return self.product_uom_qty
        return self.qty_delivered

    def _get_amount_waived(self):
        """How much less the line comes to than was agreed for what was done.

        :return: amount with taxes, in the order's currency
        """
        self.ensure_one()
        if not self._is_under_control():
            return 0.0
        quantity = max(self.qty_owed, self.product_uom_qty)
        price = self._get_price_with_taxes()
        is_lower = float_compare(price, self.price_agreed, precision_digits=6) < 0
        if not is_lower and quantity == self.product_uom_qty:
            return 0.0
        return max(self.price_agreed, price) * quantity - self.price_total

    def _get_price_with_taxes(self):
        """The price of one after discount, with taxes, not rounded."""
        self.ensure_one()
        tax_model = self.env["account.tax"]
        company = self.company_id or self.env.company
        base_line = self._prepare_base_line_for_taxes_computation(quantity=1.0)
        tax_model._add_tax_details_in_base_line(base_line, company)
        return base_line["tax_details"]["raw_total_included_currency"]

    def _keep_agreed(self):
        """Note what is agreed before it changes: a later change forgets the former."""
        # sudo: what was agreed is read by the control only
        self.sudo().mapped("price_agreed")
        self.sudo().mapped("qty_owed")

    @api.model
    def _may_lower_prices(self):
        return self.env.user.has_group("auto_crm.auto_crm_group_manager")

    def _accept_prices(self):
        """A manager has set the prices: they are what is agreed now."""
        # sudo: nobody writes what was agreed by hand
        for line in self.sudo():
            line.price_agreed = line._get_price_with_taxes()

    def _accept_quantities(self):
        # sudo: nobody writes what was agreed by hand
        for line in self.sudo():
            line.qty_owed = min(line.qty_owed, line.product_uom_qty)

    # === CHANGES === #

    @api.model
    def _check_no_agreed_defaults(self):
        """Refuse what was agreed as a default.

        :raise AccessError: for whoever gives it
        """
        if {"price_agreed", "qty_owed"} & set(
            self.env["sale.order"]._get_default_names()
        ):
            raise AccessError(self.env._("What was agreed cannot be typed in."))

    def _accept_new(self):
        """New lines of an agreed order: what a manager adds is what is agreed.

        :raise UserError: when the car has left: nothing comes onto its bill
        """
        agreed = self._filter_agreed()
        agreed.filtered("product_uom_qty").order_id._check_prices_open()
        if agreed and self._may_lower_prices():
            agreed._accept_prices()
            agreed._accept_quantities()

    def _get_facts_before(self, vals):
        """Return what of agreed lines makes their price, before values are written.

        :return: facts by line; nothing when the values touch neither price nor quantity
        """
        is_watched = vals.keys() & {"product_uom_qty", *self._get_price_fields()}
        watched = self._filter_agreed() if is_watched else self.browse()
        watched._keep_agreed()
        return {line: line._get_price_facts() for line in watched}

    def _accept_changes(self, vals, before):
        """What was agreed is not lowered in silence; what a manager changes is agreed.

        :param dict vals: that were written
        :param dict before: facts of each agreed line before
        :raise UserError: when the car has left, or the line is billed
        """
        watched = self.browse().union(*before)
        watched._check_price_changes(before)
        watched._log_lowered_prices(before)
        if watched and self._may_lower_prices():
            if self._get_price_fields() & vals.keys():
                watched._accept_prices()
            if "product_uom_qty" in vals:
                watched._accept_quantities()

    @api.model
    def _get_price_fields(self):
        """Hook: fields that a line's price follows."""
        return {
            "price_unit",
            "discount",
            "tax_ids",
            "norm_hours",
            "labour_rate",
            "labour_pricing",
            "part_source",
            "product_id",
            "product_uom_id",
            "order_id",
        }

    def _filter_agreed(self):
        """Lines of confirmed work orders, without advances, notes and sections."""
        return self.filtered(
            lambda line: line.state == "sale" and line._is_under_control()
        )

    def _get_price_facts(self):
        """What of the line makes its price, to compare before and after a change."""
        self.ensure_one()
        return {
            "price": (self.price_unit, self.discount, self.tax_ids),
            "sale": (
                self.product_uom_qty,
                self.product_id,
                self.product_uom_id,
                self.order_id,
            ),
            "is_billed": self.qty_invoiced_posted > 0,
            "total": self._get_price_with_taxes(),
        }

    def _check_price_changes(self, before):
        """Refuse changes of what is billed or has left, and lines that change orders.

        :param dict before: facts of each line before the change
        """
        for line in self:
            old, new = before[line], line._get_price_facts()
            is_repriced = old["price"] != new["price"]
            if is_repriced or old["sale"] != new["sale"]:
                (old["sale"][-1] | line.order_id)._check_prices_open()
            if old["sale"][-1] != line.order_id:
                raise UserError(
                    self.env._(
                        "%(line)s is agreed: it stays on its order. Set its quantity "
                        "to 0 there, and add it to the other order.",
                        line=line.name,
                    )
                )
            if is_repriced and old["is_billed"]:
                raise UserError(
                    self.env._(
                        "%(line)s is on a posted invoice: its price, discount and "
                        "taxes stay. Credit the invoice, or add a line for the "
                        "difference.",
                        line=line.name,
                    )
                )

    def _log_lowered_prices(self, before):
        """Tell the order's chatter which prices were lowered after it was agreed."""
        for order, lines in self.grouped("order_id").items():
            sentences = []
            for line in lines:
                old, new = before[line]["total"], line._get_price_with_taxes()
                if line.currency_id.compare_amounts(new, old) < 0:
                    sentences.append(line._get_lowered_sentence(old, new))
            if sentences:
                order._message_log(body=Markup("<br/>").join(sentences))

    def _get_lowered_sentence(self, old, new):
        self.ensure_one()
        return self.env._(
            "%(line)s: the price of one is %(new)s now, %(old)s was agreed (after "
            "discount, with taxes).",
            line=self.name,
            old=format_amount(self.env, old, self.currency_id),
            new=format_amount(self.env, new, self.currency_id),
        )
