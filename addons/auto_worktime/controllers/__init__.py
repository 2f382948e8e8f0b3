from . import kiosk, pay, punches
