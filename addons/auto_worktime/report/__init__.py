from . import auto_output_report, auto_output_report_query, auto_output_report_sale
