from datetime import timedelta

from odoo import fields, models

MAX_RETRIES = 12
# A provider may need some time to know itself what became of an interrupted call
RESOLVE_DELAY = timedelta(seconds=60)


class AutoNotifyMessage(models.Model):
    """What becomes of a message: what follows from its attempts, and who is told."""

    _inherit = "auto.notify.message"

    def _settle(self, attempts, now, last_ids=None):
        """Give the messages the states that follow from attempts that have changed.

        What was delivered is delivered, whichever attempt did it; all else is decided
        by the last attempt.

        :param attempts: one or more of each message
        :param datetime now: when it happened, naive UTC
        :param set last_ids: ids of the last attempts, if the caller knows them
        """
        last_ids = last_ids or self._get_last_attempt_ids()
        for state, group in attempts.grouped("state").items():
            if state in ("delivered", "read"):
                group.message_id._set_delivered(group, state, now)
                continue
            last = group.filtered(lambda attempt: attempt.id in last_ids)
            if state == "accepted":
                last.message_id._set_sent(now)
                continue
            method = self._get_settlers().get(state)
            for attempt in last if method else ():
                method(attempt.message_id, attempt, now)
        self._report_failures()
        self._show_states()
        waiting = self.filtered("date_next")
        if waiting:
            waiting._trigger_dispatchers()

    def _get_settlers(self):
        """Return what a state of the last attempt, if not a success, does to a message.

        :return: dict of state → method of (message, attempt, now)
        """
        model = type(self)
        return {
            "refused": model._set_undelivered,
            "failed": model._set_undelivered,
            "later": model._set_later,
            "calling": model._set_open,
            "unsure": model._set_unsure,
        }

    def _get_last_attempt_ids(self):
        """Return the id of the last attempt of each message."""
        rows = self.env["auto.notify.attempt"]._read_group(
            [("message_id", "in", self.ids)], ["message_id"], ["id:max"]
        )
        return {attempt_id for _message, attempt_id in rows}

    # ------------------------------------------------------------------
    # It went well
    # ------------------------------------------------------------------

    def _set_sent(self, now):
        """The provider has the messages; what was delivered already stays so."""
        messages = self.filtered(
            lambda m: m.state not in ("sent", "delivered", "read", "cancelled")
        )
        messages.filtered(lambda m: not m.date_sent).date_sent = now
        messages._clear_failure()
        messages.write({"state": "sent", "date_step": now, "worker": False})
        for wait, group in messages.grouped(lambda m: m._get_patience()).items():
            group.date_next = now + wait if wait else False

    def _set_delivered(self, attempts, state, now):
        """The messages have arrived, or were read; they never go back from there."""
        messages = self.filtered(lambda m: m.state not in (state, "read"))
        for name in ("date_sent", "date_delivered"):
            messages.filtered(lambda m, name=name: not m[name])[name] = now
        if state == "read":
            messages.date_read = now
        messages._clear_failure()
        messages.write({"state": state, "date_next": False, "worker": False})
        for attempt in attempts:
            # of several attempts: the one that has arrived is what staff sees
            if attempt.message_id.channel_id != attempt.channel_id:
                attempt.message_id.write(
                    {"channel_id": attempt.channel_id.id, "kind": attempt.kind}
                )

    def _clear_failure(self):
        """Forget what went wrong before."""
        self.filtered("error").error = False
        self.filtered("is_unsure").is_unsure = False
        self._drop_activities()

    def _get_patience(self):
        """Return how long to wait for delivery before the next channel is tried.

        :return: a timedelta, None if no other channel follows, or none by time
        """
        self.ensure_one()
        route = self._get_route()
        if self.step + 1 >= len(route):
            return None
        return timedelta(minutes=route[self.step][1]) or None

    # ------------------------------------------------------------------
    # It went wrong
    # ------------------------------------------------------------------

    def _set_undelivered(self, attempt, now):
        """The provider has refused the message or could not deliver it: go on."""
        self.ensure_one()
        if self.state not in ("sending", "sent"):
            return
        error = attempt.error or attempt.code or self.env._("Not delivered.")
        self._go_on(self._name_reason(attempt.kind, error), now)

    def _go_on(self, reason, now):
        """Try the next channel, or give up after the last."""
        self.ensure_one()
        if self.step + 1 >= len(self._get_route()):
            self._give_up(reason)
            return
        self.write(
            {
                "state": "queued",
                "step": self.step + 1,
                "date_step": False,
                "date_next": now,
                "retry_count": 0,
                "worker": False,
                "error": reason,
            }
        )

    def _give_up(self, reason):
        """No channel is left: the message has failed, unless one has it still."""
        self.ensure_one()
        is_sent = self.attempt_ids.filtered(lambda a: a.state == "accepted")
        self.write(
            {
                "state": "sent" if is_sent else "failed",
                "error": False if is_sent else reason,
                "date_next": False,
                "worker": False,
            }
        )

    def _set_later(self, attempt, now):
        """Nothing was sent: try again, each time later."""
        self.ensure_one()
        if self.state not in ("sending", "sent"):
            return
        error = self._name_reason(attempt.kind, attempt.error or attempt.code or "")
        if self.retry_count >= MAX_RETRIES:
            self._go_on(error, now)
            return
        count = self.retry_count + 1
        channel = attempt.channel_id
        date = max(now + channel._get_backoff(count), channel.date_resume or now)
        patience = self._get_step_end()
        self.write(
            {
                "state": "deferred",
                "retry_count": count,
                "date_retry": date,
                "date_next": max(now, min(date, patience or date)),
                "worker": False,
                "error": error,
            }
        )

    def _get_step_end(self):
        """Return when the patience with the present channel ends, None for never."""
        self.ensure_one()
        route = self._get_route()
        if self.step + 1 >= len(route) or not self.date_step:
            return None
        return self.date_step + timedelta(minutes=route[self.step][1])

    def _set_open(self, attempt, now):
        """A call was interrupted; what became of it is asked about later."""
        self.ensure_one()
        if self.state != "sending":
            return
        if self.retry_count >= MAX_RETRIES:
            attempt.state = "unsure"
            self._set_unsure(attempt, now)
            return
        # a dispatcher that was stopped is no try in vain
        count = self.retry_count + 1 if attempt.date_stop else max(1, self.retry_count)
        date = (attempt.date_start or now) + RESOLVE_DELAY
        if count > 1:
            date = now + attempt.channel_id._get_backoff(count)
        self.write(
            {
                "state": "deferred",
                "retry_count": count,
                "date_next": max(now, date),
                "worker": False,
                "error": self._name_reason(attempt.kind, attempt.error or ""),
            }
        )

    def _set_unsure(self, attempt, _now):
        """It may have arrived or not: never sent again blindly, shown to staff."""
        self.ensure_one()
        if self.state not in ("sending", "sent"):
            return
        reason = attempt.error or self.env._("The call was interrupted.")
        self.write(
            {
                "state": "failed",
                "is_unsure": True,
                "date_next": False,
                "worker": False,
                "error": self._name_reason(attempt.kind, reason),
            }
        )

    def _fail(self, reason):
        """The messages cannot be sent at all."""
        self.write(
            {"state": "failed", "error": reason, "date_next": False, "worker": False}
        )

    def _name_reason(self, kind, reason):
        """Return a reason with the channel it is about."""
        labels = dict(self._fields["kind"]._description_selection(self.env))
        return f"{labels.get(kind, kind)}: {reason}" if reason else labels.get(kind, "")

    # ------------------------------------------------------------------
    # Who has to know
    # ------------------------------------------------------------------

    def _report_failures(self):
        """Give the responsible user an activity on each message that has failed."""
        failed = self.filtered(lambda m: m.state == "failed" and not m.activity_id)
        if failed:
            self._run_apart(failed._create_failure_activities)

    def _create_failure_activities(self):
        """Create one activity a message, on its deal, order or customer."""
        documents = {message: message._get_activity_document() for message in self}
        messages = self.filtered(lambda message: documents[message])
        users = {}
        vals_list = []
        for message in messages:
            document = documents[message]
            if document not in users:
                users[document] = message._get_failure_user(document)
            vals_list.append(
                message._prepare_failure_activity_vals(document, users[document])
            )
        activities = self.env["mail.activity"].create(vals_list)
        for message, activity in zip(messages, activities, strict=True):
            message.activity_id = activity

    def _get_activity_document(self):
        """Return the record that gets the activity: deal, order or customer."""
        self.ensure_one()
        return self.lead_id or self.order_id or self.partner_id

    def _get_failure_user(self, document):
        """Hook: who has to act when a message about a document has failed."""
        self.ensure_one()
        if document._name == "crm.lead":
            return document._get_responsible_user()
        user = document.user_id
        leads = self.env["crm.lead"].with_company(self.company_id)
        if user and leads._is_eligible_user(user):
            return user
        return leads._get_fallback_user(self.company_id)

    def _prepare_failure_activity_vals(self, document, user):
        """Hook: values of the activity that tells of a failure."""
        self.ensure_one()
        zone = user.tz or self.company_id._get_tz()
        message = self.with_context(lang=user.lang or self.env.lang, tz=zone)
        name = self.partner_id.display_name or self.contact_id.name or ""
        summary = (
            message.env._(
                "Not known whether %(customer)s got the message", customer=name
            )
            if self.is_unsure
            else message.env._("%(customer)s did not get the message", customer=name)
        )
        return {
            "res_model_id": self.env["ir.model"]._get_id(document._name),
            "res_id": document.id,
            "activity_type_id": self.env["ir.model.data"]._xmlid_to_res_id(
                "auto_notify.mail_activity_type_failed"
            ),
            "automated": True,
            "date_deadline": fields.Date.context_today(message),
            "user_id": user.id,
            "summary": summary,
            "note": self.error or "",
        }

    def _drop_activities(self):
        """Remove the activities of failures that are none any more."""
        self.activity_id.unlink()
