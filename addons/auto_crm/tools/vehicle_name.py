"""Names of makes and models: compared by words, whatever case and punctuation."""

import re
from typing import NamedTuple

from .plate import CYRILLIC, TO_LATIN

_WORD = re.compile(r"[^\W_]+")
# "Х5", "СХ5", "Е200" typed in Cyrillic letters are the Latin ones;
# words of letters only are words
_CODE = re.compile(rf"(?=.*\d)[0-9A-Z{CYRILLIC}]+")
# behind a model's name these make another model of it: CS35 Max is no CS35 Plus
_VARIANTS = frozenset(
    {
        *("cross", "lite", "max", "mini", "plus", "prime", "pro", "sport"),
        *("кросс", "лайт", "макс", "мини", "плюс", "про", "спорт"),
    }
)
# no names that say their make too: 300, 2008
_MAYBE_YEAR = re.compile(r"\d{3}|19\d\d|20[0-4]\d")
_MAKES_OF_SEVERAL_WORDS = frozenset(
    (
        "alfaromeo",
        "astonmartin",
        "austinhealey",
        "delorean",
        "detomaso",
        "dsautomobiles",
        "greatwall",
        "harleydavidson",
        "irankhodro",
        "kinglong",
        "landrover",
        "liauto",
        "lynkco",
        "mercedesbenz",
        "motoguzzi",
        "mvagusta",
        "rollsroyce",
        "royalenfield",
        "ssangyong",
        "vanhool",
        "альфаромео",
        "астонмартин",
        "грейтвол",
        "лендровер",
        "роллсройс",
        "сангенг",
    )
)
# a model of a new make, as Jetta VS5, where an old model has the make's name
_MODEL_CODE = re.compile(r"\s+[A-ZА-Я]{1,4}-?\d{1,3}(?![\w.,])|\s+[A-Z]{2,3}(?!\w)")


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


def told_names(text):
    """Fold what somebody calls a make: "Lada (ВАЗ)" is Lada, in two alphabets.

    :rtype: set[str]
    """
    return {compact(text), compact(re.sub(r"\([^()]*\)", "", text or ""))} - {""}


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
    for match in _WORD.finditer(_lower(text[: 4 * longest + 20])):
        folded += match[0]
        if len(folded) > longest:  # a text may be a megabyte
            break
        if _fold(folded) in names:
            length = match.end()
    return length


def get_first_place(text):
    """Return where the first word of a text begins, behind quotes and the like."""
    first = _WORD.search(text or "")
    return first.start() if first else 0


def split_make(text):
    """Split make and model nobody has entered yet: the make is a word, or a known name.

    :param str text: such as "Lynk & Co 01", "Zastava Yugo"
    :return: (make, model), the model "" if there is but one word
    :rtype: tuple[str, str]
    """
    text = " ".join((text or "").split())
    length = match_length(text, _MAKES_OF_SEVERAL_WORDS) or len(text.split(" ")[0])
    name = re.sub(r"^\s*\([^()]{1,40}\)", "", text[length:])
    return text[:length], name.strip(" -/,.")


def tidy_name(text):
    """Capitals for a name in small letters only: "vesta" -> Vesta, "xc90" -> XC90."""
    text = " ".join((text or "").split())
    if text != text.lower():
        return text
    return " ".join(
        word.upper() if re.search(r"\d", word) else word.capitalize()
        for word in text.split(" ")
    )


class _Spellings(dict):
    """What has which spelling; knows how long the longest is."""

    _longest = None

    def match_length(self, text, start):
        """Like `match_length`, in a text from a place on; the names change no more."""
        if self._longest is None:
            self._longest = max(map(len, self), default=0)
        folded, length = "", 0
        for match in _WORD.finditer(text, start, start + 4 * self._longest + 20):
            folded += _lower(match[0])
            if len(folded) > self._longest:
                break
            if _fold(folded) in self:
                length = match.end() - start
        return length


class FoundName(NamedTuple):
    """A make, a model or both that stand in a text from one place to another.

    ``is_new``: a model nobody has entered yet, named after another one: CS35 Max.
    ``is_alone``: its make is not in the text, but only one make has such a model.
    """

    start: int
    stop: int
    make: object = None
    model: object = None
    name_start: int = 0  # where the model's own name begins
    is_new: bool = False
    is_alone: bool = False

    @property
    def is_whole(self):
        """Whether both are told, by a model that has but one make too."""
        return self.model is not None or self.is_new

    def is_part_of(self, other):
        """Whether the other one tells more of the text."""
        return (
            other.is_whole
            and other.start <= self.start
            and self.stop <= other.stop
            and (other.start, other.stop) != (self.start, self.stop)
        )


class VehicleNames:
    """Makes and models that may be meant, as plain data: found anywhere in a text.

    :param makes: pairs (key of a make, its spellings, compacted)
    :param models: triples (key of a model, key of its make, its spellings)
    """

    def __init__(self, makes=(), models=()):
        self._make_by_name = _Spellings()
        self._models_by_make = {}
        self._models_by_name = _Spellings()
        for make, names in makes:
            for name in names:
                self._make_by_name.setdefault(name, make)
        for model, make, names in models:
            for name in names:
                own = self._models_by_make.setdefault(make, _Spellings())
                own.setdefault(name, model)
                self._models_by_name.setdefault(name, []).append((model, make))

    def match(self, text, start=0):
        """Find what stands at a place of the text, the likeliest first.

        :return: what may be meant: make and model, the make, a telling model alone
        :rtype: list[FoundName]
        """
        found = self._match_alone(text, start)
        length = self._make_by_name.match_length(text, start)
        if length:
            make = self._make_by_name[compact(text[start : start + length])]
            stop = self._skip_same_make(text, start + length, make)
            if _MODEL_CODE.match(text, stop):
                found = [item for item in found if item.stop > stop]
            found += self._match_model(text, start, stop, make)
            found.append(FoundName(start, stop, make))
        return sorted(found, key=lambda item: (not item.is_whole, -item.stop))

    def find(self, text, limit=40):
        """Find all that may be meant in the text, wherever it stands.

        :param int limit: how many words are looked at: a text may be a megabyte
        :rtype: list[FoundName]
        """
        found = []
        for index, word in enumerate(_WORD.finditer(text)):
            if index >= limit:
                break
            found += self.match(text, word.start())
        return [item for item in found if not any(map(item.is_part_of, found))]

    def _skip_same_make(self, text, place, make):
        """Return the place behind a make told twice, as Lada (ВАЗ)."""
        twice = re.match(r"\s*\(([^()]{1,40})\)", text[place:])
        if twice and self._make_by_name.get(compact(twice[1])) == make:
            return place + twice.end()
        return place

    def _match_model(self, text, start, place, make):
        """Return the make with its model that stands at the place, if any."""
        names = self._models_by_make.get(make)
        length = names.match_length(text, place) if names else 0
        if not length:
            return []
        model = names[compact(text[place : place + length])]
        found = FoundName(start, place + length, make, model, place)
        return [self._tell_variant(text, found)]

    def _match_alone(self, text, start):
        """Return a model that says its make too: one has it, it isn't "X" or 300."""
        length = self._models_by_name.match_length(text, start)
        name = compact(text[start : start + length])
        models = self._models_by_name.get(name, [])
        is_telling = len(name) > 2 and not _MAYBE_YEAR.fullmatch(name)
        if not is_telling or len({make for _model, make in models}) != 1:
            return []
        model, make = models[0]
        found = FoundName(start, start + length, make, model, start, is_alone=True)
        return [self._tell_variant(text, found)]

    def _tell_variant(self, text, found):
        """Return what was found, unless the next word makes another model of it."""
        stop = found.stop
        while (word := _WORD.search(text, stop, stop + 20)) and (
            _lower(word[0]) in _VARIANTS and not text[stop : word.start()].strip(" -")
        ):
            stop = word.end()
        if stop == found.stop:
            return found
        return found._replace(stop=stop, model=None, is_new=True)
