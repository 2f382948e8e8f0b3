import logging
from datetime import date, datetime, timedelta

from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.fields import Domain
from odoo.service.model import PG_CONCURRENCY_EXCEPTIONS_TO_RETRY

from ..tools import fact

_logger = logging.getLogger(__name__)

MAX_TRIES = 8
FIRST_WAIT = timedelta(minutes=5)


class AutoFactFailure(models.Model):
    """What did not follow a fact as it should have: tried again, and shown.

    The fact itself stays; its other followers have heard of it.
    """

    _name = "auto.fact.failure"
    _description = "Failure to Follow a Fact"
    _order = "id desc"

    res_model = fields.Char(string="Document Model", required=True, readonly=True)
    res_id = fields.Many2oneReference(
        string="Document ID", model_field="res_model", required=True, readonly=True
    )
    document = fields.Char(compute="_compute_document")
    company_id = fields.Many2one(
        comodel_name="res.company", readonly=True, index="btree_not_null"
    )
    follower = fields.Char(required=True, readonly=True)
    facts = fields.Char(compute="_compute_facts")
    change = fields.Json(
        required=True, readonly=True, help="What had changed, as a follower is told it."
    )
    error = fields.Text(readonly=True)
    tries = fields.Integer(readonly=True)
    date_next = fields.Datetime(
        string="Next try", readonly=True, index="btree_not_null"
    )

    @api.depends("change")
    def _compute_facts(self):
        for failure in self:
            names = failure.change["became"] or failure.change["names"]
            failure.facts = ", ".join(sorted(names))

    @api.depends("res_model", "res_id")
    def _compute_document(self):
        for failure in self:
            # sudo: its name only, for who manages the shop
            record = failure.sudo()._get_document()
            failure.document = record.display_name if record else False

    def _get_document(self):
        """Return what the fact is about, None if it is gone."""
        self.ensure_one()
        if self.res_model not in self.env:
            return None
        return self.env[self.res_model].browse(self.res_id).exists() or None

    @api.model
    def _keep(self, follower, changes, error):
        """Keep what a follower could not do.

        :param str follower: its name
        :param dict changes: by document
        :param Exception error: why
        """
        # sudo: kept whoever made the fact
        self.sudo().create(
            [
                {
                    "res_model": record._name,
                    "res_id": record.id,
                    "company_id": record.company_id.id,
                    "follower": follower,
                    "change": self._pack(change),
                    "error": repr(error),
                    "date_next": fields.Datetime.now() + FIRST_WAIT,
                }
                for record, change in changes.items()
            ]
        )

    @api.model
    def _pack(self, change):
        """Return a change as JSON keeps it."""
        actor = change.get_actor(self.env)
        return {
            "before": change.before
            and {
                name: self._pack_value(value)
                for name, value in change.before._values.items()
            },
            "names": sorted(change.names),
            "became": sorted(change.became),
            "ceased": sorted(change.ceased),
            "facts": sorted(change.facts),
            "uid": change.uid,
            "date": fields.Datetime.to_string(change.date),
            "actor": [actor._name, actor.id],
        }

    @api.model
    def _pack_value(self, value):
        """Return a value as JSON has it; days and times as texts of Odoo."""
        if isinstance(value, datetime):
            return fields.Datetime.to_string(value)
        return fields.Date.to_string(value) if isinstance(value, date) else value

    @api.model
    def _unpack(self, record, packed):
        """Return a change of a document from JSON."""
        before = packed["before"]
        if before is not None:
            values = {
                name: record._fields[name].convert_to_cache(value, record)
                for name, value in before.items()
                if name in record._fields
            }
            before = fact.Before(record, values)
        model, actor_id = packed["actor"]
        return fact.Change(
            before=before,
            **{
                name: frozenset(packed[name])
                for name in ("names", "became", "ceased", "facts")
            },
            uid=packed["uid"],
            happens=fact.Happening(
                fields.Datetime.to_datetime(packed["date"]),
                self.env[model].browse(actor_id or ()),
            ),
        )

    # ------------------------------------------------------------------
    # Trying again
    # ------------------------------------------------------------------

    def action_retry(self):
        """Try again now; what is done leaves the list.

        :raise AccessError: for who may not see the failures
        """
        self.check_access("read")
        # sudo: rows are written by what follows facts only
        self.sudo().try_lock_for_update()._retry()
        return True

    def action_open_document(self):
        """Open what the fact is about.

        :raise UserError: when it has been deleted
        """
        self.ensure_one()
        document = self._get_document()
        if not document:
            raise UserError(self.env._("This document has been deleted."))
        return document._get_records_action()

    @api.model
    def _cron_retry(self, batch_size=100):
        """Try again what could not be done. Idempotent: what is done is deleted."""
        domain = Domain("date_next", "<=", fields.Datetime.now())
        self.env["auto.cron.delay"]._run_each(
            "retry_facts", self, domain, lambda failure: failure._retry(), batch_size
        )

    def _retry(self):
        """Call the follower again; what fails is put off, at last for good."""
        for failure in self:
            try:
                with self.env.cr.savepoint():
                    failure._follow()
            except PG_CONCURRENCY_EXCEPTIONS_TO_RETRY:
                raise  # no fault of the follower: it is repeated, or waits for the cron
            except Exception as error:  # one bad document must not stop the others
                _logger.exception("Failure %s could not be made good", failure.id)
                tries = failure.tries + 1
                wait = FIRST_WAIT * 2**tries
                failure.write(
                    {
                        "tries": tries,
                        "error": repr(error),
                        "date_next": tries < MAX_TRIES and fields.Datetime.now() + wait,
                    }
                )
            else:
                failure.unlink()

    def _follow(self):
        """Let the follower do what it could not, if document and follower are there."""
        self.ensure_one()
        # sudo: as it was called first
        record = self.sudo()._get_document()
        followers = record._get_followers() if record else {}
        if self.follower in followers:
            change = self._unpack(record, self.change)
            getattr(record, followers[self.follower].method)({record: change})
