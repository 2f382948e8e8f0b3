from uuid import uuid4

from odoo import api, fields, models
from odoo.exceptions import UserError


class AutoNotifyPreview(models.TransientModel):
    """What a rule or a text would say about a real document, in each language."""

    _name = "auto.notify.preview"
    _description = "Message Preview"

    rule_id = fields.Many2one(comodel_name="auto.notify.rule", ondelete="cascade")
    template_id = fields.Many2one(
        comodel_name="auto.notify.template", required=True, ondelete="cascade"
    )
    sentence = fields.Char(related="rule_id.sentence", string="Sentence")
    document_ref = fields.Reference(
        selection="_selection_document",
        string="About",
        compute="_compute_document_ref",
        compute_sudo=False,
        store=True,
        readonly=False,
    )
    recipients = fields.Char(string="To", compute="_compute_recipients")
    note = fields.Char(compute="_compute_recipients")
    texts = fields.Html(compute="_compute_texts", sanitize=False)

    @api.model
    def _selection_document(self):
        template = self.env["auto.notify.template"]
        # sudo: only the names of the models
        documents = self.env["ir.model"].sudo()
        records = documents.search(template._get_document_model_domain())
        return [(record.model, record.name) for record in records]

    @api.depends("template_id")
    def _compute_document_ref(self):
        for preview in self:
            sample = preview.template_id._get_sample()
            preview.document_ref = sample and f"{sample._name},{sample.id}"

    @api.depends("document_ref", "rule_id")
    def _compute_recipients(self):
        for preview in self:
            document = preview._get_document()
            rule = preview.rule_id
            people = self._get_people(document, rule)
            names = [partner.name or contact.name for partner, contact in people]
            preview.recipients = ", ".join(name or "" for name in names)
            preview.note = rule and document and preview._get_note(names)

    @api.depends("document_ref", "template_id")
    def _compute_texts(self):
        for preview in self:
            preview.texts = self.env["ir.qweb"]._render(
                "auto_notify.auto_notify_preview_texts",
                {"texts": preview._get_texts()},
            )

    def action_send_to_me(self):
        """Send the message to who looks at it, in his language.

        :raise UserError: naming the placeholder that is empty or fails
        """
        self.ensure_one()
        if not self._get_document():
            raise UserError(self.env._("Choose the document first."))
        message = self.env["auto.notify.message"]._create_messages(
            [self._prepare_test_vals()]
        )
        return {
            "type": "ir.actions.client",
            "tag": "display_notification",
            "params": {
                "type": "success",
                "message": self.env._(
                    "The message is on its way to %(name)s.",
                    name=message.partner_id.name,
                ),
            },
        }

    def _prepare_test_vals(self):
        """Values of the message to the user: about nothing, as it is no news."""
        partner = self.env.user.partner_id
        document = self._get_document()
        # sudo: only whose channels would send it
        company = document.sudo()._get_notify_company()
        channels = self.env["auto.notify.channel"]
        kinds = list(self.rule_id.kinds or channels._get_default_kinds(company))
        if "email" not in dict(kinds):
            kinds.append(["email", 0])
        text = self._render_text(document, partner, self.env.lang)
        return {
            "key": f"preview:{uuid4().hex}",
            "company_id": company.id,
            "partner_id": partner.id,
            "lang": self.env.lang,
            "kinds": kinds,
            "category": "obligatory",  # he has asked for it this moment
            "template_id": self.template_id.id,
            **text,
        }

    def _get_document(self):
        """Return the document to preview, if it is one the text is about."""
        self.ensure_one()
        document = self.document_ref
        if not document or document._name != self.template_id.model:
            return None
        document.check_access("read")
        return document

    @api.model
    def _get_people(self, document, rule):
        """Return whom the rule would tell about the document: nobody without a rule."""
        # sudo: the rule is looked at as the engine does
        return (
            rule.sudo()._get_notify_people(document.sudo()) if rule and document else []
        )

    def _get_note(self, names):
        """Return why nobody would be told about the document, if so."""
        # sudo: the rule is looked at as the engine does
        document = self._get_document().sudo()
        if not self.rule_id.sudo()._filter_notified(document):
            return self.env._("The condition of the rule leaves this document out.")
        if not names:
            return self.env._("There is nobody to tell about this document.")
        return False

    def _get_texts(self):
        """Return the text in each language: what it says, or why it can't be sent."""
        document = self._get_document()
        if not document:
            return []
        return [
            self._get_text(document, code, name)
            for code, name in self.env["res.lang"].get_installed()
        ]

    def _get_text(self, document, code, name):
        """Return the text in one language, and its length as SMS."""
        people = self._get_people(document, self.rule_id)
        # sudo: whose name the text says
        partner = people[0][0] if people else document.sudo()._get_notify_customer()
        partner = partner[:1] or self.env.user.partner_id
        result = {"language": name, "error": "", "body": "", "subject": ""}
        try:
            result |= self._render_text(document, partner, code)
        except UserError as error:
            return {**result, "error": str(error)}
        size = self.template_id._describe_sms_length(result["body"])
        return {**result, "size": size}

    def _render_text(self, document, partner, lang):
        """Render the text; what is about no time yet is about this moment."""
        # sudo: reads only what the text says, as when it is sent
        moment = document.sudo()._get_notify_date() or fields.Datetime.now()
        return self.template_id._render_message(
            document, partner, lang=lang, date_event=moment
        )
