"""How strict the checker is where the contract leaves room or is not known for certain."""

from __future__ import annotations

from dataclasses import dataclass

ADDRESSEES = "DATEV_Adressaten"
INSTITUTIONS = "DATEV_Institutionen"
DATEV_SOURCES = frozenset({ADDRESSEES, INSTITUTIONS})


@dataclass(frozen=True, slots=True, kw_only=True)
class Rules:
    """Settings of the checker.

    own_source: the telephony program's short name; None accepts any short name that stays the same.
    own_source_limit: how long a "short" name may be, in characters.
    note_limit: longest note that earns no hint, in characters; DATEV's own limit is not known.
    late_after_s: a live call's end older than this on arrival earns a hint; None switches it off.
    """

    own_source: str | None = None
    own_source_limit: int = 20
    note_limit: int | None = 2000
    late_after_s: float | None = 60.0
