from . import auto_booking_day, auto_booking_plan
