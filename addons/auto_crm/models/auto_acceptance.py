from odoo import fields, models


class AutoAcceptance(models.Model):
    """The acceptance act: in what condition the car was handed over."""

    _name = "auto.acceptance"
    _description = "Acceptance Act"
    _inherit = ["mail.thread"]
    _order = "date desc, id desc"

    order_id = fields.Many2one(
        comodel_name="sale.order", required=True, index=True, ondelete="cascade"
    )
    company_id = fields.Many2one(related="order_id.company_id", store=True, index=True)
    vehicle_id = fields.Many2one(related="order_id.vehicle_id", store=True, index=True)
    date = fields.Datetime(required=True, default=fields.Datetime.now)
    user_id = fields.Many2one(
        comodel_name="res.users",
        string="Accepted by",
        default=lambda self: self.env.user,
    )
    odometer = fields.Integer(string="Odometer, km")
    fuel_level = fields.Selection(
        selection=[
            ("0", "Empty"),
            ("1", "1/4"),
            ("2", "1/2"),
            ("3", "3/4"),
            ("4", "Full"),
        ],
    )
    belongings = fields.Text()
    keys_count = fields.Integer(string="Keys", default=1)
    registration_left = fields.Boolean(string="Registration papers left")
    wants_old_parts = fields.Boolean(string="Returns old parts to the customer")
    damage_ids = fields.One2many(
        comodel_name="auto.damage", inverse_name="acceptance_id"
    )
    signature = fields.Binary(attachment=True, copy=False)
    signed_by = fields.Char(copy=False)
