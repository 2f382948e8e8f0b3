from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.fields import Domain
from odoo.tools import SQL

# from the worst to the best: a deal shows the worst of its orders
PAYMENT_STATUSES = (
    "overdue",
    "due",
    "partial",
    "prepaid",
    "refund",
    "paid",
    "none",
)

from ..tools import groups

PARTS_STATES = ("missing", "ordered", "arrived", "none")


class CrmLead(models.Model):
    """A deal: one visit of one car, from the request to the payment."""

    _inherit = "crm.lead"
    _auto_phone_note_field = "description"

    vehicle_id = fields.Many2one(
        comodel_name="auto.vehicle", index="btree_not_null", tracking=True
    )
    vehicle_line = fields.Char(
        string="Car in one line",
        compute="_compute_vehicle_line",
        inverse="_inverse_vehicle_line",
        store=True,
        readonly=False,
        help="Plate, make, model and year as people say them: А123ВС777 Kia Rio 2019.",
    )
    is_vehicle_proposed = fields.Boolean(
        string="Car to be looked at",
        readonly=True,
        copy=False,
        help="A stranger has typed a car with a customer's phone or e-mail: somebody "
        "has to say whether it is this customer's.",
    )
    license_plate = fields.Char(
        related="vehicle_id.license_plate", string="Plate", store=True
    )
    brand_id = fields.Many2one(
        related="vehicle_id.brand_id", string="Make", store=True, index="btree_not_null"
    )
    vehicle_model_id = fields.Many2one(
        related="vehicle_id.model_id", string="Vehicle Model"
    )
    vehicle_name = fields.Char(
        string="Make and Model", compute="_compute_vehicle_name", store=True
    )
    work_type_id = fields.Many2one(comodel_name="auto.work.type", index=True)
    wish = fields.Text(string="Customer's words")
    request_ids = fields.One2many(
        comodel_name="auto.request", inverse_name="lead_id", groups=groups.ADVISOR
    )
    request_count = fields.Integer(
        compute="_compute_request_count", groups="auto_crm.auto_crm_group_advisor"
    )
    date_request = fields.Datetime(
        string="Last Request", readonly=True, copy=False, index="btree_not_null"
    )
    date_booking = fields.Datetime(
        string="Planned arrival", index="btree_not_null", copy=False
    )
    date_come_back = fields.Date(
        string="Come back on", copy=False, index="btree_not_null"
    )
    come_back_from_id = fields.Many2one(
        comodel_name="crm.lead",
        string="Came back from",
        index="btree_not_null",
        readonly=True,
        copy=False,
    )
    come_back_ids = fields.One2many(
        comodel_name="crm.lead", inverse_name="come_back_from_id"
    )
    date_contact = fields.Datetime(
        string="Last Contact",
        default=fields.Datetime.now,
        index=True,
        readonly=True,
        copy=False,
        help="Last message, finished activity, request or move of the deal.",
    )
    stage_minutes = fields.Integer(
        string="Age in Stage, minutes",
        compute="_compute_stage_minutes",
        aggregator="max",
    )
    silent_days = fields.Integer(
        string="Silent, days",
        compute="_compute_silent_days",
        help="Days without contact while the customer is to say something.",
    )
    is_silent = fields.Boolean(compute="_compute_is_silent", search="_search_is_silent")
    silent_count = fields.Integer(
        string="Silent", compute="_compute_is_silent", aggregator="sum"
    )
    is_service_deal = fields.Boolean(
        compute="_compute_is_service_deal", export_string_translation=False
    )
    work_order_id = fields.Many2one(
        comodel_name="sale.order",
        compute="_compute_work_order",
        store=True,
        index="btree_not_null",
    )
    amount_deal = fields.Monetary(
        string="Deal Sum",
        compute="_compute_work_order",
        store=True,
        currency_field="company_currency",
        aggregator="sum",
    )
    amount_due = fields.Monetary(
        compute="_compute_work_order", store=True, currency_field="company_currency"
    )
    amount_unused = fields.Monetary(
        string="Customer's money not used",
        compute="_compute_amount_unused",
        currency_field="company_currency",
        help="Payments that name the deal's orders, or paid their invoices, and are "
        "not matched with an invoice yet.",
    )
    payment_status = fields.Selection(
        selection=[
            ("none", "Nothing to pay"),
            ("due", "To pay"),
            ("partial", "Partly paid"),
            ("prepaid", "Prepaid"),
            ("paid", "Paid"),
            ("overdue", "Overdue"),
            ("refund", "To refund"),
        ],
        compute="_compute_work_order",
        store=True,
        index="btree_not_null",
    )
    parts_state = fields.Selection(
        selection=[
            ("none", "No parts"),
            ("missing", "To order"),
            ("ordered", "Ordered"),
            ("arrived", "On stock"),
        ],
        compute="_compute_work_order",
        store=True,
    )
    parts_date = fields.Date(
        string="Parts due",
        compute="_compute_work_order",
        store=True,
        index="btree_not_null",
    )
    is_parts_late = fields.Boolean(compute="_compute_is_parts_late")

    _come_back_once = models.UniqueIndex(
        "(come_back_from_id) WHERE come_back_from_id IS NOT NULL",
        "A lost deal comes back once.",
    )

    @api.depends("vehicle_id", "vehicle_id.license_plate", "vehicle_id.model_id")
    def _compute_vehicle_line(self):
        for lead in self.filtered("vehicle_id"):
            vehicle = lead.vehicle_id
            model = vehicle.model_id
            parts = (
                vehicle.license_plate,
                model.brand_id.name,
                model.name,
                vehicle.year,
            )
            lead.vehicle_line = " ".join(str(part) for part in parts if part)

    def _inverse_vehicle_line(self):
        """Find or make the vehicle somebody typed in one line; text stays text."""
        for lead in self.filtered(
            lambda lead: (
                lead.vehicle_line
                and not lead.vehicle_id
                and not lead.is_vehicle_proposed
            )
        ):
            vehicle, note = self.env["auto.vehicle"]._find_or_create_from_line(
                lead.vehicle_line, lead.partner_id
            )
            lead.vehicle_id = vehicle
            if note:
                lead._message_log(body=note)

    @api.depends("vehicle_id.model_id.display_name", "license_plate", "vehicle_line")
    def _compute_vehicle_name(self):
        for lead in self:
            name = lead.vehicle_id.model_id.display_name
            lead.vehicle_name = name or (not lead.license_plate and lead.vehicle_line)

    def _compute_request_count(self):
        count_by_lead = dict(
            self.env["auto.request"]._read_group(
                [("lead_id", "in", self.ids)], ["lead_id"], ["__count"]
            )
        )
        for lead in self:
            lead.request_count = count_by_lead.get(lead, 0)

    @api.depends("date_last_stage_update")
    def _compute_stage_minutes(self):
        now = fields.Datetime.now()
        for lead in self:
            since = lead.date_last_stage_update or now
            lead.stage_minutes = max(int((now - since).total_seconds() // 60), 0)

    @api.depends("date_contact", "stage_id.auto_event", "won_status")
    @api.depends_context("company")
    def _compute_silent_days(self):
        now = fields.Datetime.now()
        since = self._get_silent_since()
        events = self._get_silent_events()
        silent = self.filtered(
            lambda lead: (
                lead.date_contact
                and lead.date_contact <= since
                and lead.won_status == "pending"
                and lead.stage_id.auto_event in events
            )
        )
        (self - silent).silent_days = 0
        for lead in silent:
            lead.silent_days = (now - lead.date_contact).days

    @api.depends("silent_days")
    @api.depends_context("company")
    def _compute_is_silent(self):
        for lead in self:
            lead.is_silent = bool(lead.silent_days)
            lead.silent_count = int(lead.is_silent)

    def _search_is_silent(self, operator, value):
        if operator != "in":
            return NotImplemented
        domain = Domain("stage_id", "in", self._get_silent_stages().ids)
        domain &= Domain("won_status", "=", "pending")
        domain &= Domain("date_contact", "<=", self._get_silent_since())
        return domain if True in value else ~domain

    @api.depends("team_id.is_service", "vehicle_id", "vehicle_line", "wish")
    def _compute_is_service_deal(self):
        for lead in self:
            lead.is_service_deal = lead._is_service_deal()

    @api.depends(
        "expected_revenue",
        "company_id",
        "order_ids.state",
        "order_ids.is_work_order",
        "order_ids.currency_rate",
        "order_ids.amount_total",
        "order_ids.amount_due",
        "order_ids.payment_status",
        "order_ids.parts_state",
        "order_ids.parts_date",
    )
    def _compute_work_order(self):
        for lead in self:
            orders = lead.order_ids.filtered(lambda order: order.state != "cancel")
            lead.work_order_id = orders.filtered("is_work_order").sorted("id")[-1:]
            lead.amount_deal = (
                lead._sum_orders(orders, "amount_total")
                if orders
                else lead.expected_revenue
            )
            # a cancelled order asks for nothing, but may hold the customer's money
            lead.amount_due = lead._sum_orders(lead.order_ids, "amount_due")
            owing = lead.order_ids.filtered("amount_due")
            statuses = set((orders | owing).mapped("payment_status"))
            lead.payment_status = (
                "refund"
                if lead.company_currency.compare_amounts(lead.amount_due, 0.0) < 0
                else lead._merge_payment_statuses(statuses)
            )
            states = set(orders.mapped("parts_state"))
            lead.parts_state = next((s for s in PARTS_STATES if s in states), False)
            waiting = orders.filtered(lambda o: o.parts_state in ("missing", "ordered"))
            lead.parts_date = max(
                (order.parts_date for order in waiting if order.parts_date),
                default=False,
            )

    @api.depends("order_ids.amount_unused")
    def _compute_amount_unused(self):
        for lead in self:
            lead.amount_unused = lead._sum_orders(lead.order_ids, "amount_unused")

    @api.depends("parts_date", "parts_state")
    @api.depends_context("company")
    def _compute_is_parts_late(self):
        today = self.env.company._get_today()
        late = self.filtered(lambda lead: lead.parts_date and lead.parts_date < today)
        late.is_parts_late = True
        (self - late).is_parts_late = False

    # ------------------------------------------------------------------
    # Onchange
    # ------------------------------------------------------------------

    @api.onchange("phone", "country_id", "company_id")
    def _onchange_phone_validation(self):
        """Override of `crm`: no word typed beside a phone is lost."""
        self._split_typed_phone()
        return super()._onchange_phone_validation()

    @api.onchange("phone")
    def _onchange_phone_partner(self):
        """Propose the customer whose phone was typed, if there is exactly one.

        In deals of the car service only, as the car of a customer.
        """
        if self.phone and not self.partner_id and self._is_service_deal():
            lead = self.with_company(self.company_id or self.env.company)
            number = lead._sanitize_request_phone(self.phone)
            partners = lead._search_request_partners("phone_sanitized", number)
            if len(partners) == 1:
                self.partner_id = partners

    @api.onchange("partner_id")
    def _onchange_partner_vehicle(self):
        """Propose the car of a customer who has only one, to who may see cars."""
        may_see = self.env["auto.vehicle"].has_access("read")
        if not may_see or not self._is_service_deal():
            return
        vehicles = self.partner_id.vehicle_ids
        if not self.vehicle_id and not self.vehicle_line and len(vehicles) == 1:
            self.vehicle_id = vehicles

    @api.onchange("vehicle_id")
    def _onchange_vehicle_partner(self):
        """Propose the owner of the car as the customer."""
        if self.vehicle_id.partner_id and not self.partner_id:
            self.partner_id = self.vehicle_id.partner_id

    # ------------------------------------------------------------------
    # CRUD
    # ------------------------------------------------------------------

    @api.model_create_multi
    def create(self, vals_list):
        """Override of `crm`: a deal of a car and a phone is named after them."""
        for vals in vals_list:
            if not vals.get("name"):
                vals["name"] = self._get_name_from_vals(vals)
        self._set_service_team(vals_list)
        return super().create(vals_list)

    def write(self, vals):
        """Override of `crm`: a move is a contact, and changes what is to be done."""
        if vals.get("vehicle_line") or vals.get("vehicle_id"):
            vals = {"is_vehicle_proposed": False, **vals}  # somebody has looked at it
        if "stage_id" not in vals:
            return super().write(vals)
        moved = self.filtered(lambda lead: lead.stage_id.id != vals["stage_id"])
        if not moved:
            return super().write(vals)
        vals = {**vals, "date_contact": fields.Datetime.now()}
        result = super().write(vals)
        moved._after_stage_change()
        return result

    def _message_post_after_hook(self, message, msg_vals):
        """Override of `mail`: what somebody said or did ends the silence."""
        done = self.env["ir.model.data"]._xmlid_to_res_id("mail.mt_activities")
        if message.message_type != "notification" or message.subtype_id.id == done:
            # sudo: also when the customer writes
            self.sudo()._filter_service_deals().with_context(mail_notrack=True).write(
                {"date_contact": fields.Datetime.now()}
            )
        return super()._message_post_after_hook(message, msg_vals)

    def _field_to_sql(self, alias, field_expr, query=None):
        """Override of `crm`: the silent deals of a column come with its count."""
        if field_expr == "silent_count":
            return SQL(
                "CASE WHEN %s <= %s AND %s IN %s AND %s = 'pending' THEN 1 ELSE 0 END",
                self._field_to_sql(alias, "date_contact", query),
                self._get_silent_since(),
                self._field_to_sql(alias, "stage_id", query),
                tuple(self._get_silent_stages().ids) or (0,),
                self._field_to_sql(alias, "won_status", query),
            )
        return super()._field_to_sql(alias, field_expr, query)

    def _read_group_select(self, aggregate_spec, query):
        """Override of `base`: a column is as old as its oldest deal.

        That is one subtraction a column, not one a deal.
        """
        if aggregate_spec == "stage_minutes:max":
            # date_part: unlike EXTRACT it does not count in slow numerics
            return SQL(
                "floor(date_part('epoch', %s::timestamp - %s) / 60)::int",
                fields.Datetime.now(),
                self._read_group_select("date_last_stage_update:min", query),
            )
        return super()._read_group_select(aggregate_spec, query)

    # ------------------------------------------------------------------
    # Actions
    # ------------------------------------------------------------------

    def action_set_lost(self, **additional_values):
        """Override of `crm`: no customer of the car service leaves without a reason.

        :raise UserError: without a reason
        """
        if not additional_values.get("lost_reason_id"):
            self.filtered(lambda lead: not lead.lost_reason_id)._check_lost_reason()
        return super().action_set_lost(**additional_values)

    def _check_lost_reason(self):
        """Refuse to lose deals of the car service without a reason."""
        if any(lead._is_service_deal() for lead in self):
            raise UserError(self.env._("Choose the reason why the deal is lost."))

    def _is_service_deal(self):
        """Tell whether the deal is a visit of a car; our rules bind no other."""
        self.ensure_one()
        return bool(
            self.team_id.is_service or self.vehicle_id or self.vehicle_line or self.wish
        )

    @api.model
    def _get_service_domain(self):
        """Return the domain of deals that are visits of cars."""
        return Domain("team_id.is_service", "=", True) | Domain.OR(
            Domain(name, "!=", False) for name in ("vehicle_id", "vehicle_line", "wish")
        )

    def _filter_service_deals(self):
        """Return the deals that are visits of cars."""
        return self.filtered(lambda lead: lead._is_service_deal())

    def action_new_quotation(self):
        """Override of `sale_crm`: what is sold to a deal of a car is a work order.

        The customer is made if there is none.
        """
        self.ensure_one()
        action = super().action_new_quotation
        if not self._is_service_deal():
            return action()
        if not self.partner_id:
            self._create_missing_customer()
        return self._with_work_order_views(action())

    def action_sale_quotations_new(self):
        """Override of `sale_crm`: a deal with a name or a phone needs no wizard."""
        if self and self._is_service_deal() and self._has_contact():
            return self.action_new_quotation()
        return super().action_sale_quotations_new()

    def action_view_sale_quotation(self):
        """Override of `sale_crm`: estimates open on the screens of work orders."""
        return self._with_views_of_orders(super().action_view_sale_quotation())

    def action_view_sale_order(self):
        """Override of `sale_crm`: orders open on the screens of work orders."""
        return self._with_views_of_orders(super().action_view_sale_order())

    def action_take_vehicle(self):
        """Put the car that a stranger has typed into the customer's garage."""
        proposed = self.filtered("is_vehicle_proposed")
        proposed.is_vehicle_proposed = False
        proposed._inverse_vehicle_line()

    def action_view_requests(self):
        """Open the requests that made or joined the deal, as they came in."""
        self.ensure_one()
        action = self.env["ir.actions.act_window"]._for_xml_id(
            "auto_crm.auto_request_action"
        )
        return {**action, "domain": [("lead_id", "=", self.id)], "context": {}}

    # ------------------------------------------------------------------
    # Business methods and hooks
    # ------------------------------------------------------------------

    def _with_views_of_orders(self, action):
        """Let an action of `sale_crm` show work orders of the deal as such.

        :param dict action: window action, with ``res_id`` if there is one order
        :return: the action
        """
        orders = self.order_ids.browse(action.get("res_id")) or self.order_ids
        is_own = orders.filtered("is_work_order") if orders else self._is_service_deal()
        return self._with_work_order_views(action) if is_own else action

    @api.model
    def _with_work_order_views(self, action):
        """Let an action of `sale_crm` show orders as work orders.

        :param dict action: window action with its ``views``
        :return: the action
        """
        own = self.env["ir.actions.act_window"]._for_xml_id(
            "auto_crm.sale_order_action_work_order"
        )
        view_by_mode = {mode: view_id for view_id, mode in own["views"]}
        action["views"] = [
            (view_by_mode.get(mode, view_id), mode) for view_id, mode in action["views"]
        ]
        return action

    def _prepare_opportunity_quotation_context(self):
        """Override of `sale_crm`: the order takes over the car and the wish."""
        context = super()._prepare_opportunity_quotation_context()
        if not self._is_service_deal():
            return context
        return {
            **context,
            "default_is_work_order": True,
            "default_vehicle_id": self.vehicle_id.id,
            "default_wish": self.wish,
            "default_work_type_id": self.work_type_id.id,
        }

    def _merge_get_fields(self):
        """Override of `crm`: merged deals keep the car and the planned arrival."""
        return [
            *super()._merge_get_fields(),
            "vehicle_id",
            "vehicle_line",
            "work_type_id",
            "date_booking",
            "come_back_from_id",
        ]

    def _merge_get_fields_specific(self):
        """Override of `crm`: no word of a merged deal is lost."""
        return {
            **super()._merge_get_fields_specific(),
            "wish": lambda fname, leads: "\n".join(filter(None, leads.mapped(fname))),
        }

    def _merge_dependences(self, opportunities):
        """Override of `crm`: nothing of the car service is lost with a merged deal."""
        for rows_sudo in opportunities._find_followers_sudo():
            rows_sudo.lead_id = self
        return super()._merge_dependences(opportunities)

    @api.model
    def _get_follower_models(self):
        """Hook: models whose records go along with their deal, by ``lead_id``."""
        return ["auto.request"]

    def _find_followers_sudo(self):
        """Return what goes along with the deals, found by one query."""
        # sudo: whoever may merge deals; what follows them the car service reads only
        models_sudo = [self.env[name].sudo() for name in self._get_follower_models()]
        for model in models_sudo:
            model.flush_model(["lead_id"])
        found = self.env.execute_query(
            SQL(" UNION ALL ").join(
                SQL(
                    "SELECT %s, id FROM %s WHERE lead_id IN %s",
                    model._name,
                    SQL.identifier(model._table),
                    tuple(self.ids),
                )
                for model in models_sudo
            )
        )
        ids_by_model = {}
        for name, record_id in found:
            ids_by_model.setdefault(name, []).append(record_id)
        return [
            model.browse(ids_by_model[model._name])
            for model in models_sudo
            if model._name in ids_by_model
        ]

    def _has_contact(self):
        """Tell whether there is anything a customer could be made of."""
        self.ensure_one()
        return bool(
            self.contact_name or self.partner_name or self.phone or self.email_from
        )

    def _create_missing_customer(self):
        """Make the customer from what the deal knows, and the owner of its car.

        :raise UserError: when the deal knows neither a name nor a phone
        """
        self.ensure_one()
        if not self._has_contact():
            raise UserError(
                self.env._("Fill in the customer's name or phone of the deal first.")
            )
        if not self.contact_name and not self.partner_name:
            self.contact_name = self.phone or self.email_from
        self._handle_partner_assignment(create_missing=True)
        if self.vehicle_id and not self.vehicle_id.partner_id:
            self.vehicle_id.partner_id = self.partner_id

    @api.model
    def _get_name_from_vals(self, vals):
        """Return a name for a deal nobody named: its car, its wish or its customer."""
        for name in ("vehicle_line", "wish", "contact_name", "partner_name", "phone"):
            text = " ".join((vals.get(name) or "").split())
            if text:
                return text if len(text) <= 80 else f"{text[:79]}…"
        for name in ("vehicle_id", "partner_id"):
            record = self.env[self._fields[name].comodel_name].browse(vals.get(name))
            if record:
                return record.display_name
        return self.env._("New deal")

    def _sum_orders(self, orders, name):
        """Sum an amount of orders in the currency of the deal."""
        self.ensure_one()
        currency = self.company_currency or self.env.company.currency_id
        return sum(order._convert_sum(name, currency) for order in orders)

    @api.model
    def _merge_payment_statuses(self, statuses):
        """Return the payment status of a deal from those of its orders."""
        if "paid" in statuses and statuses & {"due", "partial"}:
            return "overdue" if "overdue" in statuses else "partial"
        return next((s for s in PAYMENT_STATUSES if s in statuses), False)

    @api.model
    def _get_silent_days(self):
        """Return after how many days without contact a customer counts as silent."""
        return max(self.env.company.auto_silent_days, 1)

    @api.model
    def _get_silent_since(self):
        return fields.Datetime.subtract(
            fields.Datetime.now(), days=self._get_silent_days()
        )

    @api.model
    def _get_silent_stages(self):
        """Return the stages in which it is the customer's turn to say something."""
        return self.env["crm.stage"].search(
            [("auto_event", "in", self._get_silent_events())]
        )

    @api.model
    def _get_silent_events(self):
        """Hook: events of the stages in which silence is worth a call."""
        return ["request", "estimate", "parts_arrived", "no_show"]
