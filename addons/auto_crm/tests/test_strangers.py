from types import SimpleNamespace

from odoo.tests import BaseCase, tagged

from ..tools.strangers import clean, clean_data, is_same, read_body


def make_request(body, length=None):
    """Return what a body is read from; reading counts."""
    request = SimpleNamespace(content_length=length, reads=0)

    def get_data():
        request.reads += 1
        return body

    request.get_data = get_data
    return request


@tagged("post_install", "-at_install")
class TestStrangers(BaseCase):
    def test_text_is_kept_without_what_no_database_takes(self):
        self.assertEqual(clean("a\0b \ud83d я 🚗"), "ab ? я 🚗")

    def test_texts_of_json_are_cleaned_at_any_depth(self):
        data = {"a": ["x\0", {"b": ("y\0", 1, None, True)}], "c": 1.5}
        self.assertEqual(
            clean_data(data), {"a": ["x", {"b": ["y", 1, None, True]}], "c": 1.5}
        )

    def test_only_the_secret_is_the_secret(self):
        self.assertTrue(is_same("ключ \ud83d", "ключ \ud83d"))
        for given in ("", None, "s", "secret ", "SECRET"):
            self.assertFalse(is_same(given, "secret"), given)

    def test_nothing_is_no_secret(self):
        for given in ("", None, "x"):
            for secret in ("", None, False):
                self.assertFalse(is_same(given, secret))

    def test_body_is_read_up_to_its_limit(self):
        self.assertEqual(read_body(make_request(b"12345", 5), 5), b"12345")
        self.assertIsNone(read_body(make_request(b"123456"), 5))

    def test_body_that_is_said_to_be_too_long_is_not_read(self):
        request = make_request(b"123456", 6)
        self.assertIsNone(read_body(request, 5))
        self.assertEqual(request.reads, 0)
