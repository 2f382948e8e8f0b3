"""The end of a transaction, which Odoo has no hook for.

`cr.flush()` runs the precommit hooks, and each savepoint flushes when it begins and
when it ends. What is told "once, at the end" would be told at each of them: a booking
made and cancelled with a savepoint between would be told twice. So savepoints put the
register of facts aside while they flush, and give back the one they began with when
they roll back. See docs/decisions/0001.
"""

from weakref import WeakKeyDictionary

from odoo import sql_db

from .fact import Register

KEY = "auto_crm.facts"
_aside = WeakKeyDictionary()  # registers of cursors that flush for a savepoint


def get_register(cr):
    """Return what has changed in the transaction, None for nothing yet."""
    return _aside.get(cr) or cr.precommit.data.get(KEY)


def open_register(env, settle):
    """Return the register of the transaction, which is settled at its end.

    :param env: the environment to settle by
    :param settle: function of a register; that of the first caller is used
    """
    cr = env.cr
    register = _aside.get(cr)
    if register is None:
        register = cr.precommit.data.get(KEY)
    if register is None:
        register = Register()
        _put(cr, register)
    if register.env is None:
        register.env = env
        register.settle = settle
    return register


def _put(cr, register):
    """Let the register be settled when the transaction ends."""
    cr.precommit.data[KEY] = register
    cr.precommit.add(lambda: _settle(cr))


def _settle(cr):
    register = cr.precommit.data.pop(KEY, None)
    if register:
        register.settle(register)


class FactSavepoint(sql_db._FlushingSavepoint):
    """A savepoint inside a transaction: nothing is told yet."""

    def __init__(self, cr):
        self._hold(cr, lambda: super(FactSavepoint, self).__init__(cr))
        register = get_register(cr)
        self._register = register.snapshot() if register else None

    def rollback(self):
        """Override of Odoo: what had changed before the savepoint still has."""
        result = super().rollback()
        # a copy: a savepoint may be rolled back several times
        register = self._register.snapshot() if self._register else Register()
        if self._cr in _aside:
            _aside[self._cr] = register
        elif register:
            _put(self._cr, register)
        return result

    def _close(self, rollback):
        """Override of Odoo: nothing is told when it is left, either."""
        if rollback:
            return super()._close(rollback)
        return self._hold(self._cr, lambda: super(FactSavepoint, self)._close(rollback))

    @staticmethod
    def _hold(cr, flush):
        """Flush, and let the register wait."""
        if cr in _aside:  # flushed by a hook of another savepoint's flush
            return flush()
        _aside[cr] = cr.precommit.data.pop(KEY, None) or Register()
        try:
            return flush()
        finally:
            register = _aside.pop(cr)
            if register:
                _put(cr, register)


def savepoint(self, flush=True):
    """Open a savepoint, as Odoo does; the register of facts waits."""
    return FactSavepoint(self) if flush else sql_db.Savepoint(self)


sql_db.BaseCursor.savepoint = savepoint
