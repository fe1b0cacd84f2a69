from __future__ import annotations

from datetime import UTC, datetime, timedelta, timezone

import pytest
from hypothesis import given
from hypothesis import strategies as st

from datev_connector.desktop.ports import Counts
from datev_connector.desktop.tray.words import (
    LONGEST_NAME,
    LONGEST_TOOLTIP,
    TrayWords,
    menu_text,
)
from datev_connector.domain.calls import Call, CallState, Direction
from datev_connector.domain.legs import Leg, LegReport, LegState
from datev_connector.texts.language import Language, Tongue
from datev_connector.texts.moments import Moments

BERLIN = timezone(timedelta(hours=1))
NOON = datetime(2026, 11, 23, 11, 0, tzinfo=UTC)
NOTHING = Counts(drafts=0, waiting=0)
LANGUAGES = {tongue: Language.of(tongue) for tongue in Tongue}


def words(tongue: Tongue) -> TrayWords:
    language = LANGUAGES[tongue]
    return TrayWords(language=language, moments=Moments(language, BERLIN))


def report(leg: Leg, state: LegState, since: datetime = NOON) -> LegReport:
    return LegReport(leg=leg, state=state, since=since, reason="because")


def legs(*reports: LegReport) -> dict[Leg, LegReport]:
    return {one.leg: one for one in reports}


def call(**fields: object) -> Call:
    given: dict[str, object] = {
        "call": "1",
        "pbx_call": "p1",
        "direction": Direction.INCOMING,
        "state": CallState.RINGING,
        "number": "00497219876",
        "began_at": NOON,
        "last_seen_at": NOON,
    }
    return Call(**(given | fields))  # type: ignore[arg-type]


def test_where_all_is_well_the_tooltip_says_so_and_no_more() -> None:
    up = legs(report(Leg.STARFACE, LegState.UP))
    assert words(Tongue.GERMAN).tooltip(up, NOTHING, NOON) == "DATEV Connector\nAlles in Ordnung"
    assert words(Tongue.GERMAN).tooltip({}, NOTHING, NOON) == "DATEV Connector\nWird gestartet"


def test_the_tooltip_tells_what_is_broken_since_when_and_what_waits() -> None:
    broken = legs(
        report(Leg.STARFACE, LegState.DEGRADED),
        report(Leg.CONTACTS_DATEV, LegState.UP),
        report(Leg.DATEV, LegState.DOWN, NOON - timedelta(hours=3)),
    )
    said = words(Tongue.GERMAN).tooltip(broken, Counts(drafts=2, waiting=0), NOON)
    assert said.splitlines() == [
        "DATEV Connector",
        "DATEV-Telefonie: Gestört seit 09:00",
        "Telefonanlage: Eingeschränkt seit 12:00",
        "2 Notizen nicht übertragen",
    ]
    less = legs(report(Leg.DATEV, LegState.DOWN))
    said = words(Tongue.GERMAN).tooltip(less, Counts(drafts=2, waiting=1), NOON)
    assert said.splitlines()[2:] == ["2 Notizen nicht übertragen", "1 Übertragung wartet"]


def test_a_tooltip_that_would_be_too_long_says_how_much_it_leaves_out() -> None:
    yesterday = NOON - timedelta(days=1)
    all_down = legs(*(report(leg, LegState.DOWN, yesterday) for leg in Leg))
    said = words(Tongue.GERMAN).tooltip(all_down, Counts(drafts=2, waiting=3), NOON)
    assert said.splitlines() == [
        "DATEV Connector",
        "Telefonanlage: Gestört seit 22.11.2026 12:00",
        "und 8 weitere Meldungen",
    ]


some_counts = st.builds(Counts, drafts=st.integers(0, 10**6), waiting=st.integers(0, 10**6))
some_legs = st.dictionaries(
    st.sampled_from(Leg), st.tuples(st.sampled_from(LegState), st.integers(0, 10**6))
)


@given(st.sampled_from(Tongue), some_legs, some_counts)
def test_a_tooltip_is_never_too_long_and_never_silent_about_trouble(
    tongue: Tongue, states: dict[Leg, tuple[LegState, int]], counts: Counts
) -> None:
    reports = legs(
        *(
            report(leg, state, NOON - timedelta(minutes=minutes))
            for leg, (state, minutes) in states.items()
        )
    )
    said = words(tongue).tooltip(reports, counts, NOON)
    assert len(said) <= LONGEST_TOOLTIP
    broken = any(state is not LegState.UP for state, _ in states.values())
    well = words(tongue).tooltip(legs(report(Leg.DATEV, LegState.UP)), NOTHING, NOON)
    if broken or counts != NOTHING:
        assert said != well
        assert len(said.splitlines()) > 1


@pytest.mark.parametrize(
    ("counts", "lines"),
    [
        (NOTHING, []),
        (Counts(drafts=1, waiting=0), ["1 note not sent"]),
        (Counts(drafts=0, waiting=1500), ["1,500 transfers waiting"]),
    ],
)
def test_what_waits_is_counted(counts: Counts, lines: list[str]) -> None:
    assert words(Tongue.ENGLISH).waiting(counts) == lines


def test_the_menu_says_since_when_only_of_what_is_broken() -> None:
    german = words(Tongue.GERMAN)
    up, down = report(Leg.DATEV, LegState.UP), report(Leg.DATEV, LegState.DOWN)
    assert german.status(Leg.DATEV, up, NOON) == "DATEV-Telefonie: In Ordnung"
    assert german.status(Leg.DATEV, down, NOON) == "DATEV-Telefonie: Gestört seit 12:00"


@pytest.mark.parametrize(
    ("one", "line"),
    [
        (call(e164="+497219876", pbx_name="Müller GmbH"), "Müller GmbH, 0721 9876"),
        (call(e164="+497219876"), "0721 9876"),
        (call(number="12", pbx_name="Lena Sommer"), "Lena Sommer, 12"),
        (call(number="", pbx_name="Lena Sommer"), "Lena Sommer"),
        (call(number=""), "Rufnummer unterdrückt"),
    ],
)
def test_a_call_is_named_by_who_it_is_else_by_its_number(one: Call, line: str) -> None:
    assert words(Tongue.GERMAN).call(one) == line


def test_a_long_name_is_cut_in_the_menu() -> None:
    name = "Gesellschaft zur Förderung des Instituts für angewandte Steuerkunde e. V. in Karlsruhe"
    line = words(Tongue.GERMAN).call(call(e164="+497219876", pbx_name=name))
    shown, _, number = line.rpartition(", ")
    assert (number, shown[-1]) == ("0721 9876", "…")
    assert len(shown) <= LONGEST_NAME
    assert name.startswith(shown[:-1])


def test_an_ampersand_in_a_name_is_no_access_key() -> None:
    assert menu_text("Müller & Söhne") == "Müller && Söhne"
