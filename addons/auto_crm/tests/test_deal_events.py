from unittest.mock import patch

from freezegun import freeze_time

from odoo import Command, fields
from odoo.tests import new_test_user, tagged
from odoo.tools import mute_logger

from .common import AutoCrmCommon


@tagged("post_install", "-at_install")
class TestDealEvents(AutoCrmCommon):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.Lead = cls.env["crm.lead"]
        cls.stages = {
            event: cls.env.ref(f"auto_crm.crm_stage_{event}")
            for event in (
                "request",
                "estimate",
                "parts_ordered",
                "parts_arrived",
                "booked",
                "received",
                "ready",
                "paid",
            )
        }
        cls.lead = cls._create_deal()

    @classmethod
    def _create_deal(cls, **vals):
        return cls.Lead.create(
            {
                "name": "Brakes",
                "type": "opportunity",
                "partner_id": cls.customer.id,
                "vehicle_id": cls.vehicle.id,
                "user_id": cls.advisor.id,
                **vals,
            }
        )

    def _get_activities(self, leads):
        return self.env["mail.activity"].search(
            [("res_model", "=", "crm.lead"), ("res_id", "in", leads.ids)]
        )

    def test_new_deal_stands_in_the_first_stage_of_the_default_pipeline(self):
        self.assertEqual(self.lead.stage_id, self.stages["request"])

    def test_odoos_own_stages_and_team_do_not_clutter_a_fresh_board(self):
        names = [f"crm.stage_lead{number}" for number in range(1, 5)]
        self.assertEqual([self.env.ref(name).active for name in names], [False] * 4)
        self.assertFalse(self.env.ref("sales_team.team_sales_department").active)
        self.assertEqual(
            self.env["website"].search([], limit=1).crm_default_team_id,
            self.env.ref("auto_crm.crm_team_repair"),
        )

    def test_event_moves_forward(self):
        moved = self.lead._move_by_event({"estimate"}, self.lead)
        self.assertEqual(moved, self.lead)
        self.assertEqual(self.lead.stage_id, self.stages["estimate"])

    def test_furthest_of_the_events_wins(self):
        self.lead._move_by_event(["estimate", "parts_arrived", "parts_ordered"], "test")
        self.assertEqual(self.lead.stage_id, self.stages["parts_arrived"])

    def test_event_of_an_earlier_stage_does_not_move_back(self):
        self.lead.stage_id = self.stages["received"]
        self.assertFalse(self.lead._move_by_event("estimate", "test"))
        self.assertEqual(self.lead.stage_id, self.stages["received"])

    def test_same_event_twice_moves_once(self):
        self.assertTrue(self.lead._move_by_event("ready", "test"))
        self.assertFalse(self.lead._move_by_event("ready", "test"))

    def test_dragging_by_hand_stays_free(self):
        self.lead.stage_id = self.stages["ready"]
        self.lead.with_user(self.advisor).stage_id = self.stages["estimate"]
        self.assertEqual(self.lead.stage_id, self.stages["estimate"])

    def test_paid_wins_the_deal(self):
        self.lead._move_by_event("paid", "test")
        self.assertEqual(self.lead.won_status, "won")
        self.assertEqual(self.lead.probability, 100)
        self.assertTrue(self.lead.date_closed)

    def test_lost_and_won_deals_stay(self):
        lost, won = self._create_deal(), self._create_deal()
        lost.action_set_lost(lost_reason_id=self.env.ref("crm.lost_reason_1").id)
        early = self.env["crm.stage"].create(
            {"name": "Sold", "sequence": 0, "is_won": True}
        )
        won.stage_id = early
        self.assertEqual(won.won_status, "won")
        self.assertFalse((lost + won)._move_by_event("ready", "test"))
        self.assertEqual(lost.stage_id, self.stages["request"])
        self.assertEqual(won.stage_id, early, "not where events would move it")

    def test_chatter_tells_event_and_cause(self):
        order = self.env["sale.order"].create(
            {"partner_id": self.customer.id, "opportunity_id": self.lead.id}
        )
        self.run_events()
        before = self.lead.message_ids
        self.lead._move_by_event("parts_arrived", order)
        message = self.lead.message_ids - before
        self.assertEqual(len(message), 1)
        self.assertIn("All parts arrived", message.body)
        self.assertIn(order.name, message.body)
        self.assertIn(f'data-oe-id="{order.id}"', message.body)
        tracking = message.sudo().tracking_value_ids
        self.assertEqual(tracking.field_id.name, "stage_id")
        self.assertEqual(tracking.new_value_char, "Parts arrived")

    def test_cause_may_be_a_sentence_and_is_escaped(self):
        self.lead._move_by_event("estimate", "<b>By phone</b>")
        self.assertIn("&lt;b&gt;By phone", self.lead.message_ids[0].body)

    def test_time_in_stages_is_still_counted(self):
        self.lead._move_by_event("estimate", "test")
        self.env.invalidate_all()
        self.assertIn(str(self.stages["request"].id), self.lead.duration_tracking)

    def test_followers_of_the_stage_are_told(self):
        self.lead.message_subscribe(
            partner_ids=self.manager.partner_id.ids,
            subtype_ids=self.env.ref("crm.mt_lead_stage").ids,
        )
        self.run_events()
        before = self.lead.message_ids
        self.lead._move_by_event("ready", "the phone call")
        self.run_events()
        message = self.lead.message_ids - before
        self.assertEqual(message.subtype_id, self.env.ref("crm.mt_lead_stage"))
        self.assertIn("the phone call", message.body)
        self.assertIn(self.manager.partner_id, message.notified_partner_ids)

    def test_deal_follows_the_stages_of_its_team_only(self):
        body, tyre = self.env["crm.team"].create([{"name": "Body"}, {"name": "Tyre"}])
        stage = self.env["crm.stage"].create(
            {
                "name": "At the painter",
                "sequence": 65,
                "auto_event": "received",
                "team_ids": [Command.link(body.id)],
            }
        )
        in_body = self._create_deal(user_id=False, team_id=body.id)
        in_tyre = self._create_deal(user_id=False, team_id=tyre.id)
        teamless = self._create_deal(user_id=False, team_id=False)
        (in_body + in_tyre + teamless)._move_by_event("received", "test")
        self.assertEqual(in_body.stage_id, stage)
        self.assertEqual(in_tyre.stage_id, self.stages["received"])
        self.assertFalse(teamless.team_id)
        self.assertEqual(teamless.stage_id, self.stages["received"])

    def test_deleted_stage_is_no_fault(self):
        self.stages["parts_ordered"].unlink()
        self.assertFalse(self.lead._move_by_event("parts_ordered", "test"))
        self.assertTrue(self.lead._move_by_event("parts_arrived", "test"))

    def test_what_is_changed_in_stages_is_seen_at_once(self):
        """Moves remember the stages: nothing of it may be old."""

        def move():
            lead = self._create_deal()
            lead._move_by_event("ready", "test")
            return lead.stage_id

        self.assertEqual(move(), self.stages["ready"])
        later = self.env["crm.stage"].create(
            {"name": "Washed", "sequence": 900, "auto_event": "ready"}
        )
        self.assertEqual(move(), later)
        later.sequence = 0
        self.assertEqual(move(), self.stages["ready"])
        later.sequence = 900
        self.assertEqual(move(), later)
        later.team_ids = self.env["crm.team"].create({"name": "Tyre"})
        self.assertEqual(move(), self.stages["ready"])
        later.team_ids = False
        self.assertEqual(move(), later)
        later.auto_event = "paid"
        self.assertEqual(move(), self.stages["ready"])
        later.auto_event = "ready"
        self.assertEqual(move(), later)
        self.env["crm.lead"].search([("stage_id", "=", later.id)]).unlink()
        later.unlink()
        self.assertEqual(move(), self.stages["ready"])

    def test_no_stage_names_the_event(self):
        self.env["crm.stage"].search([]).auto_event = False
        self.assertFalse(self.lead._move_by_event("ready", "test"))
        self.assertEqual(self.lead.stage_id, self.stages["request"])

    def test_deleted_deal_is_no_fault(self):
        lead = self._create_deal()
        lead.unlink()
        self.assertFalse(lead._move_by_event("ready", "test"))
        self.assertFalse(self.Lead._move_by_event("ready", "test"))

    def test_mechanic_moves_a_deal_he_may_not_read(self):
        lead = self.lead.with_user(self.mechanic_user)
        self.assertFalse(lead.has_access("read"))
        lead._move_by_event("ready", "test")
        self.assertEqual(self.lead.stage_id, self.stages["ready"])
        self.assertEqual(
            self.lead.message_ids[0].author_id, self.mechanic_user.partner_id
        )

    def test_portal_and_public_users_move_deals(self):
        portal = new_test_user(
            self.env, login="auto_portal", groups="base.group_portal"
        )
        self.lead.with_user(portal)._move_by_event("estimate", "signed")
        self.assertEqual(self.lead.stage_id, self.stages["estimate"])
        public = self.env.ref("base.public_user")
        self.lead.with_user(public)._move_by_event("booked", "signed")
        self.assertEqual(self.lead.stage_id, self.stages["booked"])
        self.assertEqual(
            self.lead.message_ids[0].author_id, self.env.ref("base.partner_root")
        )

    def test_two_companies_move_in_one_call(self):
        company = self.env["res.company"].create({"name": "Second shop"})
        other = self._create_deal(
            user_id=False, team_id=False, partner_id=False, vehicle_id=False, wish="Oil"
        )
        other.company_id = company
        (self.lead + other).with_user(self.advisor)._move_by_event("estimate", "test")
        self.assertEqual(other.stage_id, self.stages["estimate"])
        self.assertEqual(other.company_id, company)

    def test_archived_vehicle_and_user_do_not_stop_a_move(self):
        self.lead.vehicle_id.active = False
        self.advisor.active = False
        self.lead._move_by_event("parts_arrived", "test")
        self.assertEqual(self.lead.stage_id, self.stages["parts_arrived"])
        activity = self._get_activities(self.lead)
        self.assertTrue(activity.user_id.active)

    def test_fault_in_a_move_does_not_block_the_fact(self):
        self.customer.name = "Fact"
        with (
            patch.object(
                self.env.registry["crm.lead"], "_move_to_stage", side_effect=ValueError
            ),
            mute_logger("odoo.addons.auto_crm.models.auto_fact_mixin"),
        ):
            order = self.env["sale.order"].create(
                {"partner_id": self.customer.id, "opportunity_id": self.lead.id}
            )
            self.run_events()
        self.env.invalidate_all()
        self.assertTrue(order.exists())
        self.assertEqual(self.customer.name, "Fact")
        self.assertEqual(self.lead.stage_id, self.stages["request"])

    def test_no_show_moves_back_only_when_asked(self):
        self.lead.stage_id = self.stages["booked"]
        self.assertFalse(self.lead._move_by_event("no_show", "test"))
        self.lead._move_by_event("no_show", "test", backward=True)
        self.assertEqual(self.lead.stage_id, self.stages["estimate"])
        self.assertIn("book again", self._get_activities(self.lead).summary)

    def test_no_show_prefers_a_stage_of_its_own(self):
        stage = self.env["crm.stage"].create(
            {"name": "No-show", "sequence": 15, "auto_event": "no_show"}
        )
        self.lead.stage_id = self.stages["booked"]
        self.lead._move_by_event("no_show", "test", backward=True)
        self.assertEqual(self.lead.stage_id, stage)

    def test_bulk_move_takes_a_constant_number_of_queries(self):
        counts = []
        for size in (5, 50):
            leads = self.Lead.create(
                [
                    {
                        "name": f"Deal {n}",
                        "type": "opportunity",
                        "user_id": self.advisor.id,
                    }
                    for n in range(size)
                ]
            )
            self.run_events()
            self.env.invalidate_all()
            start = self.cr.sql_log_count
            leads._move_by_event("parts_arrived", self.vehicle)
            self.run_events()
            counts.append(self.cr.sql_log_count - start)
            self.assertEqual(len(self._get_activities(leads)), size)
        self.assertLessEqual(counts[1], counts[0] + 3, counts)

    def test_estimate_schedules_a_follow_up_in_working_days(self):
        self.company.auto_silent_days = 3
        thursday = fields.Datetime.to_datetime("2026-01-08 09:00:00")
        with patch.object(self.cr, "now", lambda: thursday):
            self.lead._move_by_event("estimate", "test")
        activity = self._get_activities(self.lead)
        self.assertEqual(
            activity.activity_type_id,
            self.env.ref("auto_crm.mail_activity_type_silent"),
        )
        self.assertEqual(str(activity.date_deadline), "2026-01-13")  # Tuesday
        self.assertEqual(activity.user_id, self.advisor)

    def test_moving_on_replaces_the_activity(self):
        self.lead._move_by_event("estimate", "test")
        mine = self.lead.activity_schedule(
            "mail.mail_activity_data_todo", automated=False
        )
        self.lead._move_by_event("parts_arrived", "test")
        activities = self._get_activities(self.lead)
        self.assertIn(mine, activities)
        self.assertEqual(
            (activities - mine).activity_type_id,
            self.env.ref("auto_crm.mail_activity_type_book"),
        )
        self.lead.stage_id = self.stages["received"]
        self.assertEqual(self._get_activities(self.lead), mine)

    @freeze_time("2026-01-10 12:00:00")  # Saturday
    def test_call_is_due_within_working_hours(self):
        def get_deadline(moment):
            now = fields.Datetime.to_datetime(moment)
            with patch.object(self.cr, "now", lambda: now):
                return str(self.lead._get_working_deadline())

        self.assertEqual(get_deadline("2026-01-10 12:00:00"), "2026-01-12")
        self.assertEqual(get_deadline("2026-01-12 03:00:00"), "2026-01-12")
        self.assertEqual(get_deadline("2026-01-12 22:00:00"), "2026-01-13")
        self.company.resource_calendar_id = False
        self.assertEqual(get_deadline("2026-01-10 12:00:00"), "2026-01-10")
