from odoo import fields
from odoo.tests import TransactionCase, tagged

from ..tools.times import format_datetime, format_time

MOMENT = fields.Datetime.to_datetime("2026-03-10 06:05:00")


@tagged("post_install", "-at_install")
class TestTimes(TransactionCase):
    def test_times_are_written_with_plain_spaces(self):
        env = self.env(context={"lang": "en_US"})
        self.assertEqual(format_time(env, MOMENT, "Europe/Moscow"), "9:05 AM")
        text = format_datetime(env, MOMENT, "Europe/Moscow")
        self.assertEqual(text, "3/10/26, 9:05 AM")


@tagged("post_install", "-at_install")
class TestBarcode(TransactionCase):
    def test_the_libraries_draw_barcodes_as_images(self):
        for kind in ("QR", "Code128", "EAN13"):
            with self.subTest(kind=kind):
                image = self.env["ir.actions.report"].barcode(
                    kind, "4006381333931", humanreadable=1
                )
                self.assertTrue(image.startswith(b"\x89PNG"))
