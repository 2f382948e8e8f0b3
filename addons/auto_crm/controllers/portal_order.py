from werkzeug.exceptions import NotFound

from odoo.exceptions import AccessError, MissingError
from odoo.http import content_disposition, request, route

from odoo.addons.sale.controllers.portal import CustomerPortal

from ..tools.signature import is_signature
from ..tools.turn import take_turn


class AutoOrderPortal(CustomerPortal):
    """A work order's page: its documents and the signature under extra work.

    Access is core's: the order's rules or its token, by ``_document_check_access``.
    """

    @route()
    def portal_quote_accept(
        self, order_id, access_token=None, name=None, signature=None
    ):
        """Override of `sale`: a work order is signed once, by a picture."""
        token = access_token or request.httprequest.args.get("access_token")
        order_sudo = self._find_order(order_id, token)
        if order_sudo and order_sudo.is_work_order:
            self._take_turn(order_sudo)
            if error := self._get_signature_error(
                name, signature, is_open=order_sudo._has_to_be_signed()
            ):
                return {"error": error}
            name = name.strip()[:128]
        return super().portal_quote_accept(
            order_id, access_token=access_token, name=name, signature=signature
        )

    def _take_turn(self, order):
        """Let the second of two signatures see the first, see `take_turn`."""
        take_turn(request.env.cr, [f"signature/{order.id}"])

    def _get_signature_error(self, name, signature, *, is_open):
        """Return what is wrong with a signature, in words for the customer, or "".

        :param bool is_open: whether there is something to agree still
        """
        if not is_open:
            return request.env._(
                "There is nothing to agree any more: please reload the page."
            )
        if not signature or not isinstance(name, str) or not name.strip():
            return request.env._("Please sign and enter your name.")
        if not is_signature(signature):
            return request.env._("Invalid signature data.")
        return ""

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
        self._take_turn(order_sudo)
        if error := self._get_signature_error(
            name, signature, is_open=order_sudo._has_extra_to_sign()
        ):
            return {"error": error}
        order_sudo._agree_extra(name.strip()[:128], signature)
        return {
            "force_refresh": True,
            "redirect_url": order_sudo.get_portal_url(query_string="&message=extra_ok"),
        }
