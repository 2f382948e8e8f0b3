from odoo.exceptions import UserError
from odoo.fields import Domain
from odoo.http import request, route

from ..tools.kilometres import parse_kilometres
from .portal import AutoCustomerPortal


class AutoPortalReading(AutoCustomerPortal):
    """A customer tells the mileage of his car."""

    _readings_a_day = 10
    _max_odometer = 2_000_000

    @route(
        "/my/cars/<int:vehicle_id>/odometer",
        type="http",
        auth="user",
        methods=["POST"],
        website=True,
        sitemap=False,
    )
    def portal_add_reading(self, vehicle_id, odometer="", sure="", **_kw):
        """Keep the reading the customer typed, or show beside the field why not.

        :param str sure: the reading, if he was asked about it and says that it is right
        """
        vehicle = self._find_vehicle(vehicle_id)
        value, error = self._parse_odometer(odometer)
        form = {"odometer": odometer}
        if not error and str(value) != sure:
            # sudo: his own car, found above
            error = vehicle.sudo()._get_odometer_excess(value)
            form["sure"] = error and value
        if not error:
            error = self._add_reading(vehicle, value)
        if not error:
            return request.redirect(f"/my/cars/{vehicle.id}?message=reading#mileage")
        values = self._prepare_car_page_values(vehicle)
        values.update({"errors": {"odometer": error}, "form": form})
        return request.render("auto_crm.portal_my_car", values)

    def _parse_odometer(self, text):
        """Return (kilometres, None) or (None, what is wrong with the text)."""
        value = parse_kilometres((text or "")[:64])
        if value is None:
            return None, request.env._("Enter the mileage as a number, such as 85200.")
        if not 0 < value <= self._max_odometer:
            return None, request.env._(
                "Enter a mileage between 1 and %(maximum)s km.",
                maximum=f"{self._max_odometer:,}".replace(",", "\u00a0"),
            )
        return value, None

    def _add_reading(self, vehicle, value):
        """Store the reading; the same one sent twice is one reading.

        :return: the reason why it was refused, None if it was kept
        """
        # A customer may only read readings; the car is his, the source is forced.
        vehicle_sudo = vehicle.sudo()
        today = request.env.company._get_today()
        same = Domain("vehicle_id", "=", vehicle.id) & Domain("date", "=", today)
        same &= Domain("source", "=", "portal")
        reading_model = request.env["auto.odometer"]
        if reading_model.search_count(same & Domain("value", "=", value), limit=1):
            return None
        if reading_model.search_count(same) >= self._readings_a_day:
            return request.env._(
                "That was enough for one day: call us if the mileage is still wrong."
            )
        last = vehicle_sudo.odometer
        if value < last:
            return request.env._(
                "The last reading is %(last)s km. Enter a higher number, or call us "
                "if the odometer was replaced.",
                last=f"{last:,}".replace(",", "\u00a0"),
            )
        try:
            with request.env.cr.savepoint():
                vehicle_sudo._add_odometer(value, date=today, source="portal")
        except UserError as error:  # also ValidationError: the car's own checks
            return str(error)
        return None
