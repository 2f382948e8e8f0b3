from odoo.tests import BaseCase, tagged

from odoo.addons.auto_crm.tools.vin import VinInfo, is_vin, normalize_vin, read_vin


@tagged("post_install", "-at_install")
class TestVin(BaseCase):
    def test_vin_is_written_one_way(self):
        self.assertEqual(normalize_vin(" xta-210990 y2766389 "), "XTA210990Y2766389")
        # Cyrillic Х, Т, А and У
        self.assertEqual(normalize_vin("ХТА210990У2766389"), "XTA210990Y2766389")

    def test_letters_taken_for_digits_are_mended_in_a_full_vin_only(self):
        self.assertEqual(normalize_vin("XTA21O99OY276638I"), "XTA210990Y2766381")
        self.assertEqual(normalize_vin("NZE141-601234O"), "NZE141601234O")

    def test_no_vin_is_false(self):
        for text in (None, False, "", " - "):
            self.assertFalse(normalize_vin(text))
            self.assertEqual(read_vin(text), VinInfo())

    def test_maker_country_and_year_are_read(self):
        info = read_vin("XTA210990Y2766389")
        self.assertEqual(info, VinInfo("", "AvtoVAZ", "Russia", (2000,)))

    def test_unknown_maker_is_no_problem(self):
        info = read_vin("Z94CB41AAGR323020")
        self.assertFalse(info.problem)
        self.assertEqual(info.maker, "")

    def test_check_digit_counts_where_it_is_law(self):
        self.assertFalse(read_vin("1M8GDM9AXKP042788").problem)
        self.assertEqual(read_vin("1M8GDM9A1KP042788").problem, "check_digit")

    def test_european_vin_has_no_check_digit(self):
        self.assertFalse(read_vin("WVWZZZ1KZAW000001").problem)

    def test_odd_numbers_are_told_not_raised(self):
        self.assertEqual(read_vin("CR500012345").problem, "length")
        self.assertEqual(read_vin("XTA210990Y276638Ж").problem, "letters")
        self.assertEqual(read_vin("<script>").problem, "length")

    def test_form_of_a_vin(self):
        self.assertTrue(is_vin("xta210990y2766389"))
        self.assertFalse(is_vin("12345678901234567"))
        self.assertFalse(is_vin("стучит передний амортизатор"))
        self.assertFalse(is_vin(None))
