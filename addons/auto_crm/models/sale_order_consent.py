from markupsafe import Markup

from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.tools import clean_context, format_amount

from ..tools import groups


class SaleOrder(models.Model):
    """No work without the customer's consent, and the proof of it is kept."""

    _inherit = "sale.order"

    consent_ids = fields.One2many(
        comodel_name="auto.order.consent",
        inverse_name="order_id",
        string="Consents",
        groups=f"{groups.ADVISOR},{groups.BOOKS}",
    )
    consent_state = fields.Selection(
        selection=[
            ("none", "Not asked"),
            ("agreed", "Agreed"),
            ("extra", "Extra work to agree"),
        ],
        string="Consent",
        compute="_compute_consent_state",
        store=True,
        copy=False,
    )
    amount_agreed = fields.Monetary(compute="_compute_consent_state", store=True)
    amount_extra = fields.Monetary(
        string="Not agreed yet", compute="_compute_consent_state", store=True
    )

    @api.depends(
        "is_work_order",
        "amount_total",
        "currency_id",
        "order_line.product_uom_qty",
        "order_line.product_uom_id",
        "order_line.product_id",
        "order_line.price_total",
        "consent_ids.amount",
    )
    def _compute_consent_state(self):
        for order in self:
            consent = order._get_last_consent()
            excess = consent._get_excess() if consent else {}
            order.amount_agreed = consent.amount
            order.amount_extra = consent and consent._get_amount_extra(excess)
            if not order.is_work_order:
                order.consent_state = False
            elif not consent:
                order.consent_state = "none"
            else:
                is_more = excess or order.amount_extra
                order.consent_state = "extra" if is_more else "agreed"

    def action_open_consent(self):
        """Record what the customer said by phone or signed on paper."""
        self.ensure_one()
        return {
            "type": "ir.actions.act_window",
            "name": self.env._("Customer's consent"),
            "res_model": "auto.order.consent.wizard",
            "view_mode": "form",
            "target": "new",
            "context": {"default_order_id": self.id},
        }

    def action_ask_consent(self):
        """Send the customer the link to agree in the portal.

        :raise UserError: when nothing is to be agreed
        """
        self.ensure_one()
        if self.consent_state == "agreed":
            raise UserError(self.env._("The customer has agreed to everything."))
        if self.state in ("draft", "sent"):
            return self.action_quotation_send()
        self._portal_ensure_token()
        body = Markup("<p>%s</p><p><a href='%s'>%s</a></p>") % (
            self.env._(
                "There is more to do on your car: %(amount)s is not agreed yet, the "
                "order comes to %(total)s in all. Please have a look and agree.",
                amount=format_amount(self.env, self.amount_extra, self.currency_id),
                total=format_amount(self.env, self.amount_total, self.currency_id),
            ),
            self.get_base_url() + self.get_portal_url(),
            self.env._("See the work"),
        )
        self.message_post(
            body=body,
            partner_ids=self.partner_id.ids,
            message_type="comment",
            subtype_xmlid="mail.mt_comment",
        )
        return {
            "type": "ir.actions.client",
            "tag": "display_notification",
            "params": {
                "type": "success",
                "message": self.env._(
                    "%(customer)s was asked.", customer=self.partner_id.name
                ),
                "next": {"type": "ir.actions.act_window_close"},
            },
        }

    def _agree_extra(self, name, signature):
        """The customer agrees to extra work in the portal.

        :param str name: who signs
        :param signature: base64 image
        :return: the consent, empty when there is nothing to agree
        :rtype: auto.order.consent
        """
        self.ensure_one()
        if self.consent_state != "extra" or self.state != "sale":
            return self.env["auto.order.consent"]
        self.write(
            {
                "signed_by": name,
                "signed_on": fields.Datetime.now(),
                "signature": signature,
            }
        )
        consent = self._get_last_consent()
        self.message_post(
            body=self.env._("Extra work agreed by %(name)s.", name=name),
            author_id=self.partner_id.id,
        )
        return consent

    def _record_signature(self, vals):
        """A signature is a consent, kept as proof.

        :param dict vals: that were written, with a signature
        """
        self.filtered("is_work_order")._record_consent(
            method="signature",
            signed_by=vals.get("signed_by"),
            signature=vals["signature"],
        )

    def _record_consent(self, method, **vals):
        """Keep a proof with the lines and the sum as they are now.

        :param str method: a value of ``auto.order.consent.method``
        :param dict vals: more values of the proof
        """
        # sudo: the customer signs, and nobody may write proofs of consent by hand, nor
        # give defaults of them
        consents = self.env["auto.order.consent"].sudo()
        return consents.with_context(clean_context(self.env.context)).create(
            [{**order._prepare_consent_vals(method), **vals} for order in self]
        )

    def _prepare_consent_vals(self, method):
        """Snapshot of what is agreed to."""
        self.ensure_one()
        lines = self._get_consent_lines()
        return {
            "order_id": self.id,
            "method": method,
            "date": fields.Datetime.now(),
            "user_id": self.env.uid,
            "signed_by": self.partner_id.name,
            "amount": self._get_consent_amount(),
            "content": self.env["ir.qweb"]._render(
                "auto_crm.consent_content", {"order": self, "lines": lines}
            ),
            "lines": self._prepare_consent_lines(),
        }

    def _prepare_consent_lines(self):
        """Snapshot of the lines, by their ids as JSON has them."""
        self.ensure_one()
        return {
            str(line.id): self._prepare_consent_line_vals(line)
            for line in self._get_consent_lines()
        }

    def _prepare_consent_line_vals(self, line):
        """Snapshot of a line, in numbers that it is compared with later.

        Hook: what is added here is kept in the proof, too.
        """
        quantity = line.product_uom_qty
        return {
            "product": line.product_id.id,
            "uom": line.product_uom_id.id,
            "name": line.name,
            "quantity": quantity,
            "price": line.price_total / quantity if quantity else 0.0,
            "total": line.price_total,
        }

    def _get_last_consent(self):
        """Return the proof of what the customer agreed to last, empty if he did not."""
        self.ensure_one()
        return self.consent_ids.sorted("id")[-1:]

    def _get_standing_signature(self):
        """Return the signed proof that stands under the order as it is now.

        Whoever signed has signed what he was shown: under any other work or sum, his
        signature is not shown.

        :return: the consent; empty when the order was changed since, or agreed to by
            phone
        """
        consent = self._get_last_consent()
        is_standing = consent.signature and consent._is_to_the_letter()
        return consent if is_standing else consent.browse()

    def _is_signature_shown(self):
        """Tell whether core may show ``signature``: of other sales it always does."""
        self.ensure_one()
        return not self.is_work_order or bool(self._get_standing_signature())

    def _has_to_be_signed(self):
        """Override of `sale`: who has signed something else signs again."""
        result = super()._has_to_be_signed()
        is_open = self.state in ("draft", "sent") and not self.is_expired
        is_else = self.signature and self.consent_state == "extra"
        return bool(result or (is_open and is_else and self.require_signature))

    def _get_consent_amount(self):
        """Hook: the sum that a customer agrees to, however he pays it."""
        self.ensure_one()
        return self.amount_total

    def _get_consent_lines(self):
        """Hook: lines a customer agrees to: works and parts, not advances nor notes."""
        self.ensure_one()
        return self.order_line.filtered(
            lambda line: (
                line.product_id and not line.display_type and not line.is_downpayment
            )
        )
