from odoo.tests import tagged

from .chatter_common import AutoChatterCommon


@tagged("post_install", "-at_install")
class TestChatter(AutoChatterCommon):
    def test_message_is_on_deal_and_order(self):
        row = self._create_rows()
        mails = row._post_to_chatter()
        self.assertEqual(
            {(mail.model, mail.res_id) for mail in mails},
            {("crm.lead", self.deal.id), ("sale.order", self.order.id)},
        )
        self.assertRecordValues(
            mails.notification_ids,
            [
                {
                    "notification_type": "auto_notify",
                    "notification_status": "ready",
                    "res_partner_id": self.customer.id,
                    "auto_notify_message_id": row.id,
                }
            ]
            * 2,
        )
        self.assertEqual(row.mail_message_ids, mails)
        self.assertIn('href="https://example.com/my"', mails[0].body)

    def test_queries_do_not_grow_with_messages(self):
        self._count_queries(2)  # warms the caches
        self.assertEqual(self._count_queries(10), self._count_queries(50))

    def _count_queries(self, count):
        """Return the queries of posting and of a change, each on a deal of its own."""
        deals = self.deal.create([{"name": f"Deal {i}"} for i in range(count)])
        partners = self.customer.create([{"name": f"Guest {i}"} for i in range(count)])
        rows = self._create_rows(count)
        for row, deal, partner in zip(rows, deals, partners, strict=True):
            row.write({"lead_id": deal.id, "partner_id": partner.id})
        self.env.flush_all()
        self.env.invalidate_all()
        start = self.cr.sql_log_count
        rows._post_to_chatter()
        self.env.flush_all()
        posted = self.cr.sql_log_count - start
        rows[::2].state = "delivered"
        rows[1::2].state = "failed"
        self.env.flush_all()
        self.env.invalidate_all()
        start = self.cr.sql_log_count
        rows._update_notifications()
        self.env.flush_all()
        return posted, self.cr.sql_log_count - start
