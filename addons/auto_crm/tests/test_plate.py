from odoo.tests import BaseCase, tagged

from odoo.addons.auto_crm.tools.plate import format_plate, plate_key, split_plate


@tagged("post_install", "-at_install")
class TestPlate(BaseCase):
    def test_spellings_of_a_plate_have_one_key(self):
        for text in (
            "А123ВС777",
            "а123вс 777",
            "A123BC777",
            "a 123 bc 777",
            "А123ВС-777",
            "а123вс777rus",
            "A123BC 777 RUS",
            "Ａ123ＢＣ777",
        ):
            with self.subTest(text=text):
                self.assertEqual(plate_key(text), "A123BC777")

    def test_each_of_the_twelve_letters_folds(self):
        self.assertEqual(plate_key("авекмнорстух"), "ABEKMHOPCTYX")
        self.assertEqual(plate_key("АВЕКМНОРСТУХ"), plate_key("ABEKMHOPCTYX"))

    def test_letters_without_a_twin_stay(self):
        self.assertEqual(plate_key("Ж 12-3"), "Ж123")

    def test_part_of_a_plate_has_a_key_too(self):
        self.assertIn(plate_key("23вс"), plate_key("A123BC777"))
        self.assertEqual(plate_key(" 777 "), "777")

    def test_nothing_has_no_key(self):
        for text in (None, False, "", "  ", "--"):
            self.assertEqual(plate_key(text), "")

    def test_russian_plate_is_written_in_cyrillic_with_its_region_apart(self):
        for text in ("a123bc777", "А123ВС777", " а 123 вс / 777 ", "A123BC777RUS"):
            self.assertEqual(format_plate(text), "А123ВС 777")
        self.assertEqual(format_plate("x123xx"), "Х123ХХ")
        self.assertEqual(format_plate("о551тр97"), "О551ТР 97")

    def test_other_russian_plates_need_a_cyrillic_letter(self):
        self.assertEqual(format_plate("ав123477"), "АВ1234 77")
        self.assertEqual(format_plate("1234ав77"), "1234АВ 77")
        self.assertEqual(format_plate("AB 12345"), "AB 12345")

    def test_foreign_plate_keeps_its_form(self):
        self.assertEqual(format_plate("b-ab  1234"), "B-AB 1234")
        self.assertEqual(format_plate("aa1234bb"), "AA1234BB")
        self.assertEqual(format_plate("москва 1"), "МОСКВА 1")

    def test_no_plate_is_false(self):
        self.assertFalse(format_plate("  "))
        self.assertFalse(format_plate(None))

    def test_formatting_twice_changes_nothing(self):
        for text in ("a123bc777", "b-ab 1234", "ав123477", "x123xx"):
            once = format_plate(text)
            self.assertEqual(format_plate(once), once)
            self.assertEqual(plate_key(once), plate_key(text))

    def test_plate_is_split_for_a_badge(self):
        self.assertEqual(split_plate("А123ВС 777"), ("А123ВС", "777"))
        self.assertEqual(split_plate("B-AB 1234"), ("B-AB 1234", ""))
        self.assertEqual(split_plate(False), ("", ""))
