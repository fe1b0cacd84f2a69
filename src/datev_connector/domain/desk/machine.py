"""The call desk: inputs in, effects out.

One turn takes one input. First the module it belongs to changes the *facts* of calls
(`sightings`, `past`, `people`, `dialling`, `notes`, `ruling`). Then the desk settles what follows,
always in the same order and by the facts alone: who is it (`people`), what DATEV is told
(`handover`), what the person sees (`windows`), and what is saved. So a rule is written once,
however many inputs can make it apply; and the same inputs always make the same effects.

The desk never waits, reads no clock and knows no source of chance: recorded inputs replay exactly.
"""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from typing import TYPE_CHECKING

from datev_connector.domain import inputs
from datev_connector.domain.calls import Call, Known
from datev_connector.domain.desk import (
    dialling,
    handover,
    notes,
    past,
    people,
    ruling,
    sightings,
    unseen,
    windows,
)
from datev_connector.domain.desk.book import Book
from datev_connector.domain.desk.terms import Terms
from datev_connector.domain.effects import Effect, LookAgain, LookUp, SaveCall
from datev_connector.domain.legs import Leg, LegState
from datev_connector.domain.seat import LOOK_AGAIN, TRY_AGAIN

if TYPE_CHECKING:
    from collections.abc import Iterable
    from datetime import datetime

    from datev_connector.domain.dial_plan import DialPlan
    from datev_connector.domain.identity import IdSequence
    from datev_connector.domain.outbox import JournalEntry
    from datev_connector.domain.rules import CallRules

KEEP_ENDED = timedelta(hours=1)
"""How long an ended and settled call stays on the desk after its window is closed."""
KEEP_SHOWN = timedelta(hours=24)
"""... and how long while its window is open or its note was not sent."""


class CallDesk:
    """Follows all calls of one user. See the module for how a turn works."""

    def __init__(
        self, *, rules: CallRules, plan: DialPlan, ids: IdSequence, next_flight: int = 1
    ) -> None:
        """Set up an empty desk. `next_flight`: the number of its first notification for DATEV."""
        self._book = Book(rules=rules, plan=plan, ids=ids, next_flight=next_flight)

    # --- what can be asked ------------------------------------------------------------------

    def call(self, call: str) -> Call | None:
        """Return a call that the desk follows."""
        return self._book.get(call)

    @property
    def calls(self) -> tuple[Call, ...]:
        """All calls on the desk, oldest first."""
        return tuple(self._book.calls.values())

    @property
    def open_entries(self) -> tuple[JournalEntry, ...]:
        """What DATEV has not confirmed yet, in order."""
        return tuple(self._book.entries.values())

    @property
    def terms(self) -> Terms:
        """What a fresh desk needs to take the next inputs as this one would."""
        book, ids = self._book, self._book.ids
        of_ids = ids.station, ids.run, ids.issued
        return Terms(book.rules, book.plan, *of_ids, book.next_position, book.next_flight)

    # --- turns ------------------------------------------------------------------------------

    def restore(
        self,
        at: datetime,
        calls: Iterable[Call],
        entries: Iterable[JournalEntry],
        next_position: int,
    ) -> tuple[Effect, ...]:
        """Take up the work of an earlier run: its open calls, drafts and journal entries.

        Calls are adrift until the PBX shows them again.
        """
        book = self._book
        book.next_position = next_position
        for call in calls:
            book.saved[call.call] = call
            book.put(handover.of_earlier_run(call, at))
            if call.active:
                book.adrift.add(call.call)
                continue
            book.published[call.call] = call
            if call.outcome is None:
                book.untold_ends.add(call.call)
        for call in book.calls.values():
            if call.known is Known.NOT_YET:
                book.emit(LookUp(call.call, call.number, named=bool(call.pbx_name)))
        for entry in sorted(entries, key=lambda e: e.position):
            if entry.open:
                book.take_entry(entry)
        sightings.hold_back_again(book, at)
        return self._settle(at)

    def handle(self, event: inputs.Input) -> tuple[Effect, ...]:
        """Take one input and return what is to be done, in order.

        A fault of ours leaves the desk as it was before and is raised: one input is lost then,
        and no other call suffers.
        """
        self._book.begin_turn()
        try:
            self._take(event)
            return self._settle(event.at)
        except BaseException:
            self._book.take_back()
            raise

    def _take(self, event: inputs.Input) -> None:  # noqa: C901, PLR0912, PLR0915 - one line an input
        book = self._book
        match event:
            case inputs.CallSighted():
                sightings.sighted(book, event)
            case inputs.CallMoved():
                sightings.moved(book, event)
            case inputs.PictureTaken():
                sightings.picture(book, event)
            case inputs.OutcomeLearned():
                sightings.outcome_learned(book, event)
            case inputs.CallListRead():
                past.listed(book, event)
            case inputs.DialAccepted():
                dialling.accepted(book, event)
            case inputs.DialRefused():
                dialling.refused(book, event)
            case inputs.AccountsLearned():
                book.plan = replace(book.plan, accounts=event.accounts)
            case inputs.ContactsFound():
                people.found(book, event)
            case inputs.NoteTyped():
                notes.typed(book, event)
            case inputs.TransferPressed():
                notes.transfer_pressed(book, event)
            case inputs.PersonChosen():
                people.chosen(book, event)
            case inputs.DialRequested():
                dialling.dialled_by_user(book, event)
            case inputs.HangUpPressed():
                dialling.hang_up_pressed(book, event)
            case inputs.WindowClosed():
                windows.closed(book, event)
            case inputs.WindowOpened():
                windows.opened(book, event)
            case inputs.CallRecalled():
                notes.recalled(book, event)
            case inputs.OutboxRetried():
                handover.retry_all(book)
            case inputs.DatevDialled():
                dialling.dialled_by_datev(book, event)
            case inputs.DatevDropped():
                dialling.dropped(book, event)
            case inputs.DatevAnswered():
                handover.answered(book, event)
            case inputs.DatevAnsweredLate():
                handover.answered_late(book, event)
            case inputs.LegChanged():
                self._leg_changed(event)
            case inputs.RulesChanged():
                ruling.changed(book, event)
            case inputs.SeatChanged():
                self._seat_changed(event)
            case inputs.Ticked():
                self._ticked(event)

    def _leg_changed(self, event: inputs.LegChanged) -> None:
        leg, up = event.report.leg, event.report.state is not LegState.DOWN
        was_up = self._book.leg_up(leg)
        self._book.set_leg(leg, event.report.state)
        if leg is Leg.STARFACE and was_up and not up:
            sightings.lost_line(self._book, event.at)
            unseen.pbx_is_gone(self._book)
        if leg is Leg.STARFACE and up and not was_up:
            sightings.ask_outcomes(self._book)
            unseen.pbx_is_back(self._book, event.at)
        if leg is Leg.DATEV:
            self._book.datev_pauses = event.report.pauses and not up
        if leg is Leg.DATEV and not up and not event.report.pauses:
            handover.lost_datev(self._book)
        if leg is Leg.DATEV and up and not was_up:
            handover.found_datev(self._book)

    def _seat_changed(self, event: inputs.SeatChanged) -> None:
        if event.seat in TRY_AGAIN:
            handover.retry_all(self._book)
        if event.seat in LOOK_AGAIN:
            self._book.emit(LookAgain())

    def _ticked(self, event: inputs.Ticked) -> None:
        people.numbers_did_not_come(self._book, event.at)
        unseen.time_passed(self._book, event.at)
        if not self._book.leg_up(Leg.STARFACE):
            sightings.sweep(self._book, event.at)
        for call in list(self._book.calls.values()):
            if self._is_done_with(call, event.at):
                self._book.forget(call)

    def _is_done_with(self, call: Call, at: datetime) -> bool:
        if call.ended_at is None or call.call in self._book.entries_of:
            return False
        age = at - call.ended_at
        if call.window_open or call.is_draft:
            # The store keeps the note, and a word of the user brings the call back.
            return age > KEEP_SHOWN and not call.but(note="").unfinished
        return age > KEEP_ENDED and not call.unfinished

    def _settle(self, at: datetime) -> tuple[Effect, ...]:
        book = self._book
        for call_id in list(book.touched):
            self._settle_call(call_id, at)
        # A step of one call may free the line for another's journal entry.
        handover.empty_outbox(book, at)
        self._save()
        effects, book.effects = tuple(book.effects), []
        book.touched.clear()
        return effects

    def _settle_call(self, call_id: str, at: datetime) -> None:
        book = self._book
        people.ask_index(book, book.calls[call_id], book.saved.get(call_id), at)
        people.note_use(book, book.calls[call_id], book.saved.get(call_id))
        handover.advance_live(book, book.calls[call_id])
        handover.fill_outbox(book, book.calls[call_id], at)
        windows.tell(book, book.calls[call_id])

    def _save(self) -> None:
        book = self._book
        for call_id in book.touched:
            call, before = book.calls.get(call_id), book.saved.get(call_id)
            if call is not None and _is_worth_saving(before, call):
                book.saved[call_id] = call
                book.emit(SaveCall(call))


def _is_worth_saving(before: Call | None, call: Call) -> bool:
    """Tell whether a call changed in more than the time it was last seen, or that by a good bit."""
    if before is None:
        return True
    if call.last_seen_at - before.last_seen_at >= sightings.SAVE_SEEN:
        return True
    return call.differs_from(before)
