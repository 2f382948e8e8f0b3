from datetime import UTC, datetime, timedelta

from odoo import models

from odoo.addons.auto_crm.tools.turn import take_turn

from ..tools.errors import ClockError
from ..tools.presses import OF_JOBS

MAX_AGE = timedelta(days=30)


class AutoTerminal(models.Model):
    """What was pressed at the terminal, perhaps long ago, is done once and in order."""

    _inherit = "auto.terminal"

    def _take(self, device, sent, items):
        """Do what was pressed; say of each press what has become of it.

        :param str device: the name of the browser, which numbers its presses
        :param float sent: when it was sent, by the clock of the device, milliseconds
        :param items: see `tools.presses.read_item`, in their order
        :return: list of dicts: sequence, state (done, refused, unknown), refusal; what
            has no result is to be sent again: somebody has pressed at that moment
        """
        self.ensure_one()
        device = f"{self.kind}/{self.id}/{device}"
        take_turn(self.env.cr, [device])
        now = datetime.now(UTC).replace(tzinfo=None)
        results = []
        for item in items:
            try:
                results.append(self._take_one(device, item, now, sent))
            except ClockError as error:
                if error.code != "race":
                    raise
                break  # the order of presses is kept
        return results

    def _take_one(self, device, item, now, sent):
        employee, issued = self._read_ticket(item["ticket"])
        result = {"sequence": item["sequence"], "refusal": ""}
        if not employee:
            # nobody's: there is no one to show it to
            return {**result, "state": "unknown"}
        age = timedelta(milliseconds=max(sent - item["pressed"], 0))
        at = (now - min(age, MAX_AGE)).replace(microsecond=0)
        event = self.env["auto.time.event"]._press(
            device,
            item["sequence"],
            employee,
            item["action"],
            at,
            job=self._find_job(employee, item),
            reason=self._find_reason(item),
            text=item["text"],
            photo=item["photo"],
            is_urgent=item["is_urgent"],
            is_extra=item["is_extra"],
            is_proven=age <= MAX_AGE and self._is_ticket_good(issued, at),
        )
        state = "refused" if event.state == "refused" else "done"
        return {**result, "state": state, "refusal": event.refusal or ""}

    def _find_job(self, employee, item):
        """Return the job of a press if it is the employee's, or was; None otherwise."""
        if item["action"] not in OF_JOBS or not item["job"]:
            return None
        job = self.env["auto.job"].browse(item["job"]).exists()
        if job.company_id != self.company_id:
            return None
        is_his = employee in job.mechanic_ids or self._has_worked(employee, job)
        if not is_his:
            is_his = job in self._get_jobs(employee)
        return job if is_his else None

    def _has_worked(self, employee, job):
        logs = self.env["auto.time.log"]
        domain = [("employee_id", "=", employee.id), ("job_id", "=", job.id)]
        return bool(logs.search_count(domain, limit=1))

    def _find_reason(self, item):
        """Return the reason of a pause, None if there is none such."""
        reason = self.env["auto.hold.reason"].browse(item["reason"] or ()).exists()
        is_ours = reason and reason.company_id in (
            reason.company_id.browse(),
            self.company_id,
        )
        return reason if is_ours and item["action"] == "pause" else None
