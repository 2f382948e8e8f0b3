from odoo import api, models


class IrUiMenu(models.Model):
    """The menu shows what a role uses; what lies deeper stays within reach."""

    _inherit = "ir.ui.menu"

    def _load_menus_blacklist(self):
        """Override of `base`: own work is not what an advisor looks for first.

        He has the same screens one step deeper, see `auto_crm_menu_mine`.
        """
        result = super()._load_menus_blacklist()
        if self.env.user.has_group("auto_crm.auto_crm_group_advisor"):
            menus = map(self._find_menu, self._get_mechanic_menus())
            result += [menu.id for menu in menus if menu]
        return result

    @api.model
    def _get_mechanic_menus(self):
        """Hook: XML ids of the menus that are on top for mechanics only."""
        return ["auto_crm.auto_job_menu_my"]

    def _find_menu(self, xml_id):
        return self.env.ref(xml_id, raise_if_not_found=False)
