"""The check of the catalogue: what it finds in a small program, and that ours is in step."""

from __future__ import annotations

import gettext
import importlib.util
from io import BytesIO
from pathlib import Path
from types import ModuleType

import pytest
from babel.messages.pofile import read_po

ROOT = Path(__file__).parents[2]
SOURCE = """
from datev_connector.domain.wording import counted, worded

def words(language, name, number):
    language.say("Good morning")
    worded("Good morning, {name}", name=name)
    language.count("{number} call", "{number} calls", number)
    counted("{number} note", "{number} notes", number)
    language.say(name)
    language.say("{number}", number=number)
"""
ENTRIES = """
msgid "Good morning"
msgstr "Guten Morgen"

msgid "Good morning, {name}"
msgstr "Guten Morgen, {name}"

msgid "{number} call"
msgid_plural "{number} calls"
msgstr[0] "{number} Anruf"
msgstr[1] "{number} Anrufe"

msgid "{number} note"
msgstr "{number} Notiz"

msgid "{number} notes"
msgstr "{number} Notizen"
"""
HEADER = """
msgid ""
msgstr ""
"Content-Type: text/plain; charset=utf-8\\n"
"Plural-Forms: nplurals=2; plural=(n != 1);\\n"
"""


@pytest.fixture(scope="module")
def ours() -> ModuleType:
    specification = importlib.util.spec_from_file_location("texts", ROOT / "scripts" / "texts.py")
    assert specification is not None
    assert specification.loader is not None
    module = importlib.util.module_from_spec(specification)
    specification.loader.exec_module(module)
    return module


@pytest.fixture
def house(ours: ModuleType, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A program of one file with one complete part of a catalogue."""
    (tmp_path / "simulators").mkdir()
    (tmp_path / "simulators" / "apart.py").write_text('say("Not for people")')
    (tmp_path / "words.py").write_text(SOURCE)
    catalogues = tmp_path / "texts" / "catalogue"
    (catalogues / "de").mkdir(parents=True)
    monkeypatch.setattr(ours, "SOURCE", tmp_path)
    monkeypatch.setattr(ours, "CATALOGUES", catalogues)
    write(tmp_path, "words", ENTRIES)
    return tmp_path


def write(house: Path, part: str, entries: str) -> None:
    file = house / "texts" / "catalogue" / "de" / f"{part}.po"
    file.write_text(HEADER + entries, "utf-8")


def faults(
    ours: ModuleType, capsys: pytest.CaptureFixture[str], *options: str
) -> tuple[int, list[str]]:
    code: int = ours.main(list(options))
    *found, _ = capsys.readouterr().out.splitlines()
    return code, found


def test_a_whole_catalogue_is_compiled(
    ours: ModuleType, house: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert faults(ours, capsys) == (0, [])
    compiled = (house / "texts" / "catalogue" / "de.mo").read_bytes()
    german = gettext.GNUTranslations(BytesIO(compiled))
    assert german.gettext("Good morning") == "Guten Morgen"
    assert german.gettext("{number} notes") == "{number} Notizen"
    assert german.ngettext("{number} call", "{number} calls", 1) == "{number} Anruf"
    assert german.ngettext("{number} call", "{number} calls", 5) == "{number} Anrufe"
    assert faults(ours, capsys, "--check") == (0, [])


def test_the_same_entries_give_the_same_bytes(
    ours: ModuleType, house: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    compiled = []
    for _ in range(2):
        ours.main([])
        compiled.append((house / "texts" / "catalogue" / "de.mo").read_bytes())
    assert compiled[0] == compiled[1]


@pytest.mark.parametrize(
    ("before", "after", "told"),
    [
        ('msgid "Good morning"\nmsgstr "Guten Morgen"', "", "not translated: 'Good morning'"),
        ('msgstr "Guten Morgen"', 'msgstr ""', "not translated: 'Good morning'"),
        ('msgid "Good morning"\n', '#, fuzzy\nmsgid "Good morning"\n', "not translated"),
        ('msgstr[1] "{number} Anrufe"', 'msgstr[1] ""', "not translated: ('{number} call'"),
        ('msgid "{number} note"\nmsgstr "{number} Notiz"', "", "not translated: '{number} note'"),
        ("Guten Morgen, {name}", "Guten Morgen", "has other places than its translation"),
        ("Guten Morgen, {name}", "Guten Morgen, {Name}", "has other places than its translation"),
        ('msgstr[1] "{number} Anrufe"', 'msgstr[1] "Anrufe"', "has other places"),
        ('msgstr[0] "{number} Anruf"', 'msgstr[0] "Anruf {name}"', "has other places"),
    ],
)
def test_what_is_missing_or_does_not_fit_is_told(
    ours: ModuleType,
    house: Path,
    capsys: pytest.CaptureFixture[str],
    before: str,
    after: str,
    told: str,
) -> None:
    assert before in ENTRIES
    write(house, "words", ENTRIES.replace(before, after))
    code, found = faults(ours, capsys)
    assert code == 1
    assert len(found) == 1
    assert told in found[0]


def test_what_nobody_says_is_told(
    ours: ModuleType, house: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    write(house, "others", 'msgid "Not for people"\nmsgstr "Nichts für Menschen"\n')
    assert faults(ours, capsys) == (1, ["others.po: 'Not for people' is said nowhere"])


def test_what_stands_in_two_parts_is_told(
    ours: ModuleType, house: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    write(house, "others", 'msgid "Good morning"\nmsgstr "Moin"\n')
    code, found = faults(ours, capsys)
    assert code == 1
    assert found == ["words.po: 'Good morning' stands in others.po as well"]


def test_a_compiled_file_that_is_behind_is_told(
    ours: ModuleType, house: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    behind = (1, ["de.mo is older than its parts: run make texts"])
    assert faults(ours, capsys, "--check") == behind
    ours.main([])
    write(house, "words", ENTRIES.replace("Guten Morgen", "Moin"))
    capsys.readouterr()
    assert faults(ours, capsys, "--check") == behind


def test_entries_are_made_for_what_is_missing(
    ours: ModuleType, house: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    write(house, "words", ENTRIES.replace('msgid "Good morning"\nmsgstr "Guten Morgen"', ""))
    ours.main(["--missing"])
    _header, *missing = read_po(BytesIO(capsys.readouterr().out.encode()))
    assert [message.id for message in missing] == ["Good morning"]


def test_all_that_we_say_is_translated_and_compiled(
    ours: ModuleType, capsys: pytest.CaptureFixture[str]
) -> None:
    assert faults(ours, capsys, "--check") == (0, [])
