"""The form of a value: what it is like, and nothing of what it says.

A text becomes letters and digits that all look alike (`+49 721 98-0` is `+dd ddd dd-d`); an id that
comes again is known again by its number (`uuid 3`); members keep their names. Only words that are
known to be the protocol's own are kept.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime

from datev_connector.domain.masking import likeness

MOST_FORMS = 4
"""Different forms that are told of the entries of one list."""
DEEPEST = 8
EMPTY = "empty text"
UUID = re.compile(r"[0-9a-fA-F]{8}(?:-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12}")
MEMBER = re.compile(r"(?=.{1,40}$)[A-Za-z][A-Za-z_]*(?:[0-9]{1,2}[A-Za-z_]+)?[0-9]?")
"""Names of members; whoever keys a struct by numbers, ids or addresses is not given away."""
STATES = frozenset(
    {"INCOMING", "RINGING", "REQUESTED", "PROCEEDING", "OUTGOING", "RINGBACK", "CONNECTED"}
    | {"HANGUP", "PARKED", "CONSULT", "CONFERENCE_ACTIVE", "CONFERENCE_INACTIVE", "NEW"}
    | {"CONFERENCE_CONSULT", "VOICEMAIL_LINKED", "VOICEMAIL_MAIN", "CCBS", "LOGIN_LOGOUT"}
    | {"MUSICONHOLD_TEST", "COMPLETED", "VOICEMAILBOXLINKED", "LINKED", "NONE", "CFU", "CFB"}
    | {"CFNR", "CFI", "BLINDTRANSFER", "TRANSFER", "PICKUP", "BL_BACK", "INBOUND", "OUTBOUND"}
)
"""Words of UCI that say how a call is doing."""
WORD_MEMBERS = frozenset({"state", "forwardtype", "calldirection", "direction", "result", "type"})
"""Members that hold such a word, and no name."""
COUNTS = frozenset({"page", "pagesize", "totalpages", "totalcount", "count"})
"""Members that say how many, and no number of anybody."""
WORD = re.compile(r"[A-Za-z]{2,20}(?:_[A-Za-z]{1,20}){0,3}")
SERVICE = re.compile(r"ucp\.v\d{1,3}(?:\.[A-Za-z]{1,30}){1,6}")


class Forms:
    """The forms of one capture; ids are numbered in the order in which they turn up."""

    def __init__(self) -> None:
        """Know no id yet."""
        self._ids: dict[str, int] = {}

    @property
    def known(self) -> int:
        """How many ids are known again."""
        return len(self._ids)

    def of(  # noqa: PLR0911 -- one line a kind
        self, value: object, member: str = "", depth: int = 0
    ) -> object:
        """What a value is like, as JSON has it."""
        if depth > DEEPEST:
            return "deeper"
        match value:
            case None | bool():
                return value
            case int():
                return _of_whole(value, member)
            case float():
                return "number"
            case str():
                return self.of_text(value, member)
            case datetime():
                return "date and time" + ("" if value.tzinfo is None else " with zone")
            case bytes():
                return "binary"
            case Mapping():
                return self._of_struct(value, depth)
            case Sequence():
                return {"list": len(value), "of": self._different(value, member, depth)}
            case _:
                return type(value).__name__

    def of_text(self, text: str, member: str = "") -> str:
        """What a text is like."""
        if not text:
            return EMPTY
        if UUID.fullmatch(text):
            return f"uuid {self._ids.setdefault(text.lower(), len(self._ids) + 1)}"
        if SERVICE.fullmatch(text) or _is_word(text, member):
            return text
        return likeness(text)

    def _of_struct(self, struct: Mapping[object, object], depth: int) -> dict[str, object]:
        found: dict[str, object] = {}
        for name, value in struct.items():
            text = str(name)
            shown = text if MEMBER.fullmatch(text) else f"a name like {likeness(text)}"
            found[shown] = self.of(value, text, depth + 1)
        return found

    def _different(self, values: Iterable[object], member: str, depth: int) -> list[object]:
        found: list[object] = []
        for value in values:
            form = self.of(value, member, depth + 1)
            if form not in found:
                found.append(form)
            if len(found) == MOST_FORMS:
                break
        return found


def _of_whole(number: int, member: str) -> object:
    if member.lower() in COUNTS:
        return number
    return f"whole number, {number.bit_length()} bits"


def _is_word(text: str, member: str) -> bool:
    """Tell whether it is one of the protocol's own words."""
    if member.lower() not in WORD_MEMBERS or not WORD.fullmatch(text):
        return False
    return text.upper() in STATES
