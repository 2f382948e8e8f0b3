from datetime import timedelta
from unittest.mock import patch

from odoo import Command, fields
from odoo.tests import freeze_time, tagged
from odoo.tools import mute_logger

from .common import AutoLoyaltyCommon

DELAY = "odoo.addons.auto_crm.models.auto_cron_delay"


class AutoBonusCronCommon(AutoLoyaltyCommon):
    def _run_cron(self, name):
        """Run a scheduled action, as the scheduler does."""
        self.env.flush_all()
        with self.enter_registry_test_mode():
            self.env.ref(f"auto_loyalty.{name}").method_direct_trigger()
        self.env.invalidate_all()

    def _create_cards(self, count):
        partners = self.env["res.partner"].create(
            [{"name": f"Holder {number}"} for number in range(count)]
        )
        return self.cards.create(
            [
                {"program_id": self.program.id, "partner_id": partner.id, "points": 0}
                for partner in partners
            ]
        )

    def _count(self, work):
        """Return how many queries a piece of work needs, its writing too."""
        self.env.flush_all()
        self.env.invalidate_all()
        before = self.cr.sql_log_count
        work()
        self.env.flush_all()
        return self.cr.sql_log_count - before


@tagged("post_install", "-at_install")
class TestExpiry(AutoBonusCronCommon):
    def test_what_has_expired_is_taken_a_row_a_lot(self):
        card = self._give(100.0, date_expire=fields.Datetime.now() + timedelta(days=1))
        self._give(50.0, date_expire=fields.Datetime.now() + timedelta(days=2))
        self._give(7.0, date_expire=fields.Datetime.now() + timedelta(days=9))
        self._give(3.0, date_expire=False)
        card._spend_bonus(30.0, kind="spent")
        with self._later(days=3):
            self._run_cron("ir_cron_expire_bonus")
            self._run_cron("ir_cron_expire_bonus")
        self._assert_ledger(card, 10.0)
        expired = card.bonus_entry_ids.filtered(lambda row: row.kind == "expired")
        self.assertEqual(expired.sorted("id").mapped("points"), [-70.0, -50.0])
        self.assertTrue(all(expired.mapped("lot_id")))

    def test_an_archived_card_expires_too(self):
        card = self._give(100.0, date_expire=fields.Datetime.now() + timedelta(days=1))
        card.active = False
        with self._later(days=3):
            self._run_cron("ir_cron_expire_bonus")
        self._assert_ledger(card, 0.0)

    def test_a_bad_card_is_put_off_and_the_others_expire(self):
        cards = self._create_cards(3)
        soon = fields.Datetime.now() + timedelta(days=1)
        for card in cards:
            card._add_bonus(10.0, "opening", date_expire=soon)
        model = type(self.cards)
        expire = model._expire_bonus

        def fail(records):
            if cards[1].id in records.ids:
                raise ValueError("a bad card")
            return expire(records)

        with (
            self._later(days=3),
            patch.object(model, "_expire_bonus", fail),
            mute_logger(DELAY),
        ):
            self._run_cron("ir_cron_expire_bonus")
        self.assertEqual(cards.mapped("points"), [0.0, 10.0, 0.0])
        delay = self.env["auto.cron.delay"].search([("job", "=", "expire_bonus")])
        self.assertEqual(delay.res_id, cards[1].id)

    def test_a_batch_needs_as_many_queries_for_a_few_as_for_many(self):
        def expire(count):
            cards = self._create_cards(count)
            lots = {
                card: {
                    "kind": "opening",
                    "points": 10.0,
                    "date_usable": fields.Datetime.now() - timedelta(days=9),
                    "date_expire": fields.Datetime.now() - timedelta(days=1),
                }
                for card in cards
            }
            cards._give_bonus(lots)
            return self._count(cards._expire_bonus)

        self.assertEqual(expire(3), expire(60))


@tagged("post_install", "-at_install")
class TestReminder(AutoBonusCronCommon):
    def setUp(self):
        super().setUp()
        self.told = []

        def tell(card, points, date):
            self.told.append((card.id, points, date))

        self.patch(type(self.cards), "_tell_bonus_expiring", tell)

    def _day(self, days):
        return self.company._get_today() + timedelta(days=days)

    def _noon(self, days):
        return fields.Datetime.now().replace(hour=9) + timedelta(days=days)

    @freeze_time("2026-03-10 08:00:00")
    def test_each_day_is_told_of_once(self):
        card = self._give(100.0, date_expire=self._noon(14))
        self._give(20.0, date_expire=self._noon(14))
        self._give(5.0, date_expire=self._noon(15))
        self._give(7.0, date_expire=False)
        self._run_cron("ir_cron_remind_bonus")
        self.assertEqual(self.told, [(card.id, 120.0, self._day(14))])
        self._run_cron("ir_cron_remind_bonus")
        self.assertEqual(len(self.told), 1)
        self._give(3.0, date_expire=self._noon(4))  # sooner than what was told of
        with self._later(days=1):
            self._run_cron("ir_cron_remind_bonus")
        self.assertEqual(
            self.told[1:], [(card.id, 3.0, self._day(4)), (card.id, 5.0, self._day(15))]
        )

    def test_a_programme_that_reminds_of_nothing(self):
        self._give(100.0, date_expire=self._noon(3))
        self.program.bonus_remind_days = 0
        self._run_cron("ir_cron_remind_bonus")
        self.assertFalse(self.told)

    def test_what_is_spent_or_expired_is_not_told_of(self):
        card = self._give(100.0, date_expire=self._noon(3))
        card._spend_bonus(100.0, kind="spent")
        other = self._give(50.0, self._create_cards(1).partner_id)
        self._run_cron("ir_cron_remind_bonus")
        self.assertFalse(self.told)
        self.assertEqual(other.points, 50.0)

    def test_reminding_needs_as_many_queries_for_a_few_as_for_many(self):
        def remind(count):
            cards = self._create_cards(count)
            for card in cards:
                card._add_bonus(10.0, "opening", date_expire=self._noon(3))
            return self._count(cards._remind_bonus)

        self.assertEqual(remind(2), remind(20))


@tagged("post_install", "-at_install")
class TestBirthday(AutoBonusCronCommon):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.program.bonus_birthday_points = 300.0
        cls.customer.birthday = "1990-03-12"

    def _get_gifts(self, card):
        return card.bonus_entry_ids.filtered(lambda row: row.kind == "birthday")

    def test_bonuses_come_before_the_birthday_once_a_year_and_expire(self):
        with freeze_time("2026-03-01 12:00:00"):
            card = self._give(1.0, date_expire=False)
        for moment, count in (
            ("2026-03-08 12:00:00", 0),
            ("2026-03-09 12:00:00", 1),
            ("2026-03-10 12:00:00", 1),
            ("2026-03-12 12:00:00", 1),
            ("2027-03-11 12:00:00", 2),
        ):
            with freeze_time(moment):
                self._run_cron("ir_cron_birthday_bonus")
            self.assertEqual(len(self._get_gifts(card)), count, moment)
        gift = self._get_gifts(card).sorted("id")[0]
        self.assertEqual(gift.points, 300.0)
        self.assertEqual(
            str(gift.date_expire), "2026-04-08 12:00:00", "30 days after it was given"
        )
        with freeze_time("2026-03-10 12:00:00"):
            self.assertTrue(gift._is_usable(fields.Datetime.now()))

    def test_a_birthday_early_in_january_is_one_of_the_next_year(self):
        self.customer.birthday = "1990-01-02"
        with freeze_time("2026-12-20 12:00:00"):
            card = self._give(1.0, date_expire=False)
        for moment in ("2026-12-31 12:00:00", "2027-01-01 12:00:00"):
            with freeze_time(moment):
                self._run_cron("ir_cron_birthday_bonus")
        self.assertEqual(self._get_gifts(card).mapped("key"), ["birthday:2027"])

    def test_who_was_born_on_29_february(self):
        self.customer.birthday = "1992-02-29"
        self.program.bonus_birthday_before = 0
        with freeze_time("2026-01-10 12:00:00"):
            card = self._give(1.0, date_expire=False)
        for moment, count in (
            ("2026-02-27 12:00:00", 0),
            ("2026-02-28 12:00:00", 1),
            ("2026-03-01 12:00:00", 1),
            ("2028-02-28 12:00:00", 1),
            ("2028-02-29 12:00:00", 2),
        ):
            with freeze_time(moment):
                self._run_cron("ir_cron_birthday_bonus")
            self.assertEqual(len(self._get_gifts(card)), count, moment)

    def test_the_day_is_that_of_the_shop(self):
        self.program.bonus_birthday_before = 0
        self.company.resource_calendar_id.tz = "Asia/Vladivostok"
        with freeze_time("2026-03-01 12:00:00"):
            card = self._give(1.0, date_expire=False)
        with freeze_time("2026-03-11 20:00:00"):  # 12 March there
            self._run_cron("ir_cron_birthday_bonus")
        self.assertEqual(len(self._get_gifts(card)), 1)

    def test_no_card_no_bonuses_and_none_in_a_programme_that_is_over(self):
        with freeze_time("2026-03-12 12:00:00"):
            self._run_cron("ir_cron_birthday_bonus")
            self.assertFalse(self._get_card())
            card = self._give(1.0, date_expire=False)
            self.program.date_to = "2026-03-11"
            self._run_cron("ir_cron_birthday_bonus")
        self.assertFalse(self._get_gifts(card))

    def test_a_debt_is_paid_off_by_it(self):
        with freeze_time("2026-03-12 12:00:00"):
            card = self._give(1.0, date_expire=False)
            card._take_bonus(101.0, kind="correction")
            self._run_cron("ir_cron_birthday_bonus")
            self._assert_ledger(card, 200.0)
            self.assertEqual(card.bonus_usable, 200.0)

    def test_giving_needs_as_many_queries_for_a_few_as_for_many(self):
        def give(count):
            cards = self._create_cards(count)
            return self._count(lambda: cards._give_birthday_bonus(2026))

        self.assertEqual(give(2), give(40))


@tagged("post_install", "-at_install")
class TestTier(AutoBonusCronCommon):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.program.bonus_tier_ids = [
            Command.create({"name": "Silver", "amount": 1000.0, "multiplier": 1.2}),
            Command.create({"name": "Gold", "amount": 3000.0, "multiplier": 1.5}),
        ]

    def _book(self, card, amount, days_ago):
        card._append_bonus(
            [
                {
                    "kind": "earned",
                    "points": 0.0,
                    "amount": amount,
                    "date": fields.Datetime.now() - timedelta(days=days_ago),
                }
            ]
        )

    def test_what_was_paid_more_than_a_year_ago_no_longer_counts(self):
        silver, gold = self.program.bonus_tier_ids.sorted("amount")
        card = self._give(1.0)
        self._book(card, 2500.0, 360)
        self._book(card, 1000.0, 100)
        self._run_cron("ir_cron_update_bonus_tier")
        self.assertEqual(card.bonus_tier_id, gold)
        with self._later(days=6):
            self._run_cron("ir_cron_update_bonus_tier")
        self.assertEqual(card.bonus_tier_id, silver)
        with self._later(days=300):
            self._run_cron("ir_cron_update_bonus_tier")
        self.assertFalse(card.bonus_tier_id)

    def test_a_new_card_has_the_tier_that_begins_at_0(self):
        card = self._create_cards(1)
        start = self.env["auto.bonus.tier"].create(
            {"program_id": self.program.id, "name": "Start", "amount": 0.0}
        )
        self._run_cron("ir_cron_update_bonus_tier")
        self.assertEqual(card.bonus_tier_id, start)

    def test_only_cards_whose_tier_can_change_are_looked_at(self):
        idle, payer = self._create_cards(2)
        self._book(payer, 10.0, 3)
        found = self.cards.search(self.cards._get_tier_domain())
        self.assertIn(payer, found)
        self.assertNotIn(idle, found)

    def test_a_batch_needs_as_many_queries_for_a_few_as_for_many(self):
        def update(count):
            cards = self._create_cards(count)
            for card in cards:
                self._book(card, 5000.0, 3)
            return self._count(cards._update_bonus_tier)

        self.assertEqual(update(2), update(20))
