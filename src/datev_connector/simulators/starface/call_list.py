"""The call list of every user: what each ended call was, from that user's side."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from datev_connector.simulators.starface.legs import Leg, Result, Side, State


@dataclass(frozen=True, slots=True, kw_only=True)
class Entry:
    """One line. Times are true UTC."""

    id: str
    call_id: str
    """Of the call at the PBX; not told to clients."""

    login: str
    side: Side
    result: Result
    caller_number: str
    called_number: str
    started_at: datetime
    ended_at: datetime
    duration_s: int
    group_id: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Query:
    """Filters of `callList.getCallList` (STARFACE UCI v30); times are true UTC."""

    start_before: datetime | None = None
    start_after: datetime | None = None
    direction: str = ""
    result: str = ""
    group: str = ""
    order: str = "startTime"
    descending: bool = True
    offset: int = 0
    limit: int = 100


class CallList:
    """Ended legs, oldest first."""

    def __init__(
        self, *, lag_s: float, now: Callable[[], datetime], new_id: Callable[[], str]
    ) -> None:
        self._lag = timedelta(seconds=lag_s)
        self._now = now
        self._new_id = new_id
        self._entries: list[Entry] = []

    def record(self, leg: Leg) -> None:
        """Enter an ended leg. A leg that never reached the user's account is not listed."""
        if leg.history == [State.HANGUP]:
            return
        now = self._now()
        self._entries.append(
            Entry(
                id=self._new_id(),
                call_id=leg.call_id,
                login=leg.login,
                side=leg.side,
                result=leg.result or Result.MISSED,
                caller_number=leg.caller.number,
                called_number=leg.called.number,
                started_at=leg.started_at,
                ended_at=now,
                duration_s=leg.duration_s(now),
                group_id=leg.group_id,
            )
        )

    def entries(self, login: str) -> list[Entry]:
        """All entries of a user that are visible by now."""
        visible = self._now() - self._lag
        return [e for e in self._entries if e.login == login and e.ended_at <= visible]

    def search(self, login: str, query: Query) -> tuple[list[Entry], int]:
        """One page of what fits, and how many fit in all."""
        found = [entry for entry in self.entries(login) if _fits(entry, query)]
        found.sort(key=_order(query.order), reverse=query.descending)
        return found[query.offset : query.offset + query.limit], len(found)

    def delete(self, login: str, ids: Sequence[str]) -> bool:
        """Remove entries of this user; whether all of them existed."""
        own = {entry.id for entry in self._entries if entry.login == login}
        self._entries = [e for e in self._entries if e.login != login or e.id not in ids]
        return own.issuperset(ids)


def _fits(entry: Entry, query: Query) -> bool:
    return (
        (query.start_before is None or entry.started_at < query.start_before)
        and (query.start_after is None or entry.started_at > query.start_after)
        and query.direction in ("", entry.side.value)
        and query.result in ("", entry.result.value)
        and _fits_group(entry.group_id, query.group)
    )


def _fits_group(group_id: str, wanted: str) -> bool:
    if wanted == "NON_GROUP":
        return not group_id
    return wanted in ("", group_id)


_ORDERS: Mapping[str, Callable[[Entry], Any]] = {
    "startTime": lambda entry: entry.started_at,
    "duration": lambda entry: entry.duration_s,
    "callerNumber": lambda entry: entry.caller_number,
    "calledNumber": lambda entry: entry.called_number,
    "direction": lambda entry: entry.side.value,
    "result": lambda entry: entry.result.value,
}


def _order(name: str) -> Callable[[Entry], Any]:
    return _ORDERS.get(name, _ORDERS["startTime"])
