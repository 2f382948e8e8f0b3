"""What the workshop's devices send."""

import json

from werkzeug.exceptions import BadRequest

from odoo.addons.auto_crm.tools.strangers import read_body


def read_json(httprequest, limit):
    """Return the JSON that was sent.

    :param int limit: in bytes
    :raise BadRequest: if it is none, or too large
    """
    try:
        return json.loads(read_body(httprequest, limit) or b"")
    except (ValueError, RecursionError) as error:
        raise BadRequest("Not JSON.") from error
