import json

EXTRA = (
    "<strong t-out=\"format_amount(object.amount_extra, object.currency_id) or ''\">"
    "{example}</strong>"
)
CHANGES = (
    (
        "we found more to do. With it,",
        f"we found more to do, for {EXTRA.format(example='2,900.00 ₽')}. With it,",
    ),
    (
        "что нужны дополнительные работы. С ними",
        (
            "что нужны дополнительные работы на"
            f" {EXTRA.format(example='2 900,00 ₽')}. С ними"
        ),
    ),
)


def migrate(cr, _version):
    """Let the letter of extra work name its sum, where nobody has reworded it."""
    for old, new in CHANGES:
        cr.execute(
            """
            UPDATE mail_template template
               SET body_html = replace(body_html::text, %s, %s)::jsonb
              FROM ir_model_data data
             WHERE data.module = 'auto_crm' AND data.name = 'mail_template_extra_work'
               AND data.model = 'mail.template' AND data.res_id = template.id
            """,
            [_in_json(old), _in_json(new)],
        )


def _in_json(text):
    """Return a text as it stands inside of a JSON string."""
    return json.dumps(text, ensure_ascii=False)[1:-1]
