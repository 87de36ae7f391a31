"""The numbers that a printed text states, in the digits and the words of Danish and Swedish."""

from __future__ import annotations

import re

NUMERALS = {
    "ingen": 0, "en": 1, "én": 1, "et": 1, "ét": 1, "to": 2, "tre": 3, "fire": 4, "fem": 5, "seks": 6, "syv": 7,
    "otte": 8, "ni": 9, "ti": 10, "elleve": 11, "tolv": 12, "tretten": 13, "fjorten": 14, "femten": 15, "seksten": 16,
    "sytten": 17, "atten": 18, "nitten": 19, "tyve": 20, "tredive": 30, "fyrre": 40, "halvtreds": 50, "tres": 60,
    "halvfjerds": 70, "firs": 80, "halvfems": 90, "hundrede": 100,
    "inga": 0, "ett": 1, "två": 2, "fyra": 4, "sex": 6, "sju": 7, "åtta": 8, "nio": 9, "tio": 10,
}  # fmt: skip
_PARTS = {
    "halv": 2, "anden": 2, "tredje": 3, "fjerde": 4, "femte": 5, "sjette": 6, "syvende": 7, "ottende": 8, "niende": 9,
    "tiende": 10, "hälft": 2, "varannan": 2, "fjärde": 4,
}  # fmt: skip
_TIMES = {"dobbelt": 2, "fordobl": 2, "tredobl": 3, "firedobl": 4}
_FRACTIONS = {"¼": 0.25, "½": 0.5, "¾": 0.75, "⅓": 0.333, "⅔": 0.667}
_SCALES = {"tusind": 1e3, "mio": 1e6, "million": 1e6, "mia": 1e9, "milliard": 1e9}

DIGITS = r"(?:(?<![\w%])[-−])?(?:\d{1,3}(?:[ .\u00a0\u2009\u202f]\d{3})+(?!\d)|\d+)(?:,\d+)?"
"""Pattern of a number in digits: thousands have a point or a space, decimals a comma."""

_SCALE, _PART = "|".join(_SCALES), "|".join(_PARTS)
# The longer first: "ti" begins "tiende".
_NUMERAL = "|".join(sorted(NUMERALS, key=len, reverse=True))
_NUMBER = re.compile(
    r"(?<!\d)(?P<top>\d)/(?P<bottom>\d)(?!\d)"
    rf"|(?P<digits>{DIGITS})?\s*(?P<fraction>[{''.join(_FRACTIONS)}])\s*(?P<of>{_SCALE})?"
    rf"|(?P<whole>{DIGITS})\s*(?P<scale>{_SCALE})?"
    rf"|(?:\b(?P<many>{_NUMERAL})\s+)?(?P<part>{_PART})(?:e?del|er|en?\b|t\b|\b)"
    rf"|(?P<times>{'|'.join(_TIMES)})"
    rf"|\b(?P<numeral>{_NUMERAL})(?:\b|(?=års|årig|dages|ugers))",
    re.IGNORECASE,
)
_OUT_OF = re.compile(r"(\d+) ud af (\d+)")
_RANGE = re.compile(r"\d\s*%?\s*[-–]\s*\d|\bmellem\b.+\bog\b", re.IGNORECASE)
_PERCENT = re.compile(r"%|pct|procent(?!point)", re.IGNORECASE)
_LATER = re.compile(rf"(?:{_SCALE})|(?:{_PART})e?del", re.IGNORECASE)


def numbers_in(written: str) -> list[float]:
    """Return every number that is stated, in order; parts of a whole have three decimals (`hver tredje`: 0.333).

    Of `3 ud af 4` there are three: both numbers, and 0.75.
    """
    found = [_value(match) for match in _NUMBER.finditer(written)]
    return found + [round(int(part) / int(whole), 3) for part, whole in _OUT_OF.findall(written)]


def is_range(written: str) -> bool:
    """Tell whether two numbers are the ends of a range: `40-50%`, `mellem 7 og 10 %`."""
    return bool(_RANGE.search(written))


def is_percentage(written: str) -> bool:
    """Tell whether there is a percent sign or its word."""
    return bool(_PERCENT.search(written))


def completes(word: str) -> bool:
    """Tell whether a word belongs to the number before it: `mio.`, `tredjedel`."""
    return bool(_LATER.match(word))


def _value(match: re.Match[str]) -> float:
    if match["bottom"]:
        return round(int(match["top"]) / int(match["bottom"]), 3)
    if match["fraction"]:
        whole = _of_digits(match["digits"]) if match["digits"] else 0
        return (whole + _FRACTIONS[match["fraction"]]) * _scale(match["of"])
    if match["whole"]:
        return _of_digits(match["whole"]) * _scale(match["scale"])
    if match["part"]:
        return round(NUMERALS[(match["many"] or "en").lower()] / _PARTS[match["part"].lower()], 3)
    if match["times"]:
        return _TIMES[match["times"].lower()]
    return NUMERALS[match["numeral"].lower()]


def _scale(word: str | None) -> float:
    return _SCALES[word.lower()] if word else 1


def _of_digits(written: str) -> float:
    whole, _, decimals = written.replace("−", "-").partition(",")
    return float(re.sub(r"[^\d-]", "", whole) + "." + (decimals or "0"))
