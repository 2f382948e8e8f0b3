from odoo.tests import tagged

from .outbox_common import OutboxCommon


@tagged("post_install", "-at_install")
class TestSecret(OutboxCommon):
    """A message that carries a code goes only where its maker lets it go."""

    def test_a_secret_does_not_follow_the_customer_s_preference(self):
        self._create_channel("email")
        self.customer.write({"notify_kind": "email", "email": "ivan@example.com"})
        plain = self._create_message("plain", kinds=[["sms", 0]])
        secret = self._create_message("secret", kinds=[["sms", 0]], secret="123456")
        channels = (plain + secret)._get_sending_channels()
        routes = [
            message._order_route(message._get_route(), channels)
            for message in plain + secret
        ]
        self.assertEqual(routes[0][0][0], "email")
        self.assertEqual(routes[1], [["sms", 0]])
