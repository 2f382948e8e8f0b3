from collections import defaultdict

from odoo import Command, fields
from odoo.exceptions import AccessError
from odoo.tests import freeze_time, new_test_user, tagged

from .common import AutoLoyaltyCommon

MEASURES = (
    "points_given",
    "points_spent",
    "points_expired",
    "points_other",
    "cost_given",
    "cost_spent",
    "order_count",
    "revenue",
    "returning_count",
)


class AutoBonusReportCommon(AutoLoyaltyCommon):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.program.bonus_value = 0.5
        cls.friend = cls.env["res.partner"].create({"name": "Friend"})

    def _tick(self, moment):
        frozen = freeze_time(moment)
        frozen.start()
        self.addCleanup(frozen.stop)

    def _read(self, model, groupby, measures):
        self.env.flush_all()
        return {
            row[: len(groupby)]: row[len(groupby) :]
            for row in self.env[model]._read_group(
                [("company_id", "=", self.company.id)],
                groupby,
                [f"{name}:sum" for name in measures],
            )
        }


@tagged("post_install", "-at_install")
class TestLiability(AutoBonusReportCommon):
    def _get_oracle(self, now):
        """Reckon by walking over the ledger."""
        figures = defaultdict(float)
        for lot in self.env["auto.bonus.entry"].search(
            [("program_id", "=", self.program.id), ("lot_id", "=", False)]
        ):
            left = lot.points + sum(lot.taken_ids.mapped("points"))
            if not left:
                continue
            if left < 0:
                state = "debt"
            elif lot.date_expire and lot.date_expire <= now:
                state = "expired"
            elif lot.date_usable and lot.date_usable > now:
                state = "pending"
            else:
                state = "usable"
            month = lot.date_expire and lot.date_expire.strftime("%Y-%m")
            figures[state, month] += left
        return dict(figures)

    def test_points_and_their_value_by_month_of_expiry(self):
        self._tick("2026-03-10 12:00:00")
        card = self._give(100.0)  # until 11 March 2027
        self._give(40.0, date_expire=fields.Datetime.to_datetime("2026-04-30 12:00:00"))
        self._give(30.0, date_expire=False)
        self._give(20.0, date_usable=fields.Datetime.to_datetime("2026-03-20 12:00:00"))
        self._give(9.0, date_expire=fields.Datetime.to_datetime("2026-03-10 11:00:00"))
        card._spend_bonus(15.0, kind="spent")
        other = self.cards._find_bonus_card(self.program, self.friend)
        other._take_bonus(12.0, kind="correction")
        rows = self._read(
            "auto.bonus.liability", ["state", "date_expire:month"], ["points", "amount"]
        )
        figures = {
            (state, month and month.strftime("%Y-%m")): points
            for (state, month), (points, _amount) in rows.items()
        }
        self.assertEqual(figures, self._get_oracle(fields.Datetime.now()))
        self.assertEqual(
            figures,
            {
                ("usable", "2027-03"): 100.0,
                ("usable", "2026-04"): 25.0,
                ("usable", False): 30.0,
                ("pending", "2027-03"): 20.0,
                ("expired", "2026-03"): 9.0,
                ("debt", False): -12.0,
            },
        )
        for points, amount in rows.values():
            self.assertAlmostEqual(amount, points * 0.5)
        terms = self._read("auto.bonus.liability", ["term"], ["points"])
        self.assertEqual(terms, {("dated",): (154.0,), ("never",): (18.0,)})

    def test_it_sums_up_to_the_balances_of_all_cards(self):
        card = self._give(100.0)
        card._take_bonus(130.0, kind="correction")
        self._give(70.0, self.friend)
        points = self._read("auto.bonus.liability", ["program_id"], ["points"])
        cards = self.cards.search([("program_id", "=", self.program.id)])
        self.assertEqual(points[self.program,], (sum(cards.mapped("points")),))

    def test_by_tier(self):
        self.program.bonus_tier_ids = [
            Command.create({"name": "Gold", "amount": 0.0, "multiplier": 1.5})
        ]
        card = self._give(100.0)
        card._update_bonus_tier()
        points = self._read("auto.bonus.liability", ["tier_id"], ["points"])
        self.assertEqual(points[self.program.bonus_tier_ids,], (100.0,))


@tagged("post_install", "-at_install")
class TestResult(AutoBonusReportCommon):
    def _get_oracle(self):
        """Reckon by walking over the ledger, orders and invoices, by (month, use)."""
        figures = defaultdict(lambda: defaultdict(float))
        given = ("earned", "first_visit", "friend", "invited", "birthday")
        for row in self.env["auto.bonus.entry"].search(
            [("program_id", "=", self.program.id)]
        ):
            names = {"spent": "points_spent", "expired": "points_expired"}
            name = "points_given" if row.kind in given else "points_other"
            name = names.get(row.kind, name)
            sign = -1 if row.kind in names else 1
            month = figures[row.date.strftime("%Y-%m"), "entries"]
            month[name] += sign * row.points
            if row.kind in given:
                month["cost_given"] += 0.5 * row.points
            if row.kind == "spent":
                month["cost_spent"] -= 0.5 * row.points
        seen = set()
        orders = self.env["sale.order"].search(
            [
                ("is_work_order", "=", True),
                ("date_released", "!=", False),
                ("company_id", "=", self.company.id),
            ],
            order="date_released",
        )
        for order in orders:
            used = order.order_line.coupon_id.filtered("is_bonus")
            month = figures[
                order.date_released.strftime("%Y-%m"), "bonuses" if used else "money"
            ]
            month["order_count"] += 1
            month["returning_count"] += order.partner_id in seen
            seen.add(order.partner_id)
            moves = order.invoice_ids | order.invoice_ids.reversal_move_ids
            for move in moves.filtered(lambda move: move.state == "posted"):
                month["revenue"] += move.amount_untaxed_signed
        return {
            key: {name: round(values[name], 2) for name in MEASURES}
            for key, values in figures.items()
        }

    def _get_report(self):
        rows = self._read("auto.bonus.result", ["date:month", "paid_with"], MEASURES)
        return {
            (month.strftime("%Y-%m"), use): {
                name: round(value or 0.0, 2)
                for name, value in zip(MEASURES, values, strict=True)
            }
            for (month, use), values in rows.items()
        }

    def _live_through_months(self):
        """Visits of two customers, with bonuses and without, refunds and an expiry."""
        self._tick("2026-01-12 09:00:00")
        self._visit((self.labour, 2))  # earns 300: 5 % of 3000 at half a unit
        self._visit((self.labour, 1), partner_id=self.friend.id)
        self._tick("2026-02-12 09:00:00")
        order = self._create_order((self.labour, 2))
        order._set_bonus_points(200.0)
        order.action_confirm()
        self._hand_over(order)
        self._tick("2026-03-12 09:00:00")
        self._visit((self.labour, 1), (self.part, 1))
        typed = self._credit(order.invoice_ids)
        typed.action_post()
        self.run_events()
        self._give(10.0, self.friend, date_expire=fields.Datetime.now())
        self._get_card(self.friend)._expire_bonus()
        return order

    def test_figures_of_months_are_those_of_documents(self):
        self._live_through_months()
        report = self._get_report()
        self.assertEqual(report, self._get_oracle())
        self.assertEqual(report["2026-01", "money"]["order_count"], 2)
        self.assertEqual(report["2026-01", "money"]["returning_count"], 0)
        self.assertEqual(report["2026-02", "bonuses"]["returning_count"], 1)
        self.assertEqual(report["2026-02", "entries"]["points_spent"], 200.0)
        self.assertEqual(report["2026-02", "entries"]["cost_spent"], 100.0)
        self.assertEqual(report["2026-03", "entries"]["points_expired"], 10.0)

    def test_revenue_is_net_of_bonuses_and_nothing_is_taken_off_twice(self):
        self._give(1000.0)
        order = self._create_order((self.labour, 2))
        order._set_bonus_points(400.0)
        order.action_confirm()
        self._hand_over(order)
        (row,) = [
            values
            for (_m, use), values in self._get_report().items()
            if use == "bonuses"
        ]
        self.assertEqual(row["revenue"], 2800.0)
        self.assertEqual(row["revenue"], order.invoice_ids.amount_untaxed)

    def test_lines_typed_into_a_credit_note_are_taken_off(self):
        order = self._visit((self.labour, 2))
        refund = self._credit(order.invoice_ids)
        refund.invoice_line_ids = [
            Command.clear(),
            Command.create(
                {"name": "Apology", "price_unit": 700.0, "tax_ids": [Command.clear()]}
            ),
        ]
        refund.action_post()
        self.run_events()
        (row,) = [
            values for (_m, use), values in self._get_report().items() if use == "money"
        ]
        self.assertEqual(row["revenue"], 2300.0)

    def test_a_returning_customer_counts_once(self):
        for _visit in range(3):
            self._visit((self.labour, 1))
        self.env.flush_all()
        (row,) = self.env["auto.bonus.result"]._read_group(
            [("order_id.partner_id", "=", self.customer.id)],
            [],
            ["returning_count:sum", "returning_partner:count_distinct"],
        )
        self.assertEqual(row, (2, 1))

    def test_balances_follow_from_the_figures(self):
        self._live_through_months()
        given, spent, expired, other = self.env["auto.bonus.result"]._read_group(
            [("program_id", "=", self.program.id)],
            [],
            [f"{name}:sum" for name in MEASURES[:4]],
        )[0]
        cards = self.cards.search([("program_id", "=", self.program.id)])
        self.assertAlmostEqual(
            given - (spent or 0) - (expired or 0) + (other or 0),
            sum(cards.mapped("points")),
        )


@tagged("post_install", "-at_install")
class TestReportAccess(AutoBonusReportCommon):
    def test_managers_and_accountants_read_them_others_do_not(self):
        self._give(100.0)
        for login, group, is_allowed in (
            ("boss", "auto_crm.auto_crm_group_manager", True),
            ("books", "account.group_account_readonly", True),
            ("bills", "account.group_account_invoice", False),
            ("desk", "auto_crm.auto_crm_group_advisor", False),
            ("hands", "auto_crm.auto_crm_group_mechanic", False),
        ):
            user = new_test_user(
                self.env,
                login,
                f"base.group_user,{group}",
                company_id=self.company.id,
                company_ids=[Command.set(self.company.ids)],
            )
            for model in ("auto.bonus.liability", "auto.bonus.result"):
                report = self.env[model].with_user(user)
                with self.subTest(user=login, model=model):
                    if is_allowed:
                        self.assertTrue(report.search_read([], limit=5))
                    else:
                        with self.assertRaises(AccessError):
                            report.search([])

    def test_another_company_sees_nothing_of_it(self):
        self._give(100.0)
        other = self.env["res.company"].create({"name": "Elsewhere"})
        user = new_test_user(
            self.env,
            "elsewhere",
            "base.group_user,auto_crm.auto_crm_group_manager",
            company_id=other.id,
            company_ids=[Command.set(other.ids)],
        )
        for model in ("auto.bonus.liability", "auto.bonus.result"):
            self.assertFalse(self.env[model].with_user(user).search([]))

    def test_lists_need_as_many_queries_for_a_few_rows_as_for_many(self):
        def read(count):
            partners = self.env["res.partner"].create(
                [{"name": f"Holder {number}"} for number in range(count)]
            )
            for partner in partners:
                self._give(5.0, partner)
            self.env.flush_all()
            counts = []
            for model in ("auto.bonus.liability", "auto.bonus.result"):
                self.env.invalidate_all()
                before = self.cr.sql_log_count
                self.env[model].search_read(
                    [("partner_id", "in", partners.ids)], ["partner_id", "program_id"]
                )
                counts.append(self.cr.sql_log_count - before)
            return counts

        read(1)  # what is read once for all
        self.assertEqual(read(2), read(20))
