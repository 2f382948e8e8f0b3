from datetime import timedelta
from typing import Any, NamedTuple

from odoo import api, models
from odoo.exceptions import UserError

from odoo.addons.auto_crm.tools import clock

from ..tools.quiet import get_quiet

DEFAULT_WAIT = 15


class Way(NamedTuple):
    """A channel that a message may take, or why it may not."""

    step: int
    kind: str
    wait: timedelta
    channel: Any = None
    address: str = ""
    contact: Any = None
    reason: str = ""


class AutoNotifyMessage(models.Model):
    """Before a message leaves: is it still wanted, what does it say, which way."""

    _inherit = "auto.notify.message"

    # ------------------------------------------------------------------
    # Is it still wanted?
    # ------------------------------------------------------------------

    def _drop_outdated(self, documents, now):
        """End what is too late, or whose document has moved on; return the others."""
        outdated = self.browse()
        excluded = self._get_excluded(documents)
        for message in self:
            is_expired = message.date_expire and message.date_expire <= now
            if is_expired:
                reason = self.env._("Too late.")
            elif message in excluded:
                reason = self.env._("The condition of the rule is no longer met.")
            else:
                reason = message._get_outdated_reason(documents)
            if not reason:
                continue
            outdated += message
            if message.state == "sent":
                message.date_next = False
            elif is_expired and message.error:
                # it was tried in vain: staff has to know
                message._fail(f"{reason} {message.error}")
            else:
                message._cancel(reason)
        return self - outdated

    def _get_documents(self):
        """Return the documents the messages are about, those that exist.

        :return: dict of (model, id) → record
        """
        result = {}
        for model, messages in self.grouped("res_model").items():
            if model and model in self.env:
                records = self.env[model].browse(set(messages.mapped("res_id")))
                records = records.exists()
                result.update({(model, record.id): record for record in records})
        return result

    def _get_excluded(self, documents):
        """Return the messages that the conditions of their rules leave out by now."""
        excluded = self.browse()
        for rule, messages in self.filtered("rule_id").grouped("rule_id").items():
            keys = {(message.res_model, message.res_id) for message in messages}
            found = [documents.get(key) for key in keys if key[0] == rule.model]
            records = [record for record in found if record]
            if not records:
                continue
            asked = self.env[rule.model].union(*records)
            left_out = set((asked - rule._filter_condition(asked)).ids)
            excluded += messages.filtered(
                lambda m, model=rule.model, ids=left_out: (
                    m.res_model == model and m.res_id in ids
                )
            )
        return excluded

    def _get_outdated_reason(self, documents):
        """Return why the message is not wanted any more, "" if it is."""
        self.ensure_one()
        if not self.company_id.active:
            return self.env._("The company is archived.")
        if self.rule_id and not self.rule_id.active:
            return self.env._("The rule was switched off.")
        if self.rule_id and self.partner_id and not self.partner_id.active:
            return self.env._("The recipient is archived.")
        if not self._is_current(documents):
            return self.env._("It is no longer so.")
        if self.rule_id and self.category == "marketing":
            return self._get_marketing_refusal()
        return ""

    def _get_marketing_refusal(self):
        """Return why the recipient gets no marketing, "" if he does.

        It ends the message in silence: that somebody wants no marketing is no failure.
        """
        self.ensure_one()
        if self.contact_id:
            return self._get_contact_refusal()
        return self.partner_id._get_consent_refusal("marketing")

    def _is_current(self, documents):
        """Tell whether what the message says is still true."""
        self.ensure_one()
        if not self.res_model or not self.res_id:
            return True
        document = documents.get((self.res_model, self.res_id))
        if document is None:
            return False
        if not self.event:
            return True
        document = document.with_company(self.company_id)
        if self._is_moved(document):
            return False
        document = document.with_context(notify_date=self.date_event)
        return document._is_notify_event_current(self.event)

    def _is_moved(self, document):
        """Tell whether what the message is about has another time by now.

        Moved while a provider was called: then there was nothing to take back.
        """
        self.ensure_one()
        dated = self.env["auto.notify.rule"]._get_dated_events()
        if self.event not in dated or not self.date_event:
            return False
        return document._get_notify_date() != self.date_event

    def _defer_quiet(self, documents, now):
        """Defer what must not wake people up; return the others."""
        deferred = self.browse()
        for message in self.filtered("rule_id"):
            document = documents.get((message.res_model, message.res_id))
            date = message._get_quiet_end(document, now)
            if date:
                deferred += message
                message._wait_until(date)
        return self - deferred

    def _get_quiet_end(self, document, now):
        """Return when the quiet hours of the recipient end, None if there are none."""
        self.ensure_one()
        rule = self.rule_id
        if not rule.is_quiet or not document:
            return None
        zone = clock.get_zone(document._get_notify_zone(self.partner_id))
        quiet = get_quiet(now, rule.quiet_start, rule.quiet_stop, zone)
        return quiet and quiet[1]

    def _wait_until(self, date, reason=False):
        """Let the message wait; one that was sent waits for its next channel."""
        self.ensure_one()
        self.date_next = date
        if self.state != "sent":
            self.write({"state": "deferred", "error": reason})

    # ------------------------------------------------------------------
    # What does it say?
    # ------------------------------------------------------------------

    def _make_texts(self, documents):
        """Write the texts of those that have none yet; return those that have one.

        A text that cannot be made fails the message: half a text is never sent.
        """
        missing = self.filtered(lambda m: not m.body)
        failed = self.browse()
        for message in missing:
            document = documents.get((message.res_model, message.res_id))
            try:
                message.write(message._render_text(document))
            except UserError as error:
                failed += message
                message._fail(str(error))
        return self - failed

    @api.depends("body", "state", "template_id", "res_model", "res_id", "lang")
    def _compute_text_to_go(self):
        """Make up the texts of those that still wait, for staff to see."""
        self.text_to_go = self.text_fault = False
        waiting = self.filtered(
            lambda message: not message.body and message.state in ("queued", "deferred")
        )
        documents = waiting._get_documents()
        for message in waiting:
            document = documents.get((message.res_model, message.res_id))
            try:
                message.text_to_go = message._render_text(document)["body"]
            except UserError as error:
                message.text_fault = str(error)

    def _render_text(self, document):
        """Return subject, body and parameters of the message.

        :raise UserError: which says why there is no text
        """
        self.ensure_one()
        if not self.template_id or not document:
            raise UserError(self.env._("The message has no text."))
        company = self.company_id
        partner = self.partner_id
        lang = self.lang or partner.lang or company.partner_id.lang or "en_US"
        values = self.template_id.with_company(company)._render_message(
            document.with_company(company), partner, lang, date_event=self.date_event
        )
        return {**values, "lang": lang}

    # ------------------------------------------------------------------
    # Which way does it go?
    # ------------------------------------------------------------------

    def _choose_ways(self, now):
        """Choose a channel for each message; those without one wait or have failed.

        :return: dict of message → `Way`
        """
        channels = self._get_sending_channels()
        ways = {}
        for message in self:
            route = message._get_route()
            if not message.date_step and not message.step:
                route = message._order_route(route, channels)
            way = message._choose_way(route, channels, now)
            if way:
                ways[message] = way
        return ways

    def _get_sending_channels(self):
        """Return the channels that send for the companies of these messages.

        :return: dict of (company id, kind) → channel
        """
        channels = self.env["auto.notify.channel"]._map_by_kind(self.company_id)
        return {key: channels[key] for key in channels if channels[key]._can_send()}

    def _get_route(self):
        """Return kinds of channels and minutes to wait, in the order to be tried."""
        self.ensure_one()
        if self.contact_id:
            return [(self.contact_id.kind, 0)]
        return self.kinds or []

    def _order_route(self, route, channels):
        """Return the route as it begins: the company's if none is named.

        Only now, as channels may be switched on or off while a message waits. The kind
        that the customer prefers comes first; a secret goes nowhere but where it may.
        """
        self.ensure_one()
        if self.contact_id or self.sudo().secret:  # sudo: only whether there is one
            return route
        begun = route or self.env["auto.notify.channel"]._get_default_kinds(
            self.company_id, channels
        )
        preferred = self.partner_id.notify_kind
        if preferred and not (begun and begun[0][0] == preferred):
            begun = self._put_first(preferred, begun, channels)
        if begun != route:
            self.kinds = begun
        return begun

    def _put_first(self, kind, route, channels):
        """Return a route that begins with a kind, if that reaches the recipient."""
        own = [pair for pair in route if pair[0] == kind]
        if not own:
            channel = channels.get((self.company_id.id, kind))
            if not channel or not self.partner_id._get_notify_address(channel)[0]:
                return route
            own = [[kind, DEFAULT_WAIT]]
        return own + [pair for pair in route if pair[0] != kind]

    def _choose_way(self, route, channels, now):
        """Return the way the message takes now, None if it waits or has failed.

        The patience with a channel that has been tried, or rests, ends after the
        minutes of the rule, if there is another way.
        """
        self.ensure_one()
        is_sent = self.state == "sent"
        ways, reasons = self._get_ways(route, channels, self.step + is_sent)
        if not ways:
            reasons = reasons or [self.env._("No channel is switched on.")]
            self._give_up("; ".join(filter(None, [self.error or "", *reasons])))
            return None
        dates = []
        for way in ways:
            is_last = way is ways[-1]
            is_begun = way.step == self.step and self.date_step
            end = (self.date_step if is_begun else now) + way.wait
            if is_begun and not is_last and end <= now:
                continue
            is_early = is_begun and self.date_retry and self.date_retry > now
            date = self.date_retry if is_early else way.channel._take_slot(now)
            if not date:
                return way
            dates.append(date)
            if not is_last and end > now:
                dates.append(end)
                break
        self._wait_for_channel(ways[0], min(dates), now)
        return None

    def _wait_for_channel(self, way, date, now):
        """Wait until a channel works again, or the patience with it ends."""
        self.ensure_one()
        if self.state != "sent":
            if way.step != self.step or not self.date_step:
                self.write({"step": way.step, "date_step": now})
            reason = way.channel.pause_reason or self.env._("The channel is paused.")
            self._wait_until(date, self._name_reason(way.kind, reason))
        else:
            self.date_next = date

    def _get_ways(self, route, channels, first):
        """Return the ways from a step on that lead to the recipient.

        :return: (list of `Way`, reasons against the others)
        """
        ways = []
        reasons = []
        for step, (kind, minutes) in enumerate(route):
            if step >= first:
                way = self._get_way(channels, step, kind, timedelta(minutes=minutes))
                if way.reason:
                    reasons.append(self._name_reason(kind, way.reason))
                else:
                    ways.append(way)
        return ways, reasons

    def _get_way(self, channels, step, kind, wait):
        """Return the way through a kind of channel, or the reason against it."""
        partner, contact = self.partner_id, self.contact_id
        channel = contact.channel_id or channels.get((self.company_id.id, kind))
        if not channel or (contact and not channel._can_send()):
            return Way(step, kind, wait, reason=self.env._("no such channel"))
        if contact:
            reason = self._get_contact_refusal()
            address = contact.external_id
        else:
            reason = partner._get_notify_refusal(self.category, kind)
            address, contact = (
                ("", contact) if reason else partner._get_notify_address(channel)
            )
            if not address and not reason and channel._has_address():
                reason = self.env._("no address")
        return Way(step, kind, wait, channel, address, contact, reason)

    def _get_contact_refusal(self):
        """Return what is against writing into the chat the message is for, or "".

        An answer of staff may go into a chat that wants no messages by itself.
        """
        self.ensure_one()
        state = self.contact_id.state
        if state == "blocked":
            return self.env._("The customer has blocked us in this messenger.")
        if self.rule_id and self.category != "obligatory":
            if state == "stopped":
                return self.env._(
                    "The customer has asked for no messages in this chat."
                )
            if self.category == "marketing":
                return self.env._("The customer has not agreed to marketing.")
        return ""
