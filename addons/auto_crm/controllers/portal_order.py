from werkzeug.exceptions import NotFound

from odoo.exceptions import AccessError, MissingError, UserError
from odoo.http import content_disposition, request, route

from odoo.addons.sale.controllers.portal import CustomerPortal


class AutoOrderPortal(CustomerPortal):
    """A work order's page: its documents and the signature under extra work.

    Access is core's: the order's rules or its token, by ``_document_check_access``.
    """

    def _find_order(self, order_id, access_token=None):
        """Return the order (sudo) the user or the token may read, None for others."""
        try:
            return self._document_check_access("sale.order", order_id, access_token)
        except (AccessError, MissingError):
            return None

    @route(
        "/my/orders/<int:order_id>/paper/<string:report_ref>",
        type="http",
        auth="public",
        website=True,
        sitemap=False,
    )
    def portal_order_paper(self, order_id, report_ref, access_token=None, **_kw):
        """Show one of the order's documents, and no other report.

        :raise NotFound: for a missing and a foreign order and any other report alike
        """
        order_sudo = self._find_order(order_id, access_token)
        papers = order_sudo._get_work_order_documents() if order_sudo else []
        name = next((name for name, ref in papers if ref == report_ref), None)
        if not name:
            raise NotFound
        response = self._show_report(
            model=order_sudo, report_type="pdf", report_ref=report_ref
        )
        response.headers["Content-Disposition"] = content_disposition(
            f"{name} {order_sudo.name}.pdf", disposition_type="inline"
        )
        return response

    @route(
        "/my/orders/<int:order_id>/agree_extra",
        type="jsonrpc",
        auth="public",
        website=True,
    )
    def portal_agree_extra(
        self, order_id, access_token=None, name=None, signature=None
    ):
        """Sign the work that was added after the customer had agreed.

        :return: what core's signature form understands
        """
        access_token = access_token or request.httprequest.args.get("access_token")
        order_sudo = self._find_order(order_id, access_token)
        if not order_sudo:
            return {"error": request.env._("Invalid order.")}
        if not order_sudo._has_extra_to_sign():
            return {
                "error": request.env._(
                    "There is nothing to agree any more: please reload the page."
                )
            }
        if not signature or not (name or "").strip():
            return {"error": request.env._("Please sign and enter your name.")}
        try:
            with request.env.cr.savepoint():
                order_sudo._agree_extra(name.strip()[:128], signature)
        except (TypeError, ValueError, UserError):  # not an image
            return {"error": request.env._("Invalid signature data.")}
        return {
            "force_refresh": True,
            "redirect_url": order_sudo.get_portal_url(query_string="&message=extra_ok"),
        }
