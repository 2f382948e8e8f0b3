from datetime import timedelta

from odoo import fields
from odoo.tests import tagged

from .outbox_common import OutboxCommon


@tagged("post_install", "-at_install")
class TestDefaultRules(OutboxCommon):
    """What the installed rules say, from the fact to what the provider gets."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.company.partner_id.write(
            {"city": "Moscow", "street": "Tverskaya 1", "street2": False}
        )
        cls.company.write({"phone": "+7 495 000-00-00", "auto_map_url": False})

    def _switch_on(self, *names):
        for name in names:
            rule = self.env.ref(f"auto_notify.auto_notify_rule_{name}")
            self.assertFalse(rule.active)
            rule.write({"active": True, "is_quiet": False})

    def _get_told(self):
        """Commit and send; return what the customer got by Telegram, last first."""
        self.run_events()
        self._dispatch()
        return [outgoing.text for outgoing in reversed(self.telegram_provider.sent)]

    def test_every_rule_that_is_installed_is_known_here(self):
        data = self.env["ir.model.data"].search(
            [("module", "=", "auto_notify"), ("model", "=", "auto.notify.rule")]
        )
        names = {name.removeprefix("auto_notify_rule_") for name in data.mapped("name")}
        on = {"estimate", "parts_arrived", "booked", "ready", "on_hold"}
        on |= {"reminder_day", "reminder_hours"}
        off = {"parts_ordered", "received", "released", "request"}
        self.assertEqual(names, on | off)

    def test_a_ready_car(self):
        self._switch_on("ready", "received")
        self.order.action_confirm()
        self.order.action_receive()
        self.order.job_ids.action_done()
        [text] = self._get_told()
        first, due, address = text.splitlines()
        plate = self.vehicle.license_plate
        self.assertEqual(first, f"Ivan Petrov, your Testla Rio {plate} is ready.")
        self.assertRegex(due, r"^To pay: .*1,500")
        self.assertEqual(address, "Address: Moscow, Tverskaya 1")

    def test_an_estimate_to_approve(self):
        self._switch_on("estimate")
        self.order.action_quotation_sent()
        [text] = self._get_told()
        self.assertIn("the estimate for your Testla Rio is ready", text)
        self.assertIn(self.order.access_token, text)

    def test_parts_that_have_arrived(self):
        self._switch_on("parts_ordered", "parts_arrived")
        order = self._create_agreed((self.part, 1))
        purchase = self._get_purchases(order)
        purchase.button_confirm()
        self.assertIn("Expected on ", self._get_told()[0])
        self._receive(purchase)
        self.assertIn("have arrived", self._get_told()[0])

    def test_parts_for_a_car_that_is_here_are_no_news_for_its_customer(self):
        self._switch_on("parts_arrived")
        order = self._create_received((self.part, 1))
        purchase = self._get_purchases(order)
        purchase.button_confirm()
        self._receive(purchase)
        self.assertEqual(self._get_told(), [])

    def test_a_booking_and_its_reminders(self):
        self._switch_on("booked", "reminder_day", "reminder_hours")
        start = fields.Datetime.now() + timedelta(days=2)  # 12:00 in Moscow
        self.deal.date_booking = start
        [text] = self._get_told()
        self.assertIn("you are booked for Thursday, March 12 at 12:00 PM.", text)
        self.assertIn("Address: Moscow, Tverskaya 1", text)
        self.clock.move_to(start - timedelta(hours=17, minutes=59))
        self.assertIn("we expect you and your Testla Rio", self._get_told()[0])
        self.clock.move_to(start - timedelta(hours=1, minutes=59))
        told = self._get_told()
        self.assertIn("we are waiting for you on Thursday", told[0])
        self.assertEqual(len(told), 3)

    def test_a_cleared_booking_is_not_reminded_of(self):
        self._switch_on("reminder_day", "reminder_hours")
        start = fields.Datetime.now() + timedelta(days=2)
        self.deal.date_booking = start
        self.run_events()
        self.deal.date_booking = False
        self.clock.move_to(start - timedelta(hours=1))
        self.assertEqual(self._get_told(), [])

    def test_a_review_needs_consent(self):
        self._switch_on("released")
        self.order.action_confirm()
        self.order.action_receive()
        self.order.job_ids.action_done()
        self.order.action_release()
        self.run_events()
        message = self.outbox.search([("event", "=", "released")])
        self.clock.tick(timedelta(days=1, hours=1))
        self.assertEqual(self._get_told(), [])
        self.assertEqual(message.state, "cancelled")

    def test_a_preview_is_sent_to_who_looks_at_it(self):
        rule = self.env.ref("auto_notify.auto_notify_rule_ready")
        self._create_channel("log")
        user = self.manager
        action = rule.with_user(user).action_preview()
        preview = self.env[action["res_model"]].with_user(user).browse(action["res_id"])
        preview.document_ref = f"sale.order,{self.order.id}"
        preview.action_send_to_me()
        message = self.outbox.search([("partner_id", "=", user.partner_id.id)])
        self.assertEqual(self._get_told(), [])
        self.assertEqual((message.kind, message.error), ("log", False))
        self.assertIn("is ready", message.body)
