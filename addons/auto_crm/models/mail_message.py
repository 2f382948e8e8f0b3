from odoo import api, fields, models
from odoo.exceptions import AccessError
from odoo.fields import Domain

from ..tools.deleted import for_those_there

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
        owner_by_document = {}
        for model, ids in ids_by_model.items():
            # sudo: whoever writes, whose the document is stays unknown to him
            documents = self.env[model].sudo().browse(ids)
            owner_by_document |= for_those_there(documents, self._get_auto_owners)
        return super().create(
            [
                {**vals, "auto_owner_id": owner_by_document.get(key)}
                if (key := (vals.get("model"), vals.get("res_id"))) in owner_by_document
                else vals
                for vals in vals_list
            ]
        )

    @api.model
    def _get_auto_owners(self, documents):
        """Return the id of whose each document is, by model and id."""
        return {
            (document._name, document.id): document._get_auto_owner().id
            for document in documents
        }

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

    def _has_field_access(self, field, operation):
        """Override of the ORM: a mechanic does not search or group by addresses.

        Of a message itself `mail` reads them, too, to show it: what leaves the server
        is refused below.
        """
        is_found_by = operation == "read" and not self and field.name in ADDRESSES
        return super()._has_field_access(field, operation) and not (
            is_found_by and self.env["res.partner"]._is_colleagues_only()
        )

    @api.model
    def _check_addresses(self, names):
        """Refuse to hand addresses out to a mechanic.

        :param names: names or paths of fields that are read
        """
        told = ADDRESSES & {name.split("/")[0] for name in names}
        if told and self.env["res.partner"]._is_colleagues_only():
            raise AccessError(
                self.env._("Addresses of customers are not for the workshop.")
            )

    def _read_format(self, fnames, *args, **kwargs):
        """Override of the ORM: see `_check_addresses`."""
        self._check_addresses(fnames)
        return super()._read_format(fnames, *args, **kwargs)

    def _export_rows(self, fields, *args, **kwargs):
        """Override of the ORM: see `_check_addresses`."""
        self._check_addresses(path[0] for path in fields if path)
        return super()._export_rows(fields, *args, **kwargs)

    def copy_data(self, default=None):
        """Override of the ORM: see `_check_addresses`."""
        self._check_addresses(ADDRESSES)
        return super().copy_data(default)

    def onchange(self, values, field_names, fields_spec):
        """Override of `web`: see `_check_addresses`."""
        self._check_addresses(fields_spec)
        return super().onchange(values, field_names, fields_spec)

    def _to_store_defaults(self, target):
        """Override of `mail`: a mechanic sees who wrote, not from which address."""
        fields = super()._to_store_defaults(target)
        if self.env["res.partner"]._is_colleagues_only():
            return [f for f in fields if getattr(f, "field_name", f) not in ADDRESSES]
        return fields
