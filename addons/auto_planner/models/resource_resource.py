from odoo import fields, models

from odoo.addons.auto_crm.tools import groups


class ResourceResource(models.Model):
    """When a post is out of use or a mechanic absent: Odoo's leaves of a resource."""

    _inherit = "resource.resource"

    auto_post_ids = fields.One2many(
        comodel_name="auto.post",
        inverse_name="resource_id",
        groups=groups.MECHANIC,
        export_string_translation=False,
    )

    def _get_leaves_action(self, title):
        """Return the action that opens leaves of the resource, and makes new ones.

        :param str title: of the screen, translated
        """
        self.ensure_one()
        action = self.env["ir.actions.act_window"]._for_xml_id(
            "resource.action_resource_calendar_leave_tree"
        )
        return {
            **action,
            "name": title,
            "display_name": title,
            "domain": [("resource_id", "=", self.id)],
            "context": {
                "default_resource_id": self.id,
                "default_calendar_id": self.calendar_id.id,
                "default_company_id": self.company_id.id,
            },
        }
