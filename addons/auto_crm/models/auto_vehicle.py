from odoo import fields, models


class AutoVehicle(models.Model):
    """A customer's car: who owns it, what it is, what was and is to be done on it."""

    _name = "auto.vehicle"
    _description = "Vehicle"
    _inherit = ["mail.thread", "mail.activity.mixin", "image.mixin"]
    _check_company_auto = True

    active = fields.Boolean(default=True)
    company_id = fields.Many2one(comodel_name="res.company", index=True)
    partner_id = fields.Many2one(
        comodel_name="res.partner", string="Owner", index=True, tracking=True
    )
    driver_id = fields.Many2one(comodel_name="res.partner", index=True)
    model_id = fields.Many2one(
        comodel_name="fleet.vehicle.model", index=True, tracking=True
    )
    brand_id = fields.Many2one(
        related="model_id.brand_id", string="Make", store=True, index=True
    )
    license_plate = fields.Char(string="Plate", tracking=True)
    vin = fields.Char(string="VIN", tracking=True, copy=False)
    year = fields.Integer()
    engine = fields.Char()
    fuel_type = fields.Selection(
        selection=[
            ("petrol", "Petrol"),
            ("diesel", "Diesel"),
            ("hybrid", "Hybrid"),
            ("electric", "Electric"),
            ("lpg", "LPG"),
            ("cng", "CNG"),
        ],
    )
    transmission = fields.Selection(
        selection=[
            ("manual", "Manual"),
            ("automatic", "Automatic"),
            ("cvt", "CVT"),
            ("robot", "Robotised"),
        ],
        string="Gearbox",
    )
    color = fields.Char()
    note = fields.Html()
    odometer_ids = fields.One2many(
        comodel_name="auto.odometer",
        inverse_name="vehicle_id",
        string="Odometer Readings",
    )
    odometer = fields.Integer(string="Odometer, km")
    owner_ids = fields.One2many(
        comodel_name="auto.vehicle.owner",
        inverse_name="vehicle_id",
        string="Owners",
    )
    order_ids = fields.One2many(comodel_name="sale.order", inverse_name="vehicle_id")
    lead_ids = fields.One2many(comodel_name="crm.lead", inverse_name="vehicle_id")
    recommendation_ids = fields.One2many(
        comodel_name="auto.recommendation", inverse_name="vehicle_id"
    )
