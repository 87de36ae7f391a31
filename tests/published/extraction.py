"""The second entry of what the reports print: a program that reads numbers by rules on the text alone.

It tells what kind of number stands on which line and how large it is, not which question or group it is of. It never
opens `published.csv`, and shares no code with the check of its rows. The rules are in order: what one has read, the
next no longer sees.
"""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

FLAGS = re.IGNORECASE | re.MULTILINE
BLANK, READ_PERCENT = "·", "¤"

NUM = r"\d+(?:\.\d{3})*(?:,\d+)?"
SIGN = r"\s*(?:%|pct\b\.?|procent\b)"
DASH = r"\s*[-–]\s*"
SCALES = {"mio": 1e6, "mia": 1e9, "millioner": 1e6}
SCALE = r"(?:\s*(?:mio|mia|millioner)\b\.?)"
FRACTIONS = {"¼": 0.25, "½": 0.5, "¾": 0.75}
NUMERALS = {
    "ingen": 0, "én": 1, "ét": 1, "en": 1, "to": 2, "tre": 3, "fire": 4, "fem": 5, "seks": 6, "syv": 7, "otte": 8,
    "ni": 9, "ti": 10,
}  # fmt: skip
NUMERAL = rf"\b(?:{'|'.join(word for word in NUMERALS if word != 'en')})\b"  # "en" is an article, too
PARTS = {"halv": 2, "anden": 2, "tredje": 3, "fjerde": 4, "femte": 5}
ORDINAL = "|".join(PARTS)
TIMES = {"halveret": 0.5, "dobbelt": 2, "tredoblet": 3}

CAPITAL = "(?-i:[A-ZÆØÅ])"
UNIT = r"(?:dage|år|måneder|ugers?|kg|gange|procentpoint|sygedage)"

# What reports of this kind count.
COUNTED = (
    r"(?:[a-zæøå]*(?:kommune[rn]?|kommunerne|kommuners|personer|borgere|danskere|patienter|pladser|møder|mødegange|"
    r"dødsfald|indlæggelser|læger|planer|sygeplejersker)|børn|førtids[a-zæøå]*|hospitaler|praksisser|modeller|tabeller|"
    r"besvarelser|regioner|respondenter|eksempler|aftaler)\b"
)
BETWEEN = r"\s(?:(?:[a-zæøå/]+(?:e|le|er)|af)\s){0,2}"

# Numbers that are no results, by what stands around them.
NO_RESULT = (
    r"\b\d\d?\.\d\d?\.\d{4}|\b\d{4}-\d\d-\d\d(?: \d+)?",  # days
    # Marks and numbers of footnotes.
    rf"(?<=[a-zæøå’])\d{{1,2}}\b|(?<=pct\.)\d{{1,2}}|(?<=kr\.)\d\d?|(?<=\.\d{{3}})\d\b|^\d\d?(?={CAPITAL})",
    r"^[^\n·]*\bside \d+ af \d+",  # head of a page
    rf"^\d+(?:\.\d+)*\.? {CAPITAL}.* \d+$",  # table of contents
    rf"^\d+(?:\.\d+)*\.? (?={CAPITAL}[a-zæøå])",  # heading
    r"\b(?:figur|tabel|kapitel|boks|case|afsnit|type|side|niveau|fase)[\s-]\d+(?:\.\d+)?(?: og \d+\.\d+)?",
    r"\b\d+-diabetes|\bcovid-19|\bHALT \d|§+ ?\d+|\bkl\. \d+(?:[.-]\d+)?|\b\d+ kategorier|\bop til \d kryds",
    r"\b\d\d?\.? (?:januar|februar|marts|april|maj|juni|juli|august|september|oktober|november|december|dec|kvartal)\b",
    r"(?<![\d.,/])(?:19|20)\d\d(?:\s?[-–/]\s?(?:19|20)?\d\d)?(?![\d.,]*\d)",  # years
    r"\b(?:\d+, )*(?:\d+ og )?\d+\+?(?:[-–]\d+)?\+?-års?\w*|\b\d+\+|\(\d+-\d+ år\)",  # ages
    r"\b(?:over|under|mellem|er|ældre\send)\s\d+(?:\sog\s\d+)?\sår\b",
    rf"\b(?:seneste|sidste|næste|kommende|første)\s(?:\d+|{NUMERAL})\s(?:år|dage|måneder)|(?:\d+|{NUMERAL})\sår\ssiden",
    r"(?<=\s)\d\)|^\d\. ",  # enumerations
    r"\b(?:pr\.|i)\s1\.000\b",
    r"^(?:\d+%? ){5,}\d+%?$",  # ticks of an axis
)

# What is left is read by these; each named group is a number and its name the statistic (`base_2` a second base).
RULES = (
    r"\bN ?= ?(?P<base>\d+)",
    # Rows of tables, by what their columns look like.
    rf"^[^\d\n]+ (?P<population>\d{{1,3}} \d{{3}}) (?P<amount>\d{{1,3}} \d{{3}}) (?P<percent>{NUM}%)$",
    r"(?P<base>\d+) (?P<count>\d+) (?P<other>(?:op til|over) \d\d\.\d{3}|\d\d\.\d{3} – \d\d\.\d{3})$",
    r"(?P<count>\d+) (?P<percent>\d+%)(?= \d+ \d+%$|$)",
    rf"^{CAPITAL}[^\d\n]* (?P<count>\d{{3}}\.\d{{3}})$",
    r"(?P<population>\b\d{3} \d{3}) = befolk|(?P<amount>\b\d{3} \d{3}) = årslön",
    # So many of so many.
    rf"\b(?P<count>\d+|{NUMERAL})\s(?P<percent>\(\d+ ?%\)\s)?(?:ud )?af\s(?:de |disse )?(?P<base>\d\d+)\b(?!{SIGN})",
    rf"\b(?P<count>{NUM}) af\si\salt (?P<count_2>{NUM})",
    r"\((?P<count>\d+)/(?P<base>\d+)\)",
    r"(?P<count>\b\d+)(?=\s\(\d+\s?%\))",
    rf"(?P<count>(?<!/)\b(?:\d+|{NUMERAL}))\saf\s(?:dem|de |kommuner|kommunerne|børnene)\b",
    r"\b(?:af|blandt|hos)\sde\s(?P<base>\d+)\s(?:kommuner|børn|nye)\b|\bundersøgelse\saf\s(?P<base_2>\d+)",
    rf"\b(?:baseret\spå\ssvar|stammer)\sfra\s(?P<base>\d+|{NUMERAL})\s\w*kommuner\b",
    # Percentages; two that go together have one sign.
    rf"(?P<percent>\bmellem\s{NUM}(?:{SIGN})?(?:\sog\s|{DASH}){NUM}{SIGN})",
    rf"(?P<percent>\b{NUM}(?:{SIGN})?{DASH}{NUM}{SIGN})",
    rf"(?P<percent>{NUM}{SIGN}(?!-))",
    rf"(?P<percent>\b{NUM})\s(?:og|eller)\s{READ_PERCENT}",
    # Fractions and their words.
    rf"(?P<share>\bmellem\shver\s(?:{ORDINAL})\sog\s(?:{ORDINAL}))\b",
    rf"(?P<share>\bhver\s(?:{ORDINAL})\b)",
    rf"(?P<share>(?:\b(?:en|{NUMERAL})\s)?\b(?:{ORDINAL})del(?:en|e)?\b)",
    r"(?P<share>\b\d/\d\b|\b\d\sud\saf\s\d\b|(?<!\d)(?<!\d )[¼½¾])",
    rf"(?P<other>\b(?:{'|'.join(TIMES)})\b)",
    # Amounts, and what has a unit.
    rf"(?P<amount>\d[\d.,]*\s?[¼½¾]?{SCALE}?\s(?:kr|NOK)\b)",
    r"(?P<index>\bindeks \d+)",
    rf"(?P<other_2>\b{NUM})\stil\s(?P<other>{NUM} dage)",
    rf"(?P<other>\b(?:{NUM}{SCALE}|{NUM}(?:-\d+)?|{NUMERAL})[\s-]{UNIT}\b)",
    rf"(?P<other>\b{NUM})\sflere\b",
    rf"(?P<other>\b(?:en|{NUMERAL})\sugentlige?\b)",
    # What is counted.
    r"\bde (?P<base>\d+) besvarelser",
    rf"\bfra (?P<count>{NUM}) til (?P<count_2>{NUM})\b",
    rf"(?P<count>\b(?:{NUM}{SCALE}|{NUM}|{NUMERAL})){BETWEEN}{COUNTED}",
    r"^(?P<count>\d+)$",
    r"(?P<count>\b\d+(?:\.\d{3})+)\b",
    rf"\b(?:ca\.|godt) (?P<count>{NUM})\b",
)

# Passages in which every number that is left is a base.
BASES = rf"\bantallet\saf\srespondenter\b[^·]*?\ser\s[^·]*?(?=\.\s{CAPITAL}|·|\Z)|\bhhv\. \d+ respondent[^.]*"

APPROX = re.compile(r"(?:\bca\.|\bcirka|\bomkring|\bomtrent|\bknapt?|\bgodt(?: og vel)?|\bnæsten)\s*$", FLAGS)
AT_LEAST = re.compile(r"\b(?:over|mere\s+end|mindst|flere\s+end|more\s+than)\s*$", FLAGS)
AT_MOST = re.compile(r"\b(?:under|op\s+til(?:\s+og\s+med)?|op\s+i?mod|højst|færre\s+end)\s*$", FLAGS)


@dataclass(frozen=True)
class Reading:
    """One number as the program reads it; `printed` is for whoever looks at a difference."""

    line: int
    value: float
    value_high: float | None
    statistic: str
    qualifier: str
    printed: str


def extract(lines: Sequence[str]) -> list[Reading]:
    """Return every number of a text that the rules take for a result."""
    flow = Flow(lines)
    for pattern in NO_RESULT:
        flow.forget(match.span() for match in flow.matches(pattern))
    found = list(_bases(flow))
    for pattern in RULES:
        read: dict[str, list[tuple[int, int]]] = {}
        for match in flow.matches(pattern):
            for name, written in match.groupdict().items():
                if written:
                    statistic = name.partition("_")[0]
                    found.append(_reading(flow, match.start(name), written, statistic))
                    read.setdefault(statistic, []).append(match.span(name))
        for statistic, spans in read.items():
            flow.forget(spans, READ_PERCENT if statistic == "percent" else BLANK)
    return sorted(found, key=lambda reading: reading.line)


class Flow:
    """A text whose broken words are joined; it knows the line of each letter, and what has been read is blank."""

    def __init__(self, lines: Sequence[str]) -> None:
        self.text = ""
        self._starts: list[int] = []
        self._lines: list[int] = []
        for number, line in enumerate(lines, start=1):
            words = " ".join(line.split())
            if not words:
                continue
            if re.search(r"[a-zæøå]-$", self.text[-2:]) and words[0].islower():
                self.text = self.text[:-1]
            elif not re.search(r"\d-$", self.text[-2:]):
                self.text += "\n"
            self._starts.append(len(self.text))
            self._lines.append(number)
            self.text += words

    def line(self, at: int) -> int:
        return self._lines[bisect_right(self._starts, at) - 1]

    def matches(self, pattern: str) -> list[re.Match[str]]:
        return list(re.finditer(pattern, self.text, FLAGS))

    def forget(self, spans: Iterable[tuple[int, int]], mark: str = BLANK) -> None:
        letters = list(self.text)
        for start, end in spans:
            letters[start:end] = mark * (end - start)
        self.text = "".join(letters)


def _bases(flow: Flow) -> Iterator[Reading]:
    for match in flow.matches(BASES):
        for number in re.finditer(r"(?<![\d.])\d+(?![\d.]*\d|\s?%)", match[0]):
            start = match.start() + number.start()
            yield _reading(flow, start, number[0], "base")
            flow.forget([(start, start + len(number[0]))])


def _reading(flow: Flow, start: int, written: str, statistic: str) -> Reading:
    value, high = _values(written)
    before = flow.text[max(0, start - 20) : start]
    qualifier = "approx" if statistic == "share" or written.lower() in TIMES else "exact"
    if AT_MOST.search(before) or re.match("op til", written, FLAGS):
        value, high, qualifier = high or value, None, "at_most"
    elif AT_LEAST.search(before) or re.match("over", written, FLAGS):
        high, qualifier = None, "at_least"
    elif high is not None:
        qualifier = "range"
    elif APPROX.search(before):
        qualifier = "approx"
    return Reading(flow.line(start), value, high, statistic, qualifier, written)


def _values(written: str) -> tuple[float, float | None]:
    """Return the number that is written, and the other end where it is a range."""
    words = re.split(r"[\s-]", written.lower())
    if written.lower() in TIMES:
        return TIMES[written.lower()], None
    if parts := [PARTS[part] for part in re.findall(ORDINAL, written.lower())]:
        many = NUMERALS.get(words[0], 1)
        return round(many / max(parts), 3), round(many / min(parts), 3) if len(parts) > 1 else None
    if words[0] in NUMERALS:
        return NUMERALS[words[0]], None
    if found := re.fullmatch(r"(\d)(?:/|\sud\saf\s)(\d)", written):
        return round(int(found[1]) / int(found[2]), 3), None
    scale = next((value for word, value in SCALES.items() if word in written.lower()), 1)
    fraction = sum(FRACTIONS.get(letter, 0) for letter in written)
    # Thousands have a point in Danish, a space in Swedish.
    numbers = [
        float(re.sub(r"[. ]", "", number).replace(",", ".")) for number in re.findall(rf"\d+ \d{{3}}|{NUM}", written)
    ]
    first, *others = numbers or [0]
    return (first + fraction) * scale, others[0] if others else None
