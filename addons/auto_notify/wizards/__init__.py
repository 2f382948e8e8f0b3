from . import (
    auto_notify_compose,
    auto_notify_preview,
    base_partner_merge,
    mail_compose_message,
)
