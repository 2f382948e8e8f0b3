import logging
import re

SHOWN = 6  # letters, by which an administrator tells keys apart
# paths that end in what opens something, as a key or a token
_paths = ["auto_notify/hook", "auto_notify/stop", r"auto_notify/b/[^/\s]+"]


def mask_path(path):
    """Have what follows the path masked in the access log.

    :param str path: regular expression without slashes around it
    """
    if path not in _paths:
        _paths.append(path)


def mask(text):
    """Return a line of the log without the keys in its addresses."""
    paths = "|".join(_paths)
    return re.sub(rf"(/(?:{paths})/[^/\s?\"]{{{SHOWN}}})[^/\s?\"]+", r"\1…", text)


class KeyFilter(logging.Filter):
    """What opens a webhook or a page is in nobody's log."""

    def filter(self, record):
        """Mask the keys of a record; nothing is left out."""
        if isinstance(record.msg, str):
            record.msg = mask(record.msg)
        if isinstance(record.args, tuple):
            record.args = tuple(
                mask(arg) if isinstance(arg, str) else arg for arg in record.args
            )
        return True


def install():
    """Let the access log of Odoo's servers pass the filter, once."""
    logger = logging.getLogger("werkzeug")
    if not any(isinstance(one, KeyFilter) for one in logger.filters):
        logger.addFilter(KeyFilter())
