from datetime import timedelta

from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.fields import Command, Domain
from odoo.tools import SQL, format_date

from odoo.addons.auto_crm.tools import clock

NO_SHOW_DAYS = 30
# what a new booking has of the one to which nobody came
AGAIN = (
    "company_id",
    "order_id",
    "lead_id",
    "vehicle_id",
    "partner_id",
    "work_type_id",
    "user_id",
)
OPEN_JOBS = ("todo", "on_hold")  # what is being worked on needs no plan
# in which turn orders are to be planned, by the state of their parts
PARTS_TURNS = ((False, "none", "arrived"), ("ordered",), ("missing",))


class AutoBooking(models.Model):
    """The planner: its rows, their load, and the list of what waits to be planned."""

    _inherit = "auto.booking"

    vehicle_model_id = fields.Many2one(
        related="vehicle_id.model_id", string="Model of the car"
    )
    crew = fields.Char(string="Who works", compute="_compute_crew")

    @api.depends("mechanic_ids.name")
    def _compute_crew(self):
        for booking in self:
            booking.crew = ", ".join(booking.mechanic_ids.mapped("name"))

    # ------------------------------------------------------------------
    # Rows and load
    # ------------------------------------------------------------------

    @api.model
    def _get_planner_rows(self, field_name, records):
        """Override: all mechanics are rows, booked or not."""
        rows = super()._get_planner_rows(field_name, records)
        if field_name == "mechanic_ids":
            companies = [False, *self.env.companies.ids]
            domain = [("is_mechanic", "=", True), ("company_id", "in", companies)]
            rows = (rows.search(domain) | rows).sorted("name")
        return rows

    @api.model
    def _prepare_planner_row(self, field_name, row):
        """Override: a post tells its hall, else its kind, and its looks and pace."""
        result = super()._prepare_planner_row(field_name, row)
        if field_name == "post_id":
            kinds = dict(row._fields["kind"]._description_selection(row.env))
            result["detail"] = row.zone or kinds[row.kind]
            result["color"] = row.color
            result["pace"] = self._format_pace(row)
            if row.with_context(bin_size=True).image_128:
                result["image"] = f"/web/image/auto.post/{row.id}/image_128"
        elif field_name == "mechanic_ids":
            result["image"] = f"/web/image/hr.employee.public/{row.id}/avatar_128"
        return result

    @api.model
    def _get_planner_domain(self, start, stop, date_fields):
        """Override: what is not held any more is free."""
        domain = super()._get_planner_domain(start, stop, date_fields)
        return domain & ~Domain("date_hold", "<", fields.Datetime.now())

    @api.model
    def _get_planner_absence_name(self, rows, leave):
        """Override: why a post is closed is no secret."""
        if rows._name == "auto.post" and leave.name:
            return leave.name
        return super()._get_planner_absence_name(rows, leave)

    @api.model
    def _get_planner_busy(self, field_name, rows, start, stop, date_fields):
        """Override: what posts and mechanics hold, buffers included."""
        if field_name not in ("post_id", "mechanic_ids"):
            return super()._get_planner_busy(field_name, rows, start, stop, date_fields)
        resources = self._get_planner_resources(rows)
        everyone = self.env["resource.resource"].union(*resources.values())
        busy = everyone._get_busy(start, stop)
        return {row_id: busy[resource.id] for row_id, resource in resources.items()}

    @api.model
    def action_print_day(self, date):
        """Print the plan of a day: the planner's button.

        :param str date: the day, as ``2026-11-26``
        """
        return self.env["auto.booking.day"].create({"date": date}).action_print()

    # ------------------------------------------------------------------
    # To plan
    # ------------------------------------------------------------------

    @api.model
    def _get_planner_side_list(self, search, limit):
        """Override: agreed work orders, and those who did not arrive.

        Each kind has half of the list, and what the other leaves of its own.
        """
        to_plan = self._get_to_plan_domain(search)
        agreed = self.env["sale.order"]._search(to_plan)
        missed = self._get_missed_domain(search)
        # without an order, too, which is not "not in" for SQL
        others = Domain("order_id", "=", False) | Domain("order_id", "not in", agreed)
        order_count = self.env["sale.order"].search_count(to_plan)
        alone_count = self.search_count(missed & others)
        room = max(limit // 2, limit - order_count)
        alone = self.search(missed & others, order="date_start desc", limit=room)
        orders = self._get_first_to_plan(to_plan, limit - len(alone))
        of_orders = missed & Domain("order_id", "in", orders.ids)
        by_order = self.search(of_orders, order="date_start").grouped("order_id")
        jobs = self._get_jobs_to_plan(orders)
        posts = self._get_posts_by_pace()
        cards = [self._prepare_missed_card(booking) for booking in alone]
        cards += [
            self._prepare_order_card(
                order, jobs[order], by_order.get(order, self.browse())[-1:], posts
            )
            for order in orders
        ]
        return {"length": alone_count + order_count, "records": cards}

    @api.model
    def _get_first_to_plan(self, to_plan, limit):
        """Return orders to plan: what can be worked on first, then by their parts."""
        orders = self.env["sale.order"]
        for states in PARTS_TURNS:
            domain = to_plan & Domain("parts_state", "in", states)
            room = limit - len(orders)
            if room > 0:
                orders += orders.search(
                    domain, order="parts_date, date_order, id", limit=room
                )
        return orders

    @api.model
    def _get_to_plan_domain(self, search):
        """Hook: agreed orders with open jobs for which no car is expected.

        A booking is for the jobs it names, or for all. What has no jobs, as an order of
        parts only, waits until any booking of it.
        """
        coming = self._get_coming_domain()
        for_all = coming & Domain("job_ids", "=", False)
        without_jobs = (
            Domain("work_state", "!=", "in_progress")
            & ~Domain("job_ids", "any", [("state", "!=", "cancel")])
            & ~Domain("booking_ids", "any", coming)
        )
        return (
            Domain("is_work_order", "=", True)
            & Domain("state", "=", "sale")
            & Domain("work_state", "in", ("new", "received", "in_progress", "on_hold"))
            & Domain("company_id", "in", self.env.companies.ids)
            & ~Domain("booking_ids", "any", for_all)
            & (Domain("job_ids", "any", self._get_jobs_left_domain()) | without_jobs)
            & self._get_search_domain(search)
        )

    @api.model
    def _get_coming_domain(self):
        """Return the domain of bookings for which a car is expected, or is here.

        Work that takes longer than booked is planned until the end of its day.
        """
        now = fields.Datetime.now()
        here = Domain("state", "in", ("arrived", "in_work"))
        is_late = here & Domain("date_stop", ">=", self._get_midnight(now))
        is_ahead = Domain("date_stop", ">=", now)
        return Domain("is_busy", "=", True) & (is_ahead | is_late)

    @api.model
    def _get_midnight(self, moment):
        """Return when the shop's day of a moment began; both naive UTC."""
        zone = self.env.company._get_zone()
        return clock.midnight(clock.day_of(moment, zone), zone)

    @api.model
    def _get_jobs_left_domain(self):
        """Return the domain of open jobs that no coming booking names."""
        coming = self._get_coming_domain()
        return Domain("state", "in", OPEN_JOBS) & ~Domain("booking_ids", "any", coming)

    @api.model
    def _get_jobs_to_plan(self, orders):
        """Return the jobs that are left of each order; none where these are all."""
        of_orders = Domain("order_id", "in", orders.ids)
        jobs = self.env["auto.job"].search(self._get_jobs_left_domain() & of_orders)
        left = jobs.grouped("order_id")
        for order in orders:
            every = order.job_ids.filtered(lambda job: job.state != "cancel")
            if left.get(order) == every:
                del left[order]
        return {order: left.get(order, jobs.browse()) for order in orders}

    @api.model
    def _get_missed_domain(self, search):
        """Hook: late no-shows after whom nothing newer was planned."""
        since = fields.Datetime.now() - timedelta(days=NO_SHOW_DAYS)
        return (
            Domain("state", "=", "no_show")
            & Domain("date_start", ">", since)
            & Domain.custom(to_sql=self._get_last_sql)
            & (Domain("lead_id", "=", False) | Domain("lead_id.active", "=", True))
            & (Domain("order_id", "=", False) | self._get_open_order_domain())
            & self._get_search_domain(search)
        )

    @api.model
    def _get_last_sql(self, model, alias, query):
        """Return the condition that no newer booking is of the same car or deal.

        Where the car is not known, of the same customer or phone. What was cancelled
        since counts for nothing; of several no-shows the last one stays.
        """

        def of(table, name):
            return self._field_to_sql(table, name, query if table == alias else None)

        def has_newer(name, condition):
            return SQL(
                """EXISTS (
                    SELECT FROM auto_booking newer
                    WHERE %(newer)s = %(this)s
                      AND (%(newer_start)s, newer.id) > (%(start)s, %(id)s)
                      AND %(newer_state)s != 'cancelled'
                      AND %(newer_hold)s IS NULL
                      AND %(condition)s
                )""",
                newer=of("newer", name),
                this=of(alias, name),
                newer_start=of("newer", "date_start"),
                start=of(alias, "date_start"),
                id=SQL.identifier(alias, "id"),
                newer_state=of("newer", "state"),
                newer_hold=of("newer", "date_hold"),
                condition=condition,
            )

        no_car = SQL(
            "%s IS NULL AND %s IS NULL",
            of("newer", "vehicle_id"),
            of(alias, "vehicle_id"),
        )
        return SQL(
            "NOT (%s)",
            SQL(" OR ").join(
                has_newer(name, condition)
                for name, condition in (
                    ("vehicle_id", SQL("TRUE")),
                    ("lead_id", SQL("TRUE")),
                    ("partner_id", no_car),
                    ("phone_key", no_car),
                )
            ),
        )

    @api.model
    def _get_open_order_domain(self):
        """Return the domain of bookings whose order is still worked for."""
        return Domain("order_id.state", "!=", "cancel") & Domain(
            "order_id.date_released", "=", False
        )

    @api.model
    def _get_search_domain(self, search):
        """Return the domain of what was typed into the list's search."""
        if not search:
            return Domain.TRUE
        return Domain.OR(
            Domain(name, "ilike", search)
            for name in ("name", "vehicle_id", "partner_id")
        )

    @api.model
    def _get_posts_by_pace(self):
        """Return a post of each efficiency, by how rows tell it."""
        posts = self._read_group_post_ids(self.env["auto.post"], [])
        return {self._format_pace(post): post for post in posts}

    @api.model
    def _format_pace(self, post):
        return f"{post.efficiency:g}"

    def _prepare_order_card(self, order, jobs, missed, posts):
        """Hook: a card of the list.

        :param jobs: to plan, if not all
        :param missed: the order's booking to which nobody came, if any
        :param posts: see `_get_posts_by_pace`
        """
        norm_hours = order._get_hours_to_plan(jobs)
        tags = self._get_parts_tags(order)
        if missed:
            tags.insert(0, self._get_missed_tag(missed))
        return {
            "key": f"order-{order.id}",
            "hours": self._get_hours(norm_hours),
            "paces": {
                pace: self._get_hours(norm_hours, post) for pace, post in posts.items()
            },
            "plate": order.vehicle_id.license_plate or "",
            "car": order.vehicle_id.model_id.display_name or "",
            "work": order.work_type_id.name or order.name,
            "customer": order.partner_id.display_name or "",
            "payment": order.payment_status or "",
            "tags": tags,
            "title": order.vehicle_id.display_name or order.name,
            "defaults": self._prepare_order_defaults(order, jobs),
            "document": self._prepare_card_document(order),
        }

    def _prepare_missed_card(self, booking):
        """Hook: a card of a booking to which nobody came."""
        return {
            "key": f"booking-{booking.id}",
            "hours": booking.duration,
            "plate": booking.license_plate or "",
            "car": booking.vehicle_id.model_id.display_name or "",
            "work": booking.work_type_id.name or booking.name,
            "customer": booking.partner_id.display_name or booking.phone or "",
            "payment": booking.payment_status or "",
            "tags": [self._get_missed_tag(booking)],
            "title": booking.name,
            "defaults": self._prepare_again_defaults(booking),
            "document": self._prepare_card_document(booking),
        }

    def _prepare_card_document(self, record):
        """Return what the menu of a card opens."""
        names = {
            "sale.order": self.env._("Open the work order"),
            "auto.booking": self.env._("Open the missed booking"),
        }
        return {
            "model": record._name,
            "id": record.id,
            "string": names[record._name],
        }

    def _prepare_order_defaults(self, order, jobs):
        """Return the values of a new booking of an order, of some jobs or of all."""
        values = {"order_id": order.id}
        return values | {"job_ids": [Command.set(jobs.ids)]} if jobs else values

    def _prepare_again_defaults(self, booking):
        """Return the values of a missed booking that a new one has too.

        Not who would have done it, and where: that is chosen anew, with its buffer.
        """
        jobs = booking.job_ids.filtered(lambda job: job.state not in ("done", "cancel"))
        return {name: booking[name].id for name in AGAIN} | {
            "job_ids": [Command.set(jobs.ids)],
            "package_ids": [Command.set(booking.package_ids.ids)],
            "phone": booking.phone,
            "note": booking.note,
        }

    def _get_missed_tag(self, booking):
        day = booking._get_local_day(booking.date_start)
        text = self.env._("did not arrive %(date)s", date=self._format_day(day))
        return {"text": text, "color": "danger"}

    def _get_parts_tags(self, order):
        """Return what is to be known of an order's parts."""
        if order.parts_state == "arrived":
            return [{"text": self.env._("parts arrived"), "color": "success"}]
        if order.parts_state == "missing":
            return [{"text": self.env._("parts to order"), "color": "danger"}]
        if order.parts_state != "ordered":
            return []
        if not order.parts_date:
            return [{"text": self.env._("parts ordered"), "color": "warning"}]
        text = self.env._("parts %(date)s", date=self._format_day(order.parts_date))
        return [{"text": text, "color": "warning"}]

    def _format_day(self, day):
        return format_date(self.env, day, date_format="d MMM")

    @api.model
    def _planner_plan(self, key, values):
        """Override: book the order of a card; who did not arrive is booked anew.

        A new booking, since that he did not come stays true.

        :raise UserError: when somebody else has planned it by now
        """
        kind, _separator, number = key.partition("-")
        model, domain = (
            (self, self._get_missed_domain(""))
            if kind == "booking"
            else (self.env["sale.order"], self._get_to_plan_domain(""))
        )
        document = model.browse(int(number))
        document.check_access("read")
        # the second of two fails to serialize, is repeated, and sees the first
        self.env.execute_query(
            SQL(
                "UPDATE %s SET write_uid = write_uid WHERE id = %s RETURNING id",
                SQL.identifier(document._table),
                document.id,
            )
        )
        if not document.search_count(domain & Domain("id", "=", document.id)):
            raise UserError(self.env._("Somebody has planned it already."))
        again = (
            self._prepare_again_defaults(document)
            if kind == "booking"
            else self._prepare_order_defaults(
                document, self._get_jobs_to_plan(document)[document]
            )
        )
        return self.create({**again, **values})

    def _planner_undo_plan(self):
        """Override: cancel; the customer may have been told already."""
        return self.action_cancel()

    def action_view_order(self):
        """Open the work order, or the deal as long as there is none."""
        self.ensure_one()
        document = self.order_id or self.lead_id
        return document._get_records_action() if document else False
