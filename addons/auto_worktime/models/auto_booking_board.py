from odoo import api, models


class AutoBooking(models.Model):
    """Boards on the wall hear what planners hear."""

    _inherit = "auto.booking"

    @api.model
    def _note_touched(self, touched):
        """Override of `auto_planner`: boards read their company anew."""
        result = super()._note_touched(touched)
        self._call_last("_tell_boards", touched)
        return result

    @api.model
    def _tell_boards(self, touched):
        """Let the boards of companies read anew after the commit.

        :param touched: see `_send_changes`; of logs, too
        """
        company_ids = {company_id for _model, _id, company_id in touched if company_id}
        order_ids = [number for model, number, _id in touched if model == "sale.order"]
        orders = self.env["sale.order"]._browse_work_orders(order_ids)
        company_ids.update(orders.company_id.ids)
        for company_id in sorted(company_ids):
            self.env["bus.bus"]._sendone(
                self.env["auto.terminal"]._get_channel(company_id),
                "auto_worktime.changed",
                {},
            )
