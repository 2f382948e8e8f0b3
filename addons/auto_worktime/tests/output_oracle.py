"""What the report has to say, computed from raw rows by plain Python: no ORM, no SQL
but SELECT of rows, nothing of the report's code. Exact: whole seconds and fractions.
"""

from collections import defaultdict
from datetime import UTC, datetime, timedelta
from fractions import Fraction
from itertools import pairwise
from zoneinfo import ZoneInfo

from odoo.tools import SQL

WORK = ("work", "rework")


class OutputOracle:
    """The figures of some mechanics of one company, by (day, mechanic)."""

    def __init__(self, cr, zone, employees, now):
        self.cr, self.zone, self.now = cr, ZoneInfo(zone), now
        self.employees = set(employees)
        self.figures = defaultdict(lambda: defaultdict(Fraction))
        self.known = set()
        self.orders, self.comebacks = set(), set()
        self.worked = defaultdict(lambda: defaultdict(int))  # by line, then mechanic
        self.jobs = {row["id"]: row for row in self.rows("auto_job")}
        self.sales = {row["id"]: row for row in self.rows("sale_order")}
        self.lines = {row["id"]: row for row in self.rows("sale_order_line")}
        self.read_clocks()
        self.read_sales()
        self.read_comebacks()

    def rows(self, table):
        self.cr.execute(SQL("SELECT * FROM %s ORDER BY id", SQL.identifier(table)))
        names = [column.name for column in self.cr.description]
        return [dict(zip(names, row, strict=True)) for row in self.cr.fetchall()]

    def add(self, day, employee, name, amount):
        self.figures[day, employee][name] += amount
        self.known.add(name)

    def day_of(self, moment):
        return moment.replace(tzinfo=UTC).astimezone(self.zone).date()

    def by_day(self, start, stop):
        """Yield day, start and stop of the pieces between midnights."""
        while start < stop:
            day = self.day_of(start)
            following = day + timedelta(days=1)
            midnight = datetime(*following.timetuple()[:3], tzinfo=self.zone)
            end = min(stop, midnight.astimezone(UTC).replace(tzinfo=None))
            yield day, start, end
            start = end

    # --- the mechanic's clock ---

    def read_clocks(self):
        spans = defaultdict(list)
        for row in self.rows("hr_attendance"):
            stop = row["check_out"] or self.now
            if row["in_mode"] != "technical" and row["check_in"] < stop:
                spans[row["employee_id"]].append((row["check_in"], stop))
        unpaid = {
            row["id"] for row in self.rows("auto_hold_reason") if not row["is_paid"]
        }
        logs = defaultdict(list)
        for row in self.rows("auto_time_log"):
            logs[row["employee_id"]].append(row)
        for employee in self.employees:
            self.read_clock(employee, spans[employee], logs[employee], unpaid)

    def read_clock(self, employee, spans, logs, unpaid):
        edges = {edge for span in spans for edge in span}  # nothing changes between
        for log in logs:
            edges |= {log["date_start"], log["date_stop"] or self.now}
        edges = sorted(edges)
        for start, stop in pairwise(edges):
            if not any(a <= start and stop <= b for a, b in spans):
                continue
            log = next(
                (
                    log
                    for log in logs
                    if log["date_start"] <= start
                    and stop <= (log["date_stop"] or self.now)
                ),
                None,
            )
            for day, begin, end in self.by_day(start, stop):
                amount = int((end - begin).total_seconds())
                self.count(day, employee, log, amount, unpaid)

    def count(self, day, employee, log, amount, unpaid):
        hours = Fraction(amount, 3600)
        self.add(day, employee, "hours_present", hours)
        if log is None:
            self.add(day, employee, "hours_none", hours)
        elif log["kind"] in WORK:
            self.add(day, employee, "hours_jobs", hours)
            if log["kind"] == "rework":
                self.add(day, employee, "hours_rework", hours)
            self.count_job(day, employee, self.jobs[log["job_id"]], amount)
        else:
            self.add(day, employee, f"hours_{log['kind']}", hours)
        is_unpaid = log and (log["kind"] == "break" or log["reason_id"] in unpaid)
        self.add(day, employee, "hours_paid", 0 if is_unpaid else hours)

    def count_job(self, day, employee, job, amount):
        hours = Fraction(amount, 3600)
        self.worked[job["order_line_id"]][employee] += amount
        self.add(day, employee, "hours_wip", hours)
        order = self.sales[job["order_id"]]
        if order["date_released"]:
            finished = max(day, self.day_of(order["date_released"]))
        elif "cancel" in (job["state"], order["state"]):
            finished = day
        else:
            return
        self.add(finished, employee, "hours_finished", hours)
        self.add(finished, employee, "hours_wip", -hours)

    # --- what is sold ---

    def get_shares(self, line_id):
        given = defaultdict(Fraction)
        for row in self.rows("auto_job_share"):
            job = self.jobs[row["job_id"]]
            if job["order_line_id"] == line_id and job["state"] != "cancel":
                given[row["employee_id"]] += Fraction(row["percent"]) / 100
        if given:
            return given
        worked = self.worked.get(line_id)
        if worked:
            total = sum(worked.values())
            return {who: Fraction(time, total) for who, time in worked.items()}
        jobs = {
            job["id"]
            for job in self.jobs.values()
            if job["order_line_id"] == line_id and job["state"] != "cancel"
        }
        names = {
            row["hr_employee_id"]
            for row in self.rows_of_mechanics()
            if row["auto_job_id"] in jobs
        }
        return {who: Fraction(1, len(names)) for who in names} or {None: Fraction(1)}

    def rows_of_mechanics(self):
        self.cr.execute("SELECT * FROM auto_job_hr_employee_rel")
        names = [column.name for column in self.cr.description]
        return [dict(zip(names, row, strict=True)) for row in self.cr.fetchall()]

    def read_sales(self):
        moves = {row["id"]: row for row in self.rows("account_move")}
        bills = {row["id"]: row for row in self.rows("account_move_line")}
        self.cr.execute("SELECT * FROM sale_order_line_invoice_rel")
        linked = defaultdict(list)
        for invoice_line, order_line in self.cr.fetchall():
            bill = bills[invoice_line]
            move = moves[bill["move_id"]]
            if move["state"] == "posted":
                linked[order_line].append((bill, move))
        for line in self.lines.values():
            order = self.sales[line["order_id"]]
            if (
                line["line_kind"] == "labour"
                and order["is_work_order"]
                and order["state"] == "sale"
                and order["date_released"]
            ):
                self.sell(line, order, linked[line["id"]])

    def sell(self, line, order, bills):
        shares = self.get_shares(line["id"])
        released = self.day_of(order["date_released"])
        ordered = max(Fraction(line["product_uom_qty"]), 0)
        changes = [(released, ordered, None)]
        billed = Fraction(0)
        dated = [
            (
                max(released, move["invoice_date"] or move["date"]),
                bill["id"],
                bill,
                move,
            )
            for bill, move in bills
        ]
        for day, _id, bill, move in sorted(dated, key=lambda row: row[:2]):
            quantity = Fraction(bill["quantity"])
            revenue = -Fraction(bill["balance"])
            if move["move_type"] == "out_invoice":
                before, billed = billed, billed + quantity
                again = max(billed - ordered, 0) - max(before - ordered, 0)
                changes.append((day, again, revenue))
            else:
                taken = 0 if self.is_goodwill(bill, move, bills) else quantity
                changes.append((day, -taken, revenue))
        is_rework = bool(order["rework_of_id"])
        for day, quantity, revenue in changes:
            for employee, share in shares.items():
                if employee in self.employees:
                    self.book(line, day, employee, share, quantity, revenue, is_rework)
        if not is_rework and self.employees & set(shares):
            self.orders.add(order["id"])

    def book(self, line, day, employee, share, quantity, revenue, is_rework):
        if not is_rework:
            hours = quantity * Fraction(line["norm_hours"]) * share
            self.add(day, employee, "hours_sold", hours)
        if revenue is not None:
            self.add(day, employee, "revenue", revenue * share)
            recovered = revenue / Fraction(line["labour_rate"]) * share
            self.add(day, employee, "hours_recovered", recovered)

    def is_goodwill(self, bill, move, bills):
        prices = [
            (Fraction(other["price_unit"]), other_move["id"])
            for other, other_move in bills
            if other_move["move_type"] == "out_invoice"
        ]
        own = [price for price, id_ in prices if id_ == move["reversed_entry_id"]]
        return Fraction(bill["price_unit"]) < min(
            own or [price for price, _id in prices]
        )

    def read_comebacks(self):
        for order in self.sales.values():
            if order["rework_of_id"] and order["state"] != "cancel":
                first = [
                    line["id"]
                    for line in self.lines.values()
                    if line["order_id"] == order["rework_of_id"]
                    and line["line_kind"] == "labour"
                ]
                who = {name for line in first for name in self.get_shares(line)}
                if order["date_received"] and self.employees & who:
                    self.comebacks.add(order["id"])
