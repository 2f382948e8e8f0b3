from odoo import Command
from odoo.tests import tagged

from .test_portal import AutoPortalCommon


@tagged("post_install", "-at_install")
class TestPortalTour(AutoPortalCommon):
    """The customer on his phone."""

    browser_size = "390x844"
    touch_enabled = True

    def _start_tour(self, path, name):
        # a cold cache makes the bundles first
        self.start_tour(path, name, login="auto_customer", timeout=180)

    def test_customer_adds_a_reading(self):
        self.vehicle._add_odometer(80000)
        self._start_tour("/my", "auto_crm_portal_reading")
        self.assertEqual(self.vehicle.odometer, 81200)

    def test_customer_adds_a_car(self):
        self._start_tour("/my/cars", "auto_crm_portal_add_car")
        self.assertEqual(len(self.customer.vehicle_ids), 2)

    def test_customer_signs_the_estimate(self):
        order = self._create_order()
        self._start_tour("/my", "auto_crm_portal_sign")
        self.assertEqual(order.state, "sale")
        self.assertTrue(order.signature)

    def test_customer_signs_extra_work(self):
        order = self._create_order()
        order.write({"signed_by": "Ivan", "signature": self.signature})
        order.action_confirm()
        order.order_line = [Command.create({"product_id": self.labour.id})]
        self.assertEqual(order.consent_state, "extra")
        self._start_tour("/my", "auto_crm_portal_sign_extra")
        self.assertEqual(order.consent_state, "agreed")
        self.assertEqual(len(order.consent_ids), 2)
