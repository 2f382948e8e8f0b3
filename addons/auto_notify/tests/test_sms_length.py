from odoo.tests import BaseCase, tagged

from ..tools.sms_length import GSM, UCS2, SmsLength, is_gsm, measure


@tagged("post_install", "-at_install")
class TestSmsLength(BaseCase):
    def test_empty_text_has_no_part(self):
        for text in ("", None, False):
            self.assertEqual(measure(text), SmsLength(GSM, 0, 0, 160))

    def test_latin_text_has_160_characters(self):
        self.assertEqual(measure("Ready"), SmsLength(GSM, 5, 1, 155))
        self.assertEqual(measure("a" * 160), SmsLength(GSM, 160, 1, 0))

    def test_parts_of_a_long_latin_text_have_153(self):
        self.assertEqual(measure("a" * 161), SmsLength(GSM, 161, 2, 145))
        self.assertEqual(measure("a" * 306), SmsLength(GSM, 306, 2, 0))
        self.assertEqual(measure("a" * 307), SmsLength(GSM, 307, 3, 152))

    def test_russian_text_has_70_characters(self):
        self.assertEqual(measure("Готово"), SmsLength(UCS2, 6, 1, 64))
        self.assertEqual(measure("я" * 70), SmsLength(UCS2, 70, 1, 0))

    def test_parts_of_a_long_russian_text_have_67(self):
        self.assertEqual(measure("я" * 71), SmsLength(UCS2, 71, 2, 63))
        self.assertEqual(measure("я" * 134), SmsLength(UCS2, 134, 2, 0))
        self.assertEqual(measure("я" * 135), SmsLength(UCS2, 135, 3, 66))

    def test_one_foreign_letter_changes_the_whole_text(self):
        self.assertEqual(measure("a" * 70 + "я"), SmsLength(UCS2, 71, 2, 63))

    def test_all_of_the_default_alphabet_is_one_unit(self):
        text = "@£$¥èéùìòÇ\nØø\rÅåΔ_ΦΓΛΩΠΨΣΘΞÆæßÉ !\"#¤%&'()*+,-./09:;<=>?¡ÄÖÑÜ§¿äöñüà"
        self.assertEqual(measure(text).encoding, GSM)
        self.assertEqual(measure(text).units, len(text))

    def test_extended_characters_are_two_units(self):
        for char in "^{}\\[~]|€\f":
            self.assertEqual(measure(char), SmsLength(GSM, 2, 1, 158), char)
        self.assertEqual(measure("€" * 80).parts, 1)
        self.assertEqual(measure("€" * 80 + "a").parts, 2)

    def test_an_extended_character_is_not_cut(self):
        # 152 units and a pair: the pair goes to the second part
        length = measure("a" * 152 + "€" + "a" * 10)
        self.assertEqual((length.parts, length.left), (2, 153 - 12))

    def test_an_emoji_is_two_units_and_not_cut(self):
        self.assertEqual(measure("🚗"), SmsLength(UCS2, 2, 1, 68))
        length = measure("я" * 66 + "🚗" + "я" * 10)
        self.assertEqual((length.units, length.parts, length.left), (78, 2, 67 - 12))

    def test_what_looks_latin_may_not_be(self):
        for text in ("`", "—", "«", "“", "ç", "№", "₽"):
            self.assertFalse(is_gsm(text), text)
        self.assertTrue(is_gsm("Ready: 1500 RUB, ~2 h [A123BC]"))
