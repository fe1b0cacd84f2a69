"""Calls that nobody watched: what the PBX's call list tells of a time in which the line was cut.

Each line of the list is first given to the call that it belongs to, if the desk or the store
knows one, and each call takes one line only: so two calls of one number in a row stay two. What
is left over, and began while nobody watched, was missed by us: it goes into the journal as a call
that is over. It opens no window, asks nothing and is no live news; DATEV gets it as any call that
ended while DATEV was away, by the same rules.

    a line belongs to a call in the same direction ...
        0  that the PBX knows under the same id
        1  with the same number, that began at about the same time
        2  with the same number, that we came upon while that line's conversation went on
        3  whose number we never got, that began at about the same time
        4  that had the same number before somebody was put through, and began at about that time
    ... the better reason first, then the nearer beginning; within a second, which is all that the
    list can tell, then the call of which we saw the same: that it was answered, or was not.
"""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

from datev_connector.domain.calls import Call, CallState, Direction, Live, Outcome
from datev_connector.domain.desk import handover, notes, people, unseen
from datev_connector.domain.inputs import CallRecalled
from datev_connector.domain.numbers import NumberKind, read_caller

if TYPE_CHECKING:
    from collections.abc import Iterator
    from datetime import datetime

    from datev_connector.domain.calls import ListedCall
    from datev_connector.domain.desk.book import Book
    from datev_connector.domain.inputs import CallListRead

SAME_ID = timedelta(days=1)
"""Ids may be used again: so far apart, one id stands for two calls."""
NEAR = timedelta(seconds=15)
"""How far the beginnings in the list and on the desk may be apart: nobody redials faster."""
NEAR_LIVING = timedelta(seconds=3)
"""... while the call lives, and can only be in the list if it ended this very moment."""
TOLD_APART = timedelta(seconds=1)
"""Beginnings in the list are whole seconds."""
AT_THE_EDGES = timedelta(seconds=10)
"""So long before and after the gap a call counts as missed by us if nobody knows it."""
_SETTLED = ("outcome", "connected_at", "ended_at", "owed")
RINGING_LASTS = timedelta(minutes=2)
"""So much later than its beginning and its length say may a conversation have ended."""


def listed(book: Book, read: CallListRead) -> None:
    """Set right what is known by the list, and enter the calls of the gap that are not known."""
    owners = _owners(book, read)
    first, last = read.since - AT_THE_EDGES, read.until + AT_THE_EDGES
    unseen.list_was_read(book, read.at, {call.call for call in owners.values()})
    for index, line in sorted(enumerate(read.calls), key=lambda each: each[1].began_at):
        if index in owners:
            _set_right(book, owners[index], line, read.at)
        elif first <= line.began_at <= last:
            _enter(book, line)


# --- which call a line belongs to ---------------------------------------------------------------


def _owners(book: Book, read: CallListRead) -> dict[int, Call]:
    """Return the known call of each line that has one."""
    known = [*book.calls.values(), *(c for c in read.stored if c.call not in book.calls)]
    keys = [(call.e164 or _party(book, call.number), _first(book, call)) for call in known]
    pairs = sorted(
        (*fit, index, place)
        for index, line in enumerate(read.calls)
        for place, fit in _fits(book, line, known, keys)
    )
    owners: dict[int, Call] = {}
    taken: set[int] = set()
    for *_, index, place in pairs:
        if index not in owners and place not in taken:
            owners[index] = known[place]
            taken.add(place)
    return owners


def _fits(
    book: Book, line: ListedCall, known: list[Call], keys: list[tuple[str, str | None]]
) -> Iterator[tuple[int, tuple[int, int, bool, timedelta]]]:
    party = _party(book, line.number)
    for place, (call, (last, first)) in enumerate(zip(known, keys, strict=True)):
        reason = _reason(line, call, same=last == party, same_first=first == party)
        if reason is not None:
            apart = abs(line.began_at - call.began_at)
            yield place, (reason, apart // TOLD_APART, _differs(line, call), apart)


def _reason(line: ListedCall, call: Call, *, same: bool, same_first: bool) -> int | None:
    """Return why a line may be that of a call, the smallest number being the best reason."""
    if call.direction is not line.direction:
        return None
    apart = abs(line.began_at - call.began_at)
    if call.pbx_call in line.ids and apart <= SAME_ID:
        return 0
    near = apart <= (NEAR_LIVING if call.active else NEAR)
    if same:
        if near:
            return 1
        return 2 if _talked_in(line, call) else None
    if near and not (call.active or call.number):
        return 3
    return 4 if near and same_first else None


def _differs(line: ListedCall, call: Call) -> bool:
    """Tell whether we watched the call to its end, and saw another one than the line tells of."""
    if call.active or call.ended_unseen:
        return False
    return (line.outcome is Outcome.ANSWERED) is not (call.connected_at is not None)


def _talked_in(line: ListedCall, call: Call) -> bool:
    """Tell whether the call was answered, and shows up only in the middle of the line's talk."""
    if call.connected_at is None or call.ended_at is None or line.talked is None:
        return False
    nominal_end = line.began_at + line.talked
    rang = call.ended_at - nominal_end
    ends = rang <= RINGING_LASTS and (call.ended_unseen or rang >= -NEAR)
    return ends and line.began_at <= call.began_at <= nominal_end


def _first(book: Book, call: Call) -> str | None:
    """Return the number that the call had first, if it has another now."""
    return _party(book, call.first_number) if call.first_number else None


def _party(book: Book, number: str) -> str:
    """Return the number at the other end in one spelling, whatever the PBX made of it."""
    read = read_caller(number, book.plan)
    if read.kind is NumberKind.ANONYMOUS:
        return ""
    return read.e164 or read.digits or number.strip()


# --- what follows -------------------------------------------------------------------------------


def _set_right(book: Book, call: Call, line: ListedCall, at: datetime) -> None:
    """Settle by the list what of a known call was open or a guess."""
    if call.active:
        return
    right = call
    if _is_guess(call):
        right = call.but(outcome=_outcome(call, line))
    if right.ended_unseen and right.outcome is Outcome.ANSWERED:
        right = _with_talk(book, right, line)
    if right is not call:
        notes.recalled(book, CallRecalled(at=at, call=call))
        changes = {name: getattr(right, name) for name in _SETTLED}
        book.change(book.calls[call.call], **changes)


def _is_guess(call: Call) -> bool:
    if call.outcome is Outcome.UNREACHED:
        return call.ended_unseen
    return call.outcome is None or call.outcome is Outcome.MISSED


def _outcome(call: Call, line: ListedCall) -> Outcome:
    """Return what became of a known call: answered while we watched means by somebody else."""
    if call.connected_at is not None:
        return Outcome.ANSWERED
    watched = not call.ended_unseen and call.direction is Direction.INCOMING
    if line.outcome is Outcome.ANSWERED and watched:
        return Outcome.ANSWERED_ELSEWHERE
    return line.outcome


def _with_talk(book: Book, call: Call, line: ListedCall) -> Call:
    """Give the call its conversation, unless DATEV has it with another one.

    Whether DATEV is to have it is decided anew if nobody knew that there was one.
    """
    if call.connected_at is None:
        call = call.but(connected_at=call.began_at, owed=None)
    elif handover.was_handed_over(book, call):
        return call
    if not line.talked or call.connected_at is None:
        return call
    return call.but(ended_at=call.connected_at + line.talked)


def _talk(line: ListedCall) -> tuple[datetime, datetime]:
    """Return answer and end of a conversation.

    The list counts from the answer but does not say when that was. The length is what matters to
    whoever is billed, so it is kept, and the ringing taken for none.
    """
    return line.began_at, line.began_at + (line.talked or timedelta(0))


def _enter(book: Book, line: ListedCall) -> None:
    """Write down a call that nobody saw, as one that is over and that DATEV never followed."""
    remote = read_caller(line.number, book.plan)
    answered = line.outcome is Outcome.ANSWERED
    answered_at, ended_at = _talk(line)
    call_id = book.ids.next_id()
    call = book.put(
        Call(
            call=call_id,
            pbx_call=line.ids[0] if line.ids else book.ids.pbx_id(call_id),
            direction=line.direction,
            state=CallState.ENDED,
            number=line.number,
            e164=remote.e164,
            internal=remote.kind is NumberKind.INTERNAL,
            pbx_name=line.name,
            group=line.group,
            began_at=line.began_at,
            connected_at=answered_at if answered else None,
            ended_at=ended_at if answered else line.began_at,
            last_seen_at=line.began_at,
            outcome=line.outcome,
            ended_unseen=True,
            live=Live.BROKEN,
            live_sent=Live.BROKEN,
        )
    )
    people.look_up(book, call)
