"""Writes the manual as pages for a browser, with its pictures (`make manual`).

The manuals for those who answer the phone, German and English, and every page that one of them
leads to: they lie as they do in `docs`, README.md as index.html. Links from there to anything else
become plain words, for nothing else is shipped. The same sources give the same bytes.
"""

from __future__ import annotations

import posixpath
import re
import shutil
import sys
from collections import Counter
from collections.abc import Iterator, Mapping
from html import escape
from itertools import pairwise, zip_longest
from pathlib import Path
from struct import unpack

from markdown_it import MarkdownIt
from markdown_it.token import Token

ROOT = Path(__file__).parents[1]
DOCS = ROOT / "docs"
STYLE = Path(__file__).with_name("manual.css")
MANUALS = ("handbuch/README.md", "manual/README.md")
"""In German, in English."""
GERMAN = ("handbuch/", "erste-kanzlei.md")
DENSITY = 2
"""The pictures have so many pixels for each one that a window has on an ordinary screen."""
SHORT = 40
"""So many letters of code fit on the line of a narrow page."""
ELSEWHERE = ("https://", "http://", "mailto:")
PAGE = """\
<!doctype html>
<html lang="{language}">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>{title}</title>
<link rel="stylesheet" href="{style}">
</head>
<body>
<main>
{body}</main>
</body>
</html>
"""


def write(folder: Path, docs: Path = DOCS) -> None:
    """Write all pages into `folder` anew. Raises FileNotFoundError where a link leads nowhere."""
    shutil.rmtree(folder, ignore_errors=True)
    pages = {name: parsed(docs, name) for name in shipped(docs)}
    titles = {name: _title(tokens) for name, tokens in pages.items()}
    for name, tokens in pages.items():
        for picture in _pictures(tokens, name):
            (folder / picture).parent.mkdir(parents=True, exist_ok=True)
            shutil.copyfile(docs / picture, folder / picture)
        file = folder / page_name(name)
        file.parent.mkdir(parents=True, exist_ok=True)
        _turn_pictures(tokens, name, docs)
        _keep_whole(tokens)
        file.write_text(_page(tokens, name, titles), "utf-8", newline="\n")
    shutil.copyfile(STYLE, folder / STYLE.name)


def shipped(docs: Path = DOCS) -> tuple[str, ...]:
    """The manuals and what they lead to, by their names in `docs`. Raises FileNotFoundError."""
    found = dict.fromkeys(MANUALS)
    for manual in MANUALS:
        for link in _links(parsed(docs, manual)):
            name = _target(manual, link.attrs["href"])
            if name.endswith(".md") and not name.startswith("../"):
                found[name] = None
    return tuple(found)


def page_name(name: str) -> str:
    """The page that is made of a file of `docs`."""
    folder, file = posixpath.split(name)
    return posixpath.join(folder, "index.html" if file == "README.md" else f"{file[:-3]}.html")


def anchor(heading: str) -> str:
    """What a heading is known by in links, as GitHub makes it."""
    return re.sub(r"[^\w\- ]", "", heading.lower()).replace(" ", "-")


def parsed(docs: Path, name: str) -> list[Token]:
    """A page in its parts; HTML in it is text. Raises FileNotFoundError."""
    reader = MarkdownIt("commonmark", {"html": False}).enable("table")
    tokens = reader.parse((docs / name).read_text("utf-8"))
    seen = Counter[str]()
    for opening, heading in pairwise(tokens):
        if opening.type == "heading_open":
            known = anchor(_plain(heading))
            opening.attrSet("id", f"{known}-{seen[known]}" if seen[known] else known)
            seen[known] += 1
    return tokens


def _title(tokens: list[Token]) -> str:
    headings = (
        _plain(heading) for opening, heading in pairwise(tokens) if opening.type == "heading_open"
    )
    return next(headings, "")


def _page(tokens: list[Token], name: str, titles: Mapping[str, str]) -> str:
    for inline in tokens:
        _turn_links(inline.children or [], name, titles)
    reader = MarkdownIt("commonmark", {"html": False})
    return PAGE.format(
        language="de" if name.startswith(GERMAN) else "en",
        title=escape(_title(tokens)),
        style=posixpath.relpath(STYLE.name, posixpath.dirname(name) or "."),
        body=reader.renderer.render(tokens, reader.options, {}),
    )


def _turn_links(parts: list[Token], name: str, titles: Mapping[str, str]) -> None:
    """Have links lead to pages; those to what is not shipped become words.

    A link that shows the file it leads to shows the title of the page instead.
    """
    plain = False
    for part, words in zip_longest(parts, parts[1:]):
        if part.type == "link_open":
            href = str(part.attrs["href"])
            target, hash_, place = href.partition("#")
            plain = bool(target) and not target.startswith(ELSEWHERE)
            page = _target(name, href)
            if plain and page in titles:
                plain = False
                part.attrSet("href", f"{page_name(target)}{hash_}{place}")
                if words is not None and words.content in {target, posixpath.basename(target)}:
                    words.content = titles[page]
        if part.type in {"link_open", "link_close"} and plain:
            part.tag, part.attrs = "span", {}


def _turn_pictures(tokens: list[Token], name: str, docs: Path) -> None:
    """Have pictures shown as large as the windows are."""
    for inline in tokens:
        for part in inline.children or ():
            if part.type == "image":
                width, height = _pixels(docs / _target(name, part.attrs["src"]))
                part.attrSet("width", str(width // DENSITY))
                part.attrSet("height", str(height // DENSITY))


def _keep_whole(tokens: list[Token]) -> None:
    """Have no line end within a short name or option: browsers do so behind each hyphen."""
    for inline in tokens:
        for part in inline.children or ():
            if part.type == "code_inline" and len(part.content) <= SHORT:
                part.attrSet("class", "whole")


def _pixels(picture: Path) -> tuple[int, int]:
    """Width and height of a PNG, from its first chunk."""
    with picture.open("rb") as stream:
        width, height = unpack(">II", stream.read(24)[16:])
    return width, height


def _target(name: str, href: str | float) -> str:
    """The file of `docs` that a link on a page leads to; empty: it stays there, or leaves docs."""
    target = str(href).partition("#")[0]
    if not target or target.startswith(ELSEWHERE):
        return ""
    return posixpath.normpath(posixpath.join(posixpath.dirname(name), target))


def _links(tokens: list[Token]) -> Iterator[Token]:
    for inline in tokens:
        yield from (part for part in inline.children or () if part.type == "link_open")


def _pictures(tokens: list[Token], name: str) -> Iterator[str]:
    for inline in tokens:
        for part in inline.children or ():
            if part.type == "image":
                yield _target(name, part.attrs["src"])


def _plain(inline: Token) -> str:
    return "".join(part.content for part in inline.children or ())


def main() -> int:
    """Write the manual into the folder that is named, by default build/manual."""
    folder = Path(sys.argv[1]) if len(sys.argv) > 1 else ROOT / "build" / "manual"
    write(folder)
    print(folder / page_name(MANUALS[0]))
    return 0


if __name__ == "__main__":
    sys.exit(main())
