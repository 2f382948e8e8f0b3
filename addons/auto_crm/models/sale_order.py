from odoo import fields, models


class SaleOrder(models.Model):
    _inherit = "sale.order"

    is_work_order = fields.Boolean(index=True)
    vehicle_id = fields.Many2one(
        comodel_name="auto.vehicle",
        index="btree_not_null",
        tracking=True,
        check_company=True,
    )
    brand_id = fields.Many2one(related="vehicle_id.brand_id", string="Make", store=True)
    odometer = fields.Integer(string="Odometer, km", copy=False)
    wish = fields.Text(string="Customer's words")
    fault = fields.Text(string="Faults found", copy=False)
    work_type_id = fields.Many2one(comodel_name="auto.work.type")
    work_state = fields.Selection(
        selection=[
            ("new", "New"),
            ("received", "Received"),
            ("in_progress", "In progress"),
            ("on_hold", "On hold"),
            ("ready", "Ready"),
            ("released", "Released"),
        ],
        copy=False,
        index="btree_not_null",
        tracking=True,
    )
    date_received = fields.Datetime(readonly=True, copy=False)
    date_checked = fields.Datetime(
        string="Quality checked on", readonly=True, copy=False
    )
    checked_by_id = fields.Many2one(
        comodel_name="res.users", readonly=True, copy=False
    )
    date_released = fields.Datetime(readonly=True, copy=False)
    hold_reason_id = fields.Many2one(comodel_name="auto.hold.reason", copy=False)
    job_ids = fields.One2many(comodel_name="auto.job", inverse_name="order_id")
    parts_state = fields.Selection(
        selection=[
            ("none", "No parts"),
            ("missing", "To order"),
            ("ordered", "Ordered"),
            ("arrived", "On stock"),
        ],
        copy=False,
    )
    parts_date = fields.Date(string="Parts due", copy=False)
    payment_status = fields.Selection(
        selection=[
            ("none", "Nothing to pay"),
            ("due", "To pay"),
            ("partial", "Partly paid"),
            ("prepaid", "Prepaid"),
            ("paid", "Paid"),
            ("overdue", "Overdue"),
        ],
        copy=False,
    )
    amount_due = fields.Monetary(copy=False)
    consent_ids = fields.One2many(
        comodel_name="auto.order.consent", inverse_name="order_id"
    )
    consent_state = fields.Selection(
        selection=[
            ("none", "Not asked"),
            ("agreed", "Agreed"),
            ("extra", "Extra work to agree"),
        ],
        copy=False,
    )
    clock_ids = fields.One2many(
        comodel_name="auto.order.clock", inverse_name="order_id"
    )
    acceptance_ids = fields.One2many(
        comodel_name="auto.acceptance", inverse_name="order_id"
    )
    recommendation_ids = fields.One2many(
        comodel_name="auto.recommendation", inverse_name="order_id"
    )
    rework_of_id = fields.Many2one(
        comodel_name="sale.order", string="Rework of", index="btree_not_null"
    )
    rework_ids = fields.One2many(comodel_name="sale.order", inverse_name="rework_of_id")
