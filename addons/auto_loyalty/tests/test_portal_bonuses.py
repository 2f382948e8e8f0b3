from datetime import timedelta

from odoo import Command, fields
from odoo.tests import tagged

from .portal_common import AutoBonusPortalCommon

PAGE = "/my/bonuses"


@tagged("post_install", "-at_install")
class TestPortalBonuses(AutoBonusPortalCommon):
    """What a customer sees of his bonuses, and of nobody else's."""

    def test_balance_pending_and_expiry(self):
        day = self._in_days(30)
        self.card._add_bonus(41.0, "birthday", date_usable=self._in_days(1))
        self.login(self.portal_user)
        page = self.get_page(PAGE)
        self.assertEqual(self.texts(page, "usable"), ["1000"])
        self.assertEqual(self.texts(page, "points"), ["1041"])
        [pending] = self.texts(page, "pending")
        self.assertIn("usable from", pending)
        self.assertTrue(pending.endswith("+41"))
        expiring = self.texts(page, "expiring")
        local = fields.Datetime.context_timestamp(
            self.env.user.with_context(tz=self.company._get_tz()), day
        )
        self.assertTrue(expiring[0].startswith(f"expire on {local.day} "), expiring)
        self.assertTrue(expiring[0].endswith(" 1000"))

    def test_tier_and_what_is_left_until_the_next(self):
        self.program.bonus_tier_ids = [
            Command.create({"name": "Silver", "amount": 1000.0}),
            Command.create({"name": "Gold", "amount": 15_300.0, "multiplier": 2.0}),
        ]
        self._visit((self.labour, 2))
        self.login(self.portal_user)
        [tier] = self.texts(self.get_page(PAGE), "tier")
        self.assertIn("Silver", tier)
        self.assertIn("12,300.00", tier)
        self.assertIn("until Gold", tier)

    def test_history_has_causes_and_links_of_own_orders(self):
        order = self._create_order((self.labour, 2))
        order._set_bonus_points(600.0)
        order.action_confirm()
        self._hand_over(order)
        self.login(self.portal_user)
        page = self.get_page(PAGE)
        entries = self.texts(page, "entry")
        self.assertEqual(len(entries), 3)
        self.assertTrue(entries[0].startswith("Earned with an order"))
        self.assertTrue(entries[0].endswith("+120"))
        self.assertTrue(entries[1].startswith("Paid with bonuses"))
        self.assertTrue(entries[1].endswith("−600"))
        self.assertTrue(entries[2].startswith("Starting balance"))
        links = page.xpath("//*[@name='entry']//a/@href")
        self.assertEqual(set(links), {f"/my/orders/{order.id}"})

    def test_spent_from_several_lots_is_one_row(self):
        self._give(50.0, date_expire=self._in_days(5))
        order = self._create_order((self.labour, 2))
        order._set_bonus_points(600.0)
        order.action_confirm()
        self.assertEqual(len(self.card.bonus_entry_ids), 4)
        rows = self.card._get_bonus_history()
        self.assertEqual([row["points"] for row in rows], [-600.0, 50.0, 1000.0])

    def test_history_is_paged(self):
        for _number in range(25):
            self.card._append_bonus([{"kind": "birthday", "points": 1.0}])
        self.card.bonus_entry_ids.invalidate_recordset()
        # one cause of each moment: what happens at once is one row
        self._spread()
        self.login(self.portal_user)
        first = self.texts(self.get_page(PAGE), "entry")
        second = self.texts(
            self.get_page(f"{PAGE}/page/2?card={self.card.id}"), "entry"
        )
        self.assertEqual((len(first), len(second)), (20, 6))

    def _spread(self):
        self.env.cr.execute(
            "UPDATE auto_bonus_entry SET date = date + id * INTERVAL '1 minute'"
            " WHERE card_id = %s",
            [self.card.id],
        )
        self.env.invalidate_all()

    def test_another_customer_s_card_is_not_found_by_its_id(self):
        self.login(self.portal_user)
        for url in (PAGE, f"{PAGE}/card"):
            for number in (self.stranger_card.id, 0, "x", f"{self.card.id} "):
                status = self.url_open(f"{url}?card={number}").status_code
                self.assertEqual(status, 404, (url, number))
        page = self.url_open(PAGE).text
        self.assertNotIn("77", self.texts(self.get_page(PAGE), "usable"))
        self.assertNotIn(self.stranger_card.code, page)

    def test_who_has_no_card_is_told_how_to_get_bonuses(self):
        newcomer = self.env["res.partner"].create({"name": "New", "email": "n@x.com"})
        self.login(self._create_portal_user("bonus_new", newcomer))
        self.assertTrue(self.texts(self.get_page(PAGE), "no_card"))
        self.assertEqual(self.url_open(f"{PAGE}/card").status_code, 404)

    def test_a_shared_card_is_both_s_and_shows_no_link_to_the_other_s_order(self):
        order = self._visit((self.labour, 2))
        self.card.member_ids = self.stranger
        self.stranger_card.action_archive()
        self.login(self.stranger_user)
        page = self.get_page(PAGE)
        self.assertEqual(self.texts(page, "usable"), ["1000"])
        self.assertIn(order.name, self.texts(page, "history")[0])
        self.assertFalse(page.xpath("//*[@name='entry']//a"))

    def test_the_company_s_card_is_shown_to_its_people(self):
        self.program.bonus_holder = "company"
        firm = self.env["res.partner"].create({"name": "Firm", "is_company": True})
        driver = self.env["res.partner"].create(
            {"name": "Driver", "parent_id": firm.id}
        )
        self._give(55.0, firm)
        self.login(self._create_portal_user("bonus_driver", driver))
        self.assertEqual(self.texts(self.get_page(PAGE), "usable"), ["55"])

    def test_the_garage_links_to_the_page(self):
        self.login(self.portal_user)
        page = self.get_page("/my")
        [link] = page.xpath("//a[@name='bonuses']")
        self.assertEqual(link.get("href"), f"{PAGE}?card={self.card.id}")
        self.assertIn("1000", link.text_content())

    def test_odoo_s_pages_of_cards_leave_bonuses_out(self):
        self.login(self.portal_user)
        page = self.get_page("/my")
        self.assertFalse(page.xpath("//*[hasclass('o_loyalty_card')]"))
        response = self.url_open(
            f"/my/loyalty_card/{self.card.id}/history", allow_redirects=False
        )
        self.assertTrue(response.headers["Location"].endswith(PAGE))
        values = self.make_jsonrpc_request(
            f"/my/loyalty_card/{self.card.id}/values", {}
        )
        self.assertEqual(values, {})

    def test_the_wallet_card_has_the_code_that_the_desk_scans(self):
        self.login(self.portal_user)
        page = self.get_page(f"{PAGE}/card")
        self.assertEqual(self.texts(page, "code"), [self.card.code])
        pictures = page.xpath("//*[@name='codes']//img/@src")
        self.assertEqual(len(pictures), 2)
        for picture in pictures:
            self.assertTrue(picture.startswith("data:image/png;base64,"))

    def test_as_many_queries_for_any_number_of_rows(self):
        counts = []
        for number in (0, 1, 30, 100):  # the first warms up
            self.card._append_bonus(
                [
                    {
                        "kind": "birthday",
                        "points": 1.0,
                        "date": fields.Datetime.now() - timedelta(days=index),
                    }
                    for index in range(number)
                ]
            )
            counts.append([self._count(step) for step in self._get_steps()])
        self.assertEqual(counts[2], counts[1])
        self.assertEqual(counts[3], counts[1])

    def _get_steps(self):
        card = self.card
        return [
            lambda: card._search_bonus_cards_of(self.customer),
            lambda: [row["order"].name for row in card._get_bonus_history(limit=20)],
            card._get_bonus_pending_rows,
            card._get_bonus_expiry_rows,
            card._get_bonus_progress,
            lambda: card.bonus_usable,
        ]

    def _count(self, step):
        self.env.flush_all()
        self.env.invalidate_all()
        before = self.cr.sql_log_count
        step()
        return self.cr.sql_log_count - before
