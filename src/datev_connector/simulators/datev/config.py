"""How a DATEV stand-in is set up."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, datetime, tzinfo

from datev_connector.simulators.datev.rules import Rules


def utc_now() -> datetime:
    """The real time."""
    return datetime.now(UTC)


@dataclass(frozen=True, slots=True, kw_only=True)
class DatevConfig:
    """Addresses, strictness and data of one stand-in.

    port: of the telephony link; 0 takes any free one.
    clock: aware time; zone: DATEV's wall clock, None for this machine's.
    max_line_bytes: longer lines of a connector are a violation and end its connection.
    """

    host: str = "127.0.0.1"
    port: int = 0
    rules: Rules = field(default_factory=Rules)
    clock: Callable[[], datetime] = utc_now
    zone: tzinfo | None = None
    max_line_bytes: int = 1024 * 1024
