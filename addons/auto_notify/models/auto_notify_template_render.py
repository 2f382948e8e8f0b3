import datetime
import re

from odoo import api, models
from odoo.exceptions import UserError
from odoo.tools import (
    float_repr,
    format_amount,
    format_date,
    get_lang,
    html2plaintext,
)
from odoo.tools.safe_eval import safe_eval

from odoo.addons.auto_crm.tools.times import (
    PLAIN_SPACES,
    format_datetime,
    format_time,
)

from ..tools.placeholder import (
    Placeholder,
    PlaceholderError,
    parse_expression,
    parse_text,
    split_parameters,
)

CLOSING = tuple(",.;:!?)")


class AutoNotifyTemplate(models.Model):
    """Texts made up: what placeholders may say, and never half a text.

    The language is Odoo's ``{{ expression ||| fallback }}``, without what would let an
    author reach beyond the text: see `tools.placeholder`. So it is evaluated with the
    rights to read what the text says, whoever wrote it: what he may read is checked
    when he saves it.
    """

    _inherit = "auto.notify.template"

    # ------------------------------------------------------------------
    # Rendering
    # ------------------------------------------------------------------

    def _render_message(self, record, partner, lang=None, date_event=None):
        """Make up the message about a document for one person.

        :param record: document of the template's model
        :param partner: who reads it
        :param lang: code of the language, by default the reader's
        :param date_event: naive UTC, the time that the message is about
        :return: subject, body, and the parameters of the WhatsApp template
        :rtype: dict
        :raise UserError: naming the placeholder that is empty or fails: no message is
            sent in part
        """
        self.ensure_one()
        lang = lang or partner.lang or self.env.lang
        # sudo: only for reading what the text says
        template = self.sudo().with_context(lang=lang)
        try:
            values = template._get_values(record, partner, date_event)
            body = template._render_text(template.body, values)
            if not body:
                raise PlaceholderError("empty", template.name)
            return {
                # one line: it is a header of the e-mail
                "subject": " ".join(
                    template._render_text(template.subject, values).split()
                ),
                "body": body,
                "parameters": [
                    " ".join(template._render_text(text, values).split())
                    for text in split_parameters(template.whatsapp_parameters)
                ],
            }
        except PlaceholderError as error:
            raise UserError(
                template.env._(
                    "%(template)s about %(document)s: %(error)s",
                    template=template.name,
                    document=record.display_name,
                    error=template._get_placeholder_message(error),
                )
            ) from error

    def _get_values(self, record, partner, date_event=None):
        """Return what placeholders stand for: texts, functions, and ``object``."""
        self.ensure_one()
        # sudo: only for reading what the text says
        document = record.sudo().with_context(
            lang=self.env.lang,
            tz=record.sudo()._get_notify_company()._get_tz(),
            notify_date=date_event,  # for documents that many messages are about
        )
        partner = partner.sudo().with_env(document.env)
        values = document._get_notify_values(partner)
        moment = date_event or document._get_notify_date()
        if moment:
            values |= document._get_notify_date_values(moment)
        return {**self._get_functions(document), **values, "object": document}

    def _render_text(self, text, values, is_trial=False):
        """Put the values in; a line in which all is empty is left out.

        :param dict values: see `_get_values`
        :param bool is_trial: let values be empty that must not be
        :raise PlaceholderError: if one is empty or fails
        """
        lines = []
        for parts in parse_text(text):
            said = [
                part
                if isinstance(part, str)
                else self._render_part(part, values, is_trial)
                for part in parts
            ]
            values_said = [
                text
                for part, text in zip(parts, said, strict=True)
                if isinstance(part, Placeholder)
            ]
            if any(values_said) or not values_said:
                lines.append(self._join(said))
        body = "\n".join(lines)
        return re.sub(r"\n{3,}", "\n\n", body).strip().translate(PLAIN_SPACES)

    @api.model
    def _join(self, texts):
        """Return the parts of a line in one; an empty one leaves no double space."""
        line = ""
        is_gap = False
        for text in texts:
            if is_gap and text[:1] in CLOSING:
                line = line.rstrip(" ")
            is_double = is_gap and line[-1:] in ("", " ")
            line += text.removeprefix(" ") if is_double else text
            is_gap = not text
        return line.rstrip()

    def _render_part(self, part, values, is_trial):
        """Return what a placeholder says, or its fallback."""
        try:
            text = self._evaluate(part.expression, values)
        except PlaceholderError:
            raise
        except Exception as error:  # whatever a text makes of its values
            reason = error.__cause__ or error
            raise PlaceholderError("failed", part.source, str(reason)) from error
        if text or is_trial:
            return text
        if part.fallback is None:
            raise PlaceholderError("empty", part.source)
        return part.fallback

    def _evaluate(self, expression, values):
        """Return the text of an expression, "" if it is empty."""
        names = parse_expression(expression)
        self._check_names(expression, names)
        document = values["object"]
        scope = {name: values[name] for name in names.functions}
        for name in names.values:
            value = values.get(name)
            scope[name] = values[name] = value() if callable(value) else value
        if expression in scope:
            return self._to_text(scope[expression], document.env)
        if names.paths:
            scope["object"] = document
        result = safe_eval(expression, scope)
        if names.is_path:
            return self._to_field_text(document, expression, result)
        return self._to_text(result, document.env)

    @api.model
    def _to_field_text(self, document, expression, value):
        """Return the value of a field as its type is shown to people."""
        *path, name = expression.split(".")[1:]
        for step in path:
            document = document[step]
        env = document.env
        field = document._fields[name]
        if field.type == "selection" and value:
            return dict(field._description_selection(env)).get(value, value)
        if field.type == "monetary":
            currency = document[field.get_currency_field(document)]
            return format_amount(env, value, currency)
        if field.type == "html":
            return html2plaintext(value or "").strip()
        return self._to_text(value, env)

    @api.model
    def _to_text(self, value, env):
        """Return any value as people read it; "" for an empty one."""
        if value is None or value is False:
            return ""
        if value is True:
            return env._("yes")
        if isinstance(value, models.BaseModel):
            return ", ".join(value.mapped("display_name"))
        if isinstance(value, datetime.datetime):
            tz = env.context.get("tz")
            return format_datetime(env, value, tz)
        if isinstance(value, datetime.date):
            return format_date(env, value)
        if isinstance(value, float):
            text = float_repr(value, 2).rstrip("0").rstrip(".")
            return text.replace(".", get_lang(env).decimal_point)
        return str(value).strip()

    @api.model
    def _get_functions(self, document):
        """Hook: the functions that placeholders may call, by name.

        :param document: what the text is about; empty if only the names matter
        """
        env = document.env
        company = document._get_notify_company() if document else env.company
        return {
            "format_amount": lambda amount, currency=None: format_amount(
                env, amount, currency or company.currency_id
            ),
            "format_date": lambda date: format_date(env, date),
            "format_datetime": lambda moment: format_datetime(
                env, moment, env.context.get("tz")
            ),
            "format_time": lambda moment: format_time(
                env, moment, env.context.get("tz")
            ),
            "round": round,
        }

    @api.model
    def _render_template_inline_template(
        self, template_txt, model, res_ids, add_context=None, options=None
    ):
        """Override of `mail`: the texts of messages are made up in one way only."""
        result = dict.fromkeys(res_ids, "")
        if not template_txt or not res_ids:
            return result
        partner = self.env.user.partner_id
        for record in self.env[model].browse(res_ids):
            record.check_access("read")
            values = {**self._get_values(record, partner), **(add_context or {})}
            try:
                result[record.id] = self._render_text(template_txt, values)
            except PlaceholderError as error:
                raise UserError(self._get_placeholder_message(error)) from error
        return result

    # ------------------------------------------------------------------
    # Checks
    # ------------------------------------------------------------------

    def _get_texts(self):
        """Return the texts of the context's language: pairs of a field and a text."""
        self.ensure_one()
        parameters = split_parameters(self.whatsapp_parameters)
        return [
            ("body", self.body),
            ("subject", self.subject),
            *(("whatsapp_parameters", text) for text in parameters),
        ]

    def _check_placeholders(self, text):
        """Refuse a text with placeholders that nobody could fill, or its author not.

        :raise PlaceholderError: naming the first one
        """
        for line in parse_text(text):
            for part in line:
                if isinstance(part, Placeholder):
                    names = parse_expression(part.expression)
                    self._check_names(part.expression, names)

    def _check_names(self, expression, names):
        """Refuse names of values, functions and fields that there are not."""
        source = f"{{{{ {expression} }}}}"
        unknown = names.values - set(self._get_placeholder_names())
        if unknown:
            raise PlaceholderError("name", source, min(unknown))
        unknown = names.functions - set(self._get_functions(self.env[self.model]))
        if unknown:
            raise PlaceholderError("function", source, min(unknown))
        for path in names.paths:
            self._check_path(source, path)

    def _check_path(self, source, path):
        """Refuse a path that does not lead along fields, or to what is not for all."""
        document = self.env[self.model]
        for name in path:
            field = document._fields.get(name) if document is not None else None
            if field is None or field.type in ("binary", "json"):
                raise PlaceholderError("field", source, name)
            if not self.env.su and not document._has_field_access(field, "read"):
                raise PlaceholderError("access", source, name)
            document = self.env[field.comodel_name] if field.relational else None
            if document is not None and not document.has_access("read"):
                raise PlaceholderError("access", source, name)

    def _get_placeholder_names(self):
        """Return the names of helper values, with what each says."""
        self.ensure_one()
        if self.model not in self._get_document_models():
            return {}
        return self.env[self.model]._get_notify_placeholders()

    @api.model
    def _get_placeholder_message(self, error):
        """Return what is wrong with a placeholder, in words."""
        values = {"placeholder": error.source, "detail": error.detail}
        return {
            "braces": self.env._(
                "%(placeholder)s: a placeholder begins with {{ and ends with }} in the "
                "same line.",
                **values,
            ),
            "syntax": self.env._(
                "%(placeholder)s can't be understood: %(detail)s", **values
            ),
            "forbidden": self.env._(
                "%(placeholder)s does more than a text may: %(detail)s. Use the names "
                "of the list, and fields of the document.",
                **values,
            ),
            "name": self.env._(
                "%(placeholder)s: there is no value named %(detail)s. The list beside "
                "the text has all names.",
                **values,
            ),
            "function": self.env._(
                "%(placeholder)s: there is no function named %(detail)s.", **values
            ),
            "field": self.env._(
                "%(placeholder)s: the document has no field %(detail)s that a text "
                "could show.",
                **values,
            ),
            "access": self.env._(
                "%(placeholder)s: you may not read %(detail)s.", **values
            ),
            "failed": self.env._("%(placeholder)s fails: %(detail)s", **values),
            "empty": self.env._(
                "%(placeholder)s is empty. Fill it in, or allow it to be empty: "
                "{{ … ||| what is said instead }}.",
                **values,
            ),
        }[error.code]
