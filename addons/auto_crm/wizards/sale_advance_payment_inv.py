from odoo import models


class SaleAdvancePaymentInv(models.TransientModel):
    _inherit = "sale.advance.payment.inv"

    def _create_invoices(self, sale_orders):
        """Override of `sale`: who makes invoices makes those of a down payment, too.

        Its line on the order is a step of the invoice; by themselves accountants write
        no lines.
        """
        is_accountant = self.env.user.has_group("account.group_account_invoice")
        if self.advance_payment_method == "delivered" or not is_accountant:
            return super()._create_invoices(sale_orders)
        sale_orders.check_access("write")
        # sudo: only the line of the down payment, on orders that the user may write
        invoices = super(SaleAdvancePaymentInv, self.sudo())._create_invoices(
            sale_orders.sudo()
        )
        return invoices.sudo(False)
