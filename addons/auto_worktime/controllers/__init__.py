from . import kiosk, pay, punches, terminal
