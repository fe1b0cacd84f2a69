"""What is said about a note, against the real desk and against every order of events."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from datev_connector.desktop.call_window.saving import Saving, Typed, saving
from datev_connector.desktop.call_window.saving_words import counter_words, saving_words
from datev_connector.domain.calls import Call, Live
from datev_connector.domain.effects import Window
from datev_connector.domain.legs import Leg
from datev_connector.domain.record import Delivery
from datev_connector.domain.rules import KEPT_LIMIT, NOTE_LIMIT, CallRules
from datev_connector.texts.language import Language
from datev_connector.texts.moments import Moments
from tests.desktop.call_window.people import NOON, call, connected, ended
from tests.domain.desk.playbook import Playbook, book


def state_of(
    one: Call, text: str | None = None, *, kept: int | None = None, down: bool = False
) -> Saving:
    typed = Typed.of(one, one.note_revision if kept is None else kept)
    if text is not None:
        typed = typed.with_text(text)
    return saving(one, typed, store_is_down=down, others_talk=False)


def test_saved_is_said_only_of_what_the_store_holds() -> None:
    one = call(note="a", note_revision=3)
    assert state_of(one) is Saving.SAVED
    assert state_of(one, kept=2) is Saving.SAVING
    assert state_of(one, "ab") is Saving.SAVING
    assert state_of(one, "ab", down=True) is Saving.NOT_SAVED
    assert state_of(one, down=True) is Saving.SAVED


def test_nothing_is_said_of_a_call_without_note_that_owes_nothing() -> None:
    assert state_of(call()) is Saving.NOTHING
    assert state_of(ended(journalled=True)) is Saving.WAITS
    assert state_of(ended(in_datev_at=NOON)) is Saving.IN_DATEV
    assert state_of(connected(wanted=True, live=Live.BROKEN)) is Saving.AFTER_CALL


@pytest.mark.parametrize("spare", [0, 1])
def test_the_limit_counts_as_datev_does(spare: int) -> None:
    text = "\N{GRINNING FACE}" * (NOTE_LIMIT // 2) + "x" * spare
    typed = Typed.of(call(), 0).with_text(text)
    assert typed.over == spare
    assert (state_of(call(), text) is Saving.TOO_LONG) is (spare == 1)


def test_a_text_longer_than_datev_takes_is_saved_all_the_same() -> None:
    text = "x" * (NOTE_LIMIT + 1)
    assert Typed.of(call(), 0).with_text(text).due
    assert state_of(call(note=text, note_revision=1)) is Saving.LONG_DRAFT
    assert state_of(call(), text, down=True) is Saving.NOT_SAVED


def test_a_text_without_end_is_not_handed_over() -> None:
    typed = Typed.of(call(), 0)
    assert typed.with_text("x" * KEPT_LIMIT).due
    assert not typed.with_text("x" * (KEPT_LIMIT + 1)).due
    assert state_of(call(), "x" * (KEPT_LIMIT + 1)) is Saving.ENDLESS


def shown(desk: Playbook) -> Call:
    return desk.of(Window)[-1].call


def test_the_way_of_a_note_into_datev() -> None:
    desk = book(CallRules())
    one = desk.ring()
    desk.later(3).answer()
    desk.note(one, "please call back")
    assert state_of(shown(desk)) is Saving.SAVED
    desk.press(one)
    assert state_of(shown(desk)) is Saving.AFTER_CALL
    desk.mute = True
    desk.later(60).hang_up()
    desk.deliver(desk.unanswered.pop(), Delivery.CONFIRMED)
    assert shown(desk).in_datev_at is not None
    assert state_of(shown(desk)) is Saving.WAITS
    desk.deliver(desk.unanswered.pop(), Delivery.CONFIRMED)
    assert state_of(shown(desk)) is Saving.IN_DATEV
    desk.note(one, "please call back, urgent")
    assert state_of(shown(desk)) is Saving.CHANGED_SINCE


def test_a_note_waits_for_a_datev_that_is_away() -> None:
    desk = book(CallRules())
    desk.leg(Leg.DATEV, up=False)
    one = desk.ring()
    desk.note(one, "please call back")
    desk.press(one)
    desk.later(20).hang_up()
    assert state_of(shown(desk)) is Saving.WAITS
    assert (
        saving(shown(desk), Typed.of(shown(desk), 1), store_is_down=False, others_talk=True)
        is Saving.AFTER_CALL
    )


# --- whose text counts ----------------------------------------------------------------------------


@dataclass
class Office:
    """A desk and a store, each some way behind what the window has sent."""

    pad: Typed
    note: str = ""
    revision: int = 0
    kept: int = 0
    on_the_way: list[str] = field(default_factory=list)
    told: list[tuple[str, int]] = field(default_factory=list)
    stored: str = ""

    def step(self, name: str) -> None:
        doing = {
            "send": self.send,
            "desk": self.desk_takes,
            "hear": self.window_hears,
            "keep": self.store_keeps,
        }
        doing.get(name, self.settle)()

    def settle(self) -> None:
        """Let everything arrive that is on its way."""
        self.send()
        while self.on_the_way or self.told:
            self.desk_takes()
            self.window_hears()
        self.store_keeps()

    def send(self) -> None:
        if self.pad.due:
            self.pad = self.pad.handed_over()
            self.on_the_way.append(self.pad.text)

    def desk_takes(self) -> None:
        if self.on_the_way:
            self.change(self.on_the_way.pop(0))

    def change(self, text: str) -> None:
        if text != self.note:
            self.note, self.revision = text, self.revision + 1
            self.told.append((text, self.revision))

    def window_hears(self) -> None:
        if self.told:
            text, revision = self.told.pop(0)
            self.pad = self.pad.with_note_of(call(note=text, note_revision=revision))

    def store_keeps(self) -> None:
        self.kept, self.stored = self.revision, self.note
        self.pad = self.pad.with_kept(self.kept)


actions = st.lists(
    st.one_of(
        st.tuples(st.just("type"), st.text("ab", max_size=4)),
        st.tuples(st.just("elsewhere"), st.text("cd", min_size=1, max_size=3)),
        st.tuples(st.sampled_from(["send", "desk", "hear", "keep"]), st.just("")),
    ),
    max_size=30,
)


@given(actions, st.booleans())
def test_typed_text_is_never_lost_and_saved_is_never_said_too_early(
    steps: list[tuple[str, str]], others: bool
) -> None:
    office, typed = Office(Typed.of(call(), 0)), ""
    for name, text in steps:
        before, due = office.pad.text, office.pad.due
        if name == "type":
            office.pad, typed = office.pad.with_text(text), text
        elif name == "elsewhere" and others:
            office.change(text)
        else:
            office.step(name)
        assert name == "type" or not due or office.pad.text == before
        assert not office.pad.is_safe or office.stored == office.pad.text
        assert others or office.pad.text == typed
    office.settle()
    assert office.pad.text == office.note == office.stored
    assert office.pad.is_safe
    assert others or office.note == typed


def test_a_note_from_elsewhere_appears_unless_the_person_types() -> None:
    idle = Typed.of(call(note="old", note_revision=1), 1)
    other = call(note="other", note_revision=2)
    assert idle.with_note_of(other).text == "other"
    busy = idle.with_text("old and new").with_note_of(other)
    assert (busy.text, busy.due) == ("old and new", True)


def test_what_comes_back_of_the_own_text_is_nobody_elses() -> None:
    pad = Typed.of(call(note="a", note_revision=1), 1)
    for text in ("ab", "a"):
        pad = pad.with_text(text).handed_over()
    meanwhile = pad.with_note_of(call(note="other", note_revision=2))
    assert (meanwhile.text, meanwhile.elsewhere) == ("a", True)
    pad = pad.with_note_of(call(note="ab", note_revision=2))
    assert (pad.text, pad.sent, pad.elsewhere) == ("a", ("a",), False)
    pad = pad.with_note_of(call(note="a", note_revision=3))
    assert (pad.text, pad.sent, pad.elsewhere) == ("a", (), False)


# --- words ----------------------------------------------------------------------------------------


def test_every_state_has_words(german: Language, english: Language) -> None:
    one = ended(in_datev_at=datetime(2026, 11, 23, 13, 3, tzinfo=UTC))
    for language in (german, english):
        moments = Moments(language, UTC)
        words = [
            saving_words(state, one, 12, language, moments, NOON + timedelta(hours=1))
            for state in Saving
        ]
        assert words[0] == ""
        assert all(words[1:])
        assert len(set(words)) == len(words)
        assert words[-1] == "in DATEV 13:03"


def test_the_counter_sets_thousands_apart(german: Language, english: Language) -> None:
    assert counter_words(1234, german) == "1.234 von 2.000 Zeichen"
    assert counter_words(1234, english) == "1,234 of 2,000 characters"


def test_what_is_taken_back_before_the_desk_has_it_is_sent_as_well() -> None:
    pad = Typed.of(call(note="a", note_revision=1), 1).with_text("ab").handed_over()
    back = pad.with_text("a")
    assert back.due
    assert not back.handed_over().due


def test_an_older_revision_that_is_told_late_takes_nothing_back() -> None:
    pad = Typed.of(call(note="a", note_revision=3), 3)
    assert pad.with_kept(2).is_safe


def test_a_ringing_call_that_datev_follows_owes_it_nothing() -> None:
    assert state_of(call(wanted=True, live=Live.NEVER)) is Saving.NOTHING
