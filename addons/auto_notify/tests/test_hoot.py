from odoo.tests import tagged

from odoo.addons.auto_crm.tests.test_hoot import HootCase


@tagged("post_install", "-at_install")
class TestNotifyHoot(HootCase):
    def test_states_and_replies_work_by_mouse(self):
        self._run_suite("@auto_notify")
