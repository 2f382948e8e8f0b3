"""What became of somebody's presence: parts that add up to it. No database, no ORM."""

from itertools import pairwise

from odoo.addons.auto_planner.tools.intervals import overlap

NOTHING = None  # what was done in presence that has no log


def fill(presence, logs):
    """Return what was done while present, with the gaps; logs outside do not count.

    :param presence: sorted intervals that do not touch
    :param logs: sorted list of ((start, stop), what) that do not overlap
    :return: sorted list of ((start, stop), what), which add up to the presence
    """
    parts = []
    for interval in presence:
        done = [
            (part, what) for span, what in logs for part in overlap(span, [interval])
        ]
        edges = [interval[0]]
        for (start, stop), _what in done:
            edges += [start, stop]
        edges.append(interval[1])
        gaps = [((a, b), NOTHING) for a, b in list(pairwise(edges))[::2] if a < b]
        parts += sorted(done + gaps, key=lambda one: one[0])
    return parts
