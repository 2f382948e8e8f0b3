import json

from odoo.modules.migration import load_script
from odoo.tests import tagged
from odoo.tools import file_path

from .common import AutoLoyaltyCommon

MIGRATION = "auto_loyalty/migrations/19.0.1.0.1/post-terms_of_bonuses.py"


@tagged("post_install", "-at_install")
class TestMigration(AutoLoyaltyCommon):
    """What databases of earlier versions hold is read as today's."""

    def test_terms_that_were_percentages_only_are_completed(self):
        order = self._visit((self.labour, 2), (self.part, 1))
        terms = order.bonus_terms
        self.assertTrue(terms["lines"])
        other = self._visit((self.labour, 1))
        kept = other.bonus_terms
        # as 19.0.1.0.0 kept them, with a line that is gone since
        old = {key: percent for key, (percent, _is_payable) in terms["lines"].items()}
        self.env.flush_all()
        self.cr.execute(
            "UPDATE sale_order SET bonus_terms = %s WHERE id = %s",
            [json.dumps({**old, "0": 5.0}), order.id],
        )
        self.env.invalidate_all()
        card = self._get_card()
        points = card.points
        load_script(file_path(MIGRATION), "terms_of_bonuses").migrate(self.cr, "")
        self.env.invalidate_all()
        terms["lines"]["0"] = [5.0, True]
        self.assertEqual(order.bonus_terms, terms)
        self.assertEqual(other.bonus_terms, kept)
        (order | other)._sync_bonus()
        self.assertEqual(card.points, points)
