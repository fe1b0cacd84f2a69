"""Dialling: from DATEV or by the user, refused twice in a row, cancelled before it rings."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

from datev_connector.domain.calls import Call, CallState, Direction, Known
from datev_connector.domain.desk import people, sightings
from datev_connector.domain.effects import (
    AnswerDial,
    DialReported,
    HangUp,
    PlaceCall,
    TellUser,
    Window,
    WindowAction,
)
from datev_connector.domain.legs import Leg
from datev_connector.domain.numbers import Dialable, NumberKind, to_dial
from datev_connector.domain.record import DialAnswer
from datev_connector.domain.wording import worded

if TYPE_CHECKING:
    from datetime import datetime

    from datev_connector.domain.desk.book import Book
    from datev_connector.domain.inputs import (
        DatevDialled,
        DatevDropped,
        DialAccepted,
        DialRefused,
        DialRequested,
        HangUpPressed,
    )

DOUBLE_CLICK = timedelta(seconds=3)
"""The same number again within this time is a double click."""
E_FAIL = -2147467259
"""0x80004005 as a signed number: `Dial` could not be done."""


def dialled_by_datev(book: Book, dial: DatevDialled) -> None:
    """Answer `Dial` in this turn: with a `CallID`, or with a failure that the user is told of."""
    wish = dial.wish
    refused, number = _check(book, wish.number, dial.at)
    if refused is not None or number is None:
        book.emit(
            AnswerDial(DialAnswer(hresult=E_FAIL)),
            DialReported(number=wish.number, refused=refused),
        )
        return
    call = _place(book, number, wish.number, dial.at)
    call = book.change(
        call,
        from_datev=True,
        sync_id=wish.sync_id,
        call_id=book.ids.next_id(),
        known=Known.GIVEN,
        person=people.given(wish),
    )
    book.emit(
        AnswerDial(DialAnswer(hresult=0, call_id=call.call_id)),
        DialReported(number=wish.number, call=call.call),
    )


def dialled_by_user(book: Book, dial: DialRequested) -> None:
    """Dial what the user typed or chose."""
    refused, number = _check(book, dial.number, dial.at)
    if refused is not None or number is None:
        book.emit(DialReported(number=dial.number, refused=refused))
        return
    call = _place(book, number, number.e164 or number.number, dial.at)
    book.emit(DialReported(number=dial.number, call=call.call))


def accepted(book: Book, answer: DialAccepted) -> None:
    """The PBX runs the call, maybe under its own id; a drop that came meanwhile is made good."""
    call = book.get(answer.call)
    if call is None or not call.active or call.call not in book.unplaced:
        return
    book.unplaced.discard(call.call)
    if answer.pbx_call != call.pbx_call:
        call = _continue_as(book, call, answer)
    call = book.change(call, last_seen_at=max(call.last_seen_at, answer.at))
    if call.call in book.dropped:
        book.dropped.discard(call.call)
        book.emit(HangUp(call.call, call.pbx_call))


def _continue_as(book: Book, call: Call, answer: DialAccepted) -> Call:
    """Give the call the id that the PBX uses; what was seen under it before is this very call."""
    seen = book.at_pbx(answer.pbx_call)
    if seen is not None and seen.active and not (seen.dialled or seen.followed):
        ended = book.change(
            sightings.end(book, seen, answer.at), owed=False, window_open=False, wanted=False
        )
        if seen.window_open:
            book.emit(Window(WindowAction.CLOSE, ended))
        call = book.change(
            call,
            state=seen.state,
            rang=seen.rang,
            began_at=seen.began_at,
            connected_at=seen.connected_at,
        )
    elif seen is not None and seen.active:
        return call
    return book.change(call, pbx_call=answer.pbx_call)


def refused(book: Book, answer: DialRefused) -> None:
    """The PBX did not take the call: it has ended unreached."""
    call = book.get(answer.call)
    book.dropped.discard(answer.call)
    if call is None or not call.active or call.call not in book.unplaced:
        return
    sightings.end(book, call, answer.at)
    book.emit(
        DialReported(number=call.number, refused=answer.reason),
        TellUser(worded("The call could not be placed: {reason}", reason=answer.reason), call.call),
    )


def dropped(book: Book, drop: DatevDropped) -> None:
    """Hang up the call that DATEV names, also before it rings; an unknown one is none of ours."""
    for call in list(book.active()):
        if call.call_id and call.call_id == drop.call_id:
            _hang_up(book, call)


def hang_up_pressed(book: Book, press: HangUpPressed) -> None:
    """Hang up a call for the user."""
    call = book.get(press.call)
    if call is not None and call.active:
        _hang_up(book, call)


def _hang_up(book: Book, call: Call) -> None:
    if call.call in book.unplaced:
        book.dropped.add(call.call)
    else:
        book.emit(HangUp(call.call, call.pbx_call))


def _check(book: Book, number: str, at: datetime) -> tuple[str | None, Dialable | None]:
    """Return why the number cannot be dialled now, or the number to dial."""
    target = to_dial(number, book.plan)
    if not isinstance(target, Dialable):
        return target.reason, None
    if not book.leg_up(Leg.STARFACE):
        return worded("there is no connection to the phone system; try again when it is back"), None
    last = book.dialled_at.get(target.number)
    if last is not None and abs(at - last) < DOUBLE_CLICK:
        return worded("this number was dialled just now"), None
    if any(_is_being_set_up(call, target) for call in book.active()):
        return worded("a call to this number is being set up"), None
    return None, target


def _is_being_set_up(call: Call, target: Dialable) -> bool:
    if call.direction is not Direction.OUTGOING or call.connected_at is not None:
        return False
    if target.e164 is not None:
        return call.e164 == target.e164
    return call.number == target.number


def _place(book: Book, target: Dialable, shown: str, at: datetime) -> Call:
    book.dialled_at = {n: t for n, t in book.dialled_at.items() if abs(at - t) < DOUBLE_CLICK}
    book.dialled_at[target.number] = at
    call_id = book.ids.next_id()
    call = book.put(
        Call(
            call=call_id,
            pbx_call=book.ids.pbx_id(call_id),
            direction=Direction.OUTGOING,
            state=CallState.DIALLING,
            number=shown.strip(),
            e164=target.e164,
            internal=target.kind is NumberKind.INTERNAL,
            began_at=at,
            last_seen_at=at,
            dialled=True,
        )
    )
    book.unplaced.add(call_id)
    book.emit(PlaceCall(call=call_id, number=target.number, pbx_call=call.pbx_call))
    return call
