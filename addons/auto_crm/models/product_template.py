from odoo import api, fields, models
from odoo.fields import Domain

# what parts and works cost: nothing for a mechanic,
# who needs to read the rest of a product
PRICE_FIELDS = {
    "price_now",
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
    price_now = fields.Monetary(
        string="Costs now",
        compute="_compute_price_now",
        currency_field="currency_id",
        help="Norm-hours × rate of the work type for any make, or the fixed price.",
    )
    maker = fields.Char(help="Who made the part: shown on the customer's documents.")
    cross_numbers = fields.Char(
        help="Numbers by which other makers and catalogues know the part: it is found "
        "by each of them, however people write it.",
    )
    article_search = fields.Char(
        string="Article or cross number",
        store=False,
        search="_search_article",
        export_string_translation=False,
    )

    @api.depends(
        "service_tracking",
        "labour_pricing",
        "norm_hours",
        "work_type_id",
        "list_price",
    )
    @api.depends_context("company")
    def _compute_price_now(self):
        company = self.env.company
        rates = self.env["auto.labour.rate"]._get_prices(company)[company]
        for template in self:
            rate = rates.get_price(
                template.work_type_id, self.env["fleet.vehicle.model.brand"]
            )
            is_norm = template._is_labour() and template.labour_pricing == "norm"
            template.price_now = (
                template.norm_hours * rate if is_norm and rate else template.list_price
            )

    @api.model
    def _search_article(self, operator, value):
        """Find parts by article, barcode or cross number, without signs between."""
        products = self.env["product.product"]
        domain = products._search_article(operator, value)
        if domain is NotImplemented:
            return NotImplemented
        return Domain("product_variant_ids", "any", domain)

    def _is_labour(self):
        """Whether it is work that a mechanic gets a job of."""
        self.ensure_one()
        return self.service_tracking == "auto_job"

    def get_formview_id(self, access_uid=None):
        """Override of the ORM: from our screens a work or part opens in its own form.

        Stock's form stays the form of everybody who opens it from elsewhere.
        """
        return self._get_auto_form() or super().get_formview_id(access_uid=access_uid)

    def _get_auto_form(self):
        """Return the id of the form of a work or part, False where stock's is due."""
        if not self.env.context.get("auto_product_form") or len(self) != 1:
            return False
        # sudo: who reads an order line may not be allowed to read its product
        template = self.sudo()
        kinds = {"labour": template._is_labour(), "part": template.type == "consu"}
        kind = next((kind for kind, is_so in kinds.items() if is_so), None)
        return kind and self.env["ir.model.data"]._xmlid_to_res_id(
            f"auto_crm.product_template_view_form_{kind}"
        )

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
