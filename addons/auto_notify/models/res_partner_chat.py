from odoo import fields, models


class ResPartner(models.Model):
    """The customer's messages, of all his deals and orders."""

    _inherit = "res.partner"

    notify_message_count = fields.Integer(
        string="Number of Messages",
        compute="_compute_notify_message_count",
        groups="auto_crm.auto_crm_group_advisor",
    )

    def _compute_notify_message_count(self):
        count_by_partner = dict(
            self.env["auto.notify.message"]._read_group(
                [("partner_id", "in", self.ids)], ["partner_id"], ["__count"]
            )
        )
        for partner in self:
            partner.notify_message_count = count_by_partner.get(partner._origin, 0)

    def action_view_notify_messages(self):
        """Open the messages to the person."""
        self.ensure_one()
        action = self.env["ir.actions.act_window"]._for_xml_id(
            "auto_notify.auto_notify_message_action"
        )
        return {
            **action,
            "domain": [("partner_id", "=", self.id)],
            "context": {"create": False},
        }
