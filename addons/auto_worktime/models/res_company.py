from odoo import api, fields, models
from odoo.exceptions import ValidationError


class ResCompany(models.Model):
    _inherit = "res.company"

    auto_cut_forgotten = fields.Boolean(
        string="Cut forgotten check-outs",
        default=True,
        help="Mechanics who forgot to check out are checked out at the end of their "
        "shift; the foreman corrects it.",
    )
    auto_cut_grace = fields.Float(
        string="Cut after, hours",
        default=2.0,
        help="How long after the end of the shift, or after his last press, somebody "
        "is still believed to be at work.",
    )

    _auto_cut_grace_positive = models.Constraint(
        "CHECK (auto_cut_grace >= 0)", "The hours to wait are at least 0."
    )

    @api.constrains("auto_cut_forgotten", "auto_check_out")
    def _check_one_check_out(self):
        both = self.filtered(lambda one: one.auto_cut_forgotten and one.auto_check_out)
        # sudo: whoever changes the settings may not see the employees; of companies
        # without mechanics nothing is cut
        mechanics = self.env["hr.employee"].sudo()
        if both and mechanics.search_count(
            [("company_id", "in", both.ids), ("is_mechanic", "=", True)], limit=1
        ):
            raise ValidationError(self._get_check_out_warning())

    def _get_check_out_warning(self):
        """Return why only one of both may check people out."""
        return self.env._(
            "Odoo's Automatic Check-Out invents when people left, even a day of one "
            "second. Switch it off, or “Cut forgotten check-outs” of the workshop."
        )
