from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.tools import clean_context

from ..tools import groups


class SaleOrderLine(models.Model):
    _inherit = "sale.order.line"

    qty_delivered_method = fields.Selection(
        selection_add=[("auto_job", "Jobs")], ondelete={"auto_job": "set manual"}
    )
    line_kind = fields.Selection(
        selection=[
            ("labour", "Labour"),
            ("part", "Part"),
            ("sublet", "Sublet"),
            ("other", "Other"),
        ],
        compute="_compute_line_kind",
        store=True,
        precompute=True,
        index=True,
    )
    work_type_id = fields.Many2one(related="product_id.work_type_id")
    labour_pricing = fields.Selection(
        selection=[("norm", "Norm-hours × rate"), ("fixed", "Fixed price")],
        compute="_compute_labour_pricing",
        store=True,
        readonly=False,
        precompute=True,
    )
    norm_hours = fields.Float(
        string="Norm-hours",
        digits=(16, 2),
        compute="_compute_norm_hours",
        store=True,
        readonly=False,
        precompute=True,
    )
    labour_rate = fields.Monetary(
        string="Rate",
        compute="_compute_labour_rate",
        store=True,
        readonly=False,
        precompute=True,
        aggregator="avg",
        help="Price of one norm-hour, before discount, by work type and make.",
    )
    mechanic_ids = fields.Many2many(
        comodel_name="hr.employee",
        string="Mechanics",
        check_company=True,
        copy=False,  # a seller without rights on employees copies his orders too
    )
    job_ids = fields.One2many(
        comodel_name="auto.job",
        inverse_name="order_line_id",
        groups=f"{groups.MECHANIC},{groups.BOOKS},{groups.PORTAL}",
    )
    job_state = fields.Selection(
        selection=[
            ("todo", "To do"),
            ("in_progress", "In progress"),
            ("on_hold", "On hold"),
            ("done", "Done"),
            ("cancel", "Cancelled"),
        ],
        compute="_compute_job_state",
        compute_sudo=True,  # who reads the line may not read jobs, but how far it is
    )
    maker = fields.Char(related="product_id.maker")
    article = fields.Char(related="product_id.default_code", string="Article")
    part_source = fields.Selection(
        selection=[
            ("stock", "Our stock"),
            ("order", "To order"),
            ("customer", "Customer's own"),
        ],
        string="Source",
        compute="_compute_part_source",
        store=True,
        readonly=False,
        precompute=True,
        help="Our stock: reserved, and bought only as far as it is missing. "
        "To order: bought for this order. Customer's own: neither bought nor sold.",
    )
    part_state = fields.Selection(
        selection=[
            ("missing", "To order"),
            ("ordered", "Ordered"),
            ("arrived", "On stock"),
            ("issued", "Issued"),
            ("customer", "Customer's own"),
        ],
        compute="_compute_part_state",
        store=True,
        copy=False,
    )
    parts_date = fields.Date(
        string="Part due", compute="_compute_part_state", store=True, copy=False
    )
    line_state = fields.Selection(
        selection=lambda self: self._get_line_states(),
        string="State of Work or Part",
        compute="_compute_line_state",
    )
    recommendation_ids = fields.One2many(
        comodel_name="auto.recommendation",
        inverse_name="done_line_id",
        groups=f"{groups.MECHANIC},{groups.PORTAL}",
    )

    @api.depends("product_id", "display_type", "is_downpayment")
    def _compute_line_kind(self):
        for company, lines in self.grouped("company_id").items():
            products = lines.product_id.with_company(company or self.env.company)
            kinds = {product.id: product._get_line_kind() for product in products}
            for line in lines:
                if line.display_type:
                    line.line_kind = False
                elif line.is_downpayment or not line.product_id:
                    line.line_kind = "other"
                else:
                    line.line_kind = kinds[line.product_id.id]

    @api.depends("product_id")
    def _compute_labour_pricing(self):
        for line in self:
            is_labour = line.line_kind == "labour"
            line.labour_pricing = is_labour and line.product_id.labour_pricing

    @api.depends("product_id")
    def _compute_norm_hours(self):
        for line in self:
            is_labour = line.line_kind == "labour"
            line.norm_hours = line.product_id.norm_hours if is_labour else 0.0

    @api.depends("product_id", "order_id.brand_id")
    def _compute_labour_rate(self):
        """What the norm-hour cost when the line was made, in the order's currency.

        Not by dependency on the currency: with the rate all prices would follow another
        pricelist unasked, those of Odoo's own orders too. See `_recompute_prices`.
        """
        labour = self.filtered(lambda line: line.line_kind == "labour")
        (self - labour).labour_rate = 0.0
        rates_by_company = self.env["auto.labour.rate"]._get_prices(labour.company_id)
        for line in labour:
            company = line.company_id
            price = rates_by_company[company].get_price(
                line.product_id.work_type_id, line.order_id.brand_id
            )
            line.labour_rate = company.currency_id._convert(
                from_amount=price,
                to_currency=line.order_id.currency_id or company.currency_id,
                company=company,
                date=line.order_id.date_order or fields.Date.context_today(line),
                round=False,
            )

    @api.depends("job_ids.state")
    def _compute_job_state(self):
        for line in self:
            jobs = line.job_ids
            active = jobs.filtered(lambda job: job.state != "cancel")
            line.job_state = (active or jobs)[:1].state

    @api.depends("product_id")
    def _compute_part_source(self):
        """Where the parts of a work order come from.

        Of Odoo's own orders nothing is asked. Not by dependency: of an offer that
        becomes a work order, prices and discounts would be reckoned anew. Its parts
        come from stock, and are bought as far as they are missing, as those of none.
        """
        parts = self.filtered(
            lambda line: line.line_kind == "part" and line.order_id.is_work_order
        )
        (self - parts).part_source = False
        for warehouse, lines in parts.grouped("warehouse_id").items():
            products = lines.product_id.with_context(warehouse_id=warehouse.id)
            free = {product.id: product.free_qty for product in products}
            for line in lines:
                is_short = line.product_id.is_storable and free[line.product_id.id] <= 0
                line.part_source = "order" if is_short else "stock"

    @api.depends(
        "line_kind",
        "state",
        "order_id.is_work_order",
        "part_source",
        "product_uom_qty",
        "qty_delivered",
        "move_ids.state",
        "move_ids.quantity",
        "move_ids.product_uom_qty",
        "move_ids.move_orig_ids.state",
        "move_ids.move_orig_ids.date",
        "move_ids.move_orig_ids.purchase_line_id.date_planned",
    )
    def _compute_part_state(self):
        for line in self:
            is_part = line.line_kind == "part" and line.order_id.is_work_order
            if not is_part or line.state != "sale" or line.product_uom_qty <= 0:
                line.part_state, line.parts_date = False, False
            elif line.part_source == "customer":
                line.part_state, line.parts_date = "customer", False
            else:
                line.part_state, line.parts_date = line._get_part_state()

    @api.model
    def _get_line_states(self):
        """States of works and of parts, for one column of the order's list."""
        return [
            choice
            for name in ("job_state", "part_state")
            for choice in self._fields[name]._description_selection(self.env)
        ]

    @api.depends("job_state", "part_state")
    def _compute_line_state(self):
        for line in self:
            line.line_state = line.job_state or line.part_state

    @api.depends("order_id.is_work_order", "line_kind")
    def _compute_qty_delivered_method(self):
        """Override of `sale`: labour of a work order is delivered by its jobs."""
        labour = self.filtered(lambda line: line._is_job_line())
        labour.qty_delivered_method = "auto_job"
        return super(SaleOrderLine, self - labour)._compute_qty_delivered_method()

    @api.depends("job_ids.state", "product_uom_qty", "order_id.date_released")
    def _compute_qty_delivered(self):
        """Override of `sale`: jobs and the release of the car deliver too."""
        return super()._compute_qty_delivered()

    @api.depends("norm_hours", "labour_rate", "labour_pricing", "part_source")
    def _compute_price_unit(self):
        """Override of `sale`: labour costs norm-hours × rate."""
        return super()._compute_price_unit()

    @api.depends("norm_hours", "labour_rate", "labour_pricing", "part_source")
    def _compute_discount(self):
        """Override of `sale`: the pricelist's discount follows the labour price."""
        return super()._compute_discount()

    @api.model_create_multi
    def create(self, vals_list):
        """Override of `sale`: a line of an agreed order is agreed and has its job."""
        self._check_no_agreed_defaults()
        lines = super().create(vals_list)
        lines.filtered(lambda line: line.state == "sale")._create_auto_jobs()
        lines._accept_new()
        return lines

    def write(self, vals):
        """Override of `sale`: jobs follow quantities; what was agreed is watched."""
        before = self._get_facts_before(vals)
        if "part_source" in vals:
            self._check_part_source(vals["part_source"])
        bought = self._get_bought() if "product_uom_qty" in vals else []
        result = super().write(vals)
        if "product_uom_qty" in vals:
            self._sync_auto_jobs()
            self._tell_bought(bought)
        self._accept_changes(vals, before)
        return result

    # === LABOUR === #

    def _is_job_line(self):
        """Whether a mechanic's job stands behind the line."""
        self.ensure_one()
        return self.line_kind == "labour" and self.order_id.is_work_order

    def _is_norm_priced(self):
        """Whether the price is norm-hours × rate; the list price without a rate."""
        self.ensure_one()
        return self.labour_pricing == "norm" and bool(self.labour_rate)

    def _is_free_of_charge(self):
        """Hook: customer's own parts, and the labour of a rework, cost nothing."""
        self.ensure_one()
        is_rework = self.line_kind == "labour" and bool(self.order_id.rework_of_id)
        return self.part_source == "customer" or is_rework

    def _get_display_price(self):
        """Override of `sale`: nothing to pay for customer's own parts and rework."""
        if self._is_free_of_charge():
            return 0.0
        return super()._get_display_price()

    def _get_pricelist_kwargs(self):
        """Override of `sale`: pricelists discount norm-hours × rate."""
        kwargs = super()._get_pricelist_kwargs()
        if not self._is_norm_priced():
            return kwargs
        price = self.norm_hours * self.labour_rate
        return {**kwargs, "labour_price": (price, self.currency_id)}

    def _prepare_qty_delivered(self):
        """Override of `sale`: labour is delivered when its jobs are done.

        Customer's own parts have no stock move: they leave with the car.
        """
        jobs = self.filtered(lambda line: line.qty_delivered_method == "auto_job")
        customers = self.filtered(lambda line: line.part_source == "customer")
        others = self - jobs - customers
        quantities = super(SaleOrderLine, others)._prepare_qty_delivered()
        for line in jobs:
            # sudo: who sells may not read every mechanic's job
            states = set(line.sudo().job_ids.mapped("state")) - {"cancel"}
            quantities[line] = line.product_uom_qty if states == {"done"} else 0.0
        for line in customers:
            is_released = bool(line.order_id.date_released)
            quantities[line] = line.product_uom_qty if is_released else 0.0
        return quantities

    def _sync_auto_jobs(self):
        """Make, or cancel, the jobs of confirmed lines by their quantity."""
        confirmed = self.filtered(lambda line: line.state == "sale")
        empty = confirmed.filtered(lambda line: line.product_uom_qty <= 0)
        (confirmed - empty)._create_auto_jobs()
        empty._cancel_auto_jobs()

    def _create_auto_jobs(self):
        """Give each labour line of a confirmed order its job, or its old one back."""
        lines = self.filtered(
            lambda line: line._is_job_line() and line.product_uom_qty > 0
        )
        # sudo: customers confirm in the portal, sellers may lack rights on jobs; their
        # defaults are not taken over
        jobs = lines.sudo().with_context(clean_context(self.env.context)).job_ids
        jobs.filtered(lambda job: job.state == "cancel")._set_todo()
        new_lines = lines - jobs.order_line_id
        # that the order was agreed is said there: not once more in each of its jobs
        return jobs.with_context(mail_create_nolog=True).create(
            [line._prepare_auto_job_vals() for line in new_lines]
        )

    def _prepare_auto_job_vals(self):
        """Values of the job of a line. Name, hours, mechanics follow the line."""
        self.ensure_one()
        return {"order_line_id": self.id, "order_id": self.order_id.id}

    def _cancel_auto_jobs(self):
        """Cancel the jobs that are not done."""
        # sudo: who changes the order may lack rights on jobs
        open_jobs = self.sudo().job_ids.filtered(lambda job: job.state != "done")
        open_jobs._set_cancel()

    # === PARTS === #

    def _is_bought_on_demand(self):
        """Whether what is missing on stock is bought for this line."""
        self.ensure_one()
        return (
            self.line_kind == "part"
            and self.is_storable
            and self.part_source != "customer"
            and self.order_id.is_work_order
            and not self.route_ids
        )

    def _check_part_source(self, part_source):
        """Refuse to make a part the customer's own once moves exist for it.

        :raise UserError: when the stock already reserved or delivered the part
        """
        changed = self.filtered(
            lambda line: (
                line.part_source != part_source
                and "customer" in (line.part_source, part_source)
                and line.state == "sale"
                and line.product_uom_qty > 0
            )
        )
        if changed:
            raise UserError(
                self.env._(
                    "%(part)s is on a confirmed order: set its quantity to 0 and add "
                    "a new line with the other source.",
                    part=changed[0].product_id.display_name,
                )
            )

    def _get_part_state(self):
        """What the stock and the purchases say about a part.

        :return: part state, date the last missing piece is expected
        :rtype: tuple(str, datetime.date | bool)
        """
        self.ensure_one()
        if self.product_uom_id.compare(self.qty_delivered, self.product_uom_qty) >= 0:
            return "issued", False
        moves = self._get_outgoing_incoming_moves(strict=False)[0]
        waiting = moves.filtered(lambda move: not move._is_part_here())
        if not waiting:
            return ("arrived" if moves else "missing"), False
        incoming = waiting.move_orig_ids.filtered(
            lambda move: move.state not in ("done", "cancel")
        )
        if any(not (move.move_orig_ids & incoming) for move in waiting):
            return "missing", False
        dates = [move._get_part_date() for move in incoming]
        return "ordered", max(dates, default=False)

    def _prepare_procurement_values(self):
        """Override of `sale_stock`: parts of work orders use the workshop's route."""
        values = super()._prepare_procurement_values()
        if self._is_bought_on_demand():
            # sudo: sellers may not read routes of the warehouse's company
            rule = self.warehouse_id.sudo().auto_parts_pull_id
            values["route_ids"] = rule.route_id
        return values

    def _action_launch_stock_rule(self, **kwargs):
        """Override of `sale_stock`: the customer's own parts move no stock."""
        lines = self.filtered(lambda line: line.part_source != "customer")
        return super(SaleOrderLine, lines)._action_launch_stock_rule(**kwargs)
