from odoo.tests import tagged

from .common import AutoLoyaltyCommon


@tagged("post_install", "-at_install")
class TestGifts(AutoLoyaltyCommon):
    """Bonuses for a first visit and for friends; whose card it is."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.friend = cls.env["res.partner"].create({"name": "Friend"})

    def _kinds(self, card):
        sums = {}
        for entry in card.bonus_entry_ids:
            sums[entry.kind] = sums.get(entry.kind, 0.0) + entry.points
        return sums

    def test_the_first_visit_is_given_once_and_taken_back_with_it(self):
        self.program.bonus_first_points = 200.0
        order = self._visit((self.labour, 2))
        card = self._get_card()
        self.assertEqual(self._kinds(card), {"earned": 150.0, "first_visit": 200.0})
        self._visit((self.labour, 2))
        self.assertEqual(self._kinds(card), {"earned": 300.0, "first_visit": 200.0})
        self._credit(order.invoice_ids).action_post()
        self.run_events()
        self.assertEqual(self._kinds(card), {"earned": 150.0, "first_visit": 0.0})
        self._assert_ledger(card, 150.0)

    def test_who_came_before_the_programme_does_not_come_first(self):
        self.program.active = False
        self._visit((self.labour, 1))
        self.program.active = True
        self.program.bonus_first_points = 200.0
        self._visit((self.labour, 2))
        self.assertEqual(self._kinds(self._get_card()), {"earned": 150.0})

    def test_who_invited_a_friend_gets_bonuses_for_the_first_visit(self):
        self.program.write(
            {"bonus_friend_points": 300.0, "bonus_invited_points": 100.0}
        )
        self.friend.bonus_invited_by_id = self.customer
        order = self._visit((self.labour, 2), partner_id=self.friend.id)
        theirs, ours = self._get_card(self.friend), self._get_card()
        self.assertEqual(self._kinds(theirs), {"earned": 150.0, "invited": 100.0})
        self.assertEqual(self._kinds(ours), {"friend": 300.0})
        self._visit((self.labour, 2), partner_id=self.friend.id)
        self.assertEqual(self._kinds(ours), {"friend": 300.0})
        self._credit(order.invoice_ids).action_post()
        self.run_events()
        self._assert_ledger(ours, 0.0)
        self._assert_ledger(theirs, 150.0)

    def test_nobody_invites_himself(self):
        self.program.bonus_friend_points = 300.0
        self.customer.bonus_invited_by_id = self.customer
        self._visit((self.labour, 2))
        self.assertEqual(self._kinds(self._get_card()), {"earned": 150.0})

    def test_companies_have_cards_if_the_programme_says_so(self):
        company = self.env["res.partner"].create({"name": "Taxi", "is_company": True})
        driver, other = self.env["res.partner"].create(
            [{"name": name, "parent_id": company.id} for name in ("Driver", "Other")]
        )
        self._visit((self.labour, 2), partner_id=driver.id)
        self.assertFalse(self._get_card(driver))
        self.program.bonus_holder = "contact"
        self._visit((self.labour, 2), partner_id=driver.id)
        self.assertEqual(self._get_card(driver).partner_id, driver)
        self.assertFalse(self._get_card(other))
        self.program.bonus_holder = "company"
        self._visit((self.labour, 2), partner_id=other.id)
        card = self._get_card(other)
        self.assertEqual(card.partner_id, company)
        self.assertEqual(card, self._get_card(company))

    def test_a_family_shares_a_card(self):
        card = self._give(1000.0)
        card.member_ids = self.friend
        order = self._create_order((self.labour, 2), partner_id=self.friend.id)
        order._set_bonus_points(600.0)
        order.action_confirm()
        self._assert_ledger(card, 400.0)
        self._hand_over(order)
        self._assert_ledger(card, 520.0)

    def test_the_card_stays_with_who_paid_when_the_car_is_sold(self):
        order = self._visit((self.labour, 2))
        card = self._get_card()
        self.vehicle.partner_id = self.friend
        self._credit(order.invoice_ids).action_post()
        self.run_events()
        self._assert_ledger(card, 0.0)
        self.assertFalse(self._get_card(self.friend))
