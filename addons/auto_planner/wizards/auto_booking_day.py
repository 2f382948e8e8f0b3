from datetime import timedelta

from odoo import fields, models
from odoo.fields import Domain
from odoo.tools import format_date

from odoo.addons.auto_crm.tools import clock

from ..tools.intervals import hours_by_day, to_interval


class AutoBookingDay(models.TransientModel):
    """The day's plan on paper: what is done on each post, by whom and when.

    It hangs at the lift: no phones of customers, no prices.
    """

    _name = "auto.booking.day"
    _description = "Day Plan"

    date = fields.Date(default=fields.Date.context_today, required=True)
    company_id = fields.Many2one(
        comodel_name="res.company",
        required=True,
        default=lambda self: self.env.company,
    )
    post_ids = fields.Many2many(
        comodel_name="auto.post",
        string="Posts",
        domain="[('company_id', 'in', [company_id, False])]",
        help="Empty: all posts.",
    )
    is_page_per_post = fields.Boolean(
        string="A page for each post", help="To hang up at the lifts."
    )

    def action_print(self):
        """Print the plan."""
        report = self.env.ref("auto_planner.auto_booking_day_report")
        return report.report_action(self, config=False)

    # ------------------------------------------------------------------
    # What the paper says
    # ------------------------------------------------------------------

    def _get_values(self):
        """Return what the paper says, as text in the shop's zone."""
        self.ensure_one()
        document = self.env["auto.document"]
        zone = self.company_id._get_tz()
        plan = self.with_context(tz=zone).with_company(self.company_id)
        bookings = plan._get_bookings()
        by_post = bookings.grouped("post_id")
        posts = list(plan._get_posts())
        nowhere = plan.env["auto.post"]
        if nowhere in by_post and not plan.post_ids:
            posts.append(nowhere)
        hours = plan._get_hours(by_post)
        sections = [
            plan._prepare_section(
                post, by_post.get(post, bookings.browse()), hours.get(post, 0)
            )
            for post in posts
        ]
        return {
            "doc": plan,
            "company": plan.company_id,
            "logo": document._get_logo(plan.company_id),
            "company_address": document._format_address(plan.company_id.partner_id),
            "date": plan.env["auto.booking"]._format_notify_date(plan.date),
            "sections": sections,
        }

    def _get_posts(self):
        """Return the posts of the plan, in the planner's order."""
        domain = Domain("company_id", "in", [False, self.company_id.id])
        return self.post_ids.sorted() or self.env["auto.post"].search(domain)

    def _get_span(self):
        """Return the day of the shop, naive UTC."""
        zone = self.company_id._get_zone()
        return [
            clock.midnight(day, zone)
            for day in (self.date, self.date + timedelta(days=1))
        ]

    def _get_bookings(self):
        """Return what is planned on the day."""
        start, stop = self._get_span()
        return self.env["auto.booking"].search(
            Domain("company_id", "=", self.company_id.id)
            & Domain("is_busy", "=", True)
            & Domain("date_hold", "=", False)
            & Domain("date_start", "<", stop)
            & Domain("date_stop", ">", start),
            order="date_start, id",
        )

    def _prepare_section(self, post, bookings, hours):
        """Hook: what the paper says of a post; it has so many hours planned."""
        kinds = dict(post._fields["kind"]._description_selection(self.env))
        return {
            "name": post.name or self.env._("Without a post"),
            "detail": post.zone or kinds.get(post.kind, ""),
            "hours": self.env["auto.document"]._format_number(hours, 2),
            "rows": [self._prepare_row(booking) for booking in bookings],
        }

    def _get_hours(self, by_post):
        """Return the hours planned on the day, as the planner counts them, by post.

        :param dict by_post: bookings by post
        """
        start, stop = self._get_span()
        resources = self.env["auto.post"].union(*by_post).resource_id
        works = resources._get_works(start, stop)
        busy = resources._get_busy(start, stop)
        days = [(self.date, *to_interval(start, stop))]
        hours = {}
        for post, bookings in by_post.items():
            booked = [to_interval(one.date_start, one.date_stop) for one in bookings]
            hours[post] = hours_by_day(
                busy[post.resource_id.id] if post else booked,
                days,
                works[post.resource_id.id] if post else None,
            ).get(self.date, 0)
        return hours

    def _prepare_row(self, booking):
        """Hook: what the paper says of a booking."""
        jobs = booking.job_ids or booking.order_id.job_ids
        jobs = jobs.filtered(lambda job: job.state != "cancel")
        labels = {
            name: dict(booking._fields[name]._description_selection(self.env))
            for name in ("state", "parts_state")
        }
        has_parts = booking.parts_state and booking.parts_state != "none"
        return {
            "time": self._format_times(booking),
            "plate": booking.license_plate or "",
            "car": booking.vehicle_model_id.display_name or booking.vehicle_line or "",
            "order": booking.order_id.name or "",
            "work": booking._get_work_text() or booking.name,
            "jobs": jobs.mapped("name"),
            "mechanics": ", ".join(booking.mechanic_ids.mapped("name")),
            "parts": (has_parts and labels["parts_state"][booking.parts_state]) or "",
            "note": booking.note or "",
            "state": labels["state"][booking.state],
        }

    def _format_times(self, booking):
        """Return from when to when, with the day where it is another one."""
        texts = []
        for moment in (booking.date_start, booking.date_stop):
            local = clock.to_local(moment, self.company_id._get_zone())
            is_today = local.date() == self.date
            day = format_date(self.env, local, date_format="d MMM")
            texts.append(f"{local:%H:%M}" if is_today else f"{day} {local:%H:%M}")
        return " - ".join(texts)
