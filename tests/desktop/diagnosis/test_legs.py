from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta, timezone

import pytest

from datev_connector.desktop.legs import (
    LEGS,
    leg_line,
    leg_name,
    leg_text,
    mender_word,
    since_words,
    state_word,
)
from datev_connector.desktop.look.marks import state_colour, state_symbol
from datev_connector.desktop.look.theme import THEMES
from datev_connector.domain.legs import Leg, LegReport, LegState, Mender
from datev_connector.domain.wording import worded
from datev_connector.texts.language import Language
from datev_connector.texts.moments import Moments

BERLIN = timezone(timedelta(hours=1))
DOWN = LegReport(
    leg=Leg.STARFACE,
    state=LegState.DOWN,
    since=datetime(2026, 11, 23, 13, 3, tzinfo=UTC),
    reason=worded("The PBX does not answer."),
    mender=Mender.PBX_ADMIN,
    remedy="Start it.",
)


def test_every_leg_state_and_mender_has_a_word_of_its_own(
    german: Language, english: Language
) -> None:
    for language in (german, english):
        names = [leg_name(leg, language) for leg in (*Leg, None)]
        states = [state_word(state, language) for state in (*LegState, None)]
        menders = [mender_word(mender, language) for mender in Mender]
        for words in (names, states, menders):
            assert len(set(words)) == len(words)
        assert all(names)
        assert all(states)
        assert [one for one in Mender if not mender_word(one, language)] == [Mender.NOBODY]


def test_people_see_all_legs_once() -> None:
    assert sorted(LEGS) == sorted(Leg)


def test_states_differ_in_shape_and_not_only_in_colour() -> None:
    states = (*LegState, None)
    assert len({state_symbol(state) for state in states}) == len(states)
    for theme in THEMES.values():
        assert len({state_colour(state, theme) for state in LegState}) == len(LegState)


def test_the_text_of_a_leg_tells_all_of_it(german: Language) -> None:
    assert leg_text(Leg.STARFACE, DOWN, german, Moments(german, BERLIN)).splitlines() == [
        "Telefonanlage: Gestört (seit 23.11.2026 14:03)",
        "Ursache: The PBX does not answer.",
        "Zuständig: Administrator der Telefonanlage",
        "Abhilfe: Start it.",
    ]


def test_a_leg_that_nobody_can_mend_has_no_remedy(german: Language) -> None:
    report = replace(DOWN, mender=Mender.NOBODY, remedy="")
    assert leg_text(Leg.STARFACE, report, german, Moments(german, BERLIN)).splitlines() == [
        "Telefonanlage: Gestört (seit 23.11.2026 14:03)",
        "Ursache: The PBX does not answer.",
    ]


@pytest.mark.parametrize("leg", LEGS)
def test_a_leg_that_has_not_reported_is_said_to_be_silent(leg: Leg, english: Language) -> None:
    text = leg_text(leg, None, english, Moments(english, BERLIN))
    assert text == leg_line(leg, None, english) == f"{leg_name(leg, english)}: No report yet"


def test_todays_change_is_told_by_its_time(german: Language) -> None:
    moments, noon = Moments(german, BERLIN), datetime(2026, 11, 23, 14, tzinfo=UTC)
    assert since_words(DOWN, german, moments, noon) == "seit 14:03"
    later = noon + timedelta(days=1)
    assert since_words(DOWN, german, moments, later) == "seit 23.11.2026 14:03"
