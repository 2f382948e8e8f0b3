import re
import subprocess
from datetime import timedelta
from unittest.mock import patch

from lxml import html

from odoo import Command, fields
from odoo.tests import freeze_time, tagged
from odoo.tools import mute_logger

from .order_common import AutoOrderCommon
from .test_acceptance import SIGNATURE, AcceptanceCommon

ESTIMATE = "auto_crm.auto_estimate_report"
WORK_ORDER = "auto_crm.auto_work_order_report"
COMPLETION = "auto_crm.auto_completion_report"
ACCEPTANCE = "auto_crm.auto_acceptance_report"
ORDER_ACCEPTANCE = "auto_crm.auto_order_acceptance_report"


class DocumentsCommon(AcceptanceCommon):
    """A Russian customer's order with a work and two parts in roubles."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.rub = cls.env.ref("base.RUB")
        cls.rub.active = True
        cls.env["res.lang"]._activate_lang("ru_RU")
        cls.company.resource_calendar_id.tz = "Asia/Vladivostok"
        cls.company.write({"vat": "7707083893", "street": "Lenina 1", "city": "Moscow"})
        cls.pricelist = cls.env["product.pricelist"].create(
            {"name": "Roubles", "currency_id": cls.rub.id}
        )
        cls.customer.lang = "ru_RU"
        cls.order.write(
            {
                "pricelist_id": cls.pricelist.id,
                "wish": "Squeaks <b>loudly</b>\nwhen braking",
                "fault": "Pads worn out",
                "order_line": [
                    cls._line(cls.labour, mechanic_ids=[Command.set(cls.mechanic.ids)]),
                    cls._line(cls.part, product_uom_qty=2),
                ],
            }
        )
        cls.order.order_line[0].price_unit = 1500.0
        cls.order.order_line[1].price_unit = 3450.5

    @classmethod
    def _line(cls, product, **vals):
        return Command.create({"product_id": product.id, **vals})

    def _render(self, report, record=None):
        """The paper's HTML and its text."""
        record = record or self.order
        content = self.env["ir.actions.report"]._render_qweb_html(report, record.ids)[0]
        tree = html.fromstring(content)
        for style in tree.xpath("//style"):
            style.drop_tree()
        text = " ".join(tree.xpath("//main")[0].text_content().split())
        return tree, text.replace("\xa0", " ")

    def _get_rows(self, tree, name):
        return [
            [" ".join(cell.text_content().replace("\xa0", " ").split()) for cell in row]
            for row in tree.xpath(f"//table[@name='{name}']/tbody/tr")
        ]

    def _get_values(self, order=None):
        return self.env["auto.document"]._get_values(order or self.order)


@tagged("post_install", "-at_install")
class TestDocuments(DocumentsCommon):
    def test_works_have_norm_hours_price_and_sum(self):
        tree, _text = self._render(ESTIMATE)
        self.assertEqual(
            self._get_rows(tree, "works"),
            [
                [
                    "1",
                    "Replace front pads",
                    "1,5 × 1 000,00",
                    "1",
                    "1 500,00",
                    "1 500,00",
                ]
            ],
        )

    def test_parts_have_article_maker_unit_price_and_sum(self):
        tree, _text = self._render(ESTIMATE)
        self.assertEqual(
            self._get_rows(tree, "parts"),
            [
                [
                    "1",
                    "PAD-1",
                    "Front pads",
                    "Brembo",
                    "2 шт",
                    "3 450,50",
                    "6 901,00",
                ]
            ],
        )

    def test_the_workshops_paper_names_the_mechanics_the_estimate_does_not(self):
        self.order.action_confirm()
        self.assertIn("Mechanic One", self._render(WORK_ORDER)[1])
        text = self._render(ESTIMATE)[1]
        self.assertIn(self.labour.name, text)
        self.assertNotIn("Mechanic One", text)

    def test_an_advisor_without_hr_rights_prints_the_mechanics(self):
        self.order.action_confirm()
        report = self.env["ir.actions.report"].with_user(self.advisor)
        content = report._render_qweb_html(WORK_ORDER, self.order.ids)[0]
        self.assertIn(b"Mechanic One", content)

    def test_a_discount_has_its_column_only_when_given(self):
        tree, _text = self._render(ESTIMATE)
        self.assertEqual(len(self._get_rows(tree, "works")[0]), 6)
        self.order.order_line[0].discount = 12.5
        tree, _text = self._render(ESTIMATE)
        self.assertEqual(self._get_rows(tree, "works")[0][5:], ["12,5", "1 312,50"])

    def test_the_sum_is_in_russian_words_for_a_russian(self):
        self.assertIn(
            "Восемь тысяч четыреста один рубль 00 копеек", self._render(ESTIMATE)[1]
        )

    def test_the_sum_is_in_english_words_for_an_englishman(self):
        self.customer.lang = "en_US"
        self.assertIn("Eight Thousand, Four Hundred And One", self._render(ESTIMATE)[1])
        tree, _text = self._render(ESTIMATE)
        self.assertEqual(self._get_rows(tree, "works")[0][-1], "1,500.00")

    def test_a_customer_without_a_language_reads_the_users(self):
        self.customer.lang = False
        values = (
            self.env["auto.document"].with_context(lang="ru_RU")._get_values(self.order)
        )
        self.assertIn("рубль", values["amount_in_words"])

    def test_head_customer_and_car_are_in_the_body(self):
        self.vehicle.write({"vin": "X4XKA81230C123456", "year": 2019})
        tree, text = self._render(ESTIMATE)
        self.assertFalse(tree.xpath("//div[contains(@class, 'header')]"))
        for word in (
            self.company.name,
            "7707083893",
            "Lenina 1, Moscow",
            self.order.name,
            "Ivan Petrov",
            "+79161234567",
            "X4XKA81230C123456",
            "2019",
            "85 400",
        ):
            with self.subTest(word=word):
                self.assertIn(word, text)
        self.assertIn(self.vehicle.license_plate, text)

    def test_the_customers_words_are_text_not_markup(self):
        self.assertIn("Squeaks <b>loudly</b> when braking", self._render(ESTIMATE)[1])

    def test_the_logo_is_inside_the_paper_or_missing(self):
        self.company.logo = SIGNATURE
        tree, _text = self._render(ESTIMATE)
        self.assertTrue(tree.xpath("//img[starts-with(@src, 'data:image')]"))
        self.company.logo = False
        tree, text = self._render(ESTIMATE)
        self.assertFalse(tree.xpath("//img"))
        self.assertIn(self.company.name, text)

    @freeze_time("2026-03-10 20:30:00")
    def test_dates_and_times_are_of_the_shops_zone(self):
        self.order.date_order = "2026-03-10 20:30:00"
        self.order.date_received = "2026-03-10 20:45:00"
        dates = self._get_values()["dates"]
        self.assertEqual(dates["document"], "11.03.2026")
        self.assertEqual(dates["received"], "11.03.2026 06:45")
        self.assertEqual(dates["released"], "")

    def test_taxes_on_top_are_added(self):
        tax = self.env["account.tax"].create({"name": "VAT 20%", "amount": 20.0})
        self.order.order_line.tax_ids = tax
        values = self._get_values()
        self.assertEqual(values["works"][0]["amount"].replace("\xa0", " "), "1 500,00")
        amounts = [row["amount"].replace("\xa0", " ") for row in values["totals"]]
        self.assertEqual(amounts, ["1 500,00", "6 901,00", "1 680,20", "10 081,20"])

    def test_taxes_in_the_price_are_named_within_the_total(self):
        tax = self.env["account.tax"].create(
            {
                "name": "VAT 20% incl.",
                "amount": 20.0,
                "price_include_override": "tax_included",
            }
        )
        self.order.order_line.tax_ids = tax
        values = self._get_values()
        amounts = [row["amount"].replace("\xa0", " ") for row in values["totals"]]
        self.assertEqual(amounts, ["1 500,00", "6 901,00", "1 400,17", "8 401,00"])

    def _get_sums(self):
        """The printed sums as numbers: of rows, of the kinds, and those below."""
        values = self._get_values()

        def read(rows):
            texts = [row["amount"].replace("\xa0", "") for row in rows]
            return [float(text.replace(",", ".")) for text in texts]

        return read(values["works"] + values["parts"]), read(values["totals"])

    def _create_tax(self, **vals):
        vals = {"name": f"VAT 20% {len(vals)}", "amount": 20.0, **vals}
        return self.env["account.tax"].create(vals)

    def test_parts_sum_up_to_the_total_to_the_cent(self):
        on_top = self._create_tax()
        included = self._create_tax(price_include_override="tax_included")
        line = self.order.order_line[0]
        line.write({"price_unit": 100.01, "discount": 50})
        self.order.order_line[1].product_uom_qty = 0
        line.copy({"order_id": self.order.id, "price_unit": 100.01, "discount": 50})
        for rounding in ("round_per_line", "round_globally"):
            self.company.tax_calculation_rounding_method = rounding
            for tax in (on_top.browse(), on_top, included):
                with self.subTest(rounding=rounding, tax=tax.name):
                    self.order.order_line.tax_ids = tax
                    rows, totals = self._get_sums()
                    self.assertAlmostEqual(sum(rows), sum(totals[:2]))
                    taxes = self.order.amount_tax if tax == on_top else 0
                    self.assertAlmostEqual(sum(rows) + taxes, totals[-1])
                    self.assertAlmostEqual(totals[-1], self.order.amount_total)
                    kinds = ("amount_labour", "amount_parts", "amount_other")
                    self.assertAlmostEqual(
                        sum(self.order[kind] for kind in kinds), sum(rows)
                    )

    def test_a_shop_with_taxes_on_top_sees_sums_without_them(self):
        self.order.order_line.tax_ids = self._create_tax()
        self.assertRecordValues(
            self.order,
            [
                {
                    "amount_labour": 1500,
                    "amount_parts": 6901,
                    "amount_untaxed": 8401,
                    "amount_total": 10081.2,
                }
            ],
        )

    def test_a_price_with_taxes_is_printed_as_it_is_among_others(self):
        included = self._create_tax(price_include_override="tax_included")
        work, part = self.order.order_line
        work.write({"price_unit": 1000, "tax_ids": included.ids})
        part.write({"price_unit": 500, "product_uom_qty": 2})
        part.tax_ids = self._create_tax()
        values = self._get_values()
        (row,), (part_row,) = values["works"], values["parts"]
        self.assertEqual(row["price"].replace("\xa0", " "), "1 000,00")
        self.assertEqual(row["amount"].replace("\xa0", " "), "1 000,00")
        self.assertEqual(part_row["price"].replace("\xa0", " "), "600,00")
        self.assertEqual(part_row["amount"].replace("\xa0", " "), "1 200,00")
        self.assertIn("2 200,00", values["totals"][-1]["amount"].replace("\xa0", " "))
        part.tax_ids = False
        self.assertEqual(self._get_sums()[0], [1000, 1000])

    def test_the_norm_hour_is_printed_at_what_it_comes_to(self):
        line = self.order.order_line[0]

        def get_cell():
            row = self._get_rows(self._render(ESTIMATE)[0], "works")[0]
            return row[2]

        self.assertEqual(get_cell(), "1,5 × 1 000,00")
        line.price_unit = 1200
        self.assertEqual(get_cell(), "1,5 × 800,00")
        line.price_unit = 1000
        self.assertEqual(get_cell(), "1,5")
        line.price_unit = 0
        self.assertEqual(get_cell(), "1,5")
        line.tax_ids = self._create_tax()
        line.price_unit = 1500
        self.assertEqual(get_cell(), "1,5 × 1 000,00")

    def test_sections_stand_above_their_lines_and_notes_below(self):
        order = self.order.copy(
            {
                "order_line": [
                    Command.create({"display_type": "line_section", "name": "Brakes"}),
                    self._line(self.labour),
                    self._line(self.part),
                    self._line(self.labour),
                    Command.create(
                        {"display_type": "line_note", "name": "Mind the ABS"}
                    ),
                ]
            }
        )
        tree, text = self._render(ESTIMATE, order)
        self.assertEqual(self._get_rows(tree, "works")[0], ["Brakes"])
        self.assertEqual(
            [row[0] for row in self._get_rows(tree, "works")[1:]], ["1", "2"]
        )
        self.assertEqual(self._get_rows(tree, "parts")[0], ["Brakes"])
        self.assertIn("Mind the ABS", text)

    def test_the_customers_own_part_is_marked(self):
        self.order.order_line[1].part_source = "customer"
        self.assertTrue(self._get_values()["parts"][0]["customer_own"])

    def test_the_choice_for_extra_faults_is_marked(self):
        self.order.write({"extra_work_policy": "limit", "extra_work_limit": 5000})
        choices = self._get_values()["extra_work"]
        self.assertEqual([choice["chosen"] for choice in choices], [False, True, False])
        self.assertIn("5\xa0000,00", choices[1]["label"])

    def test_proofs_of_consent_are_printed(self):
        self.env["auto.order.consent"].create(
            {"order_id": self.order.id, "method": "phone", "signed_by": "His wife"}
        )
        self.order.action_confirm()
        self.assertIn("His wife", self._render(WORK_ORDER)[1])

    def test_open_recommendations_are_printed_with_what_they_are_due_at(self):
        vals = {"vehicle_id": self.vehicle.id}
        self.env["auto.recommendation"].create(
            [
                {**vals, "name": "Discs", "odometer_due": 90000},
                {**vals, "name": "Done long ago", "state": "done"},
                {**vals, "name": "Own", "order_id": self.order.id},
            ]
        )
        text = self._render(ESTIMATE)[1]
        self.assertIn("Discs", text)
        self.assertIn("90 000", text)
        self.assertIn("Own", text)
        self.assertNotIn("Done long ago", text)

    def test_terms_are_printed_when_there_are_any(self):
        self.order.note = "<p>Warranty 30 days</p>"
        self.assertIn("Warranty 30 days", self._render(ESTIMATE)[1])
        self.order.note = "<p><br></p>"
        self.assertFalse(self._get_values()["has_terms"])

    def test_an_order_without_lines_and_car_prints_too(self):
        order = self.env["sale.order"].create(
            {
                "partner_id": self.customer.id,
                "pricelist_id": self.pricelist.id,
                "is_work_order": True,
            }
        )
        for report in (ESTIMATE, WORK_ORDER, COMPLETION):
            with self.subTest(report=report):
                tree, text = self._render(report, order)
                self.assertIn(order.name, text)
                self.assertFalse(tree.xpath("//table[@name='works' or @name='parts']"))
                self.assertIn("Ноль рублей 00 копеек", text)

    def test_the_acceptance_act_shows_condition_and_marks(self):
        self.act.write({"belongings": "Child seat", "keys_count": 2})
        self.act.damage_ids[0].image = SIGNATURE
        tree, text = self._render(ACCEPTANCE, self.act)
        marks = tree.xpath("//div[contains(@class, 'o_auto_mark')]")
        self.assertEqual([mark.text_content().strip() for mark in marks], ["1", "2"])
        self.assertEqual(marks[0].get("style"), "left: 20.0%; top: 33.0%")
        for word in ("Child seat", "85 400", "on the bonnet", self.order.name):
            self.assertIn(word, text)
        pictures = tree.xpath("//img[starts-with(@src, 'data:image')]")
        self.assertGreaterEqual(len(pictures), 2)

    def test_a_signed_act_shows_the_signature(self):
        self.act.write({"signature": SIGNATURE, "signed_by": "His wife"})
        tree, text = self._render(ACCEPTANCE, self.act)
        self.assertIn("His wife", text)
        self.assertTrue(tree.xpath("//table[@name='signatures']//img"))

    def test_the_orders_acts_print_by_the_order(self):
        self.act.copy({"belongings": "Second visit"})
        tree, text = self._render(ORDER_ACCEPTANCE)
        self.assertEqual(len(tree.xpath("//h1")), 2)
        self.assertIn("Second visit", text)

    def test_several_orders_print_one_after_another(self):
        both = self.order | self.order.copy()
        tree, _text = self._render(ESTIMATE, both)
        articles = tree.xpath("//div[contains(@class, 'article')]")
        self.assertEqual([int(a.get("data-oe-id")) for a in articles], both.ids)

    def test_print_offers_only_what_the_order_can_have(self):
        def get_offered(order):
            offered = [ESTIMATE, WORK_ORDER, COMPLETION, ORDER_ACCEPTANCE]
            reports = self.env["ir.actions.report"].browse(
                [self.env.ref(xmlid).id for xmlid in offered]
            )
            return reports.browse(
                reports.get_valid_action_reports("sale.order", order.ids)
            ).mapped("report_name")

        plain = self.env["sale.order"].create({"partner_id": self.customer.id})
        self.assertFalse(get_offered(plain))
        self.assertEqual(
            get_offered(self.order),
            ["auto_crm.report_estimate", "auto_crm.report_order_acceptance"],
        )
        self.order.action_confirm()
        self.assertIn("auto_crm.report_work_order", get_offered(self.order))

    def test_the_portal_is_offered_the_papers_of_the_state(self):
        def get_reports():
            return [report for _name, report in self.order._get_work_order_documents()]

        self.assertEqual(get_reports(), [ESTIMATE, ORDER_ACCEPTANCE])
        self.order.action_confirm()
        self.assertEqual(get_reports(), [ESTIMATE, WORK_ORDER, ORDER_ACCEPTANCE])
        self.order.date_received = self.order.date_order
        self.order.job_ids.state = "done"
        self.assertEqual(self.order.work_state, "ready")
        self.assertIn(COMPLETION, get_reports())
        for _name, report in self.order._get_work_order_documents():
            self.assertIn(self.order.name, self._render(report)[1])
        self.order._action_cancel()
        self.assertEqual(get_reports(), [])
        plain = self.env["sale.order"].create({"partner_id": self.customer.id})
        self.assertEqual(plain._get_work_order_documents(), [])

    def test_where_odoo_prints_its_quotation_a_work_order_prints_its_own(self):
        report = "sale.action_report_saleorder"
        self.assertTrue(self._render(report)[0].xpath("//table[@name='works']"))
        plain = self.env["sale.order"].create(
            {"partner_id": self.customer.id, "order_line": [self._line(self.part)]}
        )
        self.assertFalse(plain.is_work_order)
        tree, _text = self._render(report, plain)
        self.assertFalse(tree.xpath("//*[contains(@class, 'o_auto_document')]"))
        both = self._render(report, self.order | plain)[0]
        self.assertEqual(len(both.xpath("//div[contains(@class, 'article')]")), 2)

    def test_the_papers_of_odoos_quotation_follow_the_state(self):
        self.assertIn("estimate", self.order._get_document_template())
        self.order.action_confirm()
        self.assertIn("work_order", self.order._get_document_template())
        self.order.date_released = self.order.date_order
        self.assertIn("completion", self.order._get_document_template())


@tagged("post_install", "-at_install")
class TestDocumentsMoney(AutoOrderCommon):
    """What papers say of money: labour 6,000 and a part 3,000, no taxes."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.customer.lang = "en_US"
        cls.labour.invoice_policy = cls.part.invoice_policy = "order"
        cls.order = cls._create_agreed((cls.labour, 4), (cls.part, 1))

    def _get_totals(self):
        totals = self.env["auto.document"]._get_values(self.order)["totals"]
        return {row["label"]: row["amount"] for row in totals[2:]}

    def _bill_advance(self, percent):
        wizard = self.env["sale.advance.payment.inv"].create(
            {
                "advance_payment_method": "percentage",
                "amount": percent,
                "sale_order_ids": [Command.set(self.order.ids)],
            }
        )
        advance = wizard._create_invoices(self.order)
        advance.action_post()
        return advance

    def _credit(self, invoice):
        refund = invoice._reverse_moves([{"invoice_date": fields.Date.today()}])
        refund.action_post()
        return refund

    def test_nothing_paid_is_not_printed(self):
        self.assertEqual(self._get_totals(), {"Total": "9,000.00"})
        self._invoice(self.order)
        self.assertEqual(self._get_totals(), {"Total": "9,000.00"})

    def test_paid_is_the_money_held(self):
        advance = self._bill_advance(30)
        self._pay(advance)
        paid = {"Total": "9,000.00", "Paid": "2,700.00", "To pay": "6,300.00"}
        self.assertEqual(self._get_totals(), paid)
        refund = self._credit(advance)
        self.assertEqual(self._get_totals(), paid)
        self._pay(refund)
        self.assertEqual(self._get_totals(), {"Total": "9,000.00"})

    def test_an_overdue_order_prints_what_was_paid_and_what_is_due(self):
        invoice = self._invoice(self.order, post=False)
        invoice.invoice_payment_term_id = False
        invoice.invoice_date = fields.Date.today() - timedelta(days=10)
        invoice.invoice_date_due = fields.Date.today() - timedelta(days=5)
        invoice.action_post()
        self._pay(invoice, 400)
        self.assertEqual(self.order.payment_status, "overdue")
        self.assertEqual(
            self._get_totals(),
            {"Total": "9,000.00", "Paid": "400.00", "To pay": "8,600.00"},
        )

    def test_paid_in_full_leaves_nothing_to_pay(self):
        self._pay(self._invoice(self.order))
        self.assertEqual(
            self._get_totals(),
            {"Total": "9,000.00", "Paid": "9,000.00", "To pay": "0.00"},
        )

    def test_money_to_give_back_is_named_so(self):
        self._pay(self._bill_advance(100))
        self.order.order_line[1].product_uom_qty = 0
        self.assertEqual(
            self._get_totals(),
            {"Total": "6,000.00", "Paid": "9,000.00", "To refund": "3,000.00"},
        )

    def test_a_credit_note_is_printed_so_that_it_adds_up(self):
        invoice = self._invoice(self.order)
        self._pay(invoice, 5000)
        refund = invoice._reverse_moves([{"invoice_date": fields.Date.today()}])
        refund.invoice_line_ids[1:].unlink()
        refund.invoice_line_ids.write({"quantity": 1, "price_unit": 500})
        refund.action_post()
        self.assertEqual(
            self._get_totals(),
            {
                "Total": "9,000.00",
                "Corrected by invoices": "-500.00",
                "Paid": "5,000.00",
                "To pay": "3,500.00",
            },
        )

    def test_an_estimate_tells_no_payments(self):
        self.order = self._create_order((self.labour, 4), (self.part, 1))
        self.assertEqual(self._get_totals(), {"Total": "9,000.00"})

    def test_who_reads_no_payments_prints_them(self):
        self._pay(self._bill_advance(30))
        document = self.env["auto.document"].with_user(self.advisor)
        totals = document._get_values(self.order.with_user(self.advisor))["totals"]
        self.assertIn("2,700.00", [row["amount"] for row in totals])


@tagged("post_install", "-at_install")
class TestPagination(DocumentsCommon):
    def _paginate(self, works=0, parts=0, **row):
        row = {"name": "Work", "mechanics": "", **row}
        return self.env["auto.document"]._paginate(
            self.order, works=[row] * works, parts=[row] * parts
        )

    def test_nothing_makes_no_page(self):
        self.assertEqual(self._paginate(), {"works_pages": [], "parts_pages": []})

    def test_a_short_order_is_not_cut(self):
        pages = self._paginate(works=5, parts=10)
        self.assertEqual([len(page["rows"]) for page in pages["works_pages"]], [5])
        self.assertEqual([len(page["rows"]) for page in pages["parts_pages"]], [10])
        self.assertFalse(pages["parts_pages"][0]["style"])

    def test_a_long_order_is_cut_and_loses_no_row(self):
        pages = self._paginate(works=100, parts=100)
        for name in ("works_pages", "parts_pages"):
            chunks = pages[name]
            self.assertGreater(len(chunks), 1)
            self.assertEqual(sum(len(page["rows"]) for page in chunks), 100)
            self.assertTrue(all("always" in page["style"] for page in chunks[1:]))

    def test_long_names_take_more_room(self):
        short = self._paginate(works=60)["works_pages"]
        long = self._paginate(works=60, name="A very long name " * 10)["works_pages"]
        self.assertGreater(len(long), len(short))

    def test_a_row_higher_than_a_page_is_still_printed(self):
        pages = self._paginate(works=3, name="x" * 5000)["works_pages"]
        self.assertEqual(sum(len(page["rows"]) for page in pages), 3)


@tagged("post_install", "-at_install")
class TestPdf(DocumentsCommon):
    """The papers by the real wkhtmltopdf, read back by pdftotext."""

    def _print(self, report, record=None):
        record = record or self.order
        reports = self.env["ir.actions.report"].with_context(
            force_report_rendering=True
        )
        with (
            self.allow_pdf_render(),
            mute_logger("odoo.addons.base.models.ir_actions_report"),
        ):
            content, kind = reports._render_qweb_pdf(report, record.ids)
        self.assertEqual(kind, "pdf")
        text = subprocess.run(
            ["pdftotext", "-layout", "-", "-"],
            input=content,
            capture_output=True,
            check=True,
        ).stdout.decode()
        pages = text.replace("\xa0", " ").rstrip("\f").split("\f")
        return [re.sub(r"[ \t]+", " ", page) for page in pages]

    def test_the_estimate_in_russian(self):
        (page,) = self._print(ESTIMATE)
        for word in (
            self.order.name,
            self.company.name,
            "Ivan Petrov",
            "А123ВС 777",
            "Brembo",
            "PAD-1",
            "6 901,00",
            "8 401,00",
            "Восемь тысяч четыреста один рубль 00 копеек",
        ):
            with self.subTest(word=word):
                self.assertIn(word, page)

    def test_the_estimate_in_english(self):
        self.customer.lang = "en_US"
        (page,) = self._print(ESTIMATE)
        for word in (
            f"Estimate {self.order.name} of",
            "Customer's words",
            "Squeaks <b>loudly</b>",
            "Parts and materials",
            "Norm-h",
            "6,901.00",
            "Sum in words: Eight Thousand, Four Hundred And One",
            "For the shop",
        ):
            with self.subTest(word=word):
                self.assertIn(word, page)

    def test_the_work_order_and_the_completion_act(self):
        self.customer.lang = "en_US"
        self.order.action_confirm()
        text = "".join(self._print(WORK_ORDER))
        self.assertIn(f"Work order {self.order.name} of", text)
        self.assertIn("Mechanic", text)
        text = "".join(self._print(COMPLETION))
        self.assertIn(f"Completion act to work order {self.order.name}", text)
        self.assertIn("has no claims", text)

    def test_the_acceptance_act_with_marks_and_photo(self):
        self.customer.lang = "en_US"
        self.act.damage_ids[0].image = SIGNATURE
        self.act.signature = SIGNATURE
        (page,) = self._print(ACCEPTANCE, self.act)
        for word in ("Fuel 1/2", "85,400 km", "1. Dent", "2. Scratch: on the bonnet"):
            with self.subTest(word=word):
                self.assertIn(word, page)

    def test_a_hundred_lines_repeat_the_heads_of_their_columns(self):
        self.customer.lang = "en_US"
        self.order.write(
            {
                "order_line": [
                    self._line(self.labour if number % 2 else self.part)
                    for number in range(100)
                ]
            }
        )
        self.order.order_line[7].name = "A name that hardly ever ends " * 12
        pages = self._print(ESTIMATE)
        self.assertGreaterEqual(len(pages), 3)
        with_rows = [page for page in pages if "1,000.00" in page or "PAD-1" in page]
        for number, page in enumerate(with_rows, start=1):
            with self.subTest(page=number):
                self.assertRegex(page, r"No\. (Work|Article)")
        numbers = re.findall(r"^ ?(\d+) PAD-1", "\n".join(pages), re.MULTILINE)
        self.assertEqual([int(number) for number in numbers], list(range(1, 52)))

    def test_no_car_no_lines_no_logo(self):
        self.company.logo = False
        order = self.env["sale.order"].create(
            {
                "partner_id": self.customer.id,
                "pricelist_id": self.pricelist.id,
                "is_work_order": True,
            }
        )
        (page,) = self._print(ESTIMATE, order)
        self.assertIn(order.name, page)
        self.assertIn("Ноль рублей 00 копеек", page)

    def test_the_same_paper_where_odoo_prints_its_quotation(self):
        pages = self._print("sale.action_report_saleorder")
        self.assertIn("Восемь тысяч четыреста один рубль", "".join(pages))

    def test_several_orders_in_one_file(self):
        copy = self.order.copy()
        text = "".join(self._print(ESTIMATE, self.order | copy))
        self.assertIn(self.order.name, text)
        self.assertIn(copy.name, text)

    def test_a_server_that_cannot_be_reached_changes_nothing(self):
        with patch.object(
            type(self.env["ir.actions.report"]),
            "_get_report_url",
            lambda *_args, **_kwargs: "http://127.0.0.1:9",
        ):
            (page,) = self._print(ESTIMATE)
        self.assertIn("Восемь тысяч четыреста один рубль 00 копеек", page)
