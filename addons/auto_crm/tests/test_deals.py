from datetime import date, timedelta
from unittest.mock import patch

from psycopg2 import IntegrityError

from odoo import Command, fields
from odoo.exceptions import UserError
from odoo.tests import Form, tagged
from odoo.tools import mute_logger

from .common import AutoCrmCommon

BOARD = "auto_crm.auto_crm_lead_view_kanban"
BOARD_AGGREGATES = (
    "amount_deal:sum",
    "company_currency:array_agg_distinct",
    "stage_minutes:max",
    "silent_count:sum",
)
PIPELINE_AGGREGATES = ["expected_revenue:sum", "company_currency:array_agg_distinct"]


class DealCommon(AutoCrmCommon):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.Lead = cls.env["crm.lead"]
        cls.lead = cls._create_deal()
        cls.reason = cls.env.ref("auto_crm.crm_lost_reason_sold")

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

    @classmethod
    def _create_order(cls, **vals):
        return cls.env["sale.order"].create(
            {
                "partner_id": cls.customer.id,
                "vehicle_id": cls.vehicle.id,
                "opportunity_id": cls.lead.id,
                "is_work_order": True,
                "order_line": [
                    Command.create({"product_id": cls.part.id, "product_uom_qty": 1})
                ],
                **vals,
            }
        )


@tagged("post_install", "-at_install")
class TestDeals(DealCommon):
    def test_sum_is_expected_until_there_is_an_order(self):
        self.lead.expected_revenue = 500
        self.assertEqual(self.lead.amount_deal, 500)
        order = self._create_order()
        self.assertEqual(self.lead.amount_deal, order.amount_total)
        self.assertEqual(self.lead.work_order_id, order)
        second = self._create_order()
        self.assertEqual(self.lead.amount_deal, order.amount_total * 2)
        second._action_cancel()
        self.assertEqual(self.lead.amount_deal, order.amount_total)
        self.assertEqual(self.lead.work_order_id, order)
        order._action_cancel()
        self.assertEqual(self.lead.amount_deal, 500)
        self.assertFalse(self.lead.work_order_id)

    def test_sum_is_in_the_currency_of_the_deal(self):
        currency = self.env["res.currency"].create(
            {
                "name": "TST",
                "symbol": "T",
                "rate_ids": [Command.create({"name": "2020-01-01", "rate": 2.0})],
            }
        )
        pricelist = self.env["product.pricelist"].create(
            {"name": "Abroad", "currency_id": currency.id}
        )
        order = self._create_order(pricelist_id=pricelist.id)
        order.order_line.price_unit = 100
        self.assertAlmostEqual(self.lead.amount_deal, 50)

    def test_deal_shows_the_worst_of_its_orders(self):
        merge = self.Lead._merge_payment_statuses
        self.assertEqual(merge({"paid", "overdue"}), "overdue")
        self.assertEqual(merge({"paid", "due"}), "partial")
        self.assertEqual(merge({"due", "none", False}), "due")
        self.assertEqual(merge({"paid", "none"}), "paid")
        self.assertFalse(merge(set()))

    def test_computing_orders_takes_a_constant_number_of_queries(self):
        leads = self.Lead.create(
            [{"name": f"Deal {n}", "type": "opportunity"} for n in range(20)]
        )
        self.env["sale.order"].create(
            [
                {"partner_id": self.customer.id, "opportunity_id": lead.id}
                for lead in leads
            ]
        )
        self.env.flush_all()
        counts = []
        for records in (leads[:2], leads):
            self.env.invalidate_all()
            start = self.cr.sql_log_count
            records._compute_work_order()
            counts.append(self.cr.sql_log_count - start)
        self.assertEqual(counts[0], counts[1])

    def test_car_typed_in_one_line_becomes_the_vehicle(self):
        lead = self._create_deal(
            vehicle_id=False, vehicle_line="О551ТР97 Lada Vesta 2021", name=False
        )
        self.assertTrue(lead.vehicle_id)
        self.assertEqual(lead.vehicle_id.partner_id, self.customer)
        self.assertIn("551", lead.name)
        known = self._create_deal(vehicle_id=False, vehicle_line="а123вс 777")
        self.assertEqual(known.vehicle_id, self.vehicle)

    def test_car_nobody_understands_stays_as_text(self):
        lead = self._create_deal(vehicle_id=False, vehicle_line="some old red one")
        self.assertFalse(lead.vehicle_id)
        self.assertEqual(lead.vehicle_line, "some old red one")
        self.assertEqual(lead.vehicle_name, "some old red one")

    def test_deal_follows_the_name_and_plate_of_its_car(self):
        model = self.vehicle_model
        self.assertEqual(self.lead.vehicle_name, model.display_name)
        model.brand_id.name = "Renamed"
        self.assertEqual(self.lead.vehicle_name, f"Renamed {model.name}")
        model.name = "Too"
        self.assertEqual(self.lead.vehicle_name, "Renamed Too")
        self.vehicle.license_plate = "О551ТР97"
        self.assertEqual(self.lead.license_plate, self.vehicle.license_plate)
        self.vehicle.model_id = False
        self.assertFalse(self.lead.vehicle_name)
        self.vehicle.license_plate = False
        self.assertEqual(self.lead.vehicle_name, self.lead.vehicle_line)

    def test_phone_of_a_customer_fills_in_the_customer_and_his_car(self):
        self.company.country_id = self.env.ref("base.ru")
        form = Form(
            self.Lead.with_user(self.advisor),
            "auto_crm.auto_crm_lead_view_quick_create",
        )
        form.phone = "8 916 123 45 67"
        self.assertEqual(form.partner_id, self.customer)
        self.assertEqual(form.vehicle_id, self.vehicle)
        form.wish = "Squeaks"
        lead = form.save()
        self.assertTrue(lead.name)
        self.assertEqual(lead.type, "opportunity")

    def test_new_estimate_makes_the_customer_and_hands_over_the_car(self):
        lead = self._create_deal(
            partner_id=False,
            vehicle_id=False,
            vehicle_line="О551ТР97 Lada Vesta",
            contact_name="Anna",
            phone="+79037654321",
            wish="Squeaks",
        ).with_user(self.advisor)
        action = lead.action_sale_quotations_new()
        self.assertEqual(lead.partner_id.name, "Anna")
        self.assertEqual(lead.vehicle_id.partner_id, lead.partner_id)
        context = action["context"]
        self.assertTrue(context["default_is_work_order"])
        self.assertEqual(context["default_vehicle_id"], lead.vehicle_id.id)
        self.assertEqual(context["default_wish"], "Squeaks")

    def test_a_deal_opens_its_orders_on_the_screens_of_work_orders(self):
        form = self.env.ref("auto_crm.sale_order_view_form_work_order")
        lead = self.env["crm.lead"].create(
            {"name": "Pads", "type": "opportunity", "partner_id": self.customer.id}
        )
        order = self.env["sale.order"].create(
            {"partner_id": self.customer.id, "opportunity_id": lead.id}
        )
        self.assertIn((form.id, "form"), lead.action_new_quotation()["views"])
        self.assertEqual(
            lead.action_view_sale_quotation()["views"], [(form.id, "form")]
        )
        order.action_confirm()
        self.assertEqual(lead.action_view_sale_order()["views"], [(form.id, "form")])

    def test_new_estimate_of_nobody_asks_for_a_customer(self):
        lead = self._create_deal(partner_id=False, vehicle_id=False)
        with self.assertRaises(UserError):
            lead.action_new_quotation()
        self.assertEqual(
            lead.action_sale_quotations_new()["res_model"], "crm.quotation.partner"
        )

    def test_message_and_finished_activity_end_the_silence(self):
        self.lead.stage_id = self.env.ref("auto_crm.crm_stage_estimate")
        long_ago = fields.Datetime.now() - timedelta(days=30)
        silent = [("id", "=", self.lead.id), ("is_silent", "=", True)]
        self.assertFalse(self.Lead.search(silent))
        self.lead.date_contact = long_ago
        self.assertTrue(self.lead.is_silent)
        self.assertEqual(self.lead.silent_days, 30)
        self.assertTrue(self.Lead.search(silent))
        self.lead.message_post(body="log")  # a log is not a contact
        self.assertTrue(self.lead.is_silent)
        self.lead.message_post(body="Hello", message_type="comment")
        self.assertFalse(self.lead.is_silent)
        self.assertFalse(self.lead.silent_days)
        self.assertFalse(self.Lead.search(silent))
        self.assertTrue(
            self.Lead.search([("id", "=", self.lead.id), ("is_silent", "!=", True)])
        )
        self.lead.date_contact = long_ago
        self.lead.activity_schedule("mail.mail_activity_data_call").action_feedback()
        self.assertFalse(self.lead.is_silent)

    def test_waiting_for_parts_is_not_silence(self):
        self.lead.stage_id = self.env.ref("auto_crm.crm_stage_parts_ordered")
        self.lead.date_contact = fields.Datetime.now() - timedelta(days=30)
        self.assertFalse(self.lead.is_silent)
        self.assertFalse(self.lead.silent_days)

    def test_filters_of_the_board_work(self):
        view = self.env.ref("auto_crm.auto_crm_lead_view_search")
        arch = self.Lead.get_view(view.id, "search")["arch"]
        for name in ("today", "silent", "late_parts", "unpaid", "my", "lost"):
            self.assertIn(f'name="{name}"', arch)
        for text in ("а123вс", "A123BC777", "Petrov"):
            self.assertIn(
                self.lead,
                self.Lead.search(
                    ["|", ("vehicle_id", "ilike", text), ("partner_id", "ilike", text)]
                ),
                text,
            )
        self.assertIn(
            self.lead,
            self.Lead.search([("phone_mobile_search", "ilike", "916 123-45")]),
        )
        self.assertIn(
            self.lead, self.Lead.search([("license_plate", "ilike", "А123ВС")])
        )

    def test_arrivals_of_today_follow_the_users_day(self):
        self.lead.date_booking = fields.Datetime.now()
        domain = [("date_booking", ">=", "today"), ("date_booking", "<", "today +1d")]
        self.assertIn(self.lead, self.Lead.search(domain))
        self.lead.date_booking += timedelta(days=2)
        self.assertNotIn(self.lead, self.Lead.search(domain))

    def test_merged_deals_lose_neither_car_nor_words(self):
        first = self._create_deal(vehicle_id=False, wish="One")
        second = self._create_deal(wish="Two")
        merged = (first + second).merge_opportunity()
        self.assertEqual(merged.vehicle_id, self.vehicle)
        self.assertEqual(set(merged.wish.split("\n")), {"One", "Two"})


@tagged("post_install", "-at_install")
class TestBoard(DealCommon):
    def _read_board(self, view_xmlid=BOARD, aggregates=BOARD_AGGREGATES):
        view = self.env.ref(view_xmlid)
        leads = self.Lead.with_user(self.advisor).with_context(read_group_expand=True)
        names = leads.get_views([(view.id, "kanban")])["models"]["crm.lead"]["fields"]
        many2one = {"fields": {"display_name": {}}}
        specification = {
            name: many2one if leads._fields[name].type == "many2one" else {}
            for name in names
            if name in leads._fields
        }
        self.env.flush_all()
        self.env.invalidate_all()
        start = self.cr.sql_log_count
        result = leads.web_read_group(
            [("type", "=", "opportunity")],
            ["stage_id"],
            list(aggregates),
            auto_unfold=True,
            unfold_read_specification=specification,
            unfold_read_default_limit=200,
        )
        return result["groups"], self.cr.sql_log_count - start

    def _get_group(self, groups, stage):
        return next(group for group in groups if group["stage_id"][0] == stage.id)

    def _fill(self, count):
        partners = self.env["res.partner"].create(
            [{"name": f"Customer {n}", "phone": f"+7903{n:07d}"} for n in range(count)]
        )
        vehicles = self.env["auto.vehicle"].create(
            [
                {"partner_id": partner.id, "model_id": self.vehicle_model.id}
                for partner in partners
            ]
        )
        leads = self.Lead.create(
            [
                {
                    "name": f"Deal {n}",
                    "type": "opportunity",
                    "partner_id": partner.id,
                    "vehicle_id": vehicle.id,
                    "user_id": self.advisor.id,
                }
                for n, (partner, vehicle) in enumerate(
                    zip(partners, vehicles, strict=True)
                )
            ]
        )
        leads._schedule_event_activities("request")
        return leads

    def test_column_tells_count_sum_oldest_age_and_silence(self):
        leads = self._fill(3)
        stage = self.env.ref("auto_crm.crm_stage_estimate")
        leads.stage_id = stage
        leads.expected_revenue = 100
        leads[0].date_last_stage_update = fields.Datetime.now() - timedelta(days=6)
        leads[1].date_contact = fields.Datetime.now() - timedelta(days=6)
        group = self._get_group(self._read_board()[0], stage)
        self.assertEqual(group["__count"], 3)
        self.assertEqual(group["amount_deal:sum"], 300)
        self.assertAlmostEqual(group["stage_minutes:max"], 6 * 24 * 60, delta=2)
        self.assertEqual(group["silent_count:sum"], 1)
        self.assertEqual(leads[0].stage_minutes, 6 * 24 * 60)

    def test_aggregates_are_offered_to_the_client(self):
        info = self.Lead.fields_get(["stage_minutes", "silent_count"], ["aggregator"])
        self.assertEqual(info["stage_minutes"]["aggregator"], "max")
        self.assertEqual(info["silent_count"]["aggregator"], "sum")

    def test_empty_pipeline_shows_the_stages_in_order(self):
        self.Lead.search([]).unlink()
        groups, _count = self._read_board()
        self.assertEqual(
            [group["stage_id"][1] for group in groups][:3],
            ["New request", "Agreement", "Parts ordered"],
        )

    def test_board_takes_a_constant_number_of_queries(self):
        self._fill(10)
        self._read_board()  # warm the caches of the registry
        few = self._read_board()[1]
        self._fill(90)
        groups, many = self._read_board()
        self.assertEqual(sum(len(g.get("__records", ())) for g in groups), 101)
        self.assertEqual(few, many)

    def test_board_takes_no_more_queries_than_the_pipeline_of_crm(self):
        self._fill(10)
        pipeline = ("crm.crm_case_kanban_view_leads", PIPELINE_AGGREGATES)
        self._read_board()  # warm the caches of the registry
        self._read_board(*pipeline)
        self.assertLessEqual(self._read_board()[1], self._read_board(*pipeline)[1])

    def test_car_of_a_card_is_read_together_with_its_deal(self):
        leads = self._fill(10)
        self.env.flush_all()
        self.env.invalidate_all()
        with self.assertQueryCount(1):
            leads.web_read({"name": {}, "license_plate": {}, "vehicle_name": {}})


@tagged("post_install", "-at_install")
class TestLostDeals(DealCommon):
    def test_nobody_leaves_without_a_reason(self):
        with self.assertRaises(UserError):
            self.lead.action_set_lost()
        wizard = self.env["crm.lead.lost"].create({"lead_ids": self.lead.ids})
        with self.assertRaises(UserError):
            wizard.action_lost_reason_apply()
        self.assertTrue(self.lead.active)
        self.Lead.action_set_lost()  # of no deal at all: nothing to refuse

    def test_a_deal_of_another_team_is_lost_as_ever(self):
        team = self.env["crm.team"].create({"name": "Fleet sales"})
        lead = self.Lead.create(
            {"name": "Ten vans", "type": "opportunity", "team_id": team.id}
        )
        wizard = self.env["crm.lead.lost"].create({"lead_ids": lead.ids})
        self.assertFalse(wizard.is_reason_required)
        wizard.action_lost_reason_apply()
        self.assertFalse(lead.active)
        lead.action_unarchive()
        lead.wish = "Brakes of one of them"
        with self.assertRaises(UserError):
            lead.action_set_lost()

    def test_reason_and_day_are_kept(self):
        day = fields.Date.today() + timedelta(days=30)
        wizard = self.env["crm.lead.lost"].with_user(self.advisor)
        form = Form(wizard.with_context(default_lead_ids=self.lead.ids))
        form.lost_reason_id = self.reason
        form.date_come_back = day
        form.save().action_lost_reason_apply()
        self.assertRecordValues(
            self.lead,
            [
                {
                    "won_status": "lost",
                    "lost_reason_id": self.reason.id,
                    "date_come_back": day,
                }
            ],
        )

    def test_day_to_come_back_is_in_the_future(self):
        wizard = self.env["crm.lead.lost"].create(
            {
                "lead_ids": self.lead.ids,
                "lost_reason_id": self.reason.id,
                "date_come_back": fields.Date.today(),
            }
        )
        with self.assertRaises(UserError):
            wizard.action_lost_reason_apply()

    def test_reasons_of_a_car_service_are_there(self):
        names = self.env["crm.lost.reason"].search([]).mapped("name")
        self.assertIn("Too expensive", names)
        self.assertIn("Went to a competitor", names)
        self.assertNotIn("Not enough stock", names)

    def _run_cron(self):
        with self.enter_registry_test_mode():
            self.env.ref("auto_crm.ir_cron_come_back").method_direct_trigger()

    def _lose(self, lead, day):
        lead.action_set_lost(lost_reason_id=self.reason.id)
        lead.date_come_back = day

    def test_lost_customer_comes_back_once(self):
        self.lead.wish = "Next spring"
        self._lose(self.lead, fields.Date.today())
        self._run_cron()
        self._run_cron()
        lead = self.lead.come_back_ids
        self.assertEqual(len(lead), 1)
        self.assertRecordValues(
            lead,
            [
                {
                    "name": "Brakes",
                    "partner_id": self.customer.id,
                    "vehicle_id": self.vehicle.id,
                    "user_id": self.advisor.id,
                    "wish": "Next spring",
                    "won_status": "pending",
                    "stage_id": self.env.ref("auto_crm.crm_stage_request").id,
                }
            ],
        )
        activity = lead.activity_ids
        self.assertEqual(
            activity.activity_type_id, self.env.ref("mail.mail_activity_data_call")
        )
        self.assertEqual(activity.user_id, self.advisor)
        self.assertIn(self.reason.name, lead.message_ids[0].body)
        self.assertFalse(self.lead.active)

    def test_the_database_refuses_a_second_return(self):
        self._create_deal(come_back_from_id=self.lead.id)
        with (
            mute_logger("odoo.sql_db"),
            self.assertRaises(IntegrityError),
            self.cr.savepoint(),
        ):
            self._create_deal(come_back_from_id=self.lead.id)

    def test_not_yet_restored_and_never_lost_deals_do_not_come_back(self):
        later, restored, open_deal = (self._create_deal() for _n in range(3))
        self._lose(later, fields.Date.today() + timedelta(days=1))
        self._lose(restored, fields.Date.today())
        restored.action_restore()
        open_deal.date_come_back = fields.Date.today()
        self._run_cron()
        self.assertFalse((later + restored + open_deal).come_back_ids)

    def test_customer_of_somebody_who_left_comes_back_to_somebody(self):
        self._lose(self.lead, fields.Date.today())
        self.advisor.active = False
        self._run_cron()
        self.assertTrue(self.lead.come_back_ids.activity_ids.user_id.active)

    def test_one_bad_deal_does_not_stop_the_others(self):
        bad, good = self._create_deal(), self._create_deal()
        self._lose(bad + good, fields.Date.today())
        come_back = self.env.registry["crm.lead"]._come_back

        def fail_for_one(lead):
            if lead.id == bad.id:
                raise ValueError
            return come_back(lead)

        with (
            patch.object(self.env.registry["crm.lead"], "_come_back", fail_for_one),
            mute_logger("odoo.addons.auto_crm.models.crm_lead_event"),
        ):
            self._run_cron()
        self.assertTrue(good.come_back_ids)
        self.assertFalse(bad.come_back_ids)


@tagged("post_install", "-at_install")
class TestDealSettings(DealCommon):
    def test_settings_belong_to_the_company(self):
        self.env["res.config.settings"].create({"auto_silent_days": 5}).execute()
        self.assertEqual(self.company.auto_silent_days, 5)
        other = self.env["res.company"].create({"name": "Second shop"})
        self.assertEqual(other.auto_silent_days, 3)

    def test_tasks_of_all_documents_are_one_list(self):
        action = self.env["ir.actions.act_window"]._for_xml_id(
            "auto_crm.auto_crm_activity_action"
        )
        self.assertEqual(action["res_model"], "mail.activity")
        self.lead._schedule_event_activities("request")
        activity = self.lead.activity_ids
        opened = activity.with_user(self.advisor).action_open_document()
        self.assertEqual(opened["res_model"], "crm.lead")

    def test_tasks_name_the_car_of_any_document(self):
        order = self.env["sale.order"].create(
            {"partner_id": self.customer.id, "vehicle_id": self.vehicle.id}
        )
        lead = self._create_deal(vehicle_id=self.vehicle.id)
        for record in (lead, order, self.vehicle, self.customer):
            record.activity_schedule(
                "mail.mail_activity_data_todo", user_id=self.advisor.id
            )
        tasks = self.env["mail.activity"].with_user(self.advisor)
        for record in (lead, order, self.vehicle):
            self.assertEqual(
                tasks.browse(record.activity_ids[-1:].id).vehicle_id, self.vehicle
            )
        self.assertFalse(tasks.browse(self.customer.activity_ids.id).vehicle_id)

    def test_tasks_of_the_team_are_found(self):
        team = self.env["crm.team"].create(
            {"name": "Team", "member_ids": (self.advisor + self.manager).ids}
        )
        lead = self._create_deal(team_id=team.id)
        lead._schedule_event_activities("request")
        domain = [("user_id.crm_team_ids.member_ids", "in", self.manager.ids)]
        activities = self.env["mail.activity"].with_user(self.manager).search(domain)
        self.assertEqual(activities, lead.activity_ids)

    def test_deadline_respects_the_zone_of_the_shop(self):
        self.company.resource_calendar_id.tz = "Asia/Vladivostok"
        now = fields.Datetime.to_datetime("2026-01-11 22:00:00")  # Monday there
        with patch.object(self.cr, "now", lambda: now):
            self.assertEqual(self.lead._get_working_deadline(), date(2026, 1, 12))

    def test_deadline_respects_holidays_and_hours_of_the_shop_of_the_deal(self):
        """It asks what all ask, `_get_works`: of the deal's company."""
        now = fields.Datetime.to_datetime("2026-01-11 12:00:00")  # a Sunday
        self.env["resource.calendar.leaves"].create(
            {
                "name": "Christmas",
                "company_id": self.company.id,
                "calendar_id": self.company.resource_calendar_id.id,
                "date_from": "2026-01-11 20:00:00",
                "date_to": "2026-01-12 22:00:00",
            }
        )
        other = self.env["res.company"].create({"name": "Open on Mondays"})
        deal = self._create_deal(company_id=other.id, team_id=False, user_id=False)
        with patch.object(self.cr, "now", lambda: now):
            self.assertEqual(self.lead._get_working_deadline(), date(2026, 1, 13))
            self.assertEqual(self.lead._get_working_deadline(2), date(2026, 1, 15))
            self.assertEqual(deal._get_working_deadline(), date(2026, 1, 12))
