"""The window of each call, and what is told of a call to the outside."""

from __future__ import annotations

from typing import TYPE_CHECKING

from datev_connector.domain.calls import Call, Direction, Known
from datev_connector.domain.effects import AskWho, CallChanged, Window, WindowAction
from datev_connector.domain.rules import is_hidden, opens_window

if TYPE_CHECKING:
    from datev_connector.domain.desk.book import Book
    from datev_connector.domain.inputs import WindowClosed, WindowOpened

_TOLD = (
    "state",
    "number",
    "name",
    "internal",
    "outcome",
    "connected_at",
    "ended_at",
    "direction",
    "pbx_call",
    "person",
    "known",
)
_SHOWN = (
    *_TOLD,
    "note",
    "note_wanted",
    "wanted",
    "wanted_revision",
    "note_sent_revision",
    "note_in_datev_revision",
    "in_datev_at",
    "journalled",
    "live",
)


def closed(book: Book, close: WindowClosed) -> None:
    """The user closed a window; the note stays."""
    call = book.get(close.call)
    if call is not None and call.window_open:
        book.change(call, window_open=False)
        book.emit(Window(WindowAction.CLOSE, call.but(window_open=False)))


def opened(book: Book, request: WindowOpened) -> None:
    """The user wants to see the window of a call again.

    Who it was is not asked of a call that is over, unless the user comes back to it.
    """
    call = book.get(request.call)
    if call is None:
        return
    call = book.change(call, window_open=True)
    book.emit(Window(WindowAction.OPEN, call))
    if call.known is Known.ASKED and not call.active:
        book.emit(AskWho(call.call, call.candidates))


def tell(book: Book, call: Call) -> None:
    """Tell what is new about a call, and open, update or close its window."""
    before = book.published.get(call.call)
    if not _worth_telling(call) or (before is None and call.call in book.adrift):
        return
    if not call.active and call.outcome is None:
        book.untold_ends.add(call.call)
    elif before is None or call.call in book.untold_ends or _differs(before, call, _TOLD):
        book.untold_ends.discard(call.call)
        book.emit(CallChanged(call))
    call = _settle_window(book, before, call)
    _ask(book, before, call)
    book.publish(call)


def _worth_telling(call: Call) -> bool:
    """Tell whether a call can be shown: somebody is being rung, or it is over."""
    if call.known is Known.NOT_YET:
        return False
    return call.rang or call.direction is Direction.OUTGOING or _is_past_ringing(call)


def _is_past_ringing(call: Call) -> bool:
    return call.connected_at is not None or call.outcome is not None


def _settle_window(book: Book, before: Call | None, call: Call) -> Call:
    closes = not call.active and book.rules.close_after_call
    news = before is None or is_hidden(before, book.rules)
    if news and call.active and not call.window_open and opens_window(call, book.rules):
        call = book.change(call, window_open=True)
        book.emit(Window(WindowAction.OPEN, call))
    elif call.window_open and closes and (before is None or before.active):
        call = book.change(call, window_open=False)
        book.emit(Window(WindowAction.CLOSE, call))
    elif call.window_open and before is not None and _differs(before, call, _SHOWN):
        book.emit(Window(WindowAction.UPDATE, call))
    return call


def _ask(book: Book, before: Call | None, call: Call) -> None:
    """Put the open question who it is, once for each set of candidates."""
    if call.known is not Known.ASKED or not call.active or is_hidden(call, book.rules):
        return
    if before is None or before.known is not Known.ASKED or before.candidates != call.candidates:
        book.emit(AskWho(call.call, call.candidates))


def _differs(before: Call, call: Call, names: tuple[str, ...]) -> bool:
    return any(getattr(before, name) != getattr(call, name) for name in names)
