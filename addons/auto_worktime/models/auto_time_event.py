import logging

from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.service.model import PG_CONCURRENCY_EXCEPTIONS_TO_RETRY

_logger = logging.getLogger(__name__)


class AutoTimeEvent(models.Model):
    """A press at a device, kept for good: done once, or refused and shown to a foreman.

    A device numbers its presses; the same number of the same device is the same press,
    however often it is sent.
    """

    _name = "auto.time.event"
    _description = "Press at a Terminal"
    _order = "date desc, id desc"
    _rec_name = "action"

    device = fields.Char(required=True, readonly=True)
    sequence = fields.Integer(required=True, readonly=True)
    employee_id = fields.Many2one(
        comodel_name="hr.employee",
        required=True,
        readonly=True,
        index=True,
        ondelete="restrict",
    )
    company_id = fields.Many2one(
        comodel_name="res.company", required=True, readonly=True, index=True
    )
    action = fields.Selection(
        selection=[
            ("in", "Check in"),
            ("start", "Start"),
            ("pause", "Pause"),
            ("break", "Break"),
            ("resume", "Go on"),
            ("done", "Done"),
            ("stop", "Stop"),
            ("out", "Check out"),
        ],
        required=True,
        readonly=True,
    )
    job_id = fields.Many2one(
        comodel_name="auto.job", readonly=True, index="btree_not_null"
    )
    reason_id = fields.Many2one(comodel_name="auto.hold.reason", readonly=True)
    date = fields.Datetime(
        string="Pressed", required=True, readonly=True, help="By the server's clock."
    )
    state = fields.Selection(
        selection=[("done", "Done"), ("refused", "Refused"), ("settled", "Settled")],
        required=True,
        readonly=True,
        index=True,
    )
    refusal = fields.Text(readonly=True)
    settled_uid = fields.Many2one(
        comodel_name="res.users", string="Settled by", readonly=True
    )

    _device_uniq = models.UniqueIndex(
        "(device, sequence)", "This press has arrived already."
    )

    @api.model
    def _press(
        self, device, sequence, employee, action, at, job=None, reason=None, **report
    ):
        """Do what was pressed at a device, once; what is refused is kept, too.

        A start leaves the job that the mechanic was on: the screen has asked already.
        Send the presses of one device in their order.

        :param str device: what the device calls itself, the same for good
        :param int sequence: of the press at that device
        :param str action: see the field
        :param datetime at: naive UTC, by the server's clock
        :param report: what else was sent, see `_do`
        :return: the event, which is the old one if it has arrived before
        :raise ClockError: ``race``; nothing is kept, so the device sends it again
        """
        # sudo: presses are written by devices only
        events = self.sudo()
        known = events.search(
            [("device", "=", device), ("sequence", "=", sequence)], limit=1
        )
        if known:
            return known
        refusal = self._try(employee, action, at, device, job, reason, **report)
        return events.create(
            {
                "device": device,
                "sequence": sequence,
                "employee_id": employee.id,
                "company_id": employee.company_id.id,
                "action": action,
                "job_id": job and job.id,
                "reason_id": reason and reason.id,
                "date": at,
                "state": "refused" if refusal else "done",
                "refusal": refusal,
                **self._prepare_report_vals(**report),
            }
        )

    @api.model
    def _try(self, employee, action, at, device, job, reason, **report):
        """Do what was pressed; return why it could not be done, None if it was.

        :raise ClockError: ``race``
        """
        try:
            with self.env.cr.savepoint():
                self._do(employee, action, at, device, job, reason, **report)
        except UserError as error:
            if getattr(error, "code", None) == "race":
                raise
            return str(error)
        except PG_CONCURRENCY_EXCEPTIONS_TO_RETRY:
            raise  # Odoo repeats the whole transaction
        except Exception:  # it would keep all later presses of the device back
            _logger.exception("%s at %s, of %s, failed", action, at, device)
            return self.env._("It could not be done: tell the foreman.")
        return None

    @api.model
    def _prepare_report_vals(self, **report):
        """Hook: values of what else was sent with a press."""
        return {}

    @api.model
    def _do(self, employee, action, at, device, job, reason, **_report):
        """Hook: call the method of the employee that the action means."""
        clock = {
            "in": employee._clock_in,
            "out": employee._clock_out,
            "break": employee._clock_break,
            "resume": employee._clock_resume,
            "stop": employee._clock_stop,
        }
        if action == "start":
            return employee._clock_start(job, at=at, switch=True, device=device)
        if action == "pause":
            return employee._clock_pause(reason, at=at, device=device)
        if action == "done":
            return employee._clock_done(job, at=at, device=device)
        return clock[action](at=at, device=device)

    def action_settle(self):
        """What was refused has been put right by hand. Foremen only."""
        self.check_access("write")
        refused = self.filtered(lambda event: event.state == "refused")
        # sudo: a foreman changes nothing of a press but this
        return refused.sudo().write({"state": "settled", "settled_uid": self.env.uid})
