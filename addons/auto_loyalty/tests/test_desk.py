from odoo.exceptions import UserError
from odoo.tests import Form, tagged

from .common import AutoLoyaltyCommon

VIEW = "auto_crm.sale_order_view_form_work_order"


@tagged("post_install", "-at_install")
class TestDesk(AutoLoyaltyCommon):
    """What an advisor sees and does with bonuses in a work order."""

    def _open_wizard(self, order, user=None):
        action = order.with_user(user or self.advisor).action_open_bonus_pay()
        return Form(
            self.env[action["res_model"]]
            .with_user(user or self.advisor)
            .with_context(**action["context"])
        )

    def _pay_with(self, order, points):
        form = self._open_wizard(order)
        form.points = points
        form.save().action_pay()

    def test_the_order_says_how_many_bonuses_pay_for_it(self):
        self._give(1240.0)
        order = self._create_order((self.labour, 2))
        seen = order.with_user(self.advisor)
        self.assertTrue(seen.is_bonus_offered)
        self.assertEqual(seen.bonus_offer, "1,240, pay up to 600")
        self.assertEqual(seen.bonus_forecast, "150")

    def test_nothing_is_said_without_a_programme(self):
        self.program.active = False
        order = self._create_order((self.labour, 2))
        self.assertFalse(order.is_bonus_offered)
        self.assertFalse(order.bonus_offer)
        self.assertFalse(order.bonus_forecast)

    def test_nothing_is_said_to_a_company_where_persons_only_have_cards(self):
        self.customer.is_company = True
        order = self._create_order((self.labour, 2))
        self.assertFalse(order.is_bonus_offered)

    def test_a_stock_order_knows_no_bonuses(self):
        order = self.env["sale.order"].create({"partner_id": self.customer.id})
        self.assertFalse(order.is_work_order)
        self.assertFalse(order.is_bonus_offered)

    def test_an_advisor_pays_with_bonuses_and_takes_them_off(self):
        self._give(1000.0)
        order = self._create_order((self.labour, 2))
        form = self._open_wizard(order)
        self.assertEqual(form.points, 600.0)
        form.points = 412.0
        form.save().action_pay()
        self.assertEqual(order.amount_total, 3000.0 - 412.0)
        self.assertEqual(order.bonus_spent, 412.0)
        self.assertEqual(self._open_wizard(order).points, 412.0)
        self._open_wizard(order).save().action_pay_without()
        self.assertEqual(order.amount_total, 3000.0)
        self.assertFalse(order.bonus_spent)

    def test_the_wizard_says_why_nothing_can_be_paid(self):
        order = self._create_order((self.labour, 2))
        self.assertEqual(
            self._open_wizard(order).hindrance, "The customer has no bonuses yet."
        )
        self._give(1000.0)
        self.program.bonus_min_balance = 5000.0
        self.assertIn("balance", self._open_wizard(order).hindrance)

    def test_more_than_the_limit_is_refused_in_words(self):
        self._give(1000.0)
        order = self._create_order((self.labour, 2))
        with self.assertRaisesRegex(UserError, "600"):
            self._pay_with(order, 601.0)

    def test_sums_of_works_parts_and_bonuses_make_the_total(self):
        self._give(1000.0)
        order = self._create_order((self.labour, 2), (self.part, 1))
        self._pay_with(order, 600.0)
        self.assertRecordValues(
            order,
            [
                {
                    "amount_labour": 3000.0,
                    "amount_parts": 3000.0,
                    "amount_other": 0.0,
                    "amount_bonus": -600.0,
                    "amount_reward": 0.0,
                    "amount_total": 5400.0,
                }
            ],
        )

    def test_papers_tell_bonuses_under_the_sums(self):
        self._give(1000.0)
        order = self._create_order((self.labour, 2), (self.part, 1))
        self._pay_with(order, 600.0)
        order.action_confirm()
        values = self.env["auto.document"].with_user(self.accountant)._get_values(order)
        self.assertEqual(len(values["works"]), 1)
        self.assertEqual(len(values["parts"]), 1)
        sums = [(row["label"], row["amount"]) for row in values["totals"]]
        self.assertEqual(
            sums,
            [
                ("Works", "3,000.00"),
                ("Parts and materials", "3,000.00"),
                ("Bonuses", "-600.00"),
                ("Total", "5,400.00"),
            ],
        )

    def test_the_portal_tells_bonuses_last_and_apart(self):
        self._give(1000.0)
        order = self._create_order((self.labour, 2), (self.part, 1))
        self._pay_with(order, 600.0)
        lines = order._get_portal_lines()
        self.assertTrue(lines[-1]._is_bonus_payment())
        headings = order._get_portal_headings(lines)
        self.assertEqual(
            list(headings.values()), ["Works", "Parts", "Bonuses and promotions"]
        )

    def test_a_line_of_bonuses_is_no_work(self):
        self._give(1000.0)
        order = self._create_order((self.labour, 2))
        self._pay_with(order, 600.0)
        line = order.order_line.filtered("reward_id")
        line.product_id.service_tracking = "auto_job"
        line._compute_line_kind()
        self.assertEqual(line.line_kind, "other")
        order.action_confirm()
        self.assertEqual(order.job_count, 1)
        self.assertFalse(line.job_ids)
        self.assertFalse(line.norm_hours)
        self.assertEqual(order.norm_hours, 3.0)
        self.assertEqual(order.parts_state, "none")
        self.assertNotIn("bonus", (order._get_works_text() or "").lower())

    def test_what_pays_is_told_in_each_language(self):
        reward = self.program.reward_ids
        self.assertEqual(reward.description, "Paid with bonuses")
        self.env["res.lang"]._activate_lang("ru_RU")
        self.program._translate_bonus_texts()
        self.assertEqual(
            reward.with_context(lang="ru_RU").description, "Оплачено бонусами"
        )
        self.assertEqual(
            self.program.with_context(lang="ru_RU").portal_point_name, "бонусы"
        )
        self.assertEqual(reward.description, "Paid with bonuses")

    def test_a_rework_copies_no_bonuses(self):
        self._give(1000.0)
        order = self._create_order((self.labour, 2))
        self._pay_with(order, 600.0)
        order.action_confirm()
        self._hand_over(order)
        rework = self.env["sale.order"].browse(order.action_create_rework()["res_id"])
        self.assertFalse(rework.order_line.filtered("reward_id"))
        self.assertFalse(rework.bonus_points)

    # ------------------------------------------------------------------
    # Consent and payment control
    # ------------------------------------------------------------------

    def _sign(self, order):
        order._record_consent("signature", signature=self.signature)
        order.action_confirm()

    @property
    def signature(self):
        return (
            "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAQAAAC1HAwCA"
            "AAAC0lEQVR42mNk+A8AAQUBAScY42YAAAAASUVORK5CYII="
        )

    def test_bonuses_are_no_extra_work_and_the_signature_stands(self):
        self._give(1000.0)
        order = self._create_order((self.labour, 2))
        self._sign(order)
        self.assertEqual(order.consent_state, "agreed")
        self.assertTrue(order._get_standing_signature())
        self._pay_with(order, 600.0)
        self.assertEqual(order.amount_total, 2400.0)
        self.assertEqual(order.consent_state, "agreed")
        self.assertEqual(order.amount_agreed, 3000.0)
        self.assertTrue(order._get_standing_signature())

    def test_bonuses_taken_off_again_are_no_extra_work(self):
        self._give(1000.0)
        order = self._create_order((self.labour, 2))
        self._pay_with(order, 600.0)
        self._sign(order)
        self.assertEqual(order.amount_agreed, 3000.0)
        self._pay_with(order, 0.0)
        self.assertEqual(order.amount_total, 3000.0)
        self.assertEqual(order.consent_state, "agreed")
        self.assertTrue(order._get_standing_signature())

    def test_more_work_is_agreed_at_its_price_without_bonuses(self):
        self._give(1000.0)
        order = self._create_order((self.labour, 2))
        self._sign(order)
        self._pay_with(order, 600.0)
        order.order_line.filtered(lambda line: not line.reward_id).product_uom_qty = 3
        self.assertEqual(order.consent_state, "extra")
        self.assertEqual(order.amount_extra, 1500.0)

    def test_an_advisor_releases_what_is_paid_with_bonuses_and_money(self):
        self._give(1000.0)
        order = self._create_agreed((self.labour, 2))
        self._pay_with(order, 300.0)
        self._pay_with(order, 600.0)
        order.action_receive()
        order.job_ids.action_done()
        self._pay(self._invoice(order))
        self.assertFalse(order._get_amount_waived())
        order.with_user(self.advisor).action_release()
        self.assertTrue(order.date_released)
        self.assertEqual(order.payment_status, "paid")

    def test_nobody_types_a_line_of_bonuses_in(self):
        self._give(1000.0)
        order = self._create_order((self.labour, 2))
        self._pay_with(order, 600.0)
        line = order.order_line.filtered("reward_id").with_user(self.advisor)
        for vals in ({"price_unit": -2000.0}, {"points_cost": 1.0}):
            with self.assertRaises(UserError), self.cr.savepoint():
                line.write(vals)
        copied = {
            "order_id": order.id,
            "product_id": line.product_id.id,
            "name": "More bonuses",
            "coupon_id": line.sudo().coupon_id.id,
            "reward_id": line.sudo().reward_id.id,
            "price_unit": -500.0,
        }
        with self.assertRaises(UserError), self.cr.savepoint():
            line.create([copied])

    # ------------------------------------------------------------------
    # Who sees it
    # ------------------------------------------------------------------

    def _read_form(self, order, user):
        """Read all that the form of a work order shows, as the web client does."""
        orders = order.with_user(user)
        view = orders.get_views([(self.env.ref(VIEW).id, "form")])
        fields = view["models"]["sale.order"]["fields"]
        orders.invalidate_recordset()
        return orders.read(list(fields))[0]

    def test_the_form_opens_for_all_who_open_orders(self):
        self._give(1000.0)
        order = self._create_order((self.labour, 2))
        self._pay_with(order, 600.0)
        order.action_confirm()
        for user in (self.advisor, self.manager, self.accountant):
            with self.subTest(user=user.login):
                values = self._read_form(order, user)
                self.assertEqual(values["bonus_spent"], 600.0)
                order.order_line.with_user(user).read(
                    ["is_reward_line", "line_kind", "price_total", "reward_id"]
                )

    def test_a_new_order_opens_with_a_programme(self):
        form = Form(
            self.env["sale.order"]
            .with_user(self.advisor)
            .with_context(default_is_work_order=True),
            view=VIEW,
        )
        form.partner_id = self.customer
        form.vehicle_id = self.vehicle
        self.assertTrue(form.save().is_bonus_offered)
