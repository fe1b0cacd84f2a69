"""Notes and the DATEV button."""

from __future__ import annotations

from typing import TYPE_CHECKING

from datev_connector.domain.calls import Live
from datev_connector.domain.desk.handover import of_earlier_run
from datev_connector.domain.effects import TellUser
from datev_connector.domain.rules import KEPT_LIMIT, NOTE_LIMIT, note_length
from datev_connector.domain.wording import worded

if TYPE_CHECKING:
    from datev_connector.domain.calls import Call
    from datev_connector.domain.desk.book import Book
    from datev_connector.domain.inputs import CallRecalled, NoteTyped, TransferPressed


def typed(book: Book, note: NoteTyped) -> None:
    """Keep what the user typed, also more than DATEV takes; what is endless is refused whole."""
    call = book.get(note.call)
    if call is None or note.text == call.note:
        return
    length = note_length(note.text)
    if length > KEPT_LIMIT:
        text = worded(
            "The note has {length} characters, and at most {limit} can be kept."
            " It was not changed: shorten it.",
            length=length,
            limit=KEPT_LIMIT,
        )
        book.emit(TellUser(text, call.call))
        return
    wanted = call.note_wanted and bool(note.text.strip())
    revision = call.note_revision + 1
    book.change(call, note=note.text, note_revision=revision, note_wanted=wanted)


def transfer_pressed(book: Book, press: TransferPressed) -> None:
    """Hand call and note to DATEV: live if the call lives, else by the journal.

    A note that is longer than DATEV takes stays a draft: it is neither cut nor sent.
    """
    call = book.get(press.call)
    if call is None:
        return
    call = book.change(call, wanted=True)
    if call.is_draft and note_length(call.note) > NOTE_LIMIT:
        _tell_too_long(book, call)
    elif call.is_draft:
        call = book.change(
            call, note_wanted=True, wanted_note=call.note, wanted_revision=call.note_revision
        )
    if call.active and call.live is Live.BROKEN and call.sent_number is None:
        # DATEV was away when it rang, and has not heard of this call: now it is wanted live.
        book.change(call, live=Live.NEVER, live_sent=Live.NEVER)
    if not call.active and call.live_sent is Live.NEVER:
        # Over, and DATEV was never told: only the journal is left.
        book.change(call, live=Live.BROKEN, live_sent=Live.BROKEN)


def _tell_too_long(book: Book, call: Call) -> None:
    text = worded(
        "The note has {length} characters; DATEV takes {note_limit}."
        " It stays a draft: shorten it, then hand it over.",
        length=note_length(call.note),
        note_limit=NOTE_LIMIT,
    )
    book.emit(TellUser(text, call.call))


def recalled(book: Book, recall: CallRecalled) -> None:
    """Take a call from the journal back on the desk; one that is there already stays as it is."""
    if recall.call.call not in book.calls:
        book.published[recall.call.call] = recall.call
        book.saved[recall.call.call] = recall.call
        book.put(of_earlier_run(recall.call, recall.at))
