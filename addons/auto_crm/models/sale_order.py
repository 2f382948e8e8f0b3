from odoo import api, fields, models
from odoo.exceptions import UserError


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

    # --- recommendations, packages, acceptance, documents ---
    vehicle_recommendation_ids = fields.Many2many(
        comodel_name="auto.recommendation",
        string="Due and declined work",
        compute="_compute_vehicle_recommendation_ids",
        help="What was advised for the car on earlier visits and is not done yet.",
    )
    extra_work_policy = fields.Selection(
        selection=[
            ("ask", "Ask me before any extra work"),
            ("limit", "Do what is needed up to the agreed sum, then tell me"),
            ("refuse", "Do only what is ordered"),
        ],
        string="If more faults are found",
        default="ask",
    )
    extra_work_limit = fields.Monetary(string="Extra work up to")

    @api.depends("vehicle_id", "company_id")
    def _compute_vehicle_recommendation_ids(self):
        recommendations = self.env["auto.recommendation"].search(
            [
                ("vehicle_id", "in", self.vehicle_id.ids),
                ("state", "in", ("advised", "declined", "deferred")),
            ]
        )
        by_vehicle = recommendations.grouped("vehicle_id")
        for order in self:
            order.vehicle_recommendation_ids = by_vehicle.get(
                order.vehicle_id, recommendations.browse()
            ).filtered(
                lambda rec, order=order: rec.company_id == order.company_id
                and rec.order_id != order._origin
            )

    def action_add_package(self):
        """Offer the packages, those that fit the car first."""
        self.ensure_one()
        self._check_takes_lines()
        return {
            "type": "ir.actions.act_window",
            "name": self.env._("Add package"),
            "res_model": "auto.order.package",
            "view_mode": "form",
            "target": "new",
            "context": {"default_order_id": self.id},
        }

    def action_save_as_package(self):
        """Keep the order's works and parts as a package and open it."""
        self.ensure_one()
        package = self.env["auto.package"].create(
            self.env["auto.package"]._prepare_from_order(self)
        )
        return package._get_records_action()

    def action_view_acceptance(self):
        """Open the acceptance act; a new one when the car has none yet."""
        self.ensure_one()
        action = {
            "type": "ir.actions.act_window",
            "name": self.env._("Acceptance act"),
            "res_model": "auto.acceptance",
            "view_mode": "form",
            "context": {
                "default_order_id": self.id,
                "default_odometer": self.odometer,
            },
        }
        if len(self.acceptance_ids) == 1:
            action["res_id"] = self.acceptance_ids.id
        elif self.acceptance_ids:
            action["view_mode"] = "list,form"
            action["domain"] = [("order_id", "=", self.id)]
        return action

    def _check_takes_lines(self):
        """Refuse more lines on an order that is cancelled, locked or released."""
        closed = self.filtered(
            lambda order: order.state == "cancel" or order.locked or order.date_released
        )
        if closed:
            raise UserError(
                self.env._(
                    "%(order)s is closed. Make a new work order for further work.",
                    order=closed[0].name,
                )
            )

    def _append_lines(self, vals_list):
        """Add lines below the present ones.

        :return: the new lines
        """
        self.ensure_one()
        last = max(self.order_line.mapped("sequence"), default=9)
        return self.env["sale.order.line"].create(
            [
                {**vals, "order_id": self.id, "sequence": last + number}
                for number, vals in enumerate(vals_list, start=1)
            ]
        )

    def _get_work_order_documents(self):
        """The papers a customer may have of the order as it now stands.

        :return: list of (name, report xmlid); the reports take the order's id
        """
        self.ensure_one()
        documents = []
        if not self.is_work_order or self.state == "cancel":
            return documents
        documents.append((self.env._("Estimate"), "auto_crm.auto_estimate_report"))
        if self.state == "sale":
            documents.append(
                (self.env._("Work order"), "auto_crm.auto_work_order_report")
            )
        if self.acceptance_ids:
            documents.append(
                (self.env._("Acceptance act"), "auto_crm.auto_order_acceptance_report")
            )
        if self.work_state in ("ready", "released"):
            documents.append(
                (self.env._("Completion act"), "auto_crm.auto_completion_report")
            )
        return documents

    def _get_document_template(self):
        """QWeb template printed where Odoo prints its quotation: by the order's state."""
        self.ensure_one()
        if self.state != "sale":
            return "auto_crm.report_estimate_document"
        if self.date_released:
            return "auto_crm.report_completion_document"
        return "auto_crm.report_work_order_document"
