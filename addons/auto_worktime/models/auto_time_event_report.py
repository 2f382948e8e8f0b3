from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.tools import plaintext2html
from odoo.tools.image import image_process
from odoo.tools.mimetypes import guess_mimetype

from ..tools.presses import OF_JOBS, REPORTS

PHOTO_TYPES = {"image/jpeg": "jpg", "image/png": "png", "image/webp": "webp"}
PHOTO_SIZE = (1920, 1920)


class AutoTimeEvent(models.Model):
    """What a mechanic tells by a terminal: note, photo, finding, a part he needs."""

    _inherit = "auto.time.event"

    action = fields.Selection(
        selection_add=[
            ("note", "Note"),
            ("photo", "Photo"),
            ("finding", "Found something"),
            ("part", "Needs a part"),
        ],
        ondelete=dict.fromkeys(REPORTS, "cascade"),
    )
    text = fields.Text(readonly=True)

    @api.model
    def _prepare_report_vals(self, **report):
        """Override: the words are kept with what has become of them."""
        return {"text": report.get("text") or False}

    @api.model
    def _do(self, employee, action, at, device, job, reason, **report):
        """Override: refuse what nobody can be sure of; reports are no presses.

        :raise UserError: says why
        """
        if not report.get("is_proven", True):
            raise UserError(
                self.env._("It came too long after the mechanic had signed in.")
            )
        if action in OF_JOBS and not job:
            raise UserError(self.env._("There is no such job of the mechanic."))
        if action == "pause" and not reason:
            raise UserError(self.env._("There is no such reason for a pause."))
        if action not in REPORTS:
            return super()._do(employee, action, at, device, job, reason)
        return getattr(self, f"_report_{action}")(employee, job, **report)

    @api.model
    def _report_note(self, employee, job, text="", **_report):
        """Tell the order, in the mechanic's name; customers do not see it."""
        self._check_text(text)
        return self._post_to_order(employee, job, body=text)

    @api.model
    def _report_photo(self, employee, job, text="", photo=b"", **_report):
        """Attach a photo to the order, made smaller if it is large.

        :raise UserError: when it is none
        """
        kind = PHOTO_TYPES.get(guess_mimetype(photo))
        if not kind:
            raise UserError(self.env._("What was sent is no photo."))
        photo = image_process(photo, size=PHOTO_SIZE, verify_resolution=True)
        name = f"{job.license_plate or job.order_name}.{kind}"
        return self._post_to_order(
            employee, job, body=text, attachments=[(name, photo)]
        )

    @api.model
    def _report_finding(self, employee, job, text="", **report):
        """Advise work for the car, or ask for it now; the advisor hears of it."""
        self._check_text(text)
        finding = self.env["auto.job.finding"].create(
            {
                "job_id": job.id,
                "name": text.splitlines()[0][:200],
                "note": text,
                "severity": "danger" if report.get("is_urgent") else "soon",
                "urgency": "now" if report.get("is_extra") else "later",
            }
        )
        return finding._record(employee.name)

    @api.model
    def _report_part(self, employee, job, text="", **_report):
        """Ask whoever buys the parts for one."""
        self._check_text(text)
        clerk = self.company_id.browse(job.company_id.id).auto_parts_user_id
        user = clerk or job.order_id._get_advisor()
        order = job.order_id.with_context(lang=user.lang or self.env.lang)
        return order.activity_schedule(
            "mail.mail_activity_data_todo",
            summary=order.env._("%(mechanic)s needs a part", mechanic=employee.name),
            note=plaintext2html(f"{job.name}: {text}"),
            user_id=user.id,
        )

    @api.model
    def _check_text(self, text):
        if not text:
            raise UserError(self.env._("Nothing was written."))

    @api.model
    def _post_to_order(self, employee, job, **message):
        """Post a note in the mechanic's name."""
        author = employee.user_id.partner_id or employee.work_contact_id
        return job.order_id.message_post(
            author_id=author.id or None, subtype_xmlid="mail.mt_note", **message
        )
