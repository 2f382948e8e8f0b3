from odoo import api, models


class IrUiMenu(models.Model):
    _inherit = "ir.ui.menu"

    @api.model
    def _get_mechanic_menus(self):
        """Override of `auto_crm`: own bookings, too."""
        return [*super()._get_mechanic_menus(), "auto_planner.auto_booking_menu_my"]
