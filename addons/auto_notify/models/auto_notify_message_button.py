from markupsafe import Markup

from odoo import api, fields, models


class AutoNotifyMessage(models.Model):
    """Buttons below a message, and links that opt out: what comes back is ours."""

    _inherit = "auto.notify.message"

    button_code = fields.Char(string="Button pressed", readonly=True)
    date_button = fields.Datetime(string="Pressed at", readonly=True)

    # ------------------------------------------------------------------
    # Making
    # ------------------------------------------------------------------

    def _get_buttons(self):
        """Hook: the buttons the message carries."""
        self.ensure_one()
        return self.template_id.button_ids

    def _get_button_data(self, code):
        """Return what a messenger gives back when a button is pressed: ≤ 64 bytes.

        :param str code: of the ``auto.notify.button``
        """
        return self.env["auto.notify.token"]._make_data(code, self)

    def _get_button_url(self, code):
        """Return the link that does for SMS and e-mail what a button does.

        :param str code: of the ``auto.notify.button``
        """
        token = self.env["auto.notify.token"]._make(f"button/{code}", self)
        return f"{self.get_base_url()}/auto_notify/b/{code}/{token}"

    def _get_stop_url(self):
        """Return the link by which the recipient ends messages."""
        token = self.env["auto.notify.token"]._make("stop", self)
        return f"{self.get_base_url()}/auto_notify/stop/{token}"

    def _get_mail_links(self, stop_url):
        """Return the end of an e-mail: its buttons as links, and how to opt out."""
        self.ensure_one()
        buttons = Markup(" ").join(
            Markup(
                '<a href="%s" style="display: inline-block; padding: 8px 16px; '
                'margin: 0 8px 8px 0; border: 1px solid #888; border-radius: 4px;">%s'
                "</a>"
            )
            % (self._get_button_url(button.code), button.name)
            for button in self._get_buttons().with_env(self.env)
        )
        stop = Markup('<p style="color: #777;"><a href="%s">%s</a></p>') % (
            stop_url,
            self.env._("I want no such messages"),
        )
        return (Markup("<p>%s</p>") % buttons if buttons else Markup()) + stop

    # ------------------------------------------------------------------
    # Pressing
    # ------------------------------------------------------------------

    @api.model
    def _find_by_button_data(self, data, contact):
        """Return the message and the code of a button pressed in a chat.

        The press counts only in a chat of the message's recipient: who has forwarded
        the message has not handed over his car.

        :param str data: what the messenger gave back
        :param contact: the ``auto.notify.contact`` it was pressed in
        :return: (message or empty, code)
        """
        code, number = self.env["auto.notify.token"]._read_data(data) or ("", 0)
        message = self.browse(number).exists() if number else self.browse()
        if message and not message._is_recipient(contact):
            return self.browse(), ""
        return message, code

    def _is_recipient(self, contact):
        """Tell whether the message was meant for the person of a chat."""
        self.ensure_one()
        if self.company_id != contact.company_id:
            return False
        if contact == self.contact_id or contact in self.attempt_ids.contact_id:
            return True
        return bool(contact.partner_id) and contact.partner_id == self.partner_id

    def _press_button(self, code):
        """Do what a button of the message asks for; the same one pressed twice is once.

        :param str code: of one of the message's buttons
        :return: what to answer, in the language of the context
        """
        button = self._get_pressable_button(code)
        if not button:
            return self._get_button_refusal()
        if self.button_code != code:
            record = self._get_button_document()
            if not record or not record._on_notify_button(code, self.partner_id):
                return self._get_button_refusal()
            self.write({"button_code": code, "date_button": fields.Datetime.now()})
            self._tell_button(button)
        return self.env._(
            "Thank you. Your answer “%(button)s” has been received.", button=button.name
        )

    def _get_pressable_button(self, code):
        """Return the button of that code, if the message has one and still counts."""
        if not self or self.state == "cancelled":
            return self.env["auto.notify.button"]
        return self._get_buttons().filtered(lambda button: button.code == code)[:1]

    def _get_button_document(self):
        """Return the document the message is about, or empty if it is gone."""
        self.ensure_one()
        if self.res_model not in self.env:
            return None
        record = self.env[self.res_model].with_company(self.company_id)
        return record.browse(self.res_id).exists()

    @api.model
    def _get_button_refusal(self):
        """Return what a person is told whose press changes nothing."""
        return self.env._(
            "This cannot be answered here any more. Write to us or call, please."
        )

    def _tell_button(self, button):
        """Tell staff which button was pressed, in their language."""
        self.ensure_one()
        lang = self.company_id.partner_id.lang
        lead = self.lead_id.with_context(lang=lang)
        if lead:
            name = button.with_context(lang=lang).name
            text = lead.env._("Pressed the button “%(button)s”.", button=name)
            lead._message_log(body=text, author_id=self.partner_id.id or None)
            lead._toast_notify_incoming(self.partner_id.name or "", text)
