"""Which municipality a spelling means: known ways of writing a name are accepted, anything else is only suggested."""

from __future__ import annotations

import functools
import re
import unicodedata

from analysis.errors import nearest

_BREAKS = re.compile(r"[\s\u2010-\u2015\u2212-]+")  # spaces, hyphens, dashes, minus
_ASCII = str.maketrans({"å": "aa", "æ": "ae", "ø": "oe"})
_MUNICIPALITY = {"kommune", "kommunes"}
_ALSO_CALLED = {
    "Bornholm": ("Bornholms Regionskommune",),
    "Brønderslev": ("Brønderslev-Dronninglund",),  # its name until February 2007
    "Halsnæs": ("Frederiksværk-Hundested",),  # its name until January 2008
    "Nordfyns": ("Nordfyn",),
    "Vesthimmerlands": ("Vesthimmerland",),
}


def find_municipality(written: str, names: dict[str, str]) -> str | None:
    """Return the code of the municipality that a text means.

    Accepted are, whatever the case, the Unicode form and the spaces around: the code itself (`101`, `0101`); the name,
    its words parted by any hyphen, dash or space, with å or aa, æ or ae, ø or oe; the same with *Kommune* before or
    after it, then also in the genitive (`Københavns Kommune`); a former or second official name likewise.

    Parameters
    ----------
    written
        As it stands in an export.
    names
        Code -> name of the municipalities it may be.

    Returns
    -------
    str or None
        The code; None where the text means no municipality or more than one. A slip of the key is never mended here:
        see `nearest_municipality`.
    """
    text, key = written.strip(), _key(written)
    codes = [code for code, name in names.items() if text in (code, code.zfill(4)) or key in _spellings(name)]
    return codes[0] if len(codes) == 1 else None


def nearest_municipality(written: str, names: dict[str, str]) -> str | None:
    """Return the name of the municipality that is spelt most like a text, or None when none is close.

    For the advice of a refusal only: see `find_municipality`.
    """
    called = {_key(other): name for name in names.values() for other in _all_names(name)}
    # Without it: all names with "Kommune" would be alike.
    word = " ".join(word for word in _key(written).split() if word not in _MUNICIPALITY)
    match = nearest(word, list(called))
    return called[match] if match else None


@functools.cache
def _spellings(name: str) -> frozenset[str]:
    """Return every key that means this municipality."""
    found = set()
    for key in map(_key, _all_names(name)):
        genitive = key if key.endswith("s") else f"{key}s"
        found |= {key, f"kommune {key}"}
        found |= {f"{called} {word}" for called in (key, genitive) for word in _MUNICIPALITY}
    return frozenset(found)


def _all_names(name: str) -> tuple[str, ...]:
    return (name, *_ALSO_CALLED.get(name, ()))


def _key(written: str) -> str:
    """Return what all tolerated ways of writing the same words have in common."""
    folded = unicodedata.normalize("NFC", written).casefold().translate(_ASCII)
    return _BREAKS.sub(" ", folded).strip()
