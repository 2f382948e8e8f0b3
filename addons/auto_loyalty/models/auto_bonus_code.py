from odoo import api, fields, models

from odoo.addons.auto_notify.models.auto_notify_message import HIDDEN

WAIT = 1  # minutes until another channel is tried: a code is good for ten


class AutoBonusCode(models.Model):
    """A code by which a customer confirms that he pays an order with bonuses."""

    _name = "auto.bonus.code"
    _inherit = ["auto.notify.code.mixin"]
    _description = "Bonus Code"
    _code_document = "order_id"

    order_id = fields.Many2one(
        comodel_name="sale.order", required=True, ondelete="cascade", index=True
    )
    points = fields.Float(digits=(16, 2), help="0: as many as the order takes.")

    @api.model
    def _get_kinds(self, order):
        """Return the channels by which a code reaches the order's customer, his first.

        His phone and his messengers, as they stand on his record; never e-mail. What
        only logs counts while the owner tries everything out.

        :param order: sale.order
        :return: pairs of channel kind and minutes to wait
        """
        company = order.company_id
        partner = order.partner_id.sudo()  # sudo: whoever pays reads no contacts
        # sudo: only which channels are on
        channels = self.env["auto.notify.channel"].sudo()
        by_kind = channels._map_by_kind(company)
        kinds = [
            kind
            for (company_id, kind), channel in by_kind.items()
            if company_id == company.id
            and channel._can_send()
            and self._is_channel_safe(channel, partner)
        ]
        kinds.sort(key=lambda kind: kind != partner.notify_kind)
        return [[kind, WAIT] for kind in kinds]

    @api.model
    def _is_channel_safe(self, channel, partner):
        """Tell whether what a channel sends reaches a customer's own phone."""
        reach = channel._get_kind_class(channel.kind).reach
        if reach == "anything":
            return channel._is_test_mode()
        if reach == "email" or partner._get_notify_refusal("obligatory", channel.kind):
            return False
        return bool(partner._get_notify_address(channel)[0])

    def _get_text(self):
        """Override of `auto_notify`: the code is for paying with bonuses."""
        self.ensure_one()
        return self.env._(
            "%(code)s is your code to pay order %(order)s with bonuses. Tell nobody.",
            code=HIDDEN,
            order=self.order_id.name,
        )

    def _prepare_message_vals(self, code):
        """Override of `auto_notify`: to the customer of the order, nobody else."""
        self.ensure_one()
        partner = self.order_id.partner_id
        return {
            **super()._prepare_message_vals(code),
            "kinds": self._get_kinds(self.order_id),
            "partner_id": partner.id,
            "lang": partner.lang or self.env.lang,
        }
