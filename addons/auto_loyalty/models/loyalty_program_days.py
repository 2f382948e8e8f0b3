from calendar import isleap
from datetime import date, timedelta

from odoo import api, fields, models
from odoo.fields import Domain


class LoyaltyProgram(models.Model):
    """The days of a programme's shop."""

    _inherit = "loyalty.program"

    def _get_bonus_company(self):
        """Return in whose zone the programme's days begin."""
        return self.company_id or self.env.company

    def _get_bonus_today(self):
        """Return the day it is in the programme's shop."""
        return self._get_bonus_company()._get_today()

    def _get_expiring_domain(self):
        """Return the domain of cards with lots that expire soon."""
        self.ensure_one()
        now = fields.Datetime.now()
        last = now + timedelta(days=self.bonus_remind_days + 1)
        return Domain("program_id", "=", self.id) & Domain(
            "bonus_entry_ids",
            "any",
            [
                ("lot_id", "=", False),
                ("remaining", ">", 0.0),
                ("date_expire", ">", now),
                ("date_expire", "<", last),
            ],
        )

    # ------------------------------------------------------------------
    # Birthdays
    # ------------------------------------------------------------------

    @api.model
    def _search_birthday_programs(self):
        """Return the programmes that give bonuses for birthdays today."""
        # sudo: of all companies, whoever has the action run
        programs = self.sudo().search(
            [("is_bonus", "=", True), ("bonus_birthday_points", ">", 0.0)]
        )
        return programs.filtered(
            lambda program: (
                (program.date_from or date.min)
                <= program._get_bonus_today()
                <= (program.date_to or date.max)
            )
        )

    def _get_birthday_domains(self):
        """Return domains of cards whose holders get bonuses for a birthday now.

        Who was born on 29 February has his birthday on the 28th in other years.

        :return: {year of the birthday: domain}
        """
        self.ensure_one()
        domains = {}
        today = self._get_bonus_today()
        for ahead in range(self.bonus_birthday_before + 1):
            day = today + timedelta(days=ahead)
            born = self._get_born_domain(day.month, day.day)
            if (day.month, day.day) == (2, 28) and not isleap(day.year):
                born |= self._get_born_domain(2, 29)
            domains[day.year] = domains.get(day.year, Domain.FALSE) | born
        return {
            year: Domain("program_id", "=", self.id)
            & Domain("partner_id.active", "=", True)
            & Domain("partner_id", "any", born)
            & ~Domain("bonus_entry_ids.key", "=", self._get_birthday_key(year))
            for year, born in domains.items()
        }

    @api.model
    def _get_born_domain(self, month, day):
        """Return the domain of partners born on a day of the year."""
        return Domain("birthday.month_number", "=", month) & Domain(
            "birthday.day_of_month", "=", day
        )

    @api.model
    def _get_birthday_key(self, year):
        """Return what is given once for the birthday of a year."""
        return f"birthday:{year}"

    def _get_birthday_vals(self, year):
        """Return the values of a row with what is given for a birthday."""
        self.ensure_one()
        now = fields.Datetime.now()
        valid = self.bonus_birthday_valid
        return {
            "kind": "birthday",
            "points": self.bonus_birthday_points,
            "key": self._get_birthday_key(year),
            "date_usable": now,
            "date_expire": now + timedelta(days=valid) if valid else False,
        }
