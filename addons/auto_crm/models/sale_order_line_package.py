from odoo import fields, models
from odoo.exceptions import UserError


class SaleOrderLine(models.Model):
    """Lines that came from a package, or leave for a recommendation."""

    _inherit = "sale.order.line"

    package_id = fields.Many2one(
        comodel_name="auto.package", index="btree_not_null", copy=False
    )

    def action_add_work(self):
        """Offer works from the list of lines of the context's `order_id`."""
        order_id = self.env.context.get("order_id")
        return self.env["sale.order"].browse(order_id).action_add_work()

    def action_add_part(self):
        """Offer parts from the list of lines of the context's `order_id`."""
        order_id = self.env.context.get("order_id")
        return self.env["sale.order"].browse(order_id).action_add_part()

    def action_add_package(self):
        """Offer packages from the list of lines of the context's `order_id`."""
        order_id = self.env.context.get("order_id")
        return self.env["sale.order"].browse(order_id).action_add_package()

    def action_advise_later(self):
        """Take declined lines off an estimate and advise them for later.

        :raise UserError: when the order is confirmed or has no car
        """
        if any(line.state not in ("draft", "sent") for line in self):
            raise UserError(
                self.env._(
                    "The work is agreed already: cancel its line on the order, then "
                    "advise it for later."
                )
            )
        if any(not line.order_id.vehicle_id for line in self):
            raise UserError(self.env._("Set the order's vehicle first."))
        self.env["auto.recommendation"].create(
            [line._prepare_recommendation_vals() for line in self]
        )
        return self.unlink()

    def _prepare_recommendation_vals(self):
        """Values of the recommendation that a declined line leaves behind."""
        self.ensure_one()
        return {
            "name": (self.name or self.product_id.name).splitlines()[0],
            "vehicle_id": self.order_id.vehicle_id.id,
            "company_id": self.company_id.id,
            "order_id": self.order_id.id,
            "product_id": self.product_id.id,
            "answer": "declined",
        }
