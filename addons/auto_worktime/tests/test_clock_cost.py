from odoo.tests import tagged

from .common import AutoWorktimeCommon

OURS = 12  # queries of a switch


@tagged("post_install", "-at_install")
class TestClockCost(AutoWorktimeCommon):
    def test_a_switch_while_checked_in_is_cheap(self):
        """Of the clock itself; what follows of the facts is `auto_crm`'s."""
        job, other, third = (self._create_job() for _number in range(3))
        self._check_in()
        employee = self.mechanic
        with self._freeze(1):
            employee._clock_start(job)
            employee._clock_start(other, switch=True)
            employee._clock_start(third, switch=True)
            self.env.flush_all()
        with self._freeze(2):
            self.env.invalidate_all()
            job.sudo().mapped("order_id.rework_of_id")  # what the screen has read
            employee.sudo().mapped("company_id")
            self.assertEqual(job.state, "in_progress")
            with self.assertQueryCount(OURS):
                employee._clock_start(job, switch=True)
                self.env.flush_all()
