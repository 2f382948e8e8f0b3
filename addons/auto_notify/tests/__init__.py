from . import (
    test_chatter,
    test_facts,
    test_rule,
    test_rule_security,
    test_rule_timing,
    test_server_action,
    test_template,
)
