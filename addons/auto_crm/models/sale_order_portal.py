from odoo import models
from odoo.tools import format_amount, format_date

from ..tools import clock


class SaleOrder(models.Model):
    """What a work order is to its customer: the portal page, its steps, its letters."""

    _inherit = "sale.order"

    def _get_name_portal_content_view(self):
        """Override of `sale`: a work order shows its car, works and parts."""
        self.ensure_one()
        if self.is_work_order:
            return "auto_crm.work_order_portal_content"
        return super()._get_name_portal_content_view()

    def _find_mail_template(self):
        """Override of `sale`: the estimate, or the extra work, of a car."""
        self.ensure_one()
        template = self.env["mail.template"]
        if self.is_work_order and not self.env.context.get("proforma"):
            xmlid = self._get_work_order_mail_template_ref()
            if xmlid:
                template = self.env.ref(xmlid, raise_if_not_found=False) or template
        return template or super()._find_mail_template()

    def _get_work_order_mail_template_ref(self):
        """Return the xml id of the letter that suits the order now, None for core's.

        Hook: an addon may add letters of its own states.
        """
        self.ensure_one()
        if self.state in ("draft", "sent"):
            return "auto_crm.mail_template_estimate"
        if self._has_extra_to_sign():
            return "auto_crm.mail_template_extra_work"
        return None

    def _is_to_agree_online(self):
        """Tell whether the customer has something to sign on this order's page."""
        self.ensure_one()
        return self._has_to_be_signed() or self._has_extra_to_sign()

    def _has_extra_to_sign(self):
        """Tell whether work was added after the customer agreed."""
        self.ensure_one()
        return self.state == "sale" and self.consent_state == "extra"

    def _get_portal_extra_lines(self):
        """Return the lines added, made more or dearer since the customer agreed."""
        self.ensure_one()
        if self.consent_state != "extra":
            return self.order_line.browse()
        return self.order_line.browse().union(*self._get_last_consent()._get_excess())

    def _get_consent_text(self):
        """Return what the customer has agreed to and what not yet, in a sentence."""
        self.ensure_one()
        consent = self._get_last_consent()
        day = clock.day_of(consent.date, self.company_id._get_zone())
        return self.env._(
            "Agreed %(agreed)s on %(date)s; not agreed yet: %(extra)s.",
            agreed=format_amount(self.env, consent.amount, consent.currency_id),
            date=format_date(self.env, day),
            extra=format_amount(self.env, self.amount_extra, self.currency_id),
        )

    def _get_portal_next_step(self):
        """Return what is next for the customer who has agreed, None for all others.

        Hook: an upper addon may offer more than a call, such as to choose a time.

        :return: dict(text, label and url of a button or False, is_open: whether there
            is something left to do)
        """
        self.ensure_one()
        is_agreed = self.state == "sale" and self.work_state == "new"
        if not is_agreed or self.consent_state == "extra":
            return None
        return {
            "text": self.env._("Agreed. Call us to arrange when you come."),
            "label": False,
            "url": False,
            "is_open": True,
        }

    def _get_portal_progress(self):
        """Return the steps of the repair as the customer sees them, first to last.

        Facts only: a step without its fact is not done, one without parts is left out.
        Hook: an upper addon may add steps, such as the booking before the receipt.

        :return: list of dict(name, label, state: done|current|todo, date, date_due)
        """
        self.ensure_one()
        started = [date for date in self.job_ids.mapped("date_started") if date]
        finished = [date for date in self.job_ids.mapped("date_done") if date]
        ready = self.work_state in ("ready", "released")
        working = self.work_state in ("in_progress", "on_hold") or bool(started)
        steps = [
            self._prepare_portal_step(
                "received",
                self.env._("Received"),
                done=self.date_received,
                date=self.date_received,
            ),
            self._prepare_portal_step(
                "in_progress",
                self.env._("In work"),
                done=ready,
                current=working,
                date=min(started, default=False),
            ),
            self._prepare_portal_step(
                "parts",
                self.env._("Parts"),
                done=self.parts_state == "arrived",
                current=self.parts_state == "ordered",
                date_due=self.parts_state == "ordered" and self.parts_date,
            ),
            self._prepare_portal_step(
                "ready",
                self.env._("Ready"),
                done=ready,
                date=ready and (self.date_checked or max(finished, default=False)),
            ),
        ]
        if self.parts_state in (False, "none"):
            steps = [step for step in steps if step["name"] != "parts"]
        return steps

    def _prepare_portal_step(
        self, name, label, done=False, current=False, date=False, date_due=False
    ):
        """Return one step of the progress; done wins over current."""
        state = "done" if done else "current" if current else "todo"
        return {
            "name": name,
            "label": label,
            "state": state,
            "date": date or False,
            "date_due": date_due or False,
        }

    def _get_portal_lines(self):
        """Return the printed lines, works before parts unless sections order them."""
        self.ensure_one()
        lines = self._get_order_lines_to_report()
        if any(line.display_type for line in lines):
            return lines
        ranks = {"labour": 0, "sublet": 1, "part": 2, "other": 3}
        return lines.sorted(
            lambda line: (
                line.is_downpayment,
                ranks.get(line.line_kind, 3),
                line.sequence,
                line.id,
            )
        )

    def _get_portal_headings(self, lines):
        """Return {id of the first line of a kind: heading}; none when sections exist.

        :param lines: the lines in the order they are shown
        """
        if any(line.display_type for line in lines):
            return {}
        labels = {
            "labour": self.env._("Works"),
            "sublet": self.env._("Works"),
            "part": self.env._("Parts"),
            "other": self.env._("Other"),
        }
        headings = {}
        previous = None
        for line in lines.filtered(lambda line: not line.is_downpayment):
            label = labels.get(line.line_kind, labels["other"])
            if label != previous:
                headings[line.id] = label
            previous = label
        return headings

    def _get_portal_payment_url(self):
        """Return where the customer pays this order: its open invoice, else itself."""
        self.ensure_one()
        invoice = self._get_portal_unpaid_invoices()[:1]
        if invoice:
            return invoice.get_portal_url()
        return self.get_portal_url(query_string=f"&payment_amount={self.amount_due}")

    def _get_portal_unpaid_invoices(self):
        """Return the posted customer invoices of the orders that wait for money."""
        return self.invoice_ids._filter_unpaid_invoices().sorted("invoice_date_due")

    def _get_default_payment_link_values(self):
        """Override of `sale`: a link asks for what is due, and for no more."""
        values = super()._get_default_payment_link_values()
        if self.is_work_order and self.state == "sale":
            due = max(self.amount_due, 0.0)
            values.update(amount=due, amount_max=due)
        return values
