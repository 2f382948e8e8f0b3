import datetime

from odoo import api, fields, models
from odoo.exceptions import ValidationError

KM_MAX = 9_999_999


class AutoOdometer(models.Model):
    """One reading of a car's odometer, in kilometres, with its date and source."""

    _name = "auto.odometer"
    _description = "Odometer Reading"
    _order = "date desc, id desc"
    _rec_name = "value"

    vehicle_id = fields.Many2one(
        comodel_name="auto.vehicle", required=True, index=True, ondelete="cascade"
    )
    company_id = fields.Many2one(related="vehicle_id.company_id", store=True)
    value = fields.Integer(string="Reading, km", required=True, aggregator="max")
    date = fields.Date(
        required=True, default=lambda self: self.env.company._get_today()
    )
    source = fields.Selection(
        selection=[
            ("staff", "Staff"),
            ("order", "Work order"),
            ("portal", "Customer"),
            ("import", "Import"),
        ],
        required=True,
        default="staff",
    )
    order_id = fields.Many2one(
        comodel_name="sale.order", index="btree_not_null", ondelete="cascade"
    )
    warning = fields.Char(compute="_compute_warning")

    _vehicle_date_idx = models.Index("(vehicle_id, date DESC, id DESC)")
    _value_possible = models.Constraint(
        "CHECK (value > 0 AND value < 10000000)",
        "A reading is a number of kilometres between 1 and 9,999,999.",
    )

    @api.depends("value", "date", "vehicle_id", "vehicle_id.odometer_ids.value")
    def _compute_warning(self):
        for reading in self:
            higher = reading._get_higher_earlier()
            reading.warning = reading._get_lower_sentence(higher) if higher else False

    @api.constrains("date")
    def _check_date(self):
        """A reading of tomorrow would stay the latest; a day is left for time zones."""
        latest = fields.Date.today() + datetime.timedelta(days=1)
        for reading in self:
            if reading.date > latest:
                raise ValidationError(
                    self.env._(
                        "The odometer can't be read on %(date)s: "
                        "that day is yet to come.",
                        date=fields.Date.to_string(reading.date),
                    )
                )

    @api.constrains("value", "date", "source", "vehicle_id")
    def _check_customer_reading(self):
        """A customer's reading lower than an earlier one is a typing error.

        Staff may know better.
        """
        for reading in self.filtered(lambda reading: reading.source == "portal"):
            if higher := reading._get_higher_earlier():
                raise ValidationError(reading._get_lower_sentence(higher))

    @api.model_create_multi
    def create(self, vals_list):
        readings = super().create(vals_list)
        readings._log_lower()
        return readings

    def write(self, vals):
        result = super().write(vals)
        if {"value", "date"} & set(vals):
            self._log_lower()
        return result

    def _get_higher_earlier(self):
        """The highest reading made earlier, that day or before, if higher than this."""
        self.ensure_one()
        own_id = self._origin.id
        higher = self.vehicle_id.odometer_ids.filtered(
            lambda other: (
                other != self
                and other._origin != self._origin
                and other.date
                and self.date
                and other.value > self.value
                and (
                    other.date < self.date
                    or (
                        other.date == self.date
                        and (not own_id or other._origin.id < own_id)
                    )
                )
            )
        )
        return max(higher, key=lambda other: other.value, default=self.browse())

    def _get_lower_sentence(self, higher):
        """Say what is odd about this reading and what to do."""
        return self.env._(
            "%(value)s km is less than %(higher)s km read on %(date)s. Check it; "
            "if the instrument was replaced, note it on the vehicle.",
            value=self.value,
            higher=higher.value,
            date=fields.Date.to_string(higher.date),
        )

    def _log_lower(self):
        """Warn on the car of readings that are lower than before; they are kept."""
        sentences = {}
        for reading in self:
            if higher := reading._get_higher_earlier():
                sentences[reading.vehicle_id.id] = reading._get_lower_sentence(higher)
        if sentences:
            self.env["auto.vehicle"].browse(sentences)._message_log_batch(sentences)
