from decimal import ROUND_HALF_UP, Decimal

from num2words import num2words


def sum_in_words(amount, currency="RUB"):
    """The sum as Russian papers have it: units in words, hundredths in figures.

    ``1234.5`` gives "Одна тысяча двести тридцать четыре рубля 50 копеек".

    :param amount: number (float, Decimal or str), rounded half up to hundredths
    :param str currency: ISO code; one unknown to num2words is written after the words
    :return: the sentence, its first letter a capital
    :rtype: str
    """
    value = Decimal(str(amount or 0)).quantize(Decimal("0.01"), rounding=ROUND_HALF_UP)
    try:
        words = num2words(
            value,
            lang="ru",
            to="currency",
            currency=currency,
            separator="",
            cents=False,
        )
    except NotImplementedError:
        whole, _dot, hundredths = f"{abs(value):.2f}".partition(".")
        sign = "минус " if value < 0 else ""
        words = f"{sign}{num2words(int(whole), lang='ru')} {hundredths}/100 {currency}"
    words = " ".join(words.split())
    return words[:1].upper() + words[1:]
