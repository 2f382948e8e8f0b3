"""Why a press of a mechanic is refused, for screens that offer a way out."""

from odoo.exceptions import UserError


class ClockError(UserError):
    """A press is refused for a reason that its screen can settle.

    :param str code: ``absent``: not checked in then; ``busy``: on another job then;
        ``race``: somebody else has clocked him in this moment, look again
    """

    def __init__(self, message, code):
        super().__init__(message)
        self.code = code
