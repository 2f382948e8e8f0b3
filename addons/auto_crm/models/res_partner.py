from collections import defaultdict

from markupsafe import Markup

from odoo import api, fields, models
from odoo.fields import Domain

from ..tools import groups, phone

STAFF_GROUPS = "base.group_partner_manager,auto_crm.auto_crm_group_advisor"


class ResPartner(models.Model):
    _inherit = "res.partner"
    _auto_phone_note_field = "comment"

    phone_sanitized = fields.Char(index="btree_not_null")
    vehicle_ids = fields.One2many(
        comodel_name="auto.vehicle",
        inverse_name="partner_id",
        groups=f"{groups.MECHANIC},{groups.BOOKS},{groups.PORTAL}",
    )
    vehicle_count = fields.Integer(
        compute="_compute_vehicle_count", groups="auto_crm.auto_crm_group_advisor"
    )
    duplicate_phone_ids = fields.Many2many(
        comodel_name="res.partner",
        compute="_compute_duplicate_phone_ids",
        context={"active_test": False},
        string="Same phone",
        groups=STAFF_GROUPS,
    )
    duplicate_phone_text = fields.Html(
        compute="_compute_duplicate_phone_text", sanitize=False, groups=STAFF_GROUPS
    )

    @api.depends("vehicle_ids", "child_ids.vehicle_ids")
    def _compute_vehicle_count(self):
        """Cars of the customer and, for a company, of its people."""
        family = self.with_context(active_test=False).search_fetch(
            [("id", "child_of", self.ids)], ["parent_id"]
        )
        count_by_partner = dict(
            self.env["auto.vehicle"]._read_group(
                [("partner_id", "in", family.ids)], ["partner_id"], ["__count"]
            )
        )
        total_by_id = defaultdict(int)
        for owner, count in count_by_partner.items():
            partner = owner
            while partner:
                total_by_id[partner.id] += count
                partner = partner.parent_id
        for partner in self:
            partner.vehicle_count = total_by_id[partner._origin.id]

    @api.depends("phone_sanitized", "parent_id")
    def _compute_duplicate_phone_ids(self):
        numbers = set(filter(None, self.mapped("phone_sanitized")))
        phones = set().union(*map(phone.get_variants, numbers))
        others_by_phone = defaultdict(self.browse)
        if phones:
            domain = Domain("phone_sanitized", "in", sorted(phones))
            for other in self.with_context(active_test=False).search(
                domain, limit=1000
            ):
                others_by_phone[phone.get_key(other.phone_sanitized)] |= other
        for partner in self:
            own_family = partner._origin | partner.parent_id
            partner.duplicate_phone_ids = others_by_phone[
                phone.get_key(partner.phone_sanitized)
            ].filtered(
                lambda other, own_family=own_family: (
                    other not in own_family
                    and not other.commercial_partner_id
                    & own_family.commercial_partner_id
                )
            )

    @api.depends("duplicate_phone_ids")
    def _compute_duplicate_phone_text(self):
        for partner in self:
            partner.duplicate_phone_text = (
                Markup(", ").join(
                    Markup('<a href="/odoo/res.partner/%s" target="_blank">%s</a>')
                    % (other._origin.id, other.display_name)
                    for other in partner.duplicate_phone_ids
                )
                or False
            )

    @api.onchange("phone", "country_id", "company_id")
    def _onchange_phone_validation(self):
        """Override of `phone_validation`: no word typed beside a phone is lost."""
        self._split_typed_phone()
        return super()._onchange_phone_validation()

    def write(self, vals):
        """Override of `base`: the zone of a company's address is remembered."""
        result = super().write(vals)
        # sudo: whose address it is, not what the user sees of the company
        if "tz" in vals and self.sudo().ref_company_ids:
            self.env.registry.clear_cache()
        return result

    @api.model
    def get_import_templates(self):
        """Override of `base_import`: a sample of what a car service has to know."""
        return [
            *super().get_import_templates(),
            {
                "label": self.env._("Import Template for Customers"),
                "template": "/auto_crm/static/import/customers.xlsx",
            },
        ]

    @api.model
    def _search_display_name(self, operator, value):
        """Override of `base`: a customer is found by his phone, in any spelling."""
        domain = super()._search_display_name(operator, value)
        if operator not in ("like", "ilike") or not isinstance(value, str):
            return domain
        by_phone = self._get_phone_domain(value)
        return domain if by_phone.is_false() else Domain(domain) | by_phone

    def action_view_vehicles(self):
        """Open the cars of the customer and, for a company, of its people."""
        self.ensure_one()
        return {
            "type": "ir.actions.act_window",
            "name": self.env._("Vehicles"),
            "res_model": "auto.vehicle",
            "view_mode": "kanban,list,form",
            "domain": [("partner_id", "child_of", self.ids)],
            "context": {"default_partner_id": self.id},
        }

    @api.model
    def _is_colleagues_only(self):
        """Whether the user is a mechanic and nothing more.

        He must not see customers' contacts. The groups that see all are those of the
        record rule ``res_partner_rule_office``.
        """
        user = self.env.user
        if self.env.su or not user.has_group("auto_crm.auto_crm_group_mechanic"):
            return False
        # sudo: the groups of a rule are read, nothing else
        office = self.env.ref("auto_crm.res_partner_rule_office").sudo().groups
        return not user.all_group_ids & office

    def _to_store_defaults(self, target):
        """Override of `mail`: no addresses for those who don't read customers."""
        fields = super()._to_store_defaults(target)
        return [f for f in fields if f != "email" or not self._is_colleagues_only()]
