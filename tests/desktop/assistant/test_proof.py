from __future__ import annotations

from datetime import datetime, timedelta

import pytest

from datev_connector.desktop.assistant.proof import Watch, proves
from datev_connector.domain.calls import CallState, Direction, Outcome
from datev_connector.domain.effects import DialReported, TellUser, Window, WindowAction
from datev_connector.domain.legs import Leg, LegReport, LegState
from datev_connector.engine.news import News
from tests.desktop.assistant.calls import call_at, told

SECOND = timedelta(seconds=1)


def test_nothing_counts_before_somebody_waits(noon: datetime) -> None:
    watch = Watch()
    assert watch.after(told(noon, call_at(noon))) is watch


def test_a_new_call_proves_it(noon: datetime) -> None:
    later = noon + 5 * SECOND
    watch = Watch().begun(noon).after(told(later, call_at(later)))
    assert watch.proven
    assert watch.seen_at == later


def test_a_call_that_was_there_before_proves_nothing(noon: datetime) -> None:
    watch = Watch().begun(noon)
    old = call_at(noon - SECOND, state=CallState.ENDED, outcome=Outcome.ANSWERED)
    assert watch.after(told(noon + SECOND, old)) is watch


def test_late_news_of_the_time_before_prove_nothing(noon: datetime) -> None:
    watch = Watch().begun(noon)
    assert watch.after(told(noon - SECOND, call_at(noon))) is watch


@pytest.mark.parametrize(
    ("rang", "connected", "proof"),
    [(False, False, False), (True, False, True), (False, True, True)],
)
def test_a_call_placed_here_proves_it_once_the_phone_system_tells_of_it(
    noon: datetime, rang: bool, connected: bool, proof: bool
) -> None:
    call = call_at(
        noon,
        direction=Direction.OUTGOING,
        state=CallState.DIALLING,
        dialled=True,
        rang=rang,
        connected_at=noon if connected else None,
    )
    assert proves(call, noon) is proof


def test_the_name_that_comes_later_is_shown_and_the_first_call_stays(noon: datetime) -> None:
    watch = Watch().begun(noon).after(told(noon, call_at(noon)))
    named = call_at(noon, pbx_name="Krüger")
    watch = watch.after(News(noon + SECOND, Window(WindowAction.UPDATE, named)))
    assert watch.call is named
    assert watch.seen_at == noon
    other = call_at(noon + 9 * SECOND, call="call-2")
    assert watch.after(told(noon + 9 * SECOND, other)) is watch


def test_waiting_again_changes_nothing(noon: datetime) -> None:
    watch = Watch().begun(noon)
    assert watch.begun(noon + SECOND) is watch


def test_a_refused_number_is_told_until_another_is_taken(noon: datetime) -> None:
    watch = Watch().begun(noon).after(News(noon, DialReported(number="1", refused="Zu kurz.")))
    assert watch.refused == "Zu kurz."
    assert not watch.proven
    assert watch.after(News(noon, DialReported(number="11", call="c"))).refused == ""
    assert watch.after(told(noon, call_at(noon))).refused == ""


def test_other_news_say_nothing(noon: datetime) -> None:
    watch = Watch().begun(noon)
    report = LegReport(leg=Leg.STARFACE, state=LegState.UP, since=noon, reason="x")
    assert watch.after(News(noon, report)) is watch
    assert watch.after(News(noon, TellUser("x"))) is watch
    assert watch.after(News(noon, DialReported(number="11", call="c"))) is watch
