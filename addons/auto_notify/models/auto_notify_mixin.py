from odoo import models


class AutoNotifyMixin(models.AbstractModel):
    """A document that messages are about: who is told, and what the texts may say."""

    _name = "auto.notify.mixin"
    _description = "Document of Messages"
