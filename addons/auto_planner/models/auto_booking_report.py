from odoo import fields, models


class AutoBookingReport(models.Model):
    """Planned hours and capacity by day, post or mechanic, and work type."""

    _name = "auto.booking.report"
    _description = "Workshop Load"
    _auto = False
    _order = "date desc"

    date = fields.Date(readonly=True)

    @property
    def _table_query(self):
        return "SELECT 1 AS id, NULL::date AS date WHERE FALSE"
