from unittest.mock import patch

from odoo.tests import tagged

from odoo.addons.sms.tests.common import SMSCase

from ..tools.provider import Answer, Event
from .outbox_common import NOON, FakeProvider, OutboxCommon


@tagged("post_install", "-at_install")
class TestSmsSeam(OutboxCommon, SMSCase):
    """The outbox through Odoo's provider of text messages, and Odoo through ours."""

    def setUp(self):
        super().setUp()
        self.gateway.sms_gateway = "odoo"
        self.providers.pop(self.gateway.id)

    def _create_sms(self, key="one", **vals):
        return self._create_message(key, kinds=[["sms", 0]], **vals)

    def _use_gateway(self):
        self.gateway.sms_gateway = "smsc"
        return self._use(FakeProvider(), self.gateway)

    # ------------------------------------------------------------------
    # The outbox through Odoo's provider
    # ------------------------------------------------------------------

    def test_a_message_goes_through_odoos_provider(self):
        message = self._create_sms()
        with self.mockSMSGateway():
            self._dispatch()
        self.assertEqual(
            self._sms,
            [
                {
                    "number": "+79161234567",
                    "body": "Your car is ready.",
                    "uuid": message.attempt_ids.key,
                }
            ],
        )
        self.assertRecordValues(message, [{"state": "sent", "date_sent": NOON}])
        self.assertEqual(message.attempt_ids.state, "accepted")

    def test_receipts_come_through_the_tracker(self):
        message = self._create_sms()
        with self.mockSMSGateway():
            self._dispatch()
        key = message.attempt_ids.key
        tracker = self.env["sms.tracker"].search([("sms_uuid", "=", key)])
        self.assertEqual(tracker.auto_notify_attempt_id, message.attempt_ids)
        self.make_jsonrpc_request(
            "/sms/status",
            {"message_statuses": [{"sms_status": "delivered", "uuids": [key]}]},
        )
        self.assertEqual(message.state, "delivered")

    def test_a_late_failure_goes_to_the_next_channel(self):
        message = self._create_message(kinds=[["sms", 15], ["telegram", 0]])
        with self.mockSMSGateway():
            self._dispatch()
        tracker = self.env["sms.tracker"].search(
            [("sms_uuid", "=", message.attempt_ids.key)]
        )
        tracker._action_update_from_provider_error("not_delivered")
        self.assertEqual(message.state, "queued")
        self._dispatch()
        self.assertEqual(message.kind, "telegram")

    def test_a_wrong_number_is_a_failure(self):
        message = self._create_sms()
        with self.mockSMSGateway(sim_error="wrong_number_format"):
            self._dispatch()
        self.assertEqual(message.state, "failed")
        self.assertRecordValues(
            message.attempt_ids,
            [{"code": "sms_number_format", "error": "Wrong Number Format"}],
        )

    def test_a_server_that_is_down_is_tried_again(self):
        message = self._create_sms()
        with self.mockSMSGateway(sim_error="jsonrpc_exception"):
            self._dispatch()
        self.assertEqual(message.state, "deferred")
        self._pass(minutes=2)
        with self.mockSMSGateway():
            self._dispatch()
        self.assertEqual(message.state, "sent")
        self.assertEqual(len(self._sms), 1)

    def test_an_account_without_credit_is_broken(self):
        message = self._create_sms()
        with self.mockSMSGateway(sim_error="credit"):
            self._dispatch()
        self.assertEqual(message.state, "deferred")
        self.assertTrue(self.gateway._is_paused(NOON))

    def test_after_a_crash_odoos_own_queue_sends(self):
        message = self._create_sms()
        with patch.object(
            type(self.env["auto.notify.attempt"]), "_send_odoo_sms", lambda a: None
        ):
            self._dispatch()
        self.assertEqual(message.state, "sent")
        with self.mockSMSGateway(), self._dispatcher_env() as env:
            env["sms.sms"]._process_queue()
        self.assertEqual(
            [sms["uuid"] for sms in self._sms], message.attempt_ids.mapped("key")
        )

    def test_in_test_mode_nothing_leaves(self):
        self.env["ir.config_parameter"].set_param("auto_notify.test_mode", True)
        message = self._create_sms()
        with self.mockSMSGateway():
            self._dispatch()
        self.assertFalse(self._sms)
        self.assertEqual(message.state, "delivered")

    def test_a_provider_that_tells_states_later_is_followed(self):
        """As `sms_twilio` does: states and errors reach the tracker from a webhook."""
        message = self._create_sms()
        with self.mockSMSGateway(moderated=True):
            self._dispatch()
        tracker = self.env["sms.tracker"].search(
            [("sms_uuid", "=", message.attempt_ids.key)]
        )
        self.assertEqual(message.state, "sent")
        tracker._action_update_from_sms_state("pending")
        self.assertEqual(message.state, "sent")
        tracker._action_update_from_sms_state("sent")
        self.assertEqual(message.state, "delivered")
        tracker._action_update_from_sms_state("pending")
        self.assertEqual(message.state, "delivered", "late news change nothing")

    # ------------------------------------------------------------------
    # Odoo's composer through our gateway
    # ------------------------------------------------------------------

    def _compose(self, record=None):
        record = record or self.customer
        composer = self.env["sms.composer"].create(
            {
                "composition_mode": "comment",
                "res_model": record._name,
                "res_id": record.id,
                "body": "Typed by staff",
            }
        )
        composer.action_send_sms()
        return record.message_ids[:1]

    def test_odoos_composer_sends_through_the_shops_gateway(self):
        provider = self._use_gateway()
        mail = self._compose()
        [outgoing] = provider.sent
        self.assertEqual(outgoing.to, "+79161234567")
        self.assertEqual(outgoing.text, "Typed by staff")
        self.assertEqual(mail.notification_ids.notification_status, "pending")

    def test_odoos_composer_tells_what_the_gateway_says(self):
        provider = self._use_gateway()
        provider.script = [Answer("refused", error="Number is on a stop list")]
        mail = self._compose()
        notification = mail.notification_ids
        self.assertEqual(notification.notification_status, "bounce")
        self.assertEqual(notification.failure_reason, "Number is on a stop list")

    def _tell(self, key, state, number=1, **values):
        """Let the gateway tell what became of a message, for the so-manieth time."""
        event_key = f"{key}:{state}:{number}"
        event = Event("receipt", event_key, own_key=key, state=state, **values)
        incoming = self.env["auto.notify.incoming"]
        row = incoming._store([incoming._prepare_event_vals(self.gateway, event)])
        row._process_safely()
        return row

    def test_odoos_composer_hears_what_became_of_it(self):
        provider = self._use_gateway()
        mail = self._compose()
        [outgoing] = provider.sent
        self.assertEqual(self._tell(outgoing.key, "sent").state, "done")
        self.assertEqual(mail.notification_ids.notification_status, "pending")
        self._tell(outgoing.key, "delivered")
        self.assertEqual(mail.notification_ids.notification_status, "sent")
        self._tell(outgoing.key, "sent", number=2)
        self.assertEqual(mail.notification_ids.notification_status, "sent")

    def test_odoos_composer_hears_of_a_failure(self):
        provider = self._use_gateway()
        mail = self._compose()
        [outgoing] = provider.sent
        self._tell(outgoing.key, "failed", error="out of reach")
        notification = mail.notification_ids
        self.assertIn(notification.notification_status, ("bounce", "exception"))
        self.assertEqual(notification.failure_type, "sms_not_delivered")

    def test_odoos_composer_sends_nothing_in_test_mode(self):
        provider = self._use_gateway()
        self.env["ir.config_parameter"].set_param("auto_notify.test_mode", True)
        mail = self._compose()
        self.assertFalse(provider.sent)
        self.assertEqual(mail.notification_ids.notification_status, "pending")

    def test_without_a_gateway_odoos_provider_is_used(self):
        with self.mockSMSGateway():
            self._compose()
        self.assertEqual(len(self._sms), 1)

    def test_odoos_queue_serves_each_company_through_its_own_gateway(self):
        provider = self._use_gateway()
        other = self.env["res.company"].create({"name": "Other Shop"})
        record = self.env["res.partner"].create(
            {"name": "Theirs", "phone": "+79160000001", "company_id": other.id}
        )
        messages = self.env["mail.message"].create(
            [
                {"body": "A", "record_company_id": self.company.id},
                {"body": "B", "record_company_id": other.id},
            ]
        )
        queue = self.env["sms.sms"].create(
            [
                {
                    "number": "+79160000002",
                    "body": "A",
                    "mail_message_id": messages[0].id,
                },
                {
                    "number": record.phone,
                    "body": "B",
                    "mail_message_id": messages[1].id,
                },
            ]
        )
        with self.mockSMSGateway():
            queue._send()
        self.assertEqual([o.to for o in provider.sent], ["+79160000002"])
        self.assertEqual([sms["number"] for sms in self._sms], ["+79160000001"])

    def test_the_outbox_keeps_its_company_in_odoos_queue(self):
        """The main company's gateway does not send for a company without one."""
        provider = self._use_gateway()
        other = self.env["res.company"].create({"name": "Other Shop"})
        self._create_channel("sms", company_id=other.id, sms_gateway="odoo")
        message = self._create_sms(
            company_id=other.id,
            lead_id=False,
            order_id=False,
            res_model=False,
            res_id=0,
        )
        with self.mockSMSGateway():
            self._dispatch()
        self.assertEqual(message.state, "sent")
        self.assertFalse(provider.sent)
        self.assertEqual(len(self._sms), 1)
