from . import (
    test_max_bot,
    test_telegram,
    test_tokens,
    test_viber,
    test_whatsapp,
)
