from odoo import models


class AutoJobFinding(models.TransientModel):
    """What a mechanic finds is a fact that rules of messages know."""

    _inherit = "auto.job.finding"

    def _record(self, mechanic):
        """Override of `auto_crm`: rules may tell of it."""
        work = super()._record(mechanic)
        work.order_id._record_fact("work_found")
        if work.is_extra:
            work.order_id._record_fact("extra_found")
        return work
