from odoo import api, models


class Base(models.AbstractModel):
    """Documents of Odoo are read whole by everybody who may read them."""

    _inherit = "base"

    @api.model
    def fields_get(self, allfields=None, attributes=None):
        """Override of the ORM: lists of what the user may not read are left out.

        An export, or ``read()`` of all fields, asks so. Who asks for such a list by its
        name is refused.
        """
        fields = super().fields_get(allfields=allfields, attributes=attributes)
        if allfields or self.env.su or self._name.startswith("auto."):
            return fields
        readable = self.env["ir.model.access"]._get_allowed_models("read")
        return {
            name: description
            for name, description in fields.items()
            if not self._is_own_list(name)
            or self._fields[name].comodel_name in readable
        }

    @api.model
    def _is_own_list(self, name):
        """Whether a field is a list that the addons of the car service add."""
        field = self._fields[name]
        return field.type in ("one2many", "many2many") and all(
            module.startswith("auto_") for module in field._modules
        )
