from odoo import fields, models


class AutoNotifyIncoming(models.Model):
    """What webhooks brought: stored at once, processed by a cron."""

    _name = "auto.notify.incoming"
    _description = "Incoming Event"
    _order = "id desc"

    channel_id = fields.Many2one(
        comodel_name="auto.notify.channel",
        required=True,
        ondelete="cascade",
        index=True,
    )
    company_id = fields.Many2one(related="channel_id.company_id", store=True)
    external_id = fields.Char(string="Provider's id", required=True)
    kind = fields.Char(help="What it is: see EVENT_KINDS of tools/provider.py")
    data = fields.Json(help="The event, as the provider's client read it.")
    body = fields.Text(help="As received; only of what could not be read.")
    state = fields.Selection(
        selection=[
            ("new", "New"),
            ("done", "Processed"),
            ("failed", "Failed"),
        ],
        required=True,
        default="new",
        index=True,
    )
    error = fields.Char()
    retry_count = fields.Integer()
    date_next = fields.Datetime(required=True, default=fields.Datetime.now)
    contact_id = fields.Many2one(
        comodel_name="auto.notify.contact", ondelete="set null"
    )
    lead_id = fields.Many2one(
        comodel_name="crm.lead",
        string="Deal",
        ondelete="set null",
        index="btree_not_null",
    )

    _external_id_unique = models.UniqueIndex(
        "(channel_id, external_id)", "This event has been received already."
    )
