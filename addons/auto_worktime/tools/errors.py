"""Why a press of a mechanic is refused, for screens that offer a way out."""

from odoo.exceptions import UserError


class ClockError(UserError):
    """A start is refused for a reason that its screen can settle by a question.

    :param str code: ``absent``: not checked in then; ``busy``: on another job then
    """

    def __init__(self, message, code):
        super().__init__(message)
        self.code = code
