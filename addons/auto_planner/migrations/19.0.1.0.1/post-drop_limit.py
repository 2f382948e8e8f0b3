def migrate(cr, version):
    """What strangers did lately is counted by `auto.limit` of auto_crm now."""
    cr.execute("DROP TABLE IF EXISTS auto_booking_limit")
