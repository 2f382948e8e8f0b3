from datetime import timedelta

from odoo import Command, fields
from odoo.tests import tagged

from .common import AutoLoyaltyCommon


@tagged("post_install", "-at_install")
class TestMessages(AutoLoyaltyCommon):
    """What customers are told of their bonuses, and when not any more."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.customer.write({"lang": "en_US", "notify_marketing": True})
        cls.env["auto.notify.channel"].search([]).active = False
        cls.env.flush_all()  # a company has one active channel of a kind
        cls.env["auto.notify.channel"].create({"name": "Log", "kind": "log"})
        cls.env["ir.config_parameter"].set_param("auto_notify.test_mode", True)
        cls.outbox = cls.env["auto.notify.message"]

    def _find(self, event, partner=None):
        return self.outbox.search(
            [
                ("event", "=", event),
                ("partner_id", "=", (partner or self.customer).id),
            ],
            order="id",
        )

    def _text(self, message):
        """Return what a message says, made up as when it leaves."""
        documents = message._get_documents()
        self.assertTrue(message._is_current(documents))
        document = documents[message.res_model, message.res_id]
        return message._render_text(document)["body"]

    def _is_wanted(self, message):
        self.env.invalidate_all()
        return message._is_current(message._get_documents())

    # ------------------------------------------------------------------
    # Given
    # ------------------------------------------------------------------

    def test_what_is_earned_is_told_with_the_hour_from_which_it_is_usable(self):
        self.program.bonus_first_points = 100.0
        self._visit((self.labour, 2))
        [message] = self._find("bonus_earned")
        text = self._text(message)
        self.assertIn("you get 250 bonuses", text)
        values = self._get_card()._get_notify_date_values(
            fields.Datetime.now() + timedelta(hours=24)
        )
        self.assertIn(values["date"], text)
        self.assertIn("/my/bonuses", text)
        self.assertEqual(message.category, "service")

    def test_what_was_taken_back_meanwhile_is_not_told(self):
        order = self._visit((self.labour, 2))
        [message] = self._find("bonus_earned")
        self._credit(order.invoice_ids).action_post()
        self.run_events()
        self.assertFalse(self._is_wanted(message))

    def test_a_second_visit_is_told_of_itself(self):
        self._visit((self.labour, 2))
        with self._later(hours=2):
            self._visit((self.labour, 4))
        messages = self._find("bonus_earned")
        self.assertEqual(len(messages), 2)
        self.assertIn("150", self._text(messages[0]))
        self.assertIn("300", self._text(messages[1]))

    def test_points_that_nobody_gives_are_not_told(self):
        card = self._give(1000.0)
        order = self._create_order((self.labour, 2))
        order._set_bonus_points(600.0)
        order.action_confirm()
        order._set_bonus_points(0.0)
        self.run_events()
        self.assertFalse(self._find("bonus_earned"))
        self.assertEqual(card.points, 1000.0)

    def test_cards_of_odoo_s_programmes_are_not_told_of(self):
        program = self.env["loyalty.program"].create({"name": "Stamps"})
        self.cards.create({"program_id": program.id, "partner_id": self.customer.id})
        self.run_events()
        self.assertFalse(self.outbox.search([("res_model", "=", "loyalty.card")]))

    # ------------------------------------------------------------------
    # About to expire
    # ------------------------------------------------------------------

    def test_what_expires_is_told_once_a_day_and_only_while_it_is_there(self):
        date = fields.Datetime.now() + timedelta(days=14)
        card = self._give(300.0, date_expire=date)
        self._give(50.0, date_expire=date + timedelta(days=9))
        day = fields.Datetime.context_timestamp(
            card.with_context(tz=self.company._get_tz()), date
        ).date()
        for _turn in range(2):
            card._tell_bonus_expiring(300.0, day)
        [message] = self._find("bonus_expiring")
        text = self._text(message)
        self.assertIn("300 of your bonuses expire on", text)
        self.assertIn(f"{day.day}", text)
        self.assertEqual(message.category, "marketing")
        card._spend_bonus(300.0, kind="spent")
        self.assertFalse(self._is_wanted(message))

    def test_of_nothing_nothing_is_told(self):
        card = self._give(300.0)
        card._tell_bonus_expiring(0.0, fields.Date.today())
        self.assertFalse(self._find("bonus_expiring"))

    def test_who_has_not_agreed_to_marketing_is_not_reminded(self):
        self.customer.notify_marketing = False
        card = self._give(300.0, date_expire=fields.Datetime.now() + timedelta(days=1))
        card._tell_bonus_expiring(300.0, fields.Date.today() + timedelta(days=2))
        for message in self._find("bonus_expiring"):
            self.assertTrue(message._get_outdated_reason(message._get_documents()))

    # ------------------------------------------------------------------
    # Tiers
    # ------------------------------------------------------------------

    def test_a_tier_that_is_reached_is_told(self):
        self.program.bonus_tier_ids = [
            Command.create({"name": "Silver", "amount": 1000.0})
        ]
        self._visit((self.labour, 2))
        [message] = self._find("bonus_tier")
        self.assertIn("Silver", self._text(message))
        self.program.bonus_tier_ids.unlink()
        self.assertFalse(self._is_wanted(message))

    # ------------------------------------------------------------------
    # Orders
    # ------------------------------------------------------------------

    def _say(self, order):
        self.env.invalidate_all()
        return order._get_notify_values(self.customer)["bonuses"]()

    def test_ready_tells_the_balance_and_what_can_be_paid(self):
        order = self._create_agreed((self.labour, 2))
        self.assertEqual(self._say(order), "")
        self._give(1000.0)
        self.assertEqual(self._say(order), "1000, up to 600 can pay for this order")
        order.action_receive()
        order.job_ids.action_done()
        self.run_events()
        [message] = self._find("ready")
        self.assertIn(
            "Bonuses: 1000, up to 600 can pay for this order", self._text(message)
        )
        order._set_bonus_points(600.0)
        self.assertEqual(self._say(order), "400")

    def test_who_has_a_card_and_nothing_on_it_is_told_nothing(self):
        card = self._give(1000.0)
        card._take_bonus(1000.0, kind="correction")
        order = self._create_agreed((self.labour, 2))
        self.assertEqual(self._say(order), "")

    def test_the_texts_are_there_in_russian(self):
        self.env["res.lang"]._activate_lang("ru_RU")
        for name in ("earned", "expiring", "tier"):
            template = self.env.ref(f"auto_loyalty.auto_notify_template_bonus_{name}")
            self.assertIn("бонус", template.with_context(lang="ru_RU").body.lower())
