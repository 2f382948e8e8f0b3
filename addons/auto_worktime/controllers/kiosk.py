from werkzeug.exceptions import BadRequest

from odoo.fields import Domain
from odoo.http import route

from odoo.addons.hr_attendance.controllers.main import HrAttendance

SEARCHES = {  # all that Odoo's kiosk page asks for, see `manual_selection.js`
    "name": ("ilike", str),
    "department_id": ("=", int),
}
MAX_EMPLOYEES = 100


class Kiosk(HrAttendance):
    """Odoo's kiosk answers what its page asks, not any question about employees."""

    @route()
    def employees_infos(self, token, limit, offset, domain):
        """Override of `hr_attendance`: only names and departments can be searched.

        With the link of the kiosk anybody could search for anything, such as PINs that
        begin with 4, under all rights.
        """
        return super().employees_infos(
            token,
            min(max(int(limit or MAX_EMPLOYEES), 1), MAX_EMPLOYEES),
            max(int(offset or 0), 0),
            list(_get_narrow_domain(domain)),
        )


def _get_narrow_domain(domain):
    """Return a domain whose conditions are all of `SEARCHES`.

    :raise BadRequest: for any other
    """
    try:
        narrow = Domain(domain or [])
    except (TypeError, ValueError) as error:
        raise BadRequest("Not a domain.") from error
    for condition in narrow.iter_conditions():
        operator, value_type = SEARCHES.get(condition.field_expr, (None, None))
        if condition.operator != operator or type(condition.value) is not value_type:
            raise BadRequest("Search for a name or a department.")
    return narrow
