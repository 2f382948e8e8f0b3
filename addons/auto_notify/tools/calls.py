"""Calls of providers, many at a time: pure, so that threads need no database."""

import math
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, replace

from odoo.addons.auto_crm.tools.strangers import clean

from .provider import ANSWER_STATES, Answer, Outgoing, Provider, Settings

MAX_ERROR_LENGTH = 300
MAX_NAME_LENGTH = 200  # of an id or code, which is part of an index
MIN_SECRET_LENGTH = 4


@dataclass(frozen=True)
class Call:
    """A message that is to be handed to a provider.

    :param is_repeat: an earlier call with this key was interrupted
    :param may_send: whether a repeat may send it; else it is only asked about
    """

    provider: Provider
    outgoing: Outgoing
    is_repeat: bool = False
    may_send: bool = True


@dataclass(frozen=True)
class Result:
    """What became of a call.

    :param is_open: not known yet, but a repeat of the call will tell
    """

    answer: Answer
    is_open: bool = False


class BrokenProvider(Provider):
    """Stands for a client that could not be made: its account does not work."""

    kind = "broken"

    def __init__(self, error):
        super().__init__(Settings())
        self.error = error

    def send(self, outgoing):
        return Answer("broken", error=self.error)


def run_calls(calls, workers):
    """Make calls in threads.

    :param list[Call] calls: any number
    :param int workers: how many at a time
    :return: their results, in the same order
    :rtype: list[Result]
    """
    if not calls:
        return []
    with ThreadPoolExecutor(max_workers=max(1, min(workers, len(calls)))) as pool:
        return list(pool.map(run_call, calls))


def run_call(call):
    """Make one call; a call that was interrupted before is first asked about.

    A message is handed over a second time only if that cannot deliver it twice.
    """
    if call.is_repeat:
        result = _ask(call)
        if result:
            return result
    answer = _run(call, call.provider.send)
    is_open = answer.state == "unsure" and can_repeat(call.provider)
    return Result(answer, is_open)


def can_repeat(provider):
    """Tell whether it can be found out what became of an interrupted call."""
    has_lookup = type(provider).lookup is not Provider.lookup
    return provider.is_idempotent or has_lookup


def _ask(call):
    """Return the `Result` of an interrupted call, None if it has to be repeated."""
    answer = _run(call, call.provider.lookup)
    if answer is not None:
        return Result(answer, is_open=answer.state == "unsure")
    if call.provider.is_idempotent and call.may_send:
        return None
    return Result(Answer("unsure", error="The call was interrupted."))


def _run(call, method):
    """Call a method of the provider, and make what it answers fit to be stored."""
    try:
        answer = method(call.outgoing)
    except Exception as error:  # noqa: BLE001 whatever a provider's client may do
        # only the name: texts of unexpected errors may hold addresses with tokens
        answer = Answer("unsure", error=type(error).__name__)
    if answer is None and method == call.provider.lookup:
        return None
    if not isinstance(answer, Answer) or answer.state not in ANSWER_STATES:
        return Answer("unsure", error="The provider's client gave no answer.")
    return replace(
        answer,
        ref=_to_text(answer.ref)[:MAX_NAME_LENGTH],
        code=_to_text(answer.code)[:MAX_NAME_LENGTH],
        error=_to_error(answer.error, call.provider.settings),
        cost=_to_number(answer.cost),
        retry_after=_to_number(answer.retry_after),
    )


def _to_text(value):
    """Return what a provider says as a text that can be stored."""
    return clean(str(value or ""))


def _to_error(value, settings):
    """Return what is wrong as staff may read it: short, without credentials."""
    secrets = (settings.secret, settings.app_secret, settings.hook_secret)
    return hide_secrets(_to_text(value), secrets)[:MAX_ERROR_LENGTH]


def _to_number(value):
    """Return a number from 0 on, None for what is none."""
    try:
        number = float(value)
    except (TypeError, ValueError, OverflowError):
        return None
    return number if math.isfinite(number) and number >= 0 else None


def hide_secrets(text, secrets):
    """Return a text without credentials, so that it may be shown to staff.

    What is shorter than a password may be is left: hiding each "s" of a sentence would
    tell the secret, not keep it.

    :param secrets: texts, or what is empty
    """
    for secret in secrets:
        if secret and len(secret) >= MIN_SECRET_LENGTH:
            text = text.replace(secret, "***")
    return text
