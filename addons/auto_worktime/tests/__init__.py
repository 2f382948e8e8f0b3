from . import (
    test_clock_company,
    test_clock_cost,
    test_clock_press,
    test_clock_race,
    test_forgotten,
    test_job_buttons,
    test_kiosk,
    test_late_presses,
    test_presence,
    test_punches,
    test_time_log,
    test_timeline,
)
