from odoo import fields, models
from odoo.tools import clean_context


class AutoJobFinding(models.TransientModel):
    """What a mechanic found beside his job: one line, for the advisor to offer."""

    _name = "auto.job.finding"
    _description = "Found Something"

    job_id = fields.Many2one(comodel_name="auto.job", required=True)
    name = fields.Char(string="What is wrong", required=True)
    severity = fields.Selection(
        selection=[("safe", "Can wait"), ("soon", "Soon"), ("danger", "Unsafe")],
        default="soon",
        required=True,
    )
    note = fields.Text(string="Details")

    def action_record(self):
        """Advise the work for the car of the job."""
        self.ensure_one()
        self.job_id.check_access("write")
        # sudo: a mechanic may advise work on his job's order without reading the order;
        # what else the work is by default is not his to say
        works = self.env["auto.recommendation"].sudo()
        works = works.with_context(clean_context(self.env.context))
        works.create(self._prepare_vals())
        return {
            "type": "ir.actions.client",
            "tag": "display_notification",
            "params": {
                "type": "success",
                "message": self.env._("The advisor will offer it to the customer."),
                "next": {"type": "ir.actions.act_window_close"},
            },
        }

    def _prepare_vals(self):
        """Values of the recommendation."""
        self.ensure_one()
        job = self.job_id.sudo()  # sudo: the order gives the company, nothing else
        return {
            "name": self.name,
            "severity": self.severity,
            "note": self.note,
            "vehicle_id": job.vehicle_id.id,
            "order_id": job.order_id.id,
            "company_id": job.company_id.id,
        }
