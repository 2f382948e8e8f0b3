from datetime import UTC, datetime, timedelta

from odoo import fields, models
from odoo.fields import Domain

from odoo.addons.auto_crm.tools import clock

MAX_JOBS = 60
OPEN = ("todo", "in_progress", "on_hold")


def stamp(moment):
    """Return a moment, naive UTC, as browsers count it; None without one."""
    return int(moment.replace(tzinfo=UTC).timestamp() * 1000) if moment else None


class AutoTerminal(models.Model):
    """What the terminal shows: a list of plain values, and nothing else of a record.

    No price, no customer, no phone, and nothing of what others earn.
    """

    _inherit = "auto.terminal"

    def _get_people_data(self):
        """Return who works here: id, name, is_present, what: work, idle, break, ""."""
        people = self._get_people()
        present = self._get_present(people)
        running = self.env["auto.time.log"].search(
            [("employee_id", "in", people.ids), ("date_stop", "=", False)]
        )
        kinds = {log.employee_id: log.kind for log in running}
        return [
            {
                "id": one.id,
                "name": one.name,
                "is_present": one in present,
                "what": kinds.get(one, ""),
            }
            for one in people
        ]

    def _get_present(self, employees):
        """Return those of the employees who are checked in now."""
        attendances = self.env["hr.attendance"].search(
            [
                ("employee_id", "in", employees.ids),
                ("check_out", "=", False),
                ("in_mode", "!=", "technical"),
            ]
        )
        return attendances.employee_id

    def _get_day_data(self, employee):
        """Return the jobs of an employee in planned order, and his day so far."""
        jobs = self._get_jobs(employee)
        return {
            "now": stamp(datetime.now(UTC).replace(tzinfo=None)),
            "employee": {"id": employee.id, "name": employee.name},
            "is_present": bool(self._get_present(employee)),
            "jobs": self._get_jobs_data(jobs),
            "day": self._get_bar_data(employee),
            "reasons": [
                {"id": reason.id, "name": reason.name, "holds": reason.holds_order}
                for reason in self._get_reasons()
            ],
        }

    def _get_reasons(self):
        """Return why a mechanic may pause."""
        reasons = self.env["auto.hold.reason"]
        return reasons.search(
            Domain("company_id", "in", [False, self.company_id.id]),
        )

    # ------------------------------------------------------------------
    # Jobs
    # ------------------------------------------------------------------

    def _get_jobs(self, employee):
        """Return the open jobs that are his, or nobody's and booked for him.

        In planned order; what is not planned comes last.
        """
        jobs = self.env["auto.job"].search(
            self._get_jobs_domain(employee), limit=MAX_JOBS, order="id desc"
        )
        slots = self._get_slots(jobs)
        return jobs.sorted(
            lambda job: (
                job not in slots,
                stamp(slots[job].date_start) if job in slots else 0,
                job.sequence,
                job.id,
            )
        )

    def _get_jobs_domain(self, employee):
        """Hook: which jobs an employee sees, and presses for."""
        bookings = self.env["auto.booking"].search(
            [
                ("mechanic_ids", "in", employee.ids),
                ("state", "not in", ("cancelled", "no_show")),
                ("order_id", "!=", False),
                ("order_id.date_released", "=", False),
            ],
            limit=MAX_JOBS,
        )
        named = bookings.job_ids
        whole = bookings.filtered(lambda one: not one.job_ids).order_id
        booked = Domain("id", "in", named.ids) | Domain("order_id", "in", whole.ids)
        return (
            Domain("company_id", "=", self.company_id.id)
            & Domain("state", "in", OPEN)
            & Domain("order_id.date_released", "=", False)
            & Domain("order_id.state", "!=", "cancel")
            & (
                Domain("mechanic_ids", "in", employee.ids)
                | (Domain("mechanic_ids", "=", False) & booked)
            )
        )

    def _get_slots(self, jobs):
        """Return the next booking of each job that has one, as {job: booking}."""
        bookings = self.env["auto.booking"].search(
            [
                ("order_id", "in", jobs.order_id.ids),
                ("state", "not in", ("cancelled", "no_show")),
            ],
            order="date_start desc, id desc",
        )
        by_order = bookings.grouped("order_id")
        slots = {}
        for job in jobs:
            for booking in by_order.get(job.order_id, ()):
                if not booking.job_ids or job in booking.job_ids:
                    slots[job] = booking  # the earliest stays
        return slots

    def _get_jobs_data(self, jobs):
        """Return the white list of fields of each job."""
        slots, logs = self._get_slots(jobs), self._get_work(jobs)
        siblings = jobs.order_id.job_ids.grouped("order_id")
        states = dict(jobs._fields["state"]._description_selection(self.env))
        parts_states = dict(
            jobs._fields["parts_state"]._description_selection(self.env)
        )
        return [
            {
                "id": job.id,
                "name": job.name,
                "order": job.order_name,
                "plate": job.license_plate or "",
                "car": job.vehicle_name or "",
                "state": job.state,
                "state_name": states[job.state],
                "reason": job.hold_reason_id.name or "",
                "is_here": job.is_car_here,
                "norm": job.norm_hours,
                "worked": sum(log.duration for log in logs.get(job, ())),
                "since": [
                    stamp(log.date_start)
                    for log in logs.get(job, ())
                    if not log.date_stop
                ],
                "wish": job.wish or "",
                "fault": job.fault or "",
                "parts_state": job.parts_state or "none",
                "parts_name": parts_states.get(job.parts_state, ""),
                "parts": [self._get_part_data(part) for part in job.part_ids],
                "works": [
                    {"name": one.name, "state_name": states[one.state]}
                    for one in siblings.get(job.order_id, ())
                    if one != job and one.state != "cancel"
                ],
                **self._get_slot_data(slots.get(job)),
            }
            for job in jobs
        ]

    def _get_work(self, jobs):
        """Return the logs of work on the jobs, by everybody, as {job: logs}."""
        logs = self.env["auto.time.log"].search(
            [("job_id", "in", jobs.ids), ("kind", "in", ("work", "rework"))]
        )
        return logs.grouped("job_id")

    def _get_part_data(self, part):
        states = dict(part._fields["part_state"]._description_selection(self.env))
        return {
            "name": part.product_id.name or part.name,
            "article": part.article or "",
            "maker": part.maker or "",
            "quantity": part.quantity,
            "uom": part.uom_id.name or "",
            "state_name": states.get(part.part_state, ""),
            "due": part.parts_date and str(part.parts_date),
        }

    def _get_slot_data(self, booking):
        if not booking:
            return {"post": "", "start": None}
        return {
            "post": booking.post_id.name or "",
            "start": stamp(booking.date_start),
        }

    # ------------------------------------------------------------------
    # The day
    # ------------------------------------------------------------------

    def _get_bar_data(self, employee):
        """Return his presence and logs of the shop's day, for a bar of the hours."""
        zone = self.company_id._get_zone()
        now = fields.Datetime.now()
        start = clock.midnight(clock.day_of(now, zone), zone)
        stop = clock.midnight(clock.day_of(now, zone) + timedelta(days=1), zone)
        logs = self.env["auto.time.log"].search(
            Domain("employee_id", "=", employee.id)
            & Domain("date_start", "<", stop)
            & (Domain("date_stop", "=", False) | Domain("date_stop", ">", start)),
            order="date_start",
        )
        presence = employee._get_presence(start, stop)[employee.id]
        return {
            "start": stamp(start),
            "presence": [[stamp(begin), stamp(end)] for begin, end in presence],
            "logs": [
                {
                    "kind": log.kind,
                    "job": log.job_id.id or None,
                    "reason": log.reason_id.id or None,
                    "text": log._get_text(),
                    "start": stamp(max(log.date_start, start)),
                    "stop": stamp(log.date_stop),
                }
                for log in logs
            ],
        }
