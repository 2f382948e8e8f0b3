from odoo import Command, api, fields, models
from odoo.exceptions import AccessError, UserError

from ..tools import groups
from ..tools.fact import get_now


class SaleOrder(models.Model):
    _inherit = "sale.order"

    is_work_order = fields.Boolean(
        compute="_compute_is_work_order",
        store=True,
        readonly=False,
        precompute=True,
        index=True,
    )
    vehicle_id = fields.Many2one(
        comodel_name="auto.vehicle",
        compute="_compute_from_deal",
        store=True,
        readonly=False,
        precompute=True,
        index="btree_not_null",
        ondelete="restrict",  # a car with a history is archived
        tracking=True,
        check_company=True,
    )
    brand_id = fields.Many2one(
        comodel_name="fleet.vehicle.model.brand",
        string="Make",
        compute="_compute_brand_id",
        store=True,
        precompute=True,
    )
    license_plate = fields.Char(related="vehicle_id.license_plate", string="Plate")
    partner_phone = fields.Char(related="partner_id.phone", string="Phone")
    vehicle_model_id = fields.Many2one(related="vehicle_id.model_id")
    odometer = fields.Integer(string="Odometer, km", copy=False, tracking=True)
    wish = fields.Text(
        string="Customer's words",
        compute="_compute_from_deal",
        store=True,
        readonly=False,
        precompute=True,
    )
    fault = fields.Text(string="Faults found", copy=False)
    work_type_id = fields.Many2one(
        comodel_name="auto.work.type",
        compute="_compute_from_deal",
        store=True,
        readonly=False,
        precompute=True,
        index="btree_not_null",
    )
    work_state = fields.Selection(
        selection=[
            ("new", "New"),
            ("received", "Received"),
            ("in_progress", "In progress"),
            ("on_hold", "On hold"),
            ("ready", "Ready"),
            ("released", "Released"),
        ],
        compute="_compute_work_state",
        store=True,
        copy=False,
        index="btree_not_null",
        tracking=True,
        group_expand=True,
    )
    work_stage = fields.Selection(
        selection=[
            ("estimate", "Estimate"),
            ("sent", "Sent"),
            ("agreed", "Agreed"),
            ("received", "Received"),
            ("in_progress", "In progress"),
            ("on_hold", "On hold"),
            ("ready", "Ready"),
            ("released", "Released"),
            ("cancel", "Cancelled"),
        ],
        string="Stage",
        compute="_compute_work_stage",
        store=True,
        copy=False,
        index="btree_not_null",
        group_expand="_read_group_work_stage",
        help="The order's way from the estimate to the road, in one word.",
    )
    waiting_reason_id = fields.Many2one(
        comodel_name="auto.hold.reason",
        string="Waits for",
        compute="_compute_work_state",
        store=True,
        copy=False,
        groups="base.group_user",  # a customer sees that his car waits, not why
    )
    date_received = fields.Datetime(
        string="Received on", readonly=True, copy=False, tracking=True
    )
    date_checked = fields.Datetime(
        string="Quality checked on", readonly=True, copy=False
    )
    checked_by_id = fields.Many2one(
        comodel_name="res.users", string="Checked by", readonly=True, copy=False
    )
    date_released = fields.Datetime(
        string="Released on", readonly=True, copy=False, tracking=True
    )
    hold_reason_id = fields.Many2one(
        comodel_name="auto.hold.reason",
        readonly=True,
        copy=False,
        tracking=True,
        groups="base.group_user",
    )
    job_ids = fields.One2many(
        comodel_name="auto.job",
        inverse_name="order_id",
        string="Jobs",
        groups=f"{groups.MECHANIC},{groups.BOOKS},{groups.PORTAL}",
    )
    # sudo: who reads the order may not read its jobs, but how far it is
    job_count = fields.Integer(compute="_compute_job_count", compute_sudo=True)
    job_done_count = fields.Integer(compute="_compute_job_count", compute_sudo=True)
    is_to_check = fields.Boolean(
        compute="_compute_is_to_check",
        compute_sudo=True,
        help="Only the quality check is left to do.",
    )
    parts_state = fields.Selection(
        selection=[
            ("none", "No parts"),
            ("missing", "To order"),
            ("ordered", "Ordered"),
            ("arrived", "On stock"),
        ],
        string="Parts",
        compute="_compute_parts_state",
        store=True,
        copy=False,
        index="btree_not_null",
    )
    parts_date = fields.Date(
        string="Parts due", compute="_compute_parts_state", store=True, copy=False
    )
    is_parts_late = fields.Boolean(
        compute="_compute_is_parts_late", search="_search_is_parts_late"
    )
    amount_labour = fields.Monetary(
        string="Works", compute="_compute_amounts_by_kind", store=True
    )
    amount_parts = fields.Monetary(
        string="Parts Total", compute="_compute_amounts_by_kind", store=True
    )
    amount_other = fields.Monetary(
        string="Sublet and other", compute="_compute_amounts_by_kind", store=True
    )
    amount_discount = fields.Monetary(
        string="Discount", compute="_compute_amounts_by_kind", store=True
    )
    norm_hours = fields.Float(
        string="Norm-hours", compute="_compute_amounts_by_kind", store=True
    )
    acceptance_ids = fields.One2many(
        comodel_name="auto.acceptance",
        inverse_name="order_id",
        groups=groups.MECHANIC,
    )
    recommendation_ids = fields.One2many(
        comodel_name="auto.recommendation",
        inverse_name="order_id",
        groups=f"{groups.MECHANIC},{groups.PORTAL}",
    )
    vehicle_odometer = fields.Integer(
        related="vehicle_id.odometer", string="Last reading, km"
    )
    date_last_visit = fields.Date(
        string="Last visit", compute="_compute_date_last_visit"
    )
    rework_of_id = fields.Many2one(
        comodel_name="sale.order",
        string="Rework of",
        index="btree_not_null",
        readonly=True,
        copy=False,
        check_company=True,
    )
    rework_ids = fields.One2many(
        comodel_name="sale.order", inverse_name="rework_of_id", string="Reworks"
    )
    rework_count = fields.Integer(compute="_compute_rework_count")

    @api.depends("vehicle_id", "opportunity_id")
    def _compute_is_work_order(self):
        """An offer for a car, or of a deal of the car service, becomes a work order.

        It stays one wherever its deal goes, as what was sold otherwise stays Odoo's.
        """
        for order in self:
            is_settled = bool(order._origin) and not order._is_offer()
            order.is_work_order = order.is_work_order or (
                not is_settled and order._is_of_service()
            )

    @api.depends("opportunity_id")
    def _compute_from_deal(self):
        for order in self:
            deal = order.opportunity_id
            order.vehicle_id = order.vehicle_id or deal.vehicle_id
            order.wish = order.wish or deal.wish
            order.work_type_id = order.work_type_id or deal.work_type_id

    @api.depends("vehicle_id")
    def _compute_brand_id(self):
        """The car's make, as it was when the order was agreed: rates stand on it.

        Not on its make by dependency, which would price the agreed works anew, too: see
        ``_follow_vehicle``.
        """
        for order in self:
            is_agreed = bool(order._origin) and not order._is_offer()
            order.brand_id = order.brand_id if is_agreed else order.vehicle_id.brand_id

    @api.depends(
        "is_work_order",
        "state",
        "date_received",
        "date_released",
        "date_checked",
        "hold_reason_id",
        "job_ids.state",
        "job_ids.hold_reason_id",
    )
    def _compute_work_state(self):
        for order in self:
            order.work_state = order._get_work_state()
            reason = self.env["auto.hold.reason"]
            if order.work_state == "on_hold":
                held = order.job_ids.filtered(lambda job: job.state == "on_hold")
                reason = order.hold_reason_id or held.hold_reason_id[:1]
            order.waiting_reason_id = reason

    @api.depends("state", "work_state")
    def _compute_work_stage(self):
        by_state = {"draft": "estimate", "sent": "sent", "cancel": "cancel"}
        for order in self:
            stage = by_state.get(order.state) or order.work_state or "agreed"
            order.work_stage = "agreed" if stage == "new" else stage

    @api.model
    def _read_group_work_stage(self, stages, _domain):
        """Columns of the board: the way of an open order, and what else is there."""
        ended = ("released", "cancel")
        selection = self._fields["work_stage"].get_values(self.env)
        return [key for key in selection if key in stages or key not in ended]

    def _compute_job_count(self):
        counts = dict(
            self.env["auto.job"]._read_group(
                [("order_id", "in", self.ids), ("state", "!=", "cancel")],
                ["order_id"],
                ["state:array_agg"],
            )
        )
        for order in self:
            states = counts.get(order, [])
            order.job_count = len(states)
            order.job_done_count = states.count("done")

    @api.depends("work_state", "date_checked", "job_ids.state")
    def _compute_is_to_check(self):
        for order in self:
            is_open = order.work_state in ("received", "in_progress")
            states = set(order.job_ids.mapped("state")) - {"done", "cancel"}
            order.is_to_check = is_open and not states and not order.date_checked

    @api.depends(
        "is_work_order", "state", "order_line.part_state", "order_line.parts_date"
    )
    def _compute_parts_state(self):
        for order in self:
            is_open = order.is_work_order and order.state == "sale"
            lines = order.order_line if is_open else order.order_line.browse()
            states = set(lines.mapped("part_state")) - {False, "customer"}
            order.parts_state = is_open and next(
                (state for state in ("missing", "ordered") if state in states),
                "arrived" if states else "none",
            )
            dates = [line.parts_date for line in lines if line.parts_date]
            order.parts_date = max(dates, default=False)

    @api.depends("parts_date", "parts_state")
    @api.depends_context("company")
    def _compute_is_parts_late(self):
        today = self.env.company._get_today()
        for order in self:
            is_ordered = order.parts_state == "ordered" and order.parts_date
            order.is_parts_late = bool(is_ordered) and order.parts_date < today

    def _search_is_parts_late(self, operator, value):
        if operator != "in":
            return NotImplemented
        today = self.env.company._get_today()
        return [("parts_state", "=", "ordered"), ("parts_date", "<", today)]

    @api.depends(
        "amount_total",
        "amount_untaxed",
        "currency_id",
        "order_line.price_total",
        "order_line.price_subtotal",
        "order_line.price_unit",
        "order_line.tax_ids",
        "order_line.product_uom_qty",
        "order_line.discount",
        "order_line.line_kind",
        "order_line.norm_hours",
    )
    def _compute_amounts_by_kind(self):
        for order in self:
            totals = {"labour": 0.0, "part": 0.0, "other": 0.0}
            discount = hours = 0.0
            sums = order._get_line_sums()
            for line, amount in sums.items():
                totals[line.line_kind if line.line_kind in totals else "other"] += (
                    amount
                )
                full = line._get_shown_price() * line.product_uom_qty
                discount += full * (line.discount or 0.0) / 100
                if line.product_uom_qty > 0:
                    hours += line.norm_hours * line.product_uom_qty
            order.amount_labour = totals["labour"]
            order.amount_parts = totals["part"]
            order.amount_other = totals["other"]
            order.amount_discount = discount
            order.norm_hours = 0.0 if order.rework_of_id else hours

    @api.depends("vehicle_id")
    def _compute_date_last_visit(self):
        last = dict(
            self._read_group(
                [
                    ("vehicle_id", "in", self.vehicle_id.ids),
                    ("date_released", "!=", False),
                    ("id", "not in", self.ids),
                ],
                ["vehicle_id"],
                ["date_released:max"],
            )
        )
        for order in self:
            order.date_last_visit = last.get(order.vehicle_id)

    @api.depends("rework_ids")
    def _compute_rework_count(self):
        for order in self:
            order.rework_count = len(order.rework_ids)

    @api.depends("is_work_order")
    def _compute_type_name(self):
        """Override of `sale`: the garage's words for its documents."""
        work_orders = self.filtered("is_work_order")
        for order in work_orders:
            is_agreed = order.state == "sale"
            order.type_name = (
                self.env._("Work Order") if is_agreed else self.env._("Estimate")
            )
        return super(SaleOrder, self - work_orders)._compute_type_name()

    @api.onchange("odometer")
    def _onchange_odometer(self):
        return self.vehicle_id._get_odometer_warning(self.odometer)

    @api.onchange("vehicle_id")
    def _onchange_vehicle_id(self):
        if self.vehicle_id.partner_id and not self.partner_id:
            self.partner_id = self.vehicle_id.partner_id

    @api.model_create_multi
    def create(self, vals_list):
        """Override of `sale`: an order begins without facts, by defaults too."""
        self._check_facts({name for vals in vals_list for name in vals})
        orders = super().create(vals_list)
        facts = self._get_fact_fields() & set(self._get_default_names())
        orders._check_facts({name for name in facts if any(orders.mapped(name))})
        return orders

    def write(self, vals):
        """Override of `sale`: facts change by actions, and other things follow."""
        self._check_facts(vals)
        if "state" in vals:
            self._keep_agreed()
        with self.env.protecting(*self._get_kept_prices(vals)):
            result = super().write(vals)
        if "state" in vals:
            self._forget_agreed()
        if {"odometer", "vehicle_id"} & vals.keys():
            self.filtered("date_received")._record_odometer()
        if vals.get("signature"):
            self._record_signature(vals)
        return result

    # === FACTS === #

    def action_receive(self):
        """The car is here: date, odometer, and a draft acceptance act.

        :raise UserError: when the order is not agreed yet
        """
        self._check_agreed()
        waiting = self.filtered(lambda order: not order.date_received)
        waiting._action_receive()
        return True

    def _check_agreed(self):
        """Refuse a car whose work is not agreed yet.

        :raise UserError: names the order
        """
        self._check_work_orders()
        unconfirmed = self.filtered(lambda order: order.state != "sale")[:1]
        if unconfirmed:
            raise UserError(
                self.env._(
                    "%(order)s is not agreed with the customer: confirm it first.",
                    order=unconfirmed.name,
                )
            )

    def _action_receive(self):
        self._write_facts({"date_received": get_now()})
        self._record_odometer()
        without_act = self.filtered(lambda order: not order.acceptance_ids)
        self.env["auto.acceptance"].create(
            [order._prepare_acceptance_vals() for order in without_act]
        )

    def action_open_receive(self):
        """Ask for the odometer, then receive the car."""
        self.ensure_one()
        return {
            "type": "ir.actions.act_window",
            "name": self.env._("Receive the car"),
            "res_model": "auto.order.receive",
            "view_mode": "form",
            "target": "new",
            "context": {
                "default_order_id": self.id,
                "default_odometer": self.odometer or self.vehicle_odometer,
            },
        }

    def action_unreceive(self):
        """The car was received by mistake: take it back. Managers only.

        :raise UserError: when work on the car has started
        """
        self._check_manager()
        started = self.filtered(
            lambda order: set(order.job_ids.mapped("state")) & {"in_progress", "done"}
        )[:1]
        if started or any(self.mapped("date_released")):
            order = started or self.filtered("date_released")[:1]
            raise UserError(
                self.env._("Work on %(order)s has started.", order=order.name)
            )
        return self._write_facts({"date_received": False, "hold_reason_id": False})

    def action_hold(self, reason=None):
        """Let the order wait; without a reason, ask for one.

        :param auto.hold.reason reason: record or id
        """
        self._check_work_orders()
        if not reason:
            return {
                "type": "ir.actions.act_window",
                "name": self.env._("Why does it wait?"),
                "res_model": "auto.order.hold",
                "view_mode": "form",
                "target": "new",
                "context": {"default_order_ids": self.ids},
            }
        self._check_on_site()
        return self._write_facts({"hold_reason_id": getattr(reason, "id", reason)})

    def action_resume(self):
        """The order waits no longer."""
        self._check_work_orders()
        return self._write_facts({"hold_reason_id": False})

    def action_check(self):
        """The quality of the work was checked: the car is ready.

        :raise UserError: while a job is open
        """
        self._check_work_orders()
        self._check_on_site()
        self._check_jobs_done()
        return self._write_facts(
            {"date_checked": get_now(), "checked_by_id": self.env.uid}
        )

    def action_create_rework(self):
        """Copy the works to a new order the customer does not pay labour on."""
        self.ensure_one()
        self._check_work_orders()
        rework = self.copy(self._prepare_rework_vals())
        rework.order_line._compute_price_unit()
        return rework._get_records_action(
            views=[
                (self.env.ref("auto_crm.sale_order_view_form_work_order").id, "form")
            ]
        )

    def get_formview_id(self, access_uid=None):
        """Override of the ORM: work orders open in their own form everywhere."""
        if len(self) == 1 and self.is_work_order:
            return self.env.ref("auto_crm.sale_order_view_form_work_order").id
        return super().get_formview_id(access_uid=access_uid)

    def action_view_deal(self):
        """Open the deal of the order."""
        return self.opportunity_id._get_records_action()

    def action_view_vehicle(self):
        """Open the car of the order."""
        return self.vehicle_id._get_records_action()

    def action_view_jobs(self):
        """Open the jobs of the orders."""
        action = self.env["ir.actions.act_window"]._for_xml_id(
            "auto_crm.auto_job_action"
        )
        return {
            **action,
            "domain": [("order_id", "in", self.ids)],
            "context": {"create": False},
        }

    def action_view_reworks(self):
        """Open the rework orders."""
        return self.rework_ids._get_records_action(name=self.env._("Reworks"))

    def _action_confirm(self):
        """Override of `sale`: mechanics get their jobs."""
        result = super()._action_confirm()
        self.order_line._create_auto_jobs()
        return result

    def _action_cancel(self):
        """Override of `sale`: jobs not done are cancelled.

        :raise UserError: when the car was released
        """
        released = self.filtered("date_released")[:1]
        if released:
            raise UserError(
                self.env._(
                    "The car of %(order)s was released: refund the invoice instead.",
                    order=released.name,
                )
            )
        result = super()._action_cancel()
        self.order_line._cancel_auto_jobs()
        return result

    def action_draft(self):
        """Override of `sale`: an order that starts anew has no facts."""
        result = super().action_draft()
        work_orders = self.filtered(
            lambda order: order.is_work_order and order.state == "draft"
        )
        work_orders._write_facts(
            {
                "date_received": False,
                "date_checked": False,
                "checked_by_id": False,
                "hold_reason_id": False,
            }
        )
        self._follow_vehicle()
        return result

    # === BUSINESS METHODS AND HOOKS === #

    def _recompute_prices(self):
        """Override of `sale`: *Update Prices* takes rates in the order's currency."""
        self._get_update_prices_lines()._compute_labour_rate()
        return super()._recompute_prices()

    def _get_work_state(self):
        """The work state that the facts make.

        :return: a value of ``work_state``, or False for what is no open work order
        """
        self.ensure_one()
        if not self.is_work_order or self.state == "cancel":
            return False
        if self.date_released:
            return "released"
        if not self.date_received:
            return "new"
        if self.hold_reason_id:
            return "on_hold"
        states = set(self.job_ids.mapped("state"))
        if self._is_work_done(states):
            return "ready"
        if "in_progress" in states:
            return "in_progress"
        if "on_hold" in states:
            return "on_hold"
        return "in_progress" if "done" in states else "received"

    def _is_work_done(self, job_states):
        """Hook: whether nothing more is to be done on the car."""
        self.ensure_one()
        if job_states - {"done", "cancel"}:
            return False
        needs_check = not job_states or self.company_id.auto_quality_check
        return bool(self.date_checked) or not needs_check

    def _is_of_service(self):
        """Hook: whether the order is for a car, or of a deal of the car service."""
        self.ensure_one()
        deal = self.opportunity_id
        return bool(self.vehicle_id or (deal and deal._is_service_deal()))

    def _is_offer(self):
        """Whether the order may still change with its car."""
        self.ensure_one()
        return self.state in ("draft", "sent")

    def _get_kept_prices(self, vals):
        """Return what stays as it is: another car prices an offer, not what was agreed.

        :param dict vals: that are written
        :return: fields of lines that follow the make of the car, and the lines agreed
        """
        names = ("labour_rate", "price_unit", "technical_price_unit", "discount")
        line_fields = self.env["sale.order.line"]._fields
        is_other_car = "vehicle_id" in vals
        agreed = self.filtered(lambda order: is_other_car and not order._is_offer())
        return [line_fields[name] for name in names], agreed.order_line

    def _follow_vehicle(self):
        """Give offers the make of their car; what is agreed keeps its own."""
        for order in self.filtered(lambda order: order._is_offer()):
            brand = order.vehicle_id.brand_id
            if order.brand_id != brand:
                order.brand_id = brand

    @api.model
    def _update_offers(self, domain):
        """Let the offers of cars whose make has changed follow it.

        :param list domain: of work orders, by their car
        """
        # sudo: who corrects a car does not need to read its orders
        offers = self.sudo().search([("state", "in", ("draft", "sent")), *domain])
        offers._follow_vehicle()

    def _is_car_here(self):
        """Whether the car can be worked on."""
        self.ensure_one()
        is_open = self.state == "sale" and not self.date_released
        return bool(self.date_received) and is_open

    @api.model
    def _get_fact_fields(self):
        """Hook: what only actions and computes set: payment control stands on it."""
        return {
            "date_received",
            "date_checked",
            "checked_by_id",
            "date_released",
            "hold_reason_id",
            "work_state",
            "waiting_reason_id",
            "parts_state",
            "parts_date",
            "payment_status",
            "amount_due",
            "consent_state",
            "amount_agreed",
            "amount_extra",
        }

    @api.model
    def _get_default_names(self):
        """Names of the fields that the context gives a default for."""
        return [
            key.removeprefix("default_")
            for key in self.env.context
            if key.startswith("default_")
        ]

    @api.model
    def _check_facts(self, names):
        """Refuse facts written around the actions that check and log them.

        :param names: names of fields that are written
        :raise AccessError: for everybody but the actions themselves
        """
        facts = self._get_fact_fields() & set(names)
        if facts and not self.env.su:
            labels = self.fields_get(sorted(facts), ["string"]).values()
            raise AccessError(
                self.env._(
                    "%(fields)s cannot be typed in: use the buttons of the work order.",
                    fields=", ".join(label["string"] for label in labels),
                )
            )

    def _convert_sum(self, name, currency):
        """Give one of the order's sums in another currency, at the order's own rate.

        The rate of the day would make the deal and the car differ from the order.

        :param str name: of a monetary field
        :param res.currency currency: of the deal, the car
        :rtype: float
        """
        self.ensure_one()
        if self.currency_id == currency:
            return self[name]
        return self.company_id.currency_id._convert(
            from_amount=self[name] / (self.currency_rate or 1.0),
            to_currency=currency,
            company=self.company_id,
            date=self.date_order,
        )

    def _write_facts(self, vals):
        """Hook: write what an action found allowed.

        :return: True
        """
        self.check_access("write")
        # sudo: actions may write facts, their users may not
        return self.sudo().write(vals)

    def _check_work_orders(self):
        """Refuse facts about other sales, and from who does not run the workshop.

        Odoo lets accountants write orders: receiving cars is none of their business.
        """
        is_advisor = self.env.user.has_group("auto_crm.auto_crm_group_advisor")
        if not self.env.su and not is_advisor:
            raise AccessError(self.env._("Ask the service advisor to do this."))
        other = self.filtered(lambda order: not order.is_work_order)[:1]
        if other:
            raise UserError(
                self.env._("%(order)s is not a work order.", order=other.name)
            )

    def _check_on_site(self):
        """Refuse what needs the car while it is not here."""
        away = self.filtered(lambda order: not order._is_car_here())[:1]
        if away:
            raise UserError(
                self.env._("The car of %(order)s is not here.", order=away.name)
            )

    def _check_jobs_done(self):
        jobs = self.job_ids.filtered(lambda job: job.state not in ("done", "cancel"))
        if jobs:
            raise UserError(self.env._("%(job)s is not done yet.", job=jobs[0].name))

    def _check_manager(self):
        is_manager = self.env.user.has_group("auto_crm.auto_crm_group_manager")
        if not self.env.su and not is_manager:
            raise AccessError(self.env._("Only a manager may do this."))

    def _record_odometer(self):
        """Keep the reading taken at reception on the car."""
        for order in self.filtered("vehicle_id"):
            order.vehicle_id._add_odometer(order.odometer, source="order", order=order)

    def _prepare_acceptance_vals(self):
        """Values of the draft acceptance act made when the car is received."""
        self.ensure_one()
        return {
            "order_id": self.id,
            "date": self.date_received,
            "odometer": self.odometer,
            "user_id": self.env.uid,
        }

    def _prepare_rework_vals(self):
        """Values of the order that repeats the works without charge."""
        self.ensure_one()
        lines = self.order_line.filtered(lambda line: line.line_kind == "labour")
        return {
            "rework_of_id": self.id,
            "opportunity_id": False,
            "vehicle_id": self.vehicle_id.id,
            "is_work_order": True,
            "wish": self.wish,
            "origin": self.name,
            "order_line": [
                Command.create(
                    {
                        "product_id": line.product_id.id,
                        "name": line.name,
                        "norm_hours": line.norm_hours,
                        "product_uom_qty": line.product_uom_qty,
                        "mechanic_ids": [Command.set(line.mechanic_ids.ids)],
                    }
                )
                for line in lines
            ],
        }
