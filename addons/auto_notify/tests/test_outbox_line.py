import itertools
from datetime import timedelta

from odoo.tests import tagged, users

from .outbox_common import NOON, OutboxCommon


@tagged("post_install", "-at_install")
class TestOutboxLine(OutboxCommon):
    """What a person reads of a message at a glance."""

    def test_a_line_says_to_whom_about_what_and_what_became_of_it(self):
        self.customer.tz = "Europe/Moscow"
        self.order.vehicle_id = self.vehicle
        text = "Your car is ready.\nTo pay: 100. " + "Very long. " * 20
        message = self._create_message(body=text).with_context(tz="Europe/Moscow")
        self.assertEqual(message.recipient, self.customer.name)
        self.assertEqual(
            message.about, f"{self.order.name} · {self.vehicle.display_name}"
        )
        self.assertTrue(message.start.startswith("Your car is ready. To pay: 100."))
        self.assertLessEqual(len(message.start), 91)
        self.assertTrue(message.start.endswith("…"))
        self.assertFalse(message.state_note, "it goes as planned")
        message._wait_until(NOON + timedelta(hours=1), "Telegram: paused")
        self.assertEqual(message.state_note, "goes 3/10/26, 1:00 PM; Telegram: paused")
        message._wait_until(NOON)
        self._dispatch()
        self.assertIn("12:00", message.state_note)
        message._fail("No address")
        self.assertEqual(message.state_note, "No address")

    def test_a_line_without_order_text_or_person(self):
        stranger = self.env["auto.notify.contact"].create(
            {"channel_id": self.telegram.id, "external_id": "99", "name": "Stranger"}
        )
        template = self.env["auto.notify.template"].create(
            {
                "name": "Car ready",
                "model_id": self.env["ir.model"]._get_id("crm.lead"),
                "body": "Hello",
            }
        )
        message = self._create_message(
            partner_id=False,
            contact_id=stranger.id,
            order_id=False,
            body=False,
            template_id=template.id,
            date_next=NOON + timedelta(days=2),
        )
        self.assertEqual(message.recipient, "Stranger")
        self.assertTrue(message.about.startswith(self.deal.name))
        self.assertEqual(message.start, "Hello")
        self.assertIn("3/12/26", message.state_note)
        message.write({"lead_id": False, "template_id": False})
        self.assertFalse(message.about)
        self.assertFalse(message.start)

    def test_what_waits_shows_the_text_that_will_go(self):
        template = self.env["auto.notify.template"].create(
            {
                "name": "Wishes",
                "model_id": self.env["ir.model"]._get_id("crm.lead"),
                "body": "You asked for: {{ object.wish }}",
            }
        )
        self.deal.wish = False
        message = self._create_message(body=False, template_id=template.id)
        message.write({"res_model": "crm.lead", "res_id": self.deal.id})
        self.assertFalse(message.text_to_go)
        self.assertIn("Wishes", message.text_fault)
        self.assertEqual(message.start, "[Wishes]")
        self.deal.wish = "brakes"
        message.invalidate_recordset()
        seen = message.with_user(self.advisor)
        self.assertEqual(seen.text_to_go, "You asked for: brakes")
        self.assertFalse(seen.text_fault)
        self.assertEqual(seen.start, "You asked for: brakes")
        self.assertFalse(message.body, "to look at it is not to make it up")
        self._dispatch()
        self.assertEqual(message.body, "You asked for: brakes")
        message.invalidate_recordset()
        self.assertFalse(message.text_to_go)

    @users("auto_advisor")
    def test_many_texts_cost_as_many_queries_as_two(self):
        template = self.env.ref("auto_notify.auto_notify_template_ready")
        keys = itertools.count()

        def count(number):
            messages = self.outbox.sudo()
            for __ in range(number):
                order = self._create_order()
                message = self._create_message(
                    f"text:{next(keys)}",
                    body=False,
                    template_id=template.id,
                    order_id=order.id,
                )
                message.write({"res_model": "sale.order", "res_id": order.id})
                messages += message
            self.env.flush_all()
            self.env.invalidate_all()
            before = self.env.cr.sql_log_count
            rows = messages.with_env(self.env).read(["start"])
            self.assertFalse([row for row in rows if row["start"].startswith("[")])
            return self.env.cr.sql_log_count - before

        count(2)
        few, many = count(2), count(10)
        self.assertLessEqual(many, few)

    @users("auto_advisor")
    def test_many_lines_cost_as_many_queries_as_two(self):
        names = ["recipient", "about", "start", "state_note"]
        keys = itertools.count()

        def count(number):
            messages = self.outbox.sudo().concat(
                *(
                    self._create_message(
                        f"line:{next(keys)}", order_id=self._create_order().id
                    )
                    for index in range(number)
                )
            )
            self.env.flush_all()
            self.env.invalidate_all()
            before = self.env.cr.sql_log_count
            messages.with_env(self.env).read(names)
            return self.env.cr.sql_log_count - before

        count(2)
        few, many = count(2), count(10)
        self.assertGreater(few, 0)
        self.assertLessEqual(many, few)
