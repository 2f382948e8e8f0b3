"""The demo shop's talks and acts: what customers write, and how their cars came.

Nothing leaves a demo shop: it is in test mode, where messages are only shown.
"""

from datetime import timedelta

from odoo import Command, fields, models

from . import demo_story as story


class AutoDemoShop(models.AbstractModel):
    _inherit = "auto.demo.shop"

    # -- messengers --------------------------------------------------------------------

    def _set_up_messengers(self):
        """Two messengers, and no way out: codes and messages are read in the outbox."""
        # sudo: the demo's builder may not set up the system
        shop = self.sudo()
        shop.env["ir.config_parameter"].set_param("auto_notify.test_mode", "True")
        shop.env["auto.notify.channel"].create(
            [
                {"kind": kind, "company_id": shop.env.company.id, **vals}
                for kind, vals in story.MESSENGERS.items()
            ]
        )

    def _build_talks(self):
        """Customers of the board have written: some are answered, some wait for it."""
        for number, talk in enumerate(story.TALKS):
            contact = self._make_contact(number, talk)
            for minutes, is_customer, text in talk["lines"]:
                when = fields.Datetime.now() - timedelta(minutes=minutes)
                if is_customer:
                    self._write_in(contact, text, when)
                else:
                    self._answer(contact, text, when)
        self._settle()

    def _make_contact(self, number, talk):
        """Make the chat of the customer of a car."""
        # sudo: chats are made by what comes in
        contacts = self.env["auto.notify.contact"].sudo()
        channel = contacts.channel_id.search([("kind", "=", talk["kind"])], limit=1)
        partner = self._ref(talk["car"]).partner_id
        return contacts.create(
            {
                "channel_id": channel.id,
                "external_id": str(700100 + number),
                "name": partner.name,
                "phone": partner.phone_sanitized,
                "partner_id": partner.id,
            }
        )

    def _write_in(self, contact, text, when):
        """Let a customer write, as a webhook brings it."""
        # sudo: a webhook has no user
        incoming = self.env["auto.notify.incoming"].sudo()
        number = incoming.search_count([]) + 1
        row = incoming.create(
            {
                "channel_id": contact.channel_id.id,
                "external_id": f"demo-{number}",
                "kind": "message",
                "data": {
                    "kind": "message",
                    "key": f"demo-{number}",
                    "sender": contact.external_id,
                    "name": contact.name,
                    "text": text,
                    "date": when.isoformat(),
                },
            }
        )
        row._process_safely()
        self._write_past(row, create_date=when)
        self._date_message(row.lead_id, when)

    def _answer(self, contact, text, when):
        """Let the advisor answer in the deal the customer wrote to last."""
        lead = contact.lead_ids.sorted("date_contact")[-1:]
        lead.with_user(lead.user_id).message_post(
            body=text, message_type="comment", subtype_xmlid="mail.mt_comment"
        )
        self._date_message(lead, when)

    def _date_message(self, lead, when):
        """Let the last comment of a deal have been written at ``when``."""
        comments = lead.message_ids.filtered(lambda one: one.message_type == "comment")
        self._write_past(comments.sorted("id")[-1:], date=when)

    # -- acceptance --------------------------------------------------------------------

    def _build_acceptances(self):
        """The cars that are here came with their scratches, and are signed for."""
        orders = self.env["sale.order"].search(
            [("date_received", "!=", False), ("date_released", "=", False)], order="id"
        )
        acts = self.env["auto.acceptance"].create(
            [
                self._prepare_acceptance(order, story.DAMAGES[number % 3])
                for number, order in enumerate(orders)
            ]
        )
        for act in acts:
            self._write_past(act, date=act.order_id.date_received)

    def _prepare_acceptance(self, order, damages):
        """Values of the act of a car that was received."""
        return {
            "order_id": order.id,
            "odometer": order.odometer,
            "user_id": order.user_id.id,
            "fuel_level": str(1 + order.id % 4),
            "keys_count": 1,
            "belongings": story.BELONGINGS[order.id % 3],
            "wants_old_parts": not order.id % 2,
            "damage_ids": [Command.create(damage) for damage in damages],
        }
