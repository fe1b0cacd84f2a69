"""What the checker has to say about a message: a broken rule, or a hint, in plain words."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum


class Rule(StrEnum):
    """Which rule of the contract a finding is about."""

    LINK = "link"  # line, JSON, id, method name, answer form
    FIELDS = "fields"  # eleven fields, types, null, values outside an enumeration
    CALL_ID = "call-id"
    SYNC_ID = "sync-id"
    CHAIN = "chain"
    LATE_LIVE = "late-live"  # a live notification for a call of an earlier life of DATEV
    DIRECTION = "direction"
    TIMES = "times"
    CONTACT = "contact"
    SOURCE = "data-source"
    ADRESSAT = "adressat-changed"
    JOURNAL = "journal"
    NUMBER = "number"
    NOTE = "note"
    DIAL = "dial"
    DROP = "drop"


@dataclass(frozen=True, slots=True, kw_only=True)
class Finding:
    """One sentence about one message. A `hint` is worth a look but breaks no certain rule."""

    rule: Rule
    text: str
    call_id: str = ""
    hint: bool = False

    def __str__(self) -> str:
        about = f"call {self.call_id}: " if self.call_id else ""
        return f"[{self.rule}] {about}{self.text}"
