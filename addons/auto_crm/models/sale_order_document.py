from math import copysign

from odoo import fields, models


class SaleOrder(models.Model):
    """The papers of a work order."""

    _inherit = "sale.order"

    extra_work_policy = fields.Selection(
        selection=[
            ("ask", "Ask me before any extra work"),
            ("limit", "Do what is needed up to the agreed sum, then tell me"),
            ("refuse", "Do only what is ordered"),
        ],
        string="If more faults are found",
        default="ask",
    )
    extra_work_limit = fields.Monetary(string="Extra work up to")

    def action_view_acceptance(self):
        """Open the acceptance act; a new one when the car has none yet."""
        self.ensure_one()
        action = {
            "type": "ir.actions.act_window",
            "name": self.env._("Acceptance act"),
            "res_model": "auto.acceptance",
            "view_mode": "form",
            "context": {
                "default_order_id": self.id,
                "default_odometer": self.odometer,
            },
        }
        if len(self.acceptance_ids) == 1:
            action["res_id"] = self.acceptance_ids.id
        elif self.acceptance_ids:
            action["view_mode"] = "list,form"
            action["domain"] = [("order_id", "=", self.id)]
        return action

    def _get_work_order_documents(self):
        """The papers a customer may have of the order as it now stands.

        :return: list of (name, report xmlid); the reports take the order's id
        """
        self.ensure_one()
        documents = []
        if not self.is_work_order or self.state == "cancel":
            return documents
        documents.append((self.env._("Estimate"), "auto_crm.auto_estimate_report"))
        if self.state == "sale":
            documents.append(
                (self.env._("Work order"), "auto_crm.auto_work_order_report")
            )
        if self.acceptance_ids:
            documents.append(
                (self.env._("Acceptance act"), "auto_crm.auto_order_acceptance_report")
            )
        if self.work_state in ("ready", "released"):
            documents.append(
                (self.env._("Completion act"), "auto_crm.auto_completion_report")
            )
        return documents

    def _get_document_template(self):
        """QWeb template printed where Odoo prints its quotation, by the state."""
        self.ensure_one()
        if self.state != "sale":
            return "auto_crm.report_estimate_document"
        if self.date_released:
            return "auto_crm.report_completion_document"
        return "auto_crm.report_work_order_document"

    # === SUMS === #

    def _is_shown_with_taxes(self):
        """Tell whether prices and sums of the order are shown with taxes.

        They are as soon as one price is made with its taxes: then all of them are, so
        that each is of one kind and they add up to the total.
        """
        self.ensure_one()
        taxes = self.order_line.tax_ids
        return any((taxes | taxes.children_tax_ids).mapped("price_include"))

    def _get_line_sums(self):
        """Return the sum of each line as it is shown; together they are the order's.

        Lines are rounded each, the order as a whole where the company wants it so: the
        cents between them go to the largest lines.

        :rtype: dict
        """
        self.ensure_one()
        is_with_taxes = self._is_shown_with_taxes()
        field = "price_total" if is_with_taxes else "price_subtotal"
        lines = self.order_line.filtered(lambda line: not line.display_type)
        sums = {line: line[field] for line in lines}
        whole = self.amount_total if is_with_taxes else self.amount_untaxed
        currency = self.currency_id or self.env.company.currency_id
        left = whole - sum(sums.values())
        cents = round(abs(left) / currency.rounding)
        for line in lines.sorted(lambda line: -abs(sums[line]))[:cents]:
            sums[line] = currency.round(sums[line] + copysign(currency.rounding, left))
        return sums
