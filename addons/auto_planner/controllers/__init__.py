from . import api, booking, booking_contact, booking_time, change, order, portal
