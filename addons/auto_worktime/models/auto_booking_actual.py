from datetime import timedelta

from odoo import api, fields, models
from odoo.tools import format_duration

from odoo.addons.auto_crm.tools.times import format_time

AHEAD = timedelta(hours=24)  # how far a late job may reach


class AutoBooking(models.Model):
    """What is beside what was planned, and which bookings late work holds up."""

    _inherit = "auto.booking"

    actual = fields.Char(
        string="Clocked",
        compute="_compute_actual",
        compute_sudo=True,
        help="Hours of all on the jobs planned here, up to now, of the norm-hours.",
    )
    actual_percent = fields.Integer(
        string="Clocked, %",
        compute="_compute_actual",
        compute_sudo=True,
        help="Of the norm-hours.",
    )

    held_up = fields.Char(
        string="Held up",
        compute="_compute_held_up",
        groups="auto_crm.auto_crm_group_advisor",
        help="By work before it, on the same post or by the same mechanic, that takes "
        "longer.",
    )

    @api.depends("job_ids", "order_id", "norm_hours")
    def _compute_actual(self):
        jobs = {booking: booking._get_planned_jobs() for booking in self}
        self.env["auto.job"].union(*jobs.values()).mapped("clocked_hours")
        for booking in self:
            hours = sum(jobs[booking].mapped("clocked_hours"))
            norm = booking.norm_hours
            texts = [format_duration(one) for one in (hours, norm) if one]
            booking.actual = " / ".join(texts) if hours else False
            booking.actual_percent = round(hours / norm * 100) if norm else 0

    @api.depends("date_start", "post_id", "mechanic_ids", "state")
    def _compute_held_up(self):
        planned = self.filtered(lambda booking: booking._is_worth_warning())
        texts = dict(planned._warn_overrun())
        for booking in self:
            booking.held_up = texts.get(booking, False)

    def _get_planned_jobs(self):
        """Return the jobs that are planned here: those named, else all of the order."""
        self.ensure_one()
        jobs = self.job_ids or self.order_id.job_ids
        return jobs.filtered(lambda job: job.state != "cancel")

    def _get_expected_stop(self, now):
        """Return when the car will be done, by the norm-hours that are left of it."""
        self.ensure_one()
        jobs = self._get_planned_jobs().filtered(lambda job: job.state != "done")
        left = sum(max(job.norm_hours - job.clocked_hours, 0) for job in jobs)
        return now + timedelta(hours=left)

    def _get_warning_checks(self):
        """Override of `auto_planner`: late work before the booking."""
        return [*super()._get_warning_checks(), self._warn_overrun]

    def _warn_overrun(self):
        """Work on the same post, or by the same mechanic, that takes longer."""
        now = fields.Datetime.now()
        ahead = self.filtered(lambda one: now < one.date_start < now + AHEAD)
        if not ahead:
            return
        # sudo: of a car in work only its plate and the time are told
        for late, stop in ahead.sudo()._find_running(now):
            for booking in ahead - late.with_env(self.env):
                post, people = booking.post_id, booking.sudo().mechanic_ids
                in_the_way = late.post_id & post.sudo() or late.mechanic_ids & people
                if in_the_way and stop > booking.date_start:
                    yield (
                        booking,
                        self.env._(
                            "%(name)s is busy with %(car)s until about %(time)s.",
                            name=in_the_way[0].name,
                            car=late.license_plate or late.name,
                            time=format_time(
                                self.env, stop, booking.company_id._get_tz()
                            ),
                        ),
                    )

    def _find_running(self, now):
        """Return what is in work before the bookings, and until when it will be.

        :return: list of (booking, naive UTC)
        """
        running = self.search(
            [
                ("company_id", "in", self.company_id.ids),
                ("state", "=", "in_work"),
                ("date_start", "<=", now),
                "|",
                ("post_id", "in", self.post_id.ids),
                ("mechanic_ids", "in", self.mechanic_ids.ids),
            ],
            order="date_start desc",
            limit=100,
        )
        running.order_id.job_ids.mapped("clocked_hours")
        return [(booking, booking._get_expected_stop(now)) for booking in running]

    @api.model
    def _cron_tell_overruns(self):
        """Let planners read the bookings that late work holds up, as time passes."""
        now = fields.Datetime.now()
        ahead = self.search(
            [
                ("date_start", ">", now),
                ("date_start", "<", now + AHEAD),
                ("is_busy", "=", True),
            ]
        )
        held = self.browse()
        for bookings in ahead.grouped("company_id").values():
            stops = [stop for _late, stop in bookings._find_running(now)]
            last = max(stops, default=now)
            held |= bookings.filtered(lambda one, last=last: one.date_start < last)
        held._tell_planners()
