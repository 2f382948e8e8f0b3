from babel import Locale
from babel.core import UnknownLocaleError
from babel.units import format_unit

from odoo import api, fields, models
from odoo.tools import get_lang


class AutoNotifyRule(models.Model):
    """A rule as a sentence: whom it tells what, when, by which channels."""

    _inherit = "auto.notify.rule"

    sentence = fields.Char(string="Rule", compute="_compute_sentence")

    @api.depends(
        "event",
        "timing",
        "delay",
        "delay_unit",
        "at_time",
        "time_of_day",
        "audience",
        "kinds",
        "company_id",
    )
    @api.depends_context("lang", "company")
    def _compute_sentence(self):
        for rule in self:
            rule.sentence = rule.event and self.env._(
                "%(event)s, %(timing)s, %(audience)s by %(channels)s",
                event=self._get_event_phrases().get(rule.event, rule.event),
                timing=rule._get_timing_phrase(),
                audience=self._get_audience_phrases().get(rule.audience, ""),
                channels=rule._get_channels_phrase(),
            )

    @api.model
    def _get_event_phrases(self):
        """Return how the sentence of a rule begins, by event."""
        return {
            **{
                code: self.env._(fact.phrase)
                for code, (_model, fact) in self._get_facts().items()
            },
            "automation": self.env._("When an automation rule asks for it"),
        }

    @api.model
    def _get_audience_phrases(self):
        """Hook: whom a rule tells, by audience."""
        return {
            "customer": self.env._("to the customer"),
            "driver": self.env._("to the driver"),
            "advisor": self.env._("to the service advisor"),
            "mechanic": self.env._("to the mechanics"),
            "manager": self.env._("to the managers"),
        }

    def _get_timing_phrase(self):
        """Return when the rule speaks, as a part of its sentence."""
        self.ensure_one()
        if self.timing == "at_once":
            return self.env._("at once")
        values = {"delay": self._get_delay_phrase(), "time": self._get_time_phrase()}
        is_timed = self.at_time and self.delay_unit == "days"
        if is_timed and not self.delay:
            return self.env._("the same day at %(time)s", **values)
        if self.timing == "before":
            if is_timed:
                return self.env._("%(delay)s before at %(time)s", **values)
            return self.env._("%(delay)s before", **values)
        if is_timed:
            return self.env._("after %(delay)s at %(time)s", **values)
        return self.env._("after %(delay)s", **values)

    def _get_delay_phrase(self):
        """Return the delay with its unit in the plural that the language wants."""
        try:
            locale = Locale.parse(get_lang(self.env).code)
        except (UnknownLocaleError, ValueError):
            locale = Locale("en")
        unit = f"duration-{self.delay_unit[:-1]}"
        return format_unit(self.delay, unit, length="long", locale=locale)

    def _get_time_phrase(self):
        """Return the time of day as the clock shows it."""
        minutes = round(self.time_of_day * 60)
        return f"{minutes // 60}:{minutes % 60:02d}"

    def _get_channels_phrase(self):
        """Return the channels that are tried, in order: "Telegram, else SMS"."""
        self.ensure_one()
        return self._name_channels(self.kinds or self._get_default_kinds())

    @api.model
    def _name_channels(self, kinds):
        """Return channels in their order, as a part of a sentence.

        :param list kinds: pairs of kind and minutes to wait
        """
        labels = dict(
            self.env["auto.notify.rule.channel"]
            ._fields["kind"]
            ._description_selection(self.env)
        )
        names = [labels.get(kind, kind) for kind, _minutes in kinds]
        phrase = names.pop() if names else "…"
        for name in reversed(names):
            phrase = self.env._("%(first)s, else %(rest)s", first=name, rest=phrase)
        return phrase
