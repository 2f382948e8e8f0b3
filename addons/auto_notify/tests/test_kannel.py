import os
import re
import shutil
import signal
import subprocess
import tempfile
from pathlib import Path
from urllib.parse import unquote_to_bytes

from odoo.tests import BaseCase, tagged

from ..tools.http_gateway import KANNEL, HttpGatewayProvider
from ..tools.provider import Outgoing, ProviderError, Settings
from .fake_server import FakeServer, get_free_port, wait_until

FAKE_SMSC = "/usr/lib/kannel/test/fakesmsc"
CONFIGURATION = """
group = core
admin-port = {admin}
admin-interface = 127.0.0.1
admin-password = unused
smsbox-port = {box}
smsbox-interface = 127.0.0.1
box-allow-ip = 127.0.0.1

group = smsc
smsc = fake
smsc-id = fake
host = 127.0.0.1
port = {smsc}
connect-allow-ip = 127.0.0.1

group = smsbox
bearerbox-host = 127.0.0.1
bearerbox-port = {box}
sendsms-port = {send}
sendsms-interface = 127.0.0.1

group = sendsms-user
username = shop
password = "pass&word"

group = sms-service
keyword = default
catch-all = yes
max-messages = 0
text = "none"
"""


def _find(program):
    """Return the path of a program of Kannel.

    :raise AssertionError: that names the package to install
    """
    path = shutil.which(program, path=f"{os.environ['PATH']}:/usr/sbin:/usr/local/sbin")
    if not path:
        raise AssertionError(f"{program} is missing: install kannel and kannel-extras")
    return path


class Kannel:
    """A Kannel on ports of its own, with a fake operator that takes all messages."""

    def __init__(self):
        self.folder = Path(tempfile.mkdtemp(prefix="kannel"))
        self.ports = {
            name: get_free_port() for name in ("admin", "box", "smsc", "send")
        }
        self.configuration = self.folder / "kannel.conf"
        self.configuration.write_text(CONFIGURATION.format(**self.ports))
        self.processes = []

    @property
    def host(self):
        """Where messages are handed over, as ``private_hosts`` wants it."""
        return f"127.0.0.1:{self.ports['send']}"

    def start(self):
        """Start all parts, each when the one before is ready.

        :raise AssertionError: if one does not come up
        """
        self._start("bearerbox", self.configuration, until="entering mainloop")
        self._start("smsbox", self.configuration, until="Connected to bearerbox")
        where = ["-H", "127.0.0.1", "-r", str(self.ports["smsc"])]
        # m: it shall send no message of its own
        self._start(FAKE_SMSC, *where, "-m", "0", "1 2 text x", until="Connecting to")
        log = self.folder / "bearerbox.log"
        assert wait_until(lambda: "Fakesmsc client connected" in log.read_text())

    def stop(self):
        """End all parts and forget them."""
        for process in reversed(self.processes):
            process.send_signal(signal.SIGKILL)
            process.wait()
        shutil.rmtree(self.folder)

    def messages(self):
        """Return the sender, receiver, kind and text of what the operator has got."""
        log = (self.folder / "fakesmsc.log").read_text()
        return [
            tuple(line.split(" ", 3))
            for line in re.findall(r"Got message \d+: <(.*)>", log)
        ]

    def _start(self, program, *arguments, until):
        """Start a program and wait for a word in its log."""
        name = Path(program).name
        log = self.folder / f"{name}.log"
        with log.open("w") as output:
            self.processes.append(
                subprocess.Popen(
                    [_find(program), *arguments],
                    stdout=output,
                    stderr=subprocess.STDOUT,
                    cwd=self.folder,
                )
            )
        if not wait_until(lambda: until in log.read_text()):
            raise AssertionError(f"{name} does not start:\n{log.read_text()}")


@tagged("post_install", "-at_install")
class TestKannel(BaseCase):
    """The preset against a real Kannel, from the call to the receipt."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.kannel = Kannel()
        cls.addClassCleanup(cls.kannel.stop)
        cls.kannel.start()
        cls.hook = FakeServer("").start()
        cls.addClassCleanup(cls.hook.close)

    def setUp(self):
        super().setUp()
        self.hook.requests.clear()

    def _provider(self, **values):
        return HttpGatewayProvider(
            Settings(
                **{
                    "url": f"http://{self.kannel.host}",
                    "login": "shop",
                    "secret": "pass&word",
                    "sender": "AutoShop",
                    "hook_secret": "hook-token",
                    "private_hosts": (self.kannel.host,),
                    "options": KANNEL,
                    **values,
                }
            )
        )

    def _send(self, text, key="0" * 32, **values):
        message = Outgoing(
            to="+79001234567",
            text=text,
            key=key,
            callback=values.pop("callback", f"{self.hook.url}/hook"),
        )
        before = len(self.kannel.messages())
        answer = self._provider(**values).send(message)
        if answer.state == "accepted":
            wait_until(lambda: len(self.kannel.messages()) > before)
        return answer

    def test_latin_message_arrives(self):
        answer = self._send("Ready: 1500 & 50% {off} = + #1")
        self.assertEqual(answer.state, "accepted")
        self.assertEqual(
            self.kannel.messages()[-1],
            ("AutoShop", "+79001234567", "text", "Ready: 1500 & 50% {off} = + #1"),
        )

    def test_russian_message_arrives(self):
        text = "Машина готова, ждём вас 🚗"
        self.assertEqual(self._send(text).state, "accepted")
        *_who, kind, data = self.kannel.messages()[-1]
        self.assertEqual(kind, "ucs-2")
        told = unquote_to_bytes(data.replace("+", " ")).decode("utf-16-be")
        self.assertEqual(told, text)

    def test_receipts_call_back(self):
        provider = self._provider()
        callback = f"{self.hook.url}/hook%20x"
        self._send("Ready", key="a" * 32, callback=callback)
        self.assertTrue(wait_until(lambda: len(self.hook.requests) >= 2))
        events = []
        for request in self.hook.requests:
            self.assertEqual((request.method, request.path), ("GET", "/hook%20x"))
            self.assertTrue(provider.is_authentic(b"", {}, request.query))
            events += provider.read_events(b"", request.query)
        # taken by the operator and delivered, in whatever order they come
        self.assertEqual({event.own_key for event in events}, {"a" * 32})
        self.assertEqual({event.state for event in events}, {"sent", "delivered"})
        self.assertEqual(len({event.key for event in events}), 2)

    def test_message_without_a_callback_arrives(self):
        self.assertEqual(self._send("No receipt", callback="").state, "accepted")
        self.assertEqual(self.kannel.messages()[-1][3], "No receipt")

    def test_wrong_password_is_broken(self):
        answer = self._send("Ready", secret="wrong")
        self.assertEqual((answer.state, answer.code), ("broken", "403"))
        self.assertIn("Authorization failed", answer.error)

    def test_missing_sender_is_broken(self):
        self.assertEqual(self._send("Ready", sender="").state, "broken")

    def test_wrong_number_is_refused(self):
        message = Outgoing(to="abc", text="Ready", key="0" * 32)
        self.assertEqual(self._provider().send(message).state, "refused")

    def test_check_sends_nothing(self):
        before = len(self.kannel.messages())
        self.assertIn("account shop", self._provider().check())
        self.assertEqual(len(self.kannel.messages()), before)

    def test_check_tells_a_wrong_password(self):
        with self.assertRaisesRegex(ProviderError, "Authorization failed"):
            self._provider(secret="wrong").check()
