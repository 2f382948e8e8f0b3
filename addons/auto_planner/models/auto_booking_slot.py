from odoo import fields, models


class AutoBookingSlot(models.Model):
    """Who or what a booking occupies, and when: the database lets no two overlap.

    One table for posts and mechanics, both being resources, and one constraint; so a
    booking may have several mechanics, and whatever writes it cannot collide.
    """

    _name = "auto.booking.slot"
    _description = "Occupied Slot"
    _order = "date_start, id"

    booking_id = fields.Many2one(
        comodel_name="auto.booking", required=True, ondelete="cascade", index=True
    )
    resource_id = fields.Many2one(
        comodel_name="resource.resource", required=True, ondelete="cascade", index=True
    )
    date_start = fields.Datetime(required=True)
    date_stop = fields.Datetime(
        required=True, help="With the buffer after the work, for a post."
    )

    _no_overlap = models.Constraint(
        "EXCLUDE USING gist "
        "(resource_id WITH =, tsrange(date_start, date_stop) WITH &&)",
        "This time is taken.",
    )
