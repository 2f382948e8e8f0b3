from odoo.tests import tagged

from .order_common import AutoOrderCommon

# of a sale: what happens to a visit of a car is told in other words
SALES_WORDS = ("возможност", "лид", "коммерческ", "выигран", "заказ на продажу")


@tagged("post_install", "-at_install")
class TestWords(AutoOrderCommon):
    """A shop reads its own words, not those of a sale or of a store."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.env["res.lang"]._activate_lang("ru_RU")
        cls.env = cls.env["base"].with_context(lang="ru_RU").env

    def _get_told(self, records):
        """Return what the chatter of records tells, in Russian."""
        self.env.flush_all()
        self.env.cr.precommit.run()
        messages = records.with_context(lang="ru_RU").message_ids
        return " ".join(
            f"{message.body} {message.subtype_id.description or ''}".lower()
            for message in messages
        )

    def _create_deal(self, **vals):
        deal = self.env["crm.lead"].create(
            {
                "name": "Тормоза",
                "type": "opportunity",
                "partner_id": self.customer.id,
                "vehicle_id": self.vehicle.id,
                **vals,
            }
        )
        self.env.flush_all()
        self.env.cr.precommit.run()
        return deal

    def test_deals_are_made_without_our_subtypes_too(self):
        for name in ("mt_deal_opened", "mt_deal_refused", "mt_estimate_sent"):
            self.env.ref(f"auto_crm.{name}").unlink()
        deal = self._create_deal()
        self.assertEqual(deal._creation_subtype(), self.env.ref("crm.mt_lead_create"))
        order = self._create_order(opportunity_id=deal.id)
        order.state = "sent"
        self.env.flush_all()
        self.env.cr.precommit.run()
        self.assertTrue(order.message_ids)

    def test_a_deal_speaks_of_cars_and_customers(self):
        won, lost = self._create_deal(), self._create_deal()
        won.action_set_won()
        reason = self.env.ref("auto_crm.crm_lost_reason_no_answer")
        lost.action_set_lost(lost_reason_id=reason.id)
        told = self._get_told(won + lost)
        for word in SALES_WORDS:
            self.assertNotIn(word, told)
        for word in ("сделка открыта", "автомобиль выдан", "клиент отказался"):
            self.assertIn(word, told)

    def test_a_work_order_speaks_of_estimates(self):
        order = self._create_order()
        self.env.flush_all()
        self.env.cr.precommit.run()
        order = order.with_context(lang="ru_RU")
        self.assertNotIn("продаж", self._get_told(order))
        order.action_quotation_sent()
        self.env.flush_all()
        self.env.cr.precommit.run()
        order.action_confirm()
        told = self._get_told(order)
        for word in SALES_WORDS:
            self.assertNotIn(word, told)
        self.assertIn("смета отправлена", told)
        self.assertIn("смета согласована", told)

    def test_leads_of_others_keep_odoos_words(self):
        deal = self.env["crm.lead"].create(
            {"name": "Tables", "team_id": self.env["crm.team"].create({"name": "T"}).id}
        )
        self.assertEqual(deal._creation_subtype(), self.env.ref("crm.mt_lead_create"))

    def test_papers_name_parts_and_pieces_as_garages_do(self):
        order = self._create_order((self.part, 2))
        self.customer.lang = "ru_RU"
        html, _kind = self.env["ir.actions.report"]._render_qweb_html(
            "auto_crm.auto_estimate_report", order.ids
        )
        text = html.decode()
        for word in ("Наименование", "Артикул", "шт"):
            self.assertIn(word, text)
        self.assertNotIn("Единицы", text)
