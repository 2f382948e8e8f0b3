import datetime
import ipaddress
import os
import socket
import tempfile
import time
import traceback
from pathlib import Path
from unittest.mock import Mock, patch
from urllib.parse import urlsplit

import urllib3.util.connection
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from freezegun import freeze_time

from odoo.tests import BaseCase, tagged
from odoo.tests.common import _super_send

from ..tools import http
from ..tools.http import (
    HttpAnswer,
    HttpClient,
    HttpError,
    MaybeSent,
    NotSent,
    is_public,
)
from ..tools.provider import answer_of_failure, answer_of_status
from .fake_server import FakeServer, Reply, get_free_port

SECRET = "12345:very-secret"


class HttpCase(BaseCase):
    """Calls against a server of our own, without the guard of Odoo's tests.

    That guard refuses foreign addresses itself, and ours is what is tested.
    """

    @classmethod
    def _request_handler(cls, session, request, /, **kwargs):
        return _super_send(session, request, **kwargs)

    def _serve(self, *replies, **options):
        server = FakeServer(*replies, **options).start()
        self.addCleanup(server.close)
        return server

    def _client(self, server, **options):
        return HttpClient([server.host], **{"timeout": (1, 1), "total": 3, **options})

    def _assert_fails(self, kind, words, call, *args, **kwargs):
        with self.assertRaises(kind) as raised:
            call(*args, **kwargs)
        self.assertIn(words, str(raised.exception))


@tagged("post_install", "-at_install")
class TestHttpCall(HttpCase):
    def test_answer_has_status_headers_and_body(self):
        server = self._serve(Reply(201, {"ok": True}, {"X-Thing": "1"}))
        answer = self._client(server).call("GET", f"{server.url}/path", params={"a": 1})
        self.assertEqual(answer.status, 201)
        self.assertEqual(answer.headers["x-thing"], "1")
        self.assertEqual(answer.json(), {"ok": True})
        self.assertEqual(server.last.path, "/path")
        self.assertEqual(server.last.query, {"a": "1"})

    def test_json_form_text_and_headers_are_sent(self):
        server = self._serve("")
        client = self._client(server)
        client.call("POST", server.url, json={"text": "Готово"}, headers={"X-Key": "k"})
        self.assertEqual(server.last.json(), {"text": "Готово"})
        self.assertEqual(server.last.headers["X-Key"], "k")
        client.call("POST", server.url, data={"text": "Готово & всё"})
        self.assertEqual(server.last.form, {"text": "Готово & всё"})
        client.call("PUT", server.url, data="Готово")
        self.assertEqual(server.last.body.decode(), "Готово")
        self.assertEqual(server.last.method, "PUT")

    def test_a_bad_status_is_an_answer(self):
        server = self._serve(Reply(500, "oh"))
        answer = self._client(server).call("GET", server.url)
        self.assertEqual((answer.status, answer.text), (500, "oh"))

    def test_redirects_are_not_followed(self):
        target = self._serve("taken")
        for status in (301, 302, 303, 307, 308):
            server = self._serve(Reply(status, headers={"Location": target.url}))
            client = HttpClient([server.host, target.host])
            self.assertEqual(client.call("POST", server.url).status, status)
        self.assertFalse(target.requests)

    def test_the_environment_names_no_proxy(self):
        proxy = self._serve("proxy")
        server = self._serve("server")
        names = ("http_proxy", "HTTP_PROXY", "all_proxy", "ALL_PROXY")
        with patch.dict(os.environ, dict.fromkeys(names, proxy.url)):
            answer = self._client(server).call("GET", server.url)
        self.assertEqual(answer.text, "server")

    def test_the_environment_names_no_password(self):
        server = self._serve("")
        with tempfile.TemporaryDirectory() as folder:
            netrc = Path(folder, "netrc")
            netrc.write_text("machine 127.0.0.1 login me password mine\n")
            with patch.dict(os.environ, {"NETRC": str(netrc)}):
                self._client(server).call("GET", server.url)
        self.assertNotIn("Authorization", server.last.headers)

    def test_cookies_are_not_kept(self):
        server = self._serve(Reply(headers={"Set-Cookie": "a=1"}))
        client = self._client(server)
        client.call("GET", server.url)
        client.call("GET", server.url)
        self.assertNotIn("Cookie", server.last.headers)

    def test_an_answer_as_long_as_allowed_is_read(self):
        server = self._serve("x" * 1000)
        answer = self._client(server).call("GET", server.url, limit=1000)
        self.assertEqual(len(answer.body), 1000)

    def test_chunks_are_read(self):
        raw = (
            b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n2\r\nab\r\n0\r\n\r\n"
        )
        server = self._serve(Reply(raw=raw))
        self.assertEqual(self._client(server).call("GET", server.url).body, b"ab")


@tagged("post_install", "-at_install")
class TestHttpFailure(HttpCase):
    def _call(self, server, **options):
        return self._client(server).call("GET", server.url, **options)

    def test_refused_connection_is_not_sent(self):
        client = HttpClient(["127.0.0.1"])
        url = f"http://127.0.0.1:{get_free_port()}"
        self._assert_fails(NotSent, "connection refused", client.call, "GET", url)

    def test_unknown_host_is_not_sent(self):
        with patch.object(socket, "getaddrinfo", side_effect=socket.gaierror):
            self._assert_fails(
                NotSent, "no such host", HttpClient().call, "GET", "http://a.invalid"
            )

    def test_connection_that_takes_too_long_is_not_sent(self):
        with patch.object(socket, "create_connection", side_effect=TimeoutError):
            self._assert_fails(
                NotSent, "timed out", HttpClient().call, "GET", "http://192.0.43.8"
            )

    def test_slow_name_server_uses_up_the_time(self):
        server = self._serve("")
        client = self._client(server, total=0)
        self._assert_fails(NotSent, "timed out", client.call, "GET", server.url)

    def test_hanging_up_before_the_answer_may_be_sent(self):
        server = self._serve(Reply(drop="after"))
        self._assert_fails(MaybeSent, "connection", self._call, server)

    def test_hanging_up_at_once_is_told_by_what_had_left(self):
        server = self._serve(Reply(drop="before"))
        # the reset may come before the first byte has gone: then nothing was sent
        with self.assertRaisesRegex(HttpError, "connection failed"):
            self._call(server)

    def test_answer_that_breaks_off_may_be_sent(self):
        server = self._serve(Reply(body="abcdef", drop="middle"))
        self._assert_fails(MaybeSent, "broke off", self._call, server)

    def test_slow_answer_may_be_sent(self):
        server = self._serve(Reply(delay=5))
        self._assert_fails(MaybeSent, "timed out", self._call, server)

    def test_dripping_answer_ends_with_the_time(self):
        for reply in (Reply(body="x" * 99, drip=0.1), Reply(raw=b"x" * 99, drip=0.1)):
            server = self._serve(reply)
            client = self._client(server, total=0.7)
            start = time.monotonic()
            self._assert_fails(MaybeSent, "timed out", client.call, "GET", server.url)
            self.assertLess(time.monotonic() - start, 5)

    def test_endless_promises_end_with_the_time(self):
        raw = b"HTTP/1.1 100 Continue\r\n\r\n" * 200
        server = self._serve(Reply(raw=raw, drip=0.01))
        client = self._client(server, total=0.5)
        self._assert_fails(MaybeSent, "timed out", client.call, "GET", server.url)

    def test_long_answer_may_be_sent(self):
        server = self._serve("x" * 3_000_000)
        self._assert_fails(MaybeSent, "longer than 1000000", self._call, server)
        self._assert_fails(MaybeSent, "longer than 10 ", self._call, server, limit=10)

    def test_long_redirect_is_not_read_either(self):
        server = self._serve(Reply(302, "x" * 3_000_000, {"Location": "/other"}))
        self._assert_fails(MaybeSent, "longer", self._call, server)

    def test_garbage_may_be_sent(self):
        for raw in (
            b"\x00\x01\x02 garbage\r\n\r\n",
            b"HTTP/1.1 abc OK\r\n\r\n",
            b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\nzzz\r\n",
            b"HTTP/1.1 200 OK\r\n" + b"X: y\r\n" * 500 + b"\r\n",
            b"HTTP/1.1 200 OK\r\nX: " + b"y" * 99_999 + b"\r\n\r\n",
        ):
            server = self._serve(Reply(raw=raw))
            self._assert_fails(MaybeSent, "connection failed", self._call, server)

    def test_packed_answer_may_be_sent_and_is_not_unpacked(self):
        server = self._serve(Reply(body=b"bomb", headers={"Content-Encoding": "gzip"}))
        self._assert_fails(MaybeSent, "compressed", self._call, server)
        self.assertEqual(server.last.headers["Accept-Encoding"], "identity")

    def test_bad_address_is_not_sent(self):
        client = HttpClient(["127.0.0.1", "x"])
        for url in (
            "",
            "//x",
            "x",
            "ftp://x/",
            "file:///etc/passwd",
            "http+unix://x/",
            "gopher://x/",
            "http://",
            "http://[::1",
            "http://x:99999/",
            "http://x:port/",
            "http://" + "a" * 70 + ".example/",
            "http://a..b/",
        ):
            with self.subTest(url=url), self.assertRaises(NotSent):
                client.call("GET", url)

    def test_bad_header_is_not_sent(self):
        server = self._serve("")
        for value in ("a\r\nX-Other: b", "Готово"):
            with self.assertRaises(NotSent) as raised:
                self._call(server, headers={"X-Key": value})
            self.assertNotIn(value, str(raised.exception))
        self.assertFalse(server.requests)

    def test_bad_json_is_not_sent(self):
        server = self._serve("")
        self._assert_fails(
            NotSent, "JSON", self._call, server, json={"a": float("nan")}
        )

    def test_no_secret_is_told(self):
        server = self._serve(Reply(drop="after"))
        base = f"http://127.0.0.1:{get_free_port()}"
        for client, host in (
            (self._client(server), server.url),
            (HttpClient(), server.url),
            (HttpClient(["127.0.0.1"]), base),
            (HttpClient(), "ftp://127.0.0.1"),
        ):
            with self.assertRaises(http.HttpError) as raised:
                client.call(
                    "GET",
                    f"{host}/bot{SECRET}/send?token={SECRET}",
                    headers={"Authorization": SECRET},
                    auth=("me", SECRET),
                )
            logged = "".join(traceback.format_exception(raised.exception))
            self.assertNotIn(SECRET, logged)


@tagged("post_install", "-at_install")
class TestHttpGuard(HttpCase):
    def _resolve(self, **addresses):
        """Let names mean addresses; each name's are told one after another."""
        real = socket.getaddrinfo

        def fake(host, port, *args, **kwargs):
            name = str(host).replace(".example", "")
            if name not in addresses:
                return real(host, port, *args, **kwargs)
            told = addresses[name].pop(0)
            return [
                (socket.AF_INET, socket.SOCK_STREAM, 6, "", (ip, port)) for ip in told
            ]

        patcher = patch.object(socket, "getaddrinfo", fake)
        patcher.start()
        self.addCleanup(patcher.stop)

    def test_private_address_is_refused_in_any_spelling(self):
        server = self._serve("")
        for host in (
            "127.0.0.1",
            "localhost",
            "LOCALHOST",
            "localhost.",
            "127.1",
            "2130706433",
            "0x7f000001",
            "0x7f.1",
            "0177.0.0.1",
            "0",
            "0.0.0.0",
            "[::1]",
            "[::]",
            "[::ffff:127.0.0.1]",
            "[::ffff:7f00:1]",
            "me:pw@127.0.0.1",
            "192.0.43.8#@127.0.0.1",
        ):
            url = f"http://{host}:{server.port}/"
            if "#" in host:
                url = f"http://192.0.43.8 &@127.0.0.1:{server.port}#@192.0.43.8/"
            with self.subTest(host=host), self.assertRaises(NotSent) as raised:
                HttpClient().call("GET", url)
            self.assertIn("not a public address", str(raised.exception))
        self.assertFalse(server.requests)

    def test_what_is_public(self):
        for address in ("192.0.43.8", "2a00:1450:4010:c0f::65", "64:ff9b::c000:2b08"):
            self.assertTrue(is_public(address), address)

    def test_what_is_not_public(self):
        for address in (
            "10.0.0.1",
            "172.16.0.1",
            "192.168.1.1",
            "169.254.169.254",
            "100.64.0.1",
            "0.0.0.0",
            "127.9.9.9",
            "224.0.0.1",
            "240.0.0.1",
            "255.255.255.255",
            "192.0.2.1",
            "::",
            "::1",
            "fe80::1",
            "fe80::1%lo",
            "fc00::1",
            "ff02::1",
            "::ffff:10.0.0.1",
            "::ffff:0:10.0.0.1",
            "::10.0.0.1",
            "64:ff9b::a00:1",
            "2002:a00:1::",
            "2001:db8::1",
            "fec0::1",
            "feff::1",
        ):
            self.assertFalse(is_public(address), address)

    def test_name_of_a_private_address_is_refused(self):
        server = self._serve("")
        self._resolve(inside=[["127.0.0.1"]])
        url = f"http://inside.example:{server.port}"
        self._assert_fails(NotSent, "not a public", HttpClient().call, "GET", url)
        self.assertFalse(server.requests)

    def test_name_that_changes_its_meaning_is_asked_once(self):
        server = self._serve("")
        self._resolve(turning=[["192.0.43.8"], ["127.0.0.1"]])
        connected = []

        def connect(address, timeout):
            connected.append(address)
            raise ConnectionRefusedError

        with patch.object(socket, "create_connection", connect):
            self._assert_fails(
                NotSent,
                "refused",
                HttpClient().call,
                "GET",
                f"http://turning.example:{server.port}",
            )
        self.assertEqual(connected, [("192.0.43.8", server.port)])

    def test_only_public_addresses_of_a_name_are_tried(self):
        self._resolve(mixed=[["10.0.0.1", "192.0.43.8", "127.0.0.1", "192.0.43.8"]])
        with patch.object(socket, "create_connection", side_effect=OSError) as connect:
            self._assert_fails(
                NotSent, "failed", HttpClient().call, "GET", "http://mixed.example/"
            )
        self.assertEqual(
            [call.args[0] for call in connect.call_args_list], [("192.0.43.8", 80)]
        )

    def test_next_address_is_tried(self):
        server = self._serve("ok")
        self._resolve(two=[["127.0.0.2", "127.0.0.1"]])
        client = HttpClient(["two.example"])
        answer = client.call("GET", f"http://two.example:{server.port}/")
        self.assertEqual(answer.text, "ok")

    def test_named_host_may_be_private(self):
        server = self._serve("ok")
        self._resolve(inside=[["127.0.0.1"]] * 3)
        url = f"http://inside.example:{server.port}"
        for name in (
            "inside.example",
            " INSIDE.example ",
            f"inside.example:{server.port}",
        ):
            self.assertEqual(HttpClient([name]).call("GET", url).text, "ok")

    def test_another_name_or_port_is_not_named(self):
        server = self._serve("ok")
        for name in ("localhost", "127.0.0.1:1", "127.0.0.1.example", "0.0.1"):
            client = HttpClient([name])
            self._assert_fails(NotSent, "not a public", client.call, "GET", server.url)

    def test_ipv6_host_is_named_with_and_without_brackets(self):
        url = f"http://[::1]:{get_free_port()}"
        for name in ("::1", "[::1]", url.removeprefix("http://")):
            self._assert_fails(
                NotSent, "connection", HttpClient([name]).call, "GET", url
            )

    def test_redirect_to_a_private_host_is_only_an_answer(self):
        inside = self._serve("secret")
        server = self._serve(Reply(302, headers={"Location": inside.url}))
        answer = self._client(server).call("GET", server.url)
        self.assertEqual(answer.body, b"")
        self.assertFalse(inside.requests)


@tagged("post_install", "-at_install")
class TestHttpSecure(HttpCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        folder = tempfile.TemporaryDirectory()
        cls.addClassCleanup(folder.cleanup)
        cls.good = cls._write_certificate(folder.name, "127.0.0.1")
        cls.other = cls._write_certificate(folder.name, "127.0.0.9")
        cls.old = cls._write_certificate(folder.name, "127.0.0.1", days=-1)
        cls.own = cls._write_certificate(folder.name, "127.0.0.1", days=2)

    @classmethod
    def _write_certificate(cls, folder, address, days=1):
        """Write a certificate that is its own authority, and its key, to one file."""
        key = ec.generate_private_key(ec.SECP256R1())
        title = f"{address} {days}"  # authorities are told apart by their names
        name = x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, title)])
        start = datetime.datetime(2020, 1, 1, tzinfo=datetime.UTC)
        end = datetime.datetime.now(datetime.UTC) + datetime.timedelta(days=days)
        names = [x509.IPAddress(ipaddress.ip_address(address))]
        certificate = (
            x509.CertificateBuilder()
            .subject_name(name)
            .issuer_name(name)
            .public_key(key.public_key())
            .serial_number(x509.random_serial_number())
            .not_valid_before(start)
            .not_valid_after(end)
            .add_extension(x509.SubjectAlternativeName(names), critical=False)
            .add_extension(x509.BasicConstraints(ca=True, path_length=None), True)
            .sign(key, hashes.SHA256())
        )
        path = Path(folder, f"{address}_{days}.pem")
        path.write_bytes(
            certificate.public_bytes(serialization.Encoding.PEM)
            + key.private_bytes(
                serialization.Encoding.PEM,
                serialization.PrivateFormat.PKCS8,
                serialization.NoEncryption(),
            )
        )
        return str(path)

    def _call(self, server, certificate=None):
        client = self._client(server)
        client.verify = certificate or True
        return client.call("POST", server.url, data="hello")

    def test_trusted_server_is_called(self):
        server = self._serve("ok", certificate=self.good)
        self.assertEqual(self._call(server, self.good).text, "ok")
        self.assertEqual(server.last.body, b"hello")

    def test_unknown_certificate_is_not_sent(self):
        server = self._serve("ok", certificate=self.good)
        self._assert_fails(NotSent, "certificate", self._call, server)
        self.assertFalse(server.requests)

    def test_more_authorities_are_trusted_beside_the_usual_ones(self):
        for certificate in (self.good, self.own):
            server = self._serve("ok", certificate=certificate)
            client = self._client(server)
            client.verify, client.authorities = self.good, self.own
            self.assertEqual(client.call("GET", server.url).text, "ok")
        server = self._serve("ok", certificate=self.other)
        client = self._client(server)
        client.authorities = self.own
        self._assert_fails(NotSent, "certificate", client.call, "GET", server.url)

    def test_missing_file_of_authorities_is_not_sent(self):
        server = self._serve("ok", certificate=self.good)
        client = self._client(server)
        client.authorities = "/no/such/file"
        self._assert_fails(NotSent, "authorities", client.call, "GET", server.url)

    def test_certificate_of_another_host_is_not_sent(self):
        server = self._serve("ok", certificate=self.other)
        self._assert_fails(NotSent, "certificate", self._call, server, self.other)
        self.assertFalse(server.requests)

    def test_old_certificate_is_not_sent(self):
        server = self._serve("ok", certificate=self.old)
        self._assert_fails(NotSent, "certificate", self._call, server, self.old)

    def test_server_without_tls_is_not_sent(self):
        server = self._serve("ok")
        url = server.url.replace("http:", "https:")
        client = self._client(server)
        self._assert_fails(NotSent, "no secure", client.call, "GET", url)

    def test_handshake_that_never_ends_is_not_sent(self):
        with socket.socket() as sock:
            sock.bind(("127.0.0.1", 0))
            sock.listen()
            port = sock.getsockname()[1]
            client = HttpClient(["127.0.0.1"], timeout=(0.3, 0.3), total=1)
            url = f"https://127.0.0.1:{port}"
            self._assert_fails(NotSent, "timed out", client.call, "GET", url)

    def test_handshake_that_is_reset_is_not_sent(self):
        server = self._serve(Reply(drop="before"))
        url = server.url.replace("http:", "https:")
        client = self._client(server)
        self._assert_fails(NotSent, "127.0.0.1", client.call, "GET", url)

    def test_secure_answer_that_breaks_off_may_be_sent(self):
        for reply in (Reply(delay=5), Reply(drop="after"), Reply(body="x", drip=1)):
            server = self._serve(reply, certificate=self.good)
            with self.assertRaises(MaybeSent):
                self._call(server, self.good)


@tagged("post_install", "-at_install")
class TestHttpAnswer(BaseCase):
    def _answer(self, status=200, body=b"", **headers):
        headers = {name.replace("_", "-"): value for name, value in headers.items()}
        return HttpAnswer(status, headers, body)

    def test_json_is_read_or_is_a_value_error(self):
        self.assertEqual(self._answer(body=b'{"a": 1}').json_object(), {"a": 1})
        for body in (b"", b"<html>", b"\xff\xfe\xfd", b"[" * 100_000, b'{"a":'):
            with self.assertRaises(ValueError):
                self._answer(body=body).json()
        for body in (b"[]", b"1", b"null", b'"a"'):
            with self.assertRaises(ValueError):
                self._answer(body=body).json_object()

    def test_text_is_read_whatever_it_is(self):
        self.assertEqual(self._answer(body="Готово".encode()).text, "Готово")
        self.assertEqual(self._answer(body=b"a\xff").text, "a\ufffd")

    @freeze_time("2025-10-21 07:28:00")
    def test_retry_after_is_read(self):
        for value, seconds in {
            "5": 5.0,
            " 30 ": 30.0,
            "0": 0.0,
            "99999999999999999999": 86400.0,
            "Tue, 21 Oct 2025 07:29:00 GMT": 60.0,
            "Tue, 21 Oct 2025 07:29:00 -0000": 60.0,
            "Tue, 21 Oct 2025 07:00:00 GMT": 0.0,
            "Tue, 21 Oct 2035 07:00:00 GMT": 86400.0,
            "-5": None,
            "soon": None,
            "٥": None,
            "": None,
        }.items():
            with self.subTest(value=value):
                self.assertEqual(self._answer(Retry_After=value).retry_after, seconds)
        self.assertIsNone(self._answer().retry_after)

    def test_failure_becomes_an_answer(self):
        answer = answer_of_failure(NotSent("no such host"))
        self.assertEqual((answer.state, answer.error), ("later", "no such host"))
        self.assertEqual(answer_of_failure(MaybeSent("timed out")).state, "unsure")

    def test_status_becomes_an_answer(self):
        for state, statuses in {
            "unsure": (200, 204, 500, 502, 504),
            "broken": (301, 302, 401, 402, 403, 404, 405),
            "refused": (400, 413, 422),
            "later": (408, 429, 503),
        }.items():
            for status in statuses:
                answer = answer_of_status(self._answer(status, Retry_After="7"))
                self.assertEqual(answer.state, state, status)
                self.assertEqual(answer.code, str(status))
                self.assertEqual(answer.retry_after, 7 if state == "later" else None)

    def test_words_of_the_provider_go_first(self):
        self.assertEqual(
            answer_of_status(self._answer(400), "No text").error, "No text"
        )
        self.assertIn("400", answer_of_status(self._answer(400)).error)


@tagged("post_install", "-at_install")
class TestUrllib3(HttpCase):
    """What the client takes of urllib3 and nobody promises: once moved, this fails.

    If it does, no call may leave with that version: the guard of `_Line` is passed by.
    """

    def test_connections_are_opened_by_the_line_and_nobody_else(self):
        for kind in (http._HttpConnection, http._HttpsConnection):
            line = Mock()
            line.connect.side_effect = NotSent("asked")
            past = AssertionError("opened past the line")
            with (
                self.subTest(kind=kind),
                patch.object(socket.socket, "connect", side_effect=past),
                patch.object(
                    urllib3.util.connection, "create_connection", side_effect=past
                ),
                self.assertRaisesRegex(NotSent, "asked"),
            ):
                kind("shop.example", 8443, line=line).connect()
            line.connect.assert_called_once_with("shop.example", 8443)

    def test_pools_make_connections_of_the_line(self):
        line = Mock()
        manager = http._Adapter(line).poolmanager
        for scheme, kind in (
            ("http", http._HttpConnection),
            ("https", http._HttpsConnection),
        ):
            pool = manager.connection_from_url(f"{scheme}://shop.example")
            connection = pool._get_conn()
            self.assertIsInstance(connection, kind)
            self.assertIs(connection.line, line)

    def _get_response_class(self, made):
        """Return a class of answers that are added to a list with their readers."""

        class Response(http._Response):
            def __init__(self, *args, **kwargs):
                super().__init__(*args, **kwargs)
                made.append(self)
                self.reader = self.fp.raw

        return Response

    def test_answers_are_read_by_the_clock_of_the_line(self):
        server = self._serve("body")
        parts = urlsplit(server.url)
        made = []
        line = http._Line([server.host], (1, 1), 3)
        with patch.object(http, "_Response", self._get_response_class(made)):
            connection = http._HttpConnection(parts.hostname, parts.port, line=line)
            self.addCleanup(connection.close)
            connection.request("GET", "/")
            self.assertEqual(connection.getresponse().status, 200)
        (response,) = made
        self.assertIsInstance(response.reader, http._TimedReader)
        self.assertTrue(line.is_sent)
