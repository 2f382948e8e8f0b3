import datetime
import math

from odoo import api, models
from odoo.exceptions import ValidationError
from odoo.tools import format_date

from .auto_odometer import KM_MAX

DAYS_FORECAST_MIN = 30
DAYS_FORECAST_MAX = 3650
KM_A_DAY = 500  # a taxi's; what is more is asked about
KM_AT_ONCE = 2000
KM_EVER = 1_000_000


class AutoVehicle(models.Model):
    """The mileage of a car: its readings, and what they foretell."""

    _inherit = "auto.vehicle"

    @api.depends("odometer_ids.value", "odometer_ids.date")
    def _compute_odometer(self):
        for vehicle in self:
            vehicle.odometer = vehicle._get_last_reading().value

    def _inverse_odometer(self):
        for vehicle in self:
            if not 0 <= vehicle.odometer <= KM_MAX:
                raise ValidationError(self._get_odometer_problem(vehicle.odometer))
            vehicle._add_odometer(vehicle.odometer, source=self._get_odometer_source())

    @api.depends("odometer_ids")
    def _compute_odometer_count(self):
        self._compute_count("odometer_count", "auto.odometer", [])

    @api.onchange("odometer")
    def _onchange_odometer(self):
        return self._get_odometer_warning(self.odometer)

    def action_view_odometer(self):
        """Open the car's odometer readings."""
        return self._get_related_action("auto_crm.auto_odometer_action")

    @api.model
    def _get_odometer_source(self):
        """Source of a reading that is typed as the car's odometer."""
        return "import" if self.env.context.get("import_file") else "staff"

    def _get_last_reading(self):
        """The reading of the latest day, the last one made of that day."""
        self.ensure_one()
        return max(
            self.odometer_ids,
            key=lambda reading: (
                reading.date or datetime.date.min,
                reading._origin.id or math.inf,
            ),
            default=self.env["auto.odometer"],
        )

    def _get_odometer_doubt(self, value, date=None):
        """Return why a reading should be looked at again before it is kept, or "".

        :param int value: kilometres
        :param datetime.date date: day of the reading, today by default
        """
        self.ensure_one()
        last = self._get_last_reading()
        if value and value < last.value:
            return self.env._(
                "The odometer showed %(last)s km on %(date)s, so %(value)s km is less "
                "than before. Please check the reading.",
                last=last.value,
                date=format_date(self.env, last.date),
                value=value,
            )
        return self._get_odometer_excess(value, date)

    def _get_odometer_warning(self, value, date=None):
        """Return what an onchange returns of a doubtful reading, see above."""
        doubt = self[:1] and self._get_odometer_doubt(value, date)
        if not doubt:
            return None
        return {"warning": {"title": self.env._("Mileage"), "message": doubt}}

    def _get_reading_day(self):
        """Return the day of a reading of now: the shop's, whoever takes it.

        Else one that is taken later could be of a day before, and not be the last.
        """
        self.ensure_one()
        return (self.company_id or self.env.company)._get_today()

    def _get_odometer_excess(self, value, date=None):
        """Return why a reading is more than a car drives, or "", see above."""
        self.ensure_one()
        last = self._get_last_reading()
        day = date or self._get_reading_day()
        if not last:
            if value <= KM_EVER:
                return ""
            return self.env._(
                "%(value)s km is very much. Please check the reading.", value=value
            )
        days = max((day - last.date).days, 0)
        if value - last.value <= KM_AT_ONCE + KM_A_DAY * days:
            return ""
        return self.env._(
            "The odometer showed %(last)s km on %(date)s, so %(value)s km is very much "
            "since. Please check the reading.",
            last=last.value,
            date=format_date(self.env, last.date),
            value=value,
        )

    def _add_odometer(self, value, source="staff", order=None, date=None):
        """Keep a reading: that of an order is corrected, a repeated one not kept twice.

        :param int value: kilometres; nothing happens without
        :param str source: one of ``auto.odometer.source``
        :param order: the work order it was read for
        :param datetime.date date: day of the reading, by default today in the shop
        :return: the reading, or an empty recordset
        """
        self.ensure_one()
        readings = self.env["auto.odometer"]
        if not value:
            return readings
        if order:
            reading = readings.search([("order_id", "=", order.id)], limit=1)
            if reading:
                vals = {"vehicle_id": self.id, "value": value}
                reading.write({**vals, **({"date": date} if date else {})})
                return reading
        last = self._get_last_reading()
        if not order and last and last.value == value and not date:
            return last
        return readings.create(
            {
                "vehicle_id": self.id,
                "value": value,
                "source": source,
                "order_id": order.id if order else False,
                "date": date or self._get_reading_day(),
            }
        )

    def _get_due_date(self, recommendation):
        """Day when a recommendation is due, by its date or the mileage, the earlier."""
        dates = [recommendation.date_due]
        if recommendation.odometer_due:
            dates.append(self._forecast_odometer_date(recommendation.odometer_due))
        return min(filter(None, dates), default=False)

    def _forecast_odometer_date(self, value):
        """Day when the car reaches a mileage, by its own readings of at least a month.

        :param int value: kilometres
        :return: the day, or False if the readings don't tell
        """
        self.ensure_one()
        last = self._get_last_reading()
        if not last:
            return False
        if last.value >= value:
            return last.date
        first = min(self.odometer_ids, key=lambda reading: reading.date or last.date)
        days = (last.date - first.date).days
        if days < DAYS_FORECAST_MIN or last.value <= first.value:
            return False
        ahead = (value - last.value) * days / (last.value - first.value)
        return last.date + datetime.timedelta(days=min(ahead, DAYS_FORECAST_MAX))
