from __future__ import annotations

from collections.abc import Iterable
from datetime import timedelta
from typing import Any, get_args

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.stateful import rule, run_state_machine_as_test

from datev_connector.app.support_bundle.personal_fields import Content, content_of
from datev_connector.app.support_bundle.plain_values import _CLASSES, _ENUMS, Unreadable
from datev_connector.app.support_bundle.recorded_inputs import Masked, as_lines, from_lines, masked
from datev_connector.app.support_bundle.replay import replay
from datev_connector.domain import inputs
from datev_connector.domain.calls import PbxState
from datev_connector.domain.contacts import Source
from datev_connector.domain.desk.terms import Terms
from datev_connector.domain.dial_plan import DialPlan
from datev_connector.domain.effects import Effect, Notify
from datev_connector.domain.legs import Leg
from datev_connector.domain.record import DialWish
from datev_connector.domain.rules import CallRules
from datev_connector.engine.recording import Recorder, Recording, Restored
from tests.domain.desk.playbook import AUTOMATIC, Playbook, Shelf, entry
from tests.domain.desk.test_desk_machine import RULES, World

PERSONAL = (
    "Jürgen Müller-Lüdenscheidt",
    "Großhandel Weiß & Söhne KG",
    "07215550147",
    "1715550188",
    "Einspruch bis Freitag",
    "DE-99-88-77",
    "Mandant Übermut",
)


def recorded(book: Playbook, most: int = 100_000) -> tuple[Recording, list[tuple[Effect, ...]]]:
    """What the desk was fed, as the engine remembers it, and its effects."""
    desk = book._desk_again()
    recorder = Recorder(most=most, longest=timedelta(days=10_000), largest=10**12)
    if book.begun_with is not None:
        at, calls, entries, position = book.begun_with
        recorder.restored(
            Restored(at=at, terms=desk.terms, calls=calls, entries=entries, next_position=position)
        )
        desk.restore(at, calls, entries, position)
    for event in book.fed:
        recorder.take(event, desk.terms)
        if not desk.handle(event):
            recorder.nothing_came_of_it()
    return recorder.recording(), book.wanted


def passed_on(recording: Recording) -> Masked:
    """The recording as whoever gets the bundle has it."""
    made = masked(recording, hide=str)
    read = from_lines(as_lines(made.recording, program="0.5.0"))
    assert read == made.recording
    return Masked(read, made.stand_ins)


def assert_replays(book: Playbook) -> None:
    recording, wanted = recorded(book)
    bundle = passed_on(recording)
    played = list(replay(bundle.recording))
    first = [] if bundle.recording.restored is None else [None]
    assert [event for event, _ in played] == [*first, *bundle.recording.inputs]
    expected = [tuple(bundle.stand_ins.put_into(one) for one in turn) for turn in wanted]
    assert _telling(made for _, made in played) == _telling(expected)


def _telling(turns: Iterable[tuple[Effect, ...]]) -> list[tuple[Effect, ...]]:
    """Those in which something was done: of looks that came to nothing, some are left out."""
    return [turn for turn in turns if turn]


class Recorded(World):
    """Any session at all: what was recorded does the same with stand-ins."""

    @rule(rules=RULES)
    def the_rules_change(self, rules: CallRules) -> None:
        """Numbers have their stand-ins by one plan; what another one reads in them may differ."""
        super().the_rules_change(rules, self.book.plan)

    @rule(pause_s=st.integers(0, 40), times=st.integers(1, 4))
    def time_is_passed_with_looking(self, pause_s: int, times: int) -> None:
        alive = [call.pbx_call for call in self.book.desk.calls if call.active]
        for _ in range(times):
            self.book.later(pause_s).picture(*alive)
            self.book.tick()

    def teardown(self) -> None:
        if self.book.fed:
            assert_replays(self.book)
        super().teardown()


def test_any_session_does_the_same_again_with_stand_ins() -> None:
    few = settings(max_examples=40, stateful_step_count=30, deadline=None)
    run_state_machine_as_test(Recorded, settings=few)


def working_day(plan: DialPlan) -> Playbook:
    """Calls of clients and strangers, notes, choices, and calls that DATEV dials."""
    shelf = Shelf(
        [
            entry(Source.DATEV, "DE-99-88-77", "Jürgen Müller-Lüdenscheidt", "00497215550147"),
            entry(Source.DATEV, "b2", "Großhandel Weiß & Söhne KG", "0491715550188"[1:]),
            entry(Source.DATEV, "b3", "Mandant Übermut", "0491715550188"[1:]),
        ]
    )
    book = Playbook(rules=AUTOMATIC, shelf=shelf, plan=plan).connect()
    book.feed(inputs.AccountsLearned(at=book.at, accounts=frozenset({"23", "4711001"})))
    for number, caller in enumerate(
        ("07215550147", "0171/555 0188", "anonymous", "23", "4711001", "+43 1 5800055", "5550147")
    ):
        ring: dict[str, Any] = {
            "caller_number": caller,
            "called_number": "4711001",
            "caller_name": "Mandant Übermut",
        }
        book.pbx(f"p{number}", PbxState.RINGING, **ring)
        book.later(5)
        book.pbx(f"p{number}", PbxState.CONNECTED, **ring)
        call = book.desk.calls[-1]
        book.feed(inputs.NoteTyped(at=book.at, call=call.call, text="Einspruch bis Freitag"))
        book.feed(inputs.TransferPressed(at=book.at, call=call.call))
        if call.candidates:
            book.feed(inputs.PersonChosen(at=book.at, call=call.call, person=call.candidates[0]))
        book.later(60)
        book.pbx(f"p{number}", PbxState.HANGUP, **ring)
    wish = DialWish(
        number="(0721) 555-0147",
        sync_id="s",
        contact_name="Jürgen Müller-Lüdenscheidt",
        contact_id="DE-99-88-77",
        data_source="DATEV_Adressaten",
    )
    book.feed(inputs.DatevDialled(at=book.at, wish=wish))
    book.feed(inputs.DialRequested(at=book.at, number="Tel. 0721 5550147 (Zentrale)"))
    book.feed(inputs.DialRequested(at=book.at, number="Frau Übermut"))
    book.leg(Leg.STARFACE, up=False)
    return book


@pytest.mark.parametrize("prefix", ["", "0", "9"])
def test_a_working_day_does_the_same_again_and_tells_of_nobody(prefix: str) -> None:
    book = working_day(DialPlan(area_code="721", exchange_prefix=prefix, internal_digits=4))
    assert_replays(book)
    text = as_lines(passed_on(recorded(book)[0]).recording, program="0.5.0")
    digits = "".join(filter(str.isdecimal, text))
    for personal in PERSONAL:
        assert personal.casefold() not in text.casefold()
        for word in personal.replace("-", " ").split():
            assert word not in text or len(word) < 4
    assert "7215550147" not in digits
    assert "1715550188" not in digits


def test_what_was_taken_up_of_an_earlier_run_is_played_again() -> None:
    book = working_day(DialPlan(area_code="721"))
    ring: dict[str, Any] = {"caller_number": "07215550147", "called_number": "23"}
    book.pbx("p90", PbxState.RINGING, **ring)
    book.later(3)
    book.restart()
    book.connect()
    book.pbx("p90", PbxState.CONNECTED, **ring)
    book.later(60)
    book.pbx("p90", PbxState.HANGUP, **ring)
    recording, _ = recorded(book)
    assert recording.restored is not None
    assert recording.restored.calls
    assert recording.restored.entries
    assert_replays(book)
    text = as_lines(passed_on(recording).recording, program="0.5.0")
    assert not [one for one in PERSONAL if one in text]


def test_calls_after_what_is_forgotten_do_the_same_again() -> None:
    book = working_day(DialPlan(area_code="721"))
    book.leg(Leg.STARFACE, up=True)
    book.later(3 * 3600).tick()
    before, cut = len(book.fed), book.at
    for number, caller in enumerate(("07215550147", "0171/555 0188")):
        for state in (PbxState.RINGING, PbxState.CONNECTED, PbxState.HANGUP):
            book.later(20)
            book.pbx(f"q{number}", state, caller_number=caller, called_number="23")
    wanted = [effect for turn in book.wanted[before:] for effect in turn]
    assert any(isinstance(effect, Notify) for effect in wanted)

    recording, _ = recorded(book, most=len(book.fed) - before + 3)
    assert recording.begins_in_the_middle
    bundle = passed_on(recording)
    played = replay(bundle.recording)
    later = [made for event, made in played if event is not None and event.at > cut]
    put_into = bundle.stand_ins.put_into
    assert [effect for made in later for effect in made] == [put_into(one) for one in wanted]


def test_a_day_without_calls_takes_no_place() -> None:
    book = Playbook().connect()
    for _ in range(2000):
        book.later(5).picture()
        book.tick()
    book.ring("p1")
    for _ in range(2000):
        book.later(1).picture("p1")
    book.hang_up("p1")
    assert len(recorded(book)[0].inputs) < 200
    assert_replays(book)


def test_two_bundles_of_one_recording_cannot_be_compared() -> None:
    recording, _ = recorded(working_day(DialPlan(area_code="721")))
    one, other = (as_lines(passed_on(recording).recording, program="0") for _ in range(2))
    assert one != other


def test_every_input_can_be_written() -> None:
    assert set(get_args(inputs.Input)) <= set(_CLASSES.values())
    assert not set(_CLASSES) & set(_ENUMS)


def test_an_empty_recording_plays_nothing() -> None:
    empty = Recording(terms=None, inputs=(), begins_in_the_middle=False)
    assert list(replay(from_lines(as_lines(empty, program="0")))) == []


@given(text=st.one_of(st.text(), st.sampled_from(['{"Call.": 1}', "[1]", '{"a": 1}', "null"])))
def test_what_is_no_recording_is_refused(text: str) -> None:
    with pytest.raises(Unreadable):
        from_lines(text)


@given(
    line=st.one_of(
        st.just('{"NoteTyped": {"at": {"time": "x"}, "call": "c", "text": ""}}'),
        st.just('{"NoteTyped": {"nothing": 1}}'),
        st.just('{"Nothing": {}}'),
        st.just('{"a": 1, "b": 2}'),
        st.just("{"),
    )
)
def test_a_line_that_is_no_input_is_named(line: str) -> None:
    terms = Terms(CallRules(), DialPlan(), "s", 1, 0, 1)
    head = as_lines(Recording(terms=terms, inputs=(), begins_in_the_middle=True), program="0")
    with pytest.raises(Unreadable, match="line 2"):
        from_lines(f"{head}{line}\n")


def test_a_field_that_nobody_has_thought_of_is_personal() -> None:
    assert content_of("Call", "a_field_of_tomorrow") is Content.OTHER
