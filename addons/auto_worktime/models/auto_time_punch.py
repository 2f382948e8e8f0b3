import logging
from datetime import timedelta

from odoo import api, fields, models
from odoo.exceptions import UserError

from ..tools.punches import REST, pair

_logger = logging.getLogger(__name__)
REACH = timedelta(days=7)  # how far events of one stretch of work are looked for


class AutoTimePunch(models.Model):
    """A raw event of a terminal, kept as it was told; presence is derived from all."""

    _name = "auto.time.punch"
    _description = "Event of an Attendance Terminal"
    _order = "date desc, id desc"
    _rec_name = "badge"

    device_id = fields.Many2one(
        comodel_name="auto.time.device",
        required=True,
        readonly=True,
        ondelete="restrict",
    )
    company_id = fields.Many2one(
        comodel_name="res.company", required=True, readonly=True, index=True
    )
    badge = fields.Char(required=True, readonly=True)
    date = fields.Datetime(required=True, readonly=True)
    direction = fields.Selection(
        selection=[("in", "In"), ("out", "Out"), ("toggle", "Not told")],
        required=True,
        readonly=True,
    )
    employee_id = fields.Many2one(
        comodel_name="hr.employee",
        readonly=True,
        index="btree_not_null",
        ondelete="set null",
    )
    state = fields.Selection(
        selection=[
            ("new", "New"),
            ("used", "Used"),
            ("extra", "Means nothing"),
            ("unknown", "Unknown badge"),
            ("refused", "Refused"),
        ],
        required=True,
        readonly=True,
    )
    refusal = fields.Text(readonly=True)

    _event_uniq = models.UniqueIndex(
        "(device_id, badge, date, direction)", "This event is known already."
    )
    _new_idx = models.Index("(id) WHERE state = 'new'")
    _employee_date_idx = models.Index("(employee_id, date)")

    def action_retry(self):
        """Look again at what was not understood: a badge is known now. Foremen only."""
        self.check_access("write")
        # sudo: a foreman changes nothing of an event but this
        self.sudo().filtered(
            lambda punch: punch.state in ("unknown", "refused")
        ).state = "new"
        # sudo: the scheduled action is started, not changed
        self.env.ref("auto_worktime.ir_cron_punches").sudo()._trigger()

    @api.model
    def _cron_derive(self, batch_size=500):
        """Derive presence from new events, by employee. Idempotent: they stay so."""
        new = self.search([("state", "=", "new")], order="date, id", limit=batch_size)
        self.env["ir.cron"]._commit_progress(
            remaining=self.search_count([("state", "=", "new")])
        )
        new._find_employees()
        for employee, punches in new.grouped("employee_id").items():
            if not employee:
                punches.state = "unknown"
            else:
                punches._derive_safely(employee)
            if not self.env["ir.cron"]._commit_progress(len(punches)):
                break

    def _derive_safely(self, employee):
        """Derive; what Odoo refuses is kept for the foreman, with its reason."""
        try:
            with self.env.cr.savepoint():
                self._derive(employee)
        except UserError as error:
            self.write({"state": "refused", "refusal": str(error)})
        except Exception:  # one employee's rows must not keep the others
            _logger.exception("Events of employee %s were not understood", employee.id)
            self.write({"state": "refused"})

    def _find_employees(self):
        """Fill in whose badges they are."""
        employees = self.env["hr.employee"].search(
            [
                ("barcode", "in", list(set(self.mapped("badge")))),
                ("company_id", "in", self.company_id.ids),
            ]
        )
        by_badge = {(one.barcode, one.company_id): one for one in employees}
        for punch in self:
            punch.employee_id = by_badge.get((punch.badge, punch.company_id))

    def _derive(self, employee):
        """Make the attendances of an employee those that his events tell."""
        stretch = self._get_stretch(employee)
        pairs, extra = pair([(punch.date, punch.direction) for punch in stretch])
        rows = self.env["hr.attendance"].search(
            [("punch_in_id", "in", stretch.ids)], order="check_in"
        )
        wanted = [
            (stretch[came], stretch[went] if went is not None else stretch.browse())
            for came, went in pairs
        ]
        begun = self.browse([came.id for came, _went in wanted])
        kept = rows.filtered(lambda row: row.punch_in_id in begun)
        spare = list(rows - kept)
        stretch.write({"state": "used", "refusal": False})
        stretch.browse([stretch[index].id for index in extra]).state = "extra"
        for came, went in wanted:
            row = kept.filtered(lambda row, came=came: row.punch_in_id == came)
            if not row and spare:
                row = spare.pop(0)
            came._tell_presence(employee, row, went)
        for row in spare:
            row.unlink()

    def _get_stretch(self, employee):
        """Return the events that belong together with these: no rest between them."""
        events = self.search(
            [
                ("employee_id", "=", employee.id),
                ("date", ">=", min(self.mapped("date")) - REACH),
                ("date", "<=", max(self.mapped("date")) + REACH),
            ]
        ).sorted(lambda one: (one.date, one.direction, one.device_id.id))
        first, last = min(self.mapped("date")), max(self.mapped("date"))
        begin, end = 0, len(events)
        for index in range(1, len(events)):
            if events[index].date - events[index - 1].date <= REST:
                continue
            if events[index].date <= first:
                begin = index
            elif events[index - 1].date >= last:
                end = index
                break
        return events[begin:end]

    def _tell_presence(self, employee, row, went):
        """Make an attendance begin with this event and end with another.

        :param row: the attendance that tells of it, or an empty one
        :param went: the event that ends it; empty if it is not known
        """
        self.ensure_one()
        vals = {
            "punch_in_id": self.id,
            "punch_out_id": went.id,
            "check_in": self.date,
        }
        if went:
            vals |= {"check_out": went.date, "out_mode": "kiosk"}
        elif row and not row.is_cut:
            vals["check_out"] = False
        if row:
            row._write_changes(vals)
        elif employee._find_attendance(self.date):
            self._join_presence(employee, went)
        else:
            self._create_presence(employee, vals)

    def _create_presence(self, employee, vals):
        """Let an attendance begin; one of the past without an end is cut at once."""
        attendances = self.env["hr.attendance"]
        vals = {**vals, "employee_id": employee.id, "in_mode": "kiosk"}
        is_over = "check_out" not in vals and attendances.search_count(
            [("employee_id", "=", employee.id), ("check_in", ">", self.date)], limit=1
        )
        return attendances._create_cut(vals) if is_over else attendances.create(vals)

    def _join_presence(self, employee, went):
        """He has checked in elsewhere already; leaving ends that."""
        attendance = employee._find_attendance(self.date)
        self.state = "extra"
        if went and not attendance.check_out:
            attendance.write({"check_out": went.date, "punch_out_id": went.id})
        elif went:
            went.state = "extra"
