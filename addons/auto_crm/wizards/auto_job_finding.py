from odoo import fields, models
from odoo.tools import clean_context, plaintext2html


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
    urgency = fields.Selection(
        selection=[
            ("later", "Advise it for later"),
            ("now", "Needs doing now: agree it with the customer"),
        ],
        string="When",
        default="later",
        required=True,
    )
    note = fields.Text(string="Details")

    def action_record(self):
        """Advise the work for the car of the job, or ask to have it agreed now."""
        self.ensure_one()
        self._record(self.env.user.name)
        if self.urgency == "now":
            message = self.env._("The advisor will agree it with the customer.")
        else:
            message = self.env._("The advisor will offer it to the customer.")
        return {
            "type": "ir.actions.client",
            "tag": "display_notification",
            "params": {
                "type": "success",
                "message": message,
                "next": {"type": "ir.actions.act_window_close"},
            },
        }

    def _record(self, mechanic):
        """Keep what was found, and tell the advisor of the order.

        :param str mechanic: name of who found it
        :return: the recommendation
        """
        self.ensure_one()
        self.job_id.check_access("write")
        # sudo: a mechanic may advise work on his job's order without reading the order;
        # what else the work is by default is not his to say
        works = self.env["auto.recommendation"].sudo()
        works = works.with_context(clean_context(self.env.context))
        work = works.create(self._prepare_vals())
        self._tell_advisor(work, mechanic)
        return work

    def _tell_advisor(self, work, mechanic):
        """Hook: let the advisor act upon it today."""
        order = work.order_id
        user = order._get_advisor()
        order = order.with_context(
            lang=user.lang or self.env.lang, mail_activity_quick_update=True
        )
        if work.is_extra:
            summary = order.env._("Extra work to agree: %(work)s", work=work.name)
        else:
            summary = order.env._("%(mechanic)s found something", mechanic=mechanic)
        order.activity_schedule(
            "mail.mail_activity_data_todo",
            summary=summary,
            note=plaintext2html(
                f"{mechanic}, {self.job_id.name}: {work.note or work.name}"
            ),
            user_id=user.id,
        )

    def _prepare_vals(self):
        """Values of the recommendation."""
        self.ensure_one()
        job = self.job_id.sudo()  # sudo: the order gives the company, nothing else
        return {
            "name": self.name,
            "severity": self.severity,
            "is_extra": self.urgency == "now",
            "note": self.note,
            "vehicle_id": job.vehicle_id.id,
            "order_id": job.order_id.id,
            "company_id": job.company_id.id,
        }
