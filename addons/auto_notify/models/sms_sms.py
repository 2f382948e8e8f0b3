from odoo import models


class SmsSms(models.Model):
    _inherit = "sms.sms"

    def _get_sms_company(self):
        """Override of `sms`: the company of the outbox's message."""
        # sudo: trackers are technical, and text messages are sent by everybody
        own = self.sudo().filtered("sms_tracker_id.auto_notify_attempt_id")
        others = self - own.sudo(self.env.su)
        companies = own.sms_tracker_id.auto_notify_attempt_id.company_id
        if not own or others:
            companies |= super(SmsSms, others)._get_sms_company()
        return companies.sudo(self.env.su)

    def _split_by_api(self):
        """Override of `sms`: a company with a gateway of its own sends through that."""
        others = self.browse()
        for company, messages in self.grouped(lambda m: m._get_sms_company()).items():
            if company._get_sms_gateway_channel():
                api = company._get_sms_api_class()(self.env)
                api._set_company(company)
                yield api, messages
            else:
                others += messages
        if others:
            yield from super(SmsSms, others)._split_by_api()

    def _send(self, unlink_failed=False, unlink_sent=True, raise_exception=False):
        """Override of `sms`: the queue holds messages of several companies.

        Odoo's scheduled action passes all of them at once, but one call can be for one
        company only.
        """
        options = {
            "unlink_failed": unlink_failed,
            "unlink_sent": unlink_sent,
            "raise_exception": raise_exception,
        }
        if self.env.context.get("sms_api"):
            return super()._send(**options)
        for company, messages in self.grouped(lambda m: m._get_sms_company()).items():
            api = company._get_sms_api_class()(self.env)
            api._set_company(company)
            super(SmsSms, messages.with_context(sms_api=api))._send(**options)
        return None
