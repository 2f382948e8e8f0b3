from . import (
    auto_job_finding,
    auto_loss,
    auto_loss_line,
    auto_time_correct,
    auto_time_punch_import,
    auto_time_start,
)
