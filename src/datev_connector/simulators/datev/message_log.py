"""Everything that crossed the telephony link, with its time, as it was sent."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Any

from datev_connector.simulators.datev.hresult import hresult_text
from datev_connector.simulators.datev.record import CallState

# A very long line is cut in the log; nobody reads beyond.
LOGGED_CHARACTERS = 4096


class Party(StrEnum):
    """Who sent a line, or caused an event."""

    CONNECTOR = "connector"
    DATEV = "DATEV"


@dataclass(frozen=True, slots=True, kw_only=True)
class LoggedLine:
    """One line, or (with `event`) something that happened to the link itself.

    connector: number of the connection, counted from 1; 0 where it concerns all of them.
    """

    at: datetime
    sender: Party
    connector: int
    text: str
    event: bool = False

    @property
    def message(self) -> dict[str, Any]:
        """The line as a JSON object; empty where it is none."""
        if self.event:
            return {}
        try:
            value = json.loads(self.text)
        except ValueError:
            return {}
        return value if isinstance(value, dict) else {}


class MessageLog:
    """Keeps lines in order; `clock` gives aware times."""

    def __init__(self, clock: Callable[[], datetime]) -> None:
        self._clock = clock
        self._lines: list[LoggedLine] = []

    @property
    def lines(self) -> Sequence[LoggedLine]:
        """All lines and events so far."""
        return tuple(self._lines)

    def sent(self, sender: Party, connector: int, line: bytes) -> None:
        """A line was written by DATEV, or read from a connector."""
        text = line.decode("utf-8", errors="replace").rstrip("\r\n")
        if len(text) > LOGGED_CHARACTERS:
            text = f"{text[:LOGGED_CHARACTERS]}... ({len(line)} bytes)"
        self._keep(sender, connector, text, event=False)

    def event(self, text: str, connector: int = 0, sender: Party = Party.DATEV) -> None:
        """Something happened to the link: a connection came, DATEV went away."""
        self._keep(sender, connector, text, event=True)

    def _keep(self, sender: Party, connector: int, text: str, *, event: bool) -> None:
        line = LoggedLine(
            at=self._clock(), sender=sender, connector=connector, text=text, event=event
        )
        self._lines.append(line)


COLUMNS = ("time", "from", "what", "CallID", "state", "number", "name", "result")


def log_rows(lines: Iterable[LoggedLine]) -> list[tuple[str, ...]]:
    """The log as rows of `COLUMNS`, times in the local zone."""
    return [_row(line) for line in lines]


def log_table(lines: Iterable[LoggedLine]) -> str:
    """The log as a table in plain text."""
    rows = [COLUMNS, *log_rows(lines)]
    widths = [max(len(row[column]) for row in rows) for column in range(len(COLUMNS))]
    return "\n".join(
        "  ".join(cell.ljust(width) for cell, width in zip(row, widths, strict=True)).rstrip()
        for row in rows
    )


def _row(line: LoggedLine) -> tuple[str, ...]:
    time = line.at.astimezone().strftime("%H:%M:%S.%f")[:-3]
    sender = f"{line.sender} {line.connector}" if line.connector else str(line.sender)
    message = line.message
    if not message:
        return (time, sender, line.text[:60], "", "", "", "", "")
    call = message.get("call")
    fields = call if isinstance(call, dict) else {}
    return (
        time,
        sender,
        str(message.get("method", "answer")) + f" #{message.get('id', '?')}",
        str(fields.get("CallID", "")),
        _state(fields) if "method" in message else "",
        str(fields.get("CalledNumber", "")),
        str(fields.get("Adressatenname", "")),
        _result(message),
    )


def _state(fields: dict[str, Any]) -> str:
    value = fields.get("CallState")
    if isinstance(value, int) and value in set(CallState):
        return CallState(value).name.capitalize()
    return ""


def _result(message: dict[str, Any]) -> str:
    code = message.get("hresult")
    return hresult_text(code) if isinstance(code, int) else ""
