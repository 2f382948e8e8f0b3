"""Times in texts, the same with every version of Babel and of its data.

Newer ones write a narrow no-break space before AM and PM. An SMS with one goes in the
long alphabet and costs double, and who searches for "9:00 AM" does not find it.
"""

from odoo import tools

PLAIN_SPACES = str.maketrans({"\u00a0": " ", "\u202f": " ", "\u2009": " "})


def format_time(env, moment, tz):
    """Return the time of a moment in a zone, short and in the reader's language."""
    text = tools.format_time(env, moment, tz=tz, time_format="short")
    return text.translate(PLAIN_SPACES)


def format_datetime(env, moment, tz):
    """Return day and time of a moment in a zone, short and in the reader's language."""
    text = tools.format_datetime(env, moment, tz=tz, dt_format="short")
    return text.translate(PLAIN_SPACES)
