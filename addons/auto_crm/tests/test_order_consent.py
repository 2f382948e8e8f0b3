import json

from lxml import html

from odoo import Command, fields
from odoo.exceptions import AccessError, UserError
from odoo.modules.migration import load_script
from odoo.tests import Form, tagged, users
from odoo.tools import file_path

from .order_common import AutoOrderCommon

SIGNATURE = (
    "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAA"
    "AABJRU5ErkJggg=="
)

MIGRATION = "auto_crm/migrations/19.0.1.1.0/post-consent_lines.py"
PAPERS = ("auto_crm.auto_estimate_report", "auto_crm.auto_work_order_report")


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
        consent = order._agree_extra("Ivan Petrov", SIGNATURE)
        self.assertEqual(consent, self.env["auto.order.consent"])
        self.assertEqual(len(order.consent_ids), 1)
        with self.assertRaisesRegex(UserError, "agreed to everything"):
            order.action_ask_consent()

    def test_asking_sends_the_customer_the_link(self):
        order = self._create_order()
        self._sign(order)
        self._add_line(order, self.part)
        action = order.action_ask_consent()
        self.assertEqual(action["params"]["message"], "Ivan Petrov was asked.")
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


@tagged("post_install", "-at_install")
class TestWhatWasAgreed(AutoOrderCommon):
    """An agreement stands only under what was agreed: labour 6,000 and a part 3,000."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.order = cls._create_order((cls.labour, 4), (cls.part, 1))
        cls.work_line, cls.part_line = cls.order.order_line
        cls._sign(cls.order)
        cls.other = cls._create_part("Discs", 5800)

    @classmethod
    def _sign(cls, order):
        order.write(
            {
                "signed_by": "Ivan Petrov",
                "signed_on": fields.Datetime.now(),
                "signature": SIGNATURE,
            }
        )
        order._validate_order()

    @classmethod
    def _create_part(cls, name, price):
        return cls.env["product.product"].create(
            {
                "name": name,
                "type": "consu",
                "list_price": price,
                "taxes_id": [Command.clear()],
            }
        )

    def _add(self, product, quantity=1, **vals):
        vals = {"product_id": product.id, "product_uom_qty": quantity, **vals}
        self.order.order_line = [Command.create(vals)]
        return self.order.order_line[-1]

    def _assert_agreed(self):
        self.assertRecordValues(
            self.order, [{"consent_state": "agreed", "amount_extra": 0}]
        )
        self.assertFalse(self.order._get_portal_extra_lines())

    def _assert_extra(self, amount, lines=None):
        self.assertRecordValues(
            self.order, [{"consent_state": "extra", "amount_extra": amount}]
        )
        if lines is not None:
            self.assertEqual(self.order._get_portal_extra_lines(), lines)
        self.assertFalse(self.order._get_standing_signature())

    def _print(self, report):
        content = self.env["ir.actions.report"]._render_qweb_html(
            report, self.order.ids
        )[0]
        tree = html.fromstring(content)
        text = " ".join(tree.xpath("//main")[0].text_content().split())
        signed = tree.xpath("//table[@name='signatures']//img")
        signed += tree.xpath("//div[@name='signature']//img")
        return text.replace("\xa0", " "), bool(signed)

    # ------------------------------------------------------------------
    # What is new
    # ------------------------------------------------------------------

    def test_the_fixture_is_agreed(self):
        self.assertEqual(self.order.amount_total, 9000)
        self._assert_agreed()
        self.assertEqual(self.order._get_standing_signature(), self.order.consent_ids)

    def test_more_work_and_a_higher_price_are_not_agreed_yet(self):
        line = self._add(self.other)
        self._assert_extra(5800, line)
        self.part_line.price_unit = 3200
        self._assert_extra(6000, self.part_line + line)

    def test_more_of_the_same_is_new_as_far_as_it_is_more(self):
        self.part_line.product_uom_qty = 3
        self._assert_extra(6000, self.part_line)
        self.part_line.price_unit = 3100
        self._assert_extra(6300, self.part_line)

    def test_a_cheaper_line_with_more_of_it_asks_for_what_is_more(self):
        self.part_line.write({"product_uom_qty": 2, "price_unit": 1000})
        self.assertLess(self.order.amount_total, 9000)
        self._assert_extra(1000, self.part_line)

    def test_fewer_for_a_higher_price_ask_for_the_difference(self):
        self.work_line.write({"product_uom_qty": 2, "price_unit": 1600})
        self.assertLess(self.order.amount_total, 9000)
        self._assert_extra(200, self.work_line)

    def test_another_product_on_the_line_is_new_as_a_whole(self):
        self.work_line.write({"product_id": self.sublet.id, "price_unit": 1500})
        self.assertEqual(self.order.amount_total, 9000)
        self._assert_extra(6000, self.work_line)

    def test_another_unit_is_new_as_a_whole(self):
        self.part_line.write(
            {
                "product_uom_id": self.env.ref("uom.product_uom_pack_6").id,
                "price_unit": 3000,
            }
        )
        self.assertEqual(self.order.amount_total, 9000)
        self._assert_extra(3000, self.part_line)

    def test_a_swapped_line_is_new_as_a_whole(self):
        self.part_line.product_uom_qty = 0
        line = self._add(self._create_part("Other pads", 3000))
        self.assertEqual(self.order.amount_total, 9000)
        self._assert_extra(3000, line)

    def test_a_cheaper_part_instead_is_never_below_zero(self):
        self.part_line.product_uom_qty = 0
        line = self._add(self._create_part("Cheap pads", 2900))
        self.assertEqual(self.order.amount_total, 8900)
        self._assert_extra(2900, line)
        self.order.action_ask_consent()
        body = self.order.message_ids[0].body
        self.assertIn("2,900.00", body)
        self.assertIn("8,900.00", body)
        self.assertNotIn("100.00", body.replace("8,900.00", "").replace("2,900.00", ""))

    def test_less_is_agreed_but_not_signed(self):
        self.part_line.product_uom_qty = 0
        self._assert_agreed()
        self.assertFalse(self.order._get_standing_signature())
        self.part_line.product_uom_qty = 1
        self.assertTrue(self.order._get_standing_signature())

    def test_another_text_is_agreed_but_not_signed(self):
        self.part_line.name = "Rear pads"
        self._assert_agreed()
        self.assertFalse(self.order._get_standing_signature())

    def test_free_work_that_is_given_up_is_not_what_was_signed(self):
        free, nothing = self._add(self.other, price_unit=0), self._add(self.other, 0)
        self.order._record_consent("signature", signature=SIGNATURE)
        self.assertTrue(self.order._get_standing_signature())
        nothing.name = "Never mind"
        self.assertTrue(self.order._get_standing_signature())
        free.product_uom_qty = 0
        self._assert_agreed()
        self.assertFalse(self.order._get_standing_signature())

    def test_a_lower_price_is_agreed(self):
        self.part_line.discount = 10
        self._assert_agreed()
        self.part_line.discount = 0
        self._assert_agreed()

    def test_taxes_added_later_are_a_higher_price(self):
        self.part_line.tax_ids = self.env["account.tax"].create(
            {"name": "VAT 20%", "amount": 20}
        )
        self._assert_extra(600, self.part_line)

    def test_free_work_that_was_not_agreed_to_asks_too(self):
        line = self._add(self.other, price_unit=0)
        self._assert_extra(0, line)

    def test_a_cent_of_rounding_is_no_higher_price(self):
        line = self._add(self.other, 7, price_unit=14.2857)
        self.order._record_consent("phone")
        for quantity in range(7):
            line.write({"product_uom_qty": quantity, "price_unit": 14.2857})
            self._assert_agreed()

    def test_two_roundings_are_no_higher_price(self):
        line = self._add(self.other, 3, price_unit=10.0083)  # 30.02, two are 20.02
        self.order._record_consent("phone")
        line.write({"product_uom_qty": 2, "price_unit": 10.0083})
        self._assert_agreed()

    def test_a_price_that_is_a_cent_higher_asks(self):
        self.part_line.price_unit = 3000.01
        self._assert_extra(0.01, self.part_line)

    def test_notes_and_advances_are_nothing_to_agree_to(self):
        works = self.order.order_line
        self.order.order_line = [
            Command.create({"display_type": "line_note", "name": "Mind the ABS"})
        ]
        self._add(self.other, 0, is_downpayment=True)
        self.order._record_consent("phone")
        self.assertEqual(
            set(self.order._get_last_consent().lines), set(map(str, works.ids))
        )

    # ------------------------------------------------------------------
    # Discounts on a line of their own
    # ------------------------------------------------------------------

    def test_a_discount_line_is_nothing_to_agree_to(self):
        self._add(self.other, price_unit=-500)
        self._assert_agreed()

    def test_a_discount_taken_back_is_not_agreed_yet(self):
        discount = self._add(self.other, price_unit=-900)
        self.order._record_consent("phone")
        self._assert_agreed()
        discount.price_unit = -300
        self._assert_extra(600)
        discount.product_uom_qty = 0
        self._assert_extra(900)

    def test_a_discount_that_became_a_price_counts_once(self):
        discount = self._add(self.other, price_unit=-900)
        self.order._record_consent("phone")
        discount.price_unit = 0
        self._assert_extra(900)
        discount.price_unit = 100
        self._assert_extra(1000)

    def test_a_discount_by_its_quantity_that_became_a_price_counts_once(self):
        discount = self._add(self.other, -1, price_unit=900)
        self.order._record_consent("phone")
        self._assert_agreed()
        discount.write({"product_uom_qty": 1, "price_unit": 900})
        self._assert_extra(1800)

    def test_a_discount_agreed_to_alone_leaves_works_to_agree_to(self):
        order = self._create_order((self.other, 1))
        order.order_line.price_unit = -900
        order._record_consent("phone")
        self.assertEqual(order.consent_state, "agreed")
        order.order_line = [Command.create({"product_id": self.part.id})]
        self.assertEqual((order.consent_state, order.amount_extra), ("extra", 3000))

    def test_a_discount_shrinks_with_the_works_it_is_given_on(self):
        discount = self._add(self.other, price_unit=-900)
        self.order._record_consent("phone")
        self.part_line.product_uom_qty = 0
        discount.price_unit = -600
        self._assert_agreed()

    def test_a_discount_that_is_a_cent_less_asks(self):
        discount = self._add(self.other, price_unit=-900)
        self.order._record_consent("phone")
        discount.price_unit = -899.99
        self._assert_extra(0.01)

    def test_a_cent_of_a_shrunk_discount_is_rounding(self):
        discount = self._add(self.other, price_unit=-100)
        self.order._record_consent("phone")
        self.part_line.product_uom_qty = 0
        discount.price_unit = -66.66  # of 66.6667
        self._assert_agreed()

    def test_a_discount_does_not_pay_for_new_work(self):
        self._add(self.other)
        self._add(self.other, price_unit=-5800)
        self.assertEqual(self.order.amount_total, 9000)
        self._assert_extra(5800)

    # ------------------------------------------------------------------
    # The proof
    # ------------------------------------------------------------------

    def test_a_new_signature_stands_for_the_whole(self):
        self._add(self.other)
        consent = self.order._agree_extra("His wife", SIGNATURE)
        self._assert_agreed()
        self.assertEqual(self.order._get_standing_signature(), consent)
        self.assertEqual(self.order.signed_by, "His wife")
        self.assertEqual(consent.amount, 14800)

    def test_what_was_agreed_by_phone_is_not_signed(self):
        self._add(self.other)
        self.order._record_consent("phone")
        self._assert_agreed()
        self.assertFalse(self.order._get_standing_signature())

    def test_a_proof_keeps_the_currency_it_was_given_in(self):
        order = self._create_order((self.labour, 4))
        order._record_consent("phone")
        euro = self.env.ref("base.EUR")
        euro.active = True
        order.pricelist_id = self.env["product.pricelist"].create(
            {"name": "Euro", "currency_id": euro.id}
        )
        self.assertEqual(order.currency_id, euro)
        self.assertEqual(order.consent_ids.currency_id, self.company.currency_id)
        self.assertEqual(order.consent_state, "extra")
        self.assertEqual(order.amount_extra, order.amount_total)

    def test_who_signed_another_estimate_signs_again(self):
        order = self._create_order((self.labour, 4))
        order.require_signature = True
        order.action_quotation_sent()
        self.assertTrue(order._has_to_be_signed())
        order.write({"signed_by": "Ivan Petrov", "signature": SIGNATURE})
        self.assertFalse(order._has_to_be_signed())
        order.order_line = [Command.create({"product_id": self.part.id})]
        self.assertTrue(order._has_to_be_signed())
        self.assertTrue(order._is_to_agree_online())
        order.validity_date = fields.Date.subtract(fields.Date.today(), days=1)
        order.invalidate_recordset(["is_expired"])
        self.assertFalse(order._has_to_be_signed(), "it is too old")
        order.validity_date = False
        order.invalidate_recordset(["is_expired"])
        order.write({"signed_by": "Ivan Petrov", "signature": SIGNATURE})
        self.assertFalse(order._has_to_be_signed())

    def test_more_work_on_an_order_is_not_signed_as_an_estimate(self):
        self.order.require_signature = True
        self._add(self.other)
        self.assertFalse(self.order._has_to_be_signed())

    # ------------------------------------------------------------------
    # Papers
    # ------------------------------------------------------------------

    def test_papers_are_signed_under_what_was_signed(self):
        for report in PAPERS:
            with self.subTest(report=report):
                text, is_signed = self._print(report)
                self.assertTrue(is_signed)
                self.assertIn(self.order.name, text)
                self.assertNotIn("ot agreed yet", text)

    def test_papers_tell_what_is_agreed_and_what_is_not(self):
        self._add(self.other)
        self.part_line.price_unit = 3200
        for report in PAPERS:
            with self.subTest(report=report):
                text, is_signed = self._print(report)
                self.assertFalse(is_signed)
                self.assertRegex(text, r"Agreed 9,000\.00 \$ on \d\d/\d\d/\d{4}")
                self.assertIn("Not agreed yet: 6,000.00 $", text)
                self.assertEqual(text.count("(not agreed yet)"), 2)

    def test_cores_own_paper_is_not_signed_either(self):
        report = "sale.action_report_pro_forma_invoice"
        self.assertTrue(self._print(report)[1])
        self._add(self.other)
        self.assertFalse(self._print(report)[1])
        self.order.write({"is_work_order": False})
        self.assertTrue(self._print(report)[1])


@tagged("post_install", "-at_install")
class TestOldConsents(AutoOrderCommon):
    """Consents of an older version kept the quantities of lines and the sum only."""

    def _agree_as_before(self, *lines):
        order = self._create_order(*lines)
        order._record_consent("phone")
        order.action_confirm()
        quantities = {str(one.id): one.product_uom_qty for one in order.order_line}
        self.env.flush_all()
        self.cr.execute(
            "ALTER TABLE auto_order_consent ADD COLUMN IF NOT EXISTS quantities jsonb"
        )
        self.cr.execute(
            "UPDATE auto_order_consent SET lines = NULL, quantities = %s WHERE id = %s",
            [json.dumps(quantities), order.consent_ids.id],
        )
        order.consent_ids.invalidate_recordset()
        return order

    def _migrate(self):
        self.env.flush_all()
        script = load_script(file_path(MIGRATION), "consent_lines")
        script.migrate(self.cr, "19.0.1.0.0")
        self.env.invalidate_all()

    def test_what_is_still_as_agreed_keeps_its_prices(self):
        order = self._agree_as_before((self.labour, 4), (self.part, 1))
        self._migrate()
        self.assertEqual(order.consent_state, "agreed")
        self.assertEqual(order.consent_ids.lines, order._prepare_consent_lines())
        order.order_line[0].price_unit = 1600
        self.assertEqual((order.consent_state, order.amount_extra), ("extra", 400))

    def test_what_was_changed_since_is_compared_by_quantities_and_sum(self):
        order = self._agree_as_before((self.labour, 4), (self.part, 1))
        order.order_line = [Command.create({"product_id": self.sublet.id})]
        self._migrate()
        self.assertEqual(
            set(order.consent_ids.lines), set(map(str, order.order_line[:2].ids))
        )
        self.assertEqual((order.consent_state, order.amount_extra), ("extra", 900))
        order.order_line[1].price_unit = 3500
        self.assertEqual((order.consent_state, order.amount_extra), ("extra", 1400))
        order.order_line[2].product_uom_qty = 0
        self.assertEqual((order.consent_state, order.amount_extra), ("extra", 500))
        order.order_line[1].price_unit = 2900
        self.assertEqual((order.consent_state, order.amount_extra), ("agreed", 0))

    def test_a_cheaper_part_instead_is_never_below_zero(self):
        order = self._agree_as_before((self.labour, 4), (self.part, 1))
        order.order_line[1].product_uom_qty = 0
        order.order_line = [
            Command.create({"product_id": self.part.id, "price_unit": 2900})
        ]
        self.env.flush_all()
        self.cr.execute(
            "UPDATE sale_order SET amount_extra = -100 WHERE id = %s", [order.id]
        )
        self._migrate()
        self.assertEqual((order.consent_state, order.amount_extra), ("extra", 2900))

    def test_it_runs_again_and_on_new_databases(self):
        order = self._create_order()
        order._record_consent("phone")
        before = order.consent_ids.lines
        self._migrate()
        self.assertEqual(order.consent_ids.lines, before)
        other = self._agree_as_before((self.labour, 1))
        self._migrate()
        self._migrate()
        self.assertEqual(other.consent_ids.lines, other._prepare_consent_lines())
        self.assertEqual(order.consent_ids.lines, before)
