from odoo import api, models

MEASURES = (
    "hours_present",
    "hours_jobs",
    "hours_idle",
    "hours_none",
    "hours_sold",
    "hours_finished",
    "utilisation",
    "efficiency",
    "productivity",
    "recovery",
    "paid_productivity",
    "revenue",
    "effective_rate",
    "order_count",
    "comeback_count",
    "comeback_rate",
)


class AutoOutputReport(models.Model):
    """What the pages and mails of a period say."""

    _inherit = "auto.output.report"

    @api.model
    def _get_totals(self, company, first, last):
        """Return the figures of a company's days by name; unknown ones are False.

        `wip_start` and `wip_stop` are the hours in cars that had not left before and
        after these days: on jobs = on finished jobs + what they grew by.
        """
        amounts = self._read_group(
            self._get_period_domain(company, first, last),
            aggregates=[f"{name}:{self._fields[name].aggregator}" for name in MEASURES],
        )[0]
        totals = dict(zip(MEASURES, amounts, strict=True))
        return {
            **totals,
            "wip_start": self._get_wip(company, ("date", "<", first)),
            "wip_stop": self._get_wip(company, ("date", "<=", last)),
        }

    @api.model
    def _get_wip(self, company, until):
        """Return the hours in cars that had not left at the edge of a day."""
        kinds = ("kind", "in", ("work", "rework", "finish"))  # others reckon in vain
        domain = [("company_id", "=", company.id), kinds, until]
        return self._read_group(domain, [], ["hours_wip:sum"])[0][0] or 0.0

    @api.model
    def _get_losses(self, company, first, last):
        """Return what time was lost to in a company's days, the largest first.

        :return: list of (auto.hold.reason, hours, money); without a reason what nobody
            gave; money, at the effective rate of these days, is False if unknown
        """
        domain = self._get_period_domain(company, first, last)
        rate = self._read_group(domain, [], ["effective_rate:avg"])[0][0]
        losses = [
            (reason, hours, hours * rate if rate else False)
            for reason, hours in self._read_group(
                [*domain, ("kind", "in", ("idle", "none"))],
                ["reason_id"],
                ["hours:sum"],
            )
        ]
        return sorted(losses, key=lambda loss: -loss[1])

    @api.model
    def _get_period_domain(self, company, first, last):
        """Hook: the rows of a company's days."""
        return [
            ("company_id", "=", company.id),
            ("date", ">=", first),
            ("date", "<=", last),
        ]
