from datetime import timedelta
from unittest.mock import patch

from psycopg2 import IntegrityError

from odoo import fields
from odoo.exceptions import UserError, ValidationError
from odoo.tests import Form, tagged
from odoo.tools import mute_logger

from ..tools.http_gateway import KANNEL, HttpGatewayProvider
from ..tools.provider import REACHES, ProviderError
from ..tools.providers import PROVIDERS
from ..tools.telegram import Telegram
from .channel_common import TOKEN, ChannelCommon


@tagged("post_install", "-at_install")
class TestChannel(ChannelCommon):
    # ------------------------------------------------------------------
    # Making one
    # ------------------------------------------------------------------

    def test_every_channel_gets_its_own_webhook_address_and_secret(self):
        other = self._create_channel("max")
        self.assertGreaterEqual(len(self.telegram.hook_key), 40)
        self.assertNotEqual(self.telegram.hook_key, other.hook_key)
        self.assertNotEqual(self.telegram.hook_secret, other.hook_secret)
        self.assertNotEqual(self.telegram.hook_secret, self.telegram.hook_key)
        self.assertEqual(
            self.telegram.hook_url,
            f"https://shop.example.com/auto_notify/hook/{self.telegram.hook_key}",
        )

    def test_company_has_one_active_channel_of_a_kind(self):
        with (
            mute_logger("odoo.sql_db"),
            self.assertRaises(IntegrityError),
            self.cr.savepoint(),
        ):
            self._create_channel("telegram")

    def test_channel_that_is_off_leaves_room_for_another(self):
        self.telegram.active = False
        self.assertTrue(self._create_channel("telegram"))

    def test_other_company_has_its_own_channels(self):
        company = self.env["res.company"].create({"name": "Second shop"})
        channels = self.env["auto.notify.channel"].with_context(active_test=False)
        channels = channels.search([("company_id", "=", company.id)])
        self.assertEqual(set(channels.mapped("kind")), {"log", "sms", "email"})
        self.assertEqual(channels.filtered("active").kind, "log")

    def test_companies_that_have_channels_get_no_others(self):
        before = self.env["auto.notify.channel"].with_context(active_test=False)
        count = before.search_count([])
        self.env["res.company"]._create_notify_channels()
        self.assertEqual(before.search_count([]), count)

    def test_nothing_leaves_a_fresh_install(self):
        kinds = ["log", "sms", "email"]
        first = self.env.ref("auto_notify.auto_notify_channel_log")
        for kind in kinds:
            channel = self.env.ref(f"auto_notify.auto_notify_channel_{kind}")
            self.assertEqual(channel.kind, kind)
            self.assertEqual(channel.company_id, first.company_id)
        values = self.env["res.company"]._prepare_notify_channels()
        active = [vals["kind"] for vals in values if vals.get("active", True)]
        self.assertEqual(active, ["log"])

    def test_kind_stays_once_customers_have_chats(self):
        self.env["auto.notify.contact"].create(
            {"channel_id": self.telegram.id, "external_id": "1"}
        )
        with self.assertRaisesRegex(UserError, "Make a new channel"):
            self.telegram.kind = "viber"
        self.telegram.name = "Bot"

    def test_form_asks_for_what_the_kind_needs(self):
        form = Form(self.env["auto.notify.channel"])
        form.name = "WhatsApp"
        form.kind = "whatsapp"
        form.login = "106540352242922"
        form.secret = "token"
        form.app_secret = "secret"
        channel = form.save()
        self.assertEqual(channel.status, "unchecked")

    # ------------------------------------------------------------------
    # The provider
    # ------------------------------------------------------------------

    def test_provider_has_the_account(self):
        provider = self.telegram.with_user(self.advisor)._get_provider()
        self.assertIsInstance(provider, Telegram)
        self.assertEqual(provider.settings.secret, TOKEN)
        self.assertEqual(provider.settings.hook_secret, self.telegram.hook_secret)

    def test_odoo_sends_where_there_is_no_provider(self):
        for kind in ("log", "email", "sms"):
            channel = self.env["auto.notify.channel"].new({"kind": kind})
            self.assertIsNone(channel._get_provider(), kind)

    def test_every_provider_is_one_of_a_kind_or_gateway(self):
        fields_by_name = self.env["auto.notify.channel"].fields_get()
        codes = {code for code, _label in fields_by_name["kind"]["selection"]}
        codes |= {code for code, _label in fields_by_name["sms_gateway"]["selection"]}
        self.assertEqual({item.code for item in PROVIDERS}, codes - {"sms"})
        self.assertEqual({item.reach for item in PROVIDERS}, set(REACHES))

    def test_kinds_reach_people_by_chat_or_phone(self):
        channels = self.env["auto.notify.channel"]
        self.assertEqual(channels._get_phone_kinds(), ["whatsapp", "sms"])
        self.assertEqual(
            channels._get_chat_kinds(), ["telegram", "whatsapp", "max", "viber"]
        )

    def test_what_whatsapp_and_max_alone_know_are_options(self):
        whatsapp = self._create_channel("whatsapp", template_buttons=False)
        self.assertEqual(
            whatsapp._get_provider().settings.options, {"template_buttons": False}
        )
        whatsapp.api_version = "v23.0"
        self.assertEqual(whatsapp._get_provider().settings.options["version"], "v23.0")
        bot = self._create_channel("max", ca_file="/etc/ssl/ru.pem")
        self.assertEqual(
            bot._get_provider().settings.options, {"ca_file": "/etc/ssl/ru.pem"}
        )

    def test_settings_switch_test_mode_and_name_own_gateways(self):
        settings = self.env["res.config.settings"]
        settings.create(
            {
                "auto_notify_test_mode": True,
                "auto_notify_private_hosts": "kannel.local",
                "auto_map_url": "https://maps.example.com/garage",
            }
        ).execute()
        self.assertTrue(self.channel._is_test_mode())
        self.assertEqual(self.channel._get_private_hosts(), ("kannel.local",))
        self.assertEqual(self.company.auto_map_url, "https://maps.example.com/garage")
        settings.create({"auto_notify_test_mode": False}).execute()
        self.assertFalse(self.channel._is_test_mode())

    def test_own_gateways_reach_the_client(self):
        self.env["ir.config_parameter"].set_param(
            "auto_notify.private_hosts", " Kannel.local, 10.0.0.5:13013,,"
        )
        self.assertEqual(
            self.telegram._get_provider().settings.private_hosts,
            ("kannel.local", "10.0.0.5:13013"),
        )

    def test_channel_is_found_by_its_key(self):
        find = self.env["auto.notify.channel"]._find_by_key
        self.assertEqual(find(self.telegram.hook_key), self.telegram)
        for key in ("", None, "x", self.telegram.hook_key[:-1], "ключ"):
            self.assertFalse(find(key), key)

    def test_channel_that_is_off_or_has_no_key_is_not_found(self):
        find = self.env["auto.notify.channel"]._find_by_key
        key = self.telegram.hook_key
        self.telegram.active = False
        self.assertFalse(find(key))
        self.telegram.write({"active": True, "hook_key": False})
        self.assertFalse(find(""))

    # ------------------------------------------------------------------
    # Addresses
    # ------------------------------------------------------------------

    def test_address_is_https(self):
        self.telegram.url = "https://api.example.com/base"
        for address in (
            "http://api.example.com",
            "ftp://api.example.com",
            "file:///etc/passwd",
            "api.example.com",
            "https://",
            "https://[::1",
            "https://host:port",
            "gopher://127.0.0.1:6379/_x",
            "https://login:password@api.example.com",
            "https://api.example.com@evil.example.com",
        ):
            with self.assertRaises(ValidationError, msg=address):
                self.telegram.url = address

    def test_own_gateway_may_go_without_https(self):
        self.env["ir.config_parameter"].set_param(
            "auto_notify.private_hosts", "kannel.local, 10.0.0.5:13013"
        )
        self.telegram.url = "http://KANNEL.local:13013"
        self.telegram.url = "http://10.0.0.5:13013/x"
        with self.assertRaisesRegex(ValidationError, "Own gateways"):
            self.telegram.url = "http://10.0.0.5:13014/x"

    # ------------------------------------------------------------------
    # Check
    # ------------------------------------------------------------------

    def test_check_keeps_what_the_provider_says(self):
        with self.play():
            action = self.telegram.action_check()
        self.assertEqual(action["params"]["type"], "success")
        self.assertEqual(
            self.telegram.check_result, "Connected: My Garage, @my_garage_bot."
        )
        self.assertTrue(self.telegram.date_check)
        self.assertEqual(self.telegram.status, "ready")

    def test_failed_check_says_why_without_the_secret(self):
        with self.refuse():
            action = self.telegram.action_check()
        self.assertEqual(action["params"]["type"], "danger")
        self.assertEqual(self.telegram.check_result, "401 for token ***")
        self.assertEqual(self.telegram.status, "error")

    def test_short_secret_is_not_told_by_its_gaps(self):
        self.telegram.secret = "s"
        with self.play(answer=ProviderError("Telegram refuses")):
            self.telegram.action_check()
        self.assertEqual(self.telegram.check_result, "Telegram refuses")

    def test_check_without_credentials_names_what_is_missing(self):
        channel = self._create_channel("whatsapp", login="1")
        self.assertEqual(channel.status, "incomplete")
        with self.play():
            channel.action_check()
        self.assertIn("Token or password", channel.check_result)
        self.assertFalse(channel.is_check_ok)

    def test_changed_credentials_are_to_be_checked_again(self):
        with self.play():
            self.telegram.action_check()
        self.telegram.write({"failure_count": 5, "pause_reason": "401"})
        self.telegram.date_resume = fields.Datetime.now() + timedelta(hours=1)
        self.telegram.secret = "another"
        self.assertEqual(self.telegram.status, "unchecked")
        self.assertFalse(self.telegram.is_paused)
        self.assertEqual(self.telegram.failure_count, 0)

    def test_renamed_channel_stays_checked(self):
        with self.play():
            self.telegram.action_check()
        self.telegram.write({"name": "Bot", "daily_cap": 100})
        self.assertEqual(self.telegram.status, "ready")

    def test_log_and_odoo_need_no_account(self):
        self.channel.action_check()
        self.assertIn("nothing leaves", self.channel.check_result)
        sms = self._create_channel("sms")
        sms.action_check()
        self.assertIn("Odoo", sms.check_result)
        self.assertTrue(sms.is_check_ok)

    def test_email_is_as_good_as_its_server(self):
        channel = self._create_channel("email")
        self.env["ir.mail_server"].search([]).active = False
        channel.action_check()
        self.assertTrue(channel.is_check_ok)
        server = self.env["ir.mail_server"].create(
            {"name": "Mail of the shop", "smtp_host": "smtp.example.com"}
        )
        with patch.object(type(server), "test_smtp_connection", autospec=True):
            channel.action_check()
        self.assertIn("Mail of the shop", channel.check_result)
        with patch.object(
            type(server), "test_smtp_connection", side_effect=UserError("No answer")
        ):
            channel.action_check()
        self.assertEqual(channel.check_result, "No answer")
        self.assertFalse(channel.is_check_ok)

    # ------------------------------------------------------------------
    # Webhook
    # ------------------------------------------------------------------

    def test_provider_is_told_its_webhook(self):
        with self.play() as provider_class:
            self.telegram.action_set_hook()
        self.assertEqual(provider_class.hooks, (self.telegram.hook_url,))
        self.assertTrue(self.telegram.date_hook)

    def test_provider_without_a_call_is_told_by_hand(self):
        with (
            self.play(takes_hook=False),
            self.assertRaisesRegex(UserError, "copy the webhook address"),
        ):
            self.telegram.action_set_hook()
        self.assertFalse(self.telegram.date_hook)

    def test_refused_webhook_names_no_secret(self):
        error = ProviderError(f"bad request: {self.telegram.hook_url}")
        with self.play(takes_hook=error), self.assertRaises(UserError) as caught:
            self.telegram.action_set_hook()
        self.assertNotIn(self.telegram.hook_key, str(caught.exception))

    def test_copy_in_test_mode_takes_no_webhook_away(self):
        self.env["ir.config_parameter"].set_param("auto_notify.test_mode", "True")
        with (
            self.play() as provider_class,
            self.assertRaisesRegex(UserError, "test mode"),
        ):
            self.telegram.action_set_hook()
        self.assertFalse(provider_class.hooks)

    def test_webhook_needs_an_https_address(self):
        self.env["ir.config_parameter"].set_param(
            "web.base.url", "http://localhost:8069"
        )
        with self.play(), self.assertRaisesRegex(UserError, "web.base.url"):
            self.telegram.action_set_hook()

    def test_new_webhook_address_ends_the_old_one(self):
        channels = self.telegram | self._create_channel("max")
        old = channels.mapped("hook_key")
        secret = self.telegram.hook_secret
        channels.action_renew_hook()
        self.assertFalse(set(old) & set(channels.mapped("hook_key")))
        self.assertNotEqual(self.telegram.hook_secret, secret)
        self.assertFalse(self.env["auto.notify.channel"]._find_by_key(old[0]))
        self.env["auto.notify.channel"].action_renew_hook()

    def test_who_has_a_webhook_and_a_call_for_it(self):
        sms = self._create_channel("sms", sms_gateway="smsc")
        whatsapp = self._create_channel("whatsapp")
        self.assertRecordValues(
            self.telegram | whatsapp | sms | self.channel,
            [
                {"has_hook": True, "has_hook_call": True},
                {"has_hook": True, "has_hook_call": False},
                {"has_hook": True, "has_hook_call": False},
                {"has_hook": False, "has_hook_call": False},
            ],
        )

    # ------------------------------------------------------------------
    # Status and the last hour
    # ------------------------------------------------------------------

    def test_status_says_the_worst(self):
        with self.play():
            self.telegram.action_check()
        self.telegram.date_resume = fields.Datetime.now() + timedelta(minutes=5)
        self.assertEqual(self.telegram.status, "paused")
        self.telegram.action_resume()
        self.assertEqual(self.telegram.status, "ready")
        self.telegram.active = False
        self.assertEqual(self.telegram.status, "off")

    def test_test_mode_is_seen_at_each_channel(self):
        self.env["ir.config_parameter"].set_param("auto_notify.test_mode", "True")
        self.telegram.invalidate_recordset(["status", "is_test_mode"])
        self.assertEqual(self.telegram.status, "test")
        self.assertTrue(self.telegram.is_test_mode)

    def test_last_hour_is_counted(self):
        for state in ("accepted", "delivered", "read", "refused", "unsure", "calling"):
            self._create_attempt(state)
        self._create_attempt("delivered", minutes=61)
        self._create_message(state="queued")
        self._create_message(state="delivered")
        self.assertRecordValues(
            self.telegram,
            [
                {
                    "sent_count": 3,
                    "delivered_count": 2,
                    "failed_count": 2,
                    "waiting_count": 1,
                }
            ],
        )

    def test_status_of_many_channels_costs_as_much_as_of_one(self):
        channels = self.telegram
        for kind in ("max", "viber", "whatsapp", "email"):
            channels |= self._create_channel(kind)
        names = ["sent_count", "waiting_count", "is_paused", "status"]
        counts = []
        for records in (self.telegram, channels):
            self.env.flush_all()
            self.env.invalidate_all()
            before = self.cr.sql_log_count
            records.read(names)
            counts.append(self.cr.sql_log_count - before)
        self.assertLessEqual(counts[1], counts[0])

    def _create_message(self, **vals):
        return self.env["auto.notify.message"].create(
            {
                "key": f"test:{self.env['auto.notify.message'].search_count([])}",
                "company_id": self.company.id,
                "partner_id": self.customer.id,
                "channel_id": self.telegram.id,
                "kind": "telegram",
                **vals,
            }
        )

    def _create_attempt(self, state, minutes=5):
        message = self._create_message(state="sent")
        return self.env["auto.notify.attempt"].create(
            {
                "message_id": message.id,
                "channel_id": self.telegram.id,
                "kind": "telegram",
                "key": f"{message.id:032x}",
                "state": state,
                "date_start": fields.Datetime.now() - timedelta(minutes=minutes),
            }
        )


@tagged("post_install", "-at_install")
class TestGateway(ChannelCommon):
    """An HTTP gateway that is described by fields."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.gateway = cls._create_channel(
            "sms",
            sms_gateway="http",
            url="https://sms.example.com",
            login="garage",
            secret="p&ss",
        )

    def test_kannel_is_filled_in_by_one_click(self):
        self.gateway.write(
            {"gateway_body": "old", "gateway_headers": "X: y", "gateway_method": "POST"}
        )
        self.gateway.action_preset_kannel()
        provider = self.gateway._get_provider()
        self.assertIsInstance(provider, HttpGatewayProvider)
        self.assertEqual(provider.options, KANNEL)
        self.assertTrue(provider.has_receipts)
        self.assertFalse(self.gateway.gateway_body)
        self.assertEqual(self.gateway.login, "garage")

    def test_fields_become_options(self):
        self.gateway.write(
            {
                "gateway_method": "POST",
                "gateway_content_type": "json",
                "gateway_headers": "Authorization: Bearer {secret}\n\n X-Id : a:b ",
                "gateway_body": '{"to": "{to}"}',
                "gateway_receipt_states": "DELIVRD = delivered\nEXPIRED=failed",
            }
        )
        self.assertEqual(
            self.gateway._get_provider().options,
            {
                "method": "POST",
                "content_type": "json",
                "headers": {"Authorization": "Bearer {secret}", "X-Id": "a:b"},
                "body": '{"to": "{to}"}',
                "receipt_states": {"DELIVRD": "delivered", "EXPIRED": "failed"},
            },
        )

    def test_other_kinds_have_no_templates(self):
        self.gateway.gateway_success = "OK"
        self.gateway.write({"sms_gateway": "smsc"})
        self.assertEqual(self.gateway._get_provider().settings.options, {})

    def test_what_is_no_pattern_is_refused(self):
        with self.assertRaisesRegex(ValidationError, "regular expression"):
            self.gateway.gateway_success = "(OK"

    def test_lines_are_pairs(self):
        with self.assertRaisesRegex(ValidationError, "one pair a line"):
            self.gateway.gateway_headers = "Authorization"
        self.gateway.gateway_headers = False
        with self.assertRaisesRegex(ValidationError, "seen is no state"):
            self.gateway.gateway_receipt_states = "1 = seen"

    def test_full_address_of_a_call_is_https_too(self):
        self.gateway.gateway_address = "/send?to={to}"
        self.gateway.gateway_address = "https://sms.example.com/send?to={to}"
        for name in ("gateway_address", "gateway_check_address"):
            with self.assertRaises(ValidationError):
                self.gateway[name] = "http://169.254.169.254/latest?to={to}"

    def test_changed_template_is_to_be_checked_again(self):
        with self.play():
            self.gateway.action_check()
        self.assertEqual(self.gateway.status, "ready")
        self.gateway.gateway_success = "OK"
        self.assertEqual(self.gateway.status, "unchecked")
