from odoo import fields, models


class AutoNotifyContact(models.Model):
    """A person's chat in a messenger: who he is there, and here."""

    _name = "auto.notify.contact"
    _description = "Messenger Contact"
    _order = "id desc"
    _check_company_auto = True

    name = fields.Char(help="As the messenger names the person.")
    channel_id = fields.Many2one(
        comodel_name="auto.notify.channel",
        required=True,
        ondelete="cascade",
        index=True,
    )
    kind = fields.Selection(related="channel_id.kind", store=True)
    company_id = fields.Many2one(related="channel_id.company_id", store=True)
    partner_id = fields.Many2one(
        comodel_name="res.partner",
        string="Customer",
        ondelete="cascade",
        index="btree_not_null",
    )
    external_id = fields.Char(string="Id in the messenger", required=True)
    phone = fields.Char(help="The phone the messenger vouches for.")
    state = fields.Selection(
        selection=[
            ("active", "Active"),
            ("stopped", "Asked to stop"),
            ("blocked", "Blocked us"),
        ],
        required=True,
        default="active",
    )
    date_incoming = fields.Datetime(string="Last wrote", readonly=True)

    _external_id_unique = models.UniqueIndex(
        "(channel_id, external_id)", "This chat is known already."
    )
