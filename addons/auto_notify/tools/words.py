"""Words by which a customer ends our messages, or wants them again.

Only a message that is nothing but such a word counts: "stop by at five" does not.
"""

import re

STOP_WORDS = frozenset(
    (
        "stop",
        "stop all",
        "stopall",
        "unsubscribe",
        "opt out",
        "optout",
        "стоп",
        "отписка",
        "отписаться",
        "отпишись",
        "отпишите",
        "отпишите меня",
        "не писать",
        "не пишите",
    )
)
START_WORDS = frozenset(
    (
        "start",
        "unstop",
        "subscribe",
        "opt in",
        "optin",
        "старт",
        "подписаться",
        "подписка",
        "подпишите",
        "подпишите меня",
    )
)


def read_word(text):
    """Tell what a message asks for.

    :param str text: what the customer wrote
    :return: ``stop``, ``start`` or ""
    """
    words = " ".join(re.findall(r"\w+", (text or "").casefold()))
    if words in STOP_WORDS:
        return "stop"
    return "start" if words in START_WORDS else ""
