from . import test_deal_events, test_requests
