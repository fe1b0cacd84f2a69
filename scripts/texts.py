"""Collects what the program says, checks that all of it is translated, compiles the catalogue.

The translations of a tongue are in several files (`catalogue/de/*.po`), one for each part of the
program, in any order. `texts.py` checks them and writes `catalogue/de.mo`; with `--check` it only
checks, the compiled file included. With `--missing` it prints entries for what is untranslated.
"""

from __future__ import annotations

import ast
import io
import re
import string
import sys
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

from babel.messages.catalog import Catalog, Message
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po, write_po

ROOT = Path(__file__).parents[1]
SOURCE = ROOT / "src" / "datev_connector"
CATALOGUES = SOURCE / "texts" / "catalogue"
TONGUE = "de"
BEGINNING = datetime(2026, 11, 23, tzinfo=UTC)
"""Stands in the header in place of the time, so that the same entries give the same file."""
SINGLE = {"say": 1, "worded": 1, "counted": 2}
"""Who says something, and how many texts it is that stand first, each for itself."""
PLURAL = {"count"}
"""Who says one text in two forms."""
APART = ("simulators/", "app/demo/", "app/commands/")
"""What speaks to terminals in words of its own."""

Id = str | tuple[str, ...]


def main(options: list[str]) -> int:
    """Check and compile; return the exit code."""
    said, parts = collected(), list(read_parts())
    faults = [*untranslated(said, parts), *wrong(said, parts), *unfit()]
    if "--missing" in options:
        print_missing(said, parts)
        return 0
    compiled, file = compile_parts(parts), CATALOGUES / f"{TONGUE}.mo"
    if "--check" not in options:
        file.write_bytes(compiled)
    elif not file.exists() or file.read_bytes() != compiled:
        faults.append(f"{file.name} is older than its parts: run make texts")
    for fault in faults:
        print(fault)
    print(f"{len(said)} texts, {len(faults)} faults")
    return 1 if faults else 0


def collected() -> dict[Id, str]:
    """All that the source says, and where."""
    found: dict[Id, str] = {}
    for name, node in calls():
        for text in said_by(node):
            if text and not only_places(text):
                found.setdefault(text, f"{name}:{node.lineno}")
    return found


def said_by(call: ast.Call) -> Iterator[Id]:
    """The texts that a call says; none for what only has such a name."""
    name = said_with(call)
    many = how_many(name)
    forms = tuple(
        one.value
        for one in call.args[:many]
        if isinstance(one, ast.Constant) and isinstance(one.value, str)
    )
    if len(forms) < many:
        return
    if name in PLURAL:
        yield forms
    else:
        yield from forms


def said_with(call: ast.Call) -> str:
    """The name of what is called; one of our own for the same has a line before its name."""
    return str(getattr(call.func, "attr", "") or getattr(call.func, "id", "")).lstrip("_")


def how_many(name: str) -> int:
    """How many texts stand first in a call of this name."""
    return 2 if name in PLURAL else SINGLE.get(name, 0)


def put_together(call: ast.Call) -> bool:
    """Tell whether a text is made from parts on the spot: no catalogue can know it."""
    texts = call.args[: how_many(said_with(call))]
    return any(
        isinstance(part, ast.JoinedStr)
        or (isinstance(part, ast.BinOp) and holds_letters(part))
        or (isinstance(part, ast.IfExp) and holds_letters(part))
        for part in texts
    )


def holds_letters(part: ast.expr) -> bool:
    """Tell whether words stand in an expression itself, not in what it calls."""
    if isinstance(part, ast.Constant):
        return isinstance(part.value, str) and bool(re.search(r"\w{2}", part.value))
    if isinstance(part, ast.BinOp):
        return holds_letters(part.left) or holds_letters(part.right)
    if isinstance(part, ast.IfExp):
        return holds_letters(part.body) or holds_letters(part.orelse)
    return isinstance(part, ast.JoinedStr)


def unfit() -> Iterator[str]:
    """What is said in a way that hides it from the catalogue."""
    for name, call in calls():
        if put_together(call):
            yield f"{name}:{call.lineno}: not one text as it stands: {ast.unparse(call)[:80]}"


def calls() -> Iterator[tuple[str, ast.Call]]:
    """All calls of the source, each with its file."""
    for file in sorted(SOURCE.rglob("*.py")):
        name = file.relative_to(SOURCE).as_posix()
        if not name.startswith(APART):
            tree = ast.parse(file.read_text("utf-8"))
            yield from ((name, node) for node in ast.walk(tree) if isinstance(node, ast.Call))


def only_places(text: Id) -> bool:
    """Tell whether there is nothing to translate but places."""
    return isinstance(text, str) and not re.search(r"\w", re.sub(r"\{[^}]*\}", "", text))


def read_parts() -> Iterator[tuple[Path, Catalog]]:
    """The files of the tongue."""
    for file in sorted((CATALOGUES / TONGUE).glob("*.po")):
        with file.open("rb") as stream:
            yield file, read_po(stream, locale=TONGUE, abort_invalid=True)


def messages(parts: list[tuple[Path, Catalog]]) -> Iterator[tuple[Path, Message]]:
    """All entries of all files."""
    for file, catalogue in parts:
        for message in catalogue:
            if message.id:
                yield file, message


def id_of(message: Message) -> Id:
    """The text of an entry as the source says it."""
    return message.id if isinstance(message.id, str) else tuple(message.id)


def forms_of(message: Message) -> tuple[str, ...]:
    """The translation of an entry, in all its forms."""
    given = message.string
    return (given or "",) if isinstance(given, str | None) else tuple(given)


def is_done(message: Message) -> bool:
    """Tell whether an entry has all of its translation."""
    return all(forms_of(message)) and not message.fuzzy


def untranslated(said: dict[Id, str], parts: list[tuple[Path, Catalog]]) -> Iterator[str]:
    """What is said without a translation."""
    done = {id_of(message) for _, message in messages(parts) if is_done(message)}
    for text, place in said.items():
        if text not in done:
            yield f"{place}: not translated: {text!r}"


def wrong(said: dict[Id, str], parts: list[tuple[Path, Catalog]]) -> Iterator[str]:
    """Entries that nobody says, that are there twice, or whose places differ."""
    seen: dict[Id, Path] = {}
    for file, message in messages(parts):
        text = id_of(message)
        where = f"{file.name}: {text!r}"
        if text not in said:
            yield f"{where} is said nowhere"
        if text in seen:
            yield f"{where} stands in {seen[text].name} as well"
        seen[text] = file
        if is_done(message) and not fits(text, forms_of(message)):
            yield f"{where} has other places than its translation"


def fits(text: Id, translation: tuple[str, ...]) -> bool:
    """Tell whether a translation has the places of its text; of two forms, each for itself."""
    forms = (text,) if isinstance(text, str) else text
    return len(forms) == len(translation) and all(
        places(one) == places(other) for one, other in zip(forms, translation, strict=True)
    )


def places(text: str) -> set[str]:
    """The names of the places in a text."""
    try:
        return {name for _, name, _, _ in string.Formatter().parse(text) if name}
    except ValueError:  # a brace alone: it can only be said without values
        return set()


def compile_parts(parts: list[tuple[Path, Catalog]]) -> bytes:
    """The catalogue as gettext reads it; the same bytes for the same entries."""
    whole = Catalog(
        locale=TONGUE,
        project="DATEV Connector for STARFACE",
        version="",
        creation_date=BEGINNING,
        revision_date=BEGINNING,
        fuzzy=False,
    )
    for _, message in messages(parts):
        whole.add(message.id, message.string)
    out = io.BytesIO()
    write_mo(out, whole)
    return out.getvalue()


def print_missing(said: dict[Id, str], parts: list[tuple[Path, Catalog]]) -> None:
    """Entries to be filled in, with their places."""
    done = {id_of(message) for _, message in messages(parts) if is_done(message)}
    empty = Catalog(locale=TONGUE)
    for text, place in said.items():
        if text not in done:
            name, _, line = place.rpartition(":")
            empty.add(text, locations=[(name, int(line))])
    out = io.BytesIO()
    write_po(out, empty, omit_header=True, width=100)
    print(out.getvalue().decode())


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
