import logging
from datetime import timedelta

from odoo import api, fields, models
from odoo.fields import Domain
from odoo.service.model import PG_CONCURRENCY_EXCEPTIONS_TO_RETRY

_logger = logging.getLogger(__name__)

MAX_ERROR = 500
MINUTES = 10  # after the first failure; then twice as long each time
MAX_DELAY = timedelta(days=1)
KEEP = timedelta(days=30)


class AutoCronDelay(models.Model):
    """A row that a scheduled action has failed with: parked, the others go on."""

    _name = "auto.cron.delay"
    _description = "Row Put Off"

    job = fields.Char(required=True, readonly=True)
    res_id = fields.Integer(string="Row", required=True, readonly=True)
    tries = fields.Integer(readonly=True)
    date_next = fields.Datetime(string="Next try", readonly=True)
    error = fields.Char(readonly=True)

    _row_unique = models.UniqueIndex("(job, res_id)", "This row is put off already.")

    @api.model
    def _run_each(self, job, records, domain, work, batch_size=100, order="id"):
        """Do the work of a scheduled action on each row of a domain, one at a time.

        A row is locked, looked at again, worked on and committed before the next one,
        since a commit gives up every lock: another worker takes other rows. One that
        fails is put off, longer each time, for a day at most.

        :param str job: what is done, unique
        :param records: empty, in the environment to search with
        :param domain: of what is to be done; what has been done leaves it
        :param work: function that takes one record
        :param str order: a required field; rows that are equal in it go by their id
        """
        domain = Domain(domain) & self._get_due_domain(job)
        cron = self.env["ir.cron"]
        cron._commit_progress(remaining=records.search_count(domain))
        ahead = Domain.TRUE
        by = "id" if order == "id" else f"{order}, id"
        while rows := records.search(domain & ahead, order=by, limit=batch_size):
            ahead = Domain("id", ">", rows[-1].id)
            if order != "id":
                last = rows[-1][order]
                ahead = Domain(order, ">", last) | Domain(order, "=", last) & ahead
            for row in rows:
                self._run_one(job, row, domain, work)
                if not cron._commit_progress(1):
                    return

    @api.model
    def _run_batches(self, job, records, domain, work, batch_size=1000):
        """Do the work of a scheduled action on many rows at once, and commit.

        A batch that fails is done as by `_run_each`, so that its bad row is put off and
        the others are done.

        :param function work: takes records; those that others hold are left out
        """
        domain = Domain(domain) & self._get_due_domain(job)
        cron = self.env["ir.cron"]
        cron._commit_progress(remaining=records.search_count(domain))
        last_id = 0
        while rows := records.search(
            domain & Domain("id", ">", last_id), order="id", limit=batch_size
        ):
            last_id = rows[-1].id
            is_done = self._run_batch(job, rows, work)
            for step in [rows] if is_done else rows:
                if not is_done:
                    self._run_one(job, step, domain, work)
                if not cron._commit_progress(len(step)):
                    return

    @api.model
    def _run_batch(self, job, rows, work):
        """Do the work on rows at once; False if it is to be done one at a time."""
        try:
            with self.env.cr.savepoint():
                work(rows.try_lock_for_update())
        except Exception:  # which row is bad shows one at a time
            _logger.info("%s: one row at a time", job, exc_info=True)
            return False
        return True

    @api.model
    def _run_one(self, job, row, domain, work):
        """Do the work on a row, unless somebody else is at it, or has done it."""
        try:
            with self.env.cr.savepoint():
                claimed = row.try_lock_for_update()
                if claimed and claimed.search(domain & Domain("id", "=", row.id)):
                    work(claimed)
        except PG_CONCURRENCY_EXCEPTIONS_TO_RETRY:
            _logger.info("%s: row %s has just been changed, the next run", job, row.id)
        except Exception as error:  # one bad row must not stop the others
            _logger.exception("%s: row %s is put off", job, row.id)
            self._put_off(job, row.id, f"{type(error).__name__}: {error}")

    @api.model
    def _put_off(self, job, res_id, error):
        """Have a row tried again when its time has come."""
        delay = self.search([("job", "=", job), ("res_id", "=", res_id)])
        delay = delay or self.create({"job": job, "res_id": res_id})
        minutes = MINUTES * 2 ** min(delay.tries, 10)
        delay.write(
            {
                "tries": delay.tries + 1,
                "error": error.replace("\x00", "")[:MAX_ERROR],
                "date_next": fields.Datetime.now()
                + min(timedelta(minutes=minutes), MAX_DELAY),
            }
        )

    @api.model
    def _get_due_domain(self, job):
        """Return the domain of rows that are not put off."""
        delays = self.search(
            [("job", "=", job), ("date_next", ">", fields.Datetime.now())]
        )
        return Domain("id", "not in", delays.mapped("res_id"))

    @api.autovacuum
    def _gc_delays(self):
        """Forget rows that have not failed for a month."""
        before = fields.Datetime.now() - KEEP
        self.search([("date_next", "<", before)], limit=10_000).unlink()
