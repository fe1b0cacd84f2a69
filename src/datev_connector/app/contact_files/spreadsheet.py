"""What spreadsheets do to telephone numbers: known, so that it can be said or undone."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final

from datev_connector.app.contact_files.outcome import Hint

_USUAL: Final = re.compile(r"[+(0-9][0-9 ()/-]*[1-9][0-9 ()/-]*")
"""What no spreadsheet has spoiled; most numbers, so it is asked first."""
_AS_TEXT: Final = re.compile(r'="(.*)"')
_POWER: Final = re.compile(r"[+-]?\d+(?:[.,]\d+)?E[+-]?\d+", re.IGNORECASE)
_NOUGHT: Final = re.compile(r"0+(?:[.,]0+)?")
_AMOUNT: Final = re.compile(r"(\+?\d{3,})[.,]0{1,2}")
_ERROR: Final = re.compile(r"#[A-ZÄÖÜ/0-9]+[!?]?", re.IGNORECASE)
_TWICE_ENCODED: Final = re.compile("Ã[¤¶¼Ÿ„–œ©¨]")
_FEW: Final = 5
_SHORTEST: Final = 7
_HOW: Final = "format the column as text, fill it anew and save it again"


@dataclass(frozen=True, slots=True)
class NumberCell:
    """A number as a spreadsheet has left it."""

    text: str
    """As far as it can be used."""
    fault: str = ""
    """Why it cannot be used; continues "The number ..."."""
    hint: str = ""
    """What was done to it; continues "The number ..."."""


def text(cell: str) -> str:
    """Return a cell without what makes a spreadsheet take it for a text: `'0721`, `="0721"`."""
    if cell.startswith("="):
        found = _AS_TEXT.fullmatch(cell)
        return found[1].strip() if found is not None else cell
    return cell[1:].lstrip() if cell.startswith("'") else cell


def number(cell: str) -> NumberCell:
    """Return a cell that should hold a telephone number."""
    plain = text(cell)
    if not plain or _USUAL.fullmatch(plain):
        return NumberCell(plain)
    if _POWER.fullmatch(plain):
        fault = f"was turned into {plain!r} by a spreadsheet, and its last digits are lost; {_HOW}"
        return NumberCell("", fault=fault)
    if _NOUGHT.fullmatch(plain) or _ERROR.fullmatch(plain):
        return NumberCell("", fault=f"is {plain!r}, which a spreadsheet shows for nothing")
    amount = _AMOUNT.fullmatch(plain)
    if amount is not None:
        hint = f"was turned into the amount {plain!r} by a spreadsheet; {amount[1]!r} was taken"
        return NumberCell(amount[1], hint=hint)
    if not any(map(str.isdecimal, plain)):
        return NumberCell("", fault="holds no digit")
    return NumberCell(plain)


class Sight:
    """Sees what only many lines together show. Both are told once, at the first line."""

    def __init__(self) -> None:
        self._bare = 0
        self._first_bare = 0
        self._with_zero = False
        self._first_twice = 0

    def see(self, line: int, name: str, number: str) -> None:
        """Look at a line."""
        if not self._with_zero and number.isdecimal() and len(number) >= _SHORTEST:
            self._with_zero = number.startswith("0")
            self._bare += 1
            self._first_bare = self._first_bare or line
        if not self._first_twice and "Ã" in name and _TWICE_ENCODED.search(name):
            self._first_twice = line

    def doubts(self) -> Iterator[Hint]:
        """Return what is odd about the whole."""
        if self._bare >= _FEW and not self._with_zero:
            reason = (
                f"no number of mere digits begins with 0, here and in {self._bare - 1} more lines: "
                f"a spreadsheet may have taken their zeros away; if so, {_HOW}"
            )
            yield Hint(line=self._first_bare, field="number", reason=reason)
        if self._first_twice:
            reason = "has signs of a file that was saved in the wrong encoding; save it as UTF-8"
            yield Hint(line=self._first_twice, field="name", reason=reason)
