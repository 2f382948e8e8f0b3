from . import test_booking, test_slots
