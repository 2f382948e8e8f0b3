from datetime import date

from odoo.tests import tagged

from odoo.addons.auto_crm.tools.plate import plate_key
from odoo.addons.auto_crm.tools.vehicle_line import parse_line
from odoo.addons.auto_crm.tools.vehicle_name import VehicleNames, spellings

from .common import AutoCrmCommon
from .plate_generator import FORMATS, make_lines

TODAY = date(2026, 11, 23)


@tagged("post_install", "-at_install")
class TestPlateWorld(AutoCrmCommon):
    """Lines with plates of many countries, read with the makes and models we have."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.Vehicle = cls.env["auto.vehicle"].with_user(cls.advisor)
        cls.catalogue = cls.env["fleet.vehicle.model"].search(
            [("brand_id", "!=", cls.brand.id)], order="id"
        )
        makes = cls.env["fleet.vehicle.model.brand"]._get_spellings()
        models = [
            (model.id, model.brand_id.id, spellings(model.name, model.alias))
            for model in cls.catalogue
        ]
        cls.names = VehicleNames(makes, models)

    def _parse(self, line):
        return parse_line(line, today=TODAY, names=self.names)

    def _read_all(self, seed):
        """Return shares of lines read whole and of plates or makes taken for others."""
        cars = self.catalogue.mapped("display_name")
        whole, wrong, count = 0, [], 0
        for _country, line, plate, car, year in make_lines(cars, seed=seed):
            count += 1
            read = self._parse(line)
            found = self.names.match(read.name)
            model = self.catalogue.browse(found[0].model if found else None)
            same_plate = plate_key(read.plate) == plate_key(plate)
            if read.plate and not same_plate:
                wrong.append(line)
            whole += same_plate and model.display_name == car and read.year == year
        return whole / count, wrong

    def test_plates_of_45_countries_with_make_and_model_are_read_whole(self):
        self.assertEqual(len(FORMATS), 45)
        whole, wrong = self._read_all(seed=14)
        self.assertGreaterEqual(whole, 0.95)
        self.assertFalse(wrong)

    def test_plate_and_model_of_other_countries_lines(self):
        for line, plate, model, year in (
            ("01 A 123 BC Chevrolet Cobalt", "01A123BC", "Chevrolet Cobalt", 0),
            ("AM-32 PTX Kia Rio", "AM32PTX", "Kia Rio", 0),
            ("AG-138 528 VW Golf", "AG138528", "Volkswagen Golf", 0),
            ("AB12 CDE Ford Focus 2015", "AB12CDE", "Ford Focus", 2015),
            ("1234 BCD Seat Leon", "1234BCD", "Seat Leon", 0),
            ("ABC 123 Volvo V70", "ABC123", "Volvo V70", 0),
            ("34 OO 777 Kia Rio", "34OO777", "Kia Rio", 0),
            ("01KG123ABC Honda Fit 2008", "01KG123ABC", "Honda Fit", 2008),
            ("серая Kia Rio", "", "Kia Rio", 0),
            ("серая Kia Rio а123вс77 2015", "A123BC77", "Kia Rio", 2015),
        ):
            with self.subTest(line=line):
                parsed = self.Vehicle._parse_line(line)
                self.assertEqual(plate_key(parsed.plate), plate)
                vehicle, _note = self.Vehicle._find_or_create_from_line(line)
                self.assertEqual(vehicle.plate_key or "", plate)
                self.assertEqual(vehicle.model_id.display_name, model)
                self.assertEqual(vehicle.year, year)

    def test_foreign_plate_alone_makes_a_car(self):
        for line in ("ABC 123", "AB12 CDE", "1234 BCD", "B-AB 1234", "01 A 123 BC"):
            with self.subTest(line=line):
                vehicle, note = self.Vehicle._find_or_create_from_line(line)
                self.assertEqual(vehicle.plate_key, plate_key(line))
                self.assertFalse(vehicle.model_id or note)

    def test_a_plate_that_is_part_of_a_longer_one_is_not_taken(self):
        for line in ("5 A 123 BC Kia Rio", "5 A 123 BC"):
            self.assertNotEqual(plate_key(self._parse(line).plate), "A123BC", line)
        russian = self.Vehicle.create({"license_plate": "А123ВС"})
        uzbek, _note = self.Vehicle._find_or_create_from_line(
            "01 A 123 BC Chevrolet Cobalt"
        )
        self.assertNotEqual(uzbek, russian)

    def test_names_trims_and_words_are_no_plates(self):
        for line in (
            "Kia Rio ТО 60000",
            "Kia Rio ТО 60 000",
            "Kia Rio стучит на 100 км",
            "Kia Rio 1.6 AT 2015",
            "VW Golf GTI 2015",
            "Audi A6 TDI 245 2015",
            "kia rio red 2015",
            "Toyota Camry 2.5 AT 181 hp 2018",
            "GLC 300",
            "BMW 320",
            "Mercedes GLC300",
            "ВАЗ 2114",
            "Peugeot 2008 2017",
            "Changan CS35 Max",
        ):
            self.assertEqual(self._parse(line).plate, "", line)

    def test_a_year_beside_a_plate_is_a_year(self):
        for line, plate, year in (
            ("MINI Cooper S 2014 WA 12345", "WA12345", 2014),
            ("Skoda Octavia RS 2015 1A2 3456", "1A23456", 2015),
            ("Cupra Formentor 2003 TJ-92 KVJ", "TJ92KVJ", 2003),
            ("2014 BCD Seat Leon", "2014BCD", 0),
        ):
            parsed = self._parse(line)
            self.assertEqual((plate_key(parsed.plate), parsed.year), (plate, year))

    def test_what_stands_before_the_make_is_kept_apart(self):
        parsed = self._parse("серая Kia Rio 1.6")
        self.assertEqual((parsed.name, parsed.rest), ("Kia Rio 1.6", "серая"))
        vehicle, _note = self.Vehicle._find_or_create_from_line("серая Kia Rio 1.6")
        self.assertIn("1.6 серая", vehicle.note)

    def test_a_stuck_plate_is_found_by_its_form(self):
        parsed = self._parse("Kia Rio г/н:А123ВС77, 84500 км")
        self.assertEqual(parsed.plate, "А123ВС 77")

    def test_what_we_print_we_read_back(self):
        rio = self.env.ref("auto_crm.fleet_model_kia_rio")
        for plate in (
            "АВ123 77",  # taxi
            "АВ12377",
            "АВ1234 77",  # trailer
            "1234АВ 77",  # motorcycle
            "А124ВС 777",
            "AB 12345",
            "B-AB 1234",
            "ABC 123",
            "МОСКВА 1",
            "КОТ",
        ):
            for model in (rio, rio.browse()):
                with self.subTest(plate=plate, model=model.display_name):
                    vehicle = self.Vehicle.create(
                        {"license_plate": plate, "model_id": model.id, "year": 2015}
                    )
                    name = vehicle.display_name
                    for text in (name, f"{name} 2015", name.lower()):
                        again, _note = self.Vehicle._find_or_create_from_line(text)
                        self.assertEqual(again, vehicle, text)
                    self.assertEqual(
                        self.Vehicle.search([("display_name", "=", name)]), vehicle
                    )
                    self.assertIn(
                        vehicle.id,
                        [found[0] for found in self.Vehicle.name_search(name)],
                    )
                    self.assertEqual(self.Vehicle.name_create(name)[0], vehicle.id)
                    lead = self.env["crm.lead"].create(
                        {"name": "Deal", "vehicle_line": name}
                    )
                    self.assertEqual(lead.vehicle_id, vehicle)
                    lead.unlink()
                    vehicle.sudo().unlink()

    def test_a_megabyte_is_read_at_once(self):
        for text in ("A-1 b2 " * 150_000, "1 A " * 250_000, "kia " * 250_000):
            self._parse(text)
            self.Vehicle._find_by_name(text)
