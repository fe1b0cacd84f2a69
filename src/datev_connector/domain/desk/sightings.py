"""What the PBX says, turned into the state of our calls.

Events come twice, late, out of order, or not at all, and details arrive in pieces. So a call only
ever moves forward (ringing, connected, ended), a known detail is never overwritten by an empty
one, and whatever is not in the picture of the PBX any more has ended.
"""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

from datev_connector.domain.calls import Call, CallState, Direction, Live, Outcome, PbxState
from datev_connector.domain.desk import handover, unseen
from datev_connector.domain.effects import AskOutcome, HangUp
from datev_connector.domain.legs import Leg
from datev_connector.domain.numbers import Dialable, NumberKind, read_caller, to_dial

if TYPE_CHECKING:
    from datetime import datetime

    from datev_connector.domain.desk.book import Book
    from datev_connector.domain.inputs import CallMoved, CallSighted, OutcomeLearned, PictureTaken
    from datev_connector.domain.numbers import Number

ECHO = timedelta(seconds=3)
"""Within this time after the end, an event of a call is an echo of it and no new call."""
NEWCOMER = timedelta(seconds=30)
"""How long a dialled call may be missing from the picture of the PBX before it counts as ended."""
STALE = timedelta(minutes=60)
"""A call that nothing was heard of for so long has ended."""
CLOCK_STEP = timedelta(minutes=1)
"""By more than this, time does not run backwards unless the clock was put back."""
SAVE_SEEN = timedelta(seconds=30)
"""How often it is written down that a call was seen."""

_OUTGOING = (PbxState.PROCEEDING, PbxState.RINGBACK)


def sighted(book: Book, seen: CallSighted) -> None:
    """Take one report of a call."""
    call = book.at_pbx(seen.pbx_call)
    if call is not None and not call.active:
        if _is_echo(call, seen):
            return
        call = None
    if call is None:
        call = _adopt(book, seen) or _begin(book, seen)
    if call is not None:
        _is_placed(book, call, seen)
        _advance(book, _learn(book, call, seen), seen)


def _is_placed(book: Book, call: Call, seen: CallSighted) -> None:
    """A dialled call that shows at the PBX has been taken, whatever becomes of the answer."""
    if call.call in book.unplaced:
        book.unplaced.discard(call.call)
        if call.call in book.dropped:
            book.dropped.discard(call.call)
            if seen.state is not PbxState.HANGUP:
                book.emit(HangUp(call.call, call.pbx_call))


def moved(book: Book, move: CallMoved) -> None:
    """Follow a call to its new id; if the new id already is a call of its own, that one ends."""
    call = book.at_pbx(move.old)
    if call is None or not call.active or move.old == move.new or not move.new:
        return
    other = book.at_pbx(move.new)
    if other is not None and other.active:
        end(book, other, move.at)
    # The old id stays with the call: a late report of it is no news of another one.
    _seen_again(book, book.change(call, pbx_call=move.new), move.at)


def picture(book: Book, taken: PictureTaken) -> None:
    """End the calls that the PBX no longer lists, and keep the time of those that it does."""
    for call in list(book.active()):
        if call.pbx_call in taken.alive:
            _seen_again(book, call, taken.at)
        elif _is_judged(call, taken.asked_at):
            adrift = call.call in book.adrift
            at = call.last_seen_at if adrift else taken.asked_at
            end(book, call, at, missed_at=taken.at if adrift else None)


def lost_line(book: Book, at: datetime) -> None:
    """The line to the PBX is gone: up to now the calls were known to live."""
    for call in list(book.active()):
        if call.call not in book.adrift:
            book.adrift.add(call.call)
            book.change(call, last_seen_at=max(call.last_seen_at, at))


def sweep(book: Book, at: datetime) -> None:
    """End the calls that nothing was heard of for hours."""
    for call in list(book.active()):
        if abs(at - call.last_seen_at) >= STALE:
            end(book, call, call.last_seen_at, missed_at=at)
    for call in [book.calls[call_id] for call_id in book.in_the_dark]:
        if abs(at - call.last_seen_at) < STALE:
            continue
        if call.outcome is None:
            book.emit(AskOutcome(call))  # and take a guess if nobody answers
        else:
            unseen.let_go(book, call.call)


def outcome_learned(book: Book, learned: OutcomeLearned) -> None:
    """Settle a call by the call list; without one it counts as missed, or as not reached."""
    call = book.get(learned.call)
    if call is None or call.active or call.outcome is not None:
        return
    incoming = call.direction is Direction.INCOMING
    outcome = learned.outcome or (Outcome.MISSED if incoming else Outcome.UNREACHED)
    call = book.change(call, outcome=outcome)
    if call.ended_unseen and outcome is Outcome.ANSWERED and call.connected_at is None:
        # When it was answered nobody knows; a conversation it was all the same.
        book.change(call, connected_at=call.began_at)
    if abs(learned.at - call.last_seen_at) >= STALE:
        unseen.let_go(book, call.call)


def hold_back_again(book: Book, at: datetime) -> None:
    """After a restart: the list was not read for these calls, which ended just before it."""
    for call in list(book.calls.values()):
        young = abs(at - call.last_seen_at) < STALE
        if call.ended_unseen and young and not handover.was_handed_over(book, call):
            unseen.hold_back(book, call, at)


def ask_outcomes(book: Book) -> None:
    """The PBX can be asked again: ask for the calls whose outcome is still open."""
    for call in book.calls.values():
        if not call.active and call.outcome is None:
            book.emit(AskOutcome(call))


def end(book: Book, call: Call, at: datetime, *, missed_at: datetime | None = None) -> Call:
    """End a call; `missed_at`: it ended unseen, and that is when it was found to be gone.

    What DATEV never saw live goes to the journal then, and what became of the call is asked as
    soon as the PBX is there to answer.
    """
    too_late = missed_at is not None
    since = call.connected_at or call.began_at
    outcome = _outcome(call, unseen=too_late)
    ended = book.change(
        call,
        state=CallState.ENDED,
        ended_at=max(since, at),
        outcome=outcome,
        ended_unseen=too_late,
    )
    if too_late and call.live_sent is Live.NEVER:
        ended = book.change(ended, live=Live.BROKEN, live_sent=Live.BROKEN)
    if missed_at is not None:
        unseen.hold_back(book, ended, missed_at)
    book.adrift.discard(call.call)
    book.unplaced.discard(call.call)
    book.dropped.discard(call.call)
    if outcome is None and not (too_late and not book.leg_up(Leg.STARFACE)):
        book.emit(AskOutcome(ended))
    return ended


def _outcome(call: Call, *, unseen: bool) -> Outcome | None:
    """Return what became of a call; None: the call list has to say."""
    if call.connected_at is not None:
        return Outcome.ANSWERED
    if call.direction is Direction.OUTGOING and not unseen:
        return Outcome.UNREACHED
    return None


def _is_echo(call: Call, seen: CallSighted) -> bool:
    if seen.state is PbxState.HANGUP or call.ended_at is None:
        return True
    if seen.changed_at is not None and seen.changed_at <= call.ended_at:
        return True
    return seen.at - max(call.ended_at, call.last_seen_at) < ECHO


def _adopt(book: Book, seen: CallSighted) -> Call | None:
    """Find the call that we placed and that the PBX runs under an id of its own."""
    if not book.unplaced or not _is_outgoing(book, seen):
        return None
    called = read_caller(seen.called_number, book.plan)
    for call in book.active():
        if call.call in book.unplaced and _is_called(book, call, called):
            del book.by_pbx[call.pbx_call]
            return book.change(call, pbx_call=seen.pbx_call)
    return None


def _is_called(book: Book, call: Call, called: Number) -> bool:
    if called.e164 is not None:
        return called.e164 == call.e164
    target = to_dial(call.number, book.plan)
    return isinstance(target, Dialable) and target.number == called.digits


def _begin(book: Book, seen: CallSighted) -> Call | None:
    if seen.state in (PbxState.HANGUP, PbxState.MAILBOX):
        return None
    outgoing = _is_outgoing(book, seen)
    at = seen.changed_at or seen.at
    return book.put(
        Call(
            call=book.ids.next_id(),
            pbx_call=seen.pbx_call,
            direction=Direction.OUTGOING if outgoing else Direction.INCOMING,
            state=CallState.DIALLING if outgoing else CallState.RINGING,
            began_at=at,
            last_seen_at=seen.at,
        )
    )


def _is_outgoing(book: Book, seen: CallSighted) -> bool:
    """Tell the direction by the first state; in mid-call, by which end is one of ours."""
    if seen.state in _OUTGOING:
        return True
    if seen.state not in (PbxState.CONNECTED, PbxState.HELD):
        return False
    caller = read_caller(seen.caller_number, book.plan)
    called = read_caller(seen.called_number, book.plan)
    return caller.kind is NumberKind.INTERNAL and called.kind is NumberKind.EXTERNAL


def _learn(book: Book, call: Call, seen: CallSighted) -> Call:
    """Add the details of a report to what is known."""
    outgoing = call.direction is Direction.OUTGOING
    number = (seen.called_number if outgoing else seen.caller_number).strip()
    name = (seen.called_name if outgoing else seen.caller_name).strip()
    over = _ends_it(call, seen) and bool(call.number)
    if number and not (call.dialled or over) and number != call.number:
        call = _now_with(book, call, number)
    if name and name != call.pbx_name and not _is_number(book, name):
        call = book.change(call, pbx_name=name)
    if seen.group and not call.group:
        call = book.change(call, group=seen.group)
    return _seen_again(book, call, seen.at)


def _ends_it(call: Call, seen: CallSighted) -> bool:
    """Tell whether the report ends the call: what it says of the other end comes too late."""
    if seen.state is PbxState.MAILBOX:
        return call.direction is Direction.INCOMING and call.connected_at is None
    return seen.state is PbxState.HANGUP


def _now_with(book: Book, call: Call, number: str) -> Call:
    """Take the number of the other end; another party does not inherit the name of the last."""
    remote = read_caller(number, book.plan)
    same = not call.number or (remote.e164 is not None and remote.e164 == call.e164)
    return book.change(
        call,
        number=number,
        first_number=call.first_number if same else call.first_number or call.number,
        e164=remote.e164,
        internal=remote.kind is NumberKind.INTERNAL,
        pbx_name=call.pbx_name if same else "",
    )


def _is_number(book: Book, name: str) -> bool:
    """Tell whether the PBX put the number where the name belongs."""
    return read_caller(name, book.plan).kind in (NumberKind.EXTERNAL, NumberKind.ANONYMOUS)


def _seen_again(book: Book, call: Call, at: datetime) -> Call:
    book.adrift.discard(call.call)
    return book.change(call, last_seen_at=max(call.last_seen_at, at))


def _advance(book: Book, call: Call, seen: CallSighted) -> None:
    """Move the call forward to the reported state; a step back is an old report."""
    at = seen.changed_at or seen.at
    answered = call.connected_at is not None
    match seen.state:
        case _ if _ends_it(call, seen):
            end(book, call, at)
        case PbxState.CONNECTED | PbxState.MAILBOX:
            since = call.connected_at or max(at, call.began_at)
            book.change(call, state=CallState.CONNECTED, connected_at=since)
        case PbxState.HELD:
            since = call.connected_at or max(at, call.began_at)
            book.change(call, state=CallState.HELD, connected_at=since)
        case PbxState.RINGING if not (answered or call.rang or call.dialled):
            book.change(call, rang=True, began_at=at)
        case PbxState.RINGBACK if not (answered or call.rang):
            book.change(call, rang=True, began_at=at)
        case _:
            pass


def _is_judged(call: Call, asked_at: datetime) -> bool:
    """Tell whether a picture asked for at that time can say that the call is gone."""
    if call.dialled and not call.rang and call.connected_at is None:
        return abs(asked_at - call.last_seen_at) >= NEWCOMER
    # Seen in the future means that the clock was put back.
    return call.last_seen_at < asked_at or call.last_seen_at > asked_at + CLOCK_STEP
