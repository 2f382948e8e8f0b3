from . import api, booking, change, order, portal
