"""What may happen to bonuses beside what happens to money, for the property test."""

from functools import partial

from hypothesis import strategies as st

from odoo import Command
from odoo.tools import mute_logger

from odoo.addons.auto_crm.tests.money_shop import (
    STEPS,
    WHICH,
    MoneyShop,
    stories,
)
from odoo.addons.auto_crm.tests.money_shop import step as step_of_money

BONUS_STEPS = dict(STEPS)
POINTS = st.sampled_from((0, 50, 100, 1000))

step = partial(step_of_money, steps=BONUS_STEPS)
bonus_stories = partial(stories, steps=BONUS_STEPS)


class BonusShop(MoneyShop):
    """The money's shop whose customer has bonuses, too."""

    def _get_card(self):
        return self.test._get_card()

    def _get_lots(self):
        lots = self._get_card()._search_bonus_lots()
        return lots.filtered(lambda lot: lot.remaining > 0)

    @step(weight=3, points=st.sampled_from((50, 333, 1000)))
    def give(self, points):
        self.test._give(points)

    @step(weight=10, which=WHICH, points=POINTS)
    def pay_with_bonuses(self, which, points):
        """Pay with so many bonuses, or as many as can be."""
        order = self._pick(self.orders, which).with_user(self.test.advisor)
        most = order.bonus_limit
        order._set_bonus_points(min(points, most))

    @step(weight=8, which=WHICH)
    def hand_over(self, which):
        """Agree, bill, take the money and release: the way of most orders."""
        order = self._pick(self.orders, which)
        if order.state == "cancel":
            order.action_draft()
        if order.state != "sale":
            order.action_confirm()
        if order.invoice_status == "to invoice":
            self.test._post(self.test._bill(order))
        for invoice in order.invoice_ids.filtered("amount_residual"):
            if invoice.state == "posted" and invoice.move_type == "out_invoice":
                self.test._settle(invoice, invoice.amount_residual)
        self.env.flush_all()  # the judge reads rows
        self.release(self._get_confirmed().ids.index(order.id))

    @step(weight=2, which=WHICH, needs=("lots",))
    def expire(self, which):
        lot = self._pick(self._get_lots(), which)
        lot.card_id._append_bonus(
            [{"kind": "expired", "points": -lot.remaining, "lot_id": lot.id}]
        )

    @step(weight=1, points=st.sampled_from((0, 40, 400)))
    def merge(self, points):
        """Somebody finds that the customer is there twice."""
        double = self.env["res.partner"].create({"name": "Twice"})
        if points:
            self.test._give(points, double)
        self._merge(double, self.test.customer)

    def _merge(self, source, target):
        wizard = self.env["base.partner.merge.automatic.wizard"].create(
            {
                "partner_ids": [Command.set((source + target).ids)],
                "dst_partner_id": target.id,
            }
        )
        with mute_logger("odoo.addons.base.wizard.base_partner_merge"):
            wizard.action_merge()

    @step(weight=1, percent=st.sampled_from((1, 5, 10)))
    def change_programme(self, percent):
        self.test.program.bonus_rule_ids.percent = percent
