from . import (
    auto_job_finding,
    auto_order_cancel,
    auto_order_consent_wizard,
    auto_order_hold,
    auto_order_issue,
    auto_order_issue_line,
    auto_order_package,
    auto_order_receive,
    auto_vehicle_owner_change,
    crm_lead_lost,
    sale_advance_payment_inv,
    sale_mass_cancel_orders,
)
