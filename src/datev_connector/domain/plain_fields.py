"""The short way for what most fields of master data hold: one German number and nothing else.

A complete load reads a hundred thousand of them. `numbers.read_stored` reads any field and is the
measure: where the short way gives an answer, it is the same.
"""

from __future__ import annotations

import re
from typing import Final

from datev_connector.domain import numbering, spelling
from datev_connector.domain.dial_plan import DialPlan

# Of no service (those begin with 11 or 19), and as long as German numbers are.
_GERMAN: Final = re.compile(
    r"(?:00|\+)(49(?:[2-9]\d{3,14}|1[2-8]\d{2,13}))|0([2-9]\d{3,14}|1[2-8]\d{2,13})", re.ASCII
)


def plain_key(text: str, standardised: str, plan: DialPlan) -> tuple[str, str | None] | None:
    """Return E.164 digits and stem of a field that holds one German number and nothing else.

    It is what `read_stored` would read; None: ask that.
    """
    written = spelling.quickly_written(text) if text else None
    key = _plain_digits(standardised, plan) if standardised else ""
    if key is None or (text and written is None):
        return None
    if written is None:
        return (key, None) if key else None
    typed = _plain_digits(written.digits, plan)
    if not typed or (key and key != typed):
        return None
    return typed, numbering.stem(typed, written.direct, plan.country) if written.direct else None


def _plain_digits(digits: str, plan: DialPlan) -> str | None:
    """Return the E.164 digits of a German number that nothing but its own digits decide on."""
    if len(digits) <= plan.internal_digits or digits in plan.accounts:
        return None
    found = _GERMAN.fullmatch(digits)
    if found is None:
        return None
    world, national = found.groups()
    if world is None and plan.country == "DE":
        return f"49{national}"
    return world
