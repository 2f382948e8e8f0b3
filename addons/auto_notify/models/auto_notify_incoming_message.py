from odoo import models

from ..tools.files import clean_name
from ..tools.provider import ProviderError
from ..tools.words import read_word
from .auto_notify_incoming import TryLaterError

MAX_FILES = 10
MAX_FILE_TRIES = 3
FILE_MEGABYTES = 20


class AutoNotifyIncoming(models.Model):
    """What customers write, send, press and share: brought to their deal."""

    _inherit = "auto.notify.incoming"

    # ------------------------------------------------------------------
    # Messages
    # ------------------------------------------------------------------

    def _process_message(self, event):
        """Bring what the customer wrote to his deal; a stop or start word is obeyed."""
        fetched = self._fetch_files(event)  # first: no row is locked while we wait
        contact = self._take_contact(event)
        contact._link_by_phone()
        word = "" if event.media else read_word(event.text)
        if word:
            self._process_word(contact, word, event.text)
            return
        lead = contact._find_or_create_deal(event.text)
        self.lead_id = lead
        lead._post_notify_incoming(contact, event.text, *fetched, self.date)
        lead._record_fact("message")

    def _take_contact(self, event):
        """Return the chat of the event, made if it is new."""
        contacts = self.env["auto.notify.contact"]
        contact = contacts._find_or_create(self.channel_id, event)
        self.contact_id = contact
        return contact

    def _process_word(self, contact, word, text):
        """Stop or start messages, say so to the customer and to staff."""
        if word == "stop":
            contact._stop(text)
        else:
            contact._start(text)
        lead = self.env["crm.lead"]._find_notify_deal(contact)
        self.lead_id = lead
        note = self._get_word_note(contact, word, text[:100])
        for record in lead or contact.partner_id:
            record._message_log(body=note)
        contact._answer(self.id, self._get_word_answer(contact, word), lead)

    def _get_word_note(self, contact, word, text):
        """Return what staff reads about a stop or start word."""
        chat = contact._get_label()
        if word == "stop":
            return self.env._(
                "%(chat)s wants no more messages: “%(text)s”.", chat=chat, text=text
            )
        return self.env._(
            "%(chat)s wants messages again: “%(text)s”.", chat=chat, text=text
        )

    def _get_word_answer(self, contact, word):
        """Return what the customer is told, in his language."""
        env = self.with_context(lang=contact._get_lang()).env
        company = contact.company_id.name
        if word == "stop":
            return env._(
                "%(company)s will not write to you any more. Write START to get "
                "messages again.",
                company=company,
            )
        return env._(
            "%(company)s will write to you again about your car. Write STOP to end it.",
            company=company,
        )

    # ------------------------------------------------------------------
    # Files
    # ------------------------------------------------------------------

    def _fetch_files(self, event):
        """Get the files of a message from the provider.

        :return: (files as `message_post` wants them, sentences about what could not be
            had)
        :raise TryLaterError: when a file may be had later
        """
        files, faults = [], []
        if len(event.media) > MAX_FILES:
            faults.append(
                self.env._("Only %(count)s files were taken.", count=MAX_FILES)
            )
        provider = event.media and self.channel_id._get_provider()
        for media in event.media[:MAX_FILES]:
            name = clean_name(media.name, media.kind, media.mimetype)
            try:
                content = self._fetch_file(provider, media)
            except ProviderError as error:
                faults.append(
                    self.env._(
                        "The file %(name)s could not be had: %(error)s",
                        name=name,
                        error=error,
                    )
                )
            else:
                files.append((name, content, {"is_audio": media.kind == "audio"}))
        return files, faults

    def _fetch_file(self, provider, media):
        """Return the bytes of a file.

        :raise ProviderError: if it is too large, or not to be had any more
        :raise TryLaterError: when it may be had later
        """
        limit = self._get_file_limit()
        if media.size and media.size > limit:
            raise ProviderError(self.env._("it is too large"))
        try:
            return provider.fetch(media, limit)
        except ProviderError as error:
            if self.retry_count + 1 < MAX_FILE_TRIES:
                raise TryLaterError(str(error)) from None
            raise

    def _get_file_limit(self):
        """Return how many bytes a file may have."""
        # sudo: a parameter of the system, read while nobody is logged in
        parameters = self.env["ir.config_parameter"].sudo()
        text = parameters.get_param("auto_notify.file_megabytes") or ""
        return (int(text) if text.isdigit() else FILE_MEGABYTES) * 1024 * 1024

    # ------------------------------------------------------------------
    # Who it is
    # ------------------------------------------------------------------

    def _process_start(self, event):
        """Somebody opened our chat, by a customer's own link or without one."""
        contact = self._take_contact(event)
        partner = self._find_link_partner(event.payload)
        is_linked = bool(partner) and contact._link_partner(partner)
        contact._link_by_phone()
        if contact.state == "stopped":
            self._process_word(contact, "start", "/start")
        else:
            self._greet(contact, partner if is_linked else partner.browse())

    def _greet(self, contact, partner):
        """Say who we are, and to a stranger ask for his phone.

        :param partner: the customer whose link was opened, or empty
        """
        env = self.with_context(lang=contact._get_lang()).env
        company = contact.company_id.name
        if partner:
            text = env._(
                "%(name)s, %(company)s will write to you here about your car. You can "
                "ask us here, too. Write STOP to end messages.",
                name=partner.name,
                company=company,
            )
        else:
            text = env._(
                "This is %(company)s. Write here what your car needs, an advisor will "
                "answer.",
                company=company,
            )
        if contact.partner_id or not self._ask_phone(contact, text, env):
            contact._answer(self.id, text)

    def _get_welcome(self, channel, provider, body, args):
        """Return the JSON that answers a webhook at once, None for an empty answer.

        Viber takes the first words to a person in no other way.
        """
        if channel._is_test_mode():
            return None
        company = channel.company_id
        env = self.with_context(lang=company.partner_id.lang or "en_US").env
        text = env._(
            "This is %(company)s. Press the button to get messages about your car "
            "here, and to ask us.",
            company=company.name,
        )
        return provider.answer_event(body, args, text, env._("Begin"))

    def _ask_phone(self, contact, text, env):
        """Greet a stranger with a button that shares his phone, where there is one.

        :return: whether he was greeted so
        """
        provider = self._get_live_provider()
        if not provider or not provider.can_ask_phone:
            return False
        title = env._("Share my phone number")
        answer = provider.ask_phone(contact.external_id, text, title)
        return answer.state in ("accepted", "unsure")

    def _get_live_provider(self):
        """Return the channel's client, None while nothing may leave the database."""
        if self.env["auto.notify.channel"]._is_test_mode():
            return None
        return self.channel_id._get_provider()

    def _find_link_partner(self, token):
        """Return the customer whose link was opened, or empty."""
        partner = self.env["auto.notify.token"]._find("link", token, "res.partner")
        return partner.filtered(
            lambda partner: (
                partner.company_id in (self.company_id, partner.browse().company_id)
            )
        )

    def _process_contact(self, event):
        """The customer shared his own phone, which the messenger vouches for."""
        contact = self._take_contact(event)
        contact._link_by_phone()
        lead = self.env["crm.lead"]._find_notify_deal(contact)
        self.lead_id = lead
        if lead and contact.phone and not lead.partner_id and not lead.phone:
            lead.phone = contact.phone
        env = self.with_context(lang=contact._get_lang()).env
        contact._answer(self.id, env._("Thank you, we know your phone now."), lead)

    def _process_blocked(self, event):
        """The customer blocked us: nothing reaches him here until he writes."""
        self._take_contact(event).state = "blocked"

    # ------------------------------------------------------------------
    # Buttons
    # ------------------------------------------------------------------

    def _process_button(self, event):
        """A button below one of our messages was pressed."""
        contact = self._take_contact(event)
        messages = self.env["auto.notify.message"]
        message, code = messages._find_by_button_data(event.payload, contact)
        if not message and event.text and not self._is_own_button(event.payload):
            self._process_message(event)  # another program's: his words count
            return
        lang = contact._get_lang()
        text = message.with_context(lang=lang)._press_button(code)
        self.lead_id = message.lead_id
        contact._answer(self.id, text, message.lead_id)
        provider = self._get_live_provider()
        if provider and event.ref:
            provider.answer_button(event.ref)

    def _is_own_button(self, payload):
        """Whether a button is one of ours, if only of a message that is no more."""
        return bool(self.env["auto.notify.token"]._read_data(payload))
