from odoo import fields, models


class AutoSharedMixin(models.AbstractModel):
    """Settings of one company or, without one, of all.

    What all companies share is changed by those who work for all of them: record rules
    say so, here is what rules do not see.
    """

    _name = "auto.shared.mixin"
    _description = "Setting of One Company or All"

    company_id = fields.Many2one(
        comodel_name="res.company",
        index=True,
        default=lambda self: self._default_company_id(),
        help="Empty: for all companies. Only those who work for every company change "
        "what is for all.",
    )

    def _default_company_id(self):
        """Of all companies if the user works for all of them, else of his."""
        user = self.env.user
        is_everywhere = self.env.su or user._has_every_company()
        return self.env["res.company"] if is_everywhere else self.env.company

    def write(self, vals):
        """Override of the ORM: nobody gives a setting to a company that is not his."""
        result = super().write(vals)
        if "company_id" in vals:
            self.check_access("write")
        return result
