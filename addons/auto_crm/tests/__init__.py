from . import (
    test_auto_job,
    test_deal_events,
    test_order_event,
    test_order_parts,
    test_portal,
    test_portal_tour,
    test_requests,
)
