from . import (
    test_chatter,
    test_http,
    test_http_gateway,
    test_kannel,
    test_max_bot,
    test_reply,
    test_sms_length,
    test_smsc,
    test_telegram,
    test_tokens,
    test_viber,
    test_whatsapp,
)
