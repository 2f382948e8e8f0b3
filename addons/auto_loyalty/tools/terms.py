"""By what lines of an order earn bonuses and can be paid with them."""

from typing import NamedTuple


class Term(NamedTuple):
    """What a rule of a programme says of the lines that it fits.

    :param str line_kind: of ``sale.order.line``; "" for all
    :param frozenset work_types: ids; empty for all
    :param frozenset categories: ids, with all below them; empty for all
    :param float percent: of the money, that the line earns
    :param bool is_payable: whether bonuses can pay for the line
    """

    line_kind: str = ""
    work_types: frozenset = frozenset()
    categories: frozenset = frozenset()
    percent: float = 0.0
    is_payable: bool = False

    def fits(self, line):
        """Tell whether the rule is about a line.

        :param line: sale.order.line
        """
        if self.line_kind and self.line_kind != line.line_kind:
            return False
        if self.work_types and line.work_type_id.id not in self.work_types:
            return False
        if not self.categories:
            return True
        # sudo: what a line earns is the same for whoever looks at it
        path = line.sudo().product_id.categ_id.parent_path or ""
        return not self.categories.isdisjoint(int(n) for n in path.split("/") if n)
