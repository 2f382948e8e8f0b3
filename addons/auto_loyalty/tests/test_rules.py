from psycopg2 import IntegrityError

from odoo import Command
from odoo.exceptions import UserError, ValidationError
from odoo.tests import tagged
from odoo.tools import mute_logger

from .common import AutoLoyaltyCommon


@tagged("post_install", "-at_install")
class TestRules(AutoLoyaltyCommon):
    """What earns, and how much: by what, tiers, discounts, and when it was agreed."""

    def test_the_first_rule_that_fits_a_line_decides(self):
        body = self.env["auto.work.type"].create({"name": "Body"})
        painting = self.env["product.product"].create(
            {
                "name": "Painting",
                "type": "service",
                "service_tracking": "auto_job",
                "work_type_id": body.id,
                "taxes_id": [Command.clear()],
            }
        )
        self.program.bonus_rule_ids = [
            Command.create(
                {"sequence": 1, "work_type_ids": body.ids, "is_payable": False}
            )
        ]
        order = self._create_order((self.labour, 2), (painting, 1), (self.part, 1))
        order.order_line.filtered(
            lambda line: line.product_id == painting
        ).price_unit = 1000.0
        self.assertEqual(order._get_bonus_forecast(), 150.0 + 30.0)
        self._give(5000.0)
        self.assertEqual(order.bonus_limit, 600.0)

    def test_a_line_that_no_rule_fits_neither_earns_nor_is_paid(self):
        self.program.bonus_rule_ids.filtered(
            lambda rule: rule.line_kind == "labour"
        ).unlink()
        self._give(5000.0)
        order = self._create_order((self.labour, 2))
        self.assertEqual(order._get_bonus_forecast(), 0.0)
        self.assertEqual(order.bonus_limit, 0.0)

    def test_categories_count_with_those_below_them(self):
        above = self.env["product.category"].create({"name": "Oils"})
        below = above.create({"name": "Engine oils", "parent_id": above.id})
        self.part.categ_id = below
        rules = self.program.bonus_rule_ids
        rules.filtered(lambda rule: rule.line_kind == "part").write(
            {"categ_ids": above.ids, "percent": 10.0}
        )
        order = self._create_order((self.part, 1))
        self.assertEqual(order._get_bonus_forecast(), 300.0)
        self.part.categ_id = above.create({"name": "Brakes"})
        self.assertEqual(order._get_bonus_forecast(), 0.0)

    def test_discounted_lines_earn_and_are_paid_if_the_programme_says_so(self):
        self._give(5000.0)
        order = self._create_order((self.labour, 2))
        order.order_line.discount = 10
        self.assertEqual(order._get_bonus_forecast(), 135.0)
        self.assertEqual(order.bonus_limit, 540.0)
        self.program.bonus_earn_discounted = False
        self.program.bonus_pay_discounted = False
        order.invalidate_recordset()
        self.assertEqual(order._get_bonus_forecast(), 0.0)
        self.assertEqual(order.bonus_limit, 0.0)

    def test_a_tier_multiplies_what_is_earned_and_follows_the_year(self):
        silver, gold = self.env["auto.bonus.tier"].create(
            [
                {
                    "program_id": self.program.id,
                    "name": name,
                    "amount": amount,
                    "multiplier": multiplier,
                }
                for name, amount, multiplier in (
                    ("Silver", 2000.0, 1.5),
                    ("Gold", 6000.0, 2.0),
                )
            ]
        )
        first = self._visit((self.labour, 2))
        card = self._get_card()
        self.assertEqual(card.bonus_tier_id, silver)
        self._assert_ledger(card, 150.0)
        self._visit((self.labour, 2))
        self.assertEqual(card.bonus_tier_id, gold)
        self._assert_ledger(card, 150.0 + 225.0)
        self._credit(first.invoice_ids).action_post()
        self.run_events()
        self.assertEqual(card.bonus_tier_id, silver)
        self._assert_ledger(card, 225.0)

    def test_terms_are_those_of_the_day_on_which_it_was_earned(self):
        order = self._visit((self.labour, 2))
        card = self._get_card()
        rules = self.program.bonus_rule_ids
        rules.percent = 50.0
        self._credit(order.invoice_ids, "refund_moves").action_post()
        self.run_events()
        self._assert_ledger(card, 0.0)
        rules.percent = 5.0
        second = self._visit((self.labour, 4))
        rules.percent = 50.0
        credit = self._credit(second.invoice_ids)
        credit.invoice_line_ids.quantity = 1
        credit.action_post()
        self.run_events()
        self._assert_ledger(card, 225.0)

    def test_nothing_is_earned_before_all_is_paid(self):
        order = self._create_agreed((self.labour, 2))
        self._make_ready(order)
        invoice = self._invoice(order)
        self._pay(invoice, 1000.0)
        order.with_user(self.manager)._action_release()
        self.run_events()
        self.assertFalse(self._get_card())
        payment = self._pay(invoice, 2000.0)
        self.run_events()
        card = self._get_card()
        self._assert_ledger(card, 150.0)
        payment.action_cancel()
        self.run_events()
        self._assert_ledger(card, 0.0)

    def test_goodwill_takes_back_in_proportion(self):
        order = self._visit((self.labour, 2))
        credit = self._credit(order.invoice_ids)
        credit.invoice_line_ids.price_unit = 500.0
        credit.action_post()
        self.run_events()
        self._assert_ledger(self._get_card(), 100.0)

    def test_a_credit_note_typed_by_hand_takes_back_in_proportion(self):
        card = self._give(1000.0)
        order = self._create_order((self.labour, 2))
        order._set_bonus_points(600.0)
        order.action_confirm()
        self._hand_over(order)
        self._assert_ledger(card, 400.0 + 120.0)
        credit = self._credit(order.invoice_ids)
        credit.invoice_line_ids = [
            Command.clear(),
            Command.create({"name": "Sorry", "price_unit": 1200.0, "tax_ids": []}),
        ]
        credit.action_post()
        self.run_events()
        self._assert_ledger(card, 400.0 + 300.0 + 60.0)

    def test_owed_bonuses_are_waived_if_the_programme_says_so(self):
        self.program.write({"bonus_is_debt": False, "bonus_usable_hours": 0})
        order = self._visit((self.labour, 2))
        card = self._get_card()
        second = self._create_order((self.labour, 2))
        second._set_bonus_points(150.0)
        second.action_confirm()
        self._assert_ledger(card, 0.0)
        credit = self._credit(order.invoice_ids)
        credit.action_post()
        self.run_events()
        self._assert_ledger(card, 0.0)
        credit.button_draft()
        self.run_events()
        self._assert_ledger(card, 0.0)

    def test_a_programme_is_refused_rules_of_odoo(self):
        with self.assertRaises(ValidationError):
            self.program.rule_ids = [Command.create({"reward_point_amount": 1})]

    def test_a_company_has_one_programme(self):
        vals = {"name": "Another", "is_bonus": True, "company_id": self.company.id}
        with self.assertRaises(ValidationError):
            self.program.create(vals)
        self.program.active = False
        self.assertTrue(self.program.create(vals))

    def test_points_of_a_programme_of_odoo_begin_the_ledger(self):
        self.program.active = False
        program = self.env["loyalty.program"].create(
            {
                "name": "Old",
                "program_type": "loyalty",
                "applies_on": "both",
                "rule_ids": [],
                "reward_ids": [
                    Command.create({"discount_mode": "per_point", "discount": 1.0})
                ],
            }
        )
        program.rule_ids.unlink()
        card = self.cards.create(
            {"program_id": program.id, "partner_id": self.customer.id, "points": 70.0}
        )
        program.is_bonus = True
        self._assert_ledger(card, 70.0)
        self.assertEqual(card.bonus_usable, 70.0)
        with self.assertRaises(UserError):
            program.is_bonus = False

    def test_the_ledger_is_never_changed(self):
        entry = self._give(100.0).bonus_entry_ids
        with self.assertRaises(UserError):
            entry.points = 200.0
        with self.assertRaises(UserError):
            entry.unlink()
        with self.assertRaises(UserError):
            entry.card_id.unlink()
        entry.card_id.points = 999.0
        self._assert_ledger(entry.card_id, 100.0)

    def test_a_programme_changed_later_touches_nothing_that_was_earned(self):
        card = self._give(1000.0)
        order = self._create_order((self.labour, 2), (self.part, 1))
        order._set_bonus_points(600.0)
        order.action_confirm()
        self._hand_over(order)
        self._assert_ledger(card, 400.0 + 120.0 + 30.0)
        self.program.bonus_rule_ids.write({"percent": 7.0, "is_payable": True})
        self.program.write(
            {
                "bonus_value": 0.5,
                "bonus_is_whole": False,
                "bonus_pay_discounted": False,
                "bonus_first_points": 200.0,
                "bonus_friend_points": 100.0,
            }
        )
        self.customer.bonus_invited_by_id = self.supplier
        order._sync_bonus()
        self._assert_ledger(card, 550.0)
        self.assertFalse(self._get_card(self.supplier))
        self.assertEqual(order._get_bonus_missing(), {})

    def test_what_rules_are_about_is_not_deleted_from_under_them(self):
        """A rule that named nothing any more would be about all lines."""
        category = self.env["product.category"].create({"name": "Oils"})
        body = self.env["auto.work.type"].create({"name": "Body"})
        self.program.bonus_rule_ids[0].work_type_ids = body
        self.program.bonus_rule_ids[1].categ_ids = category
        for record in (category, body):
            with (
                self.subTest(record=record),
                mute_logger("odoo.sql_db"),
                self.assertRaises(IntegrityError),
                self.cr.savepoint(),
            ):
                record.unlink()
