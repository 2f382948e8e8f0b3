from markupsafe import Markup

from odoo import api, fields, models
from odoo.exceptions import ValidationError
from odoo.fields import Domain

from ..tools import sms_length
from ..tools.placeholder import PlaceholderError


class AutoNotifyTemplate(models.Model):
    """The text of a message in each language, with placeholders."""

    _name = "auto.notify.template"
    _description = "Message Template"
    _inherit = ["auto.shared.mixin", "mail.render.mixin"]
    _order = "name, id"

    name = fields.Char(required=True, translate=True)
    active = fields.Boolean(default=True)
    model_id = fields.Many2one(
        comodel_name="ir.model",
        string="Applies to",
        required=True,
        ondelete="cascade",
        domain=lambda self: self._get_document_model_domain(),
    )
    model = fields.Char(
        related="model_id.model", string="Model name", store=True, index=True
    )
    subject = fields.Char(translate=True, help="Used by e-mail only.")
    body = fields.Text(string="Text", required=True, translate=True)
    button_ids = fields.Many2many(comodel_name="auto.notify.button", string="Buttons")
    whatsapp_name = fields.Char(
        string="WhatsApp template",
        help="Name of the text approved by WhatsApp, used when the customer has not "
        "written for a day.",
    )
    whatsapp_parameters = fields.Char(
        string="Its parameters",
        help="Placeholders that fill {{1}}, {{2}} of the approved text, separated by |",
    )
    placeholders = fields.Html(compute="_compute_placeholders", sanitize=False)
    rule_ids = fields.One2many(
        comodel_name="auto.notify.rule", inverse_name="template_id", string="Rules"
    )
    trial_size = fields.Char(string="Length", compute="_compute_trial")
    trial_error = fields.Char(string="What is wrong", compute="_compute_trial")

    @api.depends("model")
    def _compute_render_model(self):
        """Override of `mail`: the documents that the text is about."""
        for template in self:
            template.render_model = template.model

    @api.depends("model")
    @api.depends_context("lang")
    def _compute_placeholders(self):
        row = Markup("<tr><td><code>{{ %s }}</code></td><td>%s</td></tr>")
        for template in self:
            names = template._get_placeholder_names()
            rows = Markup("").join(row % item for item in names.items())
            template.placeholders = (
                Markup('<table class="table table-sm mb-0">%s</table>') % rows
            )

    @api.depends("body", "model_id")
    @api.depends_context("lang", "uid")
    def _compute_trial(self):
        for template in self:
            sample = template._get_sample() if template.model else None
            template.trial_error = template.trial_size = False
            if not sample or not template.body:
                continue
            try:
                text = template._try_body(sample)
            except PlaceholderError as error:
                template.trial_error = template._get_placeholder_message(error)
            else:
                template.trial_size = template.env._(
                    "%(size)s (about %(document)s)",
                    size=template._describe_sms_length(text),
                    document=sample.display_name,
                )

    @api.constrains("model_id")
    def _check_model(self):
        models_allowed = self._get_document_models()
        for template in self:
            if template.model not in models_allowed:
                raise ValidationError(
                    self.env._(
                        "There are no messages about %(model)s.",
                        model=template.model_id.name,
                    )
                )
            others = template.rule_ids.filtered(
                lambda rule, model=template.model: rule.model != model
            )
            if others:
                raise ValidationError(
                    self.env._("Rules use this text for another kind of document.")
                )

    def _check_texts(self):
        """Refuse a text that could not be sent, in any language, and say why.

        Not a constraint: those are checked with all rights, and an author's texts say
        only what he himself may read.
        """
        for code, name in self.env["res.lang"].get_installed():
            for template in self.with_context(lang=code, notify_trial=True):
                template._check_text(name)

    def _check_text(self, lang_name):
        """Check the text of the context's language: syntax, names, and a trial."""
        self.ensure_one()
        values = None
        sample = self._get_sample()
        for name, text in self._get_texts():
            try:
                self._check_placeholders(text)
                if sample and values is None:
                    partner = self.env.user.partner_id
                    values = self._get_values(sample, partner)
                if sample:
                    self._render_text(text, values, is_trial=True)
            except PlaceholderError as error:
                label = self._fields[name]._description_string(self.env)
                raise ValidationError(
                    self.env._(
                        "%(field)s (%(language)s): %(error)s",
                        field=label,
                        language=lang_name,
                        error=self._get_placeholder_message(error),
                    )
                ) from error

    @api.model_create_multi
    def create(self, vals_list):
        """Override of `mail`: a text is checked with its author's rights."""
        templates = super().create(vals_list)
        templates._check_texts()
        return templates

    def write(self, vals):
        """Override of `mail`: a text is checked with its author's rights."""
        result = super().write(vals)
        if {"body", "subject", "whatsapp_parameters", "model_id"} & vals.keys():
            self._check_texts()
        return result

    def _update_field_translations(
        self, field_name, translations, digest=None, source_lang=""
    ):
        """Override of `mail`: translations typed in the dialog are checked, too."""
        result = super()._update_field_translations(
            field_name, translations, digest=digest, source_lang=source_lang
        )
        if field_name in ("body", "subject"):
            self._check_texts()
        return result

    def copy_data(self, default=None):
        """Override of the ORM: a copy says that it is one."""
        vals_list = super().copy_data(default=default)
        if "name" in (default or {}):
            return vals_list
        for template, vals in zip(self, vals_list, strict=True):
            vals["name"] = self.env._("%(name)s (copy)", name=template.name)
        return vals_list

    def action_preview(self):
        """Show the text about a real document, in each language."""
        self.ensure_one()
        return self._get_preview_action()

    def _get_preview_action(self, rule=None):
        """Open the preview of the text, as a rule would send it if one is given."""
        self.ensure_one()
        preview = self.env["auto.notify.preview"].create(
            {"template_id": self.id, "rule_id": rule.id if rule else False}
        )
        return {
            "type": "ir.actions.act_window",
            "name": self.env._("Preview"),
            "res_model": preview._name,
            "res_id": preview.id,
            "view_mode": "form",
            "target": "new",
        }

    @api.model
    def _get_document_models(self):
        """Return the names of the models that messages may be about."""
        names = self.env.registry.descendants(["auto.notify.mixin"], "_inherit")
        return [name for name in names if not self.env[name]._abstract]

    @api.model
    def _get_document_model_domain(self):
        return Domain("model", "in", self._get_document_models())

    def _get_sample(self):
        """Return a document to try the text on, that the user may read."""
        self.ensure_one()
        document = self.env[self.model]
        if not document.has_access("read"):
            return document
        return document._get_notify_sample()

    # ------------------------------------------------------------------
    # While it is written
    # ------------------------------------------------------------------

    def _try_body(self, sample):
        """Return what the text says about a document; what is empty there is left out.

        :raise PlaceholderError: if it could not be sent
        """
        self.ensure_one()
        template = self.with_context(notify_trial=True)
        template._check_placeholders(template.body)
        values = template._get_values(sample, self.env.user.partner_id)
        return template._render_text(template.body, values, is_trial=True)

    @api.model
    def _describe_sms_length(self, text):
        """Return in words what a text is as SMS: parts, characters, alphabet."""
        length = sms_length.measure(text)
        return self.env._(
            "As SMS: parts %(parts)s, characters %(units)s, %(encoding)s",
            parts=length.parts,
            units=length.units,
            encoding=length.encoding,
        )
