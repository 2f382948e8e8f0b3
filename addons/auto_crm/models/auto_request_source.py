import hashlib
import re
import secrets
from datetime import timedelta

from odoo import api, fields, models
from odoo.exceptions import AccessError
from odoo.tools import consteq

WINDOW = timedelta(minutes=1)


class AutoRequestSource(models.Model):
    """A site or form that may post requests: its key, team, channel and limits."""

    _name = "auto.request.source"
    _description = "Request Source"
    _inherit = ["utm.mixin"]
    _order = "name, id"
    _check_company_auto = True

    name = fields.Char(required=True)
    active = fields.Boolean(default=True)
    company_id = fields.Many2one(
        comodel_name="res.company",
        required=True,
        default=lambda self: self.env.company,
    )
    team_id = fields.Many2one(comodel_name="crm.team", check_company=True)
    user_id = fields.Many2one(
        comodel_name="res.users",
        string="Advisor",
        domain="[('share', '=', False), ('company_ids', 'in', company_id)]",
    )
    key = fields.Char(
        copy=False,
        readonly=True,
        groups="base.group_system",
        help="Sent by the site in the header X-Api-Key. "
        "Whoever has it can post requests.",
    )
    limit_source = fields.Integer(
        string="Requests a minute",
        default=120,
        help="More requests of the site than this are refused for a while.",
    )
    limit_address = fields.Integer(
        string="Requests a minute of one visitor",
        default=20,
        help="Counted by the visitor's address the site passes on, or by its own.",
    )
    request_ids = fields.One2many(comodel_name="auto.request", inverse_name="source_id")
    request_count = fields.Integer(compute="_compute_request_count")
    failed_count = fields.Integer(compute="_compute_request_count")
    endpoint = fields.Char(string="Address", compute="_compute_endpoint")

    def _compute_request_count(self):
        counts = self.env["auto.request"]._read_group(
            [("source_id", "in", self.ids)], ["source_id", "state"], ["__count"]
        )
        total, failed = {}, {}
        for source, state, count in counts:
            total[source] = total.get(source, 0) + count
            if state == "failed":
                failed[source] = count
        for source in self:
            source.request_count = total.get(source, 0)
            source.failed_count = failed.get(source, 0)

    def _compute_endpoint(self):
        self.endpoint = f"{self.get_base_url()}/auto_crm/request"

    def action_generate_key(self):
        """Give each source a new key; the old one stops working.

        :raise AccessError: for anybody but an administrator
        """
        if not self.env.user.has_group("base.group_system"):
            raise AccessError(self.env._("Only an administrator may make a new key."))
        for source in self:
            source.key = f"{secrets.token_hex(4)}.{secrets.token_urlsafe(32)}"

    def action_view_requests(self):
        """Open the requests of the source."""
        self.ensure_one()
        action = self.env["ir.actions.act_window"]._for_xml_id(
            "auto_crm.auto_request_action"
        )
        return {**action, "domain": [("source_id", "=", self.id)], "context": {}}

    @api.model
    def _find_by_key(self, key):
        """Return the source of a key, in constant time for keys of a prefix; or empty.

        The public part before the dot finds the row, the whole key is compared by hash.
        """
        match = re.fullmatch(r"([0-9a-f]{8})\.[\w-]{43}", key or "")
        if not match:
            return self.browse()
        # sudo: nobody is logged in, the key is the proof
        candidates = self.sudo().search([("key", "=like", f"{match[1]}.%")], limit=10)
        digest = hashlib.sha256(key.encode()).hexdigest()
        return candidates.filtered(
            lambda source: consteq(
                hashlib.sha256((source.key or "").encode()).hexdigest(), digest
            )
        )[:1]

    def _count_call(self, deed, address):
        """Count a call at its beginning; tell whether site and visitor may make it.

        :param str deed: what is called, see `auto.limit`
        :param str address: network address of the visitor
        """
        self.ensure_one()
        return self.env["auto.limit"]._count_call(
            deed,
            [
                (f"source {self.id}", self.limit_source),
                (f"{self.id}/{address[:64]}", self.limit_address),
            ],
            WINDOW,
        )

    def _get_wait_seconds(self, address):
        """Count a request; return how many seconds its caller has to wait, mostly 0.

        :param str address: network address of the visitor
        """
        return 0 if self._count_call("request", address) else WINDOW.seconds
