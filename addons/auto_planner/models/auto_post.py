from odoo import fields, models


class AutoPost(models.Model):
    """A place where a car is worked on: bay, lift, paint booth, diagnostics."""

    _name = "auto.post"
    _description = "Post"
    _inherit = ["resource.mixin", "image.mixin"]
    _order = "sequence, name, id"
    _check_company_auto = True

    name = fields.Char(
        related="resource_id.name", store=True, readonly=False, required=True
    )
    active = fields.Boolean(
        related="resource_id.active", store=True, readonly=False, default=True
    )
    sequence = fields.Integer(default=10)
    color = fields.Integer()
    kind = fields.Selection(
        selection=[
            ("lift", "Lift"),
            ("bay", "Bay"),
            ("diagnostics", "Diagnostics"),
            ("alignment", "Wheel alignment"),
            ("tyre", "Tyre fitting"),
            ("body", "Body work"),
            ("paint", "Paint booth"),
            ("wash", "Wash"),
        ],
        default="lift",
        required=True,
    )
    zone = fields.Char(help="Part of the shop, as “Hall 2”.")
    address_id = fields.Many2one(
        comodel_name="res.partner",
        string="Location",
        help="Where the customer has to come; empty: the company's address.",
    )
    work_type_ids = fields.Many2many(
        comodel_name="auto.work.type",
        string="Fit for",
        help="Empty: fit for any work.",
    )
    max_height = fields.Float(string="Highest car, m", help="0: no limit.")
    max_weight = fields.Float(string="Heaviest car, t", help="0: no limit.")
    efficiency = fields.Float(
        related="resource_id.time_efficiency",
        readonly=False,
        help="100 %: a norm-hour takes an hour here. 200 %: half an hour.",
    )
    buffer_minutes = fields.Integer(
        string="Buffer, minutes",
        default=0,
        help="Kept free after each booking, to move the cars.",
    )
    is_online = fields.Boolean(string="Booked online", default=True)
    booking_ids = fields.One2many(comodel_name="auto.booking", inverse_name="post_id")
