from odoo.tests import Form, tagged

from .test_vehicle import AutoVehicleCommon


@tagged("post_install", "-at_install")
class TestCustomer(AutoVehicleCommon):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.Partner = cls.env["res.partner"].with_user(cls.advisor)
        cls.russia = cls.env.ref("base.ru")

    def test_phone_is_kept_the_international_way(self):
        with Form(self.Partner) as form:
            form.name = "Oleg"
            form.country_id = self.russia
            form.phone = "8 (926) 111 22 33"
        self.assertEqual(form.record.phone_sanitized, "+79261112233")

    def test_phone_garbage_is_kept_and_is_no_duplicate(self):
        partners = self.Partner.create(
            [
                {"name": "A", "phone": "позвонить жене"},
                {"name": "B", "phone": "позвонить жене"},
            ]
        )
        self.assertFalse(partners[0].phone_sanitized)
        self.assertFalse(partners.duplicate_phone_ids)
        self.assertFalse(partners[0].duplicate_phone_text)

    def test_same_phone_is_shown_before_the_second_customer_is_made(self):
        form = Form(self.Partner)
        form.name = "Petrov I."
        form.country_id = self.russia
        form.phone = "8 916 123-45-67"
        self.assertEqual(form.duplicate_phone_ids[:].ids, self.customer.ids)
        self.assertIn("Ivan Petrov", form.duplicate_phone_text)
        form.phone = "8 916 123-45-68"
        self.assertFalse(form.duplicate_phone_text)

    def test_archived_customer_with_the_phone_is_shown_too(self):
        self.customer.active = False
        double = self.Partner.create(
            {"name": "Double", "phone": "+79161234567", "country_id": self.russia.id}
        )
        self.assertEqual(double.duplicate_phone_ids, self.customer)

    def test_company_and_its_people_share_a_phone(self):
        worker = self.Partner.create(
            {
                "name": "Driver",
                "parent_id": self.customer.id,
                "phone": self.customer.phone,
            }
        )
        self.assertFalse(worker.duplicate_phone_ids)
        self.assertFalse(self.customer.with_user(self.advisor).duplicate_phone_ids)

    def test_customer_is_found_by_plate(self):
        for text in ("a123bc", "23вс777"):
            found = self.Partner.search([("vehicle_ids.plate_search", "ilike", text)])
            self.assertEqual(found, self.customer)

    def test_vehicles_of_a_company_are_those_of_its_people(self):
        worker = self.Partner.create({"name": "Driver", "parent_id": self.customer.id})
        self.Vehicle.create({"partner_id": worker.id})
        customer = self.customer.with_user(self.advisor)
        self.assertEqual((customer | worker).mapped("vehicle_count"), [2, 1])
        action = customer.action_view_vehicles()
        self.assertEqual(len(self.Vehicle.search(action["domain"])), 2)

    def test_partner_form_and_search_open_for_the_advisor(self):
        with Form(self.customer.with_user(self.advisor)) as form:
            self.assertEqual(len(form.vehicle_ids), 1)

    def test_vehicle_typed_on_the_customer_s_page_is_his(self):
        with (
            Form(self.customer.with_user(self.advisor)) as form,
            form.vehicle_ids.new() as line,
        ):
            line.license_plate = "к999кк99"
            self.assertEqual(line.partner_id, self.customer)
        self.assertIn("К999КК 99", self.customer.vehicle_ids.mapped("license_plate"))

    def test_counts_cost_the_same_for_many(self):
        partners = self.Partner.create(
            [{"name": f"C{n}", "phone": f"+7926000{n:04}"} for n in range(40)]
        )

        def query_count(records):
            self.env.flush_all()
            self.env.invalidate_all()
            before = self.cr.sql_log_count
            records.read(["vehicle_count", "duplicate_phone_text"])
            return self.cr.sql_log_count - before

        query_count(partners)
        few = query_count(partners[:2].with_env(self.Partner.env))
        self.assertLessEqual(query_count(partners.with_env(self.Partner.env)), few)
