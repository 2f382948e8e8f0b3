import base64

from odoo import api, models

MAX_LINKS = 3


class AutoDocument(models.AbstractModel):
    """Printed papers invite the customer into the shop's messengers."""

    _inherit = "auto.document"

    @api.model
    def _get_values(self, order):
        """Override of `auto_crm`: links into messengers, each with its QR code."""
        values = super()._get_values(order)
        values["messengers"] = self._get_messengers(values["doc"])
        return values

    @api.model
    def _get_messengers(self, order):
        """Return the messengers the order's customer is not linked with yet.

        :return: list of dicts (kind, name, url, qr), the first few only
        """
        links = order.partner_id._get_notify_links(order.company_id)
        return [{**link, "qr": self._get_qr(link["url"])} for link in links[:MAX_LINKS]]

    @api.model
    def _get_qr(self, text):
        """Return a QR code as data inside the page: no other request may read it."""
        picture = self.env["ir.actions.report"].barcode(
            "QR", text, width=180, height=180, quiet=1, barLevel="M"
        )
        return f"data:image/png;base64,{base64.b64encode(picture).decode()}"
