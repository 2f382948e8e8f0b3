from odoo import models


class SaleOrder(models.Model):
    """Work orders tell what happens to them in the words of a garage."""

    _inherit = "sale.order"

    def _creation_message(self):
        """Override of `mail`: it is no sales order."""
        self.ensure_one()
        if self.is_work_order:
            return self.env._("Work order made.")
        return super()._creation_message()

    def _track_subtype(self, init_values):
        """Override of `sale`: an estimate is sent and agreed, no quotation."""
        if self.is_work_order and "state" in init_values:
            names = {"sale": "mt_estimate_agreed", "sent": "mt_estimate_sent"}
            if self.state in names:
                name = f"auto_crm.{names[self.state]}"
                if own := self.env.ref(name, raise_if_not_found=False):
                    return own
        return super()._track_subtype(init_values)
