"""What every page of the site shares: the templates, the style, the texts of its language."""

from __future__ import annotations

import functools
from pathlib import Path

from jinja2 import Environment, FileSystemLoader, StrictUndefined

from analysis.lang import Lang, text

TEMPLATES = Path(__file__).parent / "template"


@functools.cache
def _environment() -> Environment:
    return Environment(
        loader=FileSystemLoader(TEMPLATES),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        keep_trailing_newline=True,
    )


def render(template: str, lang: Lang, **values: object) -> str:
    """Return a whole HTML document in one language.

    Parameters
    ----------
    template
        File name in `template/`; it extends `frame.html.j2`.
    lang
        Language of the document and of its texts (`t("name")` in the template).
    values
        What the template shows.
    """
    texts = functools.partial(_site_text, lang=lang)
    return _environment().get_template(template).render(lang=lang, t=texts, **values)


def _site_text(name: str, lang: Lang, **values: object) -> str:
    return text(f"site.{name}", lang, **values)
