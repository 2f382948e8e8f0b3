"""What can become true of a document, and what did in a transaction.

A fact is declared once, by `_get_facts` of its model (``auto.fact.mixin``). The
register keeps the first values of a transaction: at its end only the net change counts.
"""

from collections.abc import Callable
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass, field
from datetime import datetime
from types import SimpleNamespace
from typing import Any

from odoo import SUPERUSER_ID, fields

CREATED = SimpleNamespace(name="created in this transaction")
_happening = ContextVar("auto_crm.happening", default=None)


@dataclass(frozen=True)
class Fact:
    """Something that becomes true of a document, and may cease to be.

    :param holds: function of a document that tells whether it is so; it reads fields
        only, since it is asked about former values, too. None for an occurrence, which
        happens and leaves nothing to look back at (a request came in)
    :param watches: names of the stored fields that it depends on
    :param implies: codes of the facts that are true with it
    :param events: events of the deal (``crm.stage.auto_event``) that it is worth
    :param is_step: whether it is a step of the car's way, declared from first to last:
        of several at once people are told the last one only
    :param is_news: function of (document, as it was) that tells whether people are told
    :param phrase: lazy text by which a rule about it begins: "When the car is ready"
    :param is_dated: whether it is about a time that is known beforehand
    """

    holds: Callable | None = None
    watches: frozenset = frozenset()
    implies: frozenset = frozenset()
    events: frozenset = frozenset()
    is_step: bool = False
    is_news: Callable | None = None
    phrase: Any = None
    is_dated: bool = False


@dataclass(frozen=True)
class Follower:
    """Who is told of what has changed in documents of a model.

    :param method: name of the method of the documents that is called with the changes
    :param sequence: who comes first: clock 10, deals 20, messages 30, boards 40
    :param watches: names of stored fields whose change it wants to hear of; None for
        whatever a fact of the model watches
    """

    method: str
    sequence: int
    watches: frozenset | None = None


@dataclass(frozen=True)
class Happening:
    """When, and by whom, what is done now has really happened.

    :param date: naive UTC
    :param actor: the user, employee or customer's contact; None for who is logged in
    """

    date: datetime
    actor: Any = None


@contextmanager
def happening(env, date=None, actor=None):
    """Let what is done inside have happened then, and by somebody else than the user.

    For what is handled late: a press at a tablet that was offline, a call an hour ago.
    Of several in one transaction about one document the last one counts.

    :param env: the environment in which it is done
    :param datetime date: naive UTC; what is not over yet happens now
    :param actor: record of ``res.users``, ``hr.employee`` or ``res.partner``
    """
    date = min(date or fields.Datetime.now(), fields.Datetime.now())
    env._recompute_all()  # what follows from before has not happened then
    token = _happening.set(Happening(date, actor))
    try:
        yield
        env._recompute_all()
    finally:
        _happening.reset(token)


def get_happening():
    """Return what `happening` says, None outside of it."""
    return _happening.get()


def get_now():
    """Return when what is done now has happened, naive UTC."""
    happens = _happening.get()
    return happens.date if happens else fields.Datetime.now()


def close(facts, codes):
    """Return the codes with all that they imply.

    :param dict facts: of a model, by code
    """
    result = set()
    rest = list(codes)
    while rest:
        code = rest.pop()
        if code not in result:
            result.add(code)
            rest += facts[code].implies
    return result


class Before:
    """A document as it was when the transaction began; for reading fields."""

    def __init__(self, record, values):
        self._record = record
        self._values = values

    def __getattr__(self, name):
        if name not in self._values:
            return getattr(self._record, name)
        value = self._values[name]
        model_field = self._record._fields[name]
        if model_field.type == "many2one":
            return self._record.env[model_field.comodel_name].browse(value or ())
        return value


@dataclass
class Change:
    """What has become of a document in a transaction.

    :param before: the document as it was; None if it was not there yet
    :param names: the watched fields whose values are others now
    :param became: codes of what is true now and was not, and of what has occurred
    :param ceased: codes of what was true and is not now
    :param facts: codes of what is true now, of the facts that the fields concern
    :param uid: of the user who changed it last
    :param happens: when and by whom it really happened, if it was told
    """

    before: Before | None
    names: frozenset
    became: frozenset
    ceased: frozenset
    facts: frozenset
    uid: int
    happens: Happening | None = None

    @property
    def date(self):
        """When it happened, naive UTC."""
        return self.happens.date if self.happens else fields.Datetime.now()

    def get_actor(self, env):
        """Return who did it: a user, an employee, or a customer's contact.

        :return: an empty user if it was nobody, such as a scheduled action
        """
        if self.happens and self.happens.actor:
            return self.happens.actor.with_env(env)
        user = env["res.users"].browse(self.uid)
        if user.id == SUPERUSER_ID or user._is_public():
            return user.browse()
        return user if user._is_internal() else user.partner_id


@dataclass
class Register:
    """What changes in a transaction: first values by model, id and field.

    :param env: that of the first change, by which all is followed up
    :param last: what methods are called with when all is settled, by (model, method)
    """

    env: Any = None
    settle: Callable | None = None
    first: dict = field(default_factory=dict)
    occurred: dict = field(default_factory=dict)
    happened: dict = field(default_factory=dict)
    last: dict = field(default_factory=dict)

    def __bool__(self):
        return bool(self.first or self.occurred or self.last)

    def snapshot(self):
        """Return a register that further changes leave as it is."""
        return Register(
            self.env,
            self.settle,
            {
                model: {
                    record_id: values if values is CREATED else dict(values)
                    for record_id, values in by_id.items()
                }
                for model, by_id in self.first.items()
            },
            {key: set(codes) for key, codes in self.occurred.items()},
            dict(self.happened),
            {key: set(items) for key, items in self.last.items()},
        )

    def __deepcopy__(self, _memo):
        """Let the data of precommit hooks be copied, as Odoo's test cases do."""
        return self.snapshot()

    def note_created(self, records):
        """Remember that the documents were not there when the transaction began."""
        by_id = self.first.setdefault(records._name, {})
        for record in records:
            by_id[record.id] = CREATED
        self._note_happening(records)

    def note_values(self, records, names):
        """Remember the values of fields, unless they have changed before."""
        by_id = self.first.setdefault(records._name, {})
        for record in records:
            values = by_id.setdefault(record.id, {})
            if values is CREATED:
                continue
            for name in names:
                if name not in values:
                    values[name] = read_value(record, name)
        self._note_happening(records)

    def note_former(self, record, values):
        """Remember values that a document had, as far as it has no earlier ones."""
        by_id = self.first.setdefault(record._name, {})
        known = by_id.setdefault(record.id, {})
        if known is not CREATED:
            by_id[record.id] = {**values, **known}
        self._note_happening(record)

    def note_occurred(self, records, code):
        """Remember that something has happened to the documents."""
        for record in records:
            self.occurred.setdefault((record._name, record.id), set()).add(code)
        self._note_happening(records)

    def note_last(self, last):
        """Remember what methods are to be called with, besides what they are already.

        :param dict last: items by (model, method)
        """
        for key, items in last.items():
            self.last.setdefault(key, set()).update(items)

    def _note_happening(self, records):
        happens = get_happening()
        for record in records:
            self.happened[record._name, record.id] = (records.env.uid, happens)


def read_value(record, name):
    """Return the value of a field as the register keeps it: ids for records."""
    value = record[name]
    return value.id if record._fields[name].type == "many2one" else value
