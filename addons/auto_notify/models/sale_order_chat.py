from odoo import models


class SaleOrder(models.Model):
    """The order's chat: that of its deal."""

    _inherit = "sale.order"

    def _get_notify_chat(self):
        """Override: the chat of the deal; without a deal, the customer's last one."""
        chat = super()._get_notify_chat()
        if not chat and self.is_work_order:
            chat = self.opportunity_id.notify_contact_id
        if not chat and self.is_work_order and not self.opportunity_id:
            chat = self.partner_id.notify_contact_ids.filtered(
                lambda contact: (
                    contact.date_incoming and contact.company_id == self.company_id
                )
            ).sorted("date_incoming")[-1:]
        return chat

    def _prepare_notify_document_vals(self):
        """Override: the order, and its deal."""
        # sudo: whoever answers may not read the deal
        return {"lead_id": self.sudo().opportunity_id.id, "order_id": self.id}

    # ------------------------------------------------------------------
    # Conversation
    # ------------------------------------------------------------------

    def _follow_talk(self, message):
        """Override: what is said on the order belongs to its deal's talk."""
        # sudo: also when the customer writes, in the portal or by e-mail
        deal_sudo = self.sudo().opportunity_id
        if self.is_work_order and deal_sudo:
            if message._is_from_customer():
                deal_sudo._copy_talk(message)
            deal_sudo._follow_talk(message)
