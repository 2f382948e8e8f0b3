from odoo import fields, models


class AutoRequestSource(models.Model):
    """A site or app may book, too, with the same key and limits."""

    _inherit = "auto.request.source"

    can_book = fields.Boolean(
        string="Books online",
        help="The site or app may read free times, book, move and cancel by the key.",
    )
    booking_endpoint = fields.Char(
        string="Address for booking", compute="_compute_booking_endpoint"
    )
    booking_ids = fields.One2many(
        comodel_name="auto.booking", inverse_name="request_source_id"
    )

    def _compute_booking_endpoint(self):
        self.booking_endpoint = f"{self.get_base_url()}/auto_planner/api/v1"
