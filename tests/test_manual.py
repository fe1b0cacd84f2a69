"""The manual as pages: everything that a page leads to is there, and the program finds it."""

from __future__ import annotations

import posixpath
import sys
from collections import defaultdict
from html.parser import HTMLParser
from pathlib import Path
from urllib.parse import unquote

import pytest
from PySide6.QtCore import QLocale
from PySide6.QtGui import QImage

from datev_connector.app import manual as finding
from datev_connector.app.manual import PAGES, find_manual
from datev_connector.app.windows import program
from datev_connector.texts.language import Tongue
from scripts import manual
from tests.msi.comparing import differences


class Page(HTMLParser):
    """What a page leads to, and what can be led to on it."""

    def __init__(self, file: Path) -> None:
        super().__init__()
        self.links: list[str] = []
        self.places: set[str] = set()
        self.tags: dict[str, int] = defaultdict(int)
        self.language = ""
        self.text = ""
        self.feed(file.read_text("utf-8"))

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags[tag] += 1
        for name, value in attrs:
            if name in {"href", "src"}:
                self.links.append(unquote(value or ""))
            elif name == "id":
                self.places.add(value or "")
            elif name == "lang":
                self.language = value or ""

    def handle_data(self, data: str) -> None:
        self.text += data


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    made = tmp_path_factory.mktemp("manual")
    manual.write(made)
    return made


def documents(where: Path, **pages: str) -> Path:
    """A folder with both manuals, and pages beside their folders."""
    for name in manual.MANUALS:
        file = where / name
        file.parent.mkdir(parents=True)
        file.write_text(pages.pop(file.parent.name, "# Titel\n"), "utf-8")
    for name, text in pages.items():
        (where / f"{name}.md").write_text(text, "utf-8")
    return where


def test_whatever_a_page_leads_to_is_there(folder: Path) -> None:
    pages = {file.relative_to(folder).as_posix(): Page(file) for file in folder.rglob("*.html")}
    assert {"handbuch/index.html", "manual/index.html", "settings.html"} <= pages.keys()
    for name, page in pages.items():
        for link in page.links:
            if link.startswith(manual.ELSEWHERE):
                continue
            path, _, place = link.partition("#")
            target = posixpath.normpath(posixpath.join(posixpath.dirname(name), path))
            assert not path or (folder / target).is_file(), f"{name} leads to {link}"
            there = pages.get(target) if path else page
            assert not place or (there and place in there.places), f"{name} leads to {link}"


def test_a_manual_has_its_language_its_pictures_and_its_tables(folder: Path) -> None:
    for tongue, page in PAGES.items():
        read = Page(folder / page)
        assert read.language == tongue.value
        assert read.tags["img"] > 10
        assert read.tags["table"] > 4
        assert "DATEV Connector" in read.text
        assert "](" not in read.text
        assert "**" not in read.text
    assert Page(folder / "settings.html").language == "en"


def test_the_program_asks_for_the_pages_that_are_made() -> None:
    assert [page.as_posix() for page in PAGES.values()] == [
        manual.page_name(name) for name in manual.MANUALS
    ]
    assert list(PAGES) == [Tongue.GERMAN, Tongue.ENGLISH]


def test_the_same_sources_give_the_same_pages(folder: Path, tmp_path: Path) -> None:
    (tmp_path / "old.html").touch()
    manual.write(tmp_path)
    assert differences(folder, tmp_path) == []


# --- odd sources ----------------------------------------------------------------------------------


def test_what_is_not_shipped_is_not_led_to(tmp_path: Path) -> None:
    docs = documents(
        tmp_path / "docs",
        handbuch="# Titel\n[near](../near.md#b) [code](../../README.md) [web](https://a.example)\n",
        near="# B\n[far](far.md) and [back](handbuch/README.md) and [here](#b)\n",
        far="# Far\n",
    )
    manual.write(tmp_path / "made", docs)
    assert not (tmp_path / "made" / "far.html").exists()
    near = Page(tmp_path / "made" / "near.html")
    assert near.links == ["manual.css", "handbuch/index.html", "#b"]
    assert "far and back" in near.text
    first = Page(tmp_path / "made" / "handbuch" / "index.html")
    assert first.links == ["../manual.css", "../near.html#b", "https://a.example"]


def test_a_link_to_a_page_that_is_not_there_fails(tmp_path: Path) -> None:
    docs = documents(tmp_path / "docs", manual="[gone](../gone.md)\n")
    with pytest.raises(FileNotFoundError, match=r"gone\.md"):
        manual.write(tmp_path / "made", docs)


def test_letters_with_a_meaning_are_letters(tmp_path: Path) -> None:
    docs = documents(tmp_path / "docs", handbuch='# A & <b> "C"\n<script>x</script> 1 < 2\n')
    manual.write(tmp_path / "made", docs)
    page = Page(tmp_path / "made" / "handbuch" / "index.html")
    assert page.tags["script"] == page.tags["b"] == 0
    assert "<script>x</script> 1 < 2" in page.text
    assert page.places == {"a--b-c"}


def test_a_picture_is_shown_as_large_as_its_window(tmp_path: Path) -> None:
    docs = documents(tmp_path / "docs", handbuch="# Titel\n![Ein Fenster](fenster.png)\n")
    window = QImage(1008, 1122, QImage.Format.Format_RGB32)
    window.fill(0)
    assert window.save(str(docs / "handbuch" / "fenster.png"))
    manual.write(tmp_path / "made", docs)
    made = (tmp_path / "made" / "handbuch" / "index.html").read_text("utf-8")
    assert 'src="fenster.png" alt="Ein Fenster" width="504" height="561"' in made


def test_a_link_that_shows_a_file_shows_the_title_of_its_page(tmp_path: Path) -> None:
    docs = documents(
        tmp_path / "docs",
        handbuch="# Titel\n[near.md](../near.md) [there](../near.md) [far.md](../x.py)\n",
        near="# Über `alles`\n",
    )
    manual.write(tmp_path / "made", docs)
    page = Page(tmp_path / "made" / "handbuch" / "index.html")
    assert "Über alles there far.md" in page.text


def test_a_short_piece_of_code_stays_on_one_line(tmp_path: Path) -> None:
    docs = documents(tmp_path / "docs", handbuch=f"# Titel\n`--profile` `{'x' * 41}`\n")
    manual.write(tmp_path / "made", docs)
    made = (tmp_path / "made" / "handbuch" / "index.html").read_text("utf-8")
    assert '<code class="whole">--profile</code>' in made
    assert f"<code>{'x' * 41}</code>" in made


def test_equal_headings_are_told_apart(tmp_path: Path) -> None:
    docs = documents(tmp_path / "docs", manual="# Was noch folgt: Größe?\n## A\n## A\n")
    manual.write(tmp_path / "made", docs)
    places = Page(tmp_path / "made" / "manual" / "index.html").places
    assert places == {"was-noch-folgt-größe", "a", "a-1"}


# --- finding it -----------------------------------------------------------------------------------


def test_it_is_found_beside_the_program_or_in_the_build_of_a_checkout(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sys, "executable", str(tmp_path / "program" / "DatevConnector.exe"))
    monkeypatch.setattr(
        finding, "__file__", str(tmp_path / "src" / "package" / "app" / "manual.py")
    )
    assert find_manual(Tongue.GERMAN) is None
    built = tmp_path / "build" / "manual" / "handbuch" / "index.html"
    installed = tmp_path / "program" / "manual" / "handbuch" / "index.html"
    for page in (built, installed):
        page.parent.mkdir(parents=True)
        page.touch()
        assert find_manual(Tongue.GERMAN) == page
    assert find_manual(Tongue.ENGLISH) is None


def test_the_help_page_gets_the_manual_in_the_language_of_the_windows(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    pages = {Tongue.GERMAN: tmp_path / "de.html"}
    monkeypatch.setattr(program, "find_manual", pages.get)

    def shown(tongue: Tongue) -> str:
        monkeypatch.setattr(program, "QLocale", lambda: QLocale(tongue.value))
        return program._manual()

    assert shown(Tongue.GERMAN) == str(tmp_path / "de.html")
    assert shown(Tongue.ENGLISH) == ""
