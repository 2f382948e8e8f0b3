from . import (
    auto_hold_reason,
    auto_job,
    auto_job_press,
    auto_time_event,
    auto_time_log,
    hr_attendance,
    hr_employee,
    hr_employee_clock,
)
