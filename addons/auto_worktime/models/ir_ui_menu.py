from odoo import api, models


class IrUiMenu(models.Model):
    _inherit = "ir.ui.menu"

    @api.model
    def _get_mechanic_menus(self):
        """Override of `auto_crm`: own pay, too."""
        return [*super()._get_mechanic_menus(), "auto_worktime.auto_pay_menu_my"]
