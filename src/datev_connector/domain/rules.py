"""The office's rules for calls: which are shown, and which go to DATEV by themselves.

The German names in the docstrings are those of the settings window.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from datev_connector.domain.calls import Call

NOTE_LIMIT = 2000
"""Longest note in characters. DATEV's own limit is not documented; telephony programs use this."""
KEPT_LIMIT = 100_000
"""Longest text in characters that is kept as a draft: what was typed is not lost, DATEV or not."""


def note_length(note: str) -> int:
    """Count as DATEV does: strings of COM are made of 16-bit units, an emoji has two."""
    return sum(2 if ord(character) > 0xFFFF else 1 for character in note)


@dataclass(frozen=True, slots=True, kw_only=True)
class CallRules:
    """The switches of the section `[calls]`."""

    transfer_automatically: bool = False
    """Direkt übertragen."""
    only_datev_matches: bool = False
    skip_internal: bool = True
    only_answered: bool = False
    open_window: bool = True
    hide_internal: bool = False
    prefer_datev: bool = False
    first_best_contact: bool = False
    close_after_call: bool = False


def is_hidden(call: Call, rules: CallRules) -> bool:
    """Tell whether the call makes no window, no question and no transfer of its own."""
    return call.internal and rules.hide_internal and not call.from_datev


def opens_window(call: Call, rules: CallRules) -> bool:
    """Tell whether the call opens a window by itself."""
    if is_hidden(call, rules):
        return False
    return rules.open_window or not rules.transfer_automatically


def goes_to_datev(call: Call, rules: CallRules) -> bool:
    """Tell whether the call is to be in DATEV as things stand now.

    DATEV's own calls and those for which the button was pressed always are; of the others
    the automatic transfer takes what its refinements leave over. What was decided when a call
    ended stays, whatever the rules are today.
    """
    if call.from_datev or call.wanted:
        return True
    if call.owed is not None:
        return call.owed
    if not rules.transfer_automatically or is_hidden(call, rules):
        return False
    return not (
        (rules.skip_internal and call.internal)
        or (rules.only_datev_matches and call.datev_hits == 0)
        or (rules.only_answered and call.connected_at is None)
    )
