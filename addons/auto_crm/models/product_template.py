from odoo import api, fields, models

# what parts and works cost: nothing for a mechanic,
# who needs to read the rest of a product
PRICE_FIELDS = {
    "list_price",
    "lst_price",
    "price_extra",
    "standard_price",
    "avg_cost",
    "total_value",
    "suggest_estimated_price",
}


class ProductTemplate(models.Model):
    _inherit = "product.template"

    service_tracking = fields.Selection(
        selection_add=[("auto_job", "Job for a mechanic")],
        ondelete={"auto_job": "set default"},
    )
    work_type_id = fields.Many2one(comodel_name="auto.work.type", index=True)
    norm_hours = fields.Float(string="Norm-hours", digits=(16, 2))
    labour_pricing = fields.Selection(
        selection=[("norm", "Norm-hours × rate"), ("fixed", "Fixed price")],
        default="norm",
        required=True,
    )
    maker = fields.Char(help="Who made the part: shown on the customer's documents.")

    def _prepare_service_tracking_tooltip(self):
        """Override of `sale`: what selling this work creates."""
        if self.service_tracking == "auto_job":
            return self.env._("A work order makes a job for a mechanic of it.")
        return super()._prepare_service_tracking_tooltip()

    @api.model
    def _get_saleable_tracking_types(self):
        """Override of `sale`: labour can be sold."""
        return [*super()._get_saleable_tracking_types(), "auto_job"]

    def _has_field_access(self, field, operation):
        """Override of the ORM: a mechanic sees no prices."""
        return super()._has_field_access(field, operation) and not (
            field.name in PRICE_FIELDS and self.env["res.partner"]._is_colleagues_only()
        )
