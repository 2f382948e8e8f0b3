from . import test_deal_events
