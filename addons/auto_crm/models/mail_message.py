from odoo import api, fields, models
from odoo.fields import Domain

# fields that hold addresses of whoever wrote or is written to
ADDRESSES = {
    "email_from",
    "reply_to",
    "incoming_email_to",
    "incoming_email_cc",
    "outgoing_email_to",
}


class MailMessage(models.Model):
    _inherit = "mail.message"

    auto_owner_id = fields.Many2one(
        comodel_name="res.partner",
        string="Whose the document was",
        ondelete="set null",
        index="btree_not_null",
        export_string_translation=False,
        help="The customer who could read the document when this was written.",
    )

    @api.model_create_multi
    def create(self, vals_list):
        """Override of `mail`: keep whose the document is, in case it changes hands."""
        ids_by_model = {}
        for vals in vals_list:
            if vals.get("res_id") and self._has_auto_owner(vals.get("model")):
                ids_by_model.setdefault(vals["model"], []).append(vals["res_id"])
        if not ids_by_model:
            return super().create(vals_list)
        owner_by_document = {
            # sudo: whoever writes, whose the document is stays unknown to him
            (model, document.id): document._get_auto_owner().id
            for model, ids in ids_by_model.items()
            for document in self.env[model].sudo().browse(ids).exists()
        }
        return super().create(
            [
                {**vals, "auto_owner_id": owner_by_document.get(key)}
                if (key := (vals.get("model"), vals.get("res_id"))) in owner_by_document
                else vals
                for vals in vals_list
            ]
        )

    @api.model
    def _has_auto_owner(self, model):
        """Whether documents of the model change hands in the portal."""
        return bool(model and getattr(self.env.get(model), "_auto_owner_path", None))

    @api.model
    def _get_auto_owner_domain(self):
        """Return the domain of what was not said with another customer."""
        partner = self.env.user.partner_id
        family = [partner.commercial_partner_id.id]
        return (
            Domain("auto_owner_id", "=", False)
            | Domain("auto_owner_id", "child_of", family)
            | Domain("author_id", "=", partner.id)
            | Domain("partner_ids", "in", partner.ids)
        )

    def _get_search_domain_share(self):
        """Override of `mail`: what was said with a former owner stays his."""
        domain = Domain(super()._get_search_domain_share())
        return domain & self._get_auto_owner_domain()

    def _get_forbidden_access(self, operation):
        """Override of `mail`: as in `_get_search_domain_share`."""
        forbidden = super()._get_forbidden_access(operation)
        if self.env.user._is_internal():
            return forbidden
        # sudo: whose the documents were is looked at, to decide who may read
        rest = (self - forbidden).sudo()
        others = rest - rest.filtered_domain(self._get_auto_owner_domain())
        return forbidden + others.sudo(False)

    def _to_store_defaults(self, target):
        """Override of `mail`: a mechanic sees who wrote, not from which address."""
        fields = super()._to_store_defaults(target)
        if self.env["res.partner"]._is_colleagues_only():
            return [f for f in fields if getattr(f, "field_name", f) not in ADDRESSES]
        return fields
