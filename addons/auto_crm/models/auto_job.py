from odoo import fields, models


class AutoJob(models.Model):
    """A mechanic's piece of work: one per labour line of a confirmed work order."""

    _name = "auto.job"
    _description = "Job"
    _inherit = ["mail.thread", "mail.activity.mixin"]
    _order = "sequence, id"
    _check_company_auto = True

    name = fields.Char(required=True)
    sequence = fields.Integer(default=10)
    order_line_id = fields.Many2one(
        comodel_name="sale.order.line",
        required=True,
        index=True,
        ondelete="cascade",
    )
    order_id = fields.Many2one(
        related="order_line_id.order_id", store=True, index=True, string="Work Order"
    )
    company_id = fields.Many2one(related="order_id.company_id", store=True, index=True)
    vehicle_id = fields.Many2one(related="order_id.vehicle_id", store=True, index=True)
    work_type_id = fields.Many2one(comodel_name="auto.work.type", index=True)
    mechanic_ids = fields.Many2many(comodel_name="hr.employee", string="Mechanics")
    norm_hours = fields.Float(string="Norm-hours")
    state = fields.Selection(
        selection=[
            ("todo", "To do"),
            ("in_progress", "In progress"),
            ("on_hold", "On hold"),
            ("done", "Done"),
            ("cancel", "Cancelled"),
        ],
        default="todo",
        required=True,
        index=True,
        tracking=True,
    )
    hold_reason_id = fields.Many2one(comodel_name="auto.hold.reason", tracking=True)
    date_started = fields.Datetime(readonly=True, copy=False)
    date_done = fields.Datetime(readonly=True, copy=False)
