from odoo import models


class CrmLead(models.Model):
    """The deal's chat: the one in which the customer wrote last."""

    _inherit = "crm.lead"

    def _get_notify_chat(self):
        """Override: the chat that the inbox has put on the deal."""
        return self.notify_contact_id or super()._get_notify_chat()

    def _prepare_notify_document_vals(self):
        """Override: the deal, and its work order."""
        # sudo: whoever answers may not read the order
        return {"lead_id": self.id, "order_id": self.sudo().work_order_id.id}
