from datetime import timedelta

from odoo import Command, fields
from odoo.tests import new_test_user

from .common import AutoNotifyCommon


class AutoChatterCommon(AutoNotifyCommon):
    """A deal with an order, a customer's chat in Telegram, messages of the outbox."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.bot = cls._create_channel("telegram", name="Shop's bot")
        cls.contact = cls._create_contact(cls.bot, "4711")
        cls.deal.notify_contact_id = cls.contact
        cls.other_company = cls.env["res.company"].create({"name": "Other Shop"})
        cls.other_advisor = new_test_user(
            cls.env,
            login="auto_other_advisor",
            groups="auto_crm.auto_crm_group_advisor",
            company_id=cls.other_company.id,
            company_ids=[Command.set(cls.other_company.ids)],
        )
        cls.env.flush_all()
        cls.env.cr.precommit.run()

    @classmethod
    def _create_channel(cls, kind="log", **vals):
        cls.env.flush_all()  # an archived channel makes room for another of its kind
        return super()._create_channel(kind, **vals)

    @classmethod
    def _create_contact(cls, channel, external_id, hours=1, **vals):
        """Make a chat in which the customer wrote some hours ago."""
        return cls.env["auto.notify.contact"].create(
            {
                "name": "Vanya",
                "channel_id": channel.id,
                "partner_id": cls.customer.id,
                "external_id": external_id,
                "date_incoming": fields.Datetime.now() - timedelta(hours=hours),
                **vals,
            }
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
                    "channel_id": cls.bot.id,
                    **vals,
                }
                for index in range(count)
            ]
        )

    def _write(self, document, user=None, **vals):
        """Write a comment in the chatter as an advisor does."""
        return document.with_user(user or self.advisor).message_post(
            **{
                "body": "Shall we call you?",
                "message_type": "comment",
                "subtype_xmlid": "mail.mt_comment",
                **vals,
            }
        )

    def _get_reply(self, message):
        return self.env["auto.notify.message"].search(
            [("key", "=", f"reply:{message.id}")]
        )
