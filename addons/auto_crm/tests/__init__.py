from . import (
    test_auto_job,
    test_deal_events,
    test_labour_price,
    test_order_clock,
    test_order_consent,
    test_order_event,
    test_order_parts,
    test_order_payment,
    test_order_release,
    test_portal,
    test_requests,
)
