from odoo.exceptions import ValidationError
from odoo.tests import tagged
from odoo.tools import file_open

from .test_vehicle import AutoVehicleCommon

OPTIONS = {"has_headers": True, "quoting": '"', "separator": ",", "encoding": "utf-8"}
XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


@tagged("post_install", "-at_install")
class TestVehicleImport(AutoVehicleCommon):
    def _import(self, res_model, content, file_type="text/csv", user=None, create=None):
        """Do what the import screen does: match the columns, import.

        :return: what it shows: ids and messages
        """
        user = user or self.manager
        wizard = (
            self.env["base_import.import"]
            .with_user(user)
            .create({"res_model": res_model, "file": content, "file_type": file_type})
        )
        preview = wizard.parse_preview(dict(OPTIONS))
        self.assertNotIn("error", preview)
        headers = preview["headers"]
        self.assertEqual(sorted(preview["matches"]), list(range(len(headers))))
        names = ["/".join(preview["matches"][index]) for index in range(len(headers))]
        options = {**preview["options"], "name_create_enabled_fields": create or {}}
        return wizard.execute_import(names, headers, options)

    def _import_sample(self, res_model, name, file_type):
        extension = "xlsx" if file_type == XLSX else "csv"
        with file_open(f"auto_crm/static/import/{name}.{extension}", "rb") as sample:
            result = self._import(res_model, sample.read(), file_type)
        self.assertFalse(result["messages"])
        return self.env[res_model].browse(result["ids"])

    def _check_all(self, file_type):
        customers = self._import_sample("res.partner", "customers", file_type)
        self.assertIn("+79161234567", customers.mapped("phone_sanitized"))
        self.assertEqual(len(customers.filtered("is_company")), 1)
        vehicles = self._import_sample("auto.vehicle", "vehicles", file_type)
        self.assertEqual(len(vehicles), 5)
        self.assertEqual(
            vehicles.mapped("model_id.display_name"),
            ["Kia Rio", "Lada Vesta", "BMW X3", "GAZ GAZelle Next", "Volkswagen Golf"],
        )
        self.assertEqual(vehicles.mapped("owner_ids.partner_id"), customers)
        self.assertEqual(vehicles[1].license_plate, "О551ТР 97")
        self.assertEqual(set(vehicles.odometer_ids.mapped("source")), {"import"})
        products = self._import_sample("product.template", "products", file_type)
        self.assertEqual(products[0].maker, "TRW")
        self.assertEqual(products[3].norm_hours, 1.2)
        pricelist = self._import_sample("product.pricelist", "pricelist", file_type)
        self.assertEqual(len(pricelist.item_ids), 3)
        variant = products[0].product_variant_id
        self.assertEqual(pricelist._get_product_price(variant, 1.0), 3500)

    def test_sample_files_in_csv_import(self):
        self._check_all("text/csv")

    def test_sample_files_in_xlsx_import(self):
        self._check_all(XLSX)

    def test_importing_again_updates_by_external_id(self):
        first = self._import_sample("res.partner", "customers", "text/csv")
        again = self._import_sample("res.partner", "customers", XLSX)
        self.assertEqual(first, again)

    def test_advisor_may_import_customers_and_vehicles(self):
        result = self._import(
            "auto.vehicle",
            b"id,license_plate,model_id\n"
            b"my_1,a001aa77,\xd0\x9a\xd0\xb8\xd0\xb0 \xd0\xa0\xd0\xb8\xd0\xbe\n",
            user=self.advisor,
        )
        self.assertFalse(result["messages"])
        self.assertEqual(self.env.ref("__import__.my_1").model_id, self.rio)

    def test_bad_rows_are_told_with_their_numbers_and_nothing_is_imported(self):
        rows = [
            "id,license_plate,model_id,year,vin",
            "bad_1,А001АА77,Kia Rio,2019,XTA210990Y2766389",
            "bad_2,А002АА77,Kia Nonsense,2019,",
            "bad_3,А003АА77,Kia Rio,nineteen,",
            "bad_4,А004АА77,Kia Rio,2019,",
        ]
        result = self._import("auto.vehicle", "\n".join(rows).encode())
        told = {
            message["rows"]["from"]: message["message"]
            for message in result["messages"]
        }
        self.assertEqual(set(told), {1, 2})
        self.assertIn("Kia Nonsense", told[1])
        self.assertFalse(result["ids"])
        self.assertFalse(self.env.ref("__import__.bad_1", raise_if_not_found=False))

    def test_vin_that_exists_is_told_with_its_row(self):
        self.vehicle.vin = "XTA210990Y2766389"
        rows = ["id,vin", "ok_1,XTA210990Y2766388", "dup_1,xta210990y2766389"]
        result = self._import("auto.vehicle", "\n".join(rows).encode())
        message = result["messages"][0]
        self.assertEqual(message["rows"], {"from": 1, "to": 1})
        self.assertIn("already a vehicle", message["message"])

    def _import_rows(self, *rows, **options):
        """Import lines of text; the result by row: vehicles, or what is told of it."""
        content = "\n".join(rows).encode()
        result = self._import("auto.vehicle", content, **options)
        told = {
            message["rows"]["from"]: message["message"]
            for message in result["messages"]
        }
        return self.env["auto.vehicle"].browse(result["ids"] or []), told

    def test_make_and_model_in_two_columns_make_the_model(self):
        vehicles, told = self._import_rows(
            "id,license_plate,Make,Model",
            "two_1,А001АА77,Kia,Rio",
            "two_2,А002АА77,ВАЗ,2114",
            "two_3,А003АА77,Lada (ВАЗ),Vesta",
            "two_4,А004АА77,Lada,Лада Веста",
            "two_5,А005АА77,Jetta,VS5",
            "two_6,А006АА77,,Киа Рио",
            "two_7,А007АА77,,",
        )
        self.assertFalse(told)
        self.assertEqual(
            [vehicle.model_id.display_name for vehicle in vehicles],
            [
                "Kia Rio",
                "Lada 2114",
                "Lada Vesta",
                "Lada Vesta",
                "Jetta VS5",
                "Kia Rio",
                False,
            ],
        )

    def test_a_make_has_its_own_models_only(self):
        partner = self.env["fleet.vehicle.model"].search(
            [("display_name", "=", "Peugeot Partner")]
        )
        self.assertTrue(partner)
        vehicles, told = self._import_rows(
            "id,license_plate,Make,Model",
            "own_1,А001АА77,Kia,Rio",
            "own_2,А002АА77,Honda,Partner",
            "own_3,А003АА77,Changan,CS35 Max",
            "own_4,А004АА77,Zastava,Vesta",
            "own_5,А005АА77,Kia,",
        )
        self.assertFalse(vehicles)
        self.assertEqual(sorted(told), [1, 2, 3, 4])
        self.assertIn("Honda Partner", told[1])
        self.assertIn("Changan CS35 Max", told[2])
        self.assertIn("Zastava Vesta", told[3])
        self.assertIn("no model", told[4])

    def test_new_makes_and_models_are_made_if_that_was_chosen(self):
        vehicles, told = self._import_rows(
            "id,license_plate,Make,Model",
            "new_1,А001АА77,Honda,Partner",
            "new_2,А002АА77,Royal Enfield,Himalayan",
            "new_3,А003АА77,Changan,CS35 Max",
            "new_4,А004АА77,Changan,CS35 Max",
            create={"model_id": True},
        )
        self.assertFalse(told)
        self.assertEqual(
            vehicles.mapped("model_id.display_name"),
            ["Honda Partner", "Royal Enfield Himalayan", "Changan CS35 Max"],
        )

    def test_mileage_as_people_write_it(self):
        vehicles, told = self._import_rows(
            "id,license_plate,odometer",
            "km_1,А001АА77,84 500",
            'km_2,А002АА77,"84,500"',
            "km_3,А003АА77,84500.6",
            "km_4,А004АА77,84\u00a0500 км",
            "km_5,А005АА77,",
            "km_6,А006АА77,0",
        )
        self.assertFalse(told)
        self.assertEqual(vehicles.mapped("odometer"), [84500] * 4 + [0, 0])
        self.assertEqual(len(vehicles.odometer_ids), 4)

    def test_what_is_no_mileage_is_told_of_its_row_in_our_words(self):
        vehicles, told = self._import_rows(
            "id,license_plate,odometer",
            "no_1,А001АА77,84500",
            "no_2,А002АА77,-5",
            "no_3,А003АА77,много",
            "no_4,А004АА77,99999999",
        )
        self.assertFalse(vehicles)
        self.assertEqual(sorted(told), [1, 2, 3])
        for row, text in ((1, "-5"), (2, "много"), (3, "99999999")):
            self.assertIn(f"“{text}” is no mileage", told[row])

    def test_a_negative_mileage_is_refused_in_our_words(self):
        with self.assertRaisesRegex(ValidationError, "is no mileage"):
            self.vehicle.odometer = -5

    def test_no_car_changes_the_make_of_its_model(self):
        honda = self.env.ref("fleet.brand_honda")
        self.vehicle.write({"brand_id": honda.id})
        self.assertEqual(self.vehicle.brand_id, self.vehicle.model_id.brand_id)
        self.assertNotEqual(self.rio.brand_id, honda)

    def test_two_phones_of_a_cell_are_a_phone_and_a_note(self):
        self.company.country_id = self.env.ref("base.ru")
        content = (
            "id,name,phone\n"
            'ph_1,Ivan,"8 916 111-22-33, 8 903 222-33-44 (жена)"\n'
            "ph_2,Anna,0033 6 12 34 56 78 (WhatsApp)\n"
        )
        result = self._import("res.partner", content.encode())
        self.assertFalse(result["messages"])
        ivan, anna = self.env["res.partner"].browse(result["ids"])
        self.assertEqual(ivan.phone_sanitized, "+79161112233")
        self.assertIn("8 903 222-33-44 (жена", ivan.comment)
        self.assertEqual(anna.phone_sanitized, "+33612345678")
        self.assertIn("WhatsApp", anna.comment)

    def test_templates_are_offered_and_exist(self):
        for res_model in ("auto.vehicle", "res.partner", "product.pricelist"):
            templates = self.env[res_model].get_import_templates()
            self.assertTrue(templates)
            for template in templates:
                if template["template"].startswith("/auto_crm/"):
                    with file_open(template["template"][1:], "rb") as sample:
                        self.assertTrue(sample.read())
