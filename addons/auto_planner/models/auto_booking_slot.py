from odoo import api, fields, models
from odoo.tools import SQL

LOCK_CLASS = 1_905_001  # of the advisory locks of resources; see _lock_resources


class AutoBookingSlot(models.Model):
    """Who or what a booking occupies, and when: the database lets no two overlap.

    One table for posts and mechanics, both being resources, and one constraint; so a
    booking may have several mechanics, and whatever writes it cannot collide. In the
    constraint a resource is a range of one number, which needs no extension of the
    database.
    """

    _name = "auto.booking.slot"
    _description = "Occupied Slot"
    _order = "date_start, id"
    _log_access = False

    booking_id = fields.Many2one(
        comodel_name="auto.booking", required=True, ondelete="cascade", index=True
    )
    resource_id = fields.Many2one(
        comodel_name="resource.resource", required=True, ondelete="cascade"
    )
    date_start = fields.Datetime(required=True)
    date_stop = fields.Datetime(
        required=True, help="With the buffer after the work, for a post."
    )

    _resource_idx = models.Index("(resource_id, date_stop)")
    _no_overlap = models.Constraint(
        "EXCLUDE USING gist (int4range(resource_id, resource_id, '[]') WITH =, "
        "tsrange(date_start, date_stop) WITH &&)",
        "This time is taken: choose another.",
    )

    @api.model
    def _lock_resources(self, resources):
        """Let those who book the same resources come one after the other.

        Two inserts that exclude each other would wait for each other otherwise.
        """
        for resource_id in sorted(resources.ids):
            self.env.cr.execute(
                SQL("SELECT pg_advisory_xact_lock(%s, %s)", LOCK_CLASS, resource_id)
            )

    def _cut_at_release(self):
        """Let go of what is left of the slots: the car has been handed over."""
        for slot in self:
            released = slot.booking_id.order_id.date_released
            if slot.date_start >= released:
                slot.unlink()
            elif slot.date_stop > released:
                slot.date_stop = released

    @api.model
    def _search_taken(self, resource, start, stop, exclude=None):
        """Return the first slot that overlaps, without those of some bookings."""
        domain = [
            ("resource_id", "=", resource.id),
            ("date_start", "<", stop),
            ("date_stop", ">", start),
            ("booking_id", "not in", exclude.ids if exclude else []),
        ]
        return self.search(domain, limit=1)
