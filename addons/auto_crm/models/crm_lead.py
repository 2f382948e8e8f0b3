from odoo import fields, models


class CrmLead(models.Model):
    _inherit = "crm.lead"

    vehicle_id = fields.Many2one(
        comodel_name="auto.vehicle", index="btree_not_null", tracking=True
    )
    vehicle_line = fields.Char(string="Car in one line")
    work_type_id = fields.Many2one(comodel_name="auto.work.type", index=True)
    wish = fields.Text(string="Customer's words")
    request_ids = fields.One2many(comodel_name="auto.request", inverse_name="lead_id")
    date_booking = fields.Datetime(string="Planned arrival")
    date_come_back = fields.Date(string="Come back on")
    come_back_from_id = fields.Many2one(
        comodel_name="crm.lead", string="Came back from", index="btree_not_null"
    )
    work_order_id = fields.Many2one(
        comodel_name="sale.order", string="Work Order", index="btree_not_null"
    )
    amount_deal = fields.Monetary(
        string="Deal Sum", currency_field="company_currency", aggregator="sum"
    )
    amount_due = fields.Monetary(currency_field="company_currency")
    payment_status = fields.Selection(
        selection=[
            ("none", "Nothing to pay"),
            ("due", "To pay"),
            ("partial", "Partly paid"),
            ("prepaid", "Prepaid"),
            ("paid", "Paid"),
            ("overdue", "Overdue"),
        ],
    )
    parts_state = fields.Selection(
        selection=[
            ("none", "No parts"),
            ("missing", "To order"),
            ("ordered", "Ordered"),
            ("arrived", "On stock"),
        ],
    )
    parts_date = fields.Date(string="Parts due")

    def _move_by_event(self, events, cause):
        """Move the deals forward to the furthest stage that names one of the events.

        Never raises: the fact that caused the event must not be blocked.

        :param events: names of ``crm.stage.auto_event`` reached, in any order
        :param cause: sentence or record for the chatter
        :return: the deals that were moved
        """
        return self.browse()
