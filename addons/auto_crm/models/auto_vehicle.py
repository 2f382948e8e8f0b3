import datetime
import math
from collections import defaultdict

from markupsafe import Markup

from odoo import api, fields, models
from odoo.exceptions import UserError, ValidationError
from odoo.fields import Domain
from odoo.tools import clean_context, format_date

from ..tools import plate, vin
from ..tools.vehicle_line import parse_line
from ..tools.vehicle_name import words

DAYS_FORECAST_MIN = 30
DAYS_FORECAST_MAX = 3650
KM_A_DAY = 500  # a taxi's; what is more is asked about
KM_AT_ONCE = 2000
KM_EVER = 1_000_000


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
        related="model_id.brand_id", string="Make", store=True, index=True
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
    lead_ids = fields.One2many(comodel_name="crm.lead", inverse_name="vehicle_id")
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
        compute="_compute_lead_count", groups="auto_crm.auto_crm_group_advisor"
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

    @api.depends("license_plate")
    def _compute_plate_search(self):
        for vehicle in self:
            vehicle.plate_search = vehicle.license_plate

    def _search_plate_search(self, operator, value):
        if operator == "in":
            keys = [plate.plate_key(text) for text in value if text]
            domain = Domain("plate_key", "in", keys)
            return (
                domain | Domain("plate_key", "=", False) if False in value else domain
            )
        if operator not in ("like", "ilike", "=like", "=ilike"):
            return NotImplemented
        return self._get_plate_domain(value)

    @api.depends("vin")
    def _compute_vin_info(self):
        for vehicle in self:
            info = vin.read_vin(vehicle.vin)
            known = [info.maker, info.country, *map(str, sorted(info.years))]
            vehicle.vin_info = ", ".join(filter(None, known)) if info.maker else False
            vehicle.vin_warning = self._get_vin_warning(info.problem, vehicle.vin)

    @api.depends("odometer_ids.value", "odometer_ids.date")
    def _compute_odometer(self):
        for vehicle in self:
            vehicle.odometer = vehicle._get_last_reading().value

    def _inverse_odometer(self):
        for vehicle in self:
            vehicle._add_odometer(vehicle.odometer, source=self._get_odometer_source())

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

    @api.depends("plate_key", "vin", "company_id")
    def _compute_duplicate_ids(self):
        others_by_key = defaultdict(self.browse)
        for other in self._search_duplicates():
            for key in filter(None, {other.plate_key, other.vin}):
                others_by_key[key] |= other
        for vehicle in self:
            others = others_by_key[vehicle.plate_key or None]
            others |= others_by_key[vehicle.vin or None]
            vehicle.duplicate_ids = others - vehicle._origin

    @api.depends("duplicate_ids")
    def _compute_duplicate_text(self):
        for vehicle in self:
            vehicle.duplicate_text = (
                Markup("<br/>").join(
                    vehicle._get_duplicate_sentence(other)
                    for other in vehicle.duplicate_ids
                )
                or False
            )

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

    @api.depends("odometer_ids")
    def _compute_odometer_count(self):
        self._compute_count("odometer_count", "auto.odometer", [])

    @api.depends("license_plate", "model_id", "vin")
    def _compute_display_name(self):
        # sudo: the make and model of a car one may read are no secret,
        # the catalogue has its own access
        for vehicle, vehicle_sudo in zip(self, self.sudo(), strict=True):
            names = [vehicle.license_plate, vehicle_sudo.model_id.display_name]
            vehicle.display_name = (
                " ".join(filter(None, names)) or vehicle.vin or self.env._("Vehicle")
            )

    @api.model
    def _search_display_name(self, operator, value):
        """Override of `base`: any part of plate, VIN, make, model, owner, phone."""
        if operator in Domain.NEGATIVE_OPERATORS:
            return NotImplemented
        if operator == "in":
            texts = [text for text in value if text]
            numbers = {vin.normalize_vin(text) for text in texts}
            keys = {plate.plate_key(plate.format_plate(text)) for text in texts}
            keys |= {plate.plate_key(parse_line(text).plate) for text in texts}
            return Domain("plate_key", "in", list(keys - {""})) | Domain(
                "vin", "in", list(numbers)
            )
        if not value:
            return Domain.TRUE
        return self._get_text_domain(value)

    @api.onchange("odometer")
    def _onchange_odometer(self):
        return self._get_odometer_warning(self.odometer)

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

    def action_change_owner(self):
        """Ask for the new owner and the day; the history keeps the former one."""
        self.ensure_one()
        return {
            "type": "ir.actions.act_window",
            "name": self.env._("Change Owner"),
            "res_model": "auto.vehicle.owner.change",
            "view_mode": "form",
            "target": "new",
            "context": {"default_vehicle_id": self.id},
        }

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

    def action_view_odometer(self):
        """Open the car's odometer readings."""
        return self._get_related_action("auto_crm.auto_odometer_action")

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
    def _get_plate_domain(self, text):
        """Domain of the cars whose plate contains the text, in any spelling.

        :param str text: a plate or a part of one; nothing matches an empty one
        :rtype: Domain
        """
        key = plate.plate_key(text)
        return Domain("plate_key", "ilike", key) if key else Domain.FALSE

    @api.model
    def _get_text_domain(self, text):
        """Domain of a free search: the text as a plate, or each of its words.

        A word may be anything that names the car.
        """
        digits = "".join(filter(str.isdigit, text))
        domain = self._get_plate_domain(text)
        if number := vin.normalize_vin(text):
            domain |= Domain("vin", "ilike", number)
        if len(digits) >= 5:
            domain |= Domain("partner_id.phone_sanitized", "ilike", digits[-10:])
        return domain | Domain.AND(self._get_word_domain(word) for word in words(text))

    @api.model
    def _get_word_domain(self, word):
        """Domain of one word of a free search."""
        return (
            self._get_plate_domain(word)
            | Domain("model_id.search_key", "ilike", word)
            | Domain("vin", "ilike", vin.normalize_vin(word))
            | Domain("partner_id.name", "ilike", word)
            | (Domain("year", "=", int(word)) if word.isdecimal() else Domain.FALSE)
        )

    @api.model
    def _get_company_from_vals(self, vals):
        """Company a vehicle made of these values will have."""
        partner = self.env["res.partner"].browse(vals.get("partner_id"))
        company = self.env["res.company"].browse(vals.get("company_id"))
        return company or partner.company_id

    def _check_vin_free(self, keys):
        """Refuse the VIN of another car by its name.

        Two users at once meet the unique index.

        :param keys: pairs (VIN, company's id or False) about to be written
        :raise ValidationError: naming the car that has the VIN
        """
        if self.env.context.get("import_file"):
            # the index is reported with the row, a refusal of the batch with the first
            return
        keys = set(keys)
        domain = Domain("vin", "in", [number for number, _company in keys])
        domain &= Domain("id", "not in", self.ids)
        others = self.with_context(active_test=False)
        for other in others.search(domain) if keys else ():
            if (other.vin, other.company_id.id) in keys:
                raise ValidationError(self._get_vin_taken_sentence(other))

    @api.model
    def _get_vin_taken_sentence(self, other):
        """Say which car has the VIN already, and what to do instead."""
        values = {"vin": other.vin, "vehicle": other.display_name}
        if other.active:
            return self.env._(
                "VIN %(vin)s already belongs to %(vehicle)s. "
                "Open that vehicle instead.",
                **values,
            )
        return self.env._(
            "VIN %(vin)s already belongs to %(vehicle)s, which is archived. "
            "Open it there and restore it instead.",
            **values,
        )

    def _search_duplicates(self):
        """Cars, archived too, with a plate or VIN of these.

        Of the same company, or shared by all.
        """
        keys = [key for key in self.mapped("plate_key") if key and len(key) > 3]
        vins = list(filter(None, self.mapped("vin")))
        if not keys and not vins:
            return self.browse()
        companies = self.company_id.ids or self.env.companies.ids
        domain = Domain("plate_key", "in", keys) | Domain("vin", "in", vins)
        domain &= Domain("company_id", "in", [*companies, False])
        return self.with_context(active_test=False).search(domain, limit=1000)

    def _get_duplicate_sentence(self, other):
        """Say which car is the same, whose it is and what to do, with a link to it."""
        same_owner = self.partner_id.commercial_partner_id == (
            other.partner_id.commercial_partner_id
        )
        link = Markup('<a href="/odoo/auto.vehicle/%s" target="_blank">%s</a>') % (
            other._origin.id,
            other.display_name,
        )
        if other.partner_id and not same_owner:
            return self.env._(
                "%(vehicle)s has the same plate or VIN and belongs to %(owner)s. "
                "If the car was sold, open it and change the owner.",
                vehicle=link,
                # sudo: the name only, as in the field itself
                owner=other.partner_id.sudo().display_name or "",
            )
        if other.active:
            return self.env._(
                "%(vehicle)s has the same plate or VIN: "
                "open it instead of making a second one.",
                vehicle=link,
            )
        return self.env._(
            "%(vehicle)s has the same plate or VIN and is archived: "
            "open and restore it.",
            vehicle=link,
        )

    def _open_ownership(self):
        """Begin the history row of the present owner.

        It begins today, or on ``auto_owner_date`` of the context.
        """
        date = self._get_owner_date()
        # sudo: the history is kept whoever changes the owner, who gives no defaults
        unowned = self.sudo().recommendation_ids.filtered(lambda one: not one.owner_id)
        for work in unowned:
            work.owner_id = work.vehicle_id.partner_id
        owners = self.env["auto.vehicle.owner"].sudo()
        owners.with_context(clean_context(self.env.context)).create(
            [
                {
                    "vehicle_id": vehicle.id,
                    "partner_id": vehicle.partner_id.id,
                    "date_start": date,
                }
                for vehicle in self
            ]
        )

    def _close_ownership(self):
        """End the open history rows.

        An owner who came after that day owned the car for no day.
        """
        if not self:
            return
        date = self._get_owner_date()
        # sudo: the history is kept whoever changes the owner
        rows = (
            self.env["auto.vehicle.owner"]
            .sudo()
            .search([("vehicle_id", "in", self.ids), ("date_stop", "=", False)])
        )
        for row in rows:
            row.date_stop = max(date, row.date_start)
            row._leave_vehicle()
        rows.flush_recordset(
            ["date_stop"]
        )  # before the next open row meets the unique index

    @api.model
    def _get_owner_date(self):
        date = self.env.context.get("auto_owner_date")
        return fields.Date.to_date(date) or fields.Date.context_today(self)

    @api.model
    def _get_odometer_source(self):
        """Source of a reading that is typed as the car's odometer."""
        return "import" if self.env.context.get("import_file") else "staff"

    def _get_last_reading(self):
        """The reading of the latest day, the last one made of that day."""
        self.ensure_one()
        return max(
            self.odometer_ids,
            key=lambda reading: (
                reading.date or datetime.date.min,
                reading._origin.id or math.inf,
            ),
            default=self.env["auto.odometer"],
        )

    def _get_odometer_doubt(self, value, date=None):
        """Return why a reading should be looked at again before it is kept, or "".

        :param int value: kilometres
        :param datetime.date date: day of the reading, today by default
        """
        self.ensure_one()
        last = self._get_last_reading()
        if value and value < last.value:
            return self.env._(
                "The odometer showed %(last)s km on %(date)s, so %(value)s km is less "
                "than before. Please check the reading.",
                last=last.value,
                date=format_date(self.env, last.date),
                value=value,
            )
        return self._get_odometer_excess(value, date)

    def _get_odometer_warning(self, value, date=None):
        """Return what an onchange returns of a doubtful reading, see above."""
        doubt = self[:1] and self._get_odometer_doubt(value, date)
        if not doubt:
            return None
        return {"warning": {"title": self.env._("Mileage"), "message": doubt}}

    def _get_odometer_excess(self, value, date=None):
        """Return why a reading is more than a car drives, or "", see above."""
        self.ensure_one()
        last = self._get_last_reading()
        day = date or fields.Date.context_today(self)
        if not last:
            if value <= KM_EVER:
                return ""
            return self.env._(
                "%(value)s km is very much. Please check the reading.", value=value
            )
        days = max((day - last.date).days, 0)
        if value - last.value <= KM_AT_ONCE + KM_A_DAY * days:
            return ""
        return self.env._(
            "The odometer showed %(last)s km on %(date)s, so %(value)s km is very much "
            "since. Please check the reading.",
            last=last.value,
            date=format_date(self.env, last.date),
            value=value,
        )

    def _add_odometer(self, value, source="staff", order=None, date=None):
        """Keep a reading: that of an order is corrected, a repeated one not kept twice.

        :param int value: kilometres; nothing happens without
        :param str source: one of ``auto.odometer.source``
        :param order: the work order it was read for
        :param datetime.date date: day of the reading, today by default
        :return: the reading, or an empty recordset
        """
        self.ensure_one()
        readings = self.env["auto.odometer"]
        if not value:
            return readings
        if order:
            reading = readings.search([("order_id", "=", order.id)], limit=1)
            if reading:
                vals = {"vehicle_id": self.id, "value": value}
                reading.write({**vals, **({"date": date} if date else {})})
                return reading
        last = self._get_last_reading()
        if not order and last and last.value == value and not date:
            return last
        return readings.create(
            {
                "vehicle_id": self.id,
                "value": value,
                "source": source,
                "order_id": order.id if order else False,
                "date": date or fields.Date.context_today(self),
            }
        )

    def _get_due_date(self, recommendation):
        """Day when a recommendation is due, by its date or the mileage, the earlier."""
        dates = [recommendation.date_due]
        if recommendation.odometer_due:
            dates.append(self._forecast_odometer_date(recommendation.odometer_due))
        return min(filter(None, dates), default=False)

    def _forecast_odometer_date(self, value):
        """Day when the car reaches a mileage, by its own readings of at least a month.

        :param int value: kilometres
        :return: the day, or False if the readings don't tell
        """
        self.ensure_one()
        last = self._get_last_reading()
        if not last:
            return False
        if last.value >= value:
            return last.date
        first = min(self.odometer_ids, key=lambda reading: reading.date or last.date)
        days = (last.date - first.date).days
        if days < DAYS_FORECAST_MIN or last.value <= first.value:
            return False
        ahead = (value - last.value) * days / (last.value - first.value)
        return last.date + datetime.timedelta(days=min(ahead, DAYS_FORECAST_MAX))

    @api.model
    def _find_or_create_from_line(self, line, partner=None):
        """Find the car that a line names, or make it.

        The owner of a known car is never changed.

        :param str line: such as "А123ВС777 Kia Rio 2019", or with a VIN
        :param partner: the customer who named it, may be empty
        :return: (the vehicle, empty if the line names none, and a note for the reader,
            may be "")
        :rtype: tuple
        """
        partner = partner or self.env["res.partner"]
        parsed = parse_line(line)
        model, rest = self._get_model_from_line(parsed.name)
        vehicle = self._find_by_line(parsed, model, partner)
        if vehicle:
            return vehicle, vehicle._join_line(parsed, model, partner)
        if not (parsed.plate or parsed.vin or model):
            return self.browse(), self.env._(
                "No plate, VIN, make or model found in “%(line)s”.", line=line or ""
            )
        vals = self._prepare_line_vals(parsed, model, partner)
        if rest:
            vals["note"] = Markup("<p>%s</p>") % rest
        return self.create(vals), ""

    @api.model
    def _get_model_from_line(self, name):
        """Model named in a line; a new one only for a known make and one or two words.

        :return: (the model, the words that are not part of it)
        """
        catalogue = self.env["fleet.vehicle.model"]
        model, rest = catalogue._match_text(name)
        if model:
            return model, rest
        brand, rest = self.env["fleet.vehicle.model.brand"]._find_by_text(name)
        if brand and 0 < len(words(rest)) <= 2:
            return catalogue._find_or_create(name, create_brand=False), ""
        return catalogue, name

    @api.model
    def _find_by_line(self, parsed, model, partner):
        """The known car of a parsed line.

        By VIN, by plate, or the customer's only one of that model.
        """
        candidates = self.with_context(active_test=False)
        companies = Domain("company_id", "in", [self.env.company.id, False])
        for field_name, value in (
            ("vin", parsed.vin),
            ("plate_key", plate.plate_key(parsed.plate)),
        ):
            if not value:
                continue
            found = candidates.search(
                Domain(field_name, "=", value) & companies, limit=50
            )
            if found:
                return found.sorted(
                    lambda vehicle: (vehicle.partner_id != partner, not vehicle.active)
                )[0].with_env(self.env)
        if not partner or not model or parsed.plate or parsed.vin:
            return self.browse()
        domain = companies & Domain("partner_id", "=", partner.id)
        domain &= Domain("model_id", "=", model.id)
        if parsed.year:
            domain &= Domain("year", "in", [parsed.year, 0, False])
        found = self.search(domain, limit=2)
        return found if len(found) == 1 else self.browse()

    @api.model
    def _prepare_line_vals(self, parsed, model, partner):
        """Values of a car from a parsed line."""
        return {
            "license_plate": parsed.plate or False,
            "vin": parsed.vin or False,
            "year": parsed.year,
            "model_id": model.id,
            "partner_id": partner.id,
        }

    def _join_line(self, parsed, model, partner):
        """Fill what was not known of a found car, restore it; tell what matters.

        :return: sentences, or ""
        :rtype: str
        """
        self.ensure_one()
        notes = []
        vals = {
            name: value
            for name, value in self._prepare_line_vals(parsed, model, partner).items()
            if value and not self[name]
        }
        owner = self.partner_id.commercial_partner_id
        if self._is_told_by_stranger(partner):
            vals = {}
        elif not self.active:
            vals["active"] = True
            notes.append(
                self.env._(
                    "%(vehicle)s was archived and is active again.",
                    vehicle=self.display_name,
                )
            )
        if vals:
            self.write(vals)
        if owner and partner and owner != partner.commercial_partner_id:
            notes.append(
                self.env._(
                    "%(vehicle)s belongs to %(owner)s. The owner was not changed.",
                    vehicle=self.display_name,
                    owner=self.partner_id.display_name,
                )
            )
        return " ".join(notes)

    def _is_told_by_stranger(self, partner):
        """Whether the line came from outside, not from the car's known owner.

        He must not change somebody else's car by filling in a form with its plate.

        :param partner: the customer who named the car, may be empty
        """
        self.ensure_one()
        owner = self.partner_id.commercial_partner_id
        is_other = bool(owner) and owner != partner.commercial_partner_id
        return is_other and (bool(partner) or self.env.su)
