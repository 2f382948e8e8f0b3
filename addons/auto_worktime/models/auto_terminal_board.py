from datetime import timedelta

from odoo import api, fields, models
from odoo.fields import Domain
from odoo.tools.misc import hmac

from odoo.addons.auto_crm.tools import clock

from .auto_terminal_day import stamp


class AutoTerminal(models.Model):
    """The board on the wall: each post, its car and mechanic, what waits and why."""

    _inherit = "auto.terminal"

    def _get_board_data(self):
        """Return what the board shows: plain values, without customers and money."""
        now = fields.Datetime.now()
        posts = self.env["auto.post"].search(
            [("company_id", "in", [False, self.company_id.id])]
        )
        bookings = self._get_board_bookings(now)
        by_post = bookings.grouped("post_id")
        running = self._get_running_logs()
        rows = [
            self._get_post_data(
                post, by_post.get(post, bookings.browse()), running, now
            )
            for post in posts
        ]
        return {
            "now": stamp(now),
            "posts": rows,
            "idle": [
                {
                    "name": log.employee_id.name,
                    "text": log._get_text(),
                    "start": stamp(log.date_start),
                }
                for log in running
                if log.kind in ("idle", "break")
            ],
            **self._get_counts(bookings, now),
        }

    def _get_board_bookings(self, now):
        """Return the bookings of today, and those whose car is still here."""
        zone = self.company_id._get_zone()
        day = clock.day_of(now, zone)
        start = clock.midnight(day, zone)
        stop = clock.midnight(day + timedelta(days=1), zone)
        today = Domain("date_start", ">=", start) & Domain("date_start", "<", stop)
        here = Domain("state", "in", ("arrived", "in_work")) & Domain(
            "date_start", "<", stop
        )
        return self.env["auto.booking"].search(
            Domain("company_id", "=", self.company_id.id)
            & Domain("is_busy", "=", True)
            & Domain("date_hold", "=", False)
            & (today | here),
            order="date_start, id",
        )

    def _get_running_logs(self):
        """Return what is being done now."""
        return self.env["auto.time.log"].search(
            [("company_id", "=", self.company_id.id), ("date_stop", "=", False)],
            order="date_start",
        )

    def _get_post_data(self, post, bookings, running, now):
        """Return a line of the board: the car on the post, and the next one."""
        here = bookings.filtered(
            lambda one: one.state in ("arrived", "in_work") and one.date_start <= now
        )
        working = here.filtered(lambda one: one._get_planned_jobs() & running.job_id)
        current = (working or here)[-1:]
        coming = bookings.filtered(
            lambda one: one.date_start > now and one.state != "done"
        )[:1]
        data = {"id": post.id, "name": post.name, "car": None, "next": None}
        if current:
            data["car"] = self._get_car_data(current, running)
        if coming:
            stop = current and current._get_expected_stop(now)
            data["next"] = {
                "plate": coming.license_plate or "",
                "start": stamp(coming.date_start),
                "is_late": bool(stop and stop > coming.date_start),
            }
        return data

    def _get_car_data(self, booking, running):
        """Return the car on a post: who works on what, how long, or why it waits."""
        jobs = booking._get_planned_jobs()
        logs = running.filtered(
            lambda log: log.job_id in jobs and log.kind in ("work", "rework")
        )
        job = logs.job_id[:1] or jobs.filtered(lambda one: one.state != "done")[:1]
        names = logs.employee_id or job.mechanic_ids or booking.mechanic_ids
        return {
            "plate": booking.license_plate or "",
            "model": booking.vehicle_model_id.name or "",
            "people": ", ".join(names.mapped("name")),
            "job": job.name or booking.work_type_id.name or "",
            "norm": sum(jobs.mapped("norm_hours")),
            "worked": sum(jobs.mapped("clocked_hours")),
            "running": len(logs),
            **self._get_wait_data(booking.order_id),
        }

    def _get_wait_data(self, order):
        """Return why an order waits, since when, and for which parts."""
        waiting = self.env["auto.order.clock"].search(
            [
                ("order_id", "=", order.id),
                ("work_state", "=", "on_hold"),
                ("date_stop", "=", False),
            ],
            limit=1,
        )
        return {
            "waits": bool(waiting),
            "reason": waiting.hold_reason_id.name or "",
            "since": stamp(waiting.date_start),
            "due": str(order.parts_date) if waiting and order.parts_date else "",
        }

    def _get_counts(self, bookings, now):
        """Return the numbers below the board."""
        expected = bookings.filtered(
            lambda one: one.state in ("tentative", "confirmed")
        )
        ready = [
            ("company_id", "=", self.company_id.id),
            ("is_work_order", "=", True),
            ("work_state", "=", "ready"),
        ]
        return {
            "late": len(expected.filtered(lambda one: one.date_start < now)),
            "expected": len(expected),
            "ready": self.env["sale.order"].search_count(ready),
        }

    # ------------------------------------------------------------------
    # Live
    # ------------------------------------------------------------------

    @api.model
    def _get_channel(self, company_id):
        """Return the channel of the bus on which a company's boards hear of changes.

        Nobody guesses it, and who knows it hears that something has changed only.
        """
        # sudo: for the database's secret
        digest = hmac(self.sudo().env, "auto_worktime.board", company_id)
        return f"auto_worktime.board/{digest}"
