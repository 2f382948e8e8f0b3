"""What the clients of messengers have in common: JSON both ways, files, buttons."""

from functools import wraps
from urllib.parse import urljoin, urlsplit

from .http import HttpClient, HttpError
from .payload import Node, clip
from .provider import (
    Answer,
    Media,
    Provider,
    ProviderError,
    answer_of_failure,
    answer_of_status,
)

MAX_ERROR = 300  # characters of the provider's words that are kept
MAX_WAIT = 24 * 60 * 60
MAX_HOPS = 3  # redirects of a file
EDITED = "✎ "  # before a text that its writer has changed


def reads_answers(method):
    """Make a method of a `Messenger` raise ProviderError for shapes not documented."""

    @wraps(method)
    def read(self, *args, **kwargs):
        try:
            return method(self, *args, **kwargs)
        except ValueError as error:
            raise ProviderError(
                f"{self.title} gave an answer that is not as documented: {error}."
            ) from None

    return read


class Messenger(Provider):
    """Base of the messengers' clients.

    :cvar max_data: bytes that come back when a button is pressed
    """

    max_data = 64

    def send(self, outgoing):
        """Override of `Provider`: hand the message over."""
        problem = self._find_problem(outgoing)
        if problem:
            return Answer("refused", code="unsendable", error=problem)
        return self._deliver(outgoing.to, self._prepare_message(outgoing))

    def ask_phone(self, to, text, title):
        """Send a text with a button that shares the person's own phone.

        What comes back is an event ``contact``.

        :param str to: id of the chat
        :param str title: of the button
        :rtype: Answer
        """
        return Answer(
            "refused", code="unsendable", error=f"{self.title} cannot ask for a phone."
        )

    def answer_button(self, ref, text=""):
        """Tell a messenger that a button's press has been received.

        :param str ref: of the event ``button``
        :param str text: a short note for the person who pressed
        :return: whether it was taken
        """
        return False

    def _find_fault(self):
        """Return what is missing in the account's settings, or ""."""
        secret = self.settings.secret
        if not secret:
            return "The token is missing."
        if not secret.isascii() or not secret.isprintable() or " " in secret:
            return "The token has characters that no token has."
        return ""

    def _find_problem(self, outgoing):
        """Return why a message cannot be sent at all, or ""."""
        if not outgoing.to:
            return "The message has no address."
        if not outgoing.text.strip():
            return "The message has no text."
        if len(outgoing.text) > self.max_length:
            return (
                f"The text has {len(outgoing.text)} characters, "
                f"{self.title} takes {self.max_length}."
            )
        for button in outgoing.buttons:
            if not 0 < len(button.data.encode()) <= self.max_data:
                return f"The button “{button.title}” has no data, or too much."
        return ""

    def _prepare_message(self, outgoing):
        """Return the JSON that carries a message."""
        raise NotImplementedError

    def _post(self, to, data):
        """Make the call that sends a message.

        :rtype: HttpAnswer
        :raise HttpError: when there is no answer
        """
        raise NotImplementedError

    def _deliver(self, to, data):
        """Make the call that sends a message and return its `Answer`."""
        fault = self._find_fault()
        if fault:
            return Answer("broken", code="settings", error=fault)
        try:
            reply = self._post(to, data)
        except HttpError as error:
            return answer_of_failure(error)
        try:
            answer = self._read_answer(reply, Node(reply.json_object()))
        except ValueError:
            answer = None
        return answer or answer_of_status(reply)

    def _read_answer(self, reply, data):
        """Return what the API says of a message, None if it isn't the API that speaks.

        :param HttpAnswer reply: the whole answer
        :param Node data: its JSON
        :raise ValueError: if its members are not as documented
        """
        raise NotImplementedError

    def _read_problem(self, reply, data):
        """Return the API's words for a failed call, "" for one that succeeded."""
        raise NotImplementedError

    def _ask(self, call, *args, **kwargs):
        """Make a call that sends no message and return its JSON.

        :param call: method that makes it
        :rtype: Node
        :raise ProviderError: if it does not succeed
        """
        fault = self._find_fault()
        if fault:
            raise ProviderError(fault)
        try:
            reply = call(*args, **kwargs)
        except HttpError as error:
            raise ProviderError(f"{self.title} cannot be reached: {error}.") from None
        try:
            data = Node(reply.json_object())
            problem = self._read_problem(reply, data)
        except ValueError:
            raise ProviderError(
                f"{self.title} gave an answer that is none of its API "
                f"(HTTP status {reply.status}). Check the API address."
            ) from None
        if problem:
            raise ProviderError(f"{self.title}: {clip(problem, MAX_ERROR)}")
        return data

    def _try(self, call, *args, **kwargs):
        """Tell whether a call that sends no message succeeds."""
        try:
            self._ask(call, *args, **kwargs)
        except ProviderError:
            return False
        return True

    def _check_size(self, size, limit):
        """Refuse a file that is too long.

        :raise ProviderError: if it is
        """
        if size and size > limit:
            raise ProviderError(f"The file has {size} bytes, {limit} are taken.")

    def _download(self, url, limit, headers=None):
        """Return the bytes of a file.

        Redirects are followed, each as a call of its own, only where no secret goes
        along. A private host of the shop is for its gateway: no address that came from
        outside leads to one, unless it is the account's own.

        :raise ProviderError: if it cannot be had
        """
        for _hop in range(MAX_HOPS + 1):
            try:
                client = self._get_file_client(url)
                reply = client.call("GET", url, headers=headers, limit=limit)
            except HttpError as error:
                raise ProviderError(f"The file cannot be had: {error}.") from None
            target = reply.headers.get("Location")
            if headers or not target or not 300 <= reply.status < 400:
                break
            url = urljoin(url, target)
        if reply.status != 200:
            raise ProviderError(f"The file cannot be had: HTTP status {reply.status}.")
        return reply.body

    def _get_file_client(self, url):
        """Return what fetches a file: it knows the private host of the account only."""
        own = urlsplit(self.base).netloc
        try:
            is_own = urlsplit(url).netloc == own
        except ValueError:
            is_own = False
        if is_own:
            return self.http
        client = HttpClient()
        client.verify = self.http.verify
        client.authorities = self.http.authorities
        return client


def limit_wait(seconds):
    """Return the seconds that a provider asks to wait, if that makes sense."""
    if not seconds or seconds < 0:
        return None
    return float(min(seconds, MAX_WAIT))


def read_file(file, ref, kind, name, mimetype):
    """Return a file of a message, as messengers tell of it.

    :param Node file: what is told
    :param str ref: its id or address
    :param str kind: as of `Media`
    :param str name: if none is told, as is `mimetype`
    """
    return Media(
        kind,
        ref,
        file.file_name("filename" if "filename" in file else "file_name", name),
        file.text("mime_type").partition(";")[0].strip() or mimetype,
        file.size("file_size" if "file_size" in file else "size"),
    )
