import json

from odoo import Command
from odoo.exceptions import AccessError, UserError
from odoo.fields import Domain
from odoo.tests import HttpCase, tagged
from odoo.tools import mute_logger

from .channel_common import TOKEN, ChannelCommon

TEMPLATES = (
    "gateway_address",
    "gateway_body",
    "gateway_callback_query",
    "gateway_check_address",
    "gateway_headers",
)
SECRETS = (
    *("secret", "app_secret", "hook_key", "hook_secret", "hook_url"),
    *TEMPLATES,  # where gateways want it, a password is typed into them
)
OF_THE_ACCOUNT = (*SECRETS, "login", "url")


@tagged("post_install", "-at_install")
class TestChannelSecurity(ChannelCommon):
    """Credentials are read by administrators only, by no way round."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.telegram.write({"app_secret": "signs-webhooks", "login": "the-account"})
        cls.telegram.write({name: f"/{name}: typed" for name in TEMPLATES})
        cls.contact = cls.env["auto.notify.contact"].create(
            {
                "channel_id": cls.telegram.id,
                "partner_id": cls.customer.id,
                "external_id": "1",
            }
        )
        cls.staff = cls.advisor | cls.manager

    def test_staff_see_a_channel_without_its_credentials(self):
        for user in self.staff:
            channel = self.telegram.with_user(user)
            values = channel.read()[0]
            self.assertEqual(values["status"], "unchecked")
            for name in OF_THE_ACCOUNT:
                self.assertNotIn(name, values)
                with self.assertRaises(AccessError, msg=name):
                    channel.read([name])
            for name in SECRETS:
                self.assertNotIn(self.telegram[name], str(values))

    def test_staff_do_not_search_or_group_by_credentials(self):
        for user in self.staff:
            channels = self.env["auto.notify.channel"].with_user(user)
            contacts = self.env["auto.notify.contact"].with_user(user)
            for name in OF_THE_ACCOUNT:
                if not self.telegram._fields[name].store:
                    continue
                with self.assertRaises(AccessError, msg=name):
                    channels.search([(name, "=like", "1%")])
                with self.assertRaises(AccessError, msg=name):
                    contacts.search([(f"channel_id.{name}", "=like", "1%")])
                with self.assertRaises(AccessError, msg=name):
                    channels._read_group([], [name])
                with self.assertRaises(AccessError, msg=name):
                    channels.search([], order=name)

    def test_staff_do_not_export_credentials(self):
        export = self.env.ref("base.group_allow_export")
        self.staff.write({"group_ids": [Command.link(export.id)]})
        for user in self.staff:
            for name in SECRETS:
                with self.assertRaises(UserError, msg=name):
                    self.telegram.with_user(user).export_data([name])
                with self.assertRaises(UserError, msg=name):
                    self.contact.with_user(user).export_data([f"channel_id/{name}"])

    def test_administrators_do_not_export_secrets_either(self):
        for name in SECRETS:
            with self.assertRaisesRegex(UserError, "not exported", msg=name):
                self.telegram.export_data(["name", name])
            with self.assertRaisesRegex(UserError, "not exported", msg=name):
                self.contact.export_data([f"channel_id/{name}"])
        self.assertTrue(self.telegram.export_data(["name", "kind", "status"])["datas"])

    def test_staff_change_nothing(self):
        for user in self.staff:
            channel = self.telegram.with_user(user)
            with self.assertRaises(AccessError):
                channel.name = "Mine"
            with self.assertRaises(AccessError):
                channel.url = "https://evil.example.com"
            with self.assertRaises(AccessError):
                channel.copy()
            with self.assertRaises(AccessError):
                channel.unlink()
            with self.assertRaises(AccessError):
                self.env["auto.notify.channel"].with_user(user).create(
                    {"name": "Mine", "kind": "viber"}
                )

    def test_buttons_are_refused_to_staff(self):
        for user in self.staff:
            channel = self.telegram.with_user(user)
            for name in (
                "action_check",
                "action_set_hook",
                "action_renew_hook",
                "action_preset_kannel",
                "action_resume",
            ):
                with self.play() as provider_class, self.assertRaises(AccessError):
                    getattr(channel, name)()
                self.assertFalse(provider_class.hooks)

    def test_mechanics_and_customers_see_no_channel(self):
        portal = self.env.ref("base.public_user")
        for user in self.mechanic_user | portal:
            with self.assertRaises(AccessError):
                self.telegram.with_user(user).read(["name"])

    def test_copy_is_off_and_has_no_credentials(self):
        copy = self.telegram.copy()
        self.assertFalse(copy.active)
        for name in ("login", "secret", "app_secret", *TEMPLATES):
            self.assertFalse(copy[name], name)
        self.assertNotEqual(copy.hook_key, self.telegram.hook_key)
        self.assertNotEqual(copy.hook_secret, self.telegram.hook_secret)

    def test_credentials_are_in_no_chatter(self):
        self.telegram.write({"secret": "new-secret", "app_secret": "new-signature"})
        self.telegram.action_renew_hook()
        self.telegram.active = False
        self.env.flush_all()
        self.env.cr.precommit.run()
        tracked = self.telegram.message_ids.sudo().tracking_value_ids
        names = set(tracked.field_id.mapped("name"))
        names |= set(self.telegram._track_get_fields())
        self.assertFalse(names & set(OF_THE_ACCOUNT))
        text = str(self.telegram.message_ids.mapped("body"))
        self.assertIn("Channel", text)
        for secret in (TOKEN, "new-secret", "new-signature", self.telegram.hook_key):
            self.assertNotIn(secret, text)

    def test_credentials_are_in_no_log_when_a_check_fails(self):
        with self.refuse(), self.assertLogs("odoo", "DEBUG") as logs:
            self.telegram.action_check()
        text = "\n".join(
            line for line in logs.output if "odoo.sql_db" not in line.split(":", 2)[1]
        )
        self.assertNotIn(TOKEN, text)

    def test_credentials_have_no_related_fields(self):
        for model in self.env.values():
            for field in model._fields.values():
                if field.related and field.comodel_name != "auto.notify.channel":
                    path = field.related.split(".")
                    owner = model
                    for name in path[:-1]:
                        owner = owner[name]
                    if owner._name == "auto.notify.channel":
                        self.assertNotIn(path[-1], OF_THE_ACCOUNT, field)

    def test_channels_of_another_company_are_not_seen(self):
        company = self.env["res.company"].create({"name": "Second shop"})
        foreign = self.env["auto.notify.channel"].search(
            Domain("company_id", "=", company.id)
        )
        self.assertTrue(foreign)
        with mute_logger("odoo.addons.base.models.ir_rule"):
            for user in self.staff:
                with self.assertRaises(AccessError):
                    foreign.with_user(user).read(["name"])


@tagged("post_install", "-at_install")
class TestChannelRpc(ChannelCommon, HttpCase):
    """The same over HTTP, as a browser with a staff's session could ask."""

    def _call(self, method, *args, **kwargs):
        answer = self.url_open(
            f"/web/dataset/call_kw/auto.notify.channel/{method}",
            data=json.dumps(
                {
                    "jsonrpc": "2.0",
                    "method": "call",
                    "params": {
                        "model": "auto.notify.channel",
                        "method": method,
                        "args": args,
                        "kwargs": kwargs,
                    },
                }
            ),
            headers={"Content-Type": "application/json"},
        )
        return answer.json()

    def test_staff_get_no_credentials_by_rpc(self):
        self.authenticate("auto_manager", "auto_manager")
        ids = self.telegram.ids
        with mute_logger("odoo.http"):
            for answer in (
                self._call("read", ids, ["secret"]),
                self._call("web_read", ids, {"secret": {}}),
                self._call("web_search_read", [], {"hook_url": {}}),
                self._call("search", [["secret", "=like", "1%"]]),
                self._call("web_save", ids, {"url": "https://x.example"}, {}),
                self._call("action_check", ids),
                self._call("_prepare_settings", ids),
                self._call("_get_provider", ids),
                self._call("_find_by_key", self.telegram.hook_key),
            ):
                self.assertIn("error", answer)
                self.assertNotIn(TOKEN, str(answer))
                self.assertNotIn(self.telegram.hook_secret, str(answer))

    def test_form_of_staff_names_no_credentials(self):
        self.authenticate("auto_manager", "auto_manager")
        answer = self._call("get_views", [[False, "form"], [False, "list"]])
        arch = answer["result"]["views"]["form"]["arch"]
        self.assertIn('name="kind"', arch)
        for name in (*OF_THE_ACCOUNT, "action_check", "action_set_hook"):
            self.assertNotIn(f'name="{name}"', arch)
