from odoo.exceptions import AccessError, UserError
from odoo.tests import Form, tagged

from .common import AutoLoyaltyCommon


@tagged("post_install", "-at_install")
class TestCard(AutoLoyaltyCommon):
    """A card at the desk: corrected by a manager, found by its code."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.card = cls._give(1000.0)

    def _correct(self, points, reason="Promised by phone", user=None):
        user = user or self.manager
        action = self.card.with_user(user).action_open_bonus_correct()
        form = Form(
            self.env[action["res_model"]]
            .with_user(user)
            .with_context(**action["context"])
        )
        form.points = points
        form.reason = reason
        return form.save().action_correct()

    def test_a_manager_adds_and_takes_and_says_why(self):
        self._correct(250.0)
        self._assert_ledger(self.card, 1250.0)
        self.assertEqual(self.card.bonus_usable, 1250.0)
        self._correct(-300.0, "Given twice")
        self._assert_ledger(self.card, 950.0)
        entries = self.card.bonus_entry_ids.filtered(
            lambda entry: entry.kind == "correction"
        )
        self.assertRecordValues(
            entries.sorted("id"),
            [
                {
                    "points": 250.0,
                    "reason": "Promised by phone",
                    "user_id": self.manager.id,
                },
                {
                    "points": -300.0,
                    "reason": "Given twice",
                    "user_id": self.manager.id,
                },
            ],
        )

    def test_the_wizard_tells_the_balance_after(self):
        form = Form(
            self.env["auto.bonus.correct"]
            .with_user(self.manager)
            .with_context(default_card_id=self.card.id)
        )
        form.points = -300.0
        self.assertEqual(form.balance, 1000.0)
        self.assertEqual(form.balance_after, 700.0)

    def test_a_correction_needs_a_number_and_a_reason(self):
        with self.assertRaises(UserError):
            self._correct(0.0)
        with self.assertRaises(UserError):
            self._correct(10.0, "   ")
        with self.assertRaises(AssertionError):
            self._correct(10.0, False)

    def test_no_more_is_taken_than_there_is_unless_it_may_be_owed(self):
        self.program.bonus_is_debt = False
        with self.assertRaisesRegex(UserError, "1000|1,000"):
            self._correct(-1001.0)
        self._assert_ledger(self.card, 1000.0)
        self.program.bonus_is_debt = True
        self._correct(-1001.0)
        self._assert_ledger(self.card, -1.0)

    def test_an_advisor_corrects_nothing(self):
        with self.assertRaises(AccessError):
            self._correct(10.0, user=self.advisor)
        wizard = (
            self.env["auto.bonus.correct"]
            .sudo()
            .create({"card_id": self.card.id, "points": 10.0, "reason": "Why not"})
        )
        with self.assertRaises(AccessError):
            wizard.with_user(self.advisor).action_correct()
        self._assert_ledger(self.card, 1000.0)

    def test_odoo_s_wizards_refuse_cards_of_bonuses(self):
        self.assertEqual(
            self.card.action_loyalty_update_balance()["res_model"], "auto.bonus.correct"
        )
        wizard = self.env["loyalty.card.update.balance"].create(
            {"card_id": self.card.id, "new_balance": 5000.0, "description": "Gift"}
        )
        with self.assertRaisesRegex(UserError, "Correct"):
            wizard.action_update_card_point()
        wizard = self.env["loyalty.generate.wizard"].create(
            {
                "program_id": self.program.id,
                "mode": "selected",
                "customer_ids": self.supplier.ids,
                "points_granted": 500.0,
            }
        )
        with self.assertRaisesRegex(UserError, "starting balances"):
            wizard.generate_coupons()
        self._assert_ledger(self.card, 1000.0)

    def test_a_card_made_by_hand_holds_nothing(self):
        card = self.cards.with_user(self.manager).create(
            {
                "program_id": self.program.id,
                "partner_id": self.supplier.id,
                "points": 500.0,
            }
        )
        self._assert_ledger(card, 0.0)

    # ------------------------------------------------------------------
    # Found by its code
    # ------------------------------------------------------------------

    def test_the_code_of_a_card_finds_the_customer_everywhere(self):
        order = self._create_order((self.labour, 1))
        code = self.card.code
        for user in (self.advisor, self.manager):
            env = self.env(user=user)
            found = env["res.partner"].name_search(code)
            self.assertEqual([row[0] for row in found], self.customer.ids)
            for model, record in (("sale.order", order), ("crm.lead", self.deal)):
                records = env[model].search([("partner_id", "ilike", code)])
                self.assertEqual(records, record, model)
            self.assertEqual(
                env["sale.order"].search([("partner_id", "child_of", code)]), order
            )
        self.assertEqual(
            self.env["res.partner"].name_search(f" {code.upper()} ")[0][0],
            self.customer.id,
        )

    def test_the_customers_list_finds_by_the_code(self):
        partners = self.env["res.partner"].with_user(self.advisor)
        view = self.env.ref("base.view_res_partner_filter")
        arch = partners.get_view(view.id, "search")["arch"]
        self.assertIn("bonus_card_code", arch)
        self.assertEqual(
            partners.search([("bonus_card_code", "=", self.card.code)]), self.customer
        )
        self.assertEqual(
            self.cards.with_user(self.advisor).search(
                [("code", "=ilike", self.card.code)]
            ),
            self.card,
        )

    def test_a_part_of_a_code_and_strangers_find_nobody(self):
        code = self.card.code
        partners = self.env["res.partner"]
        self.assertFalse(partners.with_user(self.advisor).name_search(code[:-2]))
        self.assertFalse(partners.with_user(self.accountant).name_search(code))
        self.assertFalse(partners.with_user(self.mechanic_user).name_search(code))
        self.assertFalse(
            partners.with_user(self.accountant).search([("bonus_card_code", "=", code)])
        )

    def test_other_searches_of_customers_are_as_before(self):
        partners = self.env["res.partner"].with_user(self.advisor)
        self.assertIn(
            self.customer.id, [row[0] for row in partners.name_search("Ivan")]
        )
        self.assertNotIn(
            self.customer,
            partners.search([("display_name", "not ilike", "Ivan Petrov")]),
        )
        self.assertTrue(partners.name_search(""))

    def test_the_customer_s_form_tells_card_and_balance(self):
        customer = self.customer.with_user(self.advisor)
        self.assertEqual(customer.bonus_balance, 1000.0)
        action = customer.action_view_bonus_card()
        self.assertEqual(action["res_id"], self.card.id)
        self.assertFalse(self.supplier.with_user(self.advisor).bonus_card_id)

    def test_the_ledger_is_searched_and_summed_as_of_a_date(self):
        with self._later(days=10):
            self._correct(-300.0)
        entries = self.env["auto.bonus.entry"].with_user(self.accountant)
        domain = [("partner_id", "=", self.customer.id)]
        self.assertEqual(sum(entries.search(domain).mapped("points")), 700.0)
        groups = entries.formatted_read_group(domain, ["partner_id"], ["points:sum"])
        self.assertEqual(groups[0]["points:sum"], 700.0)
        rows = entries.search(domain)
        before = [("date", "<", max(rows.mapped("date")))]
        self.assertEqual(sum(entries.search(domain + before).mapped("points")), 1000.0)
        self.assertEqual(
            entries.search([("partner_id", "child_of", "Ivan Petrov")]), rows
        )
