"""Records that may have been deleted since they were noted down.

That is seldom enough to ask the database for it only when one is missed.
"""

from odoo.exceptions import MissingError


def for_those_there(records, function):
    """Return what a function says of the records that were not deleted.

    :param function: of records; it reads them, and is called again without those gone
    """
    try:
        return function(records)
    except MissingError:
        return function(records.exists())
