from . import test_deal_events, test_portal, test_portal_tour, test_requests
