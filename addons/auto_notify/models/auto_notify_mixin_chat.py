from odoo import fields, models


class AutoNotifyMixin(models.AbstractModel):
    """What staff see and do about the messages of a document."""

    _inherit = "auto.notify.mixin"

    notify_message_count = fields.Integer(
        string="Number of Messages",
        compute="_compute_notify_message_count",
        groups="auto_crm.auto_crm_group_advisor",
    )

    def _compute_notify_message_count(self):
        count_by_record = dict(
            self.env["auto.notify.message"]._read_group(
                [(self._get_notify_message_field(), "in", self.ids)],
                [self._get_notify_message_field()],
                ["__count"],
            )
        )
        for record in self:
            record.notify_message_count = count_by_record.get(record._origin, 0)

    def _get_notify_message_field(self):
        """Return the field by which messages name a document of this model."""
        return self._fields["notify_message_ids"].inverse_name

    def action_view_notify_messages(self):
        """Open the messages of the document."""
        self.ensure_one()
        action = self.env["ir.actions.act_window"]._for_xml_id(
            "auto_notify.auto_notify_message_action"
        )
        return {
            **action,
            "domain": [(self._get_notify_message_field(), "=", self.id)],
            "context": {"create": False},
        }

    def action_notify_compose(self):
        """Open the window in which staff write to the customer."""
        self.ensure_one()
        self.env["auto.notify.compose"].check_access("create")
        return {
            "type": "ir.actions.act_window",
            "name": self.env._("Message"),
            "res_model": "auto.notify.compose",
            "view_mode": "form",
            "target": "new",
            "context": {
                "default_res_model": self._name,
                "default_res_id": self.id,
            },
        }
