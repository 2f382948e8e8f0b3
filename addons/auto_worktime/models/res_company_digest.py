import logging
from datetime import timedelta

from odoo import api, fields, models
from odoo.tools import format_duration

from ..wizards.auto_loss import TOP

_logger = logging.getLogger(__name__)
OVERDUE = timedelta(hours=12)


class ResCompany(models.Model):
    """The managers' mail of the week."""

    _inherit = "res.company"

    auto_digest_date = fields.Date(
        string="Output mailed on",
        copy=False,
        help="The Monday on which the week before was mailed to the managers.",
    )

    @api.model
    def _cron_mail_workshop_digest(self, batch_size=20):
        """Mail the output of last week. Idempotent: a company that has it, has it."""
        companies = self.search([("id", ">", 0)])
        due = companies.filtered(lambda company: company._is_digest_due())
        self.env["ir.cron"]._commit_progress(remaining=len(due))
        for company in due[:batch_size]:
            claimed = company.try_lock_for_update()
            try:
                with self.env.cr.savepoint():
                    if claimed and claimed._is_digest_due():
                        claimed._mail_workshop_digest()
            except Exception:  # one shop must not stop the others
                _logger.exception("Output of company %s was not mailed", company.id)
            if not self.env["ir.cron"]._commit_progress(1):
                break

    def _is_digest_due(self):
        self.ensure_one()
        monday = self._get_digest_monday()
        return not self.auto_digest_date or self.auto_digest_date < monday

    def _get_digest_monday(self):
        today = self._get_today()
        return today - timedelta(days=today.weekday())

    def _mail_workshop_digest(self):
        """Mail output, losses and overdue clocks of last week to the managers."""
        self.ensure_one()
        self.auto_digest_date = self._get_digest_monday()
        values = self._get_workshop_digest()
        if not values["totals"]["hours_present"]:
            return
        for lang, managers in self._get_digest_users().grouped("lang").items():
            texts = self.with_context(lang=lang)
            body = texts.env["ir.qweb"]._render(
                "auto_worktime.workshop_digest",
                {**values, "company": texts, "duration": format_duration},
                lang=lang,
            )
            texts.env["mail.thread"].message_notify(
                partner_ids=managers.partner_id.ids,
                subject=texts.env._("Output of last week"),
                body=body,
                email_layout_xmlid="mail.mail_notification_light",
            )

    def _get_digest_users(self):
        """Hook: who gets the mail."""
        group = self.env.ref("auto_crm.auto_crm_group_manager")
        return group.all_user_ids.filtered(
            lambda user: user.active and not user.share and self in user.company_ids
        )

    def _get_workshop_digest(self):
        """Return what the mail says, about the seven days before this Monday."""
        self.ensure_one()
        last = self._get_digest_monday() - timedelta(days=1)
        first = last - timedelta(days=6)
        report = self.env["auto.output.report"]
        domain = [("company_id", "=", self.id)]
        logs = self.env["auto.time.log"].search(
            [
                *domain,
                ("date_stop", "=", False),
                ("date_start", "<", fields.Datetime.now() - OVERDUE),
            ]
        )
        corrections = self.env["auto.time.correction"]
        return {
            "first": first,
            "last": last,
            "totals": report._get_totals(self, first, last),
            "losses": report._get_losses(self, first, last)[:TOP],
            "correction_count": corrections.search_count(
                [*domain, ("state", "=", "open")]
            ),
            "overdue": logs,
        }
