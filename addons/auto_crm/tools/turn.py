"""One after the other: what many would do at the same moment."""

import hashlib


def take_turn(cr, names):
    """Begin the transaction anew, alone with these names until it ends.

    Odoo's transactions see the database as it was at their first query. A lock alone
    would let the second in when the first is done, but blind to what that has made. So
    the lock is waited for by the connection, then the transaction begins again, takes
    the lock for itself and sees all that was done before.

    Whatever the transaction has done so far is taken back: call it before the first
    change, outside of savepoints.

    :param names: texts that tell what must not be done twice at once; without any
        nothing happens
    """
    numbers = sorted({_get_number(name) for name in names})  # nobody waits crosswise
    if not numbers:
        return
    held = []
    try:
        for number in numbers:
            cr.execute("SELECT pg_advisory_lock(%s)", [number])
            held.append(number)
        cr.rollback()
        for number in numbers:
            cr.execute("SELECT pg_advisory_xact_lock(%s)", [number])
    except BaseException:
        cr.rollback()  # so that the connection can let go below
        raise
    finally:
        for number in held:
            cr.execute("SELECT pg_advisory_unlock(%s)", [number])


def _get_number(name):
    """Return the key of a lock, the same one in each process."""
    digest = hashlib.sha256(f"auto/{name}".encode()).digest()
    return int.from_bytes(digest[:8], "big", signed=True)
