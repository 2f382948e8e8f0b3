from . import kiosk, punches, terminal
