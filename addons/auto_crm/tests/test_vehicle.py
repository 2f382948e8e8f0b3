from psycopg2.errors import CheckViolation, UniqueViolation

from odoo.exceptions import UserError, ValidationError
from odoo.tests import Form, freeze_time, tagged, users
from odoo.tools import mute_logger

from .common import AutoCrmCommon


class AutoVehicleCommon(AutoCrmCommon):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.Vehicle = cls.env["auto.vehicle"].with_user(cls.advisor)
        cls.other_customer = cls.env["res.partner"].create(
            {"name": "Anna Smirnova", "phone": "+79037654321"}
        )
        cls.rio = cls.env.ref("auto_crm.fleet_model_kia_rio")

    def _ids_found(self, text):
        return [vehicle_id for vehicle_id, _name in self.Vehicle.name_search(text)]


@tagged("post_install", "-at_install")
class TestVehicle(AutoVehicleCommon):
    def test_plate_and_vin_are_kept_in_one_spelling(self):
        vehicle = self.Vehicle.create(
            {"license_plate": "a 777 aa 77 rus", "vin": "хта210990у2766389"}
        )
        self.assertEqual(vehicle.license_plate, "А777АА 77")
        self.assertEqual(vehicle.vin, "XTA210990Y2766389")
        vehicle.write({"license_plate": " ", "vin": ""})
        self.assertFalse(vehicle.license_plate)
        self.assertFalse(vehicle.plate_key)
        self.assertFalse(vehicle.vin)

    def test_vehicle_is_found_by_any_spelling_or_part_of_its_plate(self):
        for text in ("А123ВС777", "a123bc 777", "123", "23вс", "вс777", "С777"):
            with self.subTest(text=text):
                self.assertIn(self.vehicle.id, self._ids_found(text))
        self.assertNotIn(self.vehicle.id, self._ids_found("К123ВС"))

    def test_foreign_plate_is_found(self):
        vehicle = self.Vehicle.create({"license_plate": "b-ab 1234"})
        self.assertEqual(vehicle.license_plate, "B-AB 1234")
        self.assertEqual(self._ids_found("bab1234"), vehicle.ids)
        self.assertEqual(self._ids_found("AB 12"), vehicle.ids)

    def test_vehicle_is_found_by_vin_model_owner_phone_and_year(self):
        self.vehicle.write(
            {"vin": "XTA210990Y2766389", "model_id": self.rio.id, "year": 2019}
        )
        for text in (
            "Y2766389",
            "киа рио",
            "рио petrov",
            "rio 2019",
            "916 123-45-67",
            "23вс рио",
        ):
            with self.subTest(text=text):
                self.assertEqual(self._ids_found(text), self.vehicle.ids)
        self.assertFalse(self._ids_found("рио smirnova"))

    def test_plate_domain_of_nothing_finds_nothing(self):
        self.assertFalse(self.Vehicle.search(self.Vehicle._get_plate_domain(" ")))
        found = self.Vehicle.search(self.Vehicle._get_plate_domain("123вс"))
        self.assertEqual(found, self.vehicle)

    def test_search_field_takes_any_spelling(self):
        vehicles = self.Vehicle
        self.assertEqual(
            vehicles.search([("plate_search", "ilike", "a123bc")]), self.vehicle
        )
        self.assertEqual(
            vehicles.search([("plate_search", "=", "a123bc777")]), self.vehicle
        )
        self.assertFalse(vehicles.search([("plate_search", "=", "a123bc")]))
        bare = vehicles.create({"model_id": self.rio.id})
        self.assertIn(bare, vehicles.search([("plate_search", "=", False)]))
        self.assertNotIn(
            self.vehicle, vehicles.search([("plate_search", "not ilike", "123вс")])
        )

    def test_name_tells_plate_and_model(self):
        self.assertEqual(self.vehicle.display_name, "А123ВС 777 Testla Rio")
        bare = self.Vehicle.create({"vin": "XTA210990Y2766389"})
        self.assertEqual(bare.display_name, "XTA210990Y2766389")
        self.assertTrue(self.Vehicle.create({}).display_name)

    def test_exact_name_finds_by_plate_or_vin(self):
        self.vehicle.vin = "XTA210990Y2766389"
        for text in ("a123bc777", "xta210990y2766389", self.vehicle.display_name):
            found = self.Vehicle.search([("display_name", "=", text)])
            self.assertEqual(found, self.vehicle, text)

    def test_odd_vin_is_warned_of_and_kept(self):
        with Form(self.Vehicle) as form:
            form.vin = "CR50-0012345"
            self.assertIn("17", form.vin_warning)
            form.vin = "1M8GDM9A1KP042788"
            self.assertIn("check digit", form.vin_warning)
            form.vin = "XTA210990Y2766389"
            self.assertFalse(form.vin_warning)
            self.assertEqual(form.vin_info, "AvtoVAZ, Russia, 2000")
            form.vin = "XTA210990Y276638Ж"
            self.assertIn("Latin", form.vin_warning)
        self.assertEqual(form.record.vin, "XTA210990Y276638Ж")

    def test_form_rewrites_what_was_typed(self):
        with Form(self.Vehicle) as form:
            form.license_plate = "x777xx 99"
            self.assertEqual(form.license_plate, "Х777ХХ 99")

    def test_two_vins_alike_are_refused_with_the_name_of_the_first(self):
        self.vehicle.vin = "XTA210990Y2766389"
        with self.assertRaisesRegex(ValidationError, "А123ВС 777 Testla Rio"):
            self.Vehicle.create({"vin": "xta 210990 y2766389"})

    def test_two_vins_alike_in_one_batch_are_refused(self):
        with (
            self.assertRaises(UniqueViolation),
            mute_logger("odoo.sql_db"),
            self.cr.savepoint(),
        ):
            self.Vehicle.create([{"vin": "XTA210990Y2766389"}] * 2)

    def test_vin_of_an_archived_vehicle_is_refused_with_what_to_do(self):
        self.vehicle.write({"vin": "XTA210990Y2766389", "active": False})
        with self.assertRaisesRegex(ValidationError, "archived"):
            self.Vehicle.create({"vin": "XTA210990Y2766389"})

    def test_vehicles_without_vin_are_many(self):
        self.assertEqual(len(self.Vehicle.create([{"vin": ""}, {"vin": False}, {}])), 3)

    def test_impossible_year_is_refused(self):
        with (
            self.assertRaises(CheckViolation),
            mute_logger("odoo.sql_db"),
            self.cr.savepoint(),
        ):
            self.Vehicle.create({"year": 19})

    def test_duplicate_by_plate_is_shown_before_the_second_is_made(self):
        form = Form(self.Vehicle)
        form.license_plate = "a123bc777"
        self.assertEqual(form.duplicate_ids[:].ids, self.vehicle.ids)
        self.assertIn("Ivan Petrov", form.duplicate_text)
        self.assertIn("change the owner", form.duplicate_text)
        self.assertIn(f"/odoo/auto.vehicle/{self.vehicle.id}", form.duplicate_text)
        form.partner_id = self.customer
        form.license_plate = "К999КК 99"
        self.assertFalse(form.duplicate_text)

    def test_duplicate_of_the_same_owner_is_shown(self):
        double = self.Vehicle.create(
            {"license_plate": "А123ВС 777", "partner_id": self.customer.id}
        )
        self.assertEqual(double.duplicate_ids, self.vehicle)
        self.assertEqual(self.vehicle.with_user(self.advisor).duplicate_ids, double)
        self.assertIn("instead of making", double.duplicate_text)

    def test_archived_duplicate_is_shown_to_be_restored(self):
        self.vehicle.write({"active": False, "partner_id": False})
        form = Form(self.Vehicle)
        form.license_plate = "А123ВС777"
        self.assertIn("archived", form.duplicate_text)

    def test_names_in_the_warning_are_escaped(self):
        self.customer.name = "<b>Ivan</b>"
        form = Form(self.Vehicle)
        form.license_plate = "a123bc777"
        self.assertNotIn("<b>", form.duplicate_text)

    def test_copy_is_another_car(self):
        self.vehicle.write({"vin": "XTA210990Y2766389", "odometer": 1000})
        copy = self.vehicle.copy()
        self.assertFalse(copy.license_plate or copy.vin or copy.odometer)
        self.assertEqual(copy.model_id, self.vehicle.model_id)

    def test_archived_vehicle_is_not_offered(self):
        self.vehicle.active = False
        self.assertNotIn(self.vehicle.id, self._ids_found("А123ВС777"))

    def test_vehicle_of_a_customer_of_one_company_is_that_company_s(self):
        branch = self.env["res.company"].create({"name": "Other shop"})
        self.customer.company_id = branch
        vehicle = self.env["auto.vehicle"].create({"partner_id": self.customer.id})
        self.assertEqual(vehicle.company_id, branch)

    def test_counts_on_the_buttons(self):
        self.env["sale.order"].create(
            {
                "partner_id": self.customer.id,
                "vehicle_id": self.vehicle.id,
                "is_work_order": True,
            }
        )
        self.env["crm.lead"].create(
            [
                {
                    "name": "Lost",
                    "vehicle_id": self.vehicle.id,
                    "active": False,
                    "probability": 0,
                },
                {"name": "Open", "vehicle_id": self.vehicle.id},
            ]
        )
        self.env["auto.recommendation"].create(
            [
                {"name": "Pads", "vehicle_id": self.vehicle.id},
                {"name": "Oil", "vehicle_id": self.vehicle.id, "state": "done"},
            ]
        )
        vehicle = self.vehicle.with_user(self.advisor)
        self.assertEqual(vehicle.order_count, 1)
        self.assertEqual(vehicle.lead_count, 2)
        self.assertEqual(vehicle.recommendation_count, 1)
        for action in (
            vehicle.action_view_orders(),
            vehicle.action_view_leads(),
            vehicle.action_view_recommendations(),
        ):
            records = self.env[action["res_model"]].with_context(**action["context"])
            self.assertTrue(records.search(action["domain"]))

    def test_last_visit_is_the_last_reception(self):
        self.env["sale.order"].create(
            [
                {
                    "partner_id": self.customer.id,
                    "vehicle_id": self.vehicle.id,
                    "date_received": date,
                }
                for date in ("2026-01-10 08:00:00", "2026-03-10 08:00:00", False)
            ]
        )
        self.assertEqual(str(self.vehicle.date_last_visit), "2026-03-10 08:00:00")

    def test_next_due_is_the_nearest_open_recommendation(self):
        self.env["auto.recommendation"].create(
            [
                {
                    "name": "Done",
                    "date_due": "2026-01-01",
                    "state": "done",
                    "vehicle_id": self.vehicle.id,
                },
                {
                    "name": "Belt",
                    "date_due": "2026-12-01",
                    "state": "declined",
                    "vehicle_id": self.vehicle.id,
                },
                {
                    "name": "Pads",
                    "date_due": "2026-11-01",
                    "state": "deferred",
                    "vehicle_id": self.vehicle.id,
                },
                {"name": "Some day", "vehicle_id": self.vehicle.id},
            ]
        )
        self.assertEqual(self.vehicle.next_due_id.name, "Pads")
        self.assertEqual(str(self.vehicle.date_next_due), "2026-11-01")
        self.vehicle.recommendation_ids.filtered(
            lambda r: r.name == "Pads"
        ).state = "done"
        self.assertEqual(self.vehicle.next_due_id.name, "Belt")
        self.vehicle.recommendation_ids.state = "done"
        self.assertFalse(self.vehicle.next_due_id)
        self.assertFalse(self.vehicle.date_next_due)

    def test_due_mileage_becomes_a_date_by_the_car_s_own_readings(self):
        self.env["auto.recommendation"].create(
            {"name": "Oil", "odometer_due": 31000, "vehicle_id": self.vehicle.id}
        )
        self.assertFalse(self.vehicle.date_next_due)
        self.assertEqual(self.vehicle.odometer_next_due, 31000)
        self.env["auto.odometer"].create(
            [
                {"vehicle_id": self.vehicle.id, "value": 20000, "date": "2026-01-01"},
                {"vehicle_id": self.vehicle.id, "value": 30000, "date": "2026-04-11"},
            ]
        )  # 100 km a day
        self.assertEqual(str(self.vehicle.date_next_due), "2026-04-21")

    def test_lists_and_searches_cost_the_same_for_many(self):
        def query_count(function):
            self.env.flush_all()
            self.env.invalidate_all()
            before = self.cr.sql_log_count
            function()
            return self.cr.sql_log_count - before

        def read(vehicles):
            spec = {
                name: {}
                for name in (
                    "display_name",
                    "license_plate",
                    "year",
                    "odometer",
                    "date_next_due",
                    "order_count",
                    "lead_count",
                    "recommendation_count",
                    "odometer_count",
                    "duplicate_text",
                    "vin_warning",
                    "date_last_visit",
                )
            }
            fields = {"fields": {"display_name": {}}}
            spec |= {"model_id": fields, "partner_id": fields, "next_due_id": fields}
            return vehicles.web_read(spec)

        def values(number):
            return {
                "license_plate": f"А{number:03}КК 77",
                "partner_id": self.other_customer.id,
                "model_id": self.rio.id,
                "odometer": 1000 + number,
                "recommendation_ids": [(0, 0, {"name": "Oil", "odometer_due": 5000})],
            }

        vehicles = self.Vehicle.create([values(number) for number in range(40)])
        read(vehicles)  # warm up
        few = query_count(lambda: read(vehicles[:2].with_env(self.Vehicle.env)))
        many = query_count(lambda: read(vehicles.with_env(self.Vehicle.env)))
        self.assertLessEqual(many, few)
        few = query_count(lambda: self.Vehicle.name_search("кк77", limit=2))
        many = query_count(lambda: self.Vehicle.name_search("кк77", limit=40))
        self.assertLessEqual(many, few)

    def test_creating_many_costs_per_car_little(self):
        def create(count, start):
            self.env.flush_all()
            before = self.cr.sql_log_count
            self.Vehicle.create(
                [
                    {
                        "license_plate": f"В{start + n:03}ММ 77",
                        "partner_id": self.customer.id,
                    }
                    for n in range(count)
                ]
            )
            self.env.flush_all()
            return self.cr.sql_log_count - before

        create(2, 0)
        self.assertLessEqual(create(40, 100) - create(2, 50), 10)


@tagged("post_install", "-at_install")
class TestVehicleFromLine(AutoVehicleCommon):
    def _find(self, line, partner=None):
        return self.Vehicle._find_or_create_from_line(line, partner)

    def test_line_makes_the_car_of_the_customer(self):
        vehicle, note = self._find("О551ТР97 киа рио 2019", self.other_customer)
        self.assertRecordValues(
            vehicle,
            [
                {
                    "license_plate": "О551ТР 97",
                    "model_id": self.rio.id,
                    "year": 2019,
                    "partner_id": self.other_customer.id,
                }
            ],
        )
        self.assertFalse(note)
        self.assertEqual(vehicle.owner_ids.partner_id, self.other_customer)

    def test_same_line_finds_the_same_car(self):
        first, _note = self._find("О551ТР97 киа рио 2019", self.customer)
        for line in ("o551tp97", "Kia Rio О551ТР 97 2019", "2019 о 551 тр 97 rus"):
            self.assertEqual(self._find(line, self.customer), (first, ""))

    def test_car_of_another_customer_is_told_and_stays_his(self):
        vehicle, note = self._find("a123bc777 Kia Rio", self.other_customer)
        self.assertEqual(vehicle, self.vehicle)
        self.assertEqual(vehicle.partner_id, self.customer)
        self.assertIn("Ivan Petrov", note)
        self.assertIn("not changed", note)

    def test_company_and_its_people_are_one_owner(self):
        worker = self.env["res.partner"].create(
            {"name": "Driver", "parent_id": self.customer.id}
        )
        self.assertEqual(self._find("a123bc777", worker), (self.vehicle, ""))

    def test_car_without_owner_gets_the_customer(self):
        self.vehicle.partner_id = False
        vehicle, _note = self._find("a123bc777", self.other_customer)
        self.assertEqual(vehicle.partner_id, self.other_customer)

    def test_what_was_unknown_is_filled_and_what_was_known_stays(self):
        vehicle, _note = self._find(
            "a123bc777 Лада Веста 2019 XTA210990Y2766389", self.customer
        )
        self.assertEqual(vehicle, self.vehicle)
        self.assertEqual((vehicle.year, vehicle.vin), (2019, "XTA210990Y2766389"))
        self.assertEqual(vehicle.model_id, self.vehicle_model)

    def test_vin_wins_over_the_plate(self):
        other = self.Vehicle.create({"vin": "XTA210990Y2766389"})
        vehicle, _note = self._find("a123bc777 XTA210990Y2766389")
        self.assertEqual(vehicle, other)

    def test_archived_car_is_restored_with_a_note(self):
        self.vehicle.active = False
        vehicle, note = self._find("a123bc777", self.customer)
        self.assertEqual(vehicle, self.vehicle)
        self.assertTrue(vehicle.active)
        self.assertIn("archived", note)

    def test_own_car_is_preferred_among_cars_with_one_plate(self):
        double = self.Vehicle.create(
            {"license_plate": "А123ВС 777", "partner_id": self.other_customer.id}
        )
        self.assertEqual(self._find("a123bc777", self.other_customer)[0], double)
        self.assertEqual(self._find("a123bc777", self.customer)[0], self.vehicle)

    def test_car_told_without_plate_is_the_customer_s_only_one_of_that_model(self):
        first, _note = self._find("Kia Rio 2019", self.customer)
        self.assertEqual(self._find("киа рио", self.customer)[0], first)
        self.assertEqual(self._find("киа рио 2019", self.customer)[0], first)
        self.assertNotEqual(self._find("киа рио 2012", self.customer)[0], first)
        self.assertNotEqual(self._find("киа рио 2019", self.other_customer)[0], first)

    def test_words_beside_the_car_are_kept(self):
        vehicle, _note = self._find("Kia Rio 4 1.6 AT 2019 <b>")
        self.assertEqual(vehicle.model_id, self.rio)
        self.assertIn("4 1.6 AT", vehicle.note)
        self.assertNotIn("<b>", vehicle.note)

    def test_customer_s_words_do_not_fill_the_catalogue(self):
        count = self.env["fleet.vehicle.model"].search_count([])
        self._find("А555АА77 непонятно что стучит")
        self._find("А556АА77 Kia у меня стучит справа")
        self.assertEqual(self.env["fleet.vehicle.model"].search_count([]), count)
        self._find("А557АА77 Kia Opirus")
        self.assertEqual(self.env["fleet.vehicle.model"].search_count([]), count + 1)

    def test_line_without_a_car_makes_none(self):
        count = self.Vehicle.search_count([])
        for line in ("стучит справа", "", None, "x" * 100000):
            vehicle, note = self._find(line, self.customer)
            self.assertFalse(vehicle)
            self.assertTrue(note)
        self.assertEqual(self.Vehicle.search_count([]), count)

    def test_car_of_another_company_is_not_touched(self):
        other = self.env["res.company"].create({"name": "Other shop"})
        self.vehicle.partner_id = False
        self.vehicle.company_id = other
        vehicle, _note = self.env["auto.vehicle"]._find_or_create_from_line("a123bc777")
        self.assertNotEqual(vehicle, self.vehicle)

    @users("auto_advisor")
    def test_name_create_makes_the_car_of_the_customer_in_the_document(self):
        vehicles = self.env["auto.vehicle"].with_context(
            default_partner_id=self.other_customer.id
        )
        vehicle_id, name = vehicles.name_create("О551ТР97 Kia Rio 2019")
        self.assertEqual(name, "О551ТР 97 Kia Rio")
        self.assertEqual(vehicles.browse(vehicle_id).partner_id, self.other_customer)

    @users("auto_advisor")
    def test_name_create_says_what_to_type(self):
        with self.assertRaisesRegex(UserError, "Type its plate"):
            self.env["auto.vehicle"].name_create("стучит")


@tagged("post_install", "-at_install")
class TestVehicleOwner(AutoVehicleCommon):
    def _history(self, vehicle=None):
        rows = (vehicle or self.vehicle).owner_ids.sorted("id")
        return [
            (
                row.partner_id.name,
                str(row.date_start),
                row.date_stop and str(row.date_stop),
            )
            for row in rows
        ]

    @freeze_time("2026-03-10 09:00:00")
    def test_first_owner_is_history_from_the_start(self):
        vehicle = self.Vehicle.create({"partner_id": self.customer.id})
        self.assertEqual(self._history(vehicle), [("Ivan Petrov", "2026-03-10", False)])

    def test_owner_written_anywhere_is_history(self):
        with freeze_time("2026-03-10 09:00:00"):
            vehicle = self.Vehicle.create({"partner_id": self.customer.id})
        with freeze_time("2026-06-01 09:00:00"):
            vehicle.partner_id = self.other_customer
        self.assertEqual(
            self._history(vehicle),
            [
                ("Ivan Petrov", "2026-03-10", "2026-06-01"),
                ("Anna Smirnova", "2026-06-01", False),
            ],
        )

    def test_same_owner_written_again_changes_nothing(self):
        self.vehicle.partner_id = self.customer
        self.assertEqual(len(self.vehicle.owner_ids), 1)

    def test_owner_removed_ends_the_history(self):
        self.vehicle.partner_id = False
        self.assertTrue(self.vehicle.owner_ids.date_stop)
        self.vehicle.partner_id = self.other_customer
        self.assertEqual(len(self.vehicle.owner_ids), 2)

    def test_many_cars_change_hands_at_once(self):
        vehicles = self.Vehicle.create([{"partner_id": self.customer.id}, {}, {}])
        vehicles.write({"partner_id": self.other_customer.id})
        self.assertEqual(
            vehicles.owner_ids.filtered(lambda row: not row.date_stop).partner_id,
            self.other_customer,
        )
        self.assertEqual([len(vehicle.owner_ids) for vehicle in vehicles], [2, 1, 1])

    def test_one_present_owner_is_the_database_s_rule(self):
        with (
            self.assertRaises(UniqueViolation),
            mute_logger("odoo.sql_db"),
            self.cr.savepoint(),
        ):
            self.env["auto.vehicle.owner"].create(
                {"vehicle_id": self.vehicle.id, "partner_id": self.other_customer.id}
            )

    def test_ownership_ends_after_it_begins(self):
        with (
            self.assertRaises(CheckViolation),
            mute_logger("odoo.sql_db"),
            self.cr.savepoint(),
        ):
            self.vehicle.owner_ids.date_stop = "2000-01-01"
            self.env.flush_all()

    def _change(self, **values):
        action = self.vehicle.with_user(self.advisor).action_change_owner()
        wizard = Form(
            self.env[action["res_model"]]
            .with_user(self.advisor)
            .with_context(**action["context"])
        )
        for name, value in values.items():
            setattr(wizard, name, value)
        return wizard.save().action_confirm()

    def test_change_of_owner_with_day_and_mileage(self):
        self.vehicle.owner_ids.date_start = "2026-01-01"
        self.vehicle.driver_id = self.customer
        self._change(partner_id=self.other_customer, date="2026-05-05", odometer=50000)
        self.assertEqual(
            self._history(),
            [
                ("Ivan Petrov", "2026-01-01", "2026-05-05"),
                ("Anna Smirnova", "2026-05-05", False),
            ],
        )
        self.assertEqual(self.vehicle.partner_id, self.other_customer)
        self.assertEqual(self.vehicle.odometer, 50000)
        self.assertFalse(self.vehicle.driver_id)

    def test_impossible_changes_are_refused(self):
        with self.assertRaisesRegex(UserError, "already"):
            self._change(partner_id=self.customer)
        with self.assertRaisesRegex(UserError, "not before"):
            self._change(partner_id=self.other_customer, date="2200-01-01")
        with self.assertRaisesRegex(UserError, "can't be earlier"):
            self._change(partner_id=self.other_customer, date="2001-01-01")

    def test_owner_change_is_in_the_chatter(self):
        self.env.flush_all()
        self.cr.precommit.run()
        self.vehicle.partner_id = self.other_customer
        self.env.flush_all()
        self.cr.precommit.run()
        tracked = self.vehicle.message_ids.tracking_value_ids.mapped("new_value_char")
        self.assertIn("Anna Smirnova", tracked)

    def test_merged_customer_keeps_cars_and_history(self):
        double = self.env["res.partner"].create({"name": "Petrov I."})
        vehicle = self.env["auto.vehicle"].create(
            {"partner_id": double.id, "driver_id": double.id}
        )
        self.env["base.partner.merge.automatic.wizard"]._merge(
            (self.customer | double).ids, self.customer
        )
        self.env.invalidate_all()
        self.assertFalse(double.exists())
        self.assertEqual(vehicle.partner_id, self.customer)
        self.assertEqual(vehicle.driver_id, self.customer)
        self.assertEqual(vehicle.owner_ids.partner_id, self.customer)

    def test_archived_customer_keeps_cars(self):
        self.customer.active = False
        self.assertEqual(self.vehicle.partner_id, self.customer)
        self.assertIn(self.vehicle.id, self._ids_found("А123ВС777"))


@tagged("post_install", "-at_install")
class TestOdometer(AutoVehicleCommon):
    def _read(self, value, date, **vals):
        return self.env["auto.odometer"].create(
            {"vehicle_id": self.vehicle.id, "value": value, "date": date, **vals}
        )

    def test_odometer_is_the_latest_reading(self):
        self._read(30000, "2026-03-01")
        self._read(20000, "2026-01-01")
        self.assertEqual(self.vehicle.odometer, 30000)
        late = self._read(31000, "2026-03-01")
        self.assertEqual(self.vehicle.odometer, 31000)
        late.unlink()
        self.assertEqual(self.vehicle.odometer, 30000)

    @freeze_time("2026-03-10 09:00:00")
    def test_typed_odometer_is_a_reading_of_today(self):
        vehicle = self.vehicle.with_user(self.advisor)
        vehicle.odometer = 45000
        self.assertRecordValues(
            vehicle.odometer_ids, [{"value": 45000, "source": "staff"}]
        )
        self.assertEqual(str(vehicle.odometer_ids.date), "2026-03-10")
        vehicle.odometer = 45000
        vehicle.write({"odometer": 0})
        self.assertEqual(len(vehicle.odometer_ids), 1)
        self.assertEqual(vehicle.odometer, 45000)

    def test_new_car_with_mileage_has_its_first_reading(self):
        vehicles = self.Vehicle.create([{"odometer": 100}, {"odometer": 0}, {}])
        self.assertEqual([len(vehicle.odometer_ids) for vehicle in vehicles], [1, 0, 0])

    def test_lower_reading_of_staff_is_kept_and_warned_of(self):
        self._read(30000, "2026-03-01")
        low = self._read(29000, "2026-04-01")
        self.assertEqual(self.vehicle.odometer, 29000)
        self.assertIn("30000", low.warning)
        self.assertIn("is less than", self.vehicle.message_ids[0].body)
        low.value = 30001
        self.assertFalse(low.warning)

    def test_earlier_day_may_have_less(self):
        self._read(30000, "2026-03-01")
        count = len(self.vehicle.message_ids)
        self.assertFalse(self._read(29000, "2026-02-01").warning)
        self.assertEqual(len(self.vehicle.message_ids), count)

    def test_lower_reading_of_a_customer_is_refused(self):
        self._read(30000, "2026-03-01")
        with self.assertRaisesRegex(ValidationError, "less than"):
            self._read(29000, "2026-04-01", source="portal")
        self._read(30500, "2026-04-01", source="portal")

    def test_impossible_readings_are_refused(self):
        for value in (0, -5, 10000000):
            with (
                self.assertRaises(CheckViolation),
                mute_logger("odoo.sql_db"),
                self.cr.savepoint(),
            ):
                self._read(value, "2026-03-01")
        with self.assertRaisesRegex(ValidationError, "yet to come"):
            self._read(1, "2200-01-01")

    def test_reading_of_an_order_is_corrected_not_doubled(self):
        order = self.env["sale.order"].create(
            {"partner_id": self.customer.id, "vehicle_id": self.vehicle.id}
        )
        vehicle = self.vehicle.with_user(self.advisor)
        first = vehicle._add_odometer(50000, source="order", order=order)
        again = vehicle._add_odometer(50100, source="order", order=order)
        self.assertEqual(first, again)
        self.assertEqual(vehicle.odometer, 50100)
        self.assertFalse(vehicle._add_odometer(0))

    def test_forecast_needs_a_month_of_readings_that_grow(self):
        forecast = self.vehicle._forecast_odometer_date
        self.assertFalse(forecast(1000))
        self._read(20000, "2026-01-01")
        self.assertFalse(forecast(21000))
        self._read(21000, "2026-01-11")
        self.assertFalse(forecast(22000))
        self._read(23000, "2026-01-31")
        self.assertEqual(str(forecast(24000)), "2026-02-10")
        self.assertEqual(str(forecast(23000)), "2026-01-31")
        self.assertEqual(forecast(10**9).year, 2036)
