from datetime import timedelta

from odoo import Command, fields

from .common import AutoPlannerCommon

HOUR = timedelta(hours=1)


class AutoOnlineCommon(AutoPlannerCommon):
    """A shop in Moscow open from Monday to Friday, 9 to 18, with lunch at 13.

    It has two lifts, two mechanics and a package that can be booked online; messages
    are logged only.
    """

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls._leave_only_ours()
        cls._set_hours()
        cls.company.write(
            {
                "auto_booking_is_online": True,
                "auto_booking_step_minutes": 30,
                "auto_booking_notice_hours": 2,
                "auto_booking_horizon_days": 30,
                "auto_booking_hold_minutes": 10,
                "auto_booking_limit_phone": 2,
                "auto_booking_change_hours": 4,
                "phone": "+7 495 123-45-67",
                "country_id": cls.env.ref("base.ru").id,
            }
        )
        cls.package = cls._create_package("Front brakes")
        cls.env["auto.notify.channel"].search([]).active = False
        cls.env.flush_all()  # a company has one active channel of a kind
        cls.channel = cls.env["auto.notify.channel"].create(
            {"name": "Log", "kind": "log"}
        )
        cls.env["ir.config_parameter"].set_param("auto_notify.test_mode", True)
        cls.env.flush_all()
        cls.env.cr.precommit.run()  # what was made above is no news for a test

    @classmethod
    def _leave_only_ours(cls):
        posts = cls.lift + cls.lift_2
        cls.env["auto.post"].search([("id", "not in", posts.ids)]).active = False
        mechanics = cls.mechanic + cls.mechanic_2
        others = cls.env["hr.employee"].search([("id", "not in", mechanics.ids)])
        others.is_mechanic = False
        cls.env["auto.package"].search([]).is_online = False

    @classmethod
    def _set_hours(cls):
        cls.calendar = cls.env["resource.calendar"].create(
            {
                "name": "Shop",
                "tz": "Europe/Moscow",
                "attendance_ids": [
                    Command.create(
                        {
                            "name": period,
                            "dayofweek": str(day),
                            "hour_from": start,
                            "hour_to": stop,
                            "day_period": period,
                        }
                    )
                    for day in range(5)
                    for period, start, stop in (
                        ("morning", 9, 13),
                        ("afternoon", 14, 18),
                    )
                ],
            }
        )
        cls.company.resource_calendar_id = cls.calendar
        for record in (cls.lift, cls.lift_2, cls.mechanic, cls.mechanic_2):
            record.write({"resource_calendar_id": cls.calendar.id})
            record.tz = "Europe/Moscow"

    @classmethod
    def _create_package(cls, name, **vals):
        return cls.env["auto.package"].create(
            {
                "name": name,
                "is_online": True,
                "work_type_id": cls.work_type.id,
                "line_ids": [Command.create({"product_id": cls.labour.id})],
                **vals,
            }
        )

    @classmethod
    def _get_next_monday(cls):
        """Return nine o'clock on a Monday a week or two ahead, naive UTC."""
        today = fields.Date.today()
        monday = today + timedelta(days=14 - today.weekday())
        return fields.Datetime.to_datetime(monday) + 6 * HOUR

    @classmethod
    def _hold(cls, hours=0.0, packages=None, **vals):
        """Hold a time so many hours after nine on Monday."""
        return cls.env["auto.booking"]._hold_online(
            cls.monday + hours * HOUR,
            cls.package if packages is None else packages,
            cls.company,
            **{"vehicle_line": "О551ТР97 Lada Vesta", **vals},
        )

    @classmethod
    def _book(cls, hours=0.0, phone="+7 903 765-43-21", *, is_trusted=True, **vals):
        """Book a time as a stranger whose phone is confirmed."""
        return cls._hold(hours, **vals)._book_online(
            {"contact_name": "Anna", "phone": phone}, is_trusted=is_trusted
        )

    @classmethod
    def _get_messages(cls, booking=None, **values):
        """Return the outbox's rows, of the booking and with the values given."""
        domain = [(name, "=", value) for name, value in values.items()]
        if booking:
            domain += [("res_model", "=", booking._name), ("res_id", "=", booking.id)]
        return cls.env["auto.notify.message"].search(domain, order="id")

    def _commit(self):
        """Do what a commit does: flush, then tell the facts."""
        self.env.flush_all()
        self.env.cr.precommit.run()

    def _read_code(self):
        """Return the code of the last message."""
        message = self._get_messages()[-1:]
        return message.secret
