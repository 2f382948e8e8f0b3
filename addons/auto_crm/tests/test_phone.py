from odoo.modules.migration import load_script
from odoo.tests import BaseCase, Form, tagged
from odoo.tools import file_path

from odoo.addons.auto_crm.tools import phone

from .test_vehicle import AutoVehicleCommon

MIGRATION = "auto_crm/migrations/19.0.1.5.1/post-phones.py"


@tagged("post_install", "-at_install")
class TestPhoneText(BaseCase):
    def test_one_phone_in_any_spelling(self):
        for text, region, number in (
            ("8 916 111-22-33", "RU", "+79161112233"),
            ("89161112233", "RU", "+79161112233"),
            ("9161112233", "RU", "+79161112233"),
            ("+7 (916) 111 22 33", "FR", "+79161112233"),
            ("06 12 34 56 78", "FR", "+33612345678"),
            ("0033612345678", "RU", "+33612345678"),
            ("+49 (0)30 901820", "RU", "+4930901820"),
            ("0049 30 901820", "RU", "+4930901820"),
            ("+54 9 11 1234 5678", "RU", "+5491112345678"),
            ("011 15 1234-5678", "AR", "+5491112345678"),
            ("+52 1 55 1234 5678", "RU", "+525512345678"),
            ("044 55 1234 5678", "MX", "+525512345678"),
            ("5215512345678", "MX", "+525512345678"),
            ("+55 11 8765-4321", "RU", "+5511987654321"),
            ("(11) 8765-4321", "BR", "+5511987654321"),
            ("+229 97 12 34 56", "RU", "+2290197123456"),
            ("97 12 34 56", "BJ", "+2290197123456"),
            ("позвонить жене", "RU", ""),
            ("123", "RU", ""),
            ("", "RU", ""),
            (None, None, ""),
        ):
            self.assertEqual(phone.to_e164(text, region), number, text)

    def test_variants_of_a_mobile_have_one_key(self):
        for numbers in (
            ("+5491112345678", "+541112345678"),
            ("+5215512345678", "+525512345678"),
            ("+551187654321", "+5511987654321"),
            ("+22997123456", "+2290197123456"),
        ):
            self.assertEqual(len({phone.get_key(number) for number in numbers}), 1)
            for number in numbers:
                self.assertLessEqual(set(numbers), phone.get_variants(number))
        self.assertEqual(phone.get_variants("+79161112233"), {"+79161112233"})
        self.assertEqual(phone.get_variants("+551132654321"), {"+551132654321"})
        self.assertEqual(phone.get_key(""), "")

    def test_first_phone_and_the_rest(self):
        for text, number, rest in (
            ("8 916 111-22-33", "+79161112233", ""),
            ("8 916 111-22-33, 8 903 222-33-44", "+79161112233", "8 903 222-33-44"),
            ("89161112233/89032223344", "+79161112233", "89032223344"),
            ("89161112233 89032223344", "+79161112233", "89032223344"),
            ("8 916 111-22-33 (WhatsApp)", "+79161112233", "WhatsApp"),
            ("8 916 111-22-33 жена", "+79161112233", "жена"),
            ("жена: 8 916 111-22-33", "+79161112233", "жена"),
            ("тел. 8 916 111-22-33", "+79161112233", ""),
            (
                "+7 916 111 22 33 жена 8 903 222 33 44",
                "+79161112233",
                "жена 8 903 222 33 44",
            ),
            ("0033 6 12 34 56 78 (Telegram)", "+33612345678", "Telegram"),
            ("+55 11 8765-4321 (casa)", "+5511987654321", "casa"),
            ("позвонить жене", "", "позвонить жене"),
        ):
            with self.subTest(text=text):
                first = phone.find_first(text, "RU")
                self.assertEqual((first.number, first.rest), (number, rest))

    def test_digits_of_a_part_of_a_phone(self):
        for text, region, digits in (
            ("8 916 111", "RU", "916111"),
            ("06 12 34", "FR", "61234"),
            ("0612345678", "RU", "612345678"),
            ("+49 (0)30 901", "RU", "4930901"),
            ("0049 30 901", "RU", "4930901"),
            ("111-22-33", "RU", "1112233"),
            ("А123ВС 77", "RU", ""),
            ("Kia 5", "RU", ""),
            ("1234", "RU", ""),
        ):
            self.assertEqual(phone.get_search_digits(text, region), digits, text)

    def test_long_garbage_is_read_at_once(self):
        for text in ("8 916 " * 100_000, "(" * 100_000, "+7" * 100_000):
            phone.find_first(text, "RU")
            phone.get_search_digits(text, "RU")


@tagged("post_install", "-at_install")
class TestPhone(AutoVehicleCommon):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.env.company.country_id = cls.env.ref("base.ru")
        cls.Partner = cls.env["res.partner"].with_user(cls.advisor)
        cls.Lead = cls.env["crm.lead"].with_user(cls.advisor)

    def _assert_found(self, text, partner, lead, vehicle):
        """Look for the customer everywhere one types a phone."""
        self.assertIn(partner.id, [row[0] for row in self.Partner.name_search(text)])
        by_field = self.Partner.search([("phone_mobile_search", "ilike", text)])
        self.assertIn(partner, by_field)
        self.assertIn(lead, self.Lead.search([("phone_mobile_search", "ilike", text)]))
        self.assertIn(lead, self.Lead.search([("auto_phone_search", "ilike", text)]))
        vehicles = self.env["auto.vehicle"].with_user(self.advisor)
        self.assertIn(vehicle.id, [row[0] for row in vehicles.name_search(text)])
        self.assertIn(
            vehicle, vehicles.search([("partner_id.phone_mobile_search", "=", text)])
        )

    def test_customer_deal_and_car_are_found_by_any_national_spelling(self):
        for number, texts in (
            ("+79161112233", ("8 916 111-22-33", "89161112233", "+7 916 111 22 33")),
            ("+33612345678", ("06 12 34 56 78", "0033612345678", "+33 6 12345678")),
            ("+49 30 901820", ("+49 (0)30 901820", "0049 30 901820")),
        ):
            partner = self.Partner.create({"name": "Known", "phone": number})
            lead = self.Lead.create({"name": "Deal", "phone": number})
            vehicle = self.env["auto.vehicle"].create({"partner_id": partner.id})
            for text in texts:
                with self.subTest(text=text):
                    self._assert_found(text, partner, lead, vehicle)

    def test_a_part_of_a_phone_finds_too(self):
        partner = self.Partner.create({"name": "Known", "phone": "+79161112233"})
        for text in ("8 916 111", "111-22-33", "+7 916 1112"):
            found = [row[0] for row in self.Partner.name_search(text)]
            self.assertIn(partner.id, found, text)

    def test_rest_of_a_phone_is_kept_as_a_note(self):
        text = "8 916 111-22-33, 8 903 222-33-44 (жена)"
        partner = self.Partner.create({"name": "Two", "phone": text, "comment": "VIP"})
        self.assertEqual(partner.phone, "8 916 111-22-33")
        self.assertEqual(partner.phone_sanitized, "+79161112233")
        self.assertIn("VIP", partner.comment)
        self.assertIn("8 903 222-33-44 (жена", partner.comment)
        partner.phone = "8 916 111-22-34 (WhatsApp)"
        self.assertEqual(partner.phone_sanitized, "+79161112234")
        self.assertIn("жена", partner.comment)
        self.assertIn("WhatsApp", partner.comment)
        lead = self.Lead.create({"name": "Two", "phone": text})
        self.assertEqual(lead.phone_sanitized, "+79161112233")
        self.assertIn("жена", lead.description)

    def test_rest_of_a_phone_typed_into_a_form_is_kept(self):
        with Form(self.Partner) as form:
            form.name = "Two"
            form.phone = "8 916 111-22-33 жена"
            self.assertEqual(form.phone, "+7 916 111-22-33")
        self.assertIn("жена", form.record.comment)

    def test_mobile_variants_are_one_customer(self):
        for kept, asked in (
            ("+54 9 11 1234 5678", "+54 11 1234 5678"),
            ("+54 11 1234 5679", "+54 9 11 1234 5679"),
            ("+52 1 55 1234 5678", "+52 55 1234 5678"),
            ("+52 55 1234 5679", "+52 1 55 1234 5679"),
            ("+55 11 8765-4321", "+55 11 98765-4321"),
            ("+55 11 98765-4322", "+55 11 8765-4322"),
            ("+229 97 12 34 56", "+229 01 97 12 34 56"),
            ("+229 01 97 12 34 57", "+229 97 12 34 57"),
        ):
            with self.subTest(kept=kept):
                partner = self.Partner.create({"name": "Known", "phone": kept})
                lead = self.env["crm.lead"]._receive_request(
                    {"contact_name": "Known", "phone": asked, "wish": "Oil"}
                )
                self.assertEqual(lead.partner_id, partner)
                double = self.Partner.create({"name": "Double", "phone": asked})
                self.assertEqual(double.duplicate_phone_ids, partner)

    def test_phones_of_before_are_read_when_the_addon_is_updated(self):
        partner = self.Partner.create({"name": "Old", "phone": "+79161112233"})
        nobody = self.Partner.create({"name": "None", "phone": "позвонить жене"})
        self.env.flush_all()
        self.env.cr.execute(
            "UPDATE res_partner SET phone = %s, phone_sanitized = NULL WHERE id = %s",
            ["8 916 111-22-34, 8 903 222-33-44 (жена)", partner.id],
        )
        self.env.invalidate_all()
        script = load_script(file_path(MIGRATION), "phones")
        script.migrate(self.env.cr, "19.0.1.5.0")
        self.env.invalidate_all()
        self.assertEqual(partner.phone_sanitized, "+79161112234")
        self.assertFalse(nobody.phone_sanitized)

    def test_a_name_is_searched_as_ever(self):
        partner = self.Partner.create({"name": "Ivan 5", "phone": "+79161112233"})
        self.assertEqual(
            self.Partner.search([("display_name", "ilike", "Ivan 5")]), partner
        )

    def test_searches_cost_the_same_for_many(self):
        def query_count():
            self.env.invalidate_all()
            before = self.cr.sql_log_count
            self.Partner.name_search("8 916 111")
            return self.cr.sql_log_count - before

        self.Partner.create({"name": "First", "phone": "+79161112200"})
        query_count()
        few = query_count()
        self.Partner.create(
            [{"name": f"C{n}", "phone": f"+79161113{n:03}"} for n in range(40)]
        )
        self.assertLessEqual(query_count(), few)
