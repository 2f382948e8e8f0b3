from werkzeug.exceptions import NotFound

from odoo.fields import Domain
from odoo.http import request, route

from odoo.addons.auto_crm.controllers.portal import AutoCustomerPortal
from odoo.addons.portal.controllers.portal import pager as portal_pager

SHOWN_STATES = ("sent", "delivered", "read")


class AutoNotifyPortal(AutoCustomerPortal):
    """A customer's messages: what was sent to him, where, and what he wants.

    A customer has no rights on the records of messages. Everything here starts from
    the partner of whoever is logged in, and is read and written with sudo.
    """

    _messages_per_page = 20

    def _prepare_garage_values(self):
        """Override of `auto_crm`: messengers the customer may get messages in."""
        values = super()._prepare_garage_values()
        if values:
            values["garage_links"] = self._get_links()
        return values

    @route(
        ["/my/messages", "/my/messages/page/<int:page>"],
        type="http",
        auth="user",
        methods=["GET"],
        website=True,
        sitemap=False,
    )
    def portal_my_messages(self, page=1, message=None, **_kw):
        """Show where the customer is told, what he wants, and what he was told."""
        values = self._prepare_portal_layout_values()
        values.update(self._prepare_messages_values(page))
        values.update({"page_name": "messages", "message": message})
        return request.render("auto_notify.portal_my_messages", values)

    def _prepare_messages_values(self, page=1):
        """Return the values of the page of messages; hook of further blocks."""
        partner = request.env.user.partner_id
        # sudo: the class tells why
        document_model = request.env["auto.document"].sudo()
        message_model = request.env["auto.notify.message"].sudo()
        domain = self._get_message_domain()
        pager = portal_pager(
            url="/my/messages",
            total=message_model.search_count(domain),
            page=page,
            step=self._messages_per_page,
        )
        kinds = message_model._fields["kind"]._description_selection(request.env)
        return {
            # sudo: the customer's own contact; its wishes are not his to read
            "partner": partner.sudo(),
            "chats": self._get_chats(),
            "links": [
                {**link, "qr": document_model._get_qr(link["url"])}
                for link in self._get_links()
            ],
            "choices": partner._get_notify_choices(),
            "languages": request.env["res.lang"].get_installed(),
            "messages": message_model.search(
                domain,
                order="date_sent desc, id desc",
                limit=self._messages_per_page,
                offset=max(pager["offset"], 0),
            ),
            "kinds": dict(kinds),
            "pager": pager,
        }

    def _get_links(self):
        """Return the links into messengers the customer is not linked with yet."""
        return request.env.user.partner_id._get_notify_links()

    def _get_chats(self):
        """Return the customer's own chats (sudo)."""
        # sudo: chats are the shop's; the domain leaves the customer's own
        chat_model = request.env["auto.notify.contact"].sudo()
        return chat_model.search(
            [
                ("partner_id", "=", request.env.user.partner_id.id),
                ("channel_id.active", "=", True),
            ]
        )

    def _get_message_domain(self):
        """Return the domain of what was sent to the customer.

        A company's login sees also what its people were told, each of them only his.
        What was only logged has not been sent to anybody.
        """
        partner = request.env.user.partner_id
        return (
            Domain("partner_id", "child_of", [partner.id])
            & Domain("state", "in", SHOWN_STATES)
            & Domain("kind", "!=", "log")
            & Domain("body", "!=", False)
        )

    @route(
        "/my/messages",
        type="http",
        auth="user",
        methods=["POST"],
        website=True,
        sitemap=False,
    )
    def portal_save_messages(self, kind="", lang="", service="", marketing="", **_kw):
        """Keep what the customer wants: channel, language, consents."""
        # sudo: a customer decides this of himself, and nothing else of his record
        partner_sudo = request.env.user.partner_id.sudo()
        vals = self._prepare_preference_vals(partner_sudo, kind, lang)
        if vals:
            partner_sudo.write(vals)
        words = {
            "service": request.env._("Messages about my car"),
            "marketing": request.env._("Offers and news"),
        }
        for category, answer in (("service", service), ("marketing", marketing)):
            partner_sudo._set_notify_consent(
                category, bool(answer), "portal", words[category]
            )
        return request.redirect(self._get_messages_url(partner_sudo.lang))

    def _prepare_preference_vals(self, partner, kind, lang):
        """Return the values to write: what is unknown, or so already, is left out."""
        vals = {}
        kinds = {code for code, _name in partner._get_notify_choices()}
        if (not kind or kind in kinds) and kind != (partner.notify_kind or ""):
            vals["notify_kind"] = kind or False
        languages = {code for code, _name in request.env["res.lang"].get_installed()}
        if lang in languages and lang != partner.lang:
            vals["lang"] = lang
        return vals

    def _get_messages_url(self, lang):
        """Return the address of the page, in the language if the site speaks it."""
        address = "/my/messages?message=saved"
        if lang in request.env["res.lang"]._get_frontend():
            return request.env["ir.http"]._url_for(address, lang)
        return address

    @route(
        "/my/messages/unlink",
        type="http",
        auth="user",
        methods=["POST"],
        website=True,
        sitemap=False,
    )
    def portal_unlink_chat(self, chat="", **_kw):
        """Forget a chat of the customer; one of somebody else is as good as none."""
        digits = chat.isascii() and chat.isdigit() and len(chat) < 10
        own_sudo = self._get_chats().filtered(lambda it: digits and it.id == int(chat))
        partner_sudo = own_sudo.partner_id
        if not own_sudo or not partner_sudo._can_unlink_notify_chat(own_sudo):
            raise NotFound
        partner_sudo._unlink_notify_chat(own_sudo)
        return request.redirect("/my/messages?message=unlinked")
