from . import test_deal_events, test_portal, test_requests
