from odoo import Command
from odoo.exceptions import AccessError
from odoo.tests import new_test_user, tagged
from odoo.tools import mute_logger

from .inbox_common import InboxCommon

WRITES = ("write", "unlink")


@tagged("post_install", "-at_install")
class TestInboxSecurity(InboxCommon):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.portal = new_test_user(cls.env, "auto_portal", groups="base.group_portal")
        cls.public = cls.env.ref("base.public_user")
        cls.second = cls.env["res.company"].create({"name": "Second"})

    def setUp(self):
        super().setUp()
        self.contact = self.link()
        self.consent = self.customer._set_notify_consent("marketing", True, "portal")
        self.row = self.write_in("Hello")

    def assert_access(self, record, user, allowed):
        """Check that a user may do exactly what is named with a record."""
        record = record.with_user(user)
        for operation in ("read", "write", "create", "unlink"):
            self.assertEqual(
                record.has_access(operation),
                operation in allowed,
                f"{user.login} {operation} {record._name}",
            )

    def test_who_may_do_what_with_chats(self):
        for user in (self.advisor, self.manager):
            self.assert_access(self.contact, user, {"read", "write"})
        for user in (self.mechanic_user, self.accountant, self.portal, self.public):
            self.assert_access(self.contact, user, set())

    def test_who_may_do_what_with_consents(self):
        for user in (self.advisor, self.manager):
            self.assert_access(self.consent, user, {"read"})
        for user in (self.mechanic_user, self.accountant, self.portal, self.public):
            self.assert_access(self.consent, user, set())

    def test_who_may_do_what_with_incoming_events(self):
        self.assert_access(self.row, self.manager, {"read"})
        for user in (
            self.advisor,
            self.mechanic_user,
            self.accountant,
            self.portal,
            self.public,
        ):
            self.assert_access(self.row, user, set())

    def test_only_the_customer_of_a_chat_is_changed_by_hand(self):
        contact = self.contact.with_user(self.advisor)
        other = self.env["res.partner"].create({"name": "Other"})
        contact.partner_id = other
        self.assertEqual(self.contact.partner_id, other)
        self.assertIn("has been linked", other.message_ids[0].body)
        self.assertIn("not linked any more", self.customer.message_ids[0].body)
        for values in (
            {"external_id": "1"},
            {"state": "stopped"},
            {"phone": "+79160000000"},
            {"channel_id": self.channel.id, "partner_id": other.id},
        ):
            with self.assertRaises(AccessError):
                contact.write(values)

    def test_only_managers_process_events_again(self):
        self.row._park("bad")
        for name in ("action_retry", "action_ignore"):
            for user in (self.advisor, self.mechanic_user, self.portal):
                with self.assertRaises(AccessError):
                    getattr(self.row.with_user(user), name)()
            getattr(self.row.browse().with_user(self.manager), name)()
        self.row.with_user(self.manager).action_retry()
        self.assertEqual(self.row.state, "new")

    def test_companies_stay_apart(self):
        manager = new_test_user(
            self.env,
            "second_manager",
            groups="auto_crm.auto_crm_group_manager",
            company_id=self.second.id,
            company_ids=[Command.set(self.second.ids)],
        )
        self.assert_access(self.contact, manager, set())
        self.assert_access(self.row, manager, set())
        self.row._park("bad")
        with self.assertRaises(AccessError):
            self.row.with_user(manager).action_retry()
        self.customer.company_id = self.company
        self.assert_access(self.consent, manager, set())

    def test_a_chat_is_not_given_to_a_customer_of_another_company(self):
        other = self.env["res.partner"].create(
            {"name": "Other", "company_id": self.second.id}
        )
        with self.assertRaises(Exception):  # noqa: B017 UserError or AccessError
            self.contact.with_user(self.advisor).partner_id = other

    def test_failed_event_of_a_company_is_shown_to_its_manager(self):
        manager = new_test_user(
            self.env,
            "second_manager",
            groups="auto_crm.auto_crm_group_manager",
            company_id=self.second.id,
            company_ids=[Command.set(self.second.ids)],
        )
        channel = self.channel.copy({"name": "Bot", "company_id": self.second.id})
        with mute_logger("odoo.addons.auto_notify.models.auto_notify_incoming_webhook"):
            self.Incoming._receive(channel, channel._get_provider(), b"{", {})
        row = self.Incoming.search([("channel_id", "=", channel.id)])
        self.assertEqual(self.get_activities(row).user_id.company_ids, self.second)
        self.assertEqual(self.get_activities(row).user_id, manager)

    def test_portal_reads_nothing_of_others_by_partner_fields(self):
        for user in (self.portal, self.public):
            for name in ("notify_contact_ids", "notify_consent_ids"):
                with self.assertRaises(AccessError):
                    self.customer.with_user(user).read([name])
