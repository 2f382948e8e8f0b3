from datetime import timedelta

from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.fields import Command

OFFERS = 12
A_DAY = timedelta(days=1)
QUARTER = timedelta(minutes=15)  # shorter is no offer


class AutoBookingPlan(models.TransientModel):
    """Plans the work of an order or deal: offers free times, one click books.

    With `is_now` it is a walk-in: the posts on which the car can be worked on now.
    """

    _name = "auto.booking.plan"
    _description = "Plan a Booking"

    order_id = fields.Many2one(comodel_name="sale.order")
    lead_id = fields.Many2one(comodel_name="crm.lead", string="Deal")
    company_id = fields.Many2one(
        comodel_name="res.company", compute="_compute_company_id"
    )
    vehicle_id = fields.Many2one(
        comodel_name="auto.vehicle", compute="_compute_from_document"
    )
    license_plate = fields.Char(related="vehicle_id.license_plate")
    partner_id = fields.Many2one(
        comodel_name="res.partner",
        string="Customer",
        compute="_compute_from_document",
    )
    parts_state = fields.Selection(related="order_id.parts_state")
    parts_date = fields.Date(related="order_id.parts_date")
    is_now = fields.Boolean(string="Walk-in")
    job_ids = fields.Many2many(
        comodel_name="auto.job",
        string="Jobs",
        domain="[('order_id', '=', order_id), ('state', '!=', 'cancel')]",
        help="Empty: all jobs of the order.",
    )
    norm_hours = fields.Float(string="Norm-hours", compute="_compute_norm_hours")
    hours = fields.Float(
        string="Other length, hours",
        compute="_compute_hours",
        store=True,
        readonly=False,
        help="0: as long as the norm-hours take on each post.",
    )
    needs = fields.Selection(
        selection=[
            ("both", "A post and a mechanic"),
            ("post", "A post only"),
            ("mechanic", "A mechanic only"),
        ],
        default="both",
        required=True,
    )
    post_id = fields.Many2one(
        comodel_name="auto.post",
        domain="[('company_id', 'in', [company_id, False])]",
        help="Empty: any that is fit.",
    )
    mechanic_id = fields.Many2one(
        comodel_name="hr.employee",
        domain="[('is_mechanic', '=', True),"
        " ('company_id', 'in', [company_id, False])]",
        help="Empty: any who does the work.",
    )
    date_from = fields.Datetime(
        string="Not before", default=fields.Datetime.now, required=True
    )
    is_confirmed = fields.Boolean(string="The customer has agreed", default=True)
    odometer = fields.Integer(string="Odometer, km")
    is_sure = fields.Boolean(string="The reading is right")
    note = fields.Text()
    offer_ids = fields.One2many(
        comodel_name="auto.booking.plan.offer",
        inverse_name="plan_id",
        string="Free times",
    )

    @api.depends("order_id", "lead_id")
    def _compute_company_id(self):
        for plan in self:
            plan.company_id = (
                plan.order_id.company_id or plan.lead_id.company_id or self.env.company
            )

    @api.depends("order_id", "lead_id")
    def _compute_from_document(self):
        for plan in self:
            order, lead = plan.order_id, plan.lead_id
            plan.vehicle_id = order.vehicle_id or lead.vehicle_id
            plan.partner_id = order.partner_id or lead.partner_id

    @api.depends("job_ids", "order_id")
    def _compute_norm_hours(self):
        for plan in self:
            plan.norm_hours = plan.order_id._get_hours_to_plan(plan.job_ids)

    @api.depends("norm_hours")
    def _compute_hours(self):
        for plan in self:
            plan.hours = 0.0 if plan.norm_hours else 1.0

    @api.onchange("job_ids", "hours", "needs", "post_id", "mechanic_id", "date_from")
    def _onchange_wish(self):
        """What was offered for another wish is not offered any more."""
        self.offer_ids = [Command.clear()]

    @api.model
    def _open(self, vals):
        """Return the action that opens the wizard with the next free times.

        :param dict vals: values of the wizard
        """
        plan = self.create(vals)
        if plan.order_id and not plan.lead_id:
            plan.lead_id = plan.order_id.opportunity_id
        plan._check_open()
        plan._search_offers()
        return plan._get_open_action()

    def _get_open_action(self):
        self.ensure_one()
        return {
            "type": "ir.actions.act_window",
            "name": self.env._("To a post now") if self.is_now else self.env._("Plan"),
            "res_model": self._name,
            "res_id": self.id,
            "view_mode": "form",
            "target": "new",
        }

    def _check_open(self):
        """Refuse what cannot be planned.

        :raise UserError: for cancelled and released orders, and walk-ins not agreed
        """
        order = self.order_id
        if order and (order.state == "cancel" or order.date_released):
            raise UserError(self.env._("%s is closed: nothing to plan.", order.name))
        if self.is_now and order.state != "sale":
            raise UserError(
                self.env._(
                    "%(order)s is not agreed with the customer: confirm it first.",
                    order=order.name,
                )
            )

    # ------------------------------------------------------------------
    # Offers
    # ------------------------------------------------------------------

    def action_search(self):
        """Look for free times as wished."""
        self._search_offers()
        return self._get_open_action()

    def action_later(self):
        """Offer the times after those on offer."""
        self.ensure_one()
        last = self.offer_ids[-1:].date_start
        self.date_from = last + timedelta(minutes=1) if last else self.date_from + A_DAY
        return self.action_search()

    def _search_offers(self):
        self.ensure_one()
        offers = self._find_offers_now() if self.is_now else self._find_offers()
        self.offer_ids = [
            Command.clear(),
            *(Command.create(self._prepare_offer_vals(offer)) for offer in offers),
        ]

    def _find_offers(self):
        """Return the next free times, see `_find_free_slots`."""
        return self.env["auto.booking"]._find_free_slots(
            self.hours or None,
            norm_hours=None if self.hours else self.norm_hours,
            work_types=self._get_work_types(),
            vehicle=self.vehicle_id,
            start=self.date_from,
            stop=max(self.date_from, fields.Datetime.now()) + 62 * A_DAY,
            company=self.company_id,
            posts=self._get_wished("post", self.post_id),
            mechanics=self._get_wished("mechanic", self.mechanic_id),
            limit=OFFERS,
        )

    def _get_wished(self, kind, record):
        """Return the only record to look at, None for any, False for none."""
        if self.needs not in ("both", kind):
            return False
        return record or None

    def _get_work_types(self):
        order = self.order_id
        types = order and order._get_work_types_to_plan(self.job_ids)
        return types or self.lead_id.work_type_id

    def _find_offers_now(self):
        """Return the fit posts on which nobody is now, those free the longest first.

        Outside working hours too: whoever takes the car knows that he stays; but who
        works now comes first, and who is absent is not offered.
        """
        now = fields.Datetime.now().replace(second=0)
        # sudo: who is on a post, of any advisor's deals
        bookings = self.env["auto.booking"].sudo().with_company(self.company_id)
        work_types = self._get_work_types()
        posts = self._get_wished("post", self.post_id)
        mechanics = self._get_wished("mechanic", self.mechanic_id)
        if posts is None:
            posts = bookings._get_fit_posts(work_types, self.vehicle_id, online=False)
        if mechanics is None:
            mechanics = bookings._get_fit_mechanics(work_types)
        free_posts, free_mechanics = (
            {self.env[name]: (True, now + 31 * A_DAY)}
            if records is False
            else bookings._get_free_now(records, now, QUARTER)
            for name, records in (("auto.post", posts), ("hr.employee", mechanics))
        )
        if not free_mechanics:
            return []
        mechanic = max(free_mechanics, key=free_mechanics.get)
        offers = []
        for post, (_works, post_until) in free_posts.items():
            until = min(post_until, free_mechanics[mechanic][1])
            hours = self.hours or bookings._get_hours(self.norm_hours, post)
            stop = min(now + timedelta(hours=hours), until)
            if stop - now >= QUARTER:
                offer = {"start": now, "stop": stop, "post": post, "until": until}
                offers.append({**offer, "mechanic": mechanic})
        return sorted(
            offers,
            key=lambda offer: (free_posts[offer["post"]][0], offer["stop"]),
            reverse=True,
        )

    def _prepare_offer_vals(self, offer):
        """Hook: values of a line that offers a time."""
        return {
            "date_start": offer["start"],
            "date_stop": offer["stop"],
            "date_until": offer.get("until"),
            "post_id": offer["post"].id,
            "mechanic_id": offer["mechanic"].id,
        }

    # ------------------------------------------------------------------
    # Booking
    # ------------------------------------------------------------------

    def _book(self, offer):
        """Make the booking of an offer.

        :raise UserError: when somebody else has it by now
        """
        self.ensure_one()
        booking = self.env["auto.booking"].create(self._prepare_booking_vals(offer))
        if self.is_now:
            if self.odometer and not self.order_id.date_received:
                self._check_odometer()
                self.order_id.odometer = self.odometer
            booking.action_arrive()
        elif self.is_confirmed:
            booking.action_confirm()
        return booking

    def _check_odometer(self):
        """Ask about a reading that is doubtful.

        :raise UserError: unless somebody is sure
        """
        vehicle = self.order_id.vehicle_id
        doubt = vehicle and vehicle._get_odometer_doubt(self.odometer)
        if doubt and not self.is_sure:
            raise UserError(
                self.env._(
                    "%(doubt)s If it is right, tick “The reading is right”.",
                    doubt=doubt,
                )
            )

    def _prepare_booking_vals(self, offer):
        """Hook: values of the booking of an offer."""
        vals = {
            "company_id": self.company_id.id,
            "order_id": self.order_id.id,
            "job_ids": [Command.set(self.job_ids.ids)],
            "date_start": offer.date_start,
            "date_stop": offer.date_stop,
            "post_id": offer.post_id.id,
            "mechanic_ids": [Command.set(offer.mechanic_id.ids)],
            "source": "walk_in" if self.is_now else "staff",
            "note": self.note,
        }
        if not self.order_id:
            vals["lead_id"] = self.lead_id.id
        return vals
