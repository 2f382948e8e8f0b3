import hashlib
import logging
from dataclasses import asdict
from dataclasses import fields as dataclass_fields
from datetime import datetime

from psycopg2.errors import UniqueViolation

from odoo import api, fields, models
from odoo.tools import mute_logger

from odoo.addons.auto_crm.tools.strangers import clean, clean_data

from ..tools.provider import EVENT_KINDS, Event, Media, PartlyRead

_logger = logging.getLogger(__name__)

MAX_KEY = 200


class AutoNotifyIncoming(models.Model):
    """What webhooks bring is stored at once, each event once."""

    _inherit = "auto.notify.incoming"

    @api.model
    def _receive(self, channel, provider, body, args):
        """Store what an authentic webhook tells, and have it processed soon.

        What came before is passed over, so a replay changes nothing.

        :param channel: the ``auto.notify.channel`` it came to
        :param provider: the channel's client, `tools.provider.Provider`
        :param bytes body: as received
        :param dict args: of the query string and of a posted form
        """
        try:
            events, problem = self._read_events(provider, body, args)
            vals_list = [self._prepare_event_vals(channel, event) for event in events]
            vals_list.sort(key=lambda vals: vals["date"])
        except Exception as error:  # noqa: BLE001 nothing a provider sent may get lost
            vals_list, problem = [], error
        if self._store(vals_list):
            self.env.ref("auto_notify.ir_cron_incoming")._trigger()
        if problem:
            self._store_unreadable(channel, body, args, problem)

    @api.model
    def _read_events(self, provider, body, args):
        """Return (what a webhook tells, what is wrong with the rest of it or None)."""
        try:
            return provider.read_events(body, args), None
        except PartlyRead as error:
            return error.events, error

    @api.model
    def _prepare_event_vals(self, channel, event):
        """Return the values of the row of an event.

        :raise ValueError: for a kind nobody knows
        """
        if event.kind not in EVENT_KINDS:
            raise ValueError(f"unknown kind of event: {event.kind}")
        data = clean_data(asdict(event))
        if event.date:
            data["date"] = event.date.isoformat()
        key = data["key"] or self._hash(repr(sorted(data.items())).encode())
        if len(key) > MAX_KEY:
            key = self._hash(key.encode())
        now = fields.Datetime.now()
        return {
            "channel_id": channel.id,
            "external_id": key,
            "kind": event.kind,
            "data": data,
            # a clock of theirs that is fast must not put it behind what comes later
            "date": min(event.date or now, now),
        }

    @api.model
    def _store(self, vals_list):
        """Make rows of what has not been received yet.

        :return: the new rows
        """
        keys = [vals["external_id"] for vals in vals_list]
        channel_ids = list({vals["channel_id"] for vals in vals_list})
        known = {
            (row.channel_id.id, row.external_id)
            for row in self.search_fetch(
                [("channel_id", "in", channel_ids), ("external_id", "in", keys)],
                ["channel_id", "external_id"],
            )
        }
        fresh = {
            key: vals
            for vals in vals_list
            if (key := (vals["channel_id"], vals["external_id"])) not in known
        }
        incoming = self.with_context(
            mail_create_nolog=True, mail_create_nosubscribe=True, tracking_disable=True
        )
        return self.browse().union(
            *(incoming._store_once(vals) for vals in fresh.values())
        )

    @api.model
    def _store_once(self, vals):
        """Make a row, or none if another worker has just received the same."""
        try:
            with self.env.cr.savepoint(), mute_logger("odoo.sql_db"):
                return self.create(vals)
        except UniqueViolation:
            return self.browse()

    @api.model
    def _store_unreadable(self, channel, body, args, error):
        """Keep what an authentic sender sent and nobody understands, for a manager."""
        # a gateway proves itself by a token in the address: it is none of a manager's
        text = clean(body.decode("utf-8", "replace") or str(args))
        text = channel._mask_secrets(text)
        problem = channel._mask_secrets(f"{type(error).__name__}: {error}")
        _logger.warning("Webhook of channel %s not read: %r", channel.id, problem)
        self._store(
            [
                {
                    "channel_id": channel.id,
                    "external_id": self._hash(text.encode()),
                    "kind": "unreadable",
                    "body": text,
                }
            ]
        )._park(problem)

    @api.model
    def _hash(self, data):
        return hashlib.sha256(data).hexdigest()

    def _get_event(self):
        """Return the event as the provider's client had read it."""
        self.ensure_one()
        names = {field.name for field in dataclass_fields(Event)}
        data = {name: value for name, value in self.data.items() if name in names}
        if data.get("date"):
            data["date"] = datetime.fromisoformat(data["date"])
        data["media"] = tuple(Media(**media) for media in data.get("media") or ())
        return Event(**data)
