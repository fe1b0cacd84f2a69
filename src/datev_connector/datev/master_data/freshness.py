"""How thoroughly master data are read, how far that is, and what came of it."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from datev_connector.datev.master_data.trouble import Trouble


class Grade(StrEnum):
    """How thoroughly; see `index`."""

    ANEW = "anew"
    COMPARED = "compared"
    CHANGED = "changed"


@dataclass(frozen=True, slots=True, kw_only=True)
class Progress:
    """How far a refresh is."""

    done: int
    """Contacts."""
    of: int | None = None
    """None as long as nobody knows how many there will be."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Outcome:
    """What a refresh has done."""

    grade: Grade
    """What it was in the end; at least as thorough as what was asked for."""
    fetched: int
    """Contacts that were read and kept."""
    removed: int = 0
    left_out: int = 0
    """Contacts that could not be read, or were of no use."""
    clients: Trouble | None = None
    """Why client numbers could not be read; None: they could, or this way has none."""
