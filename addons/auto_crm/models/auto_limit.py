import hashlib
from datetime import timedelta

from odoo import api, fields, models

from ..tools.turn import take_turn

KEEP = timedelta(days=1)


class AutoLimit(models.Model):
    """What strangers have done lately, counted, so that nobody does too much of it.

    One row is one deed of one phone or network address, kept for a day, as a hash: who
    it was is nobody's business.
    """

    _name = "auto.limit"
    _description = "Counted Deed"
    _log_access = False

    key = fields.Char(required=True)
    date = fields.Datetime(required=True)

    _key_idx = models.Index("(key, date)")

    @api.model
    def _get_turns(self, deed, limits):
        """Return the names of the turns in which the deed is counted, see `take_turn`.

        :param limits: list of tuples (who, limit), see `_count`
        """
        return [f"limit/{self._get_key(deed, who)}" for who, _limit in limits]

    @api.model
    def _count_call(self, deed, limits, window):
        """Count a call at its beginning, whatever becomes of it; see `_count_all`.

        Callers wait for each other only while they are counted, so the count is
        committed. Nothing may have been changed before.

        :return: whether it is allowed
        """
        take_turn(self.env.cr, self._get_turns(deed, limits))
        is_allowed = self._count_all(deed, limits, window)
        self.env.cr.commit()  # pylint: disable=invalid-commit
        return is_allowed

    @api.model
    def _count(self, deed, who, limit, window):
        """Count a deed, unless it is one too many; exact in a turn, see `_get_turns`.

        :param str deed: what is done, as ``code``
        :param str who: a phone, a network address, an API key's owner
        :param int limit: how many deeds are allowed
        :param timedelta window: within which time
        :return: whether it is allowed
        """
        return self._count_all(deed, [(who, limit)], window)

    @api.model
    def _count_all(self, deed, limits, window):
        """Count a deed of several at once; for none if for one it is one too many.

        :param limits: list of tuples (who, limit), see `_count`
        :return: whether it is allowed
        """
        now = fields.Datetime.now()
        # sudo: nobody is logged in, nobody reads it
        deeds = self.sudo()
        keys = []
        for who, limit in limits:
            key = self._get_key(deed, who)
            domain = [("key", "=", key), ("date", ">", now - window)]
            if deeds.search_count(domain, limit=limit) >= limit:
                return False
            keys.append(key)
        deeds.create([{"key": key, "date": now} for key in keys])
        return True

    @api.model
    def _get_key(self, deed, who):
        return hashlib.sha256(f"{deed}/{who}".encode()).hexdigest()

    @api.autovacuum
    def _gc_limits(self):
        """Forget what was counted before yesterday."""
        before = fields.Datetime.now() - KEEP
        self.search([("date", "<", before)], limit=10_000).unlink()
