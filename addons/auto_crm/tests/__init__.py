from . import test_deal_events
from . import test_portal
from . import test_deal_events, test_requests
