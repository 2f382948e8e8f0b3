from odoo import fields, models


class CrmStage(models.Model):
    _inherit = "crm.stage"

    auto_event = fields.Selection(
        selection=[
            ("request", "Request came in"),
            ("estimate", "Estimate made or sent"),
            ("parts_ordered", "Parts ordered"),
            ("parts_arrived", "All parts arrived"),
            ("booked", "Booked in the planner"),
            ("received", "Car received"),
            ("in_repair", "First job started"),
            ("ready", "Car ready"),
            ("paid", "Car released and paid"),
            ("no_show", "Did not arrive"),
        ],
        string="Moved in by",
        index=True,
        help="The event that moves a deal into this stage, if the deal is before it.",
    )
