"""Plates of 45 countries as people write them, for tests: seeded, never the same car.

The table is the tests' own: what the product knows of plates is not asked.
"""

import random

# L: a letter, D: a digit, other signs as they stand; Ж: one of the Cyrillic twelve
FORMATS = {
    "Albania": ["LL DDD LL"],
    "Argentina": ["LL DDD LL", "LLL DDD"],
    "Armenia": ["DD LL DDD"],
    "Austria": ["LL-DD LLL", "LL-DDD LL", "L-DDDDD L"],
    "Azerbaijan": ["DD-LL-DDD"],
    "Belarus": ["DDDD LL-D"],
    "Belgium": ["D-LLL-DDD"],
    "Brazil": ["LLL-DDDD", "LLLDLDD"],
    "Bulgaria": ["LL DDDD LL", "L DDDD LL"],
    "Canada": ["LLLL DDD"],
    "China": ["京L·DDDDD"],
    "Croatia": ["LL DDDD-LL", "LL DDD-LL"],
    "Czechia": ["DLD DDDD"],
    "Denmark": ["LL DD DDD"],
    "Estonia": ["DDD LLL"],
    "Finland": ["LLL-DDD"],
    "France": ["LL-DDD-LL"],
    "Georgia": ["LL-DDD-LL"],
    "Germany": ["L-LL DDDD", "LL-LL DDD", "LLL-L DDDE"],
    "Greece": ["LLL-DDDD"],
    "Hungary": ["LLL-DDD", "LL LL-DDD"],
    "Iceland": ["LL LDD"],
    "India": ["LL DD LL DDDD"],
    "Ireland": ["DDD-L-DDDDD"],
    "Italy": ["LL DDD LL"],
    "Kazakhstan": ["DDD LLL DD"],
    "Kyrgyzstan": ["DD KG DDD LLL", "DDKGDDDLLL"],
    "Latvia": ["LL-DDDD"],
    "Lithuania": ["LLL DDD"],
    "Moldova": ["LLL DDD"],
    "Netherlands": ["LL-DDD-L", "D-LLL-DD", "DD-LL-DD"],
    "Norway": ["LL DDDDD"],
    "Poland": ["LL DDDDD", "LLL DDDD"],
    "Portugal": ["LL-DD-LL", "DD-LL-DD"],
    "Romania": ["LL DD LLL", "L DDD LLL"],
    "Russia": ["ЖDDDЖЖ DD", "Ж DDD ЖЖ DDD", "ЖЖDDD DD"],
    "Serbia": ["LL DDD-LL"],
    "Slovakia": ["LL-DDDLL"],
    "Spain": ["DDDD LLL"],
    "Sweden": ["LLL DDD", "LLL DDL"],
    "Switzerland": ["LL-DDD DDD", "LL DDDDDD"],
    "Turkey": ["DD LL DDD", "DD L DDDD", "DD LLL DD"],
    "Ukraine": ["LL DDDD LL"],
    "United Kingdom": ["LLDD LLL"],
    "Uzbekistan": ["DD L DDD LL"],
}
LETTERS = "ABCDEFGHJKLMNPRSTUVWXYZ"
CYRILLIC = "АВЕКМНОРСТУХ"
LINES = (
    "{plate} {car}",
    "{plate} {car} {year}",
    "{car} {plate}",
    "{car} {year} {plate}",
    "{car} {plate} {year}",
    "{colour} {car} {plate}",
)
COLOURS = ("white", "серая", "чёрный", "Red")


def make_plate(chance, pattern):
    """Return a plate of a pattern of the table.

    :param random.Random chance: seeded
    """
    signs = {"D": "0123456789", "L": LETTERS, "Ж": CYRILLIC}
    protected = pattern.replace("KG", "\0")
    plate = "".join(chance.choice(signs.get(sign, sign)) for sign in protected)
    return plate.replace("\0", "KG")


def make_lines(cars, count=40, seed=14):
    """Yield lines of a plate with make and model around, and what they say.

    :param list cars: names of make and model
    :param int count: lines for each country
    :return: tuples (country, line, plate, car, year)
    """
    chance = random.Random(seed)
    for country, patterns in FORMATS.items():
        for _index in range(count):
            plate = make_plate(chance, chance.choice(patterns))
            car, year = chance.choice(cars), chance.randint(1990, 2025)
            form = chance.choice(LINES)
            line = form.format(
                plate=chance.choice((plate, plate, plate.lower())),
                car=car,
                year=year,
                colour=chance.choice(COLOURS),
            )
            yield country, line, plate, car, year if "{year}" in form else 0
