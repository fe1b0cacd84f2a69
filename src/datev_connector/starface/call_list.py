"""What became of a call that the user did not answer, by the PBX's call list (STARFACE UCI v30).

Events cannot tell a missed group call from one that a colleague took; the call list can. Its
entries are matched by the id of the call where they carry it, else by number and time.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta

from datev_connector.domain.calls import Call, Direction, Outcome
from datev_connector.starface.uci_calls import read_timestamp
from datev_connector.starface.xmlrpc import Value

NEAR = timedelta(seconds=30)
"""How far the start in the list may be from ours and still mean the same call."""

TELLING_DIGITS = 6
"""Numbers that agree in so many last digits are the same, whatever stands before them."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Entry:
    """One line of the call list, as far as we need it."""

    ids: frozenset[str]
    incoming: bool
    result: str
    """Upper case, without separators."""
    elsewhere: bool
    number: str
    started: datetime | None


def read_entries(value: Value) -> tuple[Entry, ...]:
    """The entries in the answer to `getCallList`; what cannot be read is left out."""
    entries = value.get("entries") if isinstance(value, Mapping) else value
    if not isinstance(entries, list):
        return ()
    return tuple(_entry(item) for item in entries if isinstance(item, Mapping))


def outcome_of(
    call: Call, entries: tuple[Entry, ...], to_utc: Callable[[datetime], datetime]
) -> Outcome | None:
    """What the list says about `call`; None if it has no entry, or one that says nothing."""
    entry = _entry_of(call, entries, to_utc)
    return None if entry is None else _outcome(call, entry)


def _outcome(call: Call, entry: Entry) -> Outcome | None:
    answered_by_user = call.connected_at is not None or call.direction is Direction.OUTGOING
    if entry.elsewhere:
        return Outcome.ANSWERED_ELSEWHERE
    if entry.result in {"ANSWERED", "CONNECTED"}:
        return Outcome.ANSWERED if answered_by_user else Outcome.ANSWERED_ELSEWHERE
    if entry.result in {"MISSED", "NOTCONNECTED", "NOTANSWERED", "UNANSWERED", "BUSY", "FAILED"}:
        return Outcome.MISSED if call.direction is Direction.INCOMING else Outcome.UNREACHED
    return None


def _entry_of(
    call: Call, entries: tuple[Entry, ...], to_utc: Callable[[datetime], datetime]
) -> Entry | None:
    for entry in entries:
        if call.pbx_call in entry.ids:
            return entry
    incoming = call.direction is Direction.INCOMING
    fitting = [
        (abs(to_utc(entry.started) - call.began_at), index, entry)
        for index, entry in enumerate(entries)
        if entry.started is not None
        and entry.incoming is incoming
        and same_number(entry.number, call.number)
    ]
    near = [fit for fit in fitting if fit[0] <= NEAR]
    return min(near)[2] if near else None


def same_number(one: str, other: str) -> bool:
    """Tell whether two spellings mean one number; two withheld numbers count as the same."""
    one, other = (_digits(number) for number in (one, other))
    if min(len(one), len(other)) < TELLING_DIGITS:
        return one == other
    return one.endswith(other) or other.endswith(one)


def _digits(number: str) -> str:
    """The digits without leading zeros, which differ between `0049...`, `+49...` and `0...`."""
    digits = "".join(character for character in number if character.isdigit())
    return digits.lstrip("0") if len(digits) > TELLING_DIGITS else digits


def _entry(item: Mapping[str, Value]) -> Entry:
    members = {name.lower(): value for name, value in item.items()}
    incoming = str(members.get("direction", "")).upper() in {"INBOUND", "INCOMING"}
    result = str(members.get("result", "")).upper().replace("_", "").replace("-", "")
    flags = [name for name, value in members.items() if value is True or value == "true"]
    number = members.get("callernumber" if incoming else "callednumber")
    return Entry(
        ids=frozenset(value for value in members.values() if isinstance(value, str) and value),
        incoming=incoming,
        result=result,
        # The PBX's own database spells it "answeredelswhere".
        elsewhere=any("elsewhere" in n or "elswhere" in n for n in (result.lower(), *flags)),
        number=number if isinstance(number, str) else "",
        started=read_timestamp(members.get("starttime")),
    )
