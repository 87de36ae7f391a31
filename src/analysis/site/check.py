"""Whether a rendered site is whole: `python -m analysis.site.check reports`."""

from __future__ import annotations

import re
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import unquote, urlsplit

from bs4 import BeautifulSoup, Tag

LINK_ATTRIBUTES = ("href", "src", "srcset", "poster", "data", "xlink:href")
# What a link may begin with instead of being relative.
SCHEMES = ("", "data", "http", "https", "mailto")
REMOTE = re.compile(r"\s*(https?:)?//", re.IGNORECASE)
REMOTE_IN_STYLE = re.compile(r"""(@import\s+|url\(\s*)["']?\s*(https?:)?//[^"')\s]*""", re.IGNORECASE)
MACHINE_PATH = re.compile(r"(?<![\w.])/(home|work|tmp|root|Users)/[\w./-]*|\b[A-Za-z]:[\\/]+Users\b")
# An embedded image may spell anything.
EMBEDDED = re.compile(r"base64,[A-Za-z0-9+/=]+")


@dataclass(frozen=True)
class _Document:
    path: Path
    html: str
    soup: BeautifulSoup

    def links(self) -> Iterator[tuple[Tag, str]]:
        for tag in self.soup.find_all(True):
            for attribute in LINK_ATTRIBUTES:
                if tag.has_attr(attribute):
                    yield tag, str(tag[attribute])

    def targets(self) -> Iterator[tuple[str, Path, str]]:
        """Yield each link into the file system: as written, the file it means, the anchor in it."""
        for _, link in self.links():
            parts = urlsplit(link)
            if not (parts.scheme or parts.netloc):
                target = self.path.parent / unquote(parts.path) if parts.path else self.path
                yield link, target.resolve(), unquote(parts.fragment)


def problems(reports: Path) -> list[str]:
    """Return what is wrong with the site in `reports`, one sentence per problem; empty when it is whole."""
    return _problems(reports, _read(reports))


def _read(reports: Path) -> list[_Document]:
    return [_document(path) for path in sorted(reports.resolve().rglob("*.html"))]


def _document(path: Path) -> _Document:
    html = path.read_text(encoding="utf-8")
    return _Document(path, html, BeautifulSoup(html, "html.parser"))


def _problems(reports: Path, documents: list[_Document]) -> list[str]:
    if not documents:
        return [f"{reports}: no page at all. Render the site first."]
    root = reports.resolve()
    found = [
        f"{document.path.relative_to(root).as_posix()}: {problem}"
        for document in documents
        for check in (_broken_links, _remote_resources, _machine_paths, _form)
        for problem in check(document)
    ]
    return found + [
        f"{path.relative_to(root).as_posix()}: no way leads here from index.html"
        for path in _unreachable(root / "index.html", documents)
    ]


def _broken_links(document: _Document) -> Iterator[str]:
    ids: dict[Path, set[str]] = {document.path: _ids(document.soup)}
    for _, link in document.links():
        if link.startswith("/") or urlsplit(link).scheme not in SCHEMES:
            yield f"link to {link!r} is not relative"
    for link, target, anchor in document.targets():
        if not target.is_file():
            yield f"link to {link!r}: there is no such file"
        elif anchor and target.suffix == ".html":
            if target not in ids:
                ids[target] = _ids(_document(target).soup)
            if anchor not in ids[target]:
                yield f"link to {link!r}: nothing there has the id {anchor!r}"


def _ids(soup: BeautifulSoup) -> set[str]:
    return {str(tag["id"]) for tag in soup.select("[id]")}


def _remote_resources(document: _Document) -> Iterator[str]:
    for tag, link in document.links():
        if tag.name != "a" and REMOTE.match(link):
            yield f"<{tag.name}> loads {link!r} from the network"
    styles = [style.get_text() for style in document.soup.select("style")]
    styles += [str(tag["style"]) for tag in document.soup.select("[style]")]
    for match in REMOTE_IN_STYLE.finditer("\n".join(styles)):
        yield f"a style loads {match[0]!r} from the network"


def _machine_paths(document: _Document) -> Iterator[str]:
    for match in MACHINE_PATH.finditer(EMBEDDED.sub("", document.html)):
        yield f"{match[0]!r} is a path of the machine it was made on"


def _form(document: _Document) -> Iterator[str]:
    soup = document.soup
    if not (soup.html and str(soup.html.get("lang", "")).strip()):
        yield "<html> does not say its language"
    if not (soup.title and soup.title.get_text().strip()):
        yield "no <title>"
    if (count := len(soup.select("h1"))) != 1:
        yield f"{count} <h1>, must be one"
    for image in soup.select("img"):
        if not str(image.get("alt", "")).strip():
            yield f"image without alt text: {str(image)[:60]}"


def _unreachable(index: Path, documents: list[_Document]) -> list[Path]:
    by_path = {document.path: document for document in documents}
    waiting, reached = [index], {index}
    while waiting:
        document = by_path.get(waiting.pop())
        links = {target for _, target, _ in document.targets()} if document else set()
        waiting += links - reached
        reached |= links
    return [path for path in by_path if path not in reached]


def main(reports: Path) -> int:
    """Print the problems, or what was looked at when there are none; return the exit code."""
    documents = _read(reports)
    found = _problems(reports, documents)
    images = sum(len(document.soup.select("img")) for document in documents)
    links = sum(1 for document in documents for _ in document.targets())
    print("\n".join(found) or f"{len(documents)} pages, {images} images, {links} links: no problem")
    return 1 if found else 0


if __name__ == "__main__":
    sys.exit(main(Path(sys.argv[1])))
