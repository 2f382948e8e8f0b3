from odoo import Command, fields
from odoo.exceptions import AccessError, UserError
from odoo.tests import Form, tagged, users

from .order_common import AutoOrderCommon

SIGNATURE = (
    "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAA"
    "AABJRU5ErkJggg=="
)


@tagged("post_install", "-at_install")
class TestOrderConsent(AutoOrderCommon):
    def _sign(self, order):
        """Do what the portal does when the customer signs."""
        order.write(
            {
                "signed_by": "Ivan Petrov",
                "signed_on": fields.Datetime.now(),
                "signature": SIGNATURE,
            }
        )
        order._validate_order()

    def _add_line(self, order, product, quantity=1):
        order.order_line = [
            Command.create({"product_id": product.id, "product_uom_qty": quantity})
        ]

    def test_nobody_was_asked_yet(self):
        self.assertEqual(self._create_order().consent_state, "none")

    def test_signature_in_the_portal_is_a_consent(self):
        order = self._create_order((self.labour, 1), (self.part, 2))
        self._sign(order)
        self.assertEqual(order.state, "sale")
        self.assertEqual(order.consent_state, "agreed")
        self.assertRecordValues(
            order.consent_ids,
            [{"method": "signature", "signed_by": "Ivan Petrov", "amount": 7500}],
        )
        self.assertIn("Replace front pads", order.consent_ids.content)
        self.assertTrue(order.consent_ids.signature)

    @users("auto_advisor")
    def test_phone_consent_confirms_the_estimate(self):
        order = self._create_order().with_user(self.advisor)
        action = order.action_open_consent()
        form = Form(
            self.env["auto.order.consent.wizard"].with_context(**action["context"])
        )
        self.assertEqual(form.signed_by, "Ivan Petrov")
        form.note = "Called at 10:40"
        wizard = form.save()
        wizard.write({"recording": "UklGRg==", "recording_filename": "call.wav"})
        wizard.action_record()
        self.assertEqual(order.state, "sale")
        self.assertRecordValues(
            order.consent_ids,
            [
                {
                    "method": "phone",
                    "note": "Called at 10:40",
                    "user_id": self.advisor.id,
                    "recording_filename": "call.wav",
                }
            ],
        )
        self.assertTrue(order.job_ids)

    def test_extra_work_asks_for_consent_again(self):
        order = self._create_order()
        self._sign(order)
        self._add_line(order, self.part)
        self.assertEqual(order.consent_state, "extra")
        self.assertEqual(order.amount_extra, 3000)
        consent = order._agree_extra("Ivan Petrov", SIGNATURE)
        self.assertEqual(consent.amount, 4500)
        self.assertEqual(order.consent_state, "agreed")
        self.assertEqual(len(order.consent_ids), 2)

    def test_a_dearer_line_asks_again(self):
        order = self._create_order()
        self._sign(order)
        order.order_line.price_unit = 1600
        self.assertEqual(order.consent_state, "extra")
        self.assertEqual(order.amount_extra, 100)

    def test_other_work_for_the_same_sum_asks_again(self):
        order = self._create_order((self.labour, 1), (self.labour, 1))
        self._sign(order)
        order.order_line[0].product_uom_qty = 0
        self.assertEqual(order.consent_state, "agreed")
        self._add_line(order, self.labour)
        self.assertEqual(order.consent_state, "extra")

    def test_less_work_needs_no_consent(self):
        order = self._create_order((self.labour, 1), (self.part, 2))
        self._sign(order)
        order.order_line[1].product_uom_qty = 1
        self.assertEqual(order.consent_state, "agreed")

    def test_nothing_to_agree_makes_no_proof(self):
        order = self._create_order()
        self._sign(order)
        self.assertFalse(order._agree_extra("Ivan Petrov", SIGNATURE))
        self.assertEqual(len(order.consent_ids), 1)
        with self.assertRaisesRegex(UserError, "agreed to everything"):
            order.action_ask_consent()

    def test_asking_sends_the_customer_the_link(self):
        order = self._create_order()
        self._sign(order)
        self._add_line(order, self.part)
        order.action_ask_consent()
        message = order.message_ids[0]
        self.assertIn(self.customer, message.partner_ids)
        self.assertIn(order.access_token, message.body)

    def test_asking_about_an_estimate_sends_the_estimate(self):
        action = self._create_order().action_ask_consent()
        self.assertEqual(action["res_model"], "mail.compose.message")

    def test_a_proof_is_never_changed_by_anybody(self):
        order = self._create_order()
        self._sign(order)
        consent = order.consent_ids
        with self.assertRaisesRegex(UserError, "cannot be changed"):
            consent.write({"amount": 1})
        with self.assertRaisesRegex(UserError, "cannot be deleted"):
            consent.unlink()
        for values in ({"amount": 1}, {"note": "more"}):
            with self.assertRaisesRegex(UserError, "cannot be changed"):
                consent.with_user(self.manager).write(values)
        with self.assertRaises(AccessError):
            consent.with_user(self.manager).unlink()

    def test_an_ordinary_sale_keeps_no_proof(self):
        order = self._create_order(vehicle_id=False)
        self._sign(order)
        self.assertFalse(order.consent_ids)
