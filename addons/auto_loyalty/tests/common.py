from datetime import timedelta

from odoo import Command, fields
from odoo.tests import freeze_time

from odoo.addons.auto_crm.tests.money_common import AutoMoneyCommon


class AutoLoyaltyCommon(AutoMoneyCommon):
    """A shop with bonuses: 5 % of works, which they pay up to 20 % of."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.part.invoice_policy = cls.labour.invoice_policy = "order"
        cls.program = cls.env["loyalty.program"].create(
            {
                "name": "Bonuses",
                "is_bonus": True,
                "company_id": cls.company.id,
                "bonus_rule_ids": [
                    Command.create({"line_kind": "labour", "percent": 5.0}),
                    Command.create(
                        {"line_kind": "part", "percent": 1.0, "is_payable": False}
                    ),
                ],
            }
        )
        cls.labour.write({"taxes_id": [Command.clear()], "list_price": 0.0})
        cls.cards = cls.env["loyalty.card"]

    @classmethod
    def _give(cls, points, partner=None, **vals):
        """Give a customer points that are usable now."""
        card = cls.cards._find_bonus_card(cls.program, partner or cls.customer)
        card._add_bonus(
            points, "opening", **{"date_usable": fields.Datetime.now(), **vals}
        )
        return card

    @classmethod
    def _get_card(cls, partner=None):
        return cls.cards._search_bonus_card(cls.program, partner or cls.customer)

    def _visit(self, *lines, **vals):
        """Agree, do, bill, pay and hand over a car."""
        order = self._create_agreed(*lines, **vals)
        self._hand_over(order)
        return order

    def _hand_over(self, order):
        order.action_receive()
        order.job_ids.action_done()
        invoice = self._invoice(order)
        self._pay(invoice)
        order._action_release()
        self.run_events()
        return invoice

    def _later(self, **delta):
        return freeze_time(fields.Datetime.now() + timedelta(**delta))

    def _assert_ledger(self, card, points):
        """Check that the card's balance is the sum of its ledger, and what it is."""
        entries = card.bonus_entry_ids
        self.assertAlmostEqual(sum(entries.mapped("points")), points, 2)
        self.assertAlmostEqual(sum(entries.mapped("remaining")), points, 2)
        self.assertAlmostEqual(card.points, points, 2)
