from . import (
    test_booking,
    test_booking_messages,
    test_booking_warning,
    test_free_slots,
    test_slots,
)
