"""Who is it: asking the contact index, taking its answer, and the user's own choice."""

from __future__ import annotations

from typing import TYPE_CHECKING

from datev_connector.domain.calls import Call, CallState, Known, Person
from datev_connector.domain.choice import ContactRules, decide
from datev_connector.domain.contacts import ContactRef, Rule, Source
from datev_connector.domain.effects import LookUp, SaveChoice, SaveUse
from datev_connector.domain.numbers import NumberKind
from datev_connector.domain.record import ADDRESSEES, INSTITUTIONS

if TYPE_CHECKING:
    from datev_connector.domain.desk.book import Book
    from datev_connector.domain.inputs import ContactsFound, PersonChosen
    from datev_connector.domain.record import DialWish

_SETTLED_BY_HAND = (Known.CHOSEN, Known.GIVEN)


def ask_index(book: Book, call: Call, before: Call | None) -> None:
    """Look the caller up where number or name are news; what a person decided stays."""
    if not call.active or call.known in _SETTLED_BY_HAND:
        return
    if (
        before is None
        or before.number != call.number
        or (before.pbx_name != call.pbx_name and call.person is None and call.known is Known.NOBODY)
    ):
        _look_up(book, call)


def _look_up(book: Book, call: Call) -> None:
    if book.remote(call).kind is NumberKind.EXTERNAL:
        book.change(call, known=Known.NOT_YET, person=None, candidates=(), datev_hits=0, rule=None)
        book.emit(LookUp(call.call, call.number))
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
    decision = decide(answer.match, call.pbx_name, rules, answer.learned)
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
    known = Known.CHOSEN if person else Known.NOBODY
    book.change(call, known=known, person=person, rule=person.rule if person else Rule.NONE)
    learns = choice.remember if person else call.known is Known.LEARNED
    if learns and call.e164:
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
