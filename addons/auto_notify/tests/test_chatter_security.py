import json

from odoo.tests import new_test_user, tagged

from odoo.addons.mail.tools.discuss import Store

from .chatter_common import AutoChatterCommon


@tagged("post_install", "-at_install")
class TestChatterSecurity(AutoChatterCommon):
    """Who learns what about messages from the chatter and the bus."""

    def _create_shown(self, **vals):
        row = self._create_rows(error="bot was blocked by 4711", **vals)
        self.env["auto.notify.attempt"].create(
            {
                "message_id": row.id,
                "kind": "telegram",
                "key": "0" * 32,
                "address": "4711",
            }
        )
        return row._post_to_chatter().filtered(lambda mail: mail.model == "sale.order")

    def _read(self, mail, user):
        """Return the data that the screen of a user gets with a message."""
        store = Store().add(mail.with_user(user))
        return store.get_result()

    def test_advisor_sees_where_it_went(self):
        mail = self._create_shown()
        (notification,) = self._read(mail, self.advisor)["mail.notification"]
        info = notification["auto_notify"]
        self.assertEqual(
            (info["kind"], info["state"], info["recipient"], info["address"]),
            ("telegram", "queued", "Ivan Petrov", "4711"),
        )
        self.assertIn("blocked", info["error"])

    def test_mechanic_sees_neither_address_nor_reason(self):
        mail = self._create_shown()
        mail.partner_ids = self.mechanic_user.partner_id
        self.env["mail.notification"].create(
            {
                "mail_message_id": mail.id,
                "res_partner_id": self.mechanic_user.partner_id.id,
                "notification_type": "inbox",
            }
        )
        data = self._read(mail, self.mechanic_user)
        infos = [
            notification["auto_notify"]
            for notification in data["mail.notification"]
            if "auto_notify" in notification
        ]
        self.assertEqual(set(infos[0]), {"id", "kind", "state", "is_unsure", "date"})
        for secret in ("4711", "ivan.petrov@example.com", "+7916", "blocked"):
            self.assertNotIn(secret, str(data))

    def test_mechanic_cannot_read_the_outbox(self):
        row = self._create_rows().with_user(self.mechanic_user)
        self.assertFalse(row.has_access("read"))

    def test_customer_sees_no_internal_message_and_no_state(self):
        portal = new_test_user(
            self.env, login="auto_portal", groups="base.group_portal"
        )
        self.order.partner_id = portal.partner_id
        self.contact.partner_id = portal.partner_id
        mail = self._create_shown(partner_id=portal.partner_id.id)
        reply = self._write(self.order)
        domain = [("model", "=", "sale.order"), ("res_id", "=", self.order.id)]
        found = self.env["mail.message"].with_user(portal).search(domain)
        self.assertNotIn(mail, found)
        self.assertIn(reply, found)
        self.assertNotIn("mail.notification", self._read(reply, portal))
        self.assertFalse(mail.with_user(portal).has_access("read"))
        self.assertTrue(reply.with_user(portal).has_access("read"))
        notifications = self.env["mail.notification"].with_user(portal).search([])
        self.assertNotIn("auto_notify", notifications.mapped("notification_type"))

    def test_bus_is_heard_by_advisors_of_the_company_only(self):
        def get_companies(user):
            websocket = self.env["ir.websocket"].with_user(user)
            return [company for company, __ in websocket._get_auto_notify_channels()]

        self.assertEqual(get_companies(self.advisor), [self.company])
        self.assertEqual(get_companies(self.other_advisor), [self.other_company])
        self.assertEqual(get_companies(self.mechanic_user), [])

    def test_bus_message_is_sent_to_the_company(self):
        self.env["bus.bus"].search([]).unlink()
        self.cr.precommit.data.pop("bus.bus.values", None)
        rows = self._create_rows(2)
        rows._post_to_chatter()
        [values] = self.cr.precommit.data["bus.bus.values"]
        self.assertEqual(
            json.loads(values["channel"])[1:],
            ["res.company", self.company.id, "auto_notify"],
        )
        message = json.loads(values["message"])
        self.assertEqual(message["type"], "auto_notify/messages")
        told = [mail["id"] for mail in message["payload"]]
        self.assertCountEqual(told, rows.mail_message_ids.ids)
        self.assertNotIn("Your car is ready", values["message"])
