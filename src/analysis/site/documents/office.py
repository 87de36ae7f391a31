"""Office files that are the same from run to run and from machine to machine."""

from __future__ import annotations

import io
import zipfile
from html import escape

from analysis.lang import Lang

_XML = '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n'
_CORE = "http://schemas.openxmlformats.org/package/2006/metadata/core-properties"
_EXTENDED = "http://schemas.openxmlformats.org/officeDocument/2006/extended-properties"
_DC = "http://purl.org/dc/elements/1.1/"
_EARLIEST = (1980, 1, 1, 0, 0, 0)


def settled(content: bytes, title: str, lang: Lang) -> bytes:
    """Return an Office file with the same parts, but not the time, author, program and order they were written by.

    Parameters
    ----------
    content
        The file, a zip of its parts (ECMA-376, part 2).
    title
        Title in its properties, beside the language the only one it keeps.
    lang
        Its language.
    """
    properties = {
        "docProps/core.xml": f'{_XML}<cp:coreProperties xmlns:cp="{_CORE}" xmlns:dc="{_DC}">'
        f"<dc:title>{escape(title)}</dc:title><dc:language>{lang}</dc:language></cp:coreProperties>",
        "docProps/app.xml": f'{_XML}<Properties xmlns="{_EXTENDED}"/>',
    }
    target = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(content)) as before, zipfile.ZipFile(target, "w") as after:
        # The list of content types stands first, as readers expect it.
        for name in sorted(before.namelist(), key=lambda name: (name != "[Content_Types].xml", name)):
            part = zipfile.ZipInfo(name, _EARLIEST)
            part.compress_type = zipfile.ZIP_DEFLATED
            part.create_system = 0
            after.writestr(part, properties.get(name) or before.read(name))
    return target.getvalue()
