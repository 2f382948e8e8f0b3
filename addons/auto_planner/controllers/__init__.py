from . import api, booking, portal
