from odoo import fields, models


class AutoBooking(models.Model):
    """The state of a booking, computed from facts; and the deal that follows it."""

    _inherit = "auto.booking"

    state = fields.Selection(
        selection=[
            ("tentative", "Tentative"),
            ("confirmed", "Confirmed"),
            ("arrived", "Arrived"),
            ("in_work", "In work"),
            ("done", "Done"),
            ("no_show", "Did not arrive"),
            ("cancelled", "Cancelled"),
        ],
        compute="_compute_state",
        store=True,
        index=True,
        default="tentative",
    )
    is_busy = fields.Boolean(
        string="Holds its slot", compute="_compute_state", store=True, default=True
    )
    date_confirmed = fields.Datetime(readonly=True, copy=False)
    date_arrived = fields.Datetime(readonly=True, copy=False)
    date_cancelled = fields.Datetime(readonly=True, copy=False)
    date_no_show = fields.Datetime(readonly=True, copy=False)
    date_hold = fields.Datetime(
        string="Held until",
        readonly=True,
        copy=False,
        help="A slot held while the customer fills the form; then it is free again.",
    )

    def _compute_state(self):
        for booking in self:
            booking.state = "cancelled" if booking.date_cancelled else "tentative"
            booking.is_busy = not booking.date_cancelled
