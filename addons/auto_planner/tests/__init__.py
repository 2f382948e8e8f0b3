from . import (
    test_booking,
    test_booking_warning,
    test_hoot,
    test_planner_days,
    test_planner_view,
    test_slots,
)
