from odoo import api, fields, models
from odoo.fields import Domain

from ..tools.sms_api import SmsApiAutoNotify


class ResCompany(models.Model):
    """A company: its first channels, its gateway for SMS, its address on the bus."""

    _name = "res.company"
    _inherit = ["res.company", "bus.listener.mixin"]

    auto_map_url = fields.Char(
        string="Map link",
        help="Where customers find the shop; empty: a link made of the address.",
    )
    auto_notify_answer_minutes = fields.Integer(
        string="Answer within",
        required=True,
        default=15,
        help="Minutes of working time that a customer may wait for an answer.",
    )

    _auto_notify_answer_minutes_positive = models.Constraint(
        "CHECK (auto_notify_answer_minutes > 0)",
        "The time to answer is at least one minute.",
    )

    @api.model_create_multi
    def create(self, vals_list):
        """Override of `base`: a new company has the channels of the first one."""
        companies = super().create(vals_list)
        self._create_notify_channels(companies)
        return companies

    @api.model
    def _create_notify_channels(self, companies=None):
        """Give companies without channels the ones every shop starts with.

        :param companies: all companies by default
        """
        # sudo: whoever may make a company may not be allowed to set up channels
        channel_model = self.env["auto.notify.channel"].sudo()
        having = channel_model.with_context(active_test=False)._search([])
        domain = Domain("id", "not in", having.subselect("company_id"))
        if companies is not None:
            domain &= Domain("id", "in", companies.ids)
        channel_model.with_context(tracking_disable=True).create(
            [
                {**vals, "company_id": company.id}
                # sudo: channels are for every company
                for company in self.sudo().search(domain)
                for vals in self._prepare_notify_channels()
            ]
        )

    @api.model
    def _prepare_notify_channels(self):
        """Return the values of a company's first channels: only the log is on."""
        return [
            {
                "name": self.env._("Log only"),
                "kind": "log",
                "sequence": 90,
                "wait_minutes": 0,
            },
            {
                "name": self.env._("SMS"),
                "kind": "sms",
                "sequence": 50,
                "wait_minutes": 60,
                "active": False,
            },
            {
                "name": self.env._("E-mail"),
                "kind": "email",
                "sequence": 60,
                "wait_minutes": 0,
                "active": False,
            },
        ]

    def _get_sms_api_class(self):
        """Override of `sms`: Odoo's own text messages go through the shop's gateway."""
        if self._get_sms_gateway_channel():
            return SmsApiAutoNotify
        return super()._get_sms_api_class()

    def _get_sms_gateway_channel(self):
        """Return the company's SMS channel if it has a gateway of its own, or empty."""
        self.ensure_one()
        channels = self.env["auto.notify.channel"]._map_by_kind(self)
        channel = channels.get((self.id, "sms"), self.env["auto.notify.channel"])
        return channel.filtered("is_remote")
