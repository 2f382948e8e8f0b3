from datetime import timedelta

from lxml import etree

from odoo import Command
from odoo.exceptions import AccessError
from odoo.tests import Form, freeze_time, new_test_user, tagged

from .online_common import HOUR, AutoOnlineCommon


@tagged("post_install", "-at_install")
class TestMechanicAbsence(AutoOnlineCommon):
    """Mechanic One has a login, Mechanic Two has none: Odoo's own rules differ."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.startClassPatcher(freeze_time("2035-01-07 12:00"))  # Sunday
        cls.clerk = cls.env["hr.employee"].create({"name": "Clerk"})
        cls.clerk_with_login = cls.env["hr.employee"].create(
            {"name": "Other Clerk", "user_id": cls.accountant.id}
        )
        cls.other_company = cls.env["res.company"].create({"name": "Other shop"})
        cls.other_manager = new_test_user(
            cls.env,
            login="auto_other_manager",
            groups="auto_crm.auto_crm_group_manager",
            company_id=cls.other_company.id,
            company_ids=[Command.set(cls.other_company.ids)],
        )

    def _note_absence(self, user, employee, **vals):
        """Note the Monday, as the button's screen does it."""
        action = employee.with_user(user).action_view_absences()
        leaves = self.env[action["res_model"]].with_user(user)
        return leaves.with_context(**action["context"]).create(
            {
                "name": "Illness",
                "date_from": self.monday - timedelta(hours=9),
                "date_to": self.monday + timedelta(hours=14),
                **vals,
            }
        )

    def _find(self, **options):
        start, stop = self.monday, self.monday + 9 * HOUR
        return self.env["auto.booking"]._find_free_slots(
            1.0, start=start, stop=stop, **options
        )

    def _get_offered(self, **options):
        """Return who is offered on the Monday: of several, who has the least gap."""
        return {slot["mechanic"] for slot in self._find(**options)}

    # ------------------------------------------------------------------
    # What follows
    # ------------------------------------------------------------------

    def test_who_is_absent_is_not_offered_and_is_offered_again_afterwards(self):
        self.assertEqual(self._get_offered(online=True), {self.mechanic})
        absence = self._note_absence(self.manager, self.mechanic)
        for online in (True, False):
            self.assertEqual(self._get_offered(online=online), {self.mechanic_2})
        self._note_absence(self.manager, self.mechanic_2)
        self.assertFalse(self._find(online=True))
        absence.unlink()
        self.assertEqual(self._get_offered(), {self.mechanic})

    def test_the_board_shows_him_absent_without_saying_why(self):
        self._note_absence(self.manager, self.mechanic)
        bookings = self.env["auto.booking"].with_user(self.advisor)
        start, stop = self.monday, self.monday + 9 * HOUR
        board = bookings.planner_read(
            [], {}, start, stop, ["mechanic_ids"], ["date_start", "date_stop"]
        )
        closed, absences = (
            board[key]["mechanic_ids"] for key in ("closed", "absences")
        )
        self.assertEqual(closed[self.mechanic.id], [(start, stop)])
        self.assertNotEqual(closed[self.mechanic_2.id], [(start, stop)])
        [(_start, _stop, name)] = absences[self.mechanic.id]
        self.assertEqual(name, "Absent")

    def test_what_is_booked_for_him_already_has_a_warning(self):
        booking = self._create_booking(mechanic_ids=self.mechanic.ids)
        self.assertFalse(booking.warning)
        self._note_absence(self.manager, self.mechanic)
        booking.invalidate_recordset()
        self.assertIn("Mechanic One does not work", booking.warning)

    # ------------------------------------------------------------------
    # Who may
    # ------------------------------------------------------------------

    def test_a_manager_notes_changes_and_removes_absences_of_all_mechanics(self):
        for mechanic in self.mechanic + self.mechanic_2:
            absence = self._note_absence(self.manager, mechanic)
            self.assertEqual(absence.resource_id, mechanic.resource_id)
            self.assertEqual(absence.company_id, self.company)
            absence.date_to += HOUR
            action = mechanic.with_user(self.manager).action_view_absences()
            found = absence.search(action["domain"])
            self.assertEqual((found, found.name), (absence, "Illness"))
            absence.unlink()
            self.assertFalse(absence.exists())

    def test_the_screen_of_the_button_is_enough(self):
        action = self.mechanic.with_user(self.manager).action_view_absences()
        self.assertEqual(action["name"], "Absences: Mechanic One")
        leaves = self.env[action["res_model"]].with_user(self.manager)
        leaves.get_views(action["views"])
        form = Form(leaves.with_context(**action["context"]))
        form.name = "Holiday"
        form.date_from, form.date_to = self.monday, self.monday + 9 * HOUR
        self.assertEqual(form.save().resource_id, self.mechanic.resource_id)

    def test_others_note_no_absences_of_mechanics_and_posts(self):
        for user in (self.mechanic_user, self.advisor, self.other_manager):
            leaves = self.env["resource.calendar.leaves"].with_user(user)
            calendar = user.company_id.resource_calendar_id
            for resource in (
                self.mechanic.resource_id,
                self.mechanic_2.resource_id,
                self.lift.resource_id,
            ):
                vals = {
                    "resource_id": resource.id,
                    "date_from": self.monday,
                    "date_to": self.monday + HOUR,
                }
                absence = leaves.with_user(self.manager).create(vals).with_user(user)
                vals["calendar_id"] = calendar.id
                for call in (
                    lambda leaves=leaves, vals=vals: leaves.create(vals),
                    lambda absence=absence: absence.write({"name": "x"}),
                    absence.unlink,
                ):
                    with (
                        self.subTest(user=user.login, of=resource.name),
                        self.assertRaises(AccessError),
                        self.cr.savepoint(),
                    ):
                        call()

    def test_an_officer_of_employees_may_as_with_odoo_alone(self):
        officer = new_test_user(
            self.env, login="auto_officer", groups="hr.group_hr_user"
        )
        leaves = self.env["resource.calendar.leaves"].with_user(officer)
        for employee in self.mechanic_2 + self.clerk:
            leaves.create(
                {
                    "resource_id": employee.resource_id.id,
                    "date_from": self.monday,
                    "date_to": self.monday + HOUR,
                }
            ).unlink()

    def test_absences_of_who_is_no_mechanic_are_not_the_managers(self):
        with self.assertRaises(AccessError), self.cr.savepoint():
            self._note_absence(self.manager, self.clerk_with_login)
        absence = self._note_absence(self.manager, self.mechanic)
        with self.assertRaises(AccessError), self.cr.savepoint():
            absence.resource_id = self.clerk_with_login.resource_id
        with self.assertRaises(AccessError), self.cr.savepoint():
            absence.resource_id = False  # a holiday of all

    def test_what_is_neither_mechanic_nor_post_stays_as_odoo_has_it(self):
        self.assertTrue(self._note_absence(self.advisor, self.clerk))
        admin = new_test_user(
            self.env, login="auto_admin", groups="base.group_erp_manager"
        )
        holiday = self.env["resource.calendar.leaves"].with_user(admin)
        self.assertTrue(
            holiday.create(
                {
                    "name": "New Year",
                    "calendar_id": self.calendar.id,
                    "date_from": self.monday,
                    "date_to": self.monday + HOUR,
                }
            )
        )

    def test_a_post_of_all_companies_is_put_out_of_use_by_each(self):
        self.calendar.company_id = False
        self.lift.write({"company_id": False, "resource_calendar_id": self.calendar.id})
        for user in (self.manager, self.other_manager):
            action = self.lift.with_user(user).action_view_leaves()
            leaves = self.env[action["res_model"]].with_user(user)
            self.assertTrue(
                leaves.with_context(**action["context"]).create(
                    {"date_from": self.monday, "date_to": self.monday + HOUR}
                )
            )

    def test_a_post_is_put_out_of_use_as_before(self):
        action = self.lift.with_user(self.manager).action_view_leaves()
        leaves = self.env[action["res_model"]].with_user(self.manager)
        leaves.with_context(**action["context"]).create(
            {"date_from": self.monday, "date_to": self.monday + 9 * HOUR}
        )
        self.assertEqual({slot["post"] for slot in self._find()}, {self.lift_2})

    # ------------------------------------------------------------------
    # Where
    # ------------------------------------------------------------------

    def test_a_manager_who_is_no_officer_finds_the_mechanics(self):
        menu = self.env.ref("auto_planner.hr_employee_menu_mechanic")
        for user, is_there in ((self.manager, True), (self.advisor, False)):
            menus = self.env["ir.ui.menu"].with_user(user).load_menus(False)
            self.assertEqual(menu.id in menus, is_there, user.login)

    def test_his_list_and_form_open_and_have_the_button(self):
        action = self.env["ir.actions.act_window"]._for_xml_id(
            "auto_planner.hr_employee_action_mechanic"
        )
        employees = self.env["hr.employee"].with_user(self.manager)
        search = (action["search_view_id"][0], "search")
        views = employees.get_views([*action["views"], search])["views"]
        # without Odoo's panel of departments, which only officers may read
        self.assertNotIn("searchpanel", views.pop("search")["arch"])
        for kind, view in views.items():
            arch = etree.fromstring(view["arch"])
            [button] = arch.xpath("//button[@name='action_view_absences']")
            self.assertEqual(button.get("string"), "Absences")
            specification = {
                node.get("name"): {}
                for node in arch.xpath(
                    "//field[not(ancestor::field) and not(ancestor::groupby)]"
                )
            }
            self.env.invalidate_all()
            with self.subTest(view=kind):
                mechanic = employees.browse(self.mechanic.id)
                [values] = mechanic.web_read(specification)
                self.assertTrue(values["is_mechanic"])

    def test_the_button_is_the_managers(self):
        employees = self.env["hr.employee"].with_user(self.advisor)
        view = self.env.ref("auto_planner.hr_employee_view_list_mechanic")
        arch = employees.get_view(view.id, "list")["arch"]
        self.assertNotIn("action_view_absences", arch)

    # ------------------------------------------------------------------
    # Odoo's Time Off
    # ------------------------------------------------------------------

    def _note_time_off(self, mechanic, **vals):
        """Write what `hr_holidays` writes when time off is approved."""
        return self.env["resource.calendar.leaves"].create(
            {
                "name": "Mechanic One: Paid Time Off",
                "date_from": self.monday - HOUR,
                "date_to": self.monday + 9 * HOUR,
                "resource_id": mechanic.resource_id.id,
                "calendar_id": mechanic.resource_calendar_id.id,
                "time_type": "leave",
                **vals,
            }
        )

    def test_approved_time_off_is_not_offered(self):
        time_off = self._note_time_off(self.mechanic)
        self.assertEqual(self._get_offered(), {self.mechanic_2})
        time_off.unlink()  # refused later
        self.assertIn(self.mechanic, self._get_offered())

    def test_half_a_day_off_leaves_the_other_half(self):
        self._note_time_off(self.mechanic, date_to=self.monday + 4 * HOUR)
        slots = self._find(mechanics=self.mechanic)
        self.assertEqual(min(slot["start"] for slot in slots), self.monday + 5 * HOUR)

    def test_a_public_holiday_is_everybodys(self):
        self._note_time_off(
            self.env["hr.employee"], calendar_id=self.calendar.id, name="New Year"
        )
        self.assertFalse(self._find())

    def test_what_counts_as_work_is_no_absence(self):
        """A kind of time off that counts as worked, such as a training."""
        self._note_time_off(self.mechanic, time_type="other")
        self.assertIn(self.mechanic, self._get_offered())
