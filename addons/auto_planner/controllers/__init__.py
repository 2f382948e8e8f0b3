from . import api, booking, change, portal
