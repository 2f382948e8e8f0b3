from . import (
    auto_booking_day,
    auto_booking_plan,
    auto_booking_plan_offer,
    auto_order_receive,
)
