"""Handing calls and notes to DATEV: live while a call lives, by the journal afterwards.

Live, at most once. A step is written down (`Call.live_sent`) in the turn that sends it, before
it leaves; per call only one is under way, and `Call.live` follows when DATEV has confirmed it.
When DATEV fails, is away or cannot be reached, the chain is `BROKEN`: nothing more of this call
goes live, and its end goes to the journal. After a restart of the connector a chain goes on only
if DATEV is sure to follow it: nothing was unanswered, and the pause was short.

A DATEV that hangs has not gone away. Its chains wait, and so does a step that is overdue: DATEV may
take it when it goes on, and must hear how the call ended then. What came of it is an input of its
own; once nobody waits for it any longer the chain is broken, and mended if the answer is a yes
after all.

The journal, until confirmed. An entry is made once per call and once per note that the user sends.
It is written down as `UNCLEAR` before it leaves and repeated, unchanged and under the same
`CallID`, until DATEV has confirmed it. Entries go out in order, one at a time, and never while
a call is active (DATEV CTI forbids it).
"""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from typing import TYPE_CHECKING

from datev_connector.domain.calls import Call, Known, Live
from datev_connector.domain.contract import (
    contact_for_datev,
    journal_record,
    live_record,
    next_live_step,
)
from datev_connector.domain.desk.book import Flight
from datev_connector.domain.effects import Notify, Queued, WakeAt
from datev_connector.domain.legs import Leg
from datev_connector.domain.outbox import EntryState, JournalEntry
from datev_connector.domain.record import Delivery, Method
from datev_connector.domain.rules import goes_to_datev

if TYPE_CHECKING:
    from datetime import datetime

    from datev_connector.domain.contract import LiveStep
    from datev_connector.domain.desk.book import Book
    from datev_connector.domain.inputs import DatevAnswered, DatevAnsweredLate

RESUME = timedelta(seconds=60)
"""After a longer pause of ours DATEV may have been started anew and know nothing of a call."""
RETRY_SOON = timedelta(seconds=5)
"""Pause after a journal entry got no answer although DATEV seems to be there."""
RETRY_FIRST = timedelta(seconds=30)
RETRY_LAST = timedelta(hours=1)
"""Pauses after refusals: doubling from the first to the last."""


# --- live ---------------------------------------------------------------------------------------


def advance_live(book: Book, call: Call) -> None:
    """Send the next live notification of a call, if one is due."""
    if _is_unsettled(book, call) or book.in_flight(call.call):
        return
    if not call.active and call.owed is None:
        begun = call.sent_number is not None
        call = book.change(call, owed=begun or goes_to_datev(call, book.rules))
    step = _due(book, call)
    if step is None:
        return
    if book.datev_pauses and call.live is not Live.NEVER:
        return
    if not book.leg_up(Leg.DATEV) or _came_too_late(call):
        _break(book, call)
    else:
        _send_live(book, call, step)


def _is_unsettled(book: Book, call: Call) -> bool:
    """Tell whether an answer is on its way that decides what DATEV is told."""
    return call.known is Known.NOT_YET or call.call in book.in_the_dark


def _due(book: Book, call: Call) -> LiveStep | None:
    if call.live is Live.NEVER and not goes_to_datev(call, book.rules):
        return None
    return next_live_step(call)


def _came_too_late(call: Call) -> bool:
    """Tell whether a call that DATEV never saw was answered and is over: too late to go live."""
    return call.live is Live.NEVER and not call.active and call.connected_at is not None


def _send_live(book: Book, call: Call, step: LiveStep) -> None:
    call_id = call.call_id or book.ids.next_id()
    call = call.but(call_id=call_id)
    record = live_record(call, step.state)
    told = contact_for_datev(call)
    flight = Flight(call=call.call, method=step.method, record=record, reaches=step.reaches)
    number = book.open_flight(flight)
    book.put(call.but(live_sent=step.reaches, sent_number=record.number, sent_person=told))
    book.emit(Notify(notification=number, method=step.method, record=record, call=call.call))


def lost_datev(book: Book) -> None:
    """DATEV is gone: it follows none of our calls any longer, and answers nothing."""
    for call_id in [known for known, flight in book.overdue.items() if flight.entry is None]:
        del book.overdue[call_id]
    for call in list(book.calls.values()):
        if call.live_sent is not Live.NEVER and call.live is not Live.COMPLETE:
            _break(book, call)


def _break(book: Book, call: Call) -> None:
    book.change(call, live=Live.BROKEN, live_sent=Live.BROKEN)


def of_earlier_run(call: Call, at: datetime) -> Call:
    """Return a stored call as it comes back to the desk.

    It goes on live only if DATEV is sure to follow it still. A call that is over and was never
    told is no live news.
    """
    unanswered = call.live_sent is not call.live
    followed_long_ago = call.followed and abs(at - call.last_seen_at) > RESUME
    over = call.live is Live.NEVER and not call.active
    call = call.but(window_open=False)
    if unanswered or followed_long_ago or over:
        return call.but(live=Live.BROKEN, live_sent=Live.BROKEN)
    return call


def answered(book: Book, answer: DatevAnswered) -> None:
    """Take what became of a notification."""
    flight = book.flights.pop(answer.notification, None)
    if flight is None:
        return
    call_id = flight.record.call_id
    if answer.delivery is Delivery.OVERDUE:
        book.overdue[call_id] = flight
    else:
        book.overdue.pop(call_id, None)
    if flight.entry is not None:
        _entry_answered(book, flight.entry, answer)
    else:
        _step_answered(book, flight, answer)


def answered_late(book: Book, answer: DatevAnsweredLate) -> None:
    """Take what became of an overdue notification: DATEV itself says that it follows the call."""
    flight = book.overdue.get(answer.call_id)
    if flight is None:
        return
    if answer.delivery is not Delivery.UNCLEAR:
        del book.overdue[answer.call_id]
    if flight.entry is not None:
        _entry_answered(book, flight.entry, answer)
        return
    call = book.get(flight.call)
    if call is not None and call.live is Live.BROKEN and answer.delivery is Delivery.CONFIRMED:
        book.change(call, live=flight.reaches, live_sent=flight.reaches, in_datev_at=answer.at)
    else:
        _step_answered(book, flight, answer)


def _step_answered(book: Book, flight: Flight, answer: DatevAnswered | DatevAnsweredLate) -> None:
    call = book.get(flight.call)
    if call is None:
        return
    follows = call.live in (Live.OFFERED, Live.CONNECTED)
    match answer.delivery:
        case Delivery.CONFIRMED if call.live is not Live.BROKEN:
            book.change(call, live=flight.reaches, in_datev_at=answer.at)
        case Delivery.AWAY if follows and book.datev_pauses:
            book.change(call, live_sent=call.live)
        case Delivery.CONFIRMED | Delivery.OVERDUE:
            book.put(call)
        case _:
            _break(book, call)


# --- journal ------------------------------------------------------------------------------------


def fill_outbox(book: Book, call: Call, at: datetime) -> None:
    """Make the journal entry that an ended call still needs, for itself or for its note."""
    if call.active or _is_unsettled(book, call) or book.in_flight(call.call):
        return
    waiting = _unsent_entry(book, call)
    has_note = call.note_wanted and call.wanted_revision > call.note_sent_revision
    owes_call = not call.journalled and call.live is Live.BROKEN and goes_to_datev(call, book.rules)
    if waiting is not None and (has_note or _is_outdated(waiting, call)):
        entry = _filled_up(waiting, call, at, with_note=has_note)
    elif has_note or owes_call:
        entry = _new_entry(book, call, at, with_note=has_note)
    else:
        return
    book.change(
        call,
        journalled=True,
        note_wanted=False,
        note_sent_revision=max(call.note_sent_revision, entry.note_revision),
        sent_number=entry.record.number,
    )
    book.put_entry(entry)
    if not _line_is_free(book):
        book.emit(Queued(call=call.call, record=entry.record))


def was_handed_over(book: Book, call: Call) -> bool:
    """Tell whether DATEV has, or may have, all of the call: it cannot be set right any more."""
    if call.live_sent is Live.COMPLETE:
        return True
    return call.journalled and _unsent_entry(book, call) is None


def _unsent_entry(book: Book, call: Call) -> JournalEntry | None:
    """Return the newest entry of the call, if it has not left the house: it takes up the note."""
    newest = next(reversed(book.entries_of.get(call.call, {})), None)
    if newest is None or book.entries[newest].state is not EntryState.WAITING:
        return None
    return book.entries[newest]


def _is_outdated(entry: JournalEntry, call: Call) -> bool:
    """Tell whether contact, answer or length of the call were settled anew since it was made."""
    old, new = entry.record, journal_record(call, entry.record.call_id, entry.record.note)
    return (old.contact_id, old.state, old.begin, old.end) != (
        *(new.contact_id, new.state, new.begin, new.end),
    )


def _filled_up(entry: JournalEntry, call: Call, at: datetime, *, with_note: bool) -> JournalEntry:
    """Return the entry, which nobody has seen yet, as the call is now."""
    note = call.wanted_note if with_note else entry.record.note
    return replace(
        entry,
        record=journal_record(call, entry.record.call_id, note),
        note_revision=call.wanted_revision if with_note else entry.note_revision,
        changed_at=at,
    )


def _new_entry(book: Book, call: Call, at: datetime, *, with_note: bool) -> JournalEntry:
    position = book.next_position
    book.next_position += 1
    return JournalEntry(
        position=position,
        call=call.call,
        record=journal_record(call, book.ids.next_id(), call.wanted_note if with_note else ""),
        note_revision=call.wanted_revision if with_note else 0,
        created_at=at,
        changed_at=at,
    )


def empty_outbox(book: Book, at: datetime) -> None:
    """Send the next journal entry, if DATEV is there and no call is active."""
    if not book.entries or not _line_is_free(book):
        return
    entry = _next_entry(book, at)
    if entry is not None:
        _send_entry(book, entry, at)


def _next_entry(book: Book, at: datetime) -> JournalEntry | None:
    """Return the first entry that may go out: the refused ones that pause are passed over."""
    pauses: list[datetime] = []
    for entry in book.entries.values():
        if entry.not_before is None or not _is_ahead(entry.not_before, at):
            return entry
        pauses.append(entry.not_before)
        if entry.state is not EntryState.REFUSED:
            break
    if pauses:
        book.emit(WakeAt(min(pauses)))
    return None


def _is_ahead(moment: datetime, at: datetime) -> bool:
    """Tell whether a pause goes on. One longer than there are means that the clock was put back."""
    return at < moment <= at + RETRY_LAST


def _line_is_free(book: Book) -> bool:
    """Tell whether an entry may go out now."""
    return book.leg_up(Leg.DATEV) and not book.flights and not book.busy


def _send_entry(book: Book, entry: JournalEntry, at: datetime) -> None:
    book.put_entry(
        replace(
            entry,
            state=EntryState.UNCLEAR,
            attempts=entry.attempts + 1,
            changed_at=at,
            not_before=None,
        )
    )
    flight = Flight(
        call=entry.call,
        method=Method.NEW_JOURNAL,
        record=entry.record,
        entry=entry.record.call_id,
    )
    number = book.open_flight(flight)
    book.emit(
        Notify(
            notification=number,
            method=Method.NEW_JOURNAL,
            record=entry.record,
            call=entry.call,
        )
    )


def _entry_answered(book: Book, entry_id: str, answer: DatevAnswered | DatevAnsweredLate) -> None:
    entry = book.entries.get(entry_id)
    if entry is None:
        return
    entry = replace(entry, hresult=answer.hresult, changed_at=answer.at)
    match answer.delivery:
        case Delivery.CONFIRMED:
            entry = replace(entry, state=EntryState.CONFIRMED)
            _show_in_datev(book, entry, answer.at)
        case Delivery.REFUSED:
            pause = min(RETRY_LAST, RETRY_FIRST * 2 ** min(entry.attempts - 1, 10))
            entry = replace(entry, state=EntryState.REFUSED, not_before=answer.at + pause)
        case Delivery.AWAY:
            first = entry.attempts <= 1
            state = EntryState.WAITING if first else EntryState.UNCLEAR
            attempts = entry.attempts - 1
            entry = replace(
                entry, state=state, attempts=attempts, not_before=answer.at + RETRY_SOON
            )
        case Delivery.UNCLEAR | Delivery.OVERDUE:
            entry = replace(entry, not_before=answer.at + RETRY_SOON)
    book.put_entry(entry)


def _show_in_datev(book: Book, entry: JournalEntry, at: datetime) -> None:
    call = book.get(entry.call)
    if call is not None:
        revision = max(call.note_in_datev_revision, entry.note_revision)
        book.change(call, in_datev_at=at, note_in_datev_revision=revision)


def found_datev(book: Book) -> None:
    """DATEV is there again: what only waited for it need not wait longer."""
    for call in [book.calls[busy] for busy in book.busy]:
        if call.live is not Live.NEVER:
            book.put(call)
    for entry in list(book.entries.values()):
        if entry.not_before is not None and entry.state is not EntryState.REFUSED:
            book.put_entry(replace(entry, not_before=None))


def retry_all(book: Book) -> None:
    """A person wants everything tried again now."""
    for entry in list(book.entries.values()):
        if entry.not_before is not None:
            book.put_entry(replace(entry, not_before=None))
