from . import (
    test_chatter,
    test_consent,
    test_contact,
    test_hook,
    test_inbox,
    test_inbox_security,
    test_page,
)
