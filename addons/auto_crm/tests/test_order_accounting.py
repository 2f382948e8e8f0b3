from odoo.tests import Form, new_test_user, tagged

from .order_common import AutoOrderCommon


@tagged("post_install", "-at_install")
class TestOrderAccounting(AutoOrderCommon):
    """The accountant sees what an invoice is about, the advisor that money is gone."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.labour.invoice_policy = "order"
        cls.bookkeeper = new_test_user(
            cls.env,
            login="auto_bookkeeper",
            groups="account.group_account_invoice",
            lang="en_US",
        )
        cls.order = cls._create_received((cls.labour, 4), user_id=cls.advisor.id)
        cls.order.job_ids.action_done()
        cls.invoice = cls._invoice(cls.order)

    # === INVOICES === #

    def test_invoices_know_car_and_order(self):
        other = self._create_agreed((self.labour, 1))
        both = (other + self._create_agreed((self.labour, 1)))._create_invoices()
        names = ", ".join(both.invoice_line_ids.sale_line_ids.order_id.mapped("name"))
        refund = self.invoice._reverse_moves([{}])
        sale = self._invoice(self._create_agreed((self.labour, 1), vehicle_id=False))
        plate = self.vehicle.license_plate
        self.assertRecordValues(
            self.invoice + refund + both + sale,
            [
                {"license_plate": plate, "work_order_names": self.order.name},
                {"license_plate": plate, "work_order_names": self.order.name},
                {"license_plate": plate, "work_order_names": names},
                {"license_plate": False, "work_order_names": False},
            ],
        )

    def test_a_corrected_plate_is_on_its_invoices(self):
        self.vehicle.license_plate = "М001ММ77"
        self.assertEqual(self.invoice.license_plate, self.vehicle.license_plate)
        found = self.env["account.move"].search([("plate_search", "ilike", "m001mm")])
        self.assertEqual(found, self.invoice)

    def test_a_credit_note_typed_in_by_hand_is_about_the_invoice_s_order(self):
        refund = self.invoice._reverse_moves([{}])
        refund.invoice_line_ids.unlink()
        self.assertEqual(refund.work_order_names, self.order.name)

    def test_who_only_keeps_the_books_opens_lists_forms_and_finds_the_plate(self):
        moves = self.env["account.move"].with_user(self.bookkeeper)
        action = self.env.ref("account.action_move_out_invoice_type")
        views = moves.get_views([*action.views, (False, "search")])["views"]
        for view in ("list", "form", "search"):
            self.assertIn("work_order_names", views[view]["arch"])
        for text in ("а123", "A123BC", "А 123 ВС 777"):
            with self.subTest(text=text):
                found = moves.search([("plate_search", "ilike", text)])
                self.assertIn(self.invoice, found)
        self.assertFalse(moves.search([("plate_search", "ilike", "Х999ХХ")]))
        found = moves.search([("work_order_names", "ilike", self.order.name)])
        self.assertEqual(found, self.invoice)
        specification = {name: {} for name in ("license_plate", "work_order_names")}
        row = self.invoice.with_user(self.bookkeeper).web_read(specification)[0]
        self.assertEqual(row["work_order_names"], self.order.name)
        with Form(self.invoice.with_user(self.bookkeeper)) as form:
            self.assertEqual(form.license_plate, self.vehicle.license_plate)
        with Form(moves.with_context(default_move_type="out_invoice")) as form:
            form.partner_id = self.customer
        self.assertFalse(form.record.license_plate)

    def test_an_invoice_opens_the_order_in_our_form(self):
        view = self.env.ref("auto_crm.sale_order_view_form_work_order")
        for user in (self.accountant, self.advisor):
            action = self.invoice.with_user(user).action_view_source_sale_orders()
            self.assertEqual(action["res_id"], self.order.id)
            self.assertEqual(action["views"], [(view.id, "form")])
        sale = self._create_agreed((self.labour, 1), vehicle_id=False)
        action = self._invoice(sale).action_view_source_sale_orders()
        self.assertNotEqual(action["views"][0][0], view.id)

    # === MONEY THAT IS GONE === #

    def _get_notices(self):
        kind = self.env.ref("auto_crm.mail_activity_type_due_again")
        self.run_events()
        return self.env["mail.activity"].search(
            [
                ("res_model", "=", "sale.order"),
                ("res_id", "=", self.order.id),
                ("activity_type_id", "=", kind.id),
            ]
        )

    def _release_paid(self):
        payment = self._pay(self.invoice)
        self.order.with_user(self.advisor).action_release()
        self.assertFalse(self._get_notices())
        return payment

    def _cancel(self, payment):
        payment = payment.with_user(self.accountant)
        payment.action_draft()
        payment.action_cancel()

    def test_a_payment_cancelled_after_the_release_tells_the_advisor(self):
        self.env["res.lang"]._activate_lang("ru_RU")
        self.advisor.lang = "ru_RU"
        payment = self._release_paid()
        self._cancel(payment)
        notice = self._get_notices()
        self.assertEqual(notice.user_id, self.advisor)
        self.assertIn(self.order.name, notice.note)
        self.assertIn("6", notice.note)
        self.assertIn("уехала", notice.note)
        self._pay(self.invoice)
        self.assertFalse(self._get_notices())

    def test_the_advisor_is_told_once(self):
        payment = self._release_paid()
        self._cancel(payment)
        self.assertEqual(len(self._get_notices()), 1)
        self._pay(self.invoice, 1000)
        self.assertEqual(len(self._get_notices()), 1)

    def test_nobody_is_told_of_a_release_on_credit(self):
        self.order.with_user(self.manager).action_release()
        self.assertFalse(self._get_notices())
        payment = self._pay(self.invoice, 1000)
        self._cancel(payment)
        self.assertFalse(self._get_notices())

    def test_nobody_is_told_while_the_car_is_here(self):
        self._cancel(self._pay(self.invoice))
        self.assertFalse(self._get_notices())

    def test_an_order_without_an_advisor_tells_somebody_of_the_shop(self):
        payment = self._release_paid()
        self.order.user_id = False
        self._cancel(payment)
        self.assertTrue(self._get_notices().user_id)
