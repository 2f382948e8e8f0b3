from werkzeug.exceptions import NotFound

from odoo import http
from odoo.http import request

MAX_BODY = 10_000


class PageController(http.Controller):
    """Pages behind the links of messages: nobody has to log in for them.

    Opening a page changes nothing, since mail programs open links by themselves; only
    its button does. The token of the address is the proof and says what may be done:
    a session adds nothing to it, so there is nothing to forge across sites.
    """

    # ------------------------------------------------------------------
    # Opt-out
    # ------------------------------------------------------------------

    @http.route(
        "/auto_notify/stop/<string:token>",
        type="http",
        auth="public",
        methods=["GET"],
        website=True,
        multilang=False,
        sitemap=False,
    )
    def show_stop(self, token, **_params):
        """Ask which messages shall end."""
        partner = self._get_stop_partner(token)
        return self._render("auto_notify.page_stop", partner, token=token)

    @http.route(
        "/auto_notify/stop/<string:token>",
        type="http",
        auth="public",
        methods=["POST"],
        csrf=False,  # the token is the proof; mail programs post without a session
        save_session=False,
        website=True,
        multilang=False,
        sitemap=False,
        max_content_length=MAX_BODY,
    )
    def do_stop(self, token, what="marketing", **_params):
        """End messages, or give them back.

        A mail program's own button posts nothing but ``List-Unsubscribe``: it ends
        what is not about the customer's car.

        :param str what: ``marketing``, ``all`` or ``start``
        """
        partner = self._get_stop_partner(token)
        if what == "start":
            partner._set_notify_consent("service", True, "link")
        else:
            partner._set_notify_consent("marketing", False, "link")
        if what == "all":
            partner._set_notify_consent("service", False, "link")
        return self._render("auto_notify.page_stop", partner, token=token, done=what)

    def _get_stop_partner(self, token):
        """Return whose messages a link may end.

        :raise NotFound: for a forged link, and for one of somebody deleted
        """
        tokens = request.env["auto.notify.token"]
        # sudo: the token is the proof, nobody is logged in
        message_sudo = tokens.sudo()._find("stop", token, "auto.notify.message")
        if not message_sudo.partner_id:
            raise NotFound
        return message_sudo.partner_id.with_company(message_sudo.company_id)

    # ------------------------------------------------------------------
    # Buttons
    # ------------------------------------------------------------------

    @http.route(
        "/auto_notify/b/<string:code>/<string:token>",
        type="http",
        auth="public",
        methods=["GET"],
        website=True,
        multilang=False,
        sitemap=False,
    )
    def show_button(self, code, token, **_params):
        """Ask whether the button is meant."""
        message, button = self._get_button(code, token)
        return self._render_button(message, button)

    @http.route(
        "/auto_notify/b/<string:code>/<string:token>",
        type="http",
        auth="public",
        methods=["POST"],
        csrf=False,  # the token is the proof, there is no session
        save_session=False,
        website=True,
        multilang=False,
        sitemap=False,
        max_content_length=MAX_BODY,
    )
    def do_button(self, code, token, **_params):
        """Do what the button of a message asks for."""
        message, button = self._get_button(code, token)
        lang = self._get_lang(message.partner_id)
        answer = message.with_context(lang=lang)._press_button(code)
        return self._render_button(message, button, answer=answer)

    def _get_button(self, code, token):
        """Return the message and the button of a link.

        :raise NotFound: for a forged link, or a button the message does not have
        """
        tokens = request.env["auto.notify.token"]
        # sudo: the token is the proof, nobody is logged in
        message = tokens.sudo()._find(f"button/{code}", token, "auto.notify.message")
        button = message and message._get_buttons().filtered(
            lambda button: button.code == code
        )
        if not button:
            raise NotFound
        return message, button

    def _render_button(self, message, button, answer=""):
        """Return the page of a button; a cancelled message has none any more."""
        lang = self._get_lang(message.partner_id)
        if not answer and not message._get_pressable_button(button.code):
            answer = message.with_context(lang=lang)._get_button_refusal()
        return self._render(
            "auto_notify.page_button",
            message.partner_id.with_company(message.company_id),
            message=message,
            button=button.with_context(lang=lang),
            answer=answer,
        )

    # ------------------------------------------------------------------
    # Pages
    # ------------------------------------------------------------------

    def _render(self, template, partner, **values):
        """Return a page in the customer's language, that nobody keeps a copy of."""
        request.update_context(lang=self._get_lang(partner))
        values = {"partner": partner, "shop": partner.env.company, **values}
        response = request.render(template, values)
        response.headers["Cache-Control"] = "no-store"
        response.headers["Referrer-Policy"] = "no-referrer"
        response.headers["X-Robots-Tag"] = "noindex"
        return response

    def _get_lang(self, partner):
        """Return the language of the customer, else that of the page's visitor."""
        installed = {code for code, _name in request.env["res.lang"].get_installed()}
        return partner.lang if partner.lang in installed else request.env.lang
