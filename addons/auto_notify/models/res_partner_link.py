from odoo import api, models

LINK_DAYS = 30


class ResPartner(models.Model):
    """How a customer and his chat in a messenger find each other: links, QR codes."""

    _inherit = "res.partner"

    def _get_notify_links(self, company=None):
        """Return the links that open the shop's chats and tell who comes.

        Whoever opens such a link is taken for this person, for 30 days: it is shown to
        the person only. Messengers the person is linked with already are left out.

        :param company: whose channels, the current one's by default
        :return: list of dicts (kind, name, url), in the order of the channels
        """
        self.ensure_one()
        channels = self._get_messenger_channels(company or self.env.company)
        # sudo: chats are none of a customer's records, and these are his own
        chats = self.sudo().notify_contact_ids
        channels -= chats.filtered(lambda chat: chat.state != "blocked").channel_id
        if not channels:
            return []
        token = self.env["auto.notify.token"]._make("link", self, days=LINK_DAYS)
        links = []
        for channel in channels:
            if url := channel._get_provider().get_link(token):
                links.append({"kind": channel.kind, "name": channel.name, "url": url})
        return links

    @api.model
    def _get_messenger_channels(self, company):
        """Return the company's messengers that are set up (sudo)."""
        # sudo: which messengers the shop has is told to every customer
        channels_sudo = self.env["auto.notify.channel"].sudo()
        kinds = channels_sudo._get_chat_kinds()
        return channels_sudo.search(
            [("company_id", "=", company.id), ("kind", "in", kinds)]
        ).filtered(
            lambda channel: (
                channel._get_provider_class() and not channel._get_missing_fields()
            )
        )

    def _get_notify_choices(self, company=None):
        """Return the channels that reach the person now, for him to prefer one.

        :return: list of pairs (kind, name)
        """
        self.ensure_one()
        # sudo: which channels the shop has is told to every customer
        channels_sudo = self.env["auto.notify.channel"].sudo()
        channels_sudo = channels_sudo.search(
            [
                ("company_id", "=", (company or self.env.company).id),
                ("kind", "in", [kind for kind, __ in channels_sudo._get_sent_kinds()]),
            ]
        )
        return [
            (channel.kind, channel.name)
            for channel in channels_sudo
            # sudo: whether it is linked, not where
            if self.sudo()._get_notify_address(channel)[0]
        ]

    def _can_unlink_notify_chat(self, chat):
        """Whether unlinking a chat would end messages there.

        What goes to a phone goes there with or without a chat: that is ended by the
        channel the customer chooses, or by his consent.

        :param chat: one of the person's own ``auto.notify.contact``
        """
        self.ensure_one()
        return (
            chat.kind not in chat.channel_id._get_phone_kinds()
            or not self._get_notify_phone()
        )

    def _unlink_notify_chat(self, chat):
        """Forget that a chat is this person's, as he asks for.

        :param chat: one of the person's own ``auto.notify.contact``
        """
        self.ensure_one()
        kind = chat.kind
        chat.write({"partner_id": False, "phone": False})
        if self.notify_kind == kind and not self._get_notify_chats(kind):
            self.notify_kind = False
