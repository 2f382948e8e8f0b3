import logging

import psycopg2

from odoo import SUPERUSER_ID, api, fields, models
from odoo.service.model import PG_CONCURRENCY_EXCEPTIONS_TO_RETRY

from odoo.addons.auto_crm.tools import clock

from ..tools import quiet

_logger = logging.getLogger(__name__)


class AutoNotifyRule(models.Model):
    """What happens becomes messages of the outbox, by the rules of the company."""

    _inherit = "auto.notify.rule"

    @api.model
    def _notify(self, event, records, date=None, occurrence=None):
        """Tell those whom the rules of an event name; the way in for every fact.

        Call it in the transaction of the fact, once for all its documents: the number
        of queries does not grow with theirs. Never raises, since the fact must not be
        blocked; only a concurrency error goes through, as Odoo then repeats the whole
        transaction.

        :param str event: a value of ``auto.notify.rule.event``
        :param records: documents, of the model that the event is about
        :param date: naive UTC, the time the event is about if that isn't now (a
            booking's start), or a dict of them by id; rules speak before or after it
        :param occurrence: what tells this fact from an earlier one of the same kind, or
            a dict of them by id; by default the day: nobody is told twice a day
        :return: the messages made
        """
        return self._run_notify(self._do_notify, event, records, date, occurrence)

    def _notify_by_rules(self, records, date=None, occurrence=None):
        """Tell those whom these rules name, as `_notify`, which tells the parameters.

        :return: the messages made
        """
        return self._run_notify(self._do_notify_by_rules, records, date, occurrence)

    @api.model
    def _run_notify(self, function, *args):
        """Make messages; a failure is logged, and the fact stays."""
        try:
            with self.env.cr.savepoint():
                return function(*args)
        except PG_CONCURRENCY_EXCEPTIONS_TO_RETRY:
            raise
        except Exception:  # whatever is wrong with a rule, the fact must be kept
            _logger.exception("No messages made of %s", args)
        # sudo: empty, as of `_do_notify`
        return self.env["auto.notify.message"].sudo()

    @api.model
    def _do_notify(self, event, records, date=None, occurrence=None):
        """Make the messages of a fact, as `_notify`; for callers that have a savepoint.

        :return: the messages made
        """
        # sudo: the outbox, whoever has made the fact
        messages = self.env["auto.notify.message"].sudo()
        documents = self._with_notify_rights(records)
        by_company = documents.grouped(lambda record: record._get_notify_company())
        for company, group in by_company.items():
            if not company.active:
                continue
            rules = self.browse(self._get_rule_ids(event, company.id))
            messages += rules._do_notify_by_rules(group, date, occurrence)
        return messages

    @api.model
    def _with_notify_rights(self, records):
        """Return the records with the rights that messages are made with."""
        # sudo: whoever makes a fact (mechanic, customer) may not read rules and people
        if self.env.user._is_public():
            records = records.with_user(SUPERUSER_ID)
        return records.sudo()

    def _do_notify_by_rules(
        self, records, date=None, occurrence=None, wait=None, *, is_told=False
    ):
        """Make the messages of these rules about the documents.

        :param timedelta wait: none of them leaves earlier, as the fact may be undone
        :param bool is_told: whether everybody knows already: no reminder catches up
        :return: the messages made
        """
        now = fields.Datetime.now()
        records = self._with_notify_rights(records)
        rules = self.with_env(records.env)
        rules = rules.filtered(lambda rule: rule.model == records._name)
        ids_by_rule = {rule: set(rule._filter_notified(records).ids) for rule in rules}
        vals_list = []
        for record in records:
            record_rules = rules.filtered(
                lambda rule, record=record: record.id in ids_by_rule[rule]
            )
            vals_list += record_rules._prepare_notify_vals(
                record,
                now,
                date.get(record.id) if isinstance(date, dict) else date,
                occurrence.get(record.id)
                if isinstance(occurrence, dict)
                else occurrence,
                is_told=is_told,
            )
        for vals in vals_list if wait else ():
            vals["date_next"] = max(vals["date_next"], now + wait)
        return self._create_notify_messages(vals_list)

    def _filter_notified(self, records):
        """Hook: the documents that the rule is for: its team's, by its condition."""
        self.ensure_one()
        if self.team_id:
            records = records.filtered(
                lambda record: record._get_notify_team() == self.team_id
            )
        return self._filter_condition(records)

    def _filter_condition(self, records):
        """Return the documents that fulfil the condition now.

        One that cannot be asked any more, as its field has gone with a module, is
        fulfilled by none: the other rules must not fall silent with it.
        """
        self.ensure_one()
        try:
            domain = self._get_domain()
            return records if domain.is_true() else records.filtered_domain(domain)
        except psycopg2.Error:
            raise  # nothing goes on in this transaction
        except Exception:  # a condition may be wrong in any way
            _logger.exception("Message rule %s: its condition can't be used", self.id)
            return records.browse()

    def _prepare_notify_vals(self, record, now, date, occurrence, *, is_told):
        """Values of the messages of these rules about one document.

        Two rules that would tell a person the same text at the same time tell it once:
        the customer who drives the car himself.
        """
        told = set()
        vals_by_text = {}
        at_once = self.filtered(lambda rule: rule.timing == "at_once")
        for rule in at_once + (self - at_once):
            for partner, contact in rule._get_notify_people(record):
                zone = clock.get_zone(record._get_notify_zone(partner))
                plan = rule._get_schedule().plan(
                    now,
                    date or now,
                    zone,
                    is_told=is_told or (partner, contact) in told,
                )
                if plan:
                    text = (partner, contact, rule.template_id, plan.due)
                    vals = rule._prepare_message_vals(record, partner, plan)
                    vals["contact_id"] = contact.id
                    vals["date_event"] = date or now
                    vals["key"] = rule._get_message_key(
                        record, partner, occurrence, now
                    )
                    vals_by_text.setdefault(text, vals)
                if rule.timing == "at_once":
                    told.add((partner, contact))
        return list(vals_by_text.values())

    def _get_notify_people(self, record):
        """Return whom the rule tells about a document: pairs of partner and chat.

        A customer who is only known by the chat he wrote in is told there.
        """
        self.ensure_one()
        none = self.env["auto.notify.contact"]
        partners = record._get_notify_recipients(self.audience)
        if partners or self.audience not in ("customer", "driver"):
            return [(partner, none) for partner in partners]
        contact = record._get_notify_contact()
        return [(partners, contact)] if contact else []

    def _get_schedule(self):
        """Return when the rule speaks, for `tools.quiet`."""
        self.ensure_one()
        return quiet.Schedule(
            timing=self.timing,
            delay=self.delay,
            unit=self.delay_unit,
            hour=self.time_of_day if self.at_time else None,
            quiet=(self.quiet_start, self.quiet_stop) if self.is_quiet else None,
            expire_hours=self.expire_hours,
        )

    def _prepare_message_vals(self, record, partner, plan):
        """Hook: values of a message of the rule about a document."""
        self.ensure_one()
        return {
            "rule_id": self.id,
            "template_id": self.template_id.id,
            "event": self.event,
            "category": self.category,
            "company_id": record._get_notify_company().id,
            "res_model": record._name,
            "res_id": record.id,
            "lead_id": record._get_notify_deal().id,
            "order_id": record._get_notify_order().id,
            "partner_id": partner.id,
            "audience": self.audience,
            "kinds": self.kinds,
            "date_planned": plan.planned,
            "date_next": plan.due,
            "date_expire": plan.expire,
        }

    def _get_message_key(self, record, partner, occurrence, now):
        """Return the key that keeps a fact from being told twice."""
        self.ensure_one()
        if not occurrence:
            zone = record._get_notify_company()._get_zone()
            occurrence = clock.day_of(now, zone).isoformat()
        return f"{self.id}:{record._name}:{record.id}:{occurrence}:{partner.id or 0}"

    @api.model
    def _create_notify_messages(self, vals_list):
        """Put the messages into the outbox.

        What was taken back before it left, as the car was not ready after all, does
        not keep the next fact of the same day from being told.
        """
        # sudo: the outbox, whoever has made the fact
        outbox_sudo = self.env["auto.notify.message"].sudo()
        if not vals_list:
            return outbox_sudo
        messages = outbox_sudo._create_messages(vals_list)
        if len(messages) == len(vals_list):
            return messages
        missing = {vals["key"] for vals in vals_list} - set(messages.mapped("key"))
        cancelled = outbox_sudo.search(
            [("key", "in", list(missing)), ("state", "=", "cancelled")]
        )
        if not cancelled:
            return messages
        again = set(cancelled.mapped("key"))
        for message in cancelled:
            message.key = f"{message.key}:{message.id}"
        return messages + outbox_sudo._create_messages(
            [vals for vals in vals_list if vals["key"] in again]
        )
