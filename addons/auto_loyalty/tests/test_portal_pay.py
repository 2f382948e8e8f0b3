from odoo import Command
from odoo.tests import tagged

from .portal_common import AutoBonusPortalCommon


@tagged("post_install", "-at_install")
class TestPortalPay(AutoBonusPortalCommon):
    """A customer pays an order with bonuses, on its page."""

    def setUp(self):
        super().setUp()
        self.order = self._send(self._create_order((self.labour, 2)))  # 3,000
        self.url = f"/my/orders/{self.order.id}"
        self.token = f"access_token={self.order.access_token}"

    def _points(self):
        return self.order.bonus_spent

    def _count_messages(self):
        return self.env["auto.notify.message"].search_count(
            [("key", "=like", "code:auto.bonus.code:%")]
        )

    # ------------------------------------------------------------------
    # Logged in
    # ------------------------------------------------------------------

    def test_the_order_says_what_can_be_paid_and_what_it_earns(self):
        self.login(self.portal_user)
        page = self.get_page(self.url)
        self.assertEqual(
            self.texts(page, "limit"), ["Up to 600 bonuses can pay for this order."]
        )
        self.assertEqual(
            self.texts(page, "forecast"), ["You will get 150 bonuses for this order."]
        )

    def test_paying_changing_and_taking_off(self):
        self.login(self.portal_user)
        page = self.get_page(f"{self.url}/bonus")
        self.assertEqual(page.xpath("//input[@name='points']/@value"), ["600"])
        page = self.post(f"{self.url}/bonus", points="500")
        self.assertIn("500", self.texts(page, "bonus_ok")[0])
        self.assertEqual(self.order.amount_total, 2500.0)
        page = self.post(f"{self.url}/bonus", points="100,50")
        self.assertIn("enter a whole number", page.text_content())
        self.post(f"{self.url}/bonus", points=" 100 ")
        self.assertEqual(self._points(), 100.0)
        self.post(f"{self.url}/bonus", points="0")
        self.assertEqual(self.order.amount_total, 3000.0)
        self._assert_ledger(self.card, 1000.0)

    def test_an_agreed_order_is_paid_until_it_is_billed(self):
        self.order.action_confirm()
        self.login(self.portal_user)
        self.post(f"{self.url}/bonus", points="600")
        self._assert_ledger(self.card, 400.0)
        self.post(f"{self.url}/bonus", points="200")
        self._assert_ledger(self.card, 800.0)
        self._invoice(self.order)
        page = self.get_page(f"{self.url}/bonus")
        self.assertEqual(
            self.texts(page, "hindrance"), ["The invoice is made already."]
        )
        self.post(f"{self.url}/bonus", points="600")
        self._assert_ledger(self.card, 800.0)

    def test_why_not_is_told_in_words(self):
        self.login(self.portal_user)
        for points, text in (
            ("601", "Up to 600 bonuses can pay"),
            ("-1", "Enter a number of bonuses"),
            ("nan", "Enter a number of bonuses"),
            ("all", "Enter a number of bonuses"),
            ("", "Enter a number of bonuses"),
        ):
            page = self.post(f"{self.url}/bonus", points=points)
            [alert] = page.xpath("//*[@role='alert'][hasclass('alert-warning')]")
            self.assertIn(text, alert.text_content())
        self.assertFalse(self._points())

    def test_a_form_of_another_site_is_refused(self):
        self.login(self.portal_user)
        response = self.url_open(f"{self.url}/bonus", data={"points": "100"})
        self.assertEqual(response.status_code, 400)
        self.assertFalse(self._points())

    def test_above_the_programme_s_sum_a_code_is_typed(self):
        self.program.bonus_code_above = 300.0
        self.login(self.portal_user)
        self.post(f"{self.url}/bonus", points="300")
        self.assertEqual((self._points(), self._count_messages()), (300.0, 0))
        page = self.post(f"{self.url}/bonus", points="500")
        self.assertTrue(self.texts(page, "code_sent"))
        self.assertEqual((self._points(), self._count_messages()), (300.0, 1))
        code = self._read_code()
        wrong = f"{(int(code) + 1) % 10**6:06d}"
        page = self.post(f"{self.url}/bonus/code", code=wrong)
        self.assertIn("This is not the code", page.text_content())
        self.assertEqual(self._points(), 300.0)
        self.post(f"{self.url}/bonus/code", code=code)
        self.assertEqual(self._points(), 500.0)
        self.post(f"{self.url}/bonus/code", code=code)
        self.post(f"{self.url}/bonus", points="400")  # fewer need no code
        self.assertEqual((self._points(), self._count_messages()), (400.0, 1))

    def test_five_guesses_and_the_code_is_gone(self):
        self.program.bonus_code_above = 0.0
        self.login(self.portal_user)
        self.post(f"{self.url}/bonus", points="500")
        code = self._read_code()
        for _turn in range(5):
            page = self.post(
                f"{self.url}/bonus/code", code=f"{(int(code) + 1) % 10**6:06d}"
            )
        self.assertIn("too often", page.text_content())
        self.post(f"{self.url}/bonus/code", code=code)
        self.assertFalse(self._points())

    def test_codes_are_not_sent_without_end(self):
        self.program.bonus_code_above = 0.0
        self.login(self.portal_user)
        for _turn in range(4):
            page = self.post(f"{self.url}/bonus", points="500")
        self.assertIn("enough codes for an hour", page.text_content())
        self.assertEqual(self._count_messages(), 3)

    def test_what_cannot_be_paid_costs_no_message(self):
        self.program.bonus_code_above = 0.0
        self.login(self.portal_user)
        self.post(f"{self.url}/bonus", points="900")
        self.assertFalse(self._count_messages())

    def test_the_code_goes_to_the_customer_s_phone_and_never_by_e_mail(self):
        self.program.bonus_code_above = 0.0
        email = self.env["auto.notify.channel"].create(
            {"name": "Mail", "kind": "email"}
        )
        self.customer.write({"email": "ivan@example.com", "notify_kind": "email"})
        codes = self.env["auto.bonus.code"]
        self.assertEqual(
            [kind for kind, _wait in codes._get_kinds(self.order)], ["log"]
        )
        self.env["ir.config_parameter"].set_param("auto_notify.test_mode", False)
        self.assertTrue(email._can_send())
        self.assertFalse(codes._get_kinds(self.order))
        self.login(self.portal_user)
        page = self.post(f"{self.url}/bonus", points="500")
        self.assertIn("We cannot send you a code", page.text_content())
        self.env["ir.config_parameter"].set_param("auto_notify.test_mode", True)
        self.post(f"{self.url}/bonus", points="500")
        message = self.env["auto.notify.message"].search([], limit=1, order="id desc")
        self.assertEqual(message.partner_id, self.customer)
        self.assertNotIn(self._read_code(), message.body)

    def test_nobody_reads_codes(self):
        for user in (self.manager, self.advisor, self.accountant, self.portal_user):
            for operation in ("read", "write", "create", "unlink"):
                codes = self.env["auto.bonus.code"].with_user(user)
                self.assertFalse(codes.has_access(operation))

    # ------------------------------------------------------------------
    # Others
    # ------------------------------------------------------------------

    def test_another_customer_sees_nothing_even_with_the_token(self):
        self.login(self.stranger_user)
        for url in (self.url, f"{self.url}?{self.token}"):
            page = self.get_page(url)
            self.assertFalse(self.texts(page, "bonus"))
        for url in (f"{self.url}/bonus", f"{self.url}/bonus/code"):
            for suffix in ("", f"?{self.token}"):
                response = self.url_open(url + suffix, allow_redirects=False)
                self.assertTrue(response.headers["Location"].endswith("/my"), url)
        self.post(f"{self.url}/bonus?{self.token}", points="100")
        self.assertFalse(self._points())
        self.assertFalse(self._count_messages())

    def test_who_drives_a_shared_car_sees_no_bonuses_of_its_owner(self):
        self.vehicle.driver_id = self.stranger
        other = self._send(
            self._create_order((self.labour, 2), partner_id=self.stranger.id)
        )
        self.login(self.stranger_user)
        page = self.get_page(f"{self.url}?{self.token}")
        self.assertFalse(self.texts(page, "bonus"))
        page = self.get_page(f"/my/orders/{other.id}")
        self.assertEqual(
            self.texts(page, "limit"), ["Up to 77 bonuses can pay for this order."]
        )

    def test_a_colleague_sees_no_bonuses_of_another(self):
        self.program.bonus_holder = "contact"
        firm = self.env["res.partner"].create({"name": "Firm", "is_company": True})
        people = self.env["res.partner"].create(
            [{"name": name, "parent_id": firm.id} for name in ("Ann", "Bob")]
        )
        self._give(500.0, people[0])
        order = self._send(
            self._create_order((self.labour, 2), partner_id=people[0].id)
        )
        self.login(self._create_portal_user("bonus_bob", people[1]))
        page = self.get_page(f"/my/orders/{order.id}")
        self.assertFalse(self.texts(page, "bonus"))

    def test_who_is_not_logged_in_spends_by_a_code_and_is_told_no_balance(self):
        self.authenticate(None, None)
        page = self.get_page(f"{self.url}?{self.token}")
        self.assertFalse(self.texts(page, "limit"))
        self.assertTrue(self.texts(page, "pay_bonus"))
        url = f"{self.url}/bonus?{self.token}"
        page = self.get_page(url)
        for text in ("600", "1000"):
            self.assertNotIn(text, self.texts(page, "order_bonus")[0])
        page = self.post(url, points="")
        self.assertTrue(self.texts(page, "code_sent"))
        self.assertEqual((self._points(), self._count_messages()), (0.0, 1))
        self.post(f"{self.url}/bonus/code?{self.token}", code=self._read_code())
        self.assertEqual(self._points(), 600.0)

    def test_who_is_not_logged_in_learns_nothing_by_asking_for_too_many(self):
        self.authenticate(None, None)
        page = self.post(f"{self.url}/bonus?{self.token}", points="5000")
        self.assertTrue(self.texts(page, "code_sent"))
        page = self.post(f"{self.url}/bonus/code?{self.token}", code=self._read_code())
        self.assertIn("Up to 600 bonuses can pay", page.text_content())
        self.assertFalse(self._points())

    def test_without_login_and_token_there_is_no_page(self):
        for url in (f"{self.url}/bonus", f"{self.url}/bonus?access_token=guess"):
            response = self.url_open(url, allow_redirects=False)
            self.assertTrue(response.headers["Location"].endswith("/my"))

    def test_a_sale_over_the_counter_has_no_bonuses(self):
        sale = self.env["sale.order"].create(
            {
                "partner_id": self.customer.id,
                "order_line": [Command.create({"product_id": self.part.id})],
            }
        )
        self._send(sale)
        self.login(self.portal_user)
        self.assertFalse(self.texts(self.get_page(f"/my/orders/{sale.id}"), "bonus"))
        self.url_open(f"/my/orders/{sale.id}/bonus")
