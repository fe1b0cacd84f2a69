"""The PBX's call list (STARFACE UCI v30): what became of a call, and which calls nobody saw.

Events cannot tell a missed group call from one that a colleague took, and no event comes while
the line is cut; the call list knows both. Its entries are matched by the id of the call where they
carry it, else by number and time. Only some of its members are published, so everything may be
missing, spelled otherwise or of another type: an entry that says neither which way a call went nor
when it began is passed over, and all others tell what they can.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from datev_connector.domain.calls import Call, Direction, ListedCall, Outcome
from datev_connector.domain.inputs import CallListRead
from datev_connector.starface.wire.uci_calls import read_timestamp
from datev_connector.starface.wire.xmlrpc import Value

NEAR = timedelta(seconds=30)
"""How far the start in the list may be from ours and still mean the same call."""

TELLING_DIGITS = 6
"""Numbers that agree in so many last digits are the same, whatever stands before them."""

GAP_MARGIN = timedelta(minutes=5)
"""So far around a gap the list is read: the calls that we know must meet their own entries."""

LONG_TALK = timedelta(hours=4)
"""So much earlier may a conversation have begun that ended in the gap."""

LONGEST_TALK = timedelta(days=7)
LONGEST_TEXT = 200

DIRECTIONS = {
    "INBOUND": Direction.INCOMING,
    "INCOMING": Direction.INCOMING,
    "OUTBOUND": Direction.OUTGOING,
    "OUTGOING": Direction.OUTGOING,
}
ANSWERED = frozenset({"ANSWERED", "CONNECTED"})
UNANSWERED = frozenset({"MISSED", "NOTCONNECTED", "NOTANSWERED", "UNANSWERED", "BUSY", "FAILED"})
IDS = (
    *("callid", "calluuid", "callguid", "callleguuid", "uuid", "guid"),
    *("id", "entryid", "listentryid", "calllistentryid"),
)
"""Members that may name the call or the entry, those of the call first; none is published."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Entry:
    """One line of the call list, as far as we need it."""

    values: frozenset[str]
    """All its texts: one of them may be the id of the call."""
    ids: tuple[str, ...]
    """What most likely is an id of the call or of this line, the best first."""
    direction: Direction | None
    result: str
    """Upper case, without separators."""
    elsewhere: bool
    number: str
    name: str
    group: str
    started: datetime | None
    talked: timedelta | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Listing:
    """What one answer to `getCallList` told."""

    calls: tuple[ListedCall, ...]
    entries: int
    """How many entries the answer held."""
    unread: int
    """How many of them could not be read."""
    total: int | None
    """How many there are in all, if the PBX says so."""


# --- what became of one call ----------------------------------------------------------------------


def read_entries(value: Value) -> tuple[Entry, ...]:
    """The entries in the answer to `getCallList`; what cannot be read is left out."""
    return tuple(_entry(item) for item in _items(value) if isinstance(item, Mapping))


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
    if entry.result in ANSWERED:
        # Whoever watched a call to its end has seen who answered; whoever did not has not.
        seen_by_user = answered_by_user or call.ended_unseen
        return Outcome.ANSWERED if seen_by_user else Outcome.ANSWERED_ELSEWHERE
    return _unanswered(call.direction) if entry.result in UNANSWERED else None


def _unanswered(direction: Direction) -> Outcome:
    return Outcome.MISSED if direction is Direction.INCOMING else Outcome.UNREACHED


def _entry_of(
    call: Call, entries: tuple[Entry, ...], to_utc: Callable[[datetime], datetime]
) -> Entry | None:
    for entry in entries:
        if call.pbx_call in entry.values:
            return entry
    incoming = call.direction is Direction.INCOMING
    fitting = [
        (abs(began_at - call.began_at), index, entry)
        for index, entry in enumerate(entries)
        if (began_at := _began_at(entry, to_utc)) is not None
        and (entry.direction is Direction.INCOMING) is incoming
        and same_number(entry.number, call.number)
    ]
    near = [fit for fit in fitting if fit[0] <= NEAR]
    return min(near)[2] if near else None


def _began_at(entry: Entry, to_utc: Callable[[datetime], datetime]) -> datetime | None:
    """The UTC time; None if the entry names none, or one at the ends of the calendar."""
    try:
        return None if entry.started is None else to_utc(entry.started)
    except (OverflowError, ValueError):
        return None


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


# --- the calls of a gap ---------------------------------------------------------------------------


def read_listing(value: Value, to_utc: Callable[[datetime], datetime]) -> Listing:
    """The calls in an answer to `getCallList`, whatever it is; `to_utc` takes PBX wall clock."""
    items = _items(value)
    calls = [_listed(_entry(item), to_utc) for item in items if isinstance(item, Mapping)]
    read = tuple(call for call in calls if call is not None)
    total = value.get("totalCount") if isinstance(value, Mapping) else None
    return Listing(
        calls=read,
        entries=len(items),
        unread=len(items) - len(read),
        total=total if isinstance(total, int) and not isinstance(total, bool) else None,
    )


def calls_of_gap(
    listings: Iterable[Listing], *, at: datetime, since: datetime, until: datetime
) -> CallListRead:
    """What the desk is told of a gap, by the pages of the list from around it; times are UTC.

    `since` is when the line was last known to work, `until` when it did again, `at` is now. A
    conversation that reached into the gap belongs to it, whenever it began.
    """
    calls = dict.fromkeys(call for listing in listings for call in listing.calls)
    shared = {i for i, count in Counter(i for call in calls for i in call.ids).items() if count > 1}
    around = sorted(
        (
            # What several entries have in common names none of them.
            replace(call, ids=tuple(each for each in call.ids if each not in shared))
            for call in calls
            if _ended_at(call) >= since - GAP_MARGIN and call.began_at <= until + GAP_MARGIN
        ),
        key=lambda call: call.began_at,
    )
    return CallListRead(at=at, since=since, until=until, calls=tuple(around))


def _ended_at(call: ListedCall) -> datetime:
    return call.began_at + (call.talked or timedelta(0))


def _listed(entry: Entry, to_utc: Callable[[datetime], datetime]) -> ListedCall | None:
    began_at = _began_at(entry, to_utc)
    if entry.direction is None or began_at is None:
        return None
    outcome = _listed_outcome(entry, entry.direction)
    return ListedCall(
        direction=entry.direction,
        outcome=outcome,
        began_at=began_at,
        talked=entry.talked if outcome is Outcome.ANSWERED else None,
        number=entry.number,
        name=entry.name,
        group=entry.group,
        ids=entry.ids,
    )


def _listed_outcome(entry: Entry, direction: Direction) -> Outcome:
    """What a call was, by its entry alone.

    A word that nobody knows counts as not answered: a call back too many does less harm than one
    too few.
    """
    if entry.elsewhere and direction is Direction.INCOMING:
        return Outcome.ANSWERED_ELSEWHERE
    spoken = entry.result in ANSWERED or (not entry.result and bool(entry.talked))
    return Outcome.ANSWERED if spoken else _unanswered(direction)


# --- entries --------------------------------------------------------------------------------------


def _items(value: Value) -> list[Value]:
    entries = value.get("entries") if isinstance(value, Mapping) else value
    return entries if isinstance(entries, list) else []


def _entry(item: Mapping[str, Value]) -> Entry:
    members = {name.lower(): value for name, value in item.items()}
    direction = DIRECTIONS.get(_text(members.get("direction")).upper())
    incoming = direction is Direction.INCOMING
    result = _text(members.get("result")).upper().replace("_", "").replace("-", "")
    flags = [name for name, value in members.items() if value is True or value == "true"]
    ids = (_text(members.get(name)) for name in IDS)
    return Entry(
        values=frozenset(value for value in members.values() if isinstance(value, str) and value),
        ids=tuple(dict.fromkeys(each for each in ids if each)),
        direction=direction,
        result=result,
        # The PBX's own database spells it "answeredelswhere".
        elsewhere=any("elsewhere" in n or "elswhere" in n for n in (result.lower(), *flags)),
        number=_text(members.get("callernumber" if incoming else "callednumber")),
        name=_text(members.get("callername" if incoming else "calledname")),
        group=_text(members.get("groupid")),
        started=read_timestamp(members.get("starttime")),
        talked=_duration(members.get("duration")),
    )


def _text(value: Value) -> str:
    """A text without what would break a line; numbers are tolerated as texts."""
    if isinstance(value, bool) or not isinstance(value, str | int):
        return ""
    text = " ".join(str(value).split())
    return text if len(text) <= LONGEST_TEXT else ""


def _duration(value: Value) -> timedelta | None:
    """Whole seconds, as a number or as a text; None for anything else."""
    text = _text(int(value) if isinstance(value, float) and abs(value) < 1e9 else value)
    if not (text.isascii() and text.isdigit() and len(text) < 10):
        return None
    talked = timedelta(seconds=int(text))
    return talked if talked <= LONGEST_TALK else None
