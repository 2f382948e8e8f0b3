from odoo.tests import tagged
from odoo.tools import file_open

from .test_vehicle import AutoVehicleCommon

OPTIONS = {"has_headers": True, "quoting": '"', "separator": ",", "encoding": "utf-8"}
XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


@tagged("post_install", "-at_install")
class TestVehicleImport(AutoVehicleCommon):
    def _import(self, res_model, content, file_type="text/csv", user=None):
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
        return wizard.execute_import(names, headers, dict(preview["options"]))

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

    def test_templates_are_offered_and_exist(self):
        for res_model in ("auto.vehicle", "res.partner", "product.pricelist"):
            templates = self.env[res_model].get_import_templates()
            self.assertTrue(templates)
            for template in templates:
                if template["template"].startswith("/auto_crm/"):
                    with file_open(template["template"][1:], "rb") as sample:
                        self.assertTrue(sample.read())
