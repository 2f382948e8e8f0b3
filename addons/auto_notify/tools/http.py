"""HTTP to addresses that others name: no private hosts, no redirects, no surprises.

A call opens one connection and closes it. That costs a handshake, and buys certainty:
a kept connection that the server had closed would make every such call "maybe sent".
"""

import http.client
import io
import ipaddress
import json
import socket
import ssl
import time
from dataclasses import dataclass
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from functools import partial

import requests
import urllib3
from requests.adapters import HTTPAdapter
from urllib3.connection import HTTPConnection, HTTPSConnection
from urllib3.connectionpool import HTTPConnectionPool, HTTPSConnectionPool
from urllib3.util.ssl_ import create_urllib3_context
from urllib3.util.ssl_match_hostname import CertificateError

HEADERS = {"User-Agent": "auto-notify", "Accept-Encoding": "identity"}
CHUNK = 16_384
MAX_RETRY_AFTER = 24 * 60 * 60
# Networks of IPv6 whose addresses lead to the IPv4 address in their last 32 bits
NAT64 = ipaddress.ip_network("64:ff9b::/96")
FAILURES = (
    requests.RequestException,
    urllib3.exceptions.HTTPError,
    http.client.HTTPException,
    OSError,
    ValueError,
)


class HttpError(Exception):
    """A call that gave no answer; the text names no secret."""


class NotSent(HttpError):  # noqa: N818 - what is so, not an error's name
    """Nothing has left: no such host, connection refused, an address not allowed."""


class MaybeSent(HttpError):  # noqa: N818
    """The request had gone out, in part or whole, when the connection failed."""


@dataclass(frozen=True)
class HttpAnswer:
    """What a server has answered.

    :param status: code of HTTP; redirects are answers like others
    :param headers: mapping, any case of names
    :param bytes body: as sent, at most as long as was asked for
    """

    status: int
    headers: dict
    body: bytes

    @property
    def text(self):
        """The body as UTF-8; what is not UTF-8 is replaced."""
        return self.body.decode(errors="replace")

    @property
    def retry_after(self):
        """Seconds that the server asks to wait, at most a day; None if it doesn't."""
        return parse_retry_after(self.headers.get("Retry-After"))

    def json(self):
        """Return the body's JSON.

        :raise ValueError: if it is none
        """
        try:
            return json.loads(self.body)
        except RecursionError:
            raise ValueError("JSON nested too deep") from None

    def json_object(self):
        """Return the body's JSON object as a dictionary.

        :raise ValueError: if it is not an object
        """
        value = self.json()
        if not isinstance(value, dict):
            raise ValueError("The JSON is not an object")  # noqa: TRY004
        return value


class HttpClient:
    """Calls with time limits, that reach public addresses only.

    :param private_hosts: hosts that may be called although they are private, as
        ``host`` or ``host:port``
    :param timeout: seconds to connect, and to wait for each piece of the answer
    :param total: seconds from the first step to the last byte
    """

    verify = True  # certificates; tests name a file with their own authority
    authorities = None  # file with authorities to trust beside the usual ones

    def __init__(self, private_hosts=(), timeout=(5, 20), total=40):
        self.private_hosts = private_hosts
        self.timeout = timeout
        self.total = total

    def call(
        self,
        method,
        url,
        *,
        params=None,
        json=None,
        data=None,
        headers=None,
        auth=None,
        limit=1_000_000,
    ):
        """Make a call and return its answer, whatever its status.

        :param data: a mapping for a form, bytes, or text to send as UTF-8
        :param limit: bytes of the answer; more is an error
        :rtype: HttpAnswer
        :raise NotSent, MaybeSent: when there is no answer
        """
        line = _Line(self.private_hosts, self.timeout, self.total)
        try:
            request = requests.Request(
                method,
                url,
                params=params,
                json=json,
                data=data.encode() if isinstance(data, str) else data,
                headers={**HEADERS, **(headers or {})},
                auth=auth,
            ).prepare()
            return self._send(line, request, limit)
        except FAILURES as error:
            # the original names the whole address, and that may hold a token
            raise line.explain(error) from None

    def _send(self, line, request, limit):
        """Return the answer to a request that goes over the line."""
        with _Session() as session:
            session.mount("http://", _Adapter(line))
            session.mount("https://", _Adapter(line, self._make_context()))
            # no timeout here: the line keeps the time itself
            with session.send(
                request, stream=True, timeout=None, verify=self.verify
            ) as response:
                return _read_answer(response, limit)

    def _make_context(self):
        """Return what also trusts the authorities named, None if there are none.

        :raise NotSent: if their file cannot be read
        """
        if not self.authorities:
            return None
        context = create_urllib3_context()
        try:
            context.load_verify_locations(cafile=self.authorities)
        except (OSError, ValueError):
            raise NotSent("the file of authorities cannot be read") from None
        return context


def parse_retry_after(value):
    """Return the seconds of a ``Retry-After`` header, at most a day, or None.

    :param value: a number of seconds, or a date as HTTP writes it
    """
    value = (value or "").strip()
    if value.isascii() and value.isdigit():
        return float(min(int(value[:9]), MAX_RETRY_AFTER))
    try:
        moment = parsedate_to_datetime(value)
    except ValueError:
        return None
    if not moment.tzinfo:
        moment = moment.replace(tzinfo=UTC)
    seconds = (moment - datetime.now(UTC)).total_seconds()
    return min(max(seconds, 0.0), float(MAX_RETRY_AFTER))


def is_public(address):
    """Tell whether an IP address belongs to the public internet.

    An IPv4 address inside an IPv6 one counts as itself.
    """
    ip = ipaddress.ip_address(address)
    if ip.version == 6:
        if ip.is_site_local:  # given up, and global to the library
            return False
        inner = ip.ipv4_mapped or ip.sixtofour
        if ip in NAT64:
            inner = ipaddress.IPv4Address(int(ip) & 0xFFFFFFFF)
        ip = inner or ip
    return ip.is_global and not (ip.is_multicast or ip.is_reserved)


class _Line:
    """One call: what it may reach, how long it may take, how far it has got."""

    def __init__(self, private_hosts, timeout, total):
        self.private_hosts = {name.strip().lower() for name in private_hosts}
        self.connect_timeout, self.read_timeout = timeout
        self.deadline = time.monotonic() + total
        self.is_sent = False

    def left(self, limit):
        """Return the seconds that the next step may take.

        :raise TimeoutError: when the time of the whole call is over
        """
        left = self.deadline - time.monotonic()
        if left <= 0:
            raise TimeoutError
        return min(limit, left)

    def connect(self, host, port):
        """Return a socket to an address that was checked before it is touched.

        The name is resolved here and only here, so that it cannot mean another address
        a moment later.
        """
        addresses = self._resolve(host, port)
        if not self._is_named(host, port):
            addresses = [address for address in addresses if is_public(address)]
            if not addresses:
                raise NotSent(f"{host}: not a public address")
        problem = None
        for address in addresses:
            try:
                sock = socket.create_connection(
                    (address, port), timeout=self.left(self.connect_timeout)
                )
            except OSError as error:
                problem = error
            else:
                sock.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
                return sock
        raise NotSent(f"{host}: {_describe(problem)}")

    def _resolve(self, host, port):
        """Return the addresses that a name stands for, without doubles."""
        try:
            found = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)
        except (OSError, ValueError, OverflowError):
            raise NotSent(f"{host}: no such host") from None
        return list(dict.fromkeys(sockaddr[0] for *_other, sockaddr in found))

    def _is_named(self, host, port):
        """Tell whether the administrator allows the host, private or not."""
        host = host.lower()
        shown = f"[{host}]" if ":" in host else host
        return not self.private_hosts.isdisjoint({host, shown, f"{shown}:{port}"})

    def explain(self, error):
        """Return the error to raise for what went wrong."""
        kind = MaybeSent if self.is_sent else NotSent
        return kind(_describe(error))


def _describe(error):
    """Return what went wrong in words that hold no address and no secret."""
    named = {
        ssl.SSLCertVerificationError: "the certificate is not valid",
        CertificateError: "the certificate is another host's",
        ssl.SSLError: "no secure connection",
        TimeoutError: "timed out",
        requests.Timeout: "timed out",
        urllib3.exceptions.TimeoutError: "timed out",
        ConnectionRefusedError: "connection refused",
        requests.exceptions.InvalidSchema: "only http and https addresses are called",
        requests.exceptions.MissingSchema: "only http and https addresses are called",
        requests.exceptions.InvalidURL: "the address is not valid",
        requests.exceptions.InvalidHeader: "a header is not valid",
        requests.exceptions.InvalidJSONError: "not to be written as JSON",
        requests.RequestException: "the connection failed",
        ValueError: "the address or a header is not valid",
    }
    if any(
        isinstance(cause, urllib3.exceptions.IncompleteRead) for cause in error.args
    ):
        return "the answer broke off"
    for kind, words in named.items():
        if isinstance(error, kind):
            return words
    return "the connection failed"


def _read_answer(response, limit):
    """Return a response with its body, if that is not too long and complete."""
    if response.headers.get("Content-Encoding", "identity").lower() != "identity":
        raise MaybeSent("the answer is compressed, which was not asked for")
    body = bytearray()
    while chunk := response.raw.read(CHUNK, decode_content=False):
        body += chunk
        if len(body) > limit:
            raise MaybeSent(f"the answer is longer than {limit} bytes")
    if response.raw.length_remaining:
        raise MaybeSent("the answer broke off")
    return HttpAnswer(response.status_code, response.headers, bytes(body))


class _Session(requests.Session):
    """A session for one call, that takes nothing from the environment."""

    def __init__(self):
        super().__init__()
        self.trust_env = False

    def get_redirect_target(self, resp):
        """Override of `requests`: no answer leads elsewhere."""


class _Adapter(HTTPAdapter):
    """Transport whose connections are made by a `_Line`."""

    def __init__(self, line, context=None):
        self.line = line
        self.context = context
        super().__init__(pool_connections=1, pool_maxsize=1)

    def init_poolmanager(self, *args, **kwargs):  # pylint: disable=missing-return
        """Override of `requests`: own connections."""
        super().init_poolmanager(*args, ssl_context=self.context, **kwargs)
        self.poolmanager.pool_classes_by_scheme = {
            "http": partial(_HttpPool, line=self.line),
            "https": partial(_HttpsPool, line=self.line),
        }


class _TimedReader(io.RawIOBase):
    """A socket's input, that gives up when the time of the call is over.

    A time limit of the socket alone starts anew with each byte.
    """

    def __init__(self, sock, line):
        self.sock = sock
        self.line = line
        self.raw = sock.makefile("rb", buffering=0)

    def readable(self):
        """Override of `io`."""
        return True

    def readinto(self, buffer):
        """Override of `io`: with the time that is left."""
        self.sock.settimeout(self.line.left(self.line.read_timeout))
        return self.raw.readinto(buffer)

    def close(self):  # pylint: disable=missing-return
        """Override of `io`: let the socket go, too."""
        if not self.closed:
            self.raw.close()
        super().close()


class _Response(http.client.HTTPResponse):
    """An answer that is read within the time of the call."""

    def __init__(self, sock, *args, line, **kwargs):
        super().__init__(sock, *args, **kwargs)
        self.fp.close()
        self.fp = io.BufferedReader(_TimedReader(sock, line))


class _LineMixin:
    """A connection that a `_Line` opens and watches."""

    def __init__(self, *args, line, **kwargs):
        super().__init__(*args, **kwargs)
        self.line = line
        self.response_class = partial(_Response, line=line)

    def _new_conn(self):
        """Override of `urllib3`: the line decides where to."""
        return self.line.connect(self.host, self.port)

    def send(self, data):  # pylint: disable=missing-return
        """Override of `http.client`: from here on the server may have the request."""
        if self.sock is None:
            self.connect()
        self.sock.settimeout(self.line.left(self.line.read_timeout))
        self.line.is_sent = True
        super().send(data)


class _HttpConnection(_LineMixin, HTTPConnection):
    """A connection in the clear."""


class _HttpsConnection(_LineMixin, HTTPSConnection):
    """A secure connection."""

    def connect(self):  # pylint: disable=missing-return
        """Override of `urllib3`: say what a handshake failed for."""
        try:
            super().connect()
        except FAILURES as error:
            raise NotSent(f"{self.host}: {_describe(_root(error))}") from None


class _HttpPool(HTTPConnectionPool):
    ConnectionCls = _HttpConnection


class _HttpsPool(HTTPSConnectionPool):
    ConnectionCls = _HttpsConnection


def _root(error):
    """Return the error that an error of urllib3 was made of, where it was."""
    inner = error.args[0] if error.args else None
    return inner if isinstance(inner, Exception) else error
