"""Where the manual is: beside the program that was installed, or in `build` of a checkout."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from pathlib import Path

from datev_connector.texts.language import Tongue

FOLDER = "manual"
PAGES = {
    Tongue.GERMAN: Path("handbuch", "index.html"),
    Tongue.ENGLISH: Path("manual", "index.html"),
}


def find_manual(tongue: Tongue) -> Path | None:
    """Return the first page of the manual in a language; None if it is not there."""
    pages = (folder / PAGES[tongue] for folder in _folders())
    return next((page for page in pages if page.is_file()), None)


def _folders() -> Iterator[Path]:
    yield Path(sys.executable).parent / FOLDER
    sources = Path(__file__).parents[2]
    if sources.name == "src":
        yield sources.parent / "build" / FOLDER
