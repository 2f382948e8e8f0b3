from odoo.tests import HttpCase, tagged

from .chatter_common import AutoChatterCommon


@tagged("post_install", "-at_install")
class TestChatterTour(AutoChatterCommon, HttpCase):
    """An advisor answers a customer, and writes to him by SMS."""

    def test_advisor_answers_from_the_chatter(self):
        self._create_channel("sms")
        self.deal._get_event_activities().unlink()
        self.deal._schedule_notify_answer(self.contact)
        self.assertTrue(self.deal._get_notify_answers())
        self.start_tour(
            f"/odoo/crm.lead/{self.deal.id}",
            "auto_notify_reply",
            login="auto_advisor",
            timeout=180,  # a cold cache makes the bundles first
        )
        sms, reply = self._get_messages(lead_id=self.deal.id).sorted("id", reverse=True)
        self.assertEqual(reply.body, "We wait for you until 20:00")
        self.assertEqual(reply.contact_id, self.contact)
        self.assertEqual(sms.body, "Ваша машина готова")
        self.assertEqual(sms.kinds, [["sms", 0]])

    def test_advisor_answers_among_conversations(self):
        self.deal._get_event_activities().unlink()
        self.deal._post_notify_incoming(self.contact, "When is it ready?")
        self.start_tour("/odoo", "auto_notify_talks", login="auto_advisor", timeout=180)
        reply = self._get_messages(lead_id=self.deal.id)
        self.assertEqual(reply.body, "At six")
        self.assertEqual(reply.contact_id, self.contact)
        self.assertFalse(self.deal.date_talk_waiting)
