import threading
from datetime import timedelta

from odoo import SUPERUSER_ID, api, fields
from odoo.modules.registry import Registry
from odoo.tests import BaseCase, get_db_name, tagged

from odoo.addons.auto_worktime.tools.errors import ClockError


@tagged("post_install", "-at_install")
class TestClockRace(BaseCase):
    """Two transactions clock one mechanic: one wins, the other gets a sentence."""

    def setUp(self):
        super().setUp()
        self.registry = Registry(get_db_name())
        with self.registry.cursor() as cr:
            env = api.Environment(cr, SUPERUSER_ID, {})
            now = fields.Datetime.now()
            employee = env["hr.employee"].create({"name": "Racer", "is_mechanic": True})
            attendance = env["hr.attendance"].create(
                {"employee_id": employee.id, "check_in": now - timedelta(hours=1)}
            )
            self.employee_id, self.attendance_id = employee.id, attendance.id
        self.addCleanup(self._clean_up)

    def _clean_up(self):
        with self.registry.cursor() as cr:
            env = api.Environment(cr, SUPERUSER_ID, {})
            employee = env["hr.employee"].browse(self.employee_id)
            env["auto.time.log"].search([("employee_id", "=", employee.id)]).unlink()
            env["hr.attendance"].browse(self.attendance_id).unlink()
            employee.unlink()

    def _pause(self, cr, reason):
        env = api.Environment(cr, SUPERUSER_ID, {"lang": "en_US"})
        employee = env["hr.employee"].browse(self.employee_id)
        return employee._clock_pause(env.ref(f"auto_worktime.hold_reason_{reason}"))

    def test_the_loser_is_told_what_the_mechanic_does(self):
        answers = []

        def lose():
            with self.registry.cursor() as cr:
                cr.execute("SELECT 1 FROM auto_time_log")  # it sees the past from now
                seen.set()
                try:
                    self._pause(cr, "cleaning")
                except ClockError as error:
                    answers.append((error.code, str(error)))
                cr.rollback()

        seen = threading.Event()
        with self.registry.cursor() as cr:
            self._pause(cr, "helping")
            loser = threading.Thread(target=lose)
            loser.start()
            seen.wait()
            loser.join(1)
            self.assertTrue(loser.is_alive(), "it waits for the first to be done")
            cr.commit()  # pylint: disable=invalid-commit
            loser.join(60)
        [(code, sentence)] = answers
        self.assertEqual(code, "race")
        self.assertIn("Racer is on “Helping a colleague” since", sentence)
        with self.registry.cursor() as cr:
            env = api.Environment(cr, SUPERUSER_ID, {})
            log = env["auto.time.log"].search([("employee_id", "=", self.employee_id)])
            self.assertEqual(log.reason_id.name, "Helping a colleague")
