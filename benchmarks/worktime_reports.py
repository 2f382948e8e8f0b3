"""The report of output over many order lines and time logs.

Figures by mechanic of the last 30 days, as the pivot asks for them, against SQL of the
same figures written by hand. WORKTIME_LINES sets how many lines; to make the million of
the default takes its time.
"""

import os
from datetime import timedelta

from odoo import Command, fields
from odoo.tools import SQL

env = globals()["env"]
bench = globals()["bench"]

LINES = int(os.environ.get("WORKTIME_LINES", "1000000"))
ORDERS = 50  # of four lines: two works, two other things; made by the ORM
LOGS = 60  # of them, by four mechanics: 300 000 for a million of lines
MEASURES = [
    "hours_present:sum",
    "hours_jobs:sum",
    "hours_idle:sum",
    "hours_none:sum",
    "hours_sold:sum",
    "revenue:sum",
    "utilisation:avg",
    "productivity:avg",
]
TABLES = [
    "sale_order",
    "sale_order_line",
    "auto_job",
    "account_move",
    "account_move_line",
    "hr_attendance",
    "auto_time_log",
]
SHIFTED = {"date_start", "date_stop", "check_in", "check_out", "date_released"}


def make_shop():
    """Return the mechanics of a day with released orders, and their rows."""
    mechanics = env["hr.employee"].create(
        [{"name": f"Mechanic {n}", "is_mechanic": True} for n in range(4)]
    )
    start = fields.Datetime.now().replace(hour=6, minute=0, second=0, microsecond=0)
    start -= timedelta(days=1)
    orders = make_orders(mechanics, start)
    jobs = orders.job_ids
    env["hr.attendance"].create(
        [
            {
                "employee_id": mechanic.id,
                "check_in": start,
                "check_out": start + timedelta(hours=9),
            }
            for mechanic in mechanics
        ]
    )
    reason = env.ref("auto_crm.hold_reason_parts")
    for number in range(LOGS):
        mechanic = mechanics[number % 4]
        begin = start + timedelta(minutes=30 * (number // 4))
        is_idle = number % 5 == 0
        env["auto.time.log"].create(
            {
                "employee_id": mechanic.id,
                "company_id": env.company.id,
                "kind": "idle" if is_idle else "work",
                "reason_id": is_idle and reason.id,
                "job_id": jobs[number].id,
                "date_start": begin,
                "date_stop": begin + timedelta(minutes=25),
            }
        )
    env.flush_all()
    return mechanics


def make_orders(mechanics, start):
    """Return work orders that were billed, and released on that day."""
    work, wash = env["product.product"].create(
        [
            {
                "name": "Replace pads",
                "type": "service",
                "service_tracking": "auto_job",
                "norm_hours": 1.5,
                "list_price": 1500,
            },
            {"name": "Wash", "type": "service", "list_price": 100},
        ]
    )
    partner = env["res.partner"].create({"name": "Customer"})
    model = env["fleet.vehicle.model"].search([], limit=1)
    vehicle = env["auto.vehicle"].create(
        {
            "partner_id": partner.id,
            "model_id": model.id,
            "license_plate": "А001АА77",
        }
    )
    lines = [Command.create({"product_id": one.id}) for one in (work, wash) * 2]
    orders = env["sale.order"].create(
        [
            {
                "partner_id": partner.id,
                "vehicle_id": vehicle.id,
                "is_work_order": True,
                "order_line": lines,
            }
            for _number in range(ORDERS)
        ]
    )
    orders.action_confirm()
    orders.action_receive()
    for number, job in enumerate(orders.job_ids):
        job.mechanic_ids = mechanics[number % 4]
    orders.job_ids.action_done()
    invoices = orders._create_invoices(grouped=True)
    invoices.invoice_date = start.date()
    invoices.action_post()
    env.flush_all()
    env.cr.execute(
        SQL(
            "UPDATE sale_order SET date_released = %s WHERE id IN %s",
            start + timedelta(hours=8),
            tuple(orders.ids),
        )
    )
    env.invalidate_all()
    return orders


def multiply(copies):
    """Copy the rows of the day in the database, each copy a day earlier."""
    step = max(map(max_id, TABLES)) + 1
    # a copy refers to copies: foreign keys are right, and need no look at each row
    env.cr.execute("SET LOCAL session_replication_role = 'replica'")
    for table in TABLES:
        indexes = drop_indexes(table)
        env.cr.execute(
            SQL(
                "INSERT INTO %(table)s (%(names)s) SELECT %(values)s"
                " FROM %(table)s row, generate_series(1, %(copies)s) copy"
                " WHERE row.id IN (SELECT id FROM %(table)s %(own)s)",
                table=SQL.identifier(table),
                names=SQL(", ").join(map(SQL.identifier, columns(table))),
                values=SQL(", ").join(
                    value(table, name, step) for name in columns(table)
                ),
                copies=copies,
                own=own(table),
            )
        )
        for index in indexes:
            env.cr.execute(index)
    for table, names in (
        ("sale_order_line_invoice_rel", ("order_line_id", "invoice_line_id")),
        ("auto_job_hr_employee_rel", ("auto_job_id",)),
    ):
        every = columns(table)
        env.cr.execute(
            SQL(
                "INSERT INTO %(table)s (%(names)s) SELECT %(values)s"
                " FROM %(table)s row, generate_series(1, %(copies)s) copy"
                " ON CONFLICT DO NOTHING",
                table=SQL.identifier(table),
                names=SQL(", ").join(map(SQL.identifier, every)),
                values=SQL(", ").join(
                    SQL(
                        "row.%s + copy * %s",
                        SQL.identifier(name),
                        step if name in names else 0,
                    )
                    for name in every
                ),
                copies=copies,
            )
        )
    env.cr.execute("SET LOCAL session_replication_role = 'origin'")
    env.cr.execute(SQL("ANALYZE"))
    env.invalidate_all()


def drop_indexes(table):
    """Drop the indexes of a table that are no constraints; return how to make them."""
    env.cr.execute(
        "SELECT indexrelid::regclass::text, pg_get_indexdef(indexrelid)"
        " FROM pg_index WHERE indrelid = %s::regclass AND NOT EXISTS ("
        " SELECT FROM pg_constraint WHERE conindid = indexrelid)",
        [table],
    )
    indexes = dict(env.cr.fetchall())
    for name in indexes:
        env.cr.execute(SQL("DROP INDEX %s", SQL(name)))
    return [SQL(definition.replace("%", "%%")) for definition in indexes.values()]


def max_id(table):
    env.cr.execute(SQL("SELECT COALESCE(MAX(id), 0) FROM %s", SQL.identifier(table)))
    return env.cr.fetchone()[0]


def columns(table):
    env.cr.execute(
        "SELECT attname FROM pg_attribute WHERE attrelid = %s::regclass"
        " AND attnum > 0 AND NOT attisdropped AND attgenerated = ''",
        [table],
    )
    return [name for (name,) in env.cr.fetchall()]


def targets(table):
    """Return which columns name rows of tables that are copied, too."""
    env.cr.execute(
        "SELECT a.attname FROM pg_constraint c"
        " JOIN pg_attribute a ON a.attrelid = c.conrelid AND a.attnum = c.conkey[1]"
        " WHERE c.contype = 'f' AND c.conrelid = %s::regclass"
        " AND c.confrelid = ANY(%s::regclass[])",
        [table, TABLES],
    )
    return {name for (name,) in env.cr.fetchall()}


def value(table, name, step):
    """Return the value of a copy's column."""
    column = SQL("row.%s", SQL.identifier(name))
    if name == "id" or name in targets(table):
        return SQL("%s + copy * %s", column, step)
    if name in SHIFTED and table != "sale_order_line":
        return SQL("%s - copy * INTERVAL '1 day'", column)
    if name == "invoice_date":
        return SQL("%s - copy", column)
    if table == "account_move" and name == "name":
        return SQL("%s || '/' || copy", column)
    return column


def own(table):
    """Return the condition on the rows of the day."""
    if table in ("account_move", "account_move_line"):
        column = SQL("move_id" if table.endswith("line") else "id")
        return SQL(
            "WHERE %s IN (SELECT bill.move_id FROM account_move_line bill"
            " JOIN sale_order_line_invoice_rel rel ON rel.invoice_line_id = bill.id)",
            column,
        )
    return SQL("")


def by_hand(first):
    """Return the figures of mechanics by SQL that knows how the rows are."""
    env.cr.execute(
        """
        WITH spent AS (
            SELECT employee_id, kind, job_id, date_start,
                   EXTRACT(EPOCH FROM date_stop - date_start) / 3600 AS hours
              FROM auto_time_log
        ), present AS (
            SELECT employee_id,
                   SUM(EXTRACT(EPOCH FROM check_out - check_in)) / 3600 AS hours
              FROM hr_attendance WHERE check_in >= %(first)s GROUP BY employee_id
        ), clocked AS (
            SELECT employee_id, SUM(hours) FILTER (WHERE kind = 'work') AS jobs,
                   SUM(hours) FILTER (WHERE kind = 'idle') AS idle
              FROM spent WHERE date_start >= %(first)s GROUP BY employee_id
        ), worked AS (
            SELECT job.order_line_id AS line_id, employee_id, SUM(hours) AS hours
              FROM spent JOIN auto_job job ON job.id = job_id
             WHERE kind = 'work' GROUP BY 1, 2
        ), shares AS (
            SELECT line_id, employee_id,
                   hours / SUM(hours) OVER (PARTITION BY line_id) AS share
              FROM worked
         UNION ALL
            SELECT job.order_line_id, rel.hr_employee_id,
                   1.0 / COUNT(*) OVER (PARTITION BY job.order_line_id)
              FROM auto_job job
              JOIN auto_job_hr_employee_rel rel ON rel.auto_job_id = job.id
             WHERE NOT EXISTS (
                   SELECT FROM worked WHERE line_id = job.order_line_id)
        ), sold AS (
            SELECT line.id, line.norm_hours * line.product_uom_qty AS hours,
                   (SELECT -SUM(bill.balance)
                      FROM sale_order_line_invoice_rel rel
                      JOIN account_move_line bill ON bill.id = rel.invoice_line_id
                     WHERE rel.order_line_id = line.id
                       AND bill.parent_state = 'posted') AS revenue
              FROM sale_order orders
              JOIN sale_order_line line ON line.order_id = orders.id
             WHERE line.line_kind = 'labour' AND orders.date_released >= %(first)s
        ), sales AS (
            SELECT employee_id, SUM(sold.hours * share) AS hours,
                   SUM(revenue * share) AS revenue
              FROM sold JOIN shares ON shares.line_id = sold.id GROUP BY employee_id
        )
        SELECT employee_id, present.hours, jobs, idle,
               present.hours - COALESCE(jobs, 0) - COALESCE(idle, 0), sales.hours,
               revenue, 100 * jobs / present.hours, 100 * sales.hours / present.hours
          FROM present
     LEFT JOIN clocked USING (employee_id)
     LEFT JOIN sales USING (employee_id)
        """,
        {"first": first},
    )
    return env.cr.fetchall()


mechanics = make_shop()
multiply(LINES // (ORDERS * 4) - 1)
day = fields.Date.today() - timedelta(days=30)
report = env["auto.output.report"]
domain = [("date", ">=", day), ("employee_id", "in", mechanics.ids)]


def ours():
    return report._read_group(domain, ["employee_id"], MEASURES)


def stock():
    return by_hand(fields.Datetime.to_datetime(day))


def rounded(rows):
    """Return figures by mechanic, to compare the two."""
    return {
        int(row[0]): [round(float(figure or 0), 4) for figure in row[1:]]
        for row in rows
    }


expected = {key: row for key, row in rounded(stock()).items() if key in mechanics.ids}
assert rounded(ours()) == expected, (rounded(ours()), expected)
bench.compare(
    f"Output of 30 days of {LINES:,} order lines against SQL by hand",
    ours=ours,
    stock=stock,
    goal=1.2,
    repeat=5,
)
