from odoo.tests import tagged
from odoo.tools import file_open

from .channel_common import ChannelCommon

SCRIPT = "auto_notify/data/neutralize.sql"


@tagged("post_install", "-at_install")
class TestNeutralize(ChannelCommon):
    """A copy of the database tells nobody anything and takes no messages."""

    def _neutralize(self):
        self.env.flush_all()
        with file_open(SCRIPT) as script:
            self.env.cr.execute(script.read())
        self.env.invalidate_all()
        self.env.registry.clear_all_caches()

    def test_copy_is_in_test_mode(self):
        self.assertFalse(self.env["auto.notify.channel"]._is_test_mode())
        self._neutralize()
        self.assertTrue(self.env["auto.notify.channel"]._is_test_mode())
        settings = self.env["res.config.settings"]
        self.assertTrue(
            settings.default_get(["auto_notify_test_mode"])["auto_notify_test_mode"]
        )

    def test_copy_of_a_copy_is_in_test_mode(self):
        self._neutralize()
        self._neutralize()
        self.assertTrue(self.env["auto.notify.channel"]._is_test_mode())

    def test_copy_has_no_credentials(self):
        gateway = self._create_channel(
            "sms",
            sms_gateway="http",
            url="https://sms.example.com",
            login="garage",
            secret="password",
            app_secret="word",
            gateway_address="/send?password=typed",
            gateway_check_address="/balance?password=typed",
            gateway_headers="X-Key: typed",
            gateway_body="password=typed",
            gateway_callback_query="password=typed",
        )
        self.telegram.check_result = "Connected"
        channels = self.telegram | gateway
        keys = channels.mapped("hook_key")
        self._neutralize()
        for name in self.env["auto.notify.channel"]._get_secret_fields() | {
            "login",
            "check_result",
            "gateway_address",
            "gateway_check_address",
            "gateway_headers",
            "gateway_body",
        }:
            self.assertFalse(any(channel[name] for channel in channels), name)
        for key in keys:
            self.assertFalse(self.env["auto.notify.channel"]._find_by_key(key))
        self.assertTrue(all(channels.mapped("active")))

    def test_copy_invites_nobody_into_the_real_chats(self):
        self.assertTrue(self.customer._get_notify_links())
        self._neutralize()
        self.assertFalse(self.customer._get_notify_links())
