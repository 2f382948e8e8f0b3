from odoo import api, fields, models

from ..tools import sms_length
from ..tools.placeholder import PlaceholderError


class AutoNotifyTemplate(models.Model):
    """While a text is written: what is wrong with it, how long it is as SMS."""

    _inherit = "auto.notify.template"

    trial_size = fields.Char(string="Length", compute="_compute_trial")
    trial_error = fields.Char(string="What is wrong", compute="_compute_trial")

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
