from . import kiosk, punches
