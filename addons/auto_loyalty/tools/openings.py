"""A list of starting balances, as other programs write it: rows of text by column.

CSV with any common separator, in UTF-8 or in Windows' Cyrillic, or XLSX. Columns are
named in English or Russian, in any order; others are left out.
"""

import csv
import io
import re
from datetime import date, datetime

COLUMNS = {
    "phone": {"phone", "phone number", "mobile", "телефон", "номер телефона"},
    "name": {"name", "customer", "имя", "клиент", "фио"},
    "card": {"card", "card number", "code", "карта", "номер карты"},
    "points": {"points", "bonuses", "balance", "бонусы", "баллы", "остаток"},
    "expires": {"expires", "valid until", "сгорают", "сгорит", "действует до"},
}
NEEDED = ("phone", "points")
SEPARATORS = ";,\t|"
DAY = re.compile(r"(\d{1,2})[./](\d{1,2})[./](\d{4}|\d{2})")
ZIP = b"PK"


def read_rows(content):
    """Read a file.

    :param bytes content: of a CSV or XLSX file
    :return: list of (number of the row in the file, {column: text})
    :raise ValueError: when it is neither, or has no column of phones or of points
    """
    lines = _read_xlsx(content) if content.startswith(ZIP) else _read_csv(content)
    lines = [(number, [_to_text(cell) for cell in line]) for number, line in lines]
    lines = [(number, line) for number, line in lines if any(line)]
    if not lines:
        raise ValueError("empty")
    columns = [_get_column(title) for title in lines[0][1]]
    if not set(NEEDED) <= set(columns):
        raise ValueError("columns")
    return [
        (
            number,
            {name: cell for name, cell in zip(columns, line, strict=False) if name},
        )
        for number, line in lines[1:]
    ]


def parse_points(text):
    """Return the number that a text is, with a point or a comma.

    :raise ValueError: when it is none, or may be one of two
    """
    plain = re.sub(r"[\s\u00a0\u202f']", "", text)
    if re.fullmatch(r"-?\d{1,3}(,\d{3})+", plain):
        raise ValueError(text)
    if not re.fullmatch(r"-?\d+([.,]\d+)?", plain):
        raise ValueError(text)
    return float(plain.replace(",", "."))


def parse_day(text):
    """Return the date that a text is.

    :raise ValueError: when it is none
    """
    day = text.split("T")[0].split(" ")[0]
    if not (found := DAY.fullmatch(day)):
        return date.fromisoformat(day)
    number, month, year = (int(part) for part in found.groups())
    return date(year if year > 99 else 2000 + year, month, number)


def _read_csv(content):
    try:
        text = content.decode("utf-8-sig")
    except UnicodeDecodeError:
        text = content.decode("cp1251")
    head = next((line for line in text.splitlines() if line.strip()), "")
    separator = max(SEPARATORS, key=head.count)
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=separator)
    return [(reader.line_num, line) for line in reader]


def _read_xlsx(content):
    import openpyxl

    try:
        book = openpyxl.load_workbook(
            io.BytesIO(content), read_only=True, data_only=True
        )
        rows = list(book.active.iter_rows(values_only=True))
    except Exception as error:  # what it raises on broken files is not told
        raise ValueError("xlsx") from error
    return list(enumerate(rows, start=1))


def _to_text(cell):
    if cell is None:
        return ""
    if isinstance(cell, float) and cell.is_integer():
        return str(int(cell))
    if isinstance(cell, (date, datetime)):
        return cell.isoformat()
    return str(cell).strip()


def _get_column(title):
    plain = title.casefold().replace("_", " ").strip()
    return next((name for name, titles in COLUMNS.items() if plain in titles), None)
