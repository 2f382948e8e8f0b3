from odoo.addons.sms.tools.sms_api import SmsApiBase

from .calls import Call, run_calls
from .provider import Outgoing

# What an answer is in the words of `sms`; see `SmsSms.IAP_TO_SMS_STATE_SUCCESS`
STATE_OF_ANSWER = {
    "accepted": "success",
    "refused": "rejected",
    "later": "server_error",
    "broken": "unregistered",
    "unsure": "unsure",
}


class SmsApiAutoNotify(SmsApiBase):
    """Odoo's seam for text messages, over the gateway of a company's SMS channel.

    So what staff types in Odoo's own composer leaves by the same account as the
    messages of the outbox.
    """

    PROVIDER_TO_SMS_FAILURE_TYPE = SmsApiBase.PROVIDER_TO_SMS_FAILURE_TYPE | {
        "unregistered": "sms_acc",
    }

    def _send_sms_batch(self, messages, delivery_reports_url=False):
        """Send text messages.

        :param messages: see `sms`
        :return: a dict with ``uuid``, ``state`` and ``failure_reason`` for each number
        """
        uuids = [
            number["uuid"] for message in messages for number in message["numbers"]
        ]
        channel = self.company._get_sms_gateway_channel()
        if channel._get_transport() == "log":
            return [{"uuid": uuid, "state": "success"} for uuid in uuids]
        provider = channel._get_provider()
        # sudo: the key in the address is for administrators and the provider
        callback = channel.sudo().hook_url or ""
        calls = [
            Call(
                provider,
                Outgoing(
                    to=number["number"] or "",
                    text=message["content"] or "",
                    key=number["uuid"],
                    callback=callback,
                ),
            )
            for message in messages
            for number in message["numbers"]
        ]
        results = run_calls(calls, max(1, channel.parallel))
        return [
            {
                "uuid": uuid,
                "state": STATE_OF_ANSWER[result.answer.state],
                "failure_reason": result.answer.error or False,
            }
            for uuid, result in zip(uuids, results, strict=True)
        ]
