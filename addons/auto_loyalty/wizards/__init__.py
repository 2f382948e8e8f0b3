from . import (
    auto_bonus_correct,
    auto_bonus_import,
    auto_bonus_pay,
    base_partner_merge,
    loyalty_card_update_balance,
    loyalty_generate_wizard,
)
