import logging

from odoo import api, models
from odoo.service.model import PG_CONCURRENCY_EXCEPTIONS_TO_RETRY
from odoo.tools import clean_context, ormcache

from ..tools import fact
from ..tools.deleted import for_those_there
from ..tools.transaction import get_register, open_register

_logger = logging.getLogger(__name__)


class AutoFactMixin(models.AbstractModel):
    """A document of which facts become true: who follows is told once a transaction.

    Its changes are noticed wherever they are made: stored computes all pass
    `_compute_field_value`, the rest is written. At the end of the transaction what was
    so at its beginning is compared with what is so now, and the followers are called,
    each by itself: whatever goes wrong with one, the fact and the others stay.
    """

    _name = "auto.fact.mixin"
    _description = "Document of Facts"

    # ------------------------------------------------------------------
    # Declarations
    # ------------------------------------------------------------------

    @api.model
    def _get_facts(self):
        """Hook: the facts of the model by code, steps of a way from first to last.

        :rtype: dict[str, fact.Fact]
        """
        return {}

    @api.model
    def _get_followers(self):
        """Hook: who is told of changes of these documents, by name.

        :rtype: dict[str, fact.Follower]
        """
        return {}

    def _filter_facts(self):
        """Hook: the documents that facts are about."""
        return self

    @api.model
    @ormcache("self._name")
    def _get_declared_facts(self):
        """Return what `_get_facts` says, remembered."""
        return self._get_facts()

    @api.model
    @ormcache("self._name")
    def _get_watched_fields(self):
        """Return the names of stored fields whose changes are noticed."""
        names = self._get_fact_fields_watched()
        return names.union(
            *(one.watches or () for one in self._get_followers().values())
        )

    @api.model
    def _get_fact_fields_watched(self):
        watches = (one.watches for one in self._get_declared_facts().values())
        return frozenset().union(*watches)

    # ------------------------------------------------------------------
    # Noticing
    # ------------------------------------------------------------------

    @api.model_create_multi
    def create(self, vals_list):
        """Override of the ORM: all that is true of a new document is new."""
        records = super().create(vals_list)
        records._open_register().note_created(records)
        return records

    def write(self, vals):
        """Override of the ORM: notice what is about to change."""
        names = vals.keys() & self._get_watched_fields()
        if names and self:
            # sudo: whoever writes may not read all that is watched
            self._open_register().note_values(self.sudo(), names)
        return super().write(vals)

    def _compute_field_value(self, field):
        """Override of the ORM: notice stored values that change.

        It is the one place every change of a stored compute passes (see
        `base_automation`), whichever document made it.
        """
        computed = {other.name for other in self.pool.field_computed[field]}
        names = computed & self._get_watched_fields()
        records = self.filtered("id") if names else self.browse()
        before = {
            record: [fact.read_value(record, name) for name in names]
            for record in records
        }
        result = super()._compute_field_value(field)
        for record, values in before.items():
            if values != [fact.read_value(record, name) for name in names]:
                self._open_register().note_former(
                    record, dict(zip(names, values, strict=True))
                )
        return result

    def _record_fact(self, code, date=None, actor=None):
        """Tell that something has happened which leaves nothing to look back at.

        :param str code: of a fact of the model
        :param datetime date: when it happened, naive UTC; now by default
        :param actor: who did it, see `tools.fact.happening`
        """
        if date or actor:
            with fact.happening(self.env, date, actor):
                self._open_register().note_occurred(self, code)
        else:
            self._open_register().note_occurred(self, code)

    @api.model
    def _call_last(self, method, items):
        """Call a method of the model once, at the end of the transaction.

        Everything is settled by then. What a savepoint rolls back is not told.

        :param str method: the name; it is called with all rights and a set of items
        :param items: what can be in a set, such as ids
        """
        if items:
            self._open_register().note_last({(self._name, method): set(items)})

    def _open_register(self):
        """Return the register of the transaction, settled at its end."""
        # sudo: what follows a fact does not ask for the rights of who made it; nor does
        # it take his defaults
        env = self.env(su=True, context=clean_context(self.env.context))
        return open_register(env, env["auto.fact.mixin"]._settle)

    # ------------------------------------------------------------------
    # Settling
    # ------------------------------------------------------------------

    @api.model
    def _settle(self, register):
        """Tell all followers, in their order, what has become of the documents."""
        ids_by_model = {model: set(by_id) for model, by_id in register.first.items()}
        for model, record_id in register.occurred:
            ids_by_model.setdefault(model, set()).add(record_id)
        steps = []
        for model, ids in ids_by_model.items():
            records = self.env[model].browse(sorted(ids))
            changes = records._get_changes(register)
            for name, follower in records._get_followers().items():
                mine = records._filter_followed(follower, changes)
                if mine:
                    steps.append((follower.sequence, model, name, mine))
        steps.sort(key=lambda step: step[:3])
        self._run_followers(steps)
        if again := get_register(self.env.cr):  # followers have made facts, too
            again.note_last(register.last)
        else:
            self._run_last(register.last)

    @api.model
    def _run_last(self, last):
        """Call what waits for the end, all in one savepoint; else each in its own.

        A failure is logged and stops nothing.

        :param dict last: items by (model, method)
        """
        if not last:
            return
        try:
            with self.env.cr.savepoint():
                for (model, method), items in last.items():
                    getattr(self.env[model], method)(items)
        except PG_CONCURRENCY_EXCEPTIONS_TO_RETRY:
            raise  # Odoo repeats the whole transaction
        except Exception:  # whatever goes wrong, the fact must be kept
            if len(last) > 1:
                for call, items in last.items():
                    self._run_last({call: items})
                return
            [(model, method)] = last
            _logger.exception("%s of %s: not called", method, model)

    @api.model
    def _run_followers(self, steps):
        """Tell the followers, all in one savepoint; after a failure each in its own.

        :param list steps: tuples (sequence, model, name of the follower, changes)
        """
        if not steps:
            return
        try:
            with self.env.cr.savepoint():
                for _sequence, model, name, changes in steps:
                    self.env[model]._tell_follower(name, changes)
        except PG_CONCURRENCY_EXCEPTIONS_TO_RETRY:
            raise  # Odoo repeats the whole transaction: nothing is lost
        except Exception as error:  # whatever goes wrong, the fact must be kept
            if len(steps) > 1:
                for step in steps:
                    self._run_followers([step])
                return
            _sequence, model, name, changes = steps[0]
            _logger.exception("%s of %s: not followed up", name, list(changes))
            self.env["auto.fact.failure"]._keep(name, changes, error)

    @api.model
    def _tell_follower(self, name, changes):
        """Tell one follower what has changed.

        :param str name: of the follower
        :param dict changes: by document
        """
        records = self.browse(record.id for record in changes)
        getattr(records, self._get_followers()[name].method)(changes)

    @api.model
    def _filter_followed(self, follower, changes):
        """Return the changes that a follower wants to hear of."""
        watches = follower.watches
        if watches is None:
            watches = self._get_fact_fields_watched()
        return {
            record: change
            for record, change in changes.items()
            if change.names & watches or (follower.watches is None and change.became)
        }

    def _get_changes(self, register):
        """Return what has become of the documents, those that are still there.

        :return: changes by document
        :rtype: dict
        """
        return for_those_there(
            self, lambda records: records._filter_facts()._compare(register)
        )

    def _compare(self, register):
        """Return the changes of documents that are there, by document."""
        first = register.first.get(self._name, {})
        changes = {}
        for record in self:
            change = record._get_change(
                first.get(record.id, {}),
                register.occurred.get((self._name, record.id), set()),
                *register.happened[self._name, record.id],
            )
            if change.names or change.became:
                changes[record] = change
        return changes

    def _get_change(self, values, occurred, uid, happens):
        """Return what has become of one document.

        :param dict values: former values by name, or `CREATED`
        :param set occurred: codes of occurrences
        :param int uid: of who changed it last
        :param happens: when and by whom it really happened, or None
        :rtype: fact.Change
        """
        self.ensure_one()
        if values is fact.CREATED:
            before, names = None, self._get_watched_fields()
        else:
            before = fact.Before(self, values)
            names = {
                name
                for name, value in values.items()
                if fact.read_value(self, name) != value
            }
        facts = self._get_declared_facts()
        concerned = {code for code, one in facts.items() if names & one.watches}
        now = {code for code in concerned if facts[code].holds(self)}
        were = {code for code in concerned if before and facts[code].holds(before)}
        implied, were = fact.close(facts, now), fact.close(facts, were)
        return fact.Change(
            before=before,
            names=frozenset(names),
            became=frozenset((implied - were) & concerned | occurred),
            ceased=frozenset((were - implied) & concerned),
            facts=frozenset(now),
            uid=uid,
            happens=happens,
        )
