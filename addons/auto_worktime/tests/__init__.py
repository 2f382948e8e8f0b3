from . import test_clock_press, test_job_buttons, test_time_log
