from . import auto_time_start
