"""No text for a person is put together where windows could not say it in another language.

Whatever the rooms below the windows tell people has to be made by `worded`, `counted`, `joined` or
`sentence`: an f-string forgets what it was made of.
"""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from pathlib import Path

import pytest

SOURCE = Path(__file__).parents[2] / "src" / "datev_connector"
ROOMS = ("domain", "engine", "starface", "datev", "network", "store", "app")
APART = (
    "app/commands/",  # speak to terminals in words of their own
    "app/demo/",
    "app/running/console.py",
    "app/diagnosis/command.py",
    "app/diagnosis/page.py",
    "app/contact_files/",  # only commands read files
    "domain/contract.py",  # for developers: what no version of ours does
    "domain/mending.py",  # only a command reports what is wrong with contacts
)
FOR_PEOPLE = {"reason", "remedy", "meaning", "found", "tried", "what", "refused", "hint", "why"}
"""Names of what people read, as keywords and as variables."""
SPEAKERS = {
    "TellUser": 1,
    "PlaceRefused": 1,
    "NotAllowed": 1,
    "StoreError": 2,
    "WrongKey": 2,
    "Corrupt": 2,
    "NewerSchema": 2,
    "ReadOnly": 2,
    "Full": 2,
    "Busy": 2,
    "Overtaken": 2,
    "StoreKeyError": 1,
    "KeyringUnavailable": 1,
    "Undiallable": 1,
    "Refused": 2,
    "well": 3,
    "flawed": 2,
    "left_out": 2,
    "leg_seen": 1,
    "trouble_seen": 1,
}
"""Calls whose first arguments people read."""
NO_TEXTS = {"Response"}
"""Calls that name something else so."""


def files() -> list[Path]:
    found = (file for room in ROOMS for file in sorted((SOURCE / room).rglob("*.py")))
    return [file for file in found if not name_of(file).startswith(APART)]


def name_of(file: Path) -> str:
    return file.relative_to(SOURCE).as_posix()


def texts(tree: ast.AST) -> Iterator[ast.expr]:
    """All expressions that give a text for people."""
    for node in ast.walk(tree):
        match node:
            case ast.Call(func=func) if called(func) not in NO_TEXTS:
                yield from node.args[: SPEAKERS.get(called(func), 0)]
                yield from (one.value for one in node.keywords if one.arg in FOR_PEOPLE)
            case ast.Assign(targets=[ast.Name(id=name)], value=value) if name in FOR_PEOPLE:
                yield value
            case ast.AugAssign(target=ast.Name(id=name), value=value) if name in FOR_PEOPLE:
                yield value


def called(func: ast.expr) -> str:
    return str(getattr(func, "attr", "") or getattr(func, "id", ""))


def bare(text: ast.expr) -> Iterator[ast.expr]:
    """The parts of an expression that no catalogue can know."""
    match text:
        case ast.IfExp(body=body, orelse=orelse):
            parts = [body, orelse]
        case ast.BoolOp(values=parts) | ast.Tuple(elts=parts):
            pass
        case _:
            if forgets(text):
                yield text
            return
    for part in parts:
        yield from bare(part)


def forgets(text: ast.expr) -> bool:
    match text:
        case ast.JoinedStr(values=parts):
            return any(isinstance(one, ast.Constant) and is_said(str(one.value)) for one in parts)
        case ast.Constant(value=str(said)):
            return is_said(said)
        case ast.BinOp(op=ast.Add() | ast.Mod()):
            return True
        case ast.Call(func=ast.Attribute(attr="join" | "format" | "replace" | "strip")):
            return True
    return False


def is_said(text: str) -> bool:
    """Tell whether these are words; one word alone is a value of the program."""
    return re.search(r"\w \w|\w[.:;,!?]|[.:;,!?] ?\w", text) is not None


@pytest.mark.parametrize("file", files(), ids=name_of)
def test_texts_for_people_are_worded(file: Path) -> None:
    tree = ast.parse(file.read_text("utf-8"))
    found = [
        f"{name_of(file)}:{part.lineno}: {ast.unparse(part)}"
        for text in texts(tree)
        for part in bare(text)
    ]
    assert not found


@pytest.mark.parametrize(
    "code",
    [
        'LegReport(reason="It is broken.")',
        'LegReport(reason=f"{host} is broken.")',
        'LegReport(reason=worded("It") + ".", remedy="")',
        'LegReport(remedy="Mend it." if broken else "")',
        'LegReport(remedy=given or "Mend it.")',
        'LegReport(remedy=" ".join(remedies))',
        'TellUser("It is %s." % state, call)',
        'TellUser("It is {}.".format(state))',
        'reason = f"It is {state}."',
        'reason += f"; it is {state}"',
        'StoreError(worded("It is broken."), "Mend it.")',
    ],
)
def test_what_forgets_its_words_is_found(code: str) -> None:
    assert [part for text in texts(ast.parse(code)) for part in bare(text)]


@pytest.mark.parametrize(
    "code",
    [
        'LegReport(reason=worded("It is broken."), remedy="")',
        'LegReport(reason=joined(one, worded("It is {state}.", state="down")))',
        'TellUser(report.reason, "call-1")',
        'h11.Response(reason="Not Found")',
        "found = f'{name} {version}'",
        'note = f"It is {state}."',
    ],
)
def test_what_remembers_its_words_is_not_found(code: str) -> None:
    assert not [part for text in texts(ast.parse(code)) for part in bare(text)]
