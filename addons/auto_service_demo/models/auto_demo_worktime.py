"""The demo shop's working time: who was present, on which job, and idle for what."""

import random
from collections import defaultdict
from datetime import timedelta

from odoo import fields, models

from . import demo_story as story

SHIFT_START = {
    mechanic: hours[0][0]
    for name, hours in story.SHIFTS.items()
    for mechanic in story.SHIFT_MECHANICS[name]
}
SHIFT_HOURS = 9
MINUTE = timedelta(minutes=1)
IDLE = (
    ("auto_crm.hold_reason_parts", 5),
    ("auto_crm.hold_reason_lift", 3),
    ("auto_crm.hold_reason_approval", 3),
    ("auto_crm.hold_reason_tool", 1),
    ("auto_worktime.hold_reason_advisor", 2),
    ("auto_worktime.hold_reason_cleaning", 2),
    ("auto_worktime.hold_reason_helping", 2),
)


class AutoDemoShop(models.AbstractModel):
    _inherit = "auto.demo.shop"

    def _check_in_mechanics(self):
        """The mechanics are present now: since their shift began, or just so."""
        now = fields.Datetime.now()
        today = self._get_local_now().date()
        # sudo: the demo's builder has no rights of Attendances
        attendances = self.env["hr.attendance"].sudo()
        for mechanic in story.MECHANICS:
            start = self._at(today, SHIFT_START[mechanic])
            is_shift = start < now < start + timedelta(hours=SHIFT_HOURS)
            attendances.create(
                {
                    "employee_id": self._ref(mechanic).id,
                    "check_in": start if is_shift else now - 10 * MINUTE,
                    "in_mode": "kiosk",
                }
            )

    def _clock_history(self, orders, plans):
        """Give closed orders the time that was spent on them, day by day."""
        today = self._get_local_now().date()
        rng = random.Random(12)  # noqa: S311 - no secret: the same demo every time
        jobs_by_day = defaultdict(self.env["auto.job"].browse)
        for order, plan in zip(orders, plans, strict=True):
            if plan["date"].date() < today:
                jobs_by_day[plan["date"].date(), plan["mechanic"]] += order.job_ids
        attendances, logs = [], []
        for (day, mechanic), jobs in sorted(
            jobs_by_day.items(), key=lambda item: (item[0][0], item[0][1].id)
        ):
            presence, parts = self._plan_day(rng, day, mechanic, jobs)
            attendances.append(presence)
            logs += parts
        # sudo: time is written by the clock only
        self.env["hr.attendance"].sudo().create(attendances)
        self.env["auto.time.log"].sudo().create(logs)
        self._date_jobs(orders.job_ids)

    def _plan_day(self, rng, day, mechanic, jobs):
        """Return the values of a day's attendance and logs of a mechanic."""
        hour = next(
            SHIFT_START[name] for name in story.MECHANICS if self._ref(name) == mechanic
        )
        now = self._at(day, hour) + rng.randint(-8, 6) * MINUTE
        lunch = self._at(day, hour + 4)
        presence = {
            "employee_id": mechanic.id,
            "check_in": now,
            "in_mode": "kiosk",
            "out_mode": "kiosk",
        }
        now += rng.randint(3, 12) * MINUTE
        parts = []
        for job in jobs.sudo():
            rest = max(round(job.norm_hours * 60 * rng.uniform(0.75, 1.35)), 6)
            while rest > 0:
                if now >= lunch:
                    stop = now + rng.randint(45, 60) * MINUTE
                    parts.append((now, stop, {"kind": "break"}))
                    now, lunch = stop, now + timedelta(days=1)
                length = min(rest, max((lunch - now) // MINUTE, 1))
                stop = now + length * MINUTE
                parts.append((now, stop, job._prepare_log_vals()))
                now, rest = stop, rest - length
            if rng.random() < 0.5:
                parts.append(self._plan_idle(rng, now, job))
                now = parts[-1][1]
        end = self._at(day, hour + SHIFT_HOURS) + rng.randint(-2, 20) * MINUTE
        presence["check_out"] = max(now, end)
        company = mechanic.company_id
        return presence, [
            {
                "employee_id": mechanic.id,
                "company_id": company.id,
                "date_start": start,
                "date_stop": stop,
                **vals,
            }
            for start, stop, vals in parts
        ]

    def _plan_idle(self, rng, start, job):
        """Return a piece of idle time after a job."""
        names, weights = zip(*IDLE, strict=True)
        reason = self.env.ref(rng.choices(names, weights)[0])
        vals = {"kind": "idle", "reason_id": reason.id, "job_id": job.id}
        return start, start + rng.randint(8, 50) * MINUTE, vals

    def _date_jobs(self, jobs):
        """Jobs began with their first log and were done with the last."""
        for job, first, last in (
            self.env["auto.time.log"]
            .sudo()
            ._read_group(
                [("job_id", "in", jobs.ids), ("kind", "in", ("work", "rework"))],
                ["job_id"],
                ["date_start:min", "date_stop:max"],
            )
        ):
            self._write_past(job, date_started=first, date_done=last)
