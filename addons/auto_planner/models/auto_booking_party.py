from odoo import fields, models
from odoo.fields import Domain

FOLLOWED = {"vehicle_id", "partner_id"}  # what order and deal tell their bookings


class AutoBookingParty(models.AbstractModel):
    """What bookings are made for: its form counts them and opens them."""

    _name = "auto.booking.party"
    _description = "Has Bookings"

    booking_count = fields.Integer(
        string="Bookings",
        compute="_compute_booking_count",
        groups="auto_crm.auto_crm_group_mechanic,base.group_portal",
    )

    def _compute_booking_count(self):
        name = self._get_booking_field()
        counts = dict(
            self.env["auto.booking"]._read_group(
                Domain(name, "in", self.ids) & Domain("date_hold", "=", False),
                [name],
                ["__count"],
            )
        )
        for record in self:
            record.booking_count = counts.get(record._origin, 0)

    def action_view_bookings(self):
        """Open the bookings of the record; a new one is made from there, too."""
        self.ensure_one()
        name = self._get_booking_field()
        action = self.env["ir.actions.act_window"]._for_xml_id(
            "auto_planner.auto_booking_action_list"
        )
        return {
            **action,
            "domain": [(name, "=", self.id), ("date_hold", "=", False)],
            "context": {f"default_{name}": self.id},
        }

    def _get_booking_field(self):
        """Hook: the booking's field that leads here."""
        return "partner_id"

    def _get_booked_values(self, vals):
        """Return what the records say of their bookings, before they are corrected.

        :param dict vals: what will be written
        :return: values by field, by record; empty when they say the same afterwards
        """
        names = FOLLOWED & vals.keys()
        return {one: {name: one[name] for name in names} for one in self if names}

    def _correct_bookings(self, bookings, before):
        """Let bookings say the same as the record again; what was typed stays.

        :param dict before: values by field, see `_get_booked_values`
        """
        self.ensure_one()
        for name, old in before.items():
            new = self[name]
            same = bookings.filtered(
                lambda one, name=name, old=old, new=new: (
                    one.is_busy
                    and one[name] in (old, old.browse())
                    and one[name] != new
                    and new.company_id in (one.company_id, one.company_id.browse())
                )
            )
            same.write({name: new.id})
