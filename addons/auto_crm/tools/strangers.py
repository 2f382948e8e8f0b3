"""What strangers send: made fit to be kept, compared in constant time, kept small."""

from odoo.tools import consteq


def clean(text):
    """Return a text without what JSON may hold and the database may not.

    That is NUL, and halves of characters.
    """
    return text.replace("\0", "").encode("utf-8", "replace").decode()


def clean_data(value):
    """Return a value of JSON all of whose texts are clean."""
    if isinstance(value, str):
        return clean(value)
    if isinstance(value, dict):
        return {key: clean_data(item) for key, item in value.items()}
    if isinstance(value, list | tuple):
        return [clean_data(item) for item in value]
    return value


def is_same(given, secret):
    """Compare a text with a secret in constant time; nothing equals no secret."""
    if not secret:
        return False
    return consteq(
        (given or "").encode("utf-8", "replace"), secret.encode("utf-8", "replace")
    )


def read_body(httprequest, limit):
    """Return the body of a request, None if it is too large: then it is not even read.

    :param int limit: in bytes
    """
    if (httprequest.content_length or 0) > limit:
        return None
    body = httprequest.get_data()
    return body if len(body) <= limit else None
