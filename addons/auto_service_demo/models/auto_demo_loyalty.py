"""The demo shop's bonuses: cards from before, earned and spent with the visits.

Entries of bonuses are never changed: they are booked in the past at once.
"""

from datetime import timedelta

from odoo import fields, models

from odoo.addons.auto_crm.tools.fact import happening

from . import demo_story as story


class AutoDemoShop(models.AbstractModel):
    _inherit = "auto.demo.shop"

    def _set_up_loyalty(self):
        """Cards that the shop had before Odoo, with their balances."""
        program = self._ref("bonus_program")
        for name, texts in story.BONUS_TEXTS.items():
            record = program if name == "portal_point_name" else program.reward_ids
            record.update_field_translations(name, {"ru_RU": texts})
        cards = self.env["loyalty.card"]
        opened = fields.Datetime.now() - timedelta(days=story.CARDS_OPENED)
        with happening(self.env, opened):
            for number in range(1, story.CARDS + 1):
                customer = self._ref(f"customer_{number}")
                card = cards._find_bonus_card(program, customer)
                card._add_bonus(100.0 + 70 * (number * 13 % 17), "opening")
        soon = fields.Datetime.now() + timedelta(days=story.BONUS_EXPIRES)
        for number in story.BONUS_EXPIRING:
            card = cards._find_bonus_card(program, self._ref(f"customer_{number}"))
            with happening(self.env, opened):
                card._add_bonus(250.0, "opening", date_expire=soon)
        self._give_birthdays(program)
        cards.search([("program_id", "=", program.id)])._update_bonus_tier()

    def _give_birthdays(self, program):
        """One birthday was three weeks ago, and one is the day after tomorrow."""
        today = fields.Date.context_today(self)
        for number, days in story.BIRTHDAYS.items():
            customer = self._ref(f"customer_{number}")
            day = today + timedelta(days=days)
            customer.birthday = day - timedelta(days=12783)  # 35 years
            if days < 0:
                card = self.env["loyalty.card"]._find_bonus_card(program, customer)
                given = fields.Datetime.now() + timedelta(days=days - 3)
                with happening(self.env, given):
                    card._give_birthday_bonus(day.year)

    def _agree_with_bonuses(self, orders, plans):
        """Let some customers who can, pay with bonuses as they agree.

        :return: the orders that are agreed so
        """
        agreed = orders.browse()
        able = [
            (order, plan)
            for order, plan in zip(orders, plans, strict=True)
            if self._get_bonus_limit(order) > 0
        ]
        for order, plan in able[:: story.BONUS_SPENT]:
            limit = self._get_bonus_limit(order)
            if limit > 0:
                with happening(self.env, plan["date"] - timedelta(days=1)):
                    order._set_bonus_points(limit)
                    self._agree(order)
                agreed += order
        return agreed

    def _get_bonus_limit(self, order):
        """Return how many bonuses can pay for an order now."""
        order.invalidate_recordset(["bonus_usable", "bonus_limit"])
        return order.bonus_limit

    def _earn_bonuses(self, orders, plans):
        """Book what released orders have earned, on the days of their release."""
        now = fields.Datetime.now()
        for order, plan in zip(orders, plans, strict=True):
            with happening(self.env, min(plan["date"] + timedelta(hours=6), now)):
                order._sync_bonus()
