from odoo import api, fields, models
from odoo.exceptions import UserError

from ..tools import groups


class SaleOrder(models.Model):
    """Works that come to an order from elsewhere: packages and recommendations."""

    _inherit = "sale.order"

    vehicle_recommendation_ids = fields.Many2many(
        comodel_name="auto.recommendation",
        string="Due and declined work",
        compute="_compute_vehicle_recommendation_ids",
        groups=f"{groups.MECHANIC},{groups.PORTAL}",
        help="What was advised for the car on earlier visits and is not done yet.",
    )
    found_extra_ids = fields.Many2many(
        comodel_name="auto.recommendation",
        string="Found at work, needs doing now",
        compute="_compute_found_extra_ids",
        groups=groups.ADVISOR,
        help="Extra work that a mechanic asks for: not yet on the order, nor answered.",
    )

    @api.depends("recommendation_ids.is_extra", "recommendation_ids.state")
    def _compute_found_extra_ids(self):
        for order in self:
            order.found_extra_ids = order.recommendation_ids.filtered(
                lambda work: work.is_extra and work.state == "advised"
            )

    @api.depends("vehicle_id", "company_id")
    def _compute_vehicle_recommendation_ids(self):
        recommendations = self.env["auto.recommendation"].search(
            [
                ("vehicle_id", "in", self.vehicle_id.ids),
                ("state", "in", ("advised", "declined", "deferred")),
            ]
        )
        by_vehicle = recommendations.grouped("vehicle_id")
        for order in self:
            order.vehicle_recommendation_ids = by_vehicle.get(
                order.vehicle_id, recommendations.browse()
            ).filtered(
                lambda rec, order=order: (
                    rec.company_id == order.company_id and rec.order_id != order._origin
                )
            )

    @api.ondelete(at_uninstall=False)
    def _unlink_open_recommendations(self):
        """Let the works that these orders were to do be open again.

        The database would, too, but by triggers in an order of its own: some of them
        find a recommendation made just before on a line that is gone already.
        """
        # sudo: who may delete an order may have no right to recommendations
        self.order_line.sudo().recommendation_ids.done_line_id = False

    def action_add_package(self):
        """Offer the packages, those that fit the car first."""
        self.ensure_one()
        self._check_takes_lines()
        return {
            "type": "ir.actions.act_window",
            "name": self.env._("Add package"),
            "res_model": "auto.order.package",
            "view_mode": "form",
            "target": "new",
            "context": {"default_order_id": self.id},
        }

    def action_save_as_package(self):
        """Keep the order's works and parts as a package and open it."""
        self.ensure_one()
        package = self.env["auto.package"].create(
            self.env["auto.package"]._prepare_from_order(self)
        )
        return package._get_records_action()

    def _check_takes_lines(self):
        """Refuse more lines on an order that is cancelled, locked or released."""
        closed = self.filtered(
            lambda order: order.state == "cancel" or order.locked or order.date_released
        )
        if closed:
            raise UserError(
                self.env._(
                    "%(order)s is closed. Make a new work order for further work.",
                    order=closed[0].name,
                )
            )

    def _append_lines(self, vals_list):
        """Add lines below the present ones.

        :return: the new lines
        """
        self.ensure_one()
        last = max(self.order_line.mapped("sequence"), default=9)
        return self.env["sale.order.line"].create(
            [
                {**vals, "order_id": self.id, "sequence": last + number}
                for number, vals in enumerate(vals_list, start=1)
            ]
        )
