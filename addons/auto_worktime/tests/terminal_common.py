import time
from base64 import b64encode
from io import BytesIO

from PIL import Image

from odoo import fields
from odoo.tests import HttpCase

from .common import AutoWorktimeCommon

DEVICE = "0123456789abcdef" * 2


class AutoTerminalCommon(AutoWorktimeCommon, HttpCase):
    """A terminal of the shop, as its page talks to it; the clock is today's."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.monday = fields.Datetime.now().replace(microsecond=0)  # nine o'clock is now
        cls.terminal = cls.env["auto.terminal"].create(
            {"name": "Tablet", "lang": "en_US"}
        )
        cls.mechanic.write({"pin": "4711", "barcode": "BADGE1"})
        cls.mechanic_2.write({"pin": "0815", "barcode": "BADGE2"})
        cls.pressed = {}

    def _call(self, name, data=None, key=None, status=200):
        """Post to the terminal; return its answer."""
        response = self.url_open(
            f"/auto_worktime/terminal/{key or self.terminal.key}/{name}",
            json=data or {},
            method="POST",
        )
        self.assertEqual(response.status_code, status, response.text[:300])
        return response.json() if status == 200 else None

    def _sign_in(self, employee=None):
        """Return the ticket of who signs in by PIN."""
        employee = employee or self.mechanic
        answer = self._call("sign_in", {"employee": employee.id, "pin": employee.pin})
        return answer["ticket"]

    def _item(self, sequence, action, ago=0, **vals):
        """Return a press of so many hours ago."""
        now = time.time() * 1000
        return {
            "sequence": sequence,
            "action": action,
            "pressed": now - ago * 3_600_000,
            **vals,
        }

    def _send(self, *items, device=DEVICE, skew=0, status=200):
        """Send presses; the device's clock may be wrong by some hours."""
        shift = skew * 3_600_000
        items = [
            {**item, "pressed": item["pressed"] + shift} if "pressed" in item else item
            for item in items
        ]
        sent = time.time() * 1000 + shift
        data = {"device": device, "sent": sent, "items": list(items)}
        answer = self._call("send", data, status=status)
        return answer and answer["results"]

    def _photo(self, kind="JPEG"):
        file = BytesIO()
        Image.new("RGB", (40, 30), "red").save(file, kind)
        return b64encode(file.getvalue()).decode()
