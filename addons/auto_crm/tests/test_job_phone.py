from odoo.tests import HttpCase, tagged

from .order_common import AutoOrderCommon


@tagged("post_install", "-at_install")
class TestJobPhone(AutoOrderCommon, HttpCase):
    """A mechanic with his phone: what he needs is a button he sees."""

    browser_size = "390x844"
    touch_enabled = True

    def test_done_is_undone_and_findings_are_one_press_away(self):
        order = self._create_order((self.labour, 1))
        order.order_line.mechanic_ids = self.mechanic
        order.action_confirm()
        order.action_receive()
        self.start_tour(
            "/odoo/auto-my-jobs",
            "auto_crm_job_phone",
            login="auto_mechanic",
            timeout=180,  # a cold cache makes the bundles first
        )
        self.assertEqual(order.job_ids.state, "in_progress")
        self.assertFalse(order.job_ids.date_done)
