from odoo import fields, models


class CrmLead(models.Model):
    _name = "crm.lead"
    _inherit = ["crm.lead", "auto.notify.mixin"]

    notify_contact_id = fields.Many2one(
        comodel_name="auto.notify.contact",
        string="Chat",
        copy=False,
        ondelete="set null",
        index="btree_not_null",
        help="The messenger chat in which the customer wrote last.",
    )
    notify_message_ids = fields.One2many(
        comodel_name="auto.notify.message", inverse_name="lead_id"
    )
