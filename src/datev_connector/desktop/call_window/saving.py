"""How far the note of a call has come, and whose text the field shows. Pure.

"Saved" is said only where the store holds exactly the text of the field.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from enum import Enum, auto

from datev_connector.domain.calls import Call, Live
from datev_connector.domain.rules import KEPT_LIMIT, NOTE_LIMIT, note_length


class Saving(Enum):
    """What is said of a note, or of the call where there is none."""

    NOTHING = auto()
    ENDLESS = auto()
    """The field holds more than can be kept; the last text that fitted is."""
    TOO_LONG = auto()
    """The field holds more than DATEV takes, and is not yet saved."""
    LONG_DRAFT = auto()
    """More than DATEV takes, saved."""
    SAVING = auto()
    NOT_SAVED = auto()
    """The store cannot be written to."""
    SAVED = auto()
    CHANGED_SINCE = auto()
    """Saved; an earlier text is in DATEV or on its way."""
    AFTER_CALL = auto()
    """It goes to DATEV when the call is over."""
    WAITS = auto()
    """It waits for DATEV."""
    IN_DATEV = auto()


@dataclass(frozen=True, slots=True, kw_only=True)
class Typed:
    """The text of the field, what of it was sent to the desk, and what came back."""

    text: str = ""
    sent: tuple[str, ...] = ()
    """Texts that the desk has not shown yet, oldest first."""
    shown: str = ""
    """The note as the desk showed it last."""
    revision: int = 0
    """Its revision."""
    kept: int = 0
    """The newest revision that the store holds."""
    elsewhere: bool = False
    """Somebody else changed the note while the person was typing; the field counts."""

    @property
    def over(self) -> int:
        """How many characters are too many for DATEV; 0: it fits."""
        return max(0, note_length(self.text) - NOTE_LIMIT)

    @property
    def is_endless(self) -> bool:
        """Tell whether the text is longer than anything that is kept."""
        return note_length(self.text) > KEPT_LIMIT

    @property
    def due(self) -> bool:
        """Tell whether the field holds something that the desk was not sent."""
        return not self.is_endless and self.text != self._last

    @property
    def is_safe(self) -> bool:
        """Tell whether the store holds exactly this text.

        A store that is further than what the desk has shown holds another one.
        """
        return self.text == self.shown and self.revision == self.kept

    @property
    def _last(self) -> str:
        return self.sent[-1] if self.sent else self.shown

    @classmethod
    def of(cls, call: Call, kept: int) -> Typed:
        """The field as it begins: it shows the note of the call."""
        return cls(text=call.note, shown=call.note, revision=call.note_revision, kept=kept)

    def with_text(self, text: str) -> Typed:
        """The person typed."""
        return replace(self, text=text)

    def handed_over(self) -> Typed:
        """The text of the field was sent to the desk."""
        return replace(self, sent=(*self.sent, self.text))

    def with_kept(self, revision: int) -> Typed:
        """The store holds the note in this revision."""
        return replace(self, kept=max(self.kept, revision))

    def with_note_of(self, call: Call) -> Typed:
        """The desk shows the call. What a person is typing stays, and will replace the note."""
        note, revision = call.note, call.note_revision
        if note == self.shown:
            return replace(self, revision=revision)
        if note in self.sent:
            later = self.sent[self.sent.index(note) + 1 :]
            return replace(self, sent=later, shown=note, revision=revision, elsewhere=False)
        if self.sent or self.text != self.shown:
            return replace(self, shown=note, revision=revision, elsewhere=True)
        return replace(self, text=note, shown=note, revision=revision, elsewhere=False)


def saving(call: Call, typed: Typed, *, store_is_down: bool, others_talk: bool) -> Saving:
    """How far the note has come; `others_talk`: another call is active, and DATEV waits for it."""
    if typed.is_endless:
        return Saving.ENDLESS
    if not typed.is_safe:
        return _of_unsaved(typed, store_is_down=store_is_down)
    waiting = Saving.AFTER_CALL if call.active or others_talk else Saving.WAITS
    if not call.note.strip():
        return _of_bare_call(call, waiting)
    if call.note_wanted and call.wanted_revision == call.note_revision:
        return waiting
    if call.is_draft:
        return _of_draft(call, typed)
    return Saving.IN_DATEV if call.note_in_datev_revision >= call.note_sent_revision else waiting


def _of_unsaved(typed: Typed, *, store_is_down: bool) -> Saving:
    if store_is_down:
        return Saving.NOT_SAVED
    return Saving.TOO_LONG if typed.over else Saving.SAVING


def _of_draft(call: Call, typed: Typed) -> Saving:
    if typed.over:
        return Saving.LONG_DRAFT
    earlier = call.note_wanted or call.note_sent_revision > 0
    return Saving.CHANGED_SINCE if earlier else Saving.SAVED


def _of_bare_call(call: Call, waiting: Saving) -> Saving:
    if call.in_datev_at is not None:
        return Saving.IN_DATEV
    # A ringing call that DATEV follows live is confirmed at once; what failed waits for the end.
    owed = call.journalled or ((call.wanted or call.from_datev) and call.live is Live.BROKEN)
    return waiting if owed else Saving.NOTHING
