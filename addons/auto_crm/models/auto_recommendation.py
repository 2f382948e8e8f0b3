from dateutil.relativedelta import relativedelta

from odoo import api, fields, models
from odoo.exceptions import AccessError, UserError
from odoo.fields import Domain

OPEN_STATES = ("advised", "declined", "deferred")
SOON_DAYS = 30
SOON_KM = 1000


class AutoRecommendation(models.Model):
    """Work advised for a car and not done yet, with the date or mileage it is due."""

    _name = "auto.recommendation"
    _description = "Recommendation"
    _inherit = ["mail.thread"]
    _order = "date_due, id"
    _check_company_auto = True
    _auto_owner_path = "vehicle_id.partner_id"

    name = fields.Char(required=True, tracking=True)
    vehicle_id = fields.Many2one(
        comodel_name="auto.vehicle",
        required=True,
        index=True,
        ondelete="cascade",
        check_company=True,
    )
    partner_id = fields.Many2one(
        related="vehicle_id.partner_id",
        related_sudo=False,  # else a mechanic could search by it, though not read it
        string="Owner",
        groups="auto_crm.auto_crm_group_advisor",
    )
    owner_id = fields.Many2one(
        comodel_name="res.partner",
        string="Advised to",
        compute="_compute_owner_id",
        store=True,
        readonly=False,
        index="btree_not_null",
        ondelete="set null",
        groups="auto_crm.auto_crm_group_advisor",
        help="Who sees it in the portal, as long as the car is his. A new owner of the "
        "car sees it once it is advised to him.",
    )
    brand_id = fields.Many2one(related="vehicle_id.brand_id", string="Make", store=True)
    company_id = fields.Many2one(
        comodel_name="res.company",
        required=True,
        index=True,
        default=lambda self: self.env.company,
    )
    order_id = fields.Many2one(
        comodel_name="sale.order",
        string="Advised on",
        index="btree_not_null",
        check_company=True,
    )
    done_line_id = fields.Many2one(
        comodel_name="sale.order.line",
        string="Order Line",
        index="btree_not_null",
        ondelete="set null",
        copy=False,
    )
    done_order_id = fields.Many2one(
        related="done_line_id.order_id",
        string="Done by",
        store=True,
        index="btree_not_null",
    )
    product_id = fields.Many2one(
        comodel_name="product.product", domain=[("sale_ok", "=", True)]
    )
    package_id = fields.Many2one(comodel_name="auto.package", check_company=True)
    answer = fields.Selection(
        selection=[
            ("advised", "Not asked yet"),
            ("declined", "Declined"),
            ("deferred", "Deferred"),
            ("done", "Done elsewhere"),
        ],
        string="Customer's answer",
        default="advised",
        required=True,
        copy=False,
    )
    state = fields.Selection(
        selection=[
            ("advised", "Advised"),
            ("declined", "Declined"),
            ("deferred", "Deferred"),
            ("ordered", "On an order"),
            ("done", "Done"),
        ],
        compute="_compute_state",
        inverse="_inverse_state",
        store=True,
        index=True,
        tracking=True,
        copy=False,
    )
    severity = fields.Selection(
        selection=[("safe", "Can wait"), ("soon", "Soon"), ("danger", "Unsafe")],
        default="soon",
        required=True,
    )
    is_extra = fields.Boolean(
        string="Needs doing now",
        copy=False,
        help="Found at work, not for a later visit: extra work of the order at hand, "
        "for the customer to agree to.",
    )
    date_advised = fields.Date(default=fields.Date.context_today, required=True)
    date_due = fields.Date(tracking=True)
    odometer_due = fields.Integer(string="Due at, km", tracking=True)
    odometer_left = fields.Integer(
        string="Km left",
        compute="_compute_odometer_left",
        store=True,
        aggregator=None,
        help="Kilometres from the car's last known reading to the due one.",
    )
    due_status = fields.Selection(
        selection=[("overdue", "Overdue"), ("soon", "Due soon"), ("later", "Later")],
        compute="_compute_due_status",
        search="_search_due_status",
    )
    note = fields.Text()

    _odometer_due_positive = models.Constraint(
        "CHECK (odometer_due >= 0)", "The mileage a work is due at cannot be negative."
    )

    @api.depends(
        "answer",
        "done_line_id.state",
        "done_line_id.qty_delivered",
        "done_line_id.product_uom_qty",
        "done_line_id.order_id.date_released",
    )
    def _compute_state(self):
        # sudo: the mechanic who advised a work cannot read the order that does it
        for recommendation in self.sudo():
            line = recommendation.done_line_id
            if not line or line.state == "cancel":
                recommendation.state = recommendation.answer
            elif recommendation._is_done_by(line):
                recommendation.state = "done"
            else:
                recommendation.state = "ordered"

    @api.depends("vehicle_id")
    def _compute_owner_id(self):
        for recommendation in self:
            recommendation.owner_id = recommendation.vehicle_id.partner_id

    def _inverse_state(self):
        for recommendation in self:
            if recommendation.state != "ordered":
                recommendation.answer = recommendation.state

    @api.depends("odometer_due", "vehicle_id.odometer")
    def _compute_odometer_left(self):
        for recommendation in self:
            due = recommendation.odometer_due
            recommendation.odometer_left = (
                due and due - recommendation.vehicle_id.odometer
            )

    @api.depends("date_due", "odometer_due", "odometer_left", "state")
    def _compute_due_status(self):
        for status in ("overdue", "soon", "later"):
            matching = self.filtered_domain(self._get_due_domain(status))
            matching.due_status = status
        (self - self.filtered_domain(self._get_due_domain())).due_status = False

    def _search_due_status(self, operator, value):
        if operator != "in":
            return NotImplemented
        domains = [self._get_due_domain(status) for status in value if status]
        if False in value:
            domains.append(~self._get_due_domain())
        return Domain.OR(domains)

    @api.onchange("product_id", "package_id")
    def _onchange_product_id(self):
        if not self.name:
            self.name = self.package_id.name or self.product_id.name

    def write(self, vals):
        """Override of the ORM: a mechanic words what he advises, no more.

        :raise AccessError: when he moves it, as to another car
        """
        self._check_mechanic(vals)
        return super().write(vals)

    def _check_mechanic(self, vals):
        """Refuse a mechanic to change what a recommendation belongs to."""
        if self.env.su or not self._get_fixed_fields() & vals.keys():
            return
        if not self.env.user.has_group("auto_crm.auto_crm_group_advisor"):
            raise AccessError(
                self.env._(
                    "Only service advisors may move a recommendation to another car "
                    "or order. Ask one of them."
                )
            )

    @api.model
    def _get_fixed_fields(self):
        """Hook: fields that only advisors write once a recommendation is made."""
        return {"vehicle_id", "company_id", "order_id", "done_line_id", "owner_id"}

    def action_decline(self):
        """The customer refuses the work; it comes up again on the next order."""
        self._check_open()
        self.answer = "declined"

    def action_defer(self):
        """The customer wants the work later, by the date or the mileage given."""
        self._check_open()
        today = self.env.company._get_today()
        for recommendation in self:
            if not recommendation.date_due and not recommendation.odometer_due:
                raise UserError(
                    self.env._(
                        "Set the date or the mileage %(name)s is put off to first.",
                        name=recommendation.name,
                    )
                )
            if recommendation.date_due and recommendation.date_due < today:
                raise UserError(
                    self.env._(
                        "%(name)s cannot be put off to a day that has passed.",
                        name=recommendation.name,
                    )
                )
        self.answer = "deferred"

    def action_reopen(self):
        """Take the customer's answer back: the work is advised again.

        If the car was sold meanwhile, to the present owner.
        """
        self.answer = "advised"
        # sudo: a mechanic does not read whose the car is
        for recommendation in self.sudo():
            recommendation.owner_id = recommendation.vehicle_id.partner_id

    def action_done_elsewhere(self):
        """The work was done without an order of ours: it comes up no more."""
        self._check_open()
        self.answer = "done"

    def action_add_to_order(self):
        """Put the works on the order `auto_order_id` of the context.

        Without one, on the car's latest work order that still takes lines.
        """
        self._check_open()
        order = self.env["sale.order"].browse(self.env.context.get("auto_order_id"))
        if order.exists():
            self._add_to_order(order)
            return True
        for vehicle, recommendations in self.grouped("vehicle_id").items():
            recommendations._add_to_order(recommendations._find_open_order(vehicle))
        return True

    def action_open_extra(self):
        """Let the advisor say which work it is, before it goes on the order."""
        self.ensure_one()
        return {
            "type": "ir.actions.act_window",
            "name": self.env._("Extra work to agree"),
            "res_model": self._name,
            "res_id": self.id,
            "view_mode": "form",
            "target": "new",
            "context": {"auto_order_id": self.order_id.id},
        }

    def _add_to_order(self, order):
        """Make the order lines and remember which line does which work.

        :raise UserError: when the order is of another car or takes no more lines
        """
        order._check_takes_lines()
        strangers = self.filtered(lambda rec: rec.vehicle_id != order.vehicle_id)
        if strangers:
            raise UserError(
                self.env._(
                    "%(name)s was advised for another car than the one of %(order)s.",
                    name=strangers[0].name,
                    order=order.name,
                )
            )
        self._check_extra(order)
        for recommendation in self:
            lines = order._append_lines(recommendation._prepare_order_lines_vals())
            labour = lines.filtered(
                lambda line: line.product_id.service_tracking == "auto_job"
            )
            recommendation.done_line_id = (labour or lines)[:1]

    def _prepare_order_lines_vals(self):
        """Values of the order lines: of the package, the product, or a bare text."""
        self.ensure_one()
        if self.package_id.line_ids:
            return [
                line._prepare_order_line_vals() for line in self.package_id.line_ids
            ]
        if self.product_id:
            return [{"product_id": self.product_id.id, "product_uom_qty": 1.0}]
        return [{"display_type": "line_note", "name": self.name}]

    def _find_open_order(self, vehicle):
        """The car's latest work order that takes lines.

        :raise UserError: when there is none
        """
        order = self.env["sale.order"].search(
            self._get_open_order_domain(vehicle), order="id desc", limit=1
        )
        if not order:
            raise UserError(
                self.env._(
                    "%(car)s has no open work order. Make one: what was advised is "
                    "offered on it.",
                    car=vehicle.display_name,
                )
            )
        return order

    def _get_open_order_domain(self, vehicle):
        """Work orders of the car that may still get lines."""
        return Domain(
            [
                ("vehicle_id", "=", vehicle.id),
                ("company_id", "in", self.company_id.ids),
                ("state", "!=", "cancel"),
                ("locked", "=", False),
                ("date_released", "=", False),
            ]
        )

    def _is_done_by(self, line):
        """Whether the line has done the work: delivered, or the car is released."""
        delivered = (
            line.product_uom_qty > 0 and line.qty_delivered >= line.product_uom_qty
        )
        return bool(line.order_id.date_released) or delivered

    def _check_open(self):
        closed = self.filtered(lambda rec: rec.state not in OPEN_STATES)
        if closed:
            raise UserError(
                self.env._(
                    "%(name)s is done or on an order already.", name=closed[0].name
                )
            )

    def _check_extra(self, order):
        """Refuse mere words for extra work of the order: it is agreed with a price.

        :raise UserError: says what to choose
        """
        unknown = self.filtered(
            lambda rec: (
                rec.is_extra
                and rec.order_id == order
                and not rec.product_id
                and not rec.package_id
            )
        )
        if unknown:
            raise UserError(
                self.env._(
                    "Choose the work or package that “%(name)s” is first, so that the "
                    "customer is told a price.",
                    name=unknown[0].name,
                )
            )

    @api.model
    def _get_due_domain(self, status=None):
        """Open recommendations with a due date or mileage.

        :param status: overdue, soon or later; None for all of them
        """
        today = self.env.company._get_today()
        soon = today + relativedelta(days=SOON_DAYS)
        is_open = Domain("state", "in", OPEN_STATES)
        by_km = Domain("odometer_due", ">", 0)
        overdue = Domain("date_due", "<", today) | (
            by_km & Domain("odometer_left", "<=", 0)
        )
        near = Domain("date_due", "<=", soon) | (
            by_km & Domain("odometer_left", "<=", SOON_KM)
        )
        dated = Domain("date_due", "!=", False) | by_km
        return (
            is_open
            & {
                None: dated,
                "overdue": overdue,
                "soon": near & ~overdue,
                "later": dated & ~near,
            }[status]
        )
