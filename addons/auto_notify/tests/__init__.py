from . import (
    test_channel,
    test_channel_security,
    test_chatter,
    test_documents_qr,
    test_max_bot,
    test_neutralize,
    test_portal_messages,
    test_telegram,
    test_tokens,
    test_viber,
    test_whatsapp,
)
