from . import test_chatter, test_reply
