import secrets

from odoo import api, fields, models
from odoo.tools import SQL

from odoo.addons.auto_crm.tools import clock
from odoo.addons.auto_crm.tools.strangers import clean

from ..tools.punches import parse_direction, parse_time

MAX_BADGE = 64


class AutoTimeDevice(models.Model):
    """A biometric terminal, which tells by badge who came and went."""

    _name = "auto.time.device"
    _description = "Attendance Terminal"
    _order = "name, id"

    name = fields.Char(required=True)
    active = fields.Boolean(default=True)
    company_id = fields.Many2one(
        comodel_name="res.company",
        required=True,
        index=True,
        default=lambda self: self.env.company,
    )
    tz = fields.Selection(
        selection=lambda self: self.env["res.partner"]._fields["tz"].selection(self),
        string="Time zone",
        help="Of the times it tells without a zone; empty: the shop's.",
    )
    key = fields.Char(
        default=lambda self: secrets.token_urlsafe(24),
        required=True,
        copy=False,
        readonly=True,
        groups="base.group_system",
    )
    url = fields.Char(
        string="Address", compute="_compute_url", groups="base.group_system"
    )
    date_received = fields.Datetime(string="Last heard of", readonly=True)

    _key_uniq = models.UniqueIndex("(key)", "Two terminals have the same key.")

    @api.depends("key")
    def _compute_url(self):
        for device in self:
            device.url = f"{device.get_base_url()}/auto_worktime/punches/{device.key}"

    def action_new_key(self):
        """Shut the old address and make a new one."""
        for device in self:
            device.key = secrets.token_urlsafe(24)

    @api.model
    def _find_by_key(self, key):
        """Return the terminal of an address, for its controller."""
        # sudo: terminals have no login; the key is their proof
        return self.sudo().search([("key", "=", key)], limit=1) if key else self

    def _store(self, rows):
        """Keep raw events, each once, and let the scheduled action look at them.

        :param rows: list of dicts: badge, time, direction
        :return: dict: stored, known, bad; the numbers of rows
        """
        self.ensure_one()
        zone = clock.get_zone(self.tz or self.company_id._get_tz())
        values, bad = set(), 0
        for row in rows:
            try:
                badge = clean(str(row["badge"])).strip()[:MAX_BADGE]
                date = parse_time(row["time"], zone)
            except (KeyError, TypeError, ValueError, OverflowError, OSError):
                bad += 1
                continue
            if not badge:
                bad += 1
                continue
            values.add((badge, date, parse_direction(row.get("direction"))))
        stored = self._insert_punches(sorted(values))
        self.date_received = fields.Datetime.now()
        if stored:
            self.env.ref("auto_worktime.ir_cron_punches")._trigger()
        return {"stored": stored, "known": len(rows) - bad - stored, "bad": bad}

    def _insert_punches(self, values):
        """Insert what is not there yet; of two that do so at once, one waits.

        :return: the number of new rows
        """
        if not values:
            return 0
        self.env["auto.time.punch"].flush_model()
        rows = self.env.execute_query(
            SQL(
                """
                INSERT INTO auto_time_punch
                       (device_id, company_id, badge, date, direction, state,
                        create_uid, create_date, write_uid, write_date)
                SELECT %(device)s, %(company)s, raw.badge, raw.date, raw.direction,
                       'new', %(uid)s, now() AT TIME ZONE 'UTC',
                       %(uid)s, now() AT TIME ZONE 'UTC'
                  FROM unnest(%(badges)s::varchar[], %(dates)s::timestamp[],
                              %(directions)s::varchar[]) AS raw (badge, date, direction)
                    ON CONFLICT (device_id, badge, date, direction) DO NOTHING
             RETURNING id
                """,
                device=self.id,
                company=self.company_id.id,
                uid=self.env.uid,
                badges=[row[0] for row in values],
                dates=[row[1] for row in values],
                directions=[row[2] for row in values],
            )
        )
        return len(rows)
