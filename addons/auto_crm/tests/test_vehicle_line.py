from datetime import date

from odoo.tests import BaseCase, tagged

from odoo.addons.auto_crm.tools import vehicle_name
from odoo.addons.auto_crm.tools.vehicle_line import VehicleLine, parse_line


@tagged("post_install", "-at_install")
class TestVehicleLine(BaseCase):
    def _assert_parsed(self, line, plate="", vin="", year=0, name=""):
        parsed = parse_line(line, today=date(2026, 11, 23))
        self.assertEqual(parsed, VehicleLine(plate, vin, year, name), line)

    def test_plate_make_model_year_in_any_order(self):
        self._assert_parsed("А123ВС777 Kia Rio 2019", "А123ВС 777", "", 2019, "Kia Rio")
        self._assert_parsed("киа рио 2015 x123xx", "Х123ХХ", "", 2015, "киа рио")
        self._assert_parsed(
            "2019 Kia Rio а 123 вс 77", "А123ВС 77", "", 2019, "Kia Rio"
        )
        self._assert_parsed(
            "Лада Веста, 2020 г.в., М902КТ 199 RUS",
            "М902КТ 199",
            "",
            2020,
            "Лада Веста",
        )

    def test_year_after_a_plate_without_region_is_a_year(self):
        self._assert_parsed("Kia Rio A123BC 2019", "А123ВС", "", 2019, "Kia Rio")

    def test_vin_inside_the_line(self):
        self._assert_parsed(
            "Kia Rio XTA210990Y2766389 а123вс77",
            "А123ВС 77",
            "XTA210990Y2766389",
            0,
            "Kia Rio",
        )
        self._assert_parsed(
            "VIN: xta210990y2766389 ваз", "", "XTA210990Y2766389", 0, "ваз"
        )
        self._assert_parsed("1M8GDM9AXKP042788", "", "1M8GDM9AXKP042788")

    def test_foreign_plates(self):
        self._assert_parsed("B-AB 1234 VW Golf 2015", "B-AB 1234", "", 2015, "VW Golf")
        self._assert_parsed("VW Golf ABC123", "ABC123", "", 0, "VW Golf")
        self._assert_parsed("AA1234BB Mazda 3 2010", "AA1234BB", "", 2010, "Mazda 3")
        self._assert_parsed("123ABC02 toyota camry", "123ABC02", "", 0, "toyota camry")

    def test_names_that_look_like_plates_or_years_stay_names(self):
        for name in (
            "BMW X5",
            "Mazda CX-5",
            "Toyota RAV4",
            "Mercedes GLC300",
            "Peugeot 2008",
            "ВАЗ 2114",
            "Honda CR-V",
        ):
            self._assert_parsed(name, name=name)
            self._assert_parsed(f"{name} 2017", year=2017, name=name)

    def test_year_is_one_that_a_car_can_have(self):
        self._assert_parsed("Kia Rio 2027", year=2027, name="Kia Rio")
        self._assert_parsed("Kia Rio 2028", name="Kia Rio 2028")
        self._assert_parsed("Kia Rio 1899", name="Kia Rio 1899")

    def test_words_stay_words(self):
        self._assert_parsed("стучит справа", name="стучит справа")
        self._assert_parsed("", "")
        self._assert_parsed(None, "")
        self._assert_parsed("  ,;  ", "")

    def test_long_garbage_is_parsed_at_once(self):
        self.assertTrue(parse_line("A-1 b2 " * 20000 + "а123вс77").plate)

    def test_plate_alone_of_a_trailer(self):
        self._assert_parsed("АВ 1234 77", "АВ1234 77")


@tagged("post_install", "-at_install")
class TestVehicleName(BaseCase):
    def test_punctuation_and_case_do_not_count(self):
        self.assertEqual(vehicle_name.compact("CX-5"), vehicle_name.compact("cx 5"))
        self.assertEqual(vehicle_name.words("Mercedes-Benz"), ["mercedes", "benz"])

    def test_codes_typed_in_cyrillic_are_the_latin_ones(self):
        self.assertEqual(vehicle_name.compact("СХ-5"), "cx5")
        self.assertEqual(vehicle_name.words("Х5 Е200"), ["x5", "e200"])
        self.assertEqual(vehicle_name.words("ваз2114"), ["ваз2114"])

    def test_longest_name_at_the_start_is_matched(self):
        names = vehicle_name.spellings("Mercedes", "Mercedes-Benz, Мерс")
        text = "mercedes-benz E 200"
        self.assertEqual(text[vehicle_name.match_length(text, names) :], " E 200")
        self.assertEqual(vehicle_name.match_length("Mercedesy", names), 0)
        self.assertEqual(vehicle_name.match_length("", names), 0)

    def test_search_key_has_words_and_whole_spellings(self):
        key = vehicle_name.search_key("Mazda", "Мазда", "CX-5", "").split()
        self.assertEqual(key, ["mazda", "мазда", "cx", "5", "cx5"])

    def test_small_letters_get_capitals(self):
        self.assertEqual(vehicle_name.tidy_name(" land  cruiser"), "Land Cruiser")
        self.assertEqual(vehicle_name.tidy_name("xc90"), "XC90")
        self.assertEqual(vehicle_name.tidy_name("iX3"), "iX3")
