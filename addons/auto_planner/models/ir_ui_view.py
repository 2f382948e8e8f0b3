from odoo import fields, models


class IrUiView(models.Model):
    _inherit = "ir.ui.view"

    type = fields.Selection(selection_add=[("planner", "Planner")])

    def _is_qweb_based_view(self, view_type):
        return super()._is_qweb_based_view(view_type) or view_type == "planner"

    def _get_view_info(self):
        return {"planner": {"icon": "fa fa-tasks"}} | super()._get_view_info()
