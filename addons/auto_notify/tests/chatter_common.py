from odoo import Command
from odoo.tests import new_test_user

from odoo.addons.auto_crm.tests.order_common import AutoOrderCommon


class AutoChatterCommon(AutoOrderCommon):
    """A deal with an order, a customer's chat in Telegram, messages of the outbox."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        # rules of the shop would add messages of their own
        cls.env["auto.notify.rule"].search([], limit=1000).active = False
        cls.order = cls._create_order(opportunity_id=cls.deal.id)
        cls.channel = cls.env["auto.notify.channel"].create(
            {"name": "Shop's bot", "kind": "telegram"}
        )
        cls.contact = cls.env["auto.notify.contact"].create(
            {
                "name": "Vanya",
                "channel_id": cls.channel.id,
                "partner_id": cls.customer.id,
                "external_id": "4711",
            }
        )
        cls.other_company = cls.env["res.company"].create({"name": "Other Shop"})
        cls.other_advisor = new_test_user(
            cls.env,
            login="auto_other_advisor",
            groups="auto_crm.auto_crm_group_advisor",
            company_id=cls.other_company.id,
            company_ids=[Command.set(cls.other_company.ids)],
        )

    @classmethod
    def _create_rows(cls, count=1, **vals):
        """Make rows of the outbox as they are when the dispatcher has claimed them."""
        start = cls.env["auto.notify.message"].search_count([])
        return cls.env["auto.notify.message"].create(
            [
                {
                    "key": f"test:{start + index}",
                    "company_id": cls.company.id,
                    "lead_id": cls.deal.id,
                    "order_id": cls.order.id,
                    "res_model": "sale.order",
                    "res_id": cls.order.id,
                    "partner_id": cls.customer.id,
                    "body": "Your car is ready.\nSee https://example.com/my",
                    "kind": "telegram",
                    "channel_id": cls.channel.id,
                    **vals,
                }
                for index in range(count)
            ]
        )
