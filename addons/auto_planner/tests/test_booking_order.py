from datetime import timedelta

from odoo import Command
from odoo.tests import tagged
from odoo.tools import mute_logger

from .page_common import AutoPageCommon


@tagged("post_install", "-at_install")
class TestBookingOrder(AutoPageCommon):
    """Who has agreed to work chooses a time for it: no new deal, no second booking."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.deal = cls.env["crm.lead"].create(
            {
                "name": "Brakes",
                "type": "opportunity",
                "partner_id": cls.customer.id,
                "vehicle_id": cls.vehicle.id,
            }
        )
        cls.order = cls._create_agreed(opportunity_id=cls.deal.id)

    @classmethod
    def _create_agreed(cls, *products, **vals):
        order = cls.env["sale.order"].create(
            {
                "partner_id": cls.customer.id,
                "vehicle_id": cls.vehicle.id,
                "order_line": [
                    Command.create({"product_id": product.id, "product_uom_qty": 2})
                    for product in products or [cls.labour]
                ],
                **vals,
            }
        )
        order._record_consent("phone")
        order.action_confirm()
        return order

    def _get_page(self, order=None):
        order = order or self.order
        return self.get(f"{order._get_booking_url()}?day={self.monday.date()}")

    def _choose(self, page, number=0):
        return self.post(page, "//form[@name='times']", start=page.times[number])

    # ------------------------------------------------------------------
    # Where it is offered
    # ------------------------------------------------------------------

    def test_home_offers_to_choose_a_time_for_what_was_agreed(self):
        self.authenticate("auto_customer", "auto_customer")
        card = self.get("/my").find("//div[@name='agreed']")
        self.assertIn(self.order.name, card.text_content())
        self.assertIn("Choose a time", card.text_content())
        links = card.xpath(".//div[@name='next_step']/a/@href")
        self.assertEqual(links, [self.order._get_booking_url()])

    def test_the_page_of_the_order_offers_it_without_a_login(self):
        page = self.get(self.order.get_portal_url())
        self.assertIn("choose when you come", page.text("//div[@name='next_step']"))
        link = page.find("//div[@name='next_step']/a").get("href")
        self.assertEqual(link, self.order._get_booking_url())

    def test_the_booking_page_offers_agreed_work_first(self):
        self.authenticate("auto_customer", "auto_customer")
        card = self.get("/book").find("//div[@name='agreed']")
        self.assertIn("Replace front pads", card.text_content())
        self.assertEqual(card.xpath(".//a/@href"), [self.order._get_booking_url()])
        self.authenticate(None, None)
        page = self.get("/book")
        self.assertIn("Front brakes", page.text())
        self.assertIsNone(page.find("//div[@name='agreed']"))

    def test_it_is_offered_only_while_the_car_may_be_booked(self):
        def is_offered():
            step = self.order._get_portal_next_step() or {}
            return bool(step.get("url")) and step["is_open"]

        self.assertTrue(is_offered())
        self.company.auto_booking_is_online = False
        self.assertFalse(is_offered())
        self.assertIn("Call us", self.order._get_portal_next_step()["text"])
        self.company.auto_booking_is_online = True
        self.order.order_line = [Command.create({"product_id": self.labour.id})]
        self.assertEqual(self.order.consent_state, "extra")
        self.assertFalse(is_offered())
        self.order._record_consent("phone")
        self.assertTrue(is_offered())
        self.order.action_receive()
        self.assertIsNone(self.order._get_portal_next_step())

    # ------------------------------------------------------------------
    # The booking
    # ------------------------------------------------------------------

    def test_the_time_is_booked_for_order_car_and_hours(self):
        leads = self.env["crm.lead"].search_count([])
        page = self._get_page()
        self.assertIn("Replace front pads", page.text("//p[@name='summary']"))
        page = self._choose(page)
        self.assertTrue(page.path.startswith("/booking/"))
        self.assertIn("Replace front pads", page.text())
        booking = self.order.booking_ids
        self.assertRecordValues(
            booking,
            [
                {
                    "order_id": self.order.id,
                    "lead_id": self.deal.id,
                    "vehicle_id": self.vehicle.id,
                    "partner_id": self.customer.id,
                    "source": "portal",
                    "state": "tentative",
                    "date_start": self.monday,
                    "duration": 3.0,
                    "date_hold": False,
                }
            ],
        )
        self.assertTrue(booking.post_id)
        self.assertEqual(self.env["crm.lead"].search_count([]), leads)
        self.assertEqual(self.deal.stage_id.auto_event, "booked")
        confirm = self.env.ref("auto_planner.mail_activity_type_confirm")
        self.assertIn(confirm, self.deal.activity_ids.activity_type_id)

    def test_then_the_home_shows_the_booking_and_no_question(self):
        self.authenticate("auto_customer", "auto_customer")
        self._choose(self._get_page())
        home = self.get("/my")
        self.assertIsNone(home.find("//div[@name='agreed']"))
        self.assertIn("Replace front pads", home.text("//div[@name='booking']"))
        step = self.get(self.order.get_portal_url()).text("//div[@name='next_step']")
        self.assertIn("You are booked", step)
        self.assertIsNone(self.get("/book").find("//div[@name='agreed']"))

    def test_sent_twice_it_is_booked_once(self):
        page = self._get_page()
        first = self._choose(page)
        again = self._choose(page, 2)
        self.assertEqual(first.url.split("?")[0], again.url.split("?")[0])
        self.assertEqual(len(self.order.booking_ids), 1)
        self.assertEqual(self._get_page().path, again.path.split("?")[0])

    def test_a_cancelled_booking_lets_him_choose_again(self):
        self._choose(self._get_page())
        self.order.booking_ids.action_cancel()
        self._choose(self._get_page())
        states = self.order.booking_ids.mapped("state")
        self.assertEqual(sorted(states), ["cancelled", "tentative"])

    def test_an_order_without_a_deal_asks_its_advisor_to_confirm(self):
        order = self._create_agreed()
        leads = self.env["crm.lead"].search_count([])
        self._choose(self._get_page(order))
        self.assertEqual(order.booking_ids.state, "tentative")
        self.assertIn("Confirm", order.booking_ids.activity_ids.summary)
        self.assertEqual(self.env["crm.lead"].search_count([]), leads)

    def test_the_car_comes_when_its_parts_are_here(self):
        order = self._create_agreed(self.labour, self.part)
        self.assertEqual(order.parts_state, "missing")
        self.assertTrue(self._get_page(order).times)
        due = self.monday.date() + timedelta(days=1)
        purchase = order._get_purchase_orders()
        purchase.order_line.date_planned = self.monday + timedelta(days=1)
        purchase.button_confirm()
        purchase.order_line.date_planned = self.monday + timedelta(days=1)
        self.assertEqual((order.parts_state, order.parts_date), ("ordered", due))
        page = self._get_page(order)
        self.assertGreaterEqual(min(page.days), due.isoformat())
        early = self.monday.isoformat()
        page = self.post(page, "//form[@name='times']", start=early)
        self.assertIn("has just been taken", page.text("//div[@name='refusal']"))
        self.assertFalse(order.booking_ids)

    def test_a_time_that_is_taken_is_refused_with_the_next(self):
        page = self._get_page()
        start = page.times[0]
        for __ in range(2):
            self._choose(self._get_page(self._create_agreed()))
        page = self.post(page, "//form[@name='times']", start=start)
        self.assertIn("has just been taken", page.text("//div[@name='refusal']"))
        self.assertFalse(self.order.booking_ids)

    # ------------------------------------------------------------------
    # Who may
    # ------------------------------------------------------------------

    @mute_logger("odoo.http")
    def test_a_wrong_link_is_no_page(self):
        token = self.order._portal_ensure_token()
        other = self._create_agreed()
        other._portal_ensure_token()
        for path in (
            f"/book/order/{self.order.id}/{token[:-1]}",
            f"/book/order/{other.id}/{token}",
            f"/book/order/{self.order.id}/ключ",
            f"/book/order/{2**40}/{token}",
            f"/book/order/0/{token}",
        ):
            with self.subTest(path=path):
                self.get(path, status=404)

    def test_nonsense_is_refused_kindly(self):
        page = self._get_page()
        for start in ("", "soon", "9999-12-31T23:59", "2001-01-01T00:00"):
            with self.subTest(start=start):
                answer = self.post(page, "//form[@name='times']", start=start)
                self.assertEqual(answer.status, 200)
                self.assertTrue(answer.text("//div[@name='refusal']"))
        self.assertFalse(self.order.booking_ids)

    def test_an_order_that_is_not_to_be_booked_shows_itself(self):
        draft = self.env["sale.order"].create(
            {
                "partner_id": self.customer.id,
                "vehicle_id": self.vehicle.id,
                "order_line": [Command.create({"product_id": self.labour.id})],
            }
        )
        draft.action_quotation_sent()
        self.assertIn(f"/my/orders/{draft.id}", self._get_page(draft).path)

    def test_hours_of_the_shop_are_taken_for_work_without_hours(self):
        self.labour.norm_hours = 0
        order = self._create_agreed()
        self.company.auto_booking_wish_hours = 2
        self._choose(self._get_page(order))
        self.assertEqual(order.booking_ids.duration, 2)
