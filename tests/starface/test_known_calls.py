from __future__ import annotations

from datetime import UTC, datetime, timedelta

from datev_connector.domain.calls import PbxState
from datev_connector.starface.known_calls import ECHO_S, KnownCalls
from datev_connector.starface.pacing import Moment
from datev_connector.starface.pbx_clock import PbxClock
from datev_connector.starface.wire.uci_calls import CallReport

START = datetime(2026, 11, 22, 12, tzinfo=UTC)


def at(seconds: float) -> Moment:
    return Moment(at=START + timedelta(seconds=seconds), clock_s=seconds)


def report(state: PbxState, pbx_call: str = "a", caller_name: str = "") -> CallReport:
    return CallReport(pbx_call=pbx_call, state=state, caller_name=caller_name)


def known() -> KnownCalls:
    return KnownCalls(PbxClock())


def test_a_poll_tells_what_is_new_once() -> None:
    calls = known()
    first = calls.polled(report(PbxState.RINGING), at(0), at(1), happening=True)
    assert first is not None
    assert first.unannounced
    assert calls.polled(report(PbxState.RINGING), at(2), at(3), happening=True) is None


def test_details_that_arrive_late_are_told_but_prove_nothing() -> None:
    calls = known()
    calls.pushed(report(PbxState.RINGING), at(0))
    named = report(PbxState.RINGING, caller_name="Eva")
    news = calls.polled(named, at(2), at(3), happening=True)
    assert news is not None
    assert news.sighted.caller_name == "Eva"
    assert not news.unannounced


def test_what_an_event_overtook_is_old() -> None:
    calls = known()
    calls.pushed(report(PbxState.CONNECTED), at(2))
    assert calls.polled(report(PbxState.RINGING), at(1), at(3), happening=True) is None


def test_an_ended_call_may_be_listed_a_little_longer_but_not_for_ever() -> None:
    calls = known()
    calls.pushed(report(PbxState.HANGUP), at(0))
    late = at(ECHO_S - 1)
    assert calls.polled(report(PbxState.RINGING), late, late, happening=True) is None
    later = at(ECHO_S + 1)
    assert calls.polled(report(PbxState.RINGING), later, later, happening=True) is not None


def test_what_is_not_listed_any_more_has_vanished_once() -> None:
    calls = known()
    calls.pushed(report(PbxState.CONNECTED, "a"), at(0))
    calls.pushed(report(PbxState.CONNECTED, "b"), at(0))
    calls.pushed(report(PbxState.RINGING, "c"), at(5))
    assert calls.vanished({"b"}, at(1)) == {"a"}
    assert calls.vanished({"b"}, at(2)) == frozenset()


def test_a_call_is_followed_to_its_new_id() -> None:
    calls = known()
    calls.pushed(report(PbxState.CONNECTED, "a"), at(0))
    calls.moved("a", "b", at(1))
    assert calls.vanished({"b"}, at(2)) == frozenset()
    assert calls.polled(report(PbxState.CONNECTED, "b"), at(1), at(2), happening=True) is None


def test_only_so_many_are_remembered() -> None:
    calls = KnownCalls(PbxClock(), limit=10)
    for index in range(100):
        calls.pushed(report(PbxState.RINGING, f"alive-{index}"), at(index))
        calls.pushed(report(PbxState.HANGUP, f"over-{index}"), at(index))
    assert len(calls) == 20
    assert calls.knows("alive-99")
    assert not calls.knows("alive-0")


def test_a_poll_that_a_new_id_overtook_ends_nothing() -> None:
    calls = known()
    calls.pushed(report(PbxState.CONNECTED, "a"), at(0))
    calls.moved("a", "b", at(5.1))
    assert calls.vanished({"a"}, at(5)) == frozenset()
    assert calls.polled(report(PbxState.CONNECTED, "a"), at(5), at(5.2), happening=True) is None
    assert calls.knows("b")
    assert calls.vanished({"b"}, at(6)) == frozenset()
    assert calls.vanished(frozenset(), at(7)) == {"b"}
