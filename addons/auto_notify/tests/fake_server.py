"""A server of the tests' own that speaks HTTP as well or as badly as told."""

import json
import socket
import ssl
import threading
import time
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from urllib.parse import parse_qs, parse_qsl, urlsplit


@dataclass
class Request:
    """What a client has sent."""

    method: str
    path: str
    query: dict
    headers: dict
    body: bytes

    @property
    def form(self):
        """The posted form, the last value of each name."""
        return dict(parse_qsl(self.body.decode(), keep_blank_values=True))

    @property
    def params(self):
        """The query string and the posted form in one."""
        return {**self.query, **self.form}

    def json(self):
        """Return the posted JSON."""
        return json.loads(self.body)


@dataclass
class Reply:
    """What the server answers.

    :param body: bytes, text, or what becomes JSON
    :param delay: seconds to wait before the answer
    :param drip: seconds between the bytes of the answer, its headers included
    :param drop: ``before``: hang up without reading the request; ``after``: read it
        and hang up; ``middle``: hang up in the midst of the body
    :param raw: bytes to send instead of an answer
    """

    status: int = 200
    body: object = b""
    headers: dict = field(default_factory=dict)
    delay: float = 0
    drip: float = 0
    drop: str = ""
    raw: bytes = b""

    def encode(self):
        """Return the body as bytes."""
        if isinstance(self.body, bytes):
            return self.body
        if isinstance(self.body, str):
            return self.body.encode()
        return json.dumps(self.body).encode()


class FakeServer:
    """HTTP server on 127.0.0.1 that records requests and answers as told.

    Answers come from ``replies``, in turn and the last one for ever, or from
    ``handler``, called with each `Request`. Both give a `Reply`, or a body of status
    200::

        with FakeServer({"ok": True}) as server:
            client = HttpClient(private_hosts=[server.host])
            client.call("GET", server.url + "/path")
            server.requests[0].path

    :param replies: what to answer
    :param handler: callable that answers instead
    :param certificate: file with a certificate and its key, to speak TLS
    """

    def __init__(self, *replies, handler=None, certificate=None):
        self.replies = list(replies)
        self.handler = handler
        self.requests = []
        self._lock = threading.Lock()
        self._closing = threading.Event()
        self._server = _Server(("127.0.0.1", 0), _Handler)
        self._server.fake = self
        self._scheme = "http"
        if certificate:
            context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
            context.load_cert_chain(certificate)
            self._server.tls = context
            self._scheme = "https"
        self._thread = threading.Thread(
            target=self._server.serve_forever, kwargs={"poll_interval": 0.02}
        )

    def __enter__(self):
        self._thread.start()
        return self

    def __exit__(self, *_error):
        self.close()

    def start(self):
        """Serve until `close`; for ``addCleanup`` instead of ``with``."""
        return self.__enter__()

    def close(self):
        """Stop serving; a second time does nothing."""
        self._closing.set()
        if self._thread.is_alive():
            self._server.shutdown()
            self._thread.join()
        self._server.server_close()

    @property
    def port(self):
        """The port that was free."""
        return self._server.server_address[1]

    @property
    def host(self):
        """What `HttpClient` and `Settings` take in ``private_hosts``."""
        return f"127.0.0.1:{self.port}"

    @property
    def url(self):
        """Base address, without a slash at the end."""
        return f"{self._scheme}://{self.host}"

    @property
    def last(self):
        """The newest request."""
        return self.requests[-1]

    def answer(self, *replies):
        """Answer this from now on."""
        with self._lock:
            self.replies = list(replies)

    def pause(self, seconds):
        """Wait, but not longer than the server lives."""
        self._closing.wait(seconds)

    def reply_to(self, request):
        """Record a request and return its `Reply`."""
        with self._lock:
            self.requests.append(request)
            reply = self._next() if self.handler is None else None
        if self.handler is not None:
            reply = self.handler(request)
        return reply if isinstance(reply, Reply) else Reply(body=reply)

    def takes_drop(self):
        """Tell whether the next reply is to hang up unread, and take it if so."""
        with self._lock:
            reply = self.replies[0] if self.replies else None
            is_drop = isinstance(reply, Reply) and reply.drop == "before"
            if is_drop:
                self._next()
            return is_drop

    def _next(self):
        """Take the next reply; the last one stays."""
        if not self.replies:
            return Reply(status=404, body="no answer was told")
        return self.replies.pop(0) if len(self.replies) > 1 else self.replies[0]


def get_free_port():
    """Return the number of a port of 127.0.0.1 that nobody serves."""
    with socket.socket() as sock:
        sock.bind(("127.0.0.1", 0))
        return sock.getsockname()[1]


class _Server(ThreadingHTTPServer):
    daemon_threads = True
    request_queue_size = 128
    fake = None
    tls = None

    def finish_request(self, request, client_address):
        """Override of `socketserver`: shake hands in the request's own thread."""
        if not self.tls:
            super().finish_request(request, client_address)
            return
        with self.tls.wrap_socket(request, server_side=True) as secured:
            super().finish_request(secured, client_address)

    def handle_error(self, request, client_address):
        """Override of `socketserver`: a client may leave, or not like us."""


class _Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.0"

    def setup(self):  # pylint: disable=missing-return
        """Override of `socketserver`: hang up at once, if told."""
        super().setup()
        self.is_dropped = self.server.fake.takes_drop()

    def handle(self):  # pylint: disable=missing-return
        """Override of `socketserver`."""
        if self.is_dropped:
            self._hang_up()
        else:
            super().handle()

    def parse_request(self):
        """Override of `http.server`: any method is answered alike."""
        is_parsed = super().parse_request()
        if is_parsed:
            setattr(self, f"do_{self.command}", self._answer)
        return is_parsed

    def log_message(self, *args):
        """Override of `http.server`: be quiet."""

    def _answer(self):
        """Record the request and do as told."""
        parts = urlsplit(self.path)
        length = int(self.headers.get("Content-Length") or 0)
        request = Request(
            method=self.command,
            path=parts.path,
            query={
                name: values[-1]
                for name, values in parse_qs(
                    parts.query, keep_blank_values=True
                ).items()
            },
            headers=self.headers,
            body=self.rfile.read(length),
        )
        reply = self.server.fake.reply_to(request)
        self.server.fake.pause(reply.delay)
        if reply.drop == "after":
            self._hang_up()
        else:
            self._write(reply)

    def _write(self, reply):
        """Send a reply, slowly or in part if told."""
        body = reply.encode()
        if reply.drop == "middle":
            self._send(reply, body, body[: len(body) // 2])
        else:
            self._send(reply, body, body)

    def _send(self, reply, body, part):
        """Send the headers of a body and a part of it."""
        if reply.raw:
            data = reply.raw
        else:
            headers = {"Content-Length": len(body), **reply.headers}
            lines = [f"HTTP/1.1 {reply.status} Told", "Connection: close"]
            lines += [f"{name}: {value}" for name, value in headers.items()]
            data = "\r\n".join([*lines, "", ""]).encode() + part
        if not reply.drip:
            self.wfile.write(data)
            return
        for byte in data:
            self.wfile.write(bytes([byte]))
            self.server.fake.pause(reply.drip)

    def _hang_up(self):
        """Close the connection with a reset."""
        linger = b"\x01\x00\x00\x00\x00\x00\x00\x00"
        self.request.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, linger)
        self.request.close()


def wait_until(condition, seconds=30):
    """Wait until a condition is true and return whether it became so."""
    limit = time.monotonic() + seconds
    while not condition():
        if time.monotonic() > limit:
            return False
        time.sleep(0.02)
    return True
