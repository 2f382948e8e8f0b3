import base64

from psycopg2 import IntegrityError

from odoo import Command, fields
from odoo.exceptions import UserError
from odoo.tests import Form, freeze_time, tagged
from odoo.tools import mute_logger

from .common import AutoCrmCommon

SIGNATURE = base64.b64encode(
    base64.b64decode(
        "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAA"
        "AABJRU5ErkJggg=="
    )
)


class AcceptanceCommon(AutoCrmCommon):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.order = cls.env["sale.order"].create(
            {
                "partner_id": cls.customer.id,
                "is_work_order": True,
                "vehicle_id": cls.vehicle.id,
            }
        )
        cls.act = cls.env["auto.acceptance"].create(
            {
                "order_id": cls.order.id,
                "odometer": 85400,
                "fuel_level": "2",
                "user_id": cls.advisor.id,
                "damage_ids": [
                    Command.create({"x": 20.0, "y": 33.0, "kind": "dent"}),
                    Command.create({"x": 50.0, "y": 10.0, "note": "on the bonnet"}),
                ],
            }
        )


@tagged("post_install", "-at_install")
class TestAcceptance(AcceptanceCommon):
    def _sign(self, act=None):
        (act or self.act).with_user(self.advisor).write({"signature": SIGNATURE})

    def test_the_act_is_of_the_orders_car_customer_and_company(self):
        self.assertRecordValues(
            self.act,
            [
                {
                    "vehicle_id": self.vehicle.id,
                    "partner_id": self.customer.id,
                    "company_id": self.order.company_id.id,
                    "display_name": f"Acceptance act {self.order.name}",
                    "date_signed": False,
                    "is_locked": False,
                }
            ],
        )

    def test_the_reading_goes_to_the_order_and_the_car(self):
        self.assertEqual(self.order.odometer, 85400)
        self.assertEqual(self.vehicle.odometer, 85400)
        self.assertRecordValues(
            self.vehicle.odometer_ids,
            [{"value": 85400, "source": "order", "order_id": self.order.id}],
        )

    def test_a_corrected_reading_is_kept_once(self):
        self.act.odometer = 85500
        self.assertEqual(self.order.odometer, 85500)
        self.assertEqual(self.vehicle.odometer_ids.mapped("value"), [85500])

    def test_without_a_reading_or_a_car_nothing_is_recorded(self):
        order = self.order.copy({"vehicle_id": False})
        order.vehicle_id = False
        act = self.env["auto.acceptance"].create({"order_id": order.id})
        self.assertEqual(order.odometer, 0)
        act.odometer = 10
        self.assertEqual(order.odometer, 10)
        self.assertEqual(len(self.vehicle.odometer_ids), 1)

    @freeze_time("2026-03-10 22:30:00")
    def test_the_day_of_the_reading_is_the_shops(self):
        self.company.resource_calendar_id.tz = "Europe/Moscow"
        act = self.env["auto.acceptance"].create(
            {"order_id": self.order.copy().id, "odometer": 85600}
        )
        reading = self.vehicle.odometer_ids.filtered(
            lambda reading: reading.order_id == act.order_id
        )
        self.assertEqual(str(reading.date), "2026-03-11")

    @freeze_time("2026-03-10 22:30:00")
    def test_the_day_of_a_reading_is_not_that_of_who_takes_it(self):
        self.company.resource_calendar_id.tz = "UTC"
        for tz, value in (("Asia/Vladivostok", 85700), ("America/Lima", 85800)):
            self.vehicle.with_context(tz=tz).odometer = value
        self.assertEqual(self.vehicle.odometer, 85800)
        days = self.vehicle.odometer_ids.sorted("value")[-2:].mapped("date")
        self.assertEqual([str(day) for day in days], ["2026-03-10"] * 2)

    def test_negative_counts_are_refused(self):
        for vals in ({"odometer": -1}, {"keys_count": -1}):
            with (
                self.subTest(vals=vals),
                mute_logger("odoo.sql_db"),
                self.assertRaises(IntegrityError),
                self.cr.savepoint(),
            ):
                self.act.write(vals)
                self.env.flush_all()

    def test_a_mark_lies_on_the_outline(self):
        for vals in ({"x": -0.1}, {"x": 100.1}, {"y": -1}, {"y": 101}):
            with (
                self.subTest(vals=vals),
                mute_logger("odoo.sql_db"),
                self.assertRaises(IntegrityError),
                self.cr.savepoint(),
            ):
                self.act.damage_ids[0].write(vals)
                self.env.flush_all()

    def test_a_mark_is_called_by_its_kind_and_note(self):
        self.assertEqual(
            self.act.damage_ids.mapped("display_name"),
            ["Dent", "Scratch: on the bonnet"],
        )

    @freeze_time("2026-03-10 09:00:00")
    def test_signing_fixes_who_and_when(self):
        self._sign()
        self.assertRecordValues(
            self.act,
            [
                {
                    "signed_by": "Ivan Petrov",
                    "date_signed": fields.Datetime.to_datetime("2026-03-10 09:00:00"),
                }
            ],
        )
        self.assertTrue(self.act.with_user(self.advisor).is_locked)
        self.assertFalse(self.act.with_user(self.manager).is_locked)

    def test_whoever_signed_may_be_named(self):
        self.act.write({"signature": SIGNATURE, "signed_by": "His wife"})
        self.assertEqual(self.act.signed_by, "His wife")

    def test_an_act_may_be_signed_at_once_with_its_marks(self):
        act = (
            self.env["auto.acceptance"]
            .with_user(self.advisor)
            .create(
                {
                    "order_id": self.order.id,
                    "signature": SIGNATURE,
                    "damage_ids": [Command.create({"x": 1, "y": 1})],
                }
            )
        )
        self.assertTrue(act.date_signed)
        self.assertEqual(len(act.damage_ids), 1)

    def test_marks_and_signature_are_saved_together(self):
        with Form(self.act.with_user(self.advisor)) as form:
            form.belongings = "Child seat"
            form.signature = SIGNATURE
        self.assertEqual(self.act.belongings, "Child seat")
        self.assertTrue(self.act.date_signed)

    def test_a_signed_act_is_not_changed_by_an_advisor(self):
        self._sign()
        act = self.act.with_user(self.advisor)
        for vals in (
            {"odometer": 1},
            {"belongings": "x"},
            {"signature": False},
            {"date_signed": False},
            {"damage_ids": [Command.create({"x": 1, "y": 1})]},
        ):
            with (
                self.subTest(vals=vals),
                self.assertRaisesRegex(UserError, "is signed"),
            ):
                act.write(vals)

    def test_marks_of_a_signed_act_are_not_changed_by_an_advisor(self):
        self._sign()
        mark = self.act.damage_ids[0].with_user(self.advisor)
        with self.assertRaisesRegex(UserError, "is signed"):
            mark.note = "bigger"
        with self.assertRaisesRegex(UserError, "is signed"):
            mark.unlink()
        with self.assertRaisesRegex(UserError, "is signed"):
            mark.create({"acceptance_id": self.act.id, "x": 1, "y": 1})

    def test_a_mark_is_not_moved_into_a_signed_act(self):
        other = self.act.copy({"damage_ids": False})
        mark = self.env["auto.damage"].create(
            {"acceptance_id": other.id, "x": 1, "y": 1}
        )
        self._sign()
        with self.assertRaisesRegex(UserError, "is signed"):
            mark.with_user(self.advisor).acceptance_id = self.act

    def test_a_manager_changes_and_unlocks_a_signed_act(self):
        self._sign()
        act = self.act.with_user(self.manager)
        act.belongings = "Tools"
        act.signature = False
        self.assertRecordValues(self.act, [{"signed_by": False, "date_signed": False}])
        self.act.with_user(self.advisor).odometer = 85401

    def test_photos_can_be_attached_to_a_signed_act(self):
        self._sign()
        self.act.with_user(self.advisor).message_post(
            body="Photo", attachments=[("left.png", base64.b64decode(SIGNATURE))]
        )
        self.assertEqual(self.act.message_attachment_count, 1)

    def test_a_signed_act_is_deleted_by_nobody_below_a_manager(self):
        self._sign()
        with self.assertRaisesRegex(UserError, "is signed"):
            self.act.with_user(self.advisor)._unlink_except_signed()
        self.act.with_user(self.manager).unlink()
        self.assertFalse(self.act.exists())

    def test_a_copy_is_not_signed(self):
        self._sign()
        copy = self.act.copy()
        self.assertRecordValues(
            copy, [{"signature": False, "signed_by": False, "date_signed": False}]
        )

    def test_the_order_opens_a_new_act_its_only_one_or_the_list(self):
        order = self.order.copy({"odometer": 7})
        action = order.action_view_acceptance()
        self.assertNotIn("res_id", action)
        self.assertEqual(action["context"]["default_order_id"], order.id)
        self.assertEqual(self.order.action_view_acceptance()["res_id"], self.act.id)
        self.act.copy()
        self.assertIn("list", self.order.action_view_acceptance()["view_mode"])

    def test_printing_takes_the_acts_own_report(self):
        action = self.act.action_print()
        self.assertEqual(action["report_name"], "auto_crm.report_acceptance")
