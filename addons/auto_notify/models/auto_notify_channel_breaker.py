from datetime import timedelta

from odoo import api, fields, models

from odoo.addons.auto_crm.tools import clock

FAILURE_LIMIT = 5
PROBE_MINUTES = 1
MAX_PAUSE_MINUTES = 30


class AutoNotifyChannel(models.Model):
    """Whether a channel may send now: circuit breaker, daily cap.

    After some failures in a row the channel rests, each time twice as long; then one
    message is let through to see whether it works again.
    """

    _inherit = "auto.notify.channel"

    day = fields.Date(readonly=True, copy=False, help="The day that is counted.")
    day_count = fields.Integer(string="Messages of the day", readonly=True, copy=False)

    # ------------------------------------------------------------------
    # May it send?
    # ------------------------------------------------------------------

    def _take_slot(self, now):
        """Reserve the channel for one message.

        :param datetime now: naive UTC
        :return: None if the message may go, else when to ask again
        """
        self.ensure_one()
        is_free = not (self.date_resume or self.failure_count or self.daily_cap > 0)
        if is_free or self._get_transport() == "log":
            return None
        if self.date_resume and self.date_resume > now:
            return self.date_resume
        date = self._take_quota(now)
        if date:
            return date
        if self.failure_count >= FAILURE_LIMIT:
            # this message is the probe; the others wait for what becomes of it
            self.date_resume = now + timedelta(minutes=PROBE_MINUTES)
        return None

    def _take_quota(self, now):
        """Count one more message of the company's day.

        :return: None if there was room, else when the next day starts
        """
        if self.daily_cap <= 0:
            return None
        zone = self.company_id._get_zone()
        today = clock.day_of(now, zone)
        count = self.day_count if self.day == today else 0
        if count >= self.daily_cap:
            return clock.midnight(today + timedelta(days=1), zone)
        self.write({"day": today, "day_count": count + 1})
        return None

    def _give_back(self, count):
        """Take back quota of messages that were not sent after all."""
        self.ensure_one()
        if self.daily_cap > 0:
            self.day_count = max(0, self.day_count - count)

    # ------------------------------------------------------------------
    # Does it work?
    # ------------------------------------------------------------------

    def _record_answers(self, answers, now):
        """Learn from answers whether the channel works, and pause it if not.

        :param answers: objects of `tools.provider.Answer`, in the order of the calls
        """
        self.ensure_one()
        before = self.failure_count
        count = before
        last_error = ""
        for answer in answers:
            if answer.state in ("accepted", "refused"):
                count = 0
            elif answer.state == "broken":
                count = max(count + 1, FAILURE_LIMIT)
                last_error = answer.error
            elif not answer.retry_after:
                count += 1
                last_error = answer.error
        # calls that failed together are one failure more of a channel that is down
        count = min(count, max(FAILURE_LIMIT, before + 1))
        self._set_pause(count, self._get_asked_pause(answers, now), last_error, now)

    @api.model
    def _get_asked_pause(self, answers, now):
        """Return until when the provider asks to wait, and why."""
        seconds = max((answer.retry_after or 0 for answer in answers), default=0)
        return seconds and now + timedelta(seconds=min(seconds, 24 * 3600))

    def _set_pause(self, count, date_asked, error, now):
        """Write the state of the breaker if it changes: two workers write here."""
        date = date_asked or False
        reason = self.env._("The provider asks to wait.") if date else False
        if count >= FAILURE_LIMIT and error:
            minutes = min(MAX_PAUSE_MINUTES, 2 ** (count - FAILURE_LIMIT))
            date = max(date or now, now + timedelta(minutes=minutes))
            reason = error
        date = date and date.replace(microsecond=0)
        if count and self.date_resume and (not date or self.date_resume > date):
            # what a call beside was asked to wait
            date, reason = self.date_resume, self.pause_reason
        if not date and not self.failure_count and not count:
            return  # the usual case; a pause asked for by a call beside is kept
        vals = {"failure_count": count, "date_resume": date, "pause_reason": reason}
        if any(self[name] != value for name, value in vals.items()):
            self.write(vals)

    def _is_paused(self, now):
        """Tell whether the channel rests at a moment."""
        self.ensure_one()
        return bool(self.date_resume and self.date_resume > now)

    @api.model
    def _get_backoff(self, count):
        """Return after which time a message is tried again: 1, 2, 4 … 60 minutes.

        :param int count: how often it was tried in vain, from 1
        """
        return timedelta(minutes=min(60, 2 ** (min(count, 10) - 1)))

    def action_resume(self):
        """Let the channel send again at once."""
        self.check_access("write")
        # sudo: the state of the breaker is nobody's to type
        self.sudo().write(
            {"failure_count": 0, "date_resume": False, "pause_reason": False}
        )
        self.env["auto.notify.message"]._trigger_dispatchers([fields.Datetime.now()])
