from odoo import api, models
from odoo.tools.translate import LazyTranslate

from odoo.addons.auto_crm.tools.fact import Fact

_lt = LazyTranslate(__name__)


class SaleOrder(models.Model):
    """What mechanics find beside their jobs is worth a message."""

    _inherit = "sale.order"

    @api.model
    def _get_facts(self):
        """Override of `auto_crm`: a mechanic has found something."""
        return super()._get_facts() | {
            "work_found": Fact(phrase=_lt("When a mechanic has found something")),
            "extra_found": Fact(
                phrase=_lt("When a mechanic has found work that needs doing now")
            ),
        }
