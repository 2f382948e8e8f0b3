from odoo import api, models


class AutoBooking(models.Model):
    """Boards on the wall hear what planners hear."""

    _inherit = "auto.booking"

    @api.model
    def _send_changes(self, touched):
        """Override of `auto_planner`: boards read their company anew."""
        result = super()._send_changes(touched)
        companies = {company_id for _model, _id, company_id in touched if company_id}
        orders = [number for model, number, _id in touched if model == "sale.order"]
        companies.update(self.env["sale.order"].browse(orders).exists().company_id.ids)
        self.env["auto.terminal"]._tell_boards(companies)
        return result
