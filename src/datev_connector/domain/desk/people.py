"""Who is it: asking the contact index, taking its answer, and the user's own choice."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

from datev_connector.domain.calls import Call, CallState, Known, Person
from datev_connector.domain.choice import ContactRules, decide
from datev_connector.domain.contacts import ContactRef, Rule, Source
from datev_connector.domain.effects import LookUp, SaveChoice, SaveUse, WakeAt
from datev_connector.domain.numbers import NumberKind
from datev_connector.domain.record import ADDRESSEES, INSTITUTIONS

if TYPE_CHECKING:
    from datetime import datetime

    from datev_connector.domain.desk.book import Book
    from datev_connector.domain.inputs import ContactsFound, PersonChosen
    from datev_connector.domain.record import DialWish

_SETTLED_BY_HAND = (Known.CHOSEN, Known.GIVEN, Known.REJECTED)
LATE_NUMBER = timedelta(milliseconds=500)
"""Details of a call arrive in pieces: so long a call without a number is not called anonymous."""


def ask_index(book: Book, call: Call, before: Call | None, at: datetime) -> None:
    """Look the caller up where number or name are news; what a person decided stays.

    A decision is about the party with that number: another number is a new question.
    """
    if not call.active or call.known is Known.GIVEN:
        return
    if call.known in _SETTLED_BY_HAND:
        if before is not None and _party(before) not in ("", _party(call)):
            look_up(book, call)
    elif before is None and not call.number:
        _wait_for_number(book, call, at)
    elif (
        before is None
        or before.number != call.number
        or (before.pbx_name != call.pbx_name and call.known is Known.NOBODY)
    ):
        look_up(book, call)


def _party(call: Call) -> str:
    return call.e164 or call.number


def _wait_for_number(book: Book, call: Call, at: datetime) -> None:
    """Leave open for a moment who it is: the number may still arrive."""
    book.unread_until[call.call] = at + LATE_NUMBER
    book.emit(WakeAt(at + LATE_NUMBER))


def numbers_did_not_come(book: Book, at: datetime) -> None:
    """Take the calls for anonymous whose number has had its time to arrive."""
    for call_id, until in list(book.unread_until.items()):
        waits = until - LATE_NUMBER <= at < until  # before: the clock was put back
        call = book.get(call_id)
        if waits:
            book.emit(WakeAt(until))
        elif call is None or call.known is not Known.NOT_YET:
            del book.unread_until[call_id]
        else:
            look_up(book, call)


def look_up(book: Book, call: Call) -> None:
    """Find out who a call is with; only outside numbers are in the index."""
    book.unread_until.pop(call.call, None)
    if book.remote(call).kind is NumberKind.EXTERNAL:
        book.change(call, known=Known.NOT_YET, person=None, candidates=(), datev_hits=0, rule=None)
        book.emit(LookUp(call.call, call.number, named=bool(call.pbx_name)))
    else:
        book.change(
            call, known=Known.NOBODY, person=None, candidates=(), datev_hits=0, rule=Rule.NONE
        )


def found(book: Book, answer: ContactsFound) -> None:
    """Take the answer of the index, and settle by the rules who it is or who is to be asked for."""
    call = book.get(answer.call)
    if call is None or call.known in _SETTLED_BY_HAND:
        return
    rules = ContactRules(
        prefer_datev=book.rules.prefer_datev, first_best_contact=book.rules.first_best_contact
    )
    decision = decide(answer.match, call.pbx_name, rules, answer.learned, answer.assigned)
    person = decision.person
    book.change(
        call,
        known=decision.known,
        person=person,
        candidates=decision.candidates,
        datev_hits=decision.datev_hits,
        rule=person.rule if person else answer.match.rule,
    )


def chosen(book: Book, choice: PersonChosen) -> None:
    """Take the user's choice, and learn it for this number unless told otherwise.

    Saying that it is nobody of those also unlearns what was learned.
    """
    call = book.get(choice.call)
    if call is None:
        return
    person = choice.person
    known = Known.CHOSEN if person else Known.REJECTED
    book.change(call, known=known, person=person, rule=person.rule if person else Rule.NONE)
    if call.e164 and (choice.remember or person is None):
        book.emit(SaveChoice(at=choice.at, e164=call.e164, ref=person.ref if person else None))
    if person is not None:
        book.emit(SaveUse(at=choice.at, ref=person.ref))


def given(wish: DialWish) -> Person | None:
    """Return the contact that DATEV gave with `Dial`, if it gave one whole."""
    source = {ADDRESSEES: Source.DATEV, INSTITUTIONS: Source.INSTITUTION}.get(wish.data_source)
    if source is None or not (wish.contact_id.strip() and wish.contact_name.strip()):
        return None
    return Person(
        ref=ContactRef(source, wish.contact_id),
        name=wish.contact_name,
        number=wish.number,
        rule=Rule.EXACT,
    )


def note_use(book: Book, call: Call, before: Call | None) -> None:
    """Keep when a contact was last spoken to, for the order of candidates."""
    just_connected = call.state is CallState.CONNECTED and (
        before is None or before.connected_at is None
    )
    if just_connected and call.person is not None and call.connected_at is not None:
        book.emit(SaveUse(at=call.connected_at, ref=call.person.ref))
