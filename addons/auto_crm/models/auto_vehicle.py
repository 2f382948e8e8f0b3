import datetime
import math

from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.fields import Domain

from ..tools import plate, vin


class AutoVehicle(models.Model):
    """A customer's car: who owns it, what it is, what was and is to be done on it."""

    _name = "auto.vehicle"
    _description = "Vehicle"
    _inherit = ["mail.thread", "mail.activity.mixin", "image.mixin"]
    _order = "id desc"
    _check_company_auto = True
    _auto_owner_path = "partner_id"

    active = fields.Boolean(default=True)
    company_id = fields.Many2one(
        comodel_name="res.company",
        compute="_compute_company_id",
        store=True,
        readonly=False,
        precompute=True,
        index=True,
    )
    partner_id = fields.Many2one(
        comodel_name="res.partner",
        string="Owner",
        index=True,
        tracking=True,
        check_company=True,
    )
    driver_id = fields.Many2one(
        comodel_name="res.partner",
        index="btree_not_null",
        check_company=True,
        help="Who brings the car, if it is not the owner.",
    )
    model_id = fields.Many2one(
        comodel_name="fleet.vehicle.model", index=True, tracking=True
    )
    brand_id = fields.Many2one(
        related="model_id.brand_id",
        string="Make",
        store=True,
        index=True,
        readonly=False,  # a column of imports: see `_read_import_model`
    )
    license_plate = fields.Char(string="Plate", tracking=True, copy=False)
    plate_key = fields.Char(
        compute="_compute_plate_key",
        store=True,
        index="trigram",
        export_string_translation=False,
    )
    plate_search = fields.Char(
        string="Plate in any spelling",
        compute="_compute_plate_search",
        search="_search_plate_search",
        exportable=False,
    )
    vin = fields.Char(string="VIN", tracking=True, copy=False, index="trigram")
    vin_info = fields.Char(string="By VIN", compute="_compute_vin_info")
    vin_warning = fields.Char(compute="_compute_vin_info")
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
    note = fields.Html(groups="base.group_user")
    odometer_ids = fields.One2many(
        comodel_name="auto.odometer",
        inverse_name="vehicle_id",
        string="Odometer Readings",
    )
    odometer = fields.Integer(
        string="Odometer, km",
        compute="_compute_odometer",
        inverse="_inverse_odometer",
        store=True,
        copy=False,
        aggregator="avg",
    )
    owner_ids = fields.One2many(
        comodel_name="auto.vehicle.owner",
        inverse_name="vehicle_id",
        string="Owners",
    )
    order_ids = fields.One2many(comodel_name="sale.order", inverse_name="vehicle_id")
    lead_ids = fields.One2many(
        comodel_name="crm.lead", inverse_name="vehicle_id", string="Deals"
    )
    recommendation_ids = fields.One2many(
        comodel_name="auto.recommendation", inverse_name="vehicle_id"
    )
    date_last_visit = fields.Datetime(
        string="Last visit", compute="_compute_date_last_visit", store=True
    )
    next_due_id = fields.Many2one(
        comodel_name="auto.recommendation", compute="_compute_next_due", store=True
    )
    date_next_due = fields.Date(
        string="Due on",
        compute="_compute_next_due",
        store=True,
        index="btree_not_null",
        help="The earliest of the dates of open recommendations; a mileage counts as "
        "the day the car is expected to reach it.",
    )
    odometer_next_due = fields.Integer(
        string="Due at, km", compute="_compute_next_due", store=True, aggregator=None
    )
    duplicate_ids = fields.Many2many(
        comodel_name="auto.vehicle",
        compute="_compute_duplicate_ids",
        context={"active_test": False},
        groups="auto_crm.auto_crm_group_advisor,account.group_account_readonly",
    )
    duplicate_text = fields.Html(
        compute="_compute_duplicate_text",
        sanitize=False,
        groups="auto_crm.auto_crm_group_advisor,account.group_account_readonly",
    )
    order_count = fields.Integer(
        compute="_compute_order_count",
        groups="auto_crm.auto_crm_group_advisor,account.group_account_readonly",
    )
    currency_id = fields.Many2one(
        comodel_name="res.currency",
        compute="_compute_amounts",
        groups="auto_crm.auto_crm_group_advisor,account.group_account_readonly",
    )
    amount_orders = fields.Monetary(
        string="Sum of orders",
        compute="_compute_amounts",
        groups="auto_crm.auto_crm_group_advisor,account.group_account_readonly",
        help="Total of the car's agreed work orders, in the company's currency.",
    )
    amount_due = fields.Monetary(
        string="To pay",
        compute="_compute_amounts",
        groups="auto_crm.auto_crm_group_advisor,account.group_account_readonly",
    )
    lead_count = fields.Integer(
        string="Number of Deals",
        compute="_compute_lead_count",
        groups="auto_crm.auto_crm_group_advisor",
    )
    recommendation_count = fields.Integer(compute="_compute_recommendation_count")
    odometer_count = fields.Integer(compute="_compute_odometer_count")

    _vin_unique = models.UniqueIndex(
        "(vin, COALESCE(company_id, 0)) WHERE vin IS NOT NULL",
        "There is already a vehicle with this VIN, perhaps among the archived ones. "
        "Open that one instead.",
    )
    _year_possible = models.Constraint(
        "CHECK (year IS NULL OR year = 0 OR year BETWEEN 1885 AND 2200)",
        "The year of a vehicle has four digits, such as 2019.",
    )

    @api.depends("partner_id.company_id")
    def _compute_company_id(self):
        for vehicle in self:
            vehicle.company_id = vehicle.partner_id.company_id or vehicle.company_id

    @api.depends("license_plate")
    def _compute_plate_key(self):
        for vehicle in self:
            vehicle.plate_key = plate.plate_key(vehicle.license_plate) or False

    @api.depends("vin")
    def _compute_vin_info(self):
        for vehicle in self:
            info = vin.read_vin(vehicle.vin)
            known = [info.maker, info.country, *map(str, sorted(info.years))]
            vehicle.vin_info = ", ".join(filter(None, known)) if info.maker else False
            vehicle.vin_warning = self._get_vin_warning(info.problem, vehicle.vin)

    @api.depends("order_ids.date_received")
    def _compute_date_last_visit(self):
        last_by_vehicle = dict(
            self.env["sale.order"]._read_group(
                [("vehicle_id", "in", self.ids), ("date_received", "!=", False)],
                ["vehicle_id"],
                ["date_received:max"],
            )
        )
        for vehicle in self:
            vehicle.date_last_visit = last_by_vehicle.get(vehicle._origin, False)

    @api.depends(
        "recommendation_ids.state",
        "recommendation_ids.date_due",
        "recommendation_ids.odometer_due",
        "odometer_ids.value",
        "odometer_ids.date",
    )
    def _compute_next_due(self):
        for vehicle in self:
            dues = [
                (
                    date or datetime.date.max,
                    item.odometer_due or math.inf,
                    item.id,
                    item,
                )
                for item in vehicle.recommendation_ids.filtered(
                    lambda item: item.state in self._get_open_recommendation_states()
                )
                if (date := vehicle._get_due_date(item)) or item.odometer_due
            ]
            date, _km, _id, item = min(
                dues, default=(datetime.date.max, 0, 0, self.env["auto.recommendation"])
            )
            vehicle.next_due_id = item
            vehicle.date_next_due = date if date < datetime.date.max else False
            vehicle.odometer_next_due = item.odometer_due

    @api.depends("order_ids")
    def _compute_order_count(self):
        self._compute_count("order_count", "sale.order", [])

    @api.depends("order_ids.amount_total", "order_ids.amount_due", "order_ids.state")
    @api.depends_context("company")
    def _compute_amounts(self):
        currency = self.env.company.currency_id
        orders = self.env["sale.order"].search(
            Domain("vehicle_id", "in", self.ids)
            # a cancelled order asks for nothing, but may hold the customer's money
            & (Domain("state", "=", "sale") | Domain("amount_due", "!=", 0))
        )
        by_vehicle = orders.grouped("vehicle_id")
        for vehicle in self:
            own = by_vehicle.get(vehicle._origin, orders.browse())
            vehicle.currency_id = currency
            vehicle.amount_orders = sum(
                order._convert_sum("amount_total", currency)
                for order in own
                if order.state == "sale"
            )
            vehicle.amount_due = sum(
                order._convert_sum("amount_due", currency) for order in own
            )

    @api.depends("lead_ids")
    def _compute_lead_count(self):
        # lost deals are history of the car too
        self.with_context(active_test=False)._compute_count(
            "lead_count", "crm.lead", []
        )

    @api.depends("recommendation_ids.state")
    def _compute_recommendation_count(self):
        states = self._get_open_recommendation_states()
        self._compute_count(
            "recommendation_count", "auto.recommendation", [("state", "in", states)]
        )

    @api.depends("license_plate", "model_id", "vin")
    def _compute_display_name(self):
        # sudo: the make and model of a car one may read are no secret,
        # the catalogue has its own access
        for vehicle, vehicle_sudo in zip(self, self.sudo(), strict=True):
            names = [vehicle.license_plate, vehicle_sudo.model_id.display_name]
            vehicle.display_name = (
                " ".join(filter(None, names)) or vehicle.vin or self.env._("Vehicle")
            )

    @api.onchange("license_plate", "vin")
    def _onchange_numbers(self):
        self.license_plate = plate.format_plate(self.license_plate)
        self.vin = vin.normalize_vin(self.vin)

    @api.model_create_multi
    def create(self, vals_list):
        vals_list = [self._normalize_vals(vals) for vals in vals_list]
        self._check_vin_free(
            (vals["vin"], self._get_company_from_vals(vals).id)
            for vals in vals_list
            if vals.get("vin")
        )
        vehicles = super().create(vals_list)
        vehicles.filtered("partner_id")._open_ownership()
        return vehicles

    def write(self, vals):
        vals = self._normalize_vals(vals)
        if vals.get("vin"):
            self._check_vin_free(
                (vals["vin"], vehicle.company_id.id) for vehicle in self
            )
        changed = self.browse()
        if "partner_id" in vals:
            changed = self.filtered(
                lambda vehicle: vehicle.partner_id.id != (vals["partner_id"] or False)
            )
        result = super().write(vals)
        if "model_id" in vals:
            self.env["sale.order"]._update_offers([("vehicle_id", "in", self.ids)])
        changed._close_ownership()
        changed.filtered("partner_id")._open_ownership()
        return result

    @api.model
    def name_create(self, name):
        """Override of `base`: a car in one line, such as "А123ВС777 Kia Rio 2019"."""
        partner = self.env["res.partner"].browse(
            self.env.context.get("default_partner_id")
        )
        vehicle, _note = self._find_or_create_from_line(name, partner)
        if not vehicle:
            raise UserError(
                self.env._(
                    "Nothing in “%(line)s” names a car. Type its plate, VIN, or make "
                    "and model: А123ВС777 Kia Rio 2019.",
                    line=name,
                )
            )
        return vehicle.id, vehicle.display_name

    @api.model
    def get_import_templates(self):
        """Override of `base_import`: a sample to fill in."""
        return [
            {
                "label": self.env._("Import Template for Vehicles"),
                "template": "/auto_crm/static/import/vehicles.xlsx",
            }
        ]

    def action_view_orders(self):
        """Open the car's work orders, a new one prepared for its owner."""
        return self._get_related_action(
            "auto_crm.sale_order_action_work_order",
            default_is_work_order=True,
            default_partner_id=self.partner_id.id,
        )

    def action_view_leads(self):
        """Open the car's deals, lost ones too."""
        return self._get_related_action(
            "auto_crm.auto_crm_lead_action",
            active_test=False,
            default_type="opportunity",
            default_partner_id=self.partner_id.id,
        )

    def action_view_recommendations(self):
        """Open what was advised for the car."""
        return self._get_related_action("auto_crm.auto_recommendation_action")

    def _get_related_action(self, xml_id, **context):
        """The action of other documents, as a list of those of this car."""
        self.ensure_one()
        action = self.env["ir.actions.act_window"]._for_xml_id(xml_id)
        return {
            **action,
            "views": sorted(action["views"], key=lambda view: view[1] != "list"),
            "domain": [("vehicle_id", "=", self.id)],
            "context": {"default_vehicle_id": self.id, **context},
            "path": False,
        }

    @api.model
    def _normalize_vals(self, vals):
        """Spell plate and VIN of values the one way; an emptied odometer is none."""
        vals = dict(vals)
        vals.pop("brand_id", None)  # it is the model's: no car changes that
        if "license_plate" in vals:
            vals["license_plate"] = plate.format_plate(vals["license_plate"])
        if "vin" in vals:
            vals["vin"] = vin.normalize_vin(vals["vin"])
        if not vals.get("odometer", True):
            del vals["odometer"]
        return vals

    def _compute_count(self, field_name, res_model, domain):
        """Count the car's records of another model in one query."""
        count_by_vehicle = dict(
            self.env[res_model]._read_group(
                [("vehicle_id", "in", self.ids), *domain], ["vehicle_id"], ["__count"]
            )
        )
        for vehicle in self:
            vehicle[field_name] = count_by_vehicle.get(vehicle._origin, 0)

    @api.model
    def _get_open_recommendation_states(self):
        """States of a recommendation that still waits to be done."""
        return ("advised", "declined", "deferred")

    @api.model
    def _get_vin_warning(self, problem, number):
        """Sentence for a problem found by ``tools.vin``.

        Odd numbers are warned of, not refused.
        """
        if problem == "length":
            return self.env._(
                "A VIN has 17 characters, this one has %(count)s. "
                "Keep it if the car's papers say so.",
                count=len(vin.normalize_vin(number)),
            )
        if problem == "letters":
            return self.env._(
                "A VIN has only digits and Latin letters. "
                "Compare it with the car's papers."
            )
        if problem == "check_digit":
            return self.env._(
                "The check digit doesn't fit: probably a typing error. "
                "Compare it with the car's papers."
            )
        return False

    @api.model
    def _get_company_from_vals(self, vals):
        """Company a vehicle made of these values will have."""
        partner = self.env["res.partner"].browse(vals.get("partner_id"))
        company = self.env["res.company"].browse(vals.get("company_id"))
        return company or partner.company_id
