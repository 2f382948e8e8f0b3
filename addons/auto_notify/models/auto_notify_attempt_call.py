import logging
import time

from odoo import api, fields, models
from odoo.service.model import PG_CONCURRENCY_EXCEPTIONS_TO_RETRY

from ..tools.calls import BrokenProvider, Call, run_calls
from ..tools.provider import Button, Outgoing
from .auto_notify_attempt import STATE_OF_ANSWER

_logger = logging.getLogger(__name__)

BATCH_SECONDS = 40


class AutoNotifyAttempt(models.Model):
    """The calls of the dispatcher: some at a time, recorded before and after."""

    _inherit = "auto.notify.attempt"

    def _send_batch(self):
        """Send attempts of a claimed batch; what the time does not allow is queued."""
        if not self:
            return
        # read after the commit: what is called must be in the database
        self._send_odoo_sms()
        waiting = self.filtered(lambda attempt: attempt.state in ("ready", "calling"))
        providers = self._make_providers(waiting.channel_id)
        queue = {
            channel: attempts.ids
            for channel, attempts in waiting.grouped("channel_id").items()
        }
        end = time.monotonic() + BATCH_SECONDS
        while queue and time.monotonic() < end:
            self._take_chunk(queue)._send_chunk(providers)
            for channel in list(queue):
                if not queue[channel]:
                    del queue[channel]
                elif channel._is_paused(fields.Datetime.now()):
                    self._run_step(self.browse(queue.pop(channel))._release)
        for ids in queue.values():
            self._run_step(self.browse(ids)._release)

    def _is_to_be_sent(self):
        """Tell whether there is something to do once the attempt is committed."""
        self.ensure_one()
        return self.state in ("ready", "calling") or self._is_odoo_sms()

    def _is_odoo_sms(self):
        """Tell whether it is a text message in Odoo's own queue."""
        self.ensure_one()
        return self.state == "accepted" and self.channel_id._get_transport() == "sms"

    def _run_step(self, function, *args):
        """Run a step of the dispatcher and commit it."""
        return self.env["auto.notify.message"]._run_step(function, *args)

    @api.model
    def _make_providers(self, channels):
        """Return the clients of channels; a client that cannot be made is broken.

        :return: dict of channel → `tools.provider.Provider`
        """
        providers = {}
        for channel in channels:
            try:
                provider = channel._get_provider()
            except Exception as error:  # settings may be wrong in any way
                _logger.exception("No client for channel %s", channel.id)
                provider = BrokenProvider(type(error).__name__)
            providers[channel] = provider or BrokenProvider("no provider")
        return providers

    @api.model
    def _take_chunk(self, queue):
        """Take from the queue as many attempts as may be called at once.

        :param dict queue: lists of ids by channel
        """
        chunk = []
        for channel, ids in queue.items():
            count = max(1, channel.parallel)
            chunk += ids[:count]
            queue[channel] = ids[count:]
        return self.browse(chunk)

    def _send_chunk(self, providers):
        """Call the providers for these attempts, all at once."""
        try:
            calls = self._run_step(self._start_calls, providers)
        except PG_CONCURRENCY_EXCEPTIONS_TO_RETRY:
            raise
        except Exception:
            self.env.cr.rollback()
            _logger.exception("Messages %s could not be handed over", self.message_id)
            self._send_apart(providers)
            return
        results = run_calls(list(calls.values()), len(calls))
        called = self.browse(list(calls))
        results = dict(zip(calls, results, strict=True))
        # the answers first and alone: whatever fails later, they are known
        self._run_step(called._record_results, results, providers)
        self._run_step(called._settle_messages)

    def _send_apart(self, providers):
        """Send one by one, to find the message that cannot be handed over."""
        if len(self) > 1:
            for attempt in self:
                attempt._send_chunk(providers)
            return
        self._run_step(self._fail_messages)

    def _fail_messages(self):
        """Fail the messages, that were not handed over, and forget the attempts."""
        messages = self.message_id
        messages._fail(self.env._("The message could not be made up."))
        messages._report_failures()
        messages._show_states()
        self.unlink()

    def _settle_messages(self):
        self.message_id._settle(self, fields.Datetime.now())

    def _release(self):
        """Put messages back into the queue whose providers were not called."""
        ready = self.exists().filtered(lambda attempt: attempt.state == "ready")
        for channel, attempts in ready.grouped("channel_id").items():
            channel._give_back(len(attempts))
        messages = ready.message_id.filtered(lambda m: m.state == "sending")
        messages.write(
            {"state": "queued", "date_next": fields.Datetime.now(), "worker": False}
        )
        ready.unlink()
        opened = self.exists().filtered(lambda attempt: attempt.state == "calling")
        opened.message_id._settle(opened, fields.Datetime.now())

    def _send_odoo_sms(self):
        """Let Odoo's provider send the text messages that were queued for it.

        If that fails they stay in Odoo's queue, and its scheduled action sends them.
        """
        queued = self.filtered(lambda attempt: attempt._is_odoo_sms())
        if not queued:
            return
        # sudo: the outbox sends for everybody
        messages = self.env["sms.sms"].sudo()
        try:
            messages.search([("uuid", "in", queued.mapped("key"))]).send()
            self.env["ir.cron"]._commit_progress()
        except Exception:
            self.env.cr.rollback()
            _logger.exception("Text messages stay in the queue of Odoo")

    # ------------------------------------------------------------------
    # One chunk
    # ------------------------------------------------------------------

    def _start_calls(self, providers):
        """Record that the provider is about to be called.

        An attempt that is in the middle of a call already was interrupted; the call is
        then a repeat. Messages that have been settled meanwhile are left out.

        :param dict providers: clients by channel
        :return: dict of attempt id → `tools.calls.Call`
        """
        now = fields.Datetime.now()
        calls = {}
        wanted = self.exists().filtered(lambda a: a.message_id.state == "sending")
        (self.exists() - wanted).filtered(lambda a: a.state == "ready").unlink()
        for attempt in wanted:
            is_repeat = attempt.state == "calling"
            calls[attempt.id] = Call(
                provider=providers[attempt.channel_id],
                outgoing=attempt._prepare_outgoing(now),
                is_repeat=is_repeat,
                may_send=not is_repeat or not attempt._is_too_late(now),
            )
            if not is_repeat:
                attempt.write({"state": "calling", "date_start": now})
        return calls

    def _is_too_late(self, now):
        """Tell whether the message must not be handed over any more."""
        date = self.message_id.date_expire
        return bool(date and date <= now)

    def _prepare_outgoing(self, now):
        """Return the message as the provider's client wants it."""
        self.ensure_one()
        message = self.message_id
        template = message.template_id
        return Outgoing(
            to=self.address or "",
            text=message._get_sent_text(),
            key=self.key,
            lang=message.lang or "en_US",
            buttons=self._prepare_buttons(),
            template=template.whatsapp_name or "",
            parameters=tuple(message.parameters or ()),
            is_session=self.contact_id._is_session(now),
            # sudo: the key in the address is for administrators and the provider
            callback=self.channel_id.sudo().hook_url or "",
        )

    def _prepare_buttons(self):
        """Return the buttons below the message, in its language."""
        message = self.message_id
        buttons = message._get_buttons().with_context(lang=message.lang or "en_US")
        return tuple(
            Button(button.code, button.name, message._get_button_data(button.code))
            for button in buttons
        )

    def _record_results(self, results, providers):
        """Record what the provider has answered.

        A receipt may have been faster than the answer: it is not taken back.

        :param dict results: `tools.calls.Result` by attempt id
        """
        now = fields.Datetime.now()
        for attempt in self.exists():
            result = results[attempt.id]
            vals = attempt._prepare_answer_vals(result, providers, now)
            if attempt.state != "calling":
                vals.pop("state", None)
            attempt.write(vals)
            if result.answer.is_gone and attempt.contact_id:
                attempt.contact_id.state = "blocked"
        for channel, attempts in self.grouped("channel_id").items():
            answers = [results[attempt.id].answer for attempt in attempts]
            channel._record_answers(answers, now)

    def _prepare_answer_vals(self, result, providers, now):
        """Return the values of an attempt that has been answered."""
        answer = result.answer
        vals = {
            "state": STATE_OF_ANSWER[answer.state],
            "date_stop": now,
            "provider_ref": answer.ref or self.provider_ref,
            "code": answer.code,
            "error": answer.error,
            "cost": answer.cost or 0.0,
        }
        has_receipts = providers[self.channel_id].has_receipts
        if result.is_open:
            vals["state"] = "calling"
        elif answer.state == "accepted" and not has_receipts:
            vals["state"] = "delivered"
        return vals
