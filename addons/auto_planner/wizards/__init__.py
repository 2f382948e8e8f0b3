from . import auto_booking_plan
