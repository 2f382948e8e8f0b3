from odoo import models


class MailThread(models.AbstractModel):
    _inherit = "mail.thread"

    # Path to whose document it is in the portal, for models whose documents change
    # hands: what was said with one customer is not shown to the next.
    _auto_owner_path = None

    def _message_get_suggested_recipients_batch(self, *args, **kwargs):
        """Override of `mail`: a mechanic's message goes to colleagues.

        He sees no customer's address.
        """
        if self.env["res.partner"]._is_colleagues_only():
            return {record.id: [] for record in self}
        return super()._message_get_suggested_recipients_batch(*args, **kwargs)

    def _get_auto_owner(self):
        """Return whose document it is in the portal now."""
        self.ensure_one()
        return self.mapped(self._auto_owner_path)[:1]

    def _log_tracking(self, commands_by_id, bodies=None):
        """Log what has changed in documents: as Odoo does, but in one batch.

        :param dict commands_by_id: of tracking values, see ``_mail_track``; documents
            without any are left out
        :param dict bodies: texts by id
        """
        changed = self.filtered(lambda record: commands_by_id[record.id])
        messages = changed._message_log_batch(bodies or {})
        self.env["mail.tracking.value"].sudo().create(  # sudo: nobody writes them
            [
                {**command[2], "mail_message_id": message.id}
                for record, message in zip(changed, messages, strict=True)
                for command in commands_by_id[record.id]
            ]
        )
