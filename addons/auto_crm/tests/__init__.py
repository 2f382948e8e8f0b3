from . import (
    test_acceptance,
    test_acts_security,
    test_auto_job,
    test_deal_events,
    test_documents,
    test_hoot,
    test_order_event,
    test_order_parts,
    test_package,
    test_recommendation,
    test_requests,
    test_sum_in_words,
)
