from odoo.tests import tagged

from odoo.addons.auto_crm.tests.test_hoot import HootCase


@tagged("post_install", "-at_install")
class TestInboxHoot(HootCase):
    def test_the_advisor_sees_at_once_what_a_customer_writes(self):
        self._run_suite("@auto_notify/inbox_notification")
