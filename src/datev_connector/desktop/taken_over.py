"""What came from the connector that was here before, as windows are given it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class TakenSetting:
    """What became of one setting of the connector that was here before."""

    name: str
    """As it was called there."""
    option: str
    """`section.key` of ours; empty: it is none of ours."""
    words: str
    """May be `Worded`."""


@dataclass(frozen=True, slots=True, kw_only=True)
class TakenOver:
    """What was taken over of the settings of the connector that was here before."""

    at: datetime
    """UTC."""
    summary: str
    """May be `Worded`."""
    settings: tuple[TakenSetting, ...]
