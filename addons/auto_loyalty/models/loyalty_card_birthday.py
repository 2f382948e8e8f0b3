from odoo import api, models


class LoyaltyCard(models.Model):
    """Bonuses for birthdays of those who have a card."""

    _inherit = "loyalty.card"

    @api.model
    def _cron_give_birthday_bonus(self, batch_size=1000):
        """Give bonuses before birthdays. Idempotent: once a card and year."""
        for program in self.env["loyalty.program"]._search_birthday_programs():
            for year, domain in program._get_birthday_domains().items():
                self.env["auto.cron.delay"]._run_batches(
                    f"birthday_bonus_{program.id}",
                    self,
                    domain,
                    lambda cards, year=year: cards._give_birthday_bonus(year),
                    batch_size,
                )

    def _give_birthday_bonus(self, year):
        """Give what the programme gives for the birthday of a year."""
        self._give_bonus(
            {card: card.program_id._get_birthday_vals(year) for card in self}
        )
