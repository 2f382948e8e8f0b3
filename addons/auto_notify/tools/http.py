"""HTTP to addresses that others name: no private hosts, no redirects, no surprises."""


class HttpError(Exception):
    """A call that gave no answer; the text names no secret."""


class NotSent(HttpError):
    """Nothing has left: no such host, connection refused, an address not allowed."""


class MaybeSent(HttpError):
    """The request had gone out, in part or whole, when the connection failed."""


class HttpClient:
    """Calls with time limits, that reach public addresses only.

    :param private_hosts: names of hosts that may be called although they are private
    :param timeout: seconds to connect, and to wait for each piece of the answer
    """

    def __init__(self, private_hosts=(), timeout=(5, 20)):
        self.private_hosts = private_hosts
        self.timeout = timeout

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

        :param limit: bytes of the answer; more is an error
        :return: object with ``status``, ``headers``, ``body`` (bytes) and ``json()``,
            which raises ValueError
        :raise NotSent, MaybeSent: when there is no answer
        """
        raise NotImplementedError
