from datetime import timedelta

from odoo import fields
from odoo.tests import freeze_time

from odoo.addons.auto_crm.tests.common import AutoCrmCommon


class AutoPlannerCommon(AutoCrmCommon):
    """A shop with two lifts and two mechanics, and an order to plan."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.company.resource_calendar_id.tz = "Europe/Moscow"
        cls.lift = cls.env["auto.post"].create({"name": "Lift 1"})
        cls.lift_2 = cls.env["auto.post"].create(
            {"name": "Lift 2", "buffer_minutes": 15}
        )
        cls.mechanic.is_mechanic = True
        cls.mechanic_2 = cls.env["hr.employee"].create(
            {"name": "Mechanic Two", "is_mechanic": True}
        )
        cls.monday = fields.Datetime.to_datetime("2035-01-08 06:00:00")  # 9:00

    @classmethod
    def _create_booking(cls, start=0.0, hours=1.0, **vals):
        """Make a booking of lift 1 that starts so many hours after nine on Monday."""
        date_start = cls.monday + timedelta(hours=start)
        return cls.env["auto.booking"].create(
            {
                "vehicle_id": cls.vehicle.id,
                "partner_id": cls.customer.id,
                "post_id": cls.lift.id,
                "date_start": date_start,
                "date_stop": date_start + timedelta(hours=hours),
                **vals,
            }
        )

    @classmethod
    def _create_order(cls, **vals):
        """Make a work order with an hour and a half of labour, and its deal."""
        lead = cls.env["crm.lead"].create(
            {
                "name": "Brakes",
                "type": "opportunity",
                "partner_id": cls.customer.id,
                "vehicle_id": cls.vehicle.id,
            }
        )
        return cls.env["sale.order"].create(
            {
                "partner_id": cls.customer.id,
                "vehicle_id": cls.vehicle.id,
                "is_work_order": True,
                "opportunity_id": lead.id,
                "order_line": [(0, 0, {"product_id": cls.labour.id})],
                **vals,
            }
        )

    def _find_no_shows(self, after=61):
        """Run the scheduled action, so many minutes after nine on Monday."""
        with (
            freeze_time(self.monday + timedelta(minutes=after)),
            self.enter_registry_test_mode(),
        ):
            self.env.ref("auto_planner.ir_cron_no_show").method_direct_trigger()
        self.env.invalidate_all()
