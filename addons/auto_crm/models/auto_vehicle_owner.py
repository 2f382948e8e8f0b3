from odoo import fields, models


class AutoVehicleOwner(models.Model):
    """Who owned the car, from when to when (empty date_stop: owns it now)."""

    _name = "auto.vehicle.owner"
    _description = "Vehicle Ownership"
    _order = "date_start desc, id desc"
    _rec_name = "partner_id"

    vehicle_id = fields.Many2one(
        comodel_name="auto.vehicle", required=True, index=True, ondelete="cascade"
    )
    company_id = fields.Many2one(related="vehicle_id.company_id", store=True)
    partner_id = fields.Many2one(
        comodel_name="res.partner", required=True, index=True, ondelete="restrict"
    )
    date_start = fields.Date(
        string="From", required=True, default=fields.Date.context_today
    )
    date_stop = fields.Date(string="To")

    _one_open = models.UniqueIndex(
        "(vehicle_id) WHERE date_stop IS NULL",
        "A vehicle has one present owner. End the former ownership first.",
    )
    _dates_ordered = models.Constraint(
        "CHECK (date_stop IS NULL OR date_stop >= date_start)",
        "An ownership can't end before it begins.",
    )

    def _leave_vehicle(self):
        """Stop telling a former owner, and his people, what is said about the car."""
        self.ensure_one()
        family = self.partner_id.commercial_partner_id
        works = self.vehicle_id.recommendation_ids
        for documents in (self.vehicle_id, works):
            former = [
                partner.id
                for partner in documents.message_partner_ids
                if partner.partner_share and partner.commercial_partner_id == family
            ]
            documents.message_unsubscribe(former)
