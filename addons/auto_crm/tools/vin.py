"""Vehicle identification numbers: one spelling, what they tell, what is odd about them.

Nothing here refuses a number: old, Japanese and rebuilt cars have odd ones,
and they need service too.
"""

import re
from typing import NamedTuple

import vininfo
from vininfo.exceptions import VininfoException

from .plate import plate_key

LENGTH = 17
# letters a VIN never has, because they are taken for digits
LOOK_ALIKES = str.maketrans("IOQ", "100")
# where the check digit is law: North America (1-5) and China (L);
# elsewhere the ninth place is free
CHECK_DIGIT_REGIONS = "12345L"


class VinInfo(NamedTuple):
    """What a VIN tells; ``problem`` is "", "length", "letters" or "check_digit"."""

    problem: str = ""
    maker: str = ""
    country: str = ""
    years: tuple = ()


def normalize_vin(text):
    """Capital letters and digits only, Cyrillic look-alikes in Latin.

    I, O, Q of a full VIN are 1, 0, 0.

    Body numbers of other lengths keep their letters: I, O and Q are allowed there.

    :return: the number, or False for nothing
    """
    vin = plate_key(text)
    if len(vin) == LENGTH:
        vin = vin.translate(LOOK_ALIKES)
    return vin or False


def is_vin(text):
    """Whether the text, however it is spelled, has the form of a standard VIN.

    Such a one has letters and digits.
    """
    vin = normalize_vin(text) or ""
    return bool(
        re.fullmatch(r"[A-HJ-NPR-Z0-9]{17}", vin)
        and re.search(r"[A-Z]", vin)
        and len(re.findall(r"\d", vin)) >= 4
    )


def read_vin(text):
    """Read a VIN; never raises.

    :return: VinInfo, empty for an empty VIN
    """
    vin = normalize_vin(text)
    if not vin:
        return VinInfo()
    if len(vin) != LENGTH:
        return VinInfo(problem="length")
    try:
        parsed = vininfo.Vin(vin)
    except VininfoException:
        return VinInfo(problem="letters")
    is_wrong = vin[0] in CHECK_DIGIT_REGIONS and not parsed.verify_checksum(
        check_year=False
    )
    maker = parsed.manufacturer
    return VinInfo(
        problem="check_digit" if is_wrong else "",
        maker="" if maker.startswith("Unsupported") else maker,
        country=parsed.country or "",
        years=tuple(parsed.years),
    )
