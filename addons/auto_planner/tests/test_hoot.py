from odoo.tests import tagged

from odoo.addons.auto_crm.tests.test_hoot import HootCase


@tagged("post_install", "-at_install")
class TestHootPlanner(HootCase):
    def test_the_parts_of_the_planner_work(self):
        self._run_suite("@auto_planner")
