import logging
import random
import time
from collections import defaultdict
from uuid import uuid4

from odoo import api, fields, models
from odoo.service.model import PG_CONCURRENCY_EXCEPTIONS_TO_RETRY
from odoo.tools import SQL

_logger = logging.getLogger(__name__)

LOCK_CLASS = 0x6175746F  # "auto": nobody else's advisory locks
MAX_TURNS = 8


class AutoNotifyMessage(models.Model):
    """The dispatcher: claims what is due, calls providers, recovers from a crash.

    Every step is committed before the next begins. While a provider is called, the
    database knows that it is; so whatever kills the process, the next one can tell what
    has left, what has not, and what nobody knows.
    """

    _inherit = "auto.notify.message"

    @api.model
    def _cron_send(self, batch_size=500):
        """Send what is due. Several may run at a time, in one process or in many.

        :param int batch_size: how many are claimed at once, as many as Odoo's text
            messages; what the time does not allow of them is given back
        """
        worker = self._lock_worker()
        try:
            self._recover()
            self._send_due(worker, batch_size)
        except Exception:
            self.env.cr.rollback()
            raise
        finally:
            self._unlock_worker(worker)

    @api.model
    def _send_due(self, worker, batch_size):
        """Send batch after batch, until nothing is due or the time is up."""
        while True:
            messages, attempts = self._run_step(self._claim_batch, worker, batch_size)
            if not messages:
                break
            attempts._send_batch()
            remaining = self.search_count(self._get_due_domain(), limit=10 * batch_size)
            cron = self.env["ir.cron"]
            if not cron._commit_progress(len(messages), remaining=remaining):
                break

    @api.model
    def _run_step(self, function, *args):
        """Run a step of the dispatcher and commit it.

        Another process may have changed the same row at the same time: then the step is
        repeated, on what that one has left.
        """
        for turn in range(MAX_TURNS):
            try:
                result = function(*args)
                self.env["ir.cron"]._commit_progress()
            except PG_CONCURRENCY_EXCEPTIONS_TO_RETRY:
                self.env.cr.rollback()
                if turn + 1 == MAX_TURNS:
                    raise
                time.sleep(random.uniform(0, 0.05 * 2**turn))  # noqa: S311 - no secret
            else:
                return result
        return None

    # ------------------------------------------------------------------
    # Claiming
    # ------------------------------------------------------------------

    @api.model
    def _get_due_domain(self):
        """Return the domain of messages for which there is something to do now."""
        return [
            ("date_next", "<=", fields.Datetime.now()),
            ("state", "in", ("queued", "deferred", "sent")),
        ]

    @api.model
    def _claim_batch(self, worker, limit):
        """Take messages that are due, and let them leave as far as the database goes.

        :return: (the messages, attempts of theirs that leave after the commit)
        """
        now = fields.Datetime.now()
        messages = self._lock_due(limit)
        attempts = messages._prepare_safely(worker, now)
        return messages, attempts.filtered(lambda attempt: attempt._is_to_be_sent())

    @api.model
    def _lock_due(self, limit):
        """Lock due messages that no other dispatcher has locked, the oldest first."""
        self.flush_model()
        query = self._search(self._get_due_domain(), limit=limit, order="date_next, id")
        # others may refer to these rows meanwhile: the chatter does
        rows = self.env.execute_query(
            SQL("%s FOR NO KEY UPDATE SKIP LOCKED", query.select())
        )
        return self.browse([row[0] for row in rows])

    def _prepare_safely(self, worker, now):
        """Prepare all at once; if that fails, one by one, to find the bad ones."""
        attempts = self.env["auto.notify.attempt"]
        if not self:
            return attempts
        try:
            with self.env.cr.savepoint():
                return self._prepare_sending(worker, now)
        except PG_CONCURRENCY_EXCEPTIONS_TO_RETRY:
            raise
        except Exception:
            if len(self) == 1:
                _logger.exception("Message %s could not be prepared", self.id)
                self._fail(self.env._("The message could not be made up."))
                self._report_failures()
                return attempts
        for message in self:
            attempts += message._prepare_safely(worker, now)
        return attempts

    def _prepare_sending(self, worker, now):
        """Make due messages leave: those for a provider are left ``sending``.

        :param int worker: key of the lock that the dispatcher holds
        :return: attempts that have been made, or go on
        """
        opened = self._get_interrupted()
        opened.message_id._set_sending(worker)
        live = self - opened.message_id
        documents = live._get_documents()
        live = live._drop_outdated(documents, now)
        live = live._defer_quiet(documents, now)
        live = live._make_texts(documents)
        ways = live._choose_ways(now)
        attempts = self._create_attempts(ways, worker, now)
        done = attempts.filtered(lambda attempt: attempt.state != "ready")
        done.message_id._settle(done, now, last_ids=set(done.ids))
        self._post_new()
        attempts._hand_over()
        rest = self - attempts.message_id - opened.message_id
        rest._report_failures()
        rest._show_states()
        rest.filtered("date_next")._trigger_dispatchers()
        return attempts + opened

    def _get_interrupted(self):
        """Return attempts of these messages of which the outcome is not known yet."""
        tried = self.filtered("retry_count")
        if not tried:
            return self.env["auto.notify.attempt"]
        return self.env["auto.notify.attempt"].search(
            [("message_id", "in", tried.ids), ("state", "=", "calling")]
        )

    def _set_sending(self, worker):
        self.write({"state": "sending", "worker": worker, "date_next": False})

    def _create_attempts(self, ways, worker, now):
        """Record that messages leave on their ways.

        :param ways: dict of message → `Way`
        :return: attempts; ``ready`` those that a provider has to be called for
        """
        self._take_ways(ways, worker, now)
        transports = {
            channel: channel._get_transport()
            for channel in {way.channel for way in ways.values()}
        }
        return self.env["auto.notify.attempt"]._insert_rows(
            [
                message._prepare_attempt_vals(way, transports[way.channel], now)
                for message, way in ways.items()
            ],
            unique_name="key",
        )

    def _take_ways(self, ways, worker, now):
        """Note on the messages which way they go."""
        ids_by_way = defaultdict(list)
        for message, way in ways.items():
            is_begun = bool(way.step == message.step and message.date_step)
            ids_by_way[way.step, way.channel, is_begun].append(message.id)
        for (step, channel, is_begun), ids in ids_by_way.items():
            vals = {
                "state": "sending",
                "worker": worker,
                "date_next": False,
                "step": step,
                "kind": channel.kind,
                "channel_id": channel.id,
            }
            if not is_begun:
                vals.update(date_step=now, retry_count=0)
            self.browse(ids).write(vals)

    def _prepare_attempt_vals(self, way, transport, now):
        """Hook: values of the attempt that takes a way."""
        self.ensure_one()
        states = {"log": "delivered", "provider": "ready"}
        return {
            "message_id": self.id,
            "company_id": self.company_id.id,
            "key": uuid4().hex,
            "channel_id": way.channel.id,
            "kind": way.kind,
            "address": way.address,
            "contact_id": way.contact.id if way.contact else False,
            "state": states.get(transport, "accepted"),
            "date_start": now,
            "date_stop": now if transport != "provider" else False,
        }

    # ------------------------------------------------------------------
    # Workers
    # ------------------------------------------------------------------

    @api.model
    def _lock_worker(self):
        """Take a lock that lives as long as this process is connected.

        :return: its key, noted on the messages that are being sent
        """
        while True:
            worker = random.randint(1, 2**31 - 1)  # noqa: S311 - no secret
            if self._try_lock_worker(worker):
                return worker

    @api.model
    def _try_lock_worker(self, worker):
        rows = self.env.execute_query(
            SQL("SELECT pg_try_advisory_lock(%s, %s)", LOCK_CLASS, worker)
        )
        return rows[0][0]

    @api.model
    def _unlock_worker(self, worker):
        self.env.execute_query(
            SQL("SELECT pg_advisory_unlock(%s, %s)", LOCK_CLASS, worker)
        )

    # ------------------------------------------------------------------
    # Recovery
    # ------------------------------------------------------------------

    @api.model
    def _recover(self):
        """Take over what dispatchers have left that do not live any more."""
        rows = self._read_group([("state", "=", "sending")], ["worker"])
        for (worker,) in rows:
            # an own lock would be granted again, but has nothing left behind
            if not self._try_lock_worker(worker):
                continue
            try:
                # after the lock: what its owner did last is seen only from now on
                self.env["ir.cron"]._commit_progress()
                self._run_step(self._take_over, worker)
            except Exception:  # what cannot be taken over must not stop the others
                self.env.cr.rollback()
                _logger.exception("Messages of a stopped dispatcher are left behind")
            finally:
                self._unlock_worker(worker)

    @api.model
    def _take_over(self, worker):
        """Settle what a dead dispatcher was sending.

        Not called yet: queued again. Answered: the answer counts. In the middle of a
        call: the provider is asked later, see `_set_open`.
        """
        now = fields.Datetime.now()
        messages = self.search([("state", "=", "sending"), ("worker", "=", worker)])
        last_ids = messages._get_last_attempt_ids()
        last = self.env["auto.notify.attempt"].browse(last_ids)
        ready = last.filtered(lambda attempt: attempt.state == "ready")
        ready._release()
        (last - ready).message_id._settle(last - ready, now)
        # whatever is left of them has no attempt that says more
        rest = messages.filtered(lambda message: message.state == "sending")
        rest.write({"state": "queued", "date_next": now, "worker": False})
        _logger.warning("%s messages of a stopped dispatcher taken over", len(messages))
