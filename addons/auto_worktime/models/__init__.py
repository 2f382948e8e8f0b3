from . import (
    auto_hold_reason,
    auto_job,
    auto_job_press,
    auto_time_correction,
    auto_time_event,
    auto_time_log,
    hr_attendance,
    hr_attendance_forgotten,
    hr_employee,
    hr_employee_clock,
    res_company,
    res_config_settings,
)
