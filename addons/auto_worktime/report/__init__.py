from . import (
    auto_output_report,
    auto_output_report_query,
    auto_output_report_sale,
    auto_output_report_total,
    auto_real_norm,
    auto_workshop_now,
)
