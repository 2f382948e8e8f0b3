from odoo.tests import tagged

from odoo.addons.auto_crm.tests import test_order_form as order_form

from .common import AutoPlannerCommon


@tagged("post_install", "-at_install")
class TestPlannedOrderForm(AutoPlannerCommon):
    """An agreed order is planned; once it is, the car is received."""

    view = None
    _get_primary = order_form.TestOrderForm._get_primary
    _is_hidden = order_form.TestOrderForm._is_hidden

    def test_a_booked_order_is_received_next(self):
        self.view = self.env.ref("auto_crm.sale_order_view_form_work_order")
        order = self._create_order()
        order.action_confirm()
        for is_planned in (False, True):
            if is_planned:
                self._create_booking(order_id=order.id)
                self.env.invalidate_all()
            expected = ["action_open_receive" if is_planned else "action_plan"]
            for user in (self.advisor, self.manager):
                with self.subTest(is_planned=is_planned, user=user.login):
                    self.assertEqual(self._get_primary(order, user), expected)
