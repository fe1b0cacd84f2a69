from __future__ import annotations

from datetime import UTC, timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from datev_connector.desktop.call_window.face import Face, Sign, face_of, running_time
from datev_connector.desktop.call_window.leg_words import leg_words
from datev_connector.desktop.call_window.rows import DIGITS, row_of
from datev_connector.domain.calls import Call, CallState, Direction, Known, Outcome
from datev_connector.domain.contacts import ClientState, Rule, Source
from datev_connector.domain.legs import Leg, LegReport, LegState
from datev_connector.texts.language import Language, Tongue
from datev_connector.texts.moments import Moments
from tests.desktop.call_window.people import (
    NOON,
    NUMBER,
    asked,
    call,
    connected,
    ended,
    person,
    unknown,
)

ENGLISH = Language.of(Tongue.ENGLISH)
MOMENTS = Moments(ENGLISH, UTC)


def face(one: Call) -> Face:
    return face_of(one, ENGLISH, MOMENTS, NOON)


persons = st.none() | st.builds(
    person,
    st.just("p"),
    st.text(max_size=90),
    st.sampled_from(Source),
    number=st.text(max_size=20),
    rule=st.sampled_from(Rule),
    client_number=st.text(max_size=20),
    client_state=st.sampled_from(ClientState),
)
calls = st.builds(
    call,
    st.just("c1"),
    direction=st.sampled_from(Direction),
    state=st.sampled_from(CallState),
    number=st.sampled_from(["", "004972112345678", "42", "??"]),
    e164=st.sampled_from([None, NUMBER, "+43158000", "+4917012345"]),
    internal=st.booleans(),
    pbx_name=st.text(max_size=30),
    group=st.text(max_size=10),
    connected_at=st.none() | st.just(NOON),
    ended_at=st.none() | st.just(NOON),
    outcome=st.none() | st.sampled_from(Outcome),
    known=st.sampled_from(Known),
    rule=st.none() | st.sampled_from(Rule),
    person=persons,
    candidates=st.lists(persons.filter(bool), max_size=3).map(tuple),
    datev_hits=st.integers(0, 3),
    from_datev=st.booleans(),
)


@given(calls, st.sampled_from(Tongue))
def test_every_call_can_be_shown(one: Call, tongue: Tongue) -> None:
    language = Language.of(tongue)
    shown = face_of(one, language, Moments(language, UTC), NOON)
    for must in ("title", "state", "name", "why"):
        assert getattr(shown, must).strip(), must
    assert shown.hangs_up is one.active
    assert bool(shown.calls_back) is (not one.active and bool(one.e164 or one.number))
    assert shown.badge == "" or one.person is not None
    assert not (shown.rejectable and shown.asks) or one.person is not None


@given(calls)
def test_no_answer_no_running_time(one: Call) -> None:
    assert bool(running_time(one, NOON)) is (one.connected_at is not None)


@pytest.mark.parametrize(
    ("one", "words"),
    [
        (call(), "By exactly this number."),
        (
            call(person=person("d1", "A", rule=Rule.COMPANY_STEM)),
            "By the head number 0721 12345-0.",
        ),
        (
            call(person=person("d1", "A", rule=Rule.COMPLETED_LOCAL, number="12345")),
            "By the number 12345, your area code put in.",
        ),
        (call(known=Known.LEARNED), "As chosen last time for this number."),
        (
            call(known=Known.LEARNED, person=person("d1", "A", rule=Rule.COMPANY_STEM)),
            "As chosen last time for this number. By the head number 0721 12345-0.",
        ),
        (call(known=Known.GIVEN), "Given by DATEV."),
        (call(known=Known.CHOSEN), "Chosen by you."),
        (asked(3), "3 contacts fit this number."),
        (unknown(), "Nobody in the contacts has this number."),
        (unknown(number="", e164=None), "The caller withholds the number."),
        (unknown(number="42", e164=None, internal=True), "A call inside the phone system."),
        (unknown(candidates=(person("d1", "A"),)), "Only contacts fit that are no longer active."),
        (
            call(person=person("pbx:+49", "A", Source.STARFACE)),
            "The name comes from the phone system.",
        ),
        (
            call(candidates=(person("d1", "A"), person("s1", "B", Source.STARFACE))),
            "By exactly this number. The only hit in DATEV.",
        ),
        (
            call(candidates=(person("d1", "A"), person("d2", "B")), datev_hits=2),
            "By exactly this number. The first of 2 hits.",
        ),
    ],
)
def test_why_this_contact(one: Call, words: str) -> None:
    assert face(one).why == words


def test_who_was_given_by_datev_is_not_rejected_but_changed() -> None:
    assert not face(call(known=Known.GIVEN)).rejectable
    assert face(call(known=Known.GIVEN)).assignable
    assert face(call()).rejectable
    assert not face(unknown()).rejectable


def test_numbers_are_written_as_in_the_country() -> None:
    assert face(call()).number == "0721 12345678"
    assert face(unknown()).name == "0721 12345678"
    assert face(unknown(number="42", e164=None)).number == "42"
    assert face(unknown(number="", e164=None)).name == "Number withheld"


def test_what_the_phone_system_knows_besides_is_a_line_of_its_own() -> None:
    assert face(call(pbx_name="BLUMENHAUS GRÜNEWALD GMBH")).company == ""
    told = face(call(pbx_name="Blumen", group="Office", first_number="42")).company
    assert told == "Phone system: Blumen · Group Office · Put through by 42"


def test_clients_that_are_no_longer_active_are_told_apart() -> None:
    former = person("d1", "A", client_number="7", client_state=ClientState.INACTIVE)
    assert face(call(person=former)).client == "Client 7 (no longer active)"
    assert face(call()).client == "Client 10234"


def test_the_running_time_counts_from_the_answer() -> None:
    assert running_time(connected(talked_s=187), NOON) == "3:07"
    assert running_time(connected(talked_s=-5), NOON) == "0:00"
    assert running_time(ended(), NOON + timedelta(hours=3)) == "5:00"
    assert running_time(call(), NOON) == ""


def test_states_have_shapes_and_words() -> None:
    assert (face(call()).sign, face(call()).state) == (Sign.INCOMING, "Incoming call")
    assert face(connected()).sign is Sign.TALKING
    assert face(connected(state=CallState.HELD)).sign is Sign.HELD
    missed = face(ended(outcome=Outcome.MISSED, connected_at=None))
    assert (missed.sign, missed.state) == (Sign.MISSED, "Missed call · 12:54")
    dialled = call(direction=Direction.OUTGOING, state=CallState.DIALLING, from_datev=True)
    assert (face(dialled).sign, face(dialled).state) == (Sign.OUTGOING, "Dialled from DATEV")


def test_rows_have_digits_as_far_as_there_are_any() -> None:
    rows = [row_of(person("d", "A"), n, None, ENGLISH, MOMENTS, NOON) for n in range(11)]
    assert [row.digit for row in rows] == [*"123456789", "", ""]
    assert len([row for row in rows if row.digit]) == DIGITS


def test_a_row_tells_who_and_since_when() -> None:
    yesterday = NOON - timedelta(days=1)
    row = row_of(person("d", "A"), 0, yesterday, ENGLISH, MOMENTS, NOON)
    assert row.spoken == "1, A, DATEV, Client 10234 · last contact yesterday 13:03"


def test_broken_legs_say_what_they_mean_here_the_gravest_first() -> None:
    since = NOON - timedelta(minutes=1)
    legs = {leg: LegReport(leg=leg, state=LegState.DOWN, since=since, reason="gone") for leg in Leg}
    told = list(leg_words(legs, ENGLISH, MOMENTS, NOON, active=True))
    assert [leg for leg, _ in told] == [Leg.STORE, Leg.STARFACE, Leg.DATEV]
    assert all("13:02" in words for _, words in told)
    weak = {Leg.DATEV: LegReport(leg=Leg.DATEV, state=LegState.DEGRADED, since=NOON, reason="")}
    assert not list(leg_words(weak, ENGLISH, MOMENTS, NOON, active=True))
    over = leg_words(legs, ENGLISH, MOMENTS, NOON, active=False)
    assert [leg for leg, _ in over] == [Leg.STORE, Leg.DATEV]


@pytest.mark.parametrize("sent", ["*21*0900123456#", "#31#", "* 21 # 5"])
def test_an_order_to_the_phone_system_is_no_number_to_call_back(sent: str) -> None:
    caller: dict[str, Any] = {"number": sent, "e164": None, "internal": True}
    assert face(ended(**caller)).calls_back == ""
    dialled = ended(direction=Direction.OUTGOING, **caller)
    assert face(dialled).calls_back == sent
