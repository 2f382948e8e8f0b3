"""Numbers of points: two digits, never compared as floats."""

from odoo.tools import float_compare, float_round

DIGITS = (16, 2)


def compare(points, other=0.0):
    """Compare numbers of points: -1, 0 or 1."""
    return float_compare(points, other, precision_digits=DIGITS[1])


def round_points(points, rounding_method="HALF-UP"):
    """Round points as they are kept."""
    return float_round(
        points, precision_digits=DIGITS[1], rounding_method=rounding_method
    )
