import random
import re
from datetime import datetime, timedelta
from unittest.mock import patch

from freezegun import freeze_time

from odoo import fields
from odoo.exceptions import UserError
from odoo.modules.module import Manifest
from odoo.tests import TransactionCase, tagged
from odoo.tools.convert import convert_file

from odoo.addons.auto_service_demo.hooks import pre_init_hook
from odoo.addons.auto_service_demo.models import demo_story as story

ADDON = "auto_service_demo"
# as the whole shop, with fewer cars
SMALL = {
    "VISITS": 4,
    "BUSY_DAYS": 3,
    "RECENT_VISITS": {0: 1, 1: 1},
    "ESTIMATES": 3,
    "AWAITED": 5,
    "AWAITED_TODAY": 2,
}
TODAY = fields.Date.today()
DAY = timedelta(days=1)


def at(hour):
    """Return an hour of today in Moscow, where the demo shop is, as UTC."""
    return datetime.combine(TODAY, datetime.min.time()) + timedelta(hours=hour - 3)


@tagged("post_install", "-at_install")
class TestDemoShop(TransactionCase):
    """The demo data, with a small story, as Odoo loads them."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        for name, value in SMALL.items():
            cls.startClassPatcher(patch.object(story, name, value))
        cls.startClassPatcher(freeze_time(at(14)))
        cls.company = cls.env.ref("base.main_company")
        # as `./shop run --lang ru_RU` does
        admin = cls.env.ref("base.user_admin").partner_id
        (admin + cls.company.partner_id).lang = "ru_RU"
        cls.env["ir.default"].set("res.partner", "lang", "ru_RU")
        for name in Manifest.for_addon(ADDON)["demo"]:
            convert_file(cls.env(su=True), ADDON, name, {}, "init", noupdate=True)
        cls.env.flush_all()
        cls.shop = (
            cls.env["auto.demo.shop"]
            .with_user(cls.env.ref("base.user_admin"))
            .with_context(lang="en_US", tz="Europe/Moscow")
        )
        cls.orders = cls.env["sale.order"].search([("is_work_order", "=", True)])
        cls.bookings = cls.env["auto.booking"].search([])

    def _make(self, number, is_received=False):
        """Make orders of cars that the story has left alone."""
        rng = random.Random(7)
        cars = self.env["auto.vehicle"].search([], order="id desc", limit=number)
        plans = [self.shop._plan_today(rng, car, story.STOCK_STORIES) for car in cars]
        orders = self.shop._make_orders(plans)
        self.shop._agree(orders)
        if is_received:
            self.shop._receive(orders, plans)
        return orders

    def test_the_shop_is_russian_and_sells_without_vat(self):
        self.assertEqual(self.company.currency_id, self.env.ref("base.RUB"))
        self.assertFalse(self.company.account_sale_tax_id)
        self.assertEqual(self.company.resource_calendar_id.tz, "Europe/Moscow")

    def test_the_past_is_released_and_paid(self):
        past = self.orders.filtered("date_released")
        self.assertEqual(len(past), 6)
        self.assertEqual(set(past.mapped("payment_status")), {"paid"})
        self.assertEqual(set(past.opportunity_id.mapped("won_status")), {"won"})
        self.assertTrue(max(past.mapped("date_received")) < fields.Datetime.now())
        self.assertEqual(past.invoice_ids.mapped("payment_state"), ["paid"] * len(past))

    def test_each_stage_of_the_board_has_its_deals(self):
        deals = self.env["crm.lead"].search([("won_status", "=", "pending")])
        by_event = deals.grouped(lambda deal: deal.stage_id.auto_event)
        counts = {event: len(found) for event, found in by_event.items()}
        self.assertEqual(counts.pop("request"), 2)
        self.assertEqual(counts.pop("estimate"), story.ESTIMATES + 1 + 1)  # no-show
        self.assertEqual(counts.pop("parts_ordered"), 4)
        self.assertEqual(counts.pop("parts_arrived"), 2)
        online = len(self.bookings.filtered(lambda one: one.source == "site"))
        self.assertGreaterEqual(counts.pop("booked"), story.AWAITED)
        self.assertGreaterEqual(online, 2)
        self.assertEqual(counts.pop("received"), 5)
        self.assertEqual(counts.pop("ready"), 3)
        self.assertFalse(counts)
        lost = self.env["crm.lead"].search(
            [("active", "=", False), ("won_status", "=", "lost")]
        )
        self.assertEqual(len(lost), len(story.LOST))
        self.assertTrue(all(lost.mapped("lost_reason_id")))

    def test_cars_stand_on_posts_and_one_did_not_come(self):
        self.assertEqual(len(self.bookings.filtered("date_no_show")), 1)
        here = self.orders.filtered(
            lambda order: order.date_received and not order.date_released
        )
        self.assertTrue(here.booking_ids)
        self.assertTrue(all(here.booking_ids.mapped("date_arrived")))
        self.assertTrue(all(self.bookings.mapped("post_id")))
        leaves = self.env["resource.calendar.leaves"].search(
            [("name", "in", ("Отгул", "Проверка подъёмника"))]
        )
        self.assertEqual(len(leaves), 2)

    def test_mechanics_see_what_they_earn(self):
        self.assertEqual(
            self.env["auto.pay.scheme"].search([]).employee_id,
            self.env["hr.employee"].search([("is_mechanic", "=", True)]),
        )
        statements = self.env["auto.pay.statement"].search([])
        this_month = TODAY.replace(day=1)
        for statement in statements:
            is_over = statement.date_to < this_month and statement.amount
            self.assertEqual(statement.state == "approved", bool(is_over))
        going = statements.filtered(lambda one: one.date_from == this_month)
        self.assertEqual(going.employee_id, self.shop._ref("employee_mechanic"))
        earned = self.env["auto.pay.entry"].search([("order_id", "!=", False)])
        self.assertTrue(earned)
        for entry in earned:
            released = entry.order_id.date_released + timedelta(hours=3)
            self.assertEqual(entry.date, released.date())

    def test_the_customer_enters_the_portal_and_can_pay(self):
        user = self.env["res.users"].search([("login", "=", "customer")])
        self.assertTrue(user._is_portal())
        self.assertTrue(user.partner_id.vehicle_ids)
        provider = self.env.ref("payment.payment_provider_demo")
        self.assertEqual((provider.state, provider.is_published), ("test", True))

    def test_customers_hear_of_todays_facts_only(self):
        messages = self.env["auto.notify.message"].search([])
        released = self.orders.filtered("date_released").partner_id
        self.assertFalse(
            messages.filtered(
                lambda message: (
                    message.order_id.date_released and message.partner_id in released
                )
            )
        )

    def test_cards_have_a_history_of_the_past(self):
        entries = self.env["auto.bonus.entry"].search([])
        self.assertTrue(entries)
        self.assertLessEqual(max(entries.mapped("date")), fields.Datetime.now())
        self.assertLess(
            min(entries.mapped("date")), fields.Datetime.now() - timedelta(days=99)
        )
        self.assertIn("birthday", entries.mapped("kind"))
        for row in entries.filtered(lambda row: row.kind == "earned"):
            self.assertLess(abs(row.date - row.order_id.date_released), DAY)
        self.assertFalse(self.env["loyalty.card"]._find_bonus_faults())
        self.assertFalse(self.orders._get_bonus_missing())

    def test_the_portal_customer_has_bonuses_and_an_order_to_pay_with_them(self):
        customer = self.shop._ref("customer_1")
        card = self.env["loyalty.card"].search([("partner_id", "=", customer.id)])
        self.assertGreater(card.bonus_usable, 0)
        soon = fields.Datetime.now() + timedelta(days=14)
        self.assertTrue(
            card.bonus_entry_ids.filtered(
                lambda lot: lot.remaining and lot.date_expire and lot.date_expire < soon
            )
        )
        here = self.orders.filtered(
            lambda order: (
                order.partner_id == customer
                and order.date_received
                and not order.date_released
            )
        )
        self.assertGreater(here.bonus_limit, 0)

    def test_some_have_paid_with_bonuses(self):
        orders = self.shop._make_orders(
            [
                self.shop._plan_today(
                    random.Random(7), self.shop._ref("car_1"), story.STOCK_STORIES[:1]
                )
            ]
        )
        paid = self.shop._agree_with_bonuses(orders, [{"date": at(9)}])
        self.assertEqual(paid, orders)
        self.assertGreater(paid.bonus_spent, 0)
        spent = self.env["auto.bonus.entry"].search([("order_id", "=", paid.id)])
        self.assertEqual(set(spent.mapped("date")), {at(9) - DAY})

    def test_nobody_has_been_served_before_the_shop_opens(self):
        self.assertIn(0, self.shop._get_recent_visits())
        with freeze_time(at(8)):
            self.assertEqual(self.shop._get_recent_visits(), {1: 1})

    def test_before_the_shop_opens_cars_are_there_since_yesterday(self):
        orders = self._make(2, is_received=True)
        self.env["auto.booking.slot"].search([]).unlink()  # today is another day
        with freeze_time(at(8)):
            self.shop._book_in_repair(orders[0])
            self.shop._book_ready(orders[1])
        for booking in orders.booking_ids:
            self.assertLess(booking.date_start, at(0))

    def test_in_the_evening_cars_are_expected_tomorrow(self):
        order = self._make(1)
        with freeze_time(at(18)):
            self.shop._book_awaiting(order)
        self.assertGreater(order.booking_ids.date_start, at(24))

    def test_what_does_not_fit_into_the_day_is_not_booked(self):
        order = self._make(1)
        self.assertFalse(self.shop._book(order, TODAY, 19, hours=4))

    def test_a_company_with_entries_is_told_why_it_gets_no_demo_shop(self):
        self.assertTrue(self.company._existing_accounting())
        for refusing in (lambda: pre_init_hook(self.env), self.shop._set_up_company):
            with self.assertRaisesRegex(UserError, "new database") as caught:
                refusing()
            self.assertEqual(len(str(caught.exception).splitlines()), 1)

    def test_a_company_without_a_chart_of_accounts_gets_one(self):
        self.company.chart_template = False
        charts = self.env.registry["account.chart.template"]
        with (
            patch.object(
                type(self.company), "_existing_accounting", return_value=False
            ),
            patch.object(charts, "try_loading") as load,
        ):
            self.shop._set_up_company()
        load.assert_called_once_with("generic_coa", self.company, install_demo=False)

    def _get_not_russian(self, records, name):
        """Return the texts of records that have no word in Russian."""
        texts = records.mapped(name)
        return [text for text in texts if text and not re.search("[А-Яа-я]", text)]

    def test_what_the_shop_writes_is_russian(self):
        customers = self.orders.partner_id
        self.assertEqual(set(customers.mapped("lang")), {"ru_RU"})
        lines = self.orders.order_line
        self.assertGreater(len(lines), 50)
        self.assertEqual(self._get_not_russian(lines, "name"), [])
        self.assertEqual(self._get_not_russian(self.orders.job_ids, "name"), [])
        self.assertEqual(self._get_not_russian(lines.invoice_lines, "name"), [])
        calendars = self.env["resource.calendar"].search(
            [("company_id", "=", self.company.id)], order="id desc", limit=2
        )
        self.assertEqual(self._get_not_russian(calendars, "name"), [])
        self.assertEqual(
            self._get_not_russian(self.env["auto.pay.entry"].search([]), "name"), []
        )

    def test_russian_staff_has_activities_in_russian(self):
        deals = self.env["crm.lead"].search([])
        activities = self.env["mail.activity"].search(
            [("res_model", "=", "crm.lead"), ("res_id", "in", deals.ids)]
        )
        self.assertGreater(len(activities), 3)
        self.assertEqual(self._get_not_russian(activities, "summary"), [])

    def test_english_speaking_visitors_read_works_and_parts_in_english(self):
        work = self.shop._ref("work_oil").with_context(lang="en_US")
        self.assertEqual(work.name, "Engine oil and filter change")
        self.assertEqual(
            work.with_context(lang="ru_RU").name, "Замена моторного масла и фильтра"
        )

    def test_parts_fit_their_cars(self):
        for order in self.orders:
            [model] = order.vehicle_id.model_id.get_external_id().values()
            for line in order.order_line.filtered(lambda one: one.line_kind == "part"):
                [part] = line.product_id.get_external_id().values()
                models = story.FITS.get(part.removeprefix("auto_service_demo.part_"))
                with self.subTest(part=part, model=model):
                    if models is not None:
                        self.assertIn(
                            model.removeprefix("auto_crm.fleet_model_"), models
                        )

    def test_each_car_has_works_that_the_shelf_can_serve(self):
        rng = random.Random(7)
        for car in self.env["auto.vehicle"].search([]).filtered("model_id"):
            if car.get_external_id()[car.id].startswith("auto_service_demo."):
                plan = self.shop._plan_today(rng, car, story.STOCK_STORIES)
                self.assertTrue(plan["lines"])

    def test_nothing_is_released_in_the_future(self):
        released = self.orders.filtered("date_released").mapped("date_released")
        self.assertLessEqual(max(released), fields.Datetime.now())
        order = self._make(1)
        self.shop._set_back(order, fields.Datetime.now() - timedelta(hours=4))
        self.assertEqual(order.date_released, fields.Datetime.now())

    def test_customers_write_in_messengers_and_one_waits_for_an_answer(self):
        incoming = self.env["auto.notify.incoming"].search([])
        self.assertEqual(set(incoming.mapped("state")), {"done"})
        self.assertEqual(set(incoming.channel_id.mapped("kind")), set(story.MESSENGERS))
        waiting = incoming.lead_id.filtered(
            lambda deal: (
                deal.message_ids.filtered(lambda one: one.message_type == "comment")
                .sorted("date")[-1:]
                .author_id.partner_share
            )
        )
        cars = [self.shop._ref(name) for name in ("car_2", "car_5", "car_9")]
        self.assertEqual(waiting.vehicle_id, cars[1] + cars[2])
        self.assertTrue(all(waiting.mapped("activity_ids")))
        self.assertEqual((incoming.lead_id - waiting).vehicle_id, cars[0])

    def test_cars_that_are_here_have_acts_with_damage(self):
        here = self.orders.filtered(
            lambda order: order.date_received and not order.date_released
        )
        self.assertTrue(all(here.mapped("acceptance_ids.damage_ids")))

    def test_a_code_for_a_booking_can_be_read_in_the_outbox(self):
        package = self.shop._ref("package_diag_all")
        bookings = self.env["auto.booking"]
        [slot, *_rest] = bookings._find_online_slots(
            package, self.company, start=fields.Datetime.now() + DAY, limit=1
        )
        held = bookings._hold_online(
            slot["start"], package, self.company, vehicle_line="А001АА777 Kia Rio"
        )
        code = self.env["auto.booking.code"]._send(held, "+79265557799", "127.0.0.1")
        message = code.message_id
        self.assertEqual(message._get_route()[0][0], "log")
        self.assertRegex(message.secret, r"^\d{6}$")

    def test_setting_dates_of_nothing_back_is_nothing(self):
        self.shop._write_past(self.orders.browse(), create_date=at(0))
