"""What all pages share: the style."""

import re

import pytest

from analysis.site.frame import TEMPLATES

COLOURS = dict(re.findall(r"--([\w-]+): (#\w{6});", (TEMPLATES / "style.css").read_text(encoding="utf-8")))
BASES = ("collected", "published", "register", "reconstructed")


def luminance(colour: str) -> float:
    channels = [int(colour[i : i + 2], 16) / 255 for i in (1, 3, 5)]
    linear = [c / 12.92 if c <= 0.03928 else ((c + 0.055) / 1.055) ** 2.4 for c in channels]
    return sum(weight * value for weight, value in zip((0.2126, 0.7152, 0.0722), linear, strict=True))


def contrast(one: str, other: str) -> float:
    dark, light = sorted((luminance(COLOURS[one]), luminance(COLOURS[other])))
    return (light + 0.05) / (dark + 0.05)


@pytest.mark.parametrize("background", ["paper", "soft"])
@pytest.mark.parametrize("ink", ["ink", "muted", "accent", "code-keyword", "code-string", "code-number"])
def test_text_stands_out_from_its_background(ink: str, background: str) -> None:
    assert contrast(ink, background) >= 4.5


@pytest.mark.parametrize("name", [*BASES, "error"])
def test_badges_and_warnings_stand_out(name: str) -> None:
    assert contrast(name, f"{name}-soft") >= 4.5


def test_a_link_in_a_warning_stands_out() -> None:
    assert contrast("accent", "error-soft") >= 4.5


def test_every_colour_of_the_style_is_a_named_one() -> None:
    style = (TEMPLATES / "style.css").read_text(encoding="utf-8")
    assert re.findall(r"#[0-9a-fA-F]{3,8}\b(?=[;, )])", style.split("\n}", 1)[1]) == []
    used = set(re.findall(r"var\(--([\w-]+)\)", style))
    assert used - set(COLOURS) == {"sans", "mono", "band", "watermark"}
    assert set(COLOURS) - used == set()
