import json
import logging
from datetime import timedelta

from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.service.model import PG_CONCURRENCY_EXCEPTIONS_TO_RETRY
from odoo.tools import escape_psql

from ..tools.strangers import clean

_logger = logging.getLogger(__name__)

MAX_CHAR = 256
MAX_UTM = 64


class AutoRequest(models.Model):
    """A request as it came in, kept whatever becomes of it."""

    _name = "auto.request"
    _description = "Incoming Request"
    _inherit = ["mail.thread", "mail.activity.mixin"]
    _order = "id desc"

    source_id = fields.Many2one(
        comodel_name="auto.request.source",
        required=True,
        index=True,
        ondelete="cascade",
        readonly=True,
    )
    company_id = fields.Many2one(related="source_id.company_id", store=True, index=True)
    external_id = fields.Char(string="Caller's ID", readonly=True)
    address = fields.Char(string="Network Address", readonly=True)
    payload = fields.Text(readonly=True)
    state = fields.Selection(
        selection=[("new", "New"), ("done", "Done"), ("failed", "Failed")],
        default="new",
        required=True,
        index=True,
        readonly=True,
    )
    error = fields.Text(readonly=True)
    lead_id = fields.Many2one(
        comodel_name="crm.lead", string="Deal", index="btree_not_null", readonly=True
    )

    _external_id_unique = models.UniqueIndex(
        "(source_id, external_id) WHERE external_id IS NOT NULL",
        "This request of the caller has been received already.",
    )
    _rate_idx = models.Index("(source_id, create_date)")

    @api.depends("source_id", "create_date")
    def _compute_display_name(self):
        for request in self:
            request.display_name = f"{request.source_id.name} #{request.id or ''}"

    # ------------------------------------------------------------------
    # Receiving
    # ------------------------------------------------------------------

    @api.model
    def _receive(self, source, body, data, address):
        """Store a request and make a deal of it; what cannot be processed is kept.

        :param source: the ``auto.request.source`` that was proven by its key
        :param str body: the request as it came in
        :param dict data: what was read from it; None if it is not to be read
        :param str address: network address of the visitor
        :return: the request; raises IntegrityError if the caller's id is known
        """
        request = self.with_context(
            mail_create_nolog=True, mail_create_nosubscribe=True
        ).create(
            {
                "source_id": source.id,
                "external_id": self._get_external_id(data),
                "address": address,
                "payload": clean(body),
            }
        )
        request._process(data)
        return request

    @api.model
    def _get_turns(self, source, data):
        """Return in whose turn a request is stored, see `take_turn`."""
        text = self._get_text
        vals = {
            "phone": text(data, "phone", 64),
            "email_from": text(data, "email"),
            "vehicle_line": text(data, "car"),
        }
        turns = self.env["crm.lead"]._get_request_turns(vals, source.company_id)
        if external_id := self._get_external_id(data):
            turns.append(f"request/{source.id}/id/{external_id}")
        return turns

    @api.model
    def _store_unreadable(self, source, body, error, address):
        """Keep what is not JSON, and show it to a manager."""
        request = self.with_context(mail_create_nolog=True).create(
            {
                "source_id": source.id,
                "address": address,
                "payload": clean(body),
            }
        )
        request._fail(error)
        return request

    @api.model
    def _get_external_id(self, data):
        """Return the caller's own id of a request, as text; False if there is none."""
        value = (data or {}).get("id")
        return clean(str(value))[:MAX_CHAR] if value not in (None, "") else False

    @api.model
    def _find_received(self, source, external_id):
        """Return the request the caller has sent before under the same id, or empty."""
        if not external_id:
            return self.browse()
        return self.search(
            [("source_id", "=", source.id), ("external_id", "=", external_id)], limit=1
        )

    def _process(self, data):
        """Make a deal of the request; a fault is kept and shown to the manager."""
        self.ensure_one()
        try:
            with self.env.cr.savepoint():
                vals, details = self._prepare_lead_vals(data)
                lead = self.env["crm.lead"]._receive_request(
                    vals, self.source_id, details
                )
                self.write({"state": "done", "error": False, "lead_id": lead.id})
        except PG_CONCURRENCY_EXCEPTIONS_TO_RETRY:
            raise  # Odoo repeats the whole request
        except UserError as error:
            self._fail(str(error))
        except Exception as error:  # nothing a customer sent may get lost
            _logger.exception("Request %s not processed", self.id)
            self._fail(f"{type(error).__name__}: {error}")

    def _fail(self, error):
        """Keep the request with what is wrong with it, and tell a manager."""
        self.write({"state": "failed", "error": error})
        leads = self.env["crm.lead"].with_company(self.company_id)
        users = self.env.ref("auto_crm.auto_crm_group_manager").all_user_ids.filtered(
            lambda user: leads._is_eligible_user(user) and user._is_internal()
        )
        user = users.sorted("id")[:1] or leads._get_fallback_user(self.company_id)
        for request in self.filtered(lambda request: not request.activity_ids):
            request.with_context(mail_activity_quick_update=True).activity_schedule(
                "auto_crm.mail_activity_type_failed_request",
                date_deadline=leads._get_working_deadline(),
                user_id=user.id,
                note=error,
            )

    def action_retry(self):
        """Try again to make deals of requests that failed.

        :raise AccessError: for anybody but a manager
        """
        self.check_access("write")
        for request in self.filtered(lambda request: request.state == "failed"):
            # sudo: managers may not write what came in, only have it processed again
            request_sudo = request.sudo()
            try:
                data = self._read_body(request.payload)
            except ValueError as error:
                raise UserError(
                    self.env._(
                        "The request cannot be read (%(error)s). "
                        "Make the deal by hand.",
                        error=error,
                    )
                ) from error
            request_sudo._process(data)
            if request_sudo.state == "done":
                request_sudo.activity_unlink(
                    ["auto_crm.mail_activity_type_failed_request"]
                )

    @api.model
    def _read_body(self, body):
        """Read the JSON object of a request.

        :raise ValueError: with what is wrong with it
        """
        try:
            data = json.loads(body or "")
        except RecursionError as error:
            raise ValueError(self.env._("nested too deeply")) from error
        if isinstance(data, dict):
            return data
        raise ValueError(self.env._("a JSON object is expected"))

    # ------------------------------------------------------------------
    # Reading
    # ------------------------------------------------------------------

    def _prepare_lead_vals(self, data):
        """Hook: what a request says, as values of a deal and details of its note.

        :return: (values, pairs of label and text)
        :raise UserError: when there is nothing to make a deal of
        """
        self.ensure_one()
        text = self._get_text
        vals = {
            "contact_name": text(data, "name"),
            "phone": text(data, "phone", 64),
            "email_from": text(data, "email"),
            "vehicle_line": text(data, "car"),
            "wish": text(data, "text", None),
        }
        vals = {name: value for name, value in vals.items() if value}
        if not vals:
            raise UserError(
                self.env._(
                    "Nothing to make a deal of: no name, phone, e-mail, car or text."
                )
            )
        for name, model in self._get_utm_fields().items():
            if value := text(data, f"utm_{name}", MAX_UTM):
                vals[f"{name}_id"] = self._find_or_create_utm(model, value).id
        return vals, [(self.env._("Page"), text(data, "page", 1024))]

    @api.model
    def _get_utm_fields(self):
        """Return the models of the channel by the name of their parameter."""
        return {
            "source": "utm.source",
            "medium": "utm.medium",
            "campaign": "utm.campaign",
        }

    @api.model
    def _find_or_create_utm(self, model, name):
        """Return the channel of that name, in any case; wildcards are letters here."""
        records = self.env[model].with_context(active_test=False)
        record = records.search([("name", "=ilike", escape_psql(name))], limit=1)
        if record:
            return record
        vals = {"name": name}
        if "is_auto_campaign" in records._fields:
            vals["is_auto_campaign"] = True
        return records.create(vals)

    @api.model
    def _get_text(self, data, name, limit=MAX_CHAR):
        """Return a value of the request as trimmed text, whatever it was."""
        value = (data or {}).get(name)
        if value is None or isinstance(value, (bool, dict, list)):
            return ""
        text = clean(str(value)).strip()
        if limit is not None:
            text = " ".join(text.split())[:limit]
        return text

    @api.autovacuum
    def _gc_requests(self, limit=1000):
        """Remove processed requests after the time the company keeps them."""
        done = 0
        companies = self.env["res.company"].search(
            [("auto_request_keep_days", ">", 0)], order="id"
        )
        for company in companies:
            days = company.auto_request_keep_days
            old = self.search(
                [
                    ("company_id", "=", company.id),
                    ("state", "=", "done"),
                    ("create_date", "<", fields.Datetime.now() - timedelta(days=days)),
                ],
                limit=limit,
            )
            done += len(old)
            old.unlink()
        return done, int(done >= limit)
