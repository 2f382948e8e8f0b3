from . import test_chatter, test_dispatch, test_outbox
