from lxml import etree

from odoo import Command
from odoo.exceptions import AccessError
from odoo.tests import new_test_user, tagged

from .common import AutoPlannerCommon


@tagged("post_install", "-at_install")
class TestPlannerSecurity(AutoPlannerCommon):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.own = cls._create_booking(mechanic_ids=cls.mechanic.ids)
        cls.others = cls._create_booking(2, mechanic_ids=cls.mechanic_2.ids)
        cls.other_company = cls.env["res.company"].create({"name": "Other shop"})
        cls.other_post = cls.env["auto.post"].create(
            {"name": "Other lift", "company_id": cls.other_company.id}
        )
        cls.foreign = (
            cls.env["auto.booking"]
            .with_company(cls.other_company)
            .create(
                {
                    "company_id": cls.other_company.id,
                    "post_id": cls.other_post.id,
                    "date_start": cls.monday,
                }
            )
        )
        cls.portal = new_test_user(
            cls.env, login="auto_portal", groups="base.group_portal"
        )
        cls.portal.partner_id.parent_id = False
        cls.clerk = new_test_user(cls.env, login="auto_clerk", groups="base.group_user")

    def _search(self, user, model="auto.booking"):
        return self.env[model].with_user(user).search([])

    # ------------------------------------------------------------------
    # Bookings
    # ------------------------------------------------------------------

    def test_a_mechanic_sees_his_own_bookings_only(self):
        self.assertEqual(self._search(self.mechanic_user), self.own)
        with self.assertRaises(AccessError):
            self.others.with_user(self.mechanic_user).read(["name"])

    def test_a_mechanic_sees_neither_customer_nor_phone_nor_money(self):
        booking = self.own.with_user(self.mechanic_user)
        names = [
            "partner_id",
            "phone",
            "phone_key",
            "lead_id",
            "order_id",
            "payment_status",
            "warning",
        ]
        visible = booking.fields_get()
        for name in names:
            with self.subTest(name=name):
                self.assertNotIn(name, visible)
                with self.assertRaises(AccessError):
                    booking.read([name])

    def test_a_mechanic_sees_what_he_works_by(self):
        order = self._create_order()
        order.action_confirm()
        self.own.order_id = order
        booking = self.own.with_user(self.mechanic_user)
        values = booking.read(
            ["license_plate", "norm_hours", "parts_state", "state", "post_id", "name"]
        )[0]
        self.assertEqual(values["license_plate"], self.vehicle.license_plate)
        self.assertEqual(values["norm_hours"], 1.5)
        self.assertEqual(values["post_id"][1], "Lift 1")
        self.assertEqual(booking.post_id.kind, "lift")

    def test_a_mechanic_changes_nothing(self):
        booking = self.own.with_user(self.mechanic_user)
        for call in (
            lambda: booking.write({"note": "x"}),
            booking.action_confirm,
            booking.action_cancel,
            booking.action_arrive,
            booking.unlink,
            lambda: booking.create({"date_start": self.monday}),
        ):
            with self.assertRaises(AccessError), self.cr.savepoint():
                call()

    def test_a_mechanic_opens_his_booking(self):
        view = self.env.ref("auto_planner.auto_booking_view_form_my")
        bookings = self.env["auto.booking"].with_user(self.mechanic_user)
        arch = bookings.get_views([(view.id, "form")])["views"]["form"]["arch"]
        names = [node.get("name") for node in etree.fromstring(arch).iter("field")]
        self.env.invalidate_all()
        relations = ("many2one", "many2many")
        specification = {
            name: {"fields": {"display_name": {}}}
            if bookings._fields[name].type in relations
            else {}
            for name in names
        }
        [values] = bookings.browse(self.own.id).web_read(specification)
        self.assertEqual(values["mechanic_ids"][0]["display_name"], "Mechanic One")

    def test_his_own_screen_opens(self):
        action = self.env.ref("auto_planner.auto_booking_action_my")
        views = [
            (view.id, mode)
            for view, mode in zip(
                action.view_ids.view_id, ("list", "kanban", "form"), strict=True
            )
        ]
        bookings = self.env["auto.booking"].with_user(self.mechanic_user)
        for view in bookings.get_views(views)["views"].values():
            self.assertIn("license_plate", view["arch"])
            self.assertNotIn("partner_id", view["arch"])
            self.assertNotIn('name="phone"', view["arch"])

    def test_an_advisor_sees_and_plans_all_of_his_company(self):
        self.assertEqual(self._search(self.advisor), self.own | self.others)
        booking = (
            self.env["auto.booking"]
            .with_user(self.advisor)
            .create({"post_id": self.lift_2.id, "date_start": self.monday})
        )
        booking._move_to(self.monday.replace(hour=9))
        booking.action_confirm()
        booking.action_cancel()
        self.assertEqual(booking.state, "cancelled")
        self.assertEqual(self.own.with_user(self.advisor).phone, self.customer.phone)

    def test_facts_are_not_typed(self):
        booking = self.own.with_user(self.advisor)
        for name in ("date_confirmed", "date_no_show", "date_hold", "date_cancelled"):
            with self.assertRaisesRegex(AccessError, "use the buttons"):
                booking.write({name: self.monday})
            with self.assertRaisesRegex(AccessError, "use the buttons"):
                booking.with_context(**{f"default_{name}": self.monday}).create(
                    {"date_start": self.monday}
                )
        with self.assertRaisesRegex(AccessError, "use the buttons"):
            booking.create({"date_start": self.monday, "date_arrived": self.monday})

    def test_nobody_confirms_for_another_company(self):
        with self.assertRaises(AccessError):
            self.foreign.with_user(self.advisor).action_confirm()

    def test_nobody_sees_another_company(self):
        for user in (self.mechanic_user, self.advisor, self.manager):
            self.assertNotIn(self.foreign, self._search(user))
            self.assertNotIn(self.other_post, self._search(user, "auto.post"))
            self.assertNotIn(
                self.other_post,
                self._search(user, "auto.booking.slot").booking_id.post_id
                if user != self.mechanic_user
                else self.other_post.browse(),
            )
            with self.assertRaises(AccessError):
                self.foreign.with_user(user).read(["name"])

    def test_bookings_do_not_mix_companies(self):
        with self.assertRaisesRegex(Exception, "company|companies"):
            self.own.post_id = self.other_post

    def test_a_customer_sees_his_own_bookings_and_changes_nothing(self):
        self.assertFalse(self._search(self.portal))
        self.own.partner_id = self.portal.partner_id
        booking = self._search(self.portal)
        self.assertEqual(booking, self.own)
        self.assertTrue(booking.date_start)
        with self.assertRaises(AccessError):
            booking.write({"note": "x"})
        with self.assertRaises(AccessError):
            booking.read(["warning"])

    def test_a_customer_does_not_see_what_is_only_held(self):
        self.own.partner_id = self.portal.partner_id
        self.own.date_hold = self.monday
        self.assertFalse(self._search(self.portal))

    def test_a_colleague_without_the_group_sees_nothing(self):
        for model in ("auto.booking", "auto.booking.slot", "auto.booking.report"):
            with self.assertRaises(AccessError):
                self._search(self.clerk, model)

    # ------------------------------------------------------------------
    # Slots, posts, reports, wizards
    # ------------------------------------------------------------------

    def test_slots_are_written_by_bookings_only(self):
        slot = self.own.slot_ids[0]
        for user in (self.advisor, self.manager):
            slots = slot.with_user(user)
            self.assertTrue(slots.date_start)
            for call in (
                lambda slots=slots: slots.write({"date_stop": self.monday}),
                slots.unlink,
                lambda slots=slots: slots.create(slot.copy_data()),
            ):
                with self.assertRaises(AccessError):
                    call()
        with self.assertRaises(AccessError):
            self._search(self.mechanic_user, "auto.booking.slot")

    def test_posts_are_a_managers(self):
        for user in (self.mechanic_user, self.advisor):
            post = self.lift.with_user(user)
            self.assertTrue(post.name)
            with self.assertRaises(AccessError):
                post.zone = "Hall 2"
            with self.assertRaises(AccessError):
                post.create({"name": "Bay"})
        post = self.env["auto.post"].with_user(self.manager).create({"name": "Bay"})
        post.write({"zone": "Hall 2", "efficiency": 150, "name": "Bay 1"})
        post.work_type_ids = [Command.link(self.work_type.id)]
        self.assertEqual(post.name, "Bay 1")

    def test_the_load_is_not_for_mechanics(self):
        self.assertTrue(self._search(self.advisor, "auto.booking.report"))
        with self.assertRaises(AccessError):
            self._search(self.mechanic_user, "auto.booking.report")

    def test_wizards_are_for_advisors(self):
        for model in ("auto.booking.plan", "auto.booking.day"):
            self.assertTrue(self.env[model].with_user(self.advisor).create({}))
            with self.assertRaises(AccessError):
                self.env[model].with_user(self.mechanic_user).create({})

    def test_codes_and_counts_are_nobodys(self):
        for model in ("auto.booking.code", "auto.limit"):
            with self.assertRaises(AccessError):
                self._search(self.manager, model)

    def test_hours_of_others_are_told_to_an_advisor_without_their_reason(self):
        self.env["resource.calendar.leaves"].create(
            {
                "name": "Illness",
                "resource_id": self.mechanic.resource_id.id,
                "calendar_id": self.mechanic.resource_calendar_id.id,
                "date_from": self.monday,
                "date_to": self.monday.replace(hour=15),
            }
        )
        warning = self.own.with_user(self.advisor).warning
        self.assertIn("Mechanic One does not work", warning)
        self.assertNotIn("Illness", warning)
