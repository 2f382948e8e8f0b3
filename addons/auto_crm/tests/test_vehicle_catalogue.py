from odoo.exceptions import UserError
from odoo.tests import Form, tagged

from .common import AutoCrmCommon


@tagged("post_install", "-at_install")
class TestVehicleCatalogue(AutoCrmCommon):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.Model = cls.env["fleet.vehicle.model"].with_user(cls.advisor)

    def _names(self, text):
        return [name for _id, name in self.Model.name_search(text)]

    def test_starter_set_is_found_by_what_people_type(self):
        expected = {
            "Киа Рио": "Kia Rio",
            "рио киа": "Kia Rio",
            "ВАЗ 2114": "Lada 2114",
            "ваз2114": "Lada 2114",
            "Lada Vesta": "Lada Vesta",
            "vesta": "Lada Vesta",
            "хёндай солярис": "Hyundai Solaris",
            "мазда сх5": "Mazda CX-5",
            "VW Поло": "Volkswagen Polo",
            "мерс е200": "Mercedes E-Class",
            "газель": "GAZ GAZelle",
            "рав 4": "Toyota RAV4",
        }
        for text, name in expected.items():
            with self.subTest(text=text):
                self.assertIn(name, self._names(text))

    def test_unknown_name_finds_nothing(self):
        self.assertEqual(self._names("velosiped"), [])

    def test_makes_of_fleet_are_used_not_doubled(self):
        makes = self.env["fleet.vehicle.model.brand"].search(
            [("name", "=ilike", "kia")]
        )
        self.assertEqual(makes, self.env.ref("fleet.brand_kia"))
        self.assertIn("Киа", makes.alias)

    def test_starter_set_has_no_doubles(self):
        models = self.env["fleet.vehicle.model"].search(
            [("brand_id", "!=", self.brand.id)]
        )
        self.assertGreater(len(models), 150)
        self.assertEqual(len(models), len({m.display_name.lower() for m in models}))
        self.assertEqual(set(models.mapped("vehicle_type")), {"car"})

    def test_typed_name_finds_the_model_it_already_is(self):
        model_id, name = self.Model.name_create("лада веста")
        self.assertEqual(name, "Lada Vesta")
        self.assertEqual(model_id, self.env.ref("auto_crm.fleet_model_lada_vesta").id)

    def test_typed_model_of_a_known_make_is_made(self):
        model = self.Model.browse(self.Model.name_create("Ленд Ровер ninety")[0])
        self.assertEqual(model.brand_id, self.env.ref("fleet.brand_land_rover"))
        self.assertEqual(model.name, "Ninety")
        self.assertFalse(model.default_fuel_type)

    def test_typed_model_of_an_unknown_make_makes_both(self):
        self.Model.name_create("Zastava Yugo")
        model = self.Model.browse(self.Model.name_create("zastava YUGO")[0])
        self.assertEqual(model.display_name, "Zastava Yugo")
        self.assertEqual(
            self.Model.search_count([("brand_id", "=", model.brand_id.id)]), 1
        )

    def test_make_alone_is_not_a_model(self):
        for text in ("Kia", "Zastava", " "):
            with self.assertRaises(UserError):
                self.Model.name_create(text)

    def test_model_is_found_by_its_exact_name(self):
        found = self.Model.search([("display_name", "=", "Киа Рио")])
        self.assertEqual(found, self.env.ref("auto_crm.fleet_model_kia_rio"))
        self.assertFalse(self.Model.search([("display_name", "=", "Киа Ри")]))

    def test_make_is_found_by_other_spellings(self):
        brands = self.env["fleet.vehicle.model.brand"]
        self.assertEqual(
            brands.name_search("мерседес")[0][0],
            self.env.ref("fleet.brand_mercedes").id,
        )
        self.assertEqual(
            brands.search([("display_name", "=", "Mercedes-Benz")]),
            self.env.ref("fleet.brand_mercedes"),
        )

    def test_negative_search_works(self):
        rio = self.env.ref("auto_crm.fleet_model_kia_rio")
        self.assertNotIn(rio, self.Model.search([("display_name", "not ilike", "рио")]))

    def test_new_spelling_is_found_at_once(self):
        self.env.ref("auto_crm.fleet_model_kia_rio").alias = "Риошка"
        self.assertEqual(self._names("риошка"), ["Kia Rio"])
        self.env.ref("fleet.brand_kia").alias = "Киюшка"
        self.assertIn("Kia Rio", self._names("киюшка рио"))

    def test_model_name_alone_is_enough_only_if_one_make_has_it(self):
        self.assertEqual(self.Model._match_text("веста 1.6")[0].name, "Vesta")
        self.assertFalse(self.Model._match_text("логан")[0])
        self.assertFalse(self.Model._match_text("300")[0])

    def test_advisor_types_a_model_into_the_form(self):
        with Form(self.env["auto.vehicle"].with_user(self.advisor)) as form:
            form.model_id = self.Model.browse(
                self.Model.name_create("Lada Vesta Sport")[0]
            )
        self.assertEqual(form.record.brand_id.name, "Lada")

    def test_makes_of_several_words(self):
        for text, make, name in (
            ("Aston Martin DB9", "Aston Martin", "DB9"),
            ("Lynk & Co 10", "Lynk & Co", "10"),
            ("Lada (ВАЗ) Niva Bronto", "Lada", "Niva Bronto"),
            ("Royal Enfield Himalayan", "Royal Enfield", "Himalayan"),
            ("De Tomaso Pantera", "De Tomaso", "Pantera"),
        ):
            with self.subTest(text=text):
                model = self.Model.browse(self.Model.name_create(text)[0])
                self.assertEqual((model.brand_id.name, model.name), (make, name))
        self.assertEqual(
            self.Model._match_text("Lada (ВАЗ) 2114")[0].display_name, "Lada 2114"
        )
        brands = self.env["fleet.vehicle.model.brand"]
        self.assertEqual(
            brands.search([("display_name", "=", "Lada (ВАЗ)")]).name, "Lada"
        )

    def test_a_model_is_not_taken_by_the_beginning_of_its_name(self):
        plus = self.env.ref("auto_crm.fleet_model_changan_cs35_plus")
        self.assertEqual(self.Model._match_text("Changan CS35 Plus 1.6")[0], plus)
        self.assertEqual(self.Model._match_text("Changan CS35 1.6")[0], plus)
        self.assertFalse(self.Model._match_text("Changan CS35 Max")[0])
        made, rest = self.Model._find_or_create_told("Changan CS35 Max 1.5")
        self.assertEqual(made.display_name, "Changan CS35 Max")
        self.assertEqual(rest, "1.5")
        self.assertEqual(self.Model._match_text("чанган cs35 max")[0], made)

    def test_new_makes_are_not_the_old_models_of_their_name(self):
        for text, name in (
            ("Jetta VS5", "Jetta VS5"),
            ("Jetta VS8", "Jetta VS8"),
            ("Solaris HC", "Solaris HC"),
            ("Солярис KRX", "Solaris KRX"),
            ("Volga C40", "Volga C40"),
            ("Волга С40", "Volga C40"),
            ("Jetta", "Volkswagen Jetta"),
            ("Jetta 2.0", "Volkswagen Jetta"),
            ("Solaris 1.6", "Hyundai Solaris"),
            ("Hyundai Solaris", "Hyundai Solaris"),
            ("Волга", "GAZ Volga"),
            ("ГАЗ Волга", "GAZ Volga"),
        ):
            with self.subTest(text=text):
                model, _rest = self.Model._find_or_create_told(text)
                self.assertEqual(model.display_name, name)

    def test_the_make_named_is_never_another_one(self):
        self.assertFalse(self.Model._match_text("Honda Partner")[0])
        model, _rest = self.Model._find_or_create_told("Honda Partner")
        self.assertEqual(model.display_name, "Honda Partner")
