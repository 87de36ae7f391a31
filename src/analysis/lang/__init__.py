"""The two languages of the outputs: texts from one catalogue, numbers as each language writes them."""

from __future__ import annotations

import functools
from datetime import date
from decimal import ROUND_HALF_UP, Decimal
from importlib import resources
from typing import Literal, get_args

import yaml
from babel.dates import format_date
from babel.numbers import format_decimal

from analysis.errors import did_you_mean

Lang = Literal["da", "en"]
LANGS: tuple[Lang, ...] = get_args(Lang)
DEFAULT_LANG: Lang = "da"

# Decimals shown per statistic; what is not named here is shown whole.
DECIMALS = {"percent": 1, "share": 2, "per_head": 2}
UNITS: dict[str, dict[Lang, str]] = {
    "percent": {"da": " %", "en": "%"},
    "amount": {"da": " kr.", "en": " kr"},
    "per_head": {"da": " kr.", "en": " kr"},
}
_LOCALES = {"da": "da_DK", "en": "en_GB"}
NOTHING = "\N{EN DASH}"  # stands where there is no number
MINUS = "\N{MINUS SIGN}"
NO_BREAK_SPACE = "\N{NO-BREAK SPACE}"


@functools.cache
def _catalogue() -> dict[str, dict[Lang, str]]:
    """Return all texts, `{file}.{name}` -> language -> text."""
    folder = resources.files(__package__).joinpath("texts")
    return {
        f"{file.name.removesuffix('.yaml')}.{name}": texts
        for file in sorted(folder.iterdir(), key=lambda file: file.name)
        for name, texts in yaml.safe_load(file.read_text(encoding="utf-8")).items()
    }


def text(key: str, lang: Lang, **values: object) -> str:
    """Return a text of the catalogue (`lang/texts/*.yaml`, key `file.name`) with its `{placeholders}` filled.

    Raises
    ------
    KeyError
        The catalogue has no such text, or the text has a placeholder that no value was given for.
    """
    catalogue = _catalogue()
    if key not in catalogue:
        raise KeyError(f"no text {key!r} in lang/texts/. {did_you_mean(key, sorted(catalogue))}")
    return catalogue[key][lang].format(**values)


def format_number(value: float, lang: Lang, statistic: str = "count", *, unit: bool = True) -> str:
    """Return a number as the language writes it: `7,8 %` or `7.8%`, `539.000 kr.` or `539,000 kr`.

    Parameters
    ----------
    value
        In base units: kroner, inhabitants, per cent.
    statistic
        Decides decimals and unit (`percent`, `amount`, `per_head`, `population`, `count` …).
    unit
        Whether to add the unit.
    """
    decimals = DECIMALS.get(statistic, 0)
    pattern = "#,##0" + ("." + "0" * decimals if decimals else "")
    # Half-up on the decimal digits that are shown, as the reports do; Babel alone would round half to even.
    rounded = Decimal(repr(float(value))).quantize(Decimal(1).scaleb(-decimals), ROUND_HALF_UP)
    if not rounded:
        rounded = abs(rounded)  # no "-0"
    shown = format_decimal(rounded, format=pattern, locale=_LOCALES[lang])
    shown = shown.replace("-", MINUS)
    suffix = UNITS.get(statistic, {}).get(lang, "") if unit else ""
    return shown + suffix.replace(" ", NO_BREAK_SPACE)


def format_plain(value: float, lang: Lang) -> str:
    """Return a number with as many decimals as it has, up to three, and no unit: `14,9` or `14.9`, `14`."""
    return format_decimal(Decimal(repr(float(value))), format="#,##0.###", locale=_LOCALES[lang]).replace("-", MINUS)


def decimal_sign(written: str, lang: Lang) -> str:
    """Return a number that is written with a decimal point with the decimal sign of the language."""
    return written.replace(".", ",") if lang == "da" else written


def format_day(day: str, lang: Lang) -> str:
    """Return an ISO date as the language writes it: `31. december 2024` or `31 December 2024`."""
    return format_date(date.fromisoformat(day), format="long", locale=_LOCALES[lang])
