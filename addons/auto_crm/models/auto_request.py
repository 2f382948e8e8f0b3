from odoo import fields, models


class AutoRequest(models.Model):
    """A request as it came in, kept whatever becomes of it."""

    _name = "auto.request"
    _description = "Incoming Request"
    _order = "id desc"

    source_id = fields.Many2one(
        comodel_name="auto.request.source",
        required=True,
        index=True,
        ondelete="cascade",
    )
    company_id = fields.Many2one(related="source_id.company_id", store=True, index=True)
    external_id = fields.Char()
    payload = fields.Text()
    state = fields.Selection(
        selection=[("new", "New"), ("done", "Done"), ("failed", "Failed")],
        default="new",
        required=True,
        index=True,
    )
    error = fields.Text(readonly=True)
    lead_id = fields.Many2one(
        comodel_name="crm.lead", string="Deal", index="btree_not_null"
    )
