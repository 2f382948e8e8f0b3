import hashlib
import hmac
import time

from odoo import api, models

from ..tools import tokens

DAY = 24 * 60 * 60


class AutoNotifyToken(models.AbstractModel):
    """Signed tokens of links and buttons: whoever has one may do that one thing.

    Nothing is stored; a token of one scope is none in another.
    """

    _name = "auto.notify.token"
    _description = "Tokens of Message Links"

    @api.model
    def _make(self, scope, record, days=None):
        """Return a token that stands for a record.

        :param str scope: what it is for, as ``link``
        :param int days: how long it is valid, None for ever
        """
        record.ensure_one()
        expires = None if days is None else int(time.time()) + days * DAY
        return tokens.make_token(self._get_secret(), scope, record.id, expires)

    @api.model
    def _find(self, scope, token, model):
        """Return the record a token stands for, empty if it is forged or expired.

        :param str model: of the record; the caller says for which model the scope is
        """
        number = tokens.read_token(self._get_secret(), scope, token, time.time())
        return self.env[model].browse(number or ()).exists()

    @api.model
    def _make_short(self, scope, record):
        """Return a token for a link in a text message, to what anybody may see.

        :param str scope: what it is for, as ``map``
        """
        record.ensure_one()
        return tokens.make_short(self._get_secret(), scope, record.id)

    @api.model
    def _find_short(self, scope, token, model):
        """Return the record a short token stands for, empty if it is forged.

        :param str model: of the record; the caller says for which model the scope is
        """
        number = tokens.read_short(self._get_secret(), scope, token)
        return self.env[model].browse(number or ()).exists()

    @api.model
    def _make_data(self, code, record):
        """Return what a button below a message carries: at most 64 bytes."""
        record.ensure_one()
        return tokens.make_data(self._get_secret(), code, record.id)

    @api.model
    def _read_data(self, data):
        """Return the code and the record's id of a button, None if it is forged."""
        return tokens.read_data(self._get_secret(), data)

    @api.model
    def _get_secret(self):
        """Return the key of this database's tokens, which is none of Odoo's own."""
        # sudo: the secret of the database, of which only a derived key leaves
        parameters = self.env["ir.config_parameter"].sudo()
        secret = parameters.get_param("database.secret") or ""
        return hmac.digest(secret.encode(), b"auto_notify", hashlib.sha256)
