from . import auto_bonus_liability, auto_bonus_result, auto_document
