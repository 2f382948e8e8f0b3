from decimal import Decimal

from odoo.tests import BaseCase, tagged

from ..tools.sum_in_words import sum_in_words


@tagged("post_install", "-at_install")
class TestSumInWords(BaseCase):
    def test_nothing_is_zero_roubles(self):
        self.assertEqual(sum_in_words(0), "Ноль рублей 00 копеек")
        self.assertEqual(sum_in_words(None), "Ноль рублей 00 копеек")
        self.assertEqual(sum_in_words(False), "Ноль рублей 00 копеек")

    def test_the_noun_agrees_with_the_number(self):
        expected = {
            1: "Один рубль 00 копеек",
            2: "Два рубля 00 копеек",
            5: "Пять рублей 00 копеек",
            11: "Одиннадцать рублей 00 копеек",
            21: "Двадцать один рубль 00 копеек",
            104: "Сто четыре рубля 00 копеек",
            1000: "Одна тысяча рублей 00 копеек",
            2001: "Две тысячи один рубль 00 копеек",
            1_000_000: "Один миллион рублей 00 копеек",
        }
        for amount, words in expected.items():
            with self.subTest(amount=amount):
                self.assertEqual(sum_in_words(amount), words)

    def test_kopecks_stay_figures_and_agree_too(self):
        self.assertEqual(sum_in_words("0.01"), "Ноль рублей 01 копейка")
        self.assertEqual(sum_in_words("1.22"), "Один рубль 22 копейки")
        self.assertEqual(
            sum_in_words(1234.5), "Одна тысяча двести тридцать четыре рубля 50 копеек"
        )

    def test_a_float_is_rounded_half_up_to_kopecks(self):
        self.assertEqual(sum_in_words(0.1 + 0.2), "Ноль рублей 30 копеек")
        self.assertEqual(sum_in_words(2.675), "Два рубля 68 копеек")
        self.assertEqual(sum_in_words(Decimal("99.999")), "Сто рублей 00 копеек")

    def test_a_refund_is_negative(self):
        self.assertEqual(sum_in_words(-5), "Минус пять рублей 00 копеек")

    def test_other_currencies_have_their_own_nouns(self):
        self.assertEqual(sum_in_words("2.5", "EUR"), "Два евро 50 центов")
        self.assertEqual(sum_in_words("2.5", "BYN"), "Два белорусских рубля 50 копеек")

    def test_an_unknown_currency_is_written_by_its_code(self):
        self.assertEqual(sum_in_words("21.05", "GBP"), "Двадцать один 05/100 GBP")
        self.assertEqual(sum_in_words("-1.5", "GBP"), "Минус один 50/100 GBP")
