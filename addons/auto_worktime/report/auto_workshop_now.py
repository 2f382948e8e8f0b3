from odoo import api, fields, models
from odoo.tools import SQL


class AutoWorkshopNow(models.Model):
    """Who does what now: a row for each mechanic."""

    _name = "auto.workshop.now"
    _description = "Workshop Now"
    _auto = False
    _order = "sequence, date_since, id"
    _rec_name = "employee_id"
    _depends = {
        "hr.employee": ["company_id", "is_mechanic", "active"],
        "hr.attendance": ["employee_id", "check_in", "check_out", "in_mode"],
        "auto.time.log": ["employee_id", "job_id", "date_start", "date_stop", "kind"],
        "auto.job": ["order_id", "norm_hours"],
    }

    sequence = fields.Integer(readonly=True)
    employee_id = fields.Many2one(
        comodel_name="hr.employee", string="Mechanic", readonly=True
    )
    company_id = fields.Many2one(comodel_name="res.company", readonly=True)
    kind = fields.Selection(
        selection=[
            ("none", "Nothing given"),
            ("idle", "Idle"),
            ("work", "Work"),
            ("rework", "Rework"),
            ("break", "Break"),
            ("absent", "Absent"),
        ],
        string="Does",
        readonly=True,
    )
    reason_id = fields.Many2one(comodel_name="auto.hold.reason", readonly=True)
    job_id = fields.Many2one(
        comodel_name="auto.job",
        readonly=True,
        help="Of idle time and breaks, the one that was left for them.",
    )
    order_name = fields.Char(
        related="job_id.order_name", string="Order Number", related_sudo=True
    )
    license_plate = fields.Char(related="job_id.license_plate", related_sudo=True)
    norm_hours = fields.Float(related="job_id.norm_hours", related_sudo=True)
    clocked_hours = fields.Float(related="job_id.clocked_hours", related_sudo=True)
    is_over = fields.Boolean(
        string="Over the norm", compute="_compute_is_over", compute_sudo=True
    )
    date_since = fields.Datetime(string="Since", readonly=True)
    hours = fields.Float(compute="_compute_hours", help="Since then.")

    @property
    def _table_query(self):
        return SQL(
            """
            SELECT employee.id, employee.id AS employee_id, employee.company_id,
                   log.reason_id, log.job_id, doing.kind,
                   ARRAY_POSITION(ARRAY['none', 'idle', 'work', 'rework', 'break',
                                        'absent'], doing.kind) AS sequence,
                   COALESCE(log.date_start, CASE WHEN present.check_in IS NOT NULL
                       THEN GREATEST(present.check_in, earlier.date_stop) END
                   ) AS date_since
              FROM hr_employee employee
         LEFT JOIN (SELECT employee_id, MIN(check_in) AS check_in
                      FROM hr_attendance
                     WHERE check_out IS NULL AND in_mode IS DISTINCT FROM 'technical'
                     GROUP BY employee_id) present ON present.employee_id = employee.id
         LEFT JOIN auto_time_log log ON log.employee_id = employee.id
                   AND log.date_stop IS NULL
         LEFT JOIN LATERAL (SELECT MAX(date_stop) AS date_stop
                              FROM auto_time_log
                             WHERE employee_id = employee.id
                               AND date_start >= present.check_in) earlier ON TRUE
        CROSS JOIN LATERAL (SELECT CASE WHEN present.check_in IS NULL THEN 'absent'
                                        ELSE COALESCE(log.kind, 'none') END AS kind
                           ) doing
             WHERE employee.is_mechanic AND employee.active
            """
        )

    @api.depends("date_since")
    def _compute_hours(self):
        now = fields.Datetime.now()
        for row in self:
            since = row.date_since or now
            row.hours = max((now - since).total_seconds(), 0) / 3600

    @api.depends("job_id")
    def _compute_is_over(self):
        for row in self:
            row.is_over = bool(row.norm_hours) and row.clocked_hours > row.norm_hours
