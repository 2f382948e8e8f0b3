import os
from datetime import date, timedelta

from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from odoo import Command, fields
from odoo.exceptions import UserError
from odoo.tests import freeze_time, tagged

from .output_oracle import OutputOracle
from .test_output_report import AutoOutputCommon

# the same examples in every run; OUTPUT_EXAMPLES makes more
PROPERTY = settings(
    max_examples=int(os.environ.get("OUTPUT_EXAMPLES", "5")),
    phases=(Phase.generate,),
    deadline=None,
    derandomize=True,
    database=None,
    suppress_health_check=list(HealthCheck),
)
JOBS = 4
DAYS = 15  # with the change to summer time
MINUTES = DAYS * 24 * 60
HOURS = (
    "hours_present",
    "hours_jobs",
    "hours_rework",
    "hours_idle",
    "hours_break",
    "hours_none",
    "hours_paid",
    "hours_finished",
    "hours_wip",
)
SUMS = (*HOURS, "hours_sold", "hours_recovered", "revenue")
MOMENT = st.integers(0, MINUTES * 60)
WHO = st.integers(0, 1)
# shifts: who, day, from which minute, how many minutes, whether a technical row
SHIFTS = st.lists(
    st.tuples(
        WHO,
        st.integers(0, DAYS - 1),
        st.integers(0, 1439),
        st.integers(1, 800),
        st.sampled_from(["manual", "kiosk", "technical"]),
    ),
    min_size=8,
    max_size=25,
)
# presses, in their order of arrival: who, what, when, on which job
PRESSES = st.lists(
    st.tuples(
        WHO,
        st.sampled_from(
            [
                "start",
                "start",
                "start",
                "pause",
                "break",
                "resume",
                "stop",
                "out",
                "done",
            ]
        ),
        MOMENT,
        st.integers(0, JOBS - 1),
    ),
    min_size=15,
    max_size=45,
)
# corrections: which log, removed, or begun and ended how many minutes later
CORRECTIONS = st.lists(
    st.tuples(
        st.integers(0, 99), st.booleans(), st.integers(-90, 90), st.integers(-90, 90)
    ),
    max_size=4,
)
# what part of a job is given to the first mechanic, in %; 0: none is given
SHARE = st.sampled_from([0, 0, 25, 60, 100])
# some of the days that are asked for: from which, how many more
WINDOW = st.tuples(st.integers(-1, DAYS + 8), st.integers(0, 6))
FATE = st.tuples(
    st.sampled_from(["open", "cancel", "release", "release", "release"]),
    st.sampled_from(["before", "after", "never"]),
    st.sampled_from(["no", "all", "goodwill", "again"]),
    MOMENT,
)


@tagged("post_install", "-at_install")
class TestOutputOracle(AutoOutputCommon):
    """Whatever happens in a month, each figure is that of plain Python on raw rows."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.env = cls.env["base"].with_context(tracking_disable=True).env
        cls.company.resource_calendar_id.tz = "Europe/Berlin"
        cls.monday = fields.Datetime.to_datetime("2035-03-12 08:00:00")
        cls.both = cls.mechanic + cls.mechanic_2
        cls.parts.is_paid = False
        cls.after = cls.monday + timedelta(minutes=MINUTES, days=7)
        teams = [cls.mechanic, cls.mechanic_2, cls.both, cls.both]
        cls.jobs = cls.env["auto.job"]
        for team in teams[: JOBS - 1]:
            cls.jobs += cls._create_job(team)
        with freeze_time(cls._at(-1)):
            order = cls.jobs[0].order_id
            rework = cls.env["sale.order"].browse(
                order.action_create_rework()["res_id"]
            )
            rework.action_confirm()
            rework.action_receive()
        cls.jobs += rework.job_ids
        cls.jobs.mechanic_ids = cls.both

    def test_every_figure_is_that_of_the_rows(self):
        fates = st.lists(FATE, min_size=4, max_size=4)
        windows = st.lists(WINDOW, min_size=4, max_size=4)

        shares = st.lists(SHARE, min_size=4, max_size=4)

        @given(SHIFTS, PRESSES, CORRECTIONS, shares, fates, windows)
        @PROPERTY
        def play(shifts, presses, corrections, shares, fates, windows):
            savepoint = self.env.cr.savepoint()
            try:
                self._check_in_at(shifts)
                with freeze_time(self.after):
                    for press in presses:
                        self._try(self._press, *press)
                    for correction in corrections:
                        self._try(self._correct, *correction)
                for job, share in zip(self.jobs, shares, strict=True):
                    self._give(job, share)
                for job, fate in zip(self.jobs, fates, strict=True):
                    self._meet(job, *fate)
                with freeze_time(self.after):
                    self._compare(windows)
            finally:
                savepoint.close(rollback=True)
                self.env.invalidate_all(flush=False)

        self.seen = set()
        play()
        self.assertEqual(self.seen, {*SUMS, "orders", "comebacks"}, "all was tried")

    def _try(self, method, *args):
        """Do what may be refused."""
        self.env.flush_all()
        try:
            with self.env.cr.savepoint():
                method(*args)
        except (UserError, ValueError):  # Odoo's overtime knows no overlaps
            self.env.invalidate_all(flush=False)

    def _check_in_at(self, shifts):
        """Make presences as they may be in the table, also such as Odoo refuses."""
        for who, day, minute, minutes, mode in shifts:
            start = self.monday + timedelta(days=day, minutes=minute)
            self.env.cr.execute(
                "INSERT INTO hr_attendance"
                " (employee_id, check_in, check_out, in_mode, date)"
                " VALUES (%s, %s, %s, %s, %s)",
                [
                    self.both[who].id,
                    start,
                    start + timedelta(minutes=minutes),
                    mode,
                    start,
                ],
            )
        self.env.invalidate_all(flush=False)

    def _press(self, who, action, second, number):
        employee, job = self.both[who], self.jobs[number]
        at = self.monday + timedelta(seconds=second)
        attendance = employee._find_attendance_after(at)
        if attendance.check_in and attendance.check_in > at:  # he is seldom absent
            length = attendance.check_out - attendance.check_in
            at = attendance.check_in + timedelta(
                seconds=second % (length.total_seconds() or 1)
            )
        if action == "start":
            employee._clock_start(job, at=at, switch=True)
        elif action == "pause":
            reason = self.parts if number % 2 else self.helping
            employee._clock_pause(reason, at=at)
        elif action == "done":
            employee._clock_done(job, at=at)
        else:
            getattr(employee, f"_clock_{action}")(at=at)

    def _correct(self, number, is_removed, start, stop):
        logs = self.logs.search([("employee_id", "in", self.both.ids)])
        if not logs:
            return
        log = logs[number % len(logs)]
        wizard = self.env["auto.time.correct"].create(
            {"log_id": log.id, "is_removed": is_removed, "reason": "It was so"}
        )
        if not is_removed:
            wizard.date_start += timedelta(minutes=start)
            wizard.date_stop = (log.date_stop or self.after) + timedelta(minutes=stop)
        wizard.action_apply()

    def _give(self, job, percent):
        """Give the mechanics their shares of a job, or none."""
        job.share_ids = [
            Command.create({"employee_id": employee.id, "percent": part})
            for employee, part in zip(self.both, (percent, 100 - percent), strict=True)
            if part and percent
        ]

    def _meet(self, job, fate, billed, refund, second):
        """Let an order come to its end, or to none."""
        order = job.order_id
        at = self.monday + timedelta(seconds=second)
        if fate == "cancel":
            with freeze_time(at):
                self._try(job.action_cancel)
        if fate != "release":
            return
        with freeze_time(at):
            open_jobs = order.job_ids.filtered(lambda one: one.state != "done")
            open_jobs.action_done()
            if billed == "before":
                self._bill(order)
            order.action_release()
        with freeze_time(at + timedelta(days=1)):
            if billed == "after":
                self._bill(order)
        if billed != "never" and refund != "no":
            self._refund_and_bill(order, refund, at + timedelta(days=3))

    def _refund_and_bill(self, order, refund, at):
        invoice = order.invoice_ids
        vals = {"price_unit": 300} if refund == "goodwill" else {}
        hours = self._hours(at)
        self._refund(invoice, hours, **vals)
        if refund == "again":
            with freeze_time(at + timedelta(days=1)):
                self._bill(order)

    def _compare(self, windows):
        self.env.flush_all()
        oracle = OutputOracle(
            self.env.cr, "Europe/Berlin", self.both.ids, fields.Datetime.now()
        )
        self._compare_days(oracle)
        for start, length in windows:
            first = self.monday.date() + timedelta(days=start)
            self._compare_days(oracle, first, first + timedelta(days=length))
            self._compare_wip(oracle, first)
        self._compare_totals(oracle)

    def _compare_days(self, oracle, first=date.min, last=date.max):
        domain = [("date", ">=", first), ("date", "<=", last)]
        groupby = ["date:day", "employee_id"]
        rows = self._sum(*SUMS, domain=domain, groupby=groupby)
        ours = {
            (day, employee.id, name): self._round(name, amount)
            for day, employee, *amounts in rows
            for name, amount in zip(SUMS, amounts, strict=True)
        }
        theirs = {
            (*key, name): self._round(name, amount)
            for key, figures in oracle.figures.items()
            for name, amount in figures.items()
            if first <= key[0] <= last
        }
        self.assertEqual(
            {key: amount for key, amount in ours.items() if amount},
            {key: amount for key, amount in theirs.items() if amount},
        )

    def _compare_wip(self, oracle, day):
        before = sum(
            figures["hours_wip"]
            for (date_, _who), figures in oracle.figures.items()
            if date_ < day
        )
        wip = self.env["auto.output.report"]._get_wip(self.company, day)
        self.assertEqual(round(wip * 3600), round(before * 3600))

    def _round(self, name, amount):
        """Hours are whole seconds; money and shares are exact up to the last digit."""
        if name in HOURS:
            return round(amount * 3600)
        return round(float(amount), 6)

    def _compare_totals(self, oracle):
        total = {
            name: sum(figures[name] for figures in oracle.figures.values())
            for name in SUMS
        }
        orders, comebacks = len(oracle.orders), len(oracle.comebacks)
        tried = {**total, "orders": orders, "comebacks": comebacks}
        self.seen |= {name for name, amount in tried.items() if amount}
        ratios = {
            "utilisation": (100 * total["hours_jobs"], total["hours_present"]),
            "efficiency": (100 * total["hours_sold"], total["hours_finished"]),
            "productivity": (100 * total["hours_sold"], total["hours_present"]),
            "paid_productivity": (100 * total["hours_sold"], total["hours_paid"]),
            "recovery": (100 * total["hours_recovered"], total["hours_jobs"]),
            "effective_rate": (total["revenue"], total["hours_sold"]),
            "comeback_rate": (100 * comebacks, orders),
        }
        expected = {
            name: round(float(dividend / divisor), 6) if divisor else False
            for name, (dividend, divisor) in ratios.items()
        }
        amounts = self._sum(*ratios)
        self.assertEqual(
            {
                name: amount if amount is False else round(amount, 6)
                for name, amount in zip(ratios, amounts, strict=True)
            },
            expected,
        )
        self.assertEqual(
            self._sum("order_count", "comeback_count"), (orders, comebacks)
        )
