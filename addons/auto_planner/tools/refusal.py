from odoo.exceptions import UserError


class BookingRefusedError(UserError):
    """Why a booking cannot be made, moved or cancelled, in words for the customer.

    :param str code: for programs: ``taken``, ``limit``, ``late``, ``closed``, ``code``,
        ``invalid``
    """

    def __init__(self, code, message):
        super().__init__(message)
        self.code = code
