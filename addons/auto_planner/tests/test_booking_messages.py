from datetime import timedelta

from odoo import fields
from odoo.tests import freeze_time, tagged

from ..models.auto_notify_rule import EVENTS
from .online_common import HOUR, AutoOnlineCommon


@tagged("post_install", "-at_install")
class TestBookingMessages(AutoOnlineCommon):
    """From the fact to the row of the outbox, by the rules that are shipped."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.startClassPatcher(freeze_time("2035-01-02 08:00"))
        cls.customer.write({"lang": "en_US", "tz": "Europe/Moscow"})

    def _get_events(self, booking):
        """Return event, time and state of what the customer is told, in order."""
        messages = self._get_messages(booking, audience="customer")
        return [
            (message.event, message.rule_id.timing, message.state)
            for message in messages.sorted(
                lambda one: (one.date_next or one.create_date, one.id)
            )
        ]

    def _send(self):
        with self.enter_registry_test_mode():
            self.env.ref("auto_notify.ir_cron_send").method_direct_trigger()
        self.env.invalidate_all()

    def test_a_booking_is_told_at_once_a_day_and_two_hours_before(self):
        booking = self._create_booking()
        self._commit()
        messages = self._get_messages(booking, audience="customer").sorted("date_next")
        self.assertEqual(messages.partner_id, self.customer)
        self.assertEqual(set(messages.mapped("event")), {"booking_made"})
        self.assertEqual(
            [str(date) for date in messages.mapped("date_next")],
            ["2035-01-02 08:00:00", "2035-01-07 15:00:00", "2035-01-08 04:00:00"],
        )

    def test_what_is_given_up_at_once_is_not_told_whatever_savepoints_there_are(self):
        booking = self._create_booking()
        with self.cr.savepoint():
            pass
        booking.action_cancel()
        with self.cr.savepoint():
            pass
        self._commit()
        self.assertFalse(self._get_messages(booking))

    def test_what_a_savepoint_rolls_back_is_not_told(self):
        booking = self._create_booking()
        savepoint = self.cr.savepoint()
        booking.date_start += timedelta(hours=3)
        self.env.flush_all()
        savepoint.close(rollback=True)
        self._commit()
        messages = self._get_messages(booking, audience="customer")
        self.assertEqual(set(messages.mapped("event")), {"booking_made"})
        self.assertEqual(set(messages.mapped("date_event")), {booking.date_start})

    def test_the_text_has_address_time_car_and_link(self):
        booking = self._create_booking(package_ids=self.package.ids)
        self.company.write({"street": "Tverskaya 1", "city": "Moscow"})
        self._commit()
        self._send()
        message = self._get_messages(booking, state="delivered")
        for part in (
            "Ivan Petrov",
            "January 8",
            "9:00",
            "Moscow, Tverskaya 1",
            "Testla Rio",
            "А123ВС 777",
            "Front brakes",
            "/booking/",
        ):
            self.assertIn(part, message.body)
        link = message.body.rsplit("/booking/", 1)[1].split()[0]
        self.assertEqual(self.env["auto.booking"]._find_by_token(link), booking)

    def test_every_text_can_be_made(self):
        booking = self._create_booking(phone="+7 916 123-45-67")
        for rule in self.env["auto.notify.rule"].search([("event", "in", EVENTS)]):
            with self.subTest(event=rule.event):
                for lang in ("en_US", "ru_RU"):
                    text = rule.template_id._render_message(
                        booking, self.customer, lang
                    )
                    self.assertTrue(text["body"])

    def test_every_text_is_russian_for_a_russian(self):
        self.env["res.lang"]._activate_lang("ru_RU")
        booking = self._create_booking(package_ids=self.package.ids)
        for rule in self.env["auto.notify.rule"].search([("event", "in", EVENTS)]):
            with self.subTest(event=rule.event, timing=rule.timing):
                text = rule.template_id._render_message(booking, self.customer, "ru_RU")
                self.assertRegex(text["subject"], "[а-я]")
                self.assertIn("понедельник, 8 января", text["body"])
                self.assertNotRegex(text["body"], "(?i)car:|address|booked|waiting")

    def test_reminders_go_in_time_and_not_before(self):
        booking = self._create_booking()
        self._commit()
        self._send()
        for moment, count in (
            ("2035-01-07 14:59", 1),
            ("2035-01-07 15:01", 2),
            ("2035-01-08 03:59", 2),
            ("2035-01-08 04:01", 3),
        ):
            with self.subTest(moment=moment), freeze_time(moment):
                self._send()
                told = self._get_messages(booking, state="delivered")
                self.assertEqual(len(told), count)

    def test_a_car_that_did_not_come_is_asked_for_another_time(self):
        order = self._create_order()
        booking = self._create_booking(order_id=order.id)
        self._commit()
        self._send()
        self._find_no_shows(after=2 * 60)
        told = self._get_messages(booking, event="no_show")
        self.assertEqual(len(told), 1)
        waiting = self._get_messages(booking, event="booking_made", state="queued")
        self.assertFalse(waiting)

    def test_a_booking_moved_to_another_place_is_told(self):
        booking = self._create_booking()
        self._commit()
        self._send()
        self.lift_2.address_id = self.env["res.partner"].create(
            {"name": "Hall", "city": "Tver", "street": "Lenina 5"}
        )
        booking._move_to(post=self.lift_2)
        self._commit()
        self._send()
        told = self._get_messages(booking, event="booking_moved", state="delivered")
        self.assertIn("Tver, Lenina 5", told.body)

    def test_a_customer_of_a_lost_deal_is_not_reminded(self):
        order = self._create_order()
        booking = self._create_booking(order_id=order.id)
        self._commit()
        self._send()
        reason = self.env["crm.lost.reason"].search([], limit=1)
        order.opportunity_id.action_set_lost(lost_reason_id=reason.id)
        self._commit()
        self.assertFalse(self._get_messages(booking, state="queued"))

    def test_the_post_of_another_place_tells_its_own_address(self):
        self.lift.address_id = self.env["res.partner"].create(
            {"name": "Hall", "city": "Tver", "street": "Lenina 5"}
        )
        booking = self._create_booking()
        self.assertEqual(booking._get_notify_address(), "Tver, Lenina 5")
        self.assertIn("Lenina", booking._get_notify_map_link())

    def test_reminders_move_with_the_booking(self):
        booking = self._create_booking()
        self._commit()
        self._send()
        booking._move_to(self.monday + timedelta(days=1))
        self._commit()
        waiting = self._get_messages(booking, audience="customer").filtered(
            lambda message: message.state in ("queued", "deferred")
        )
        self.assertEqual(
            sorted((one.event, str(one.date_next)) for one in waiting),
            [
                ("booking_made", "2035-01-08 15:00:00"),
                ("booking_made", "2035-01-09 04:00:00"),
                ("booking_moved", "2035-01-02 08:00:00"),
            ],
        )
        self.assertEqual(len(self._get_messages(booking, state="cancelled")), 2)

    def test_moved_there_and_back_at_once_is_no_news_twice(self):
        booking = self._create_booking()
        booking._move_to(self.monday + HOUR)
        self._commit()
        events = self._get_messages(booking, audience="customer").mapped("event")
        self.assertEqual(events, ["booking_made"] * 3)

    def test_reminders_die_with_the_booking(self):
        booking = self._create_booking()
        self._commit()
        self._send()
        booking.action_cancel()
        self._commit()
        self.assertEqual(
            sorted(self._get_messages(booking, audience="customer").mapped("state")),
            ["cancelled", "cancelled", "delivered", "queued"],
        )
        self._send()
        told = self._get_messages(booking, event="booking_cancelled")
        self.assertEqual(told.state, "delivered")
        self.assertIn("cancelled", told.body)

    def test_a_booking_made_and_cancelled_at_once_is_no_news(self):
        booking = self._create_booking()
        booking.action_cancel()
        self._commit()
        self.assertFalse(self._get_messages(booking))

    def test_another_customer_is_told_instead(self):
        booking = self._create_booking()
        self._commit()
        other = self.customer.copy({"name": "Ivanov"})
        booking.partner_id = other
        self._commit()
        messages = self._get_messages(booking, audience="customer")
        waiting = messages.filtered(lambda one: one.state != "cancelled")
        self.assertEqual(len(waiting), 3)
        self.assertEqual(waiting.partner_id, other)

    def test_what_is_cancelled_of_a_car_that_is_here_is_no_news(self):
        order = self._create_order()
        order.action_confirm()
        self._create_booking(order_id=order.id)
        planned = self._create_booking(72, order_id=order.id)
        self._commit()
        order.action_receive()
        planned.action_cancel()
        self._commit()
        self.assertFalse(self._get_messages(planned, event="booking_cancelled"))

    def test_a_no_show_that_is_found_late_is_no_news(self):
        booking = self._create_booking()
        self._commit()
        self._find_no_shows(after=30 * 60)
        self._commit()
        self.assertEqual(booking.state, "no_show")
        self.assertFalse(self._get_messages(booking, event="no_show"))

    def test_a_no_show_may_be_told_days_after(self):
        rules = self.env["auto.notify.rule"].search([("event", "=", "no_show")])
        rules.write({"timing": "after", "delay": 2, "delay_unit": "days"})
        booking = self._create_booking()
        self._commit()
        self._find_no_shows(after=2 * 60)
        self._commit()
        with freeze_time(self.monday + 49 * HOUR):
            self._send()
        told = self._get_messages(booking, event="no_show", audience="customer")
        self.assertEqual(told.mapped("state"), ["delivered"])

    def test_a_car_that_is_here_is_not_reminded(self):
        booking = self._create_booking()
        self._commit()
        self._send()
        with freeze_time(self.monday - 2 * HOUR):
            booking.action_arrive()
            self._send()
        self.assertEqual(
            set(self._get_messages(booking).mapped("state")), {"delivered", "cancelled"}
        )

    def test_a_car_that_did_not_come_is_asked_after(self):
        booking = self._create_booking()
        self._commit()
        self._find_no_shows(after=2 * 60)
        self._commit()
        with freeze_time(self.monday + 2 * HOUR):
            self._send()
        told = self._get_messages(booking, event="no_show")
        self.assertEqual(set(told.mapped("state")), {"delivered"})
        self.assertEqual(set(told.mapped("audience")), {"customer", "advisor"})

    def test_a_hold_is_told_to_nobody(self):
        held = self._hold()
        held.date_start += HOUR
        self._commit()
        self.assertFalse(self._get_messages(held))

    def test_a_walk_in_is_not_told(self):
        booking = self._create_booking(source="walk_in")
        self._commit()
        self.assertFalse(self._get_messages(booking))

    def test_a_customer_who_is_filled_in_later_is_told(self):
        booking = self._create_booking(partner_id=False, vehicle_id=False)
        self._commit()
        self.assertFalse(self._get_messages(booking))
        booking.partner_id = self.customer
        self._commit()
        self.assertEqual(len(self._get_messages(booking, event="booking_made")), 3)

    def test_who_of_two_with_one_phone_has_booked_is_told_once_it_is_known(self):
        twin = self.customer.copy({"name": "Twin"})
        booking = self._book(phone=self.customer.phone)
        self._commit()
        self.assertFalse(self._get_messages(booking, audience="customer"))
        booking.lead_id.partner_id = twin
        self._commit()
        self.assertEqual(booking.partner_id, twin)
        told = self._get_messages(booking, audience="customer")
        self.assertEqual(told.partner_id, twin)
        self.assertTrue(booking.phone)

    # ------------------------------------------------------------------
    # To be confirmed
    # ------------------------------------------------------------------

    def _get_texts(self, booking):
        """Return the names of the texts that have left for the customer, in order."""
        self._commit()
        self._send()
        left = self._get_messages(booking, audience="customer", state="delivered")
        return left.template_id.mapped("name")

    def test_what_waits_for_the_shop_is_not_told_as_agreed(self):
        self.package.is_instant = False
        booking = self._book()
        self.assertEqual(self._get_texts(booking), ["Booked online, to be confirmed"])
        booking.with_user(self.advisor).action_confirm()
        self._commit()
        with freeze_time("2035-01-02 08:01"):
            texts = self._get_texts(booking)
        self.assertEqual(texts, ["Booked online, to be confirmed", "Booking made"])
        reminders = self._get_messages(booking, state="deferred", audience="customer")
        self.assertEqual(len(reminders), 2)

    def test_what_is_agreed_at_once_is_told_once(self):
        booking = self._book()
        self.assertEqual(booking.state, "confirmed")
        self.assertEqual(self._get_texts(booking), ["Booking made"])

    def test_what_staff_confirms_was_told_when_it_was_made(self):
        booking = self._create_booking()
        self.assertEqual(self._get_texts(booking), ["Booking made"])
        booking.action_confirm()
        self.assertEqual(self._get_texts(booking), ["Booking made"])

    def test_confirming_leaves_the_calls_about_something_else(self):
        self.package.is_instant = False
        booking = self._book()
        lead = booking.lead_id
        self._commit()
        booking._on_notify_button("call_me", booking.partner_id)
        other = self._book(5)
        self._commit()
        call, confirm = (
            "Call back: asked for by button",
            "Confirm the booking made online",
        )
        booking.action_confirm()
        self._commit()
        summaries = lead._get_event_activities().mapped("summary")
        self.assertEqual({*summaries}, {call, confirm})
        other.action_confirm()
        self._commit()
        self.assertEqual(lead._get_event_activities().mapped("summary"), [call])

    def test_a_deleted_kind_of_activity_stops_no_booking(self):
        self.package.is_instant = False
        self.env.ref("auto_planner.mail_activity_type_confirm").unlink()
        booking = self._book()
        booking.action_confirm()
        self.assertEqual(booking.state, "confirmed")

    def test_a_wish_to_cancel_outlives_the_confirmation(self):
        self.package.is_instant = False
        booking = self._book()
        self._commit()
        booking._ask_advisor(lambda _env: "Wants to cancel")
        booking.action_confirm()
        self._commit()
        self.assertEqual(
            booking.lead_id._get_event_activities().mapped("summary"),
            ["Wants to cancel"],
        )

    # ------------------------------------------------------------------
    # Taken back
    # ------------------------------------------------------------------

    def _at(self, seconds):
        return freeze_time(fields.Datetime.now() + timedelta(seconds=seconds))

    def _count_left(self, booking):
        """Return how many messages have left, after staff's change has settled."""
        self._commit()
        with self._at(60):
            self._send()
        return len(self._get_messages(booking, audience="customer", state="delivered"))

    def _create_by_staff(self):
        booking = self._create_booking(order_id=self._create_order().id)
        return booking.with_user(self.advisor).with_context(
            allowed_company_ids=self.company.ids
        )

    def test_what_staff_does_leaves_when_it_cannot_be_taken_back_any_more(self):
        booking = self._create_by_staff()
        self._count_left(booking)
        booking._move_to(self.monday + HOUR)
        self._commit()
        with self._at(10):
            self._send()
            moved = self._get_messages(booking, event="booking_moved")
            self.assertEqual(moved.state, "deferred")
        with self._at(16):
            self._send()
            self.assertEqual(moved.state, "delivered")

    def test_a_move_that_is_taken_back_is_told_to_nobody(self):
        booking = self._create_by_staff()
        self.assertEqual(self._count_left(booking), 1)
        booking._move_to(self.monday + HOUR)
        self._commit()
        booking._move_to(self.monday)
        self.assertEqual(self._count_left(booking), 1)
        waiting = self._get_messages(booking, audience="customer", state="deferred")
        self.assertEqual(len(waiting), 2)  # reminders
        self.assertEqual(set(waiting.mapped("date_event")), {self.monday})

    def test_a_booking_that_is_taken_back_is_told_to_nobody(self):
        lead = self._create_order().opportunity_id
        bookings = self.env["auto.booking"].with_user(self.advisor)
        booking = bookings.create(
            {
                "lead_id": lead.id,
                "post_id": self.lift.id,
                "date_start": self.monday,
                "date_stop": self.monday + HOUR,
            }
        )
        self._commit()
        booking.action_cancel()
        self.assertEqual(self._count_left(booking), 0)

    def test_a_booking_moved_before_it_was_told_is_told_where_it_is(self):
        booking = self._create_booking().with_user(self.advisor)
        self._commit()
        booking._move_to(self.monday + HOUR)
        self.assertEqual(self._count_left(booking), 1)
        told = self._get_messages(booking, state="delivered")
        self.assertEqual(told.event, "booking_made")
        self.assertIn("10:00", told.body)

    def test_a_cancellation_that_is_taken_back_is_told_to_nobody(self):
        booking = self._create_by_staff()
        self.assertEqual(self._count_left(booking), 1)
        booking.action_cancel()
        self._commit()
        booking.action_reopen()
        self.assertEqual(self._count_left(booking), 1)
        waiting = self._get_messages(booking, audience="customer", state="deferred")
        self.assertEqual(len(waiting), 2)

    def test_a_cancellation_that_was_told_is_taken_back_aloud(self):
        booking = self._create_by_staff()
        self._count_left(booking)
        booking.action_cancel()
        self.assertEqual(self._count_left(booking), 2)
        with self._at(300):
            booking.action_reopen()
            self.assertEqual(self._count_left(booking), 3)

    def test_the_same_time_elsewhere_is_news(self):
        booking = self._create_by_staff()
        self.assertEqual(self._count_left(booking), 1)
        address = self.env["res.partner"].create({"name": "Other hall"})
        self.lift_2.address_id = address
        booking._move_to(self.monday + HOUR, post=self.lift_2)
        self._commit()
        booking._move_to(self.monday)  # back to its time, not to its hall
        self.assertEqual(self._count_left(booking), 2)
        booking._move_to(post=self.lift)
        self._commit()
        booking._move_to(post=self.lift_2)
        self.assertEqual(self._count_left(booking), 2)

    def test_who_is_told_by_a_fallback_is_told_already(self):
        booking = self._create_by_staff()
        self._commit()
        self._send()
        told = self._get_messages(booking, state="delivered")
        told.write({"state": "sent", "date_next": self.monday - HOUR})
        booking._move_to(self.monday + HOUR)
        self._commit()
        moved = self._get_messages(booking, event="booking_moved", state="deferred")
        self.assertEqual(len(moved), 1)
        booking.action_cancel()
        self._commit()
        cancelled = self._get_messages(booking, event="booking_cancelled")
        self.assertEqual(cancelled.date_event, self.monday)  # what he was told

    def test_a_confirmation_outlives_a_move_that_is_taken_back(self):
        self.package.is_instant = False
        booking = self._book()
        self.assertEqual(self._get_texts(booking), ["Booked online, to be confirmed"])
        booking = booking.with_user(self.advisor)
        booking.action_confirm()
        self._commit()
        booking._move_to(self.monday + HOUR)
        self._commit()
        booking._move_to(self.monday)
        self.assertEqual(self._count_left(booking), 2)
        told = self._get_messages(booking, audience="customer", state="delivered")
        self.assertEqual(
            told.template_id.mapped("name"),
            ["Booked online, to be confirmed", "Booking made"],
        )

    def test_a_reminder_that_was_sent_is_not_sent_again(self):
        booking = self._create_by_staff()
        self._count_left(booking)
        with freeze_time("2035-01-07 15:01"):
            self.assertEqual(self._count_left(booking), 2)
            booking._move_to(self.monday + HOUR)
            self._commit()
            booking._move_to(self.monday)
            self.assertEqual(self._count_left(booking), 2)

    def test_what_is_not_confirmed_yet_has_no_reminders(self):
        self.package.is_instant = False
        booking = self._book()
        self._commit()
        self.assertEqual(len(self._get_messages(booking, audience="customer")), 1)

    def test_the_former_customer_is_not_told_twice(self):
        other = self.customer.copy({"name": "Pavel"})
        booking = self._create_by_staff()
        self.assertEqual(self._count_left(booking), 1)
        booking.partner_id = other
        self._commit()
        booking.partner_id = self.customer
        self.assertEqual(self._count_left(booking), 1)

    def test_the_advisor_is_told_of_each_online_booking(self):
        booking = self._book()
        self._commit()
        messages = self._get_messages(booking, event="booking_online")
        self.assertEqual(messages.audience, "advisor")
        self.assertTrue(messages.partner_id.user_ids)
        self.assertFalse(
            self._get_messages(event="request", lead_id=booking.lead_id.id)
        )

    def test_a_planned_deal_is_not_told_twice(self):
        order = self._create_order()
        lead = order.opportunity_id
        lead.date_booking = self.monday
        self._commit()
        typed = self._get_messages(res_model="crm.lead", res_id=lead.id)
        self.assertEqual(set(typed.mapped("event")), {"booked"})
        booking = self._create_booking(1, order_id=order.id)
        lead.date_booking = self.monday + 2 * HOUR
        self._commit()
        self.assertEqual(set(typed.mapped("state")), {"cancelled"})
        self.assertEqual(
            self._get_messages(res_model="crm.lead", res_id=lead.id), typed
        )
        self.assertEqual(len(self._get_messages(booking, audience="customer")), 3)

    # ------------------------------------------------------------------
    # Buttons
    # ------------------------------------------------------------------

    def _press(self, booking, code):
        message = self._get_messages(booking, event="booking_made")[:1]
        return (
            message.with_user(self.env.ref("base.public_user"))
            .sudo()
            ._press_button(code)
        )

    def test_confirm_confirms(self):
        booking = self._create_booking()
        self._commit()
        self._send()
        self.assertIn("has been received", self._press(booking, "confirm"))
        self.assertEqual(booking.state, "confirmed")

    def test_confirm_does_not_agree_for_the_shop(self):
        self.package.is_instant = False
        booking = self._book()
        self._commit()
        self._send()
        self._press(booking, "confirm")
        self.assertEqual(booking.state, "tentative")

    def test_cancel_cancels_while_there_is_time(self):
        booking = self._create_booking()
        self._commit()
        self._send()
        self._press(booking, "cancel")
        self.assertEqual(booking.state, "cancelled")
        self.assertFalse(booking.slot_ids)

    def test_cancel_in_the_last_hours_is_a_call(self):
        order = self._create_order()
        booking = self._create_booking(order_id=order.id)
        self._commit()
        self._send()
        with freeze_time(self.monday - HOUR):
            self._press(booking, "cancel")
        self.assertEqual(booking.state, "tentative")
        self.assertIn(
            "Wants to cancel", order.opportunity_id.activity_ids.mapped("summary")[0]
        )

    def test_call_me_is_a_call(self):
        order = self._create_order()
        booking = self._create_booking(order_id=order.id)
        self._commit()
        self._send()
        self._press(booking, "call_me")
        self.assertTrue(order.opportunity_id.activity_ids)

    def test_buttons_of_a_cancelled_booking_change_nothing(self):
        booking = self._create_booking()
        self._commit()
        self._send()
        booking.action_cancel()
        self.assertIn("cannot be answered", self._press(booking, "confirm"))
        self.assertEqual(booking.state, "cancelled")

    # ------------------------------------------------------------------
    # Cost
    # ------------------------------------------------------------------

    def test_telling_many_costs_as_many_queries_as_few(self):
        counts = []
        for number in (2, 6):
            for turn in range(number):
                self._create_booking(24 * number + turn * 0.5, 0.5)
            self.env.flush_all()
            before = self.cr.sql_log_count
            self.env.cr.precommit.run()
            self.env.flush_all()
            counts.append(self.cr.sql_log_count - before)
        self.assertLessEqual(counts[1], counts[0] + 4)
