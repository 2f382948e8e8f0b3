"""Names of makes and models: compared by words, whatever case and punctuation."""

import re

from .plate import CYRILLIC, TO_LATIN

_WORD = re.compile(r"[^\W_]+")
# "Х5", "СХ5", "Е200" typed in Cyrillic letters are the Latin ones;
# words of letters only are words
_CODE = re.compile(rf"(?=.*\d)[0-9A-Z{CYRILLIC}]+")


def _lower(text):
    return (text or "").lower().replace("ё", "е")


def _fold(word):
    upper = word.upper()
    return upper.translate(TO_LATIN).lower() if _CODE.fullmatch(upper) else word


def words(text):
    """Split a name into comparable words: "Mercedes Е200" -> mercedes e200."""
    return [_fold(word) for word in _WORD.findall(_lower(text))]


def compact(text):
    """Fold a name into one word, so that "CX-5", "CX 5" and "cx5" are equal."""
    return _fold("".join(_WORD.findall(_lower(text))))


def spellings(name, alias):
    """All the spellings of a make or model, compacted.

    :param str name: its name
    :param str alias: other spellings, separated by commas
    :rtype: set[str]
    """
    return {compact(item) for item in [name or "", *(alias or "").split(",")]} - {""}


def search_key(*texts):
    """One string to find each word of the texts in, and each spelling as one word."""
    keys = []
    for item in ",".join(text or "" for text in texts).split(","):
        keys += [*words(item), compact(item)]
    return " ".join(dict.fromkeys(filter(None, keys)))


def match_length(text, names):
    """How many characters at the start of the text are one of the names, the longest.

    :param str text: what was typed: "mercedes-benz e 200"
    :param set names: spellings, compacted
    :return: 0 if the text does not start with any of them
    """
    folded, length = "", 0
    longest = max(map(len, names), default=0)
    for match in _WORD.finditer(_lower(text)):
        folded += match[0]
        if len(folded) > longest:  # a text may be a megabyte
            break
        if _fold(folded) in names:
            length = match.end()
    return length


def tidy_name(text):
    """Capitals for a name in small letters only: "vesta" -> Vesta, "xc90" -> XC90."""
    text = " ".join((text or "").split())
    if text != text.lower():
        return text
    return " ".join(
        word.upper() if re.search(r"\d", word) else word.capitalize()
        for word in text.split(" ")
    )
