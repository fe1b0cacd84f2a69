"""The adapter against a simulated PBX: real sockets, real TLS."""

from __future__ import annotations

import asyncio
import logging
import socket
from collections.abc import AsyncIterator
from dataclasses import replace
from datetime import UTC, datetime
from typing import Any

import pytest

from datev_connector.domain.calls import Call, CallState, Direction, Outcome, PbxState
from datev_connector.domain.inputs import CallMoved, CallSighted, PictureTaken
from datev_connector.domain.legs import LegState, Mender
from datev_connector.domain.telephony import PlaceRefused
from datev_connector.simulators.starface import (
    AuthMode,
    BadLogin,
    Certificate,
    FaultKind,
    PbxGroup,
    StarfaceConfig,
    StarfaceSimulator,
    TimestampForm,
)
from datev_connector.simulators.starface.legs import Party
from datev_connector.starface.https import link as https_link
from datev_connector.starface.https import reach
from datev_connector.starface.https.client import HttpTimes
from datev_connector.starface.sign_in.forms import AUTH, SignIn, sign_in_query
from tests.network.certificates import Pins
from tests.ports import kept_port
from tests.starface.pbx_run import SWIFT, WAIT_S, Running, running

LOGIN = "ucp.v30.requests.connection.login"
CALLER = "004972112345"


@pytest.fixture
async def simulator() -> AsyncIterator[StarfaceSimulator]:
    async with StarfaceSimulator(StarfaceConfig()) as starface:
        yield starface


def logins(simulator: StarfaceSimulator) -> int:
    counts = simulator.chronicle.request_counts
    return sum(count for method, count in counts.items() if method.endswith(".login"))


# --- calls ----------------------------------------------------------------------------------------


@pytest.mark.parametrize("form", TimestampForm)
@pytest.mark.parametrize("version", ["v22", "v30"])
async def test_a_call_is_reported_from_the_first_ring_to_the_end(
    version: str, form: TimestampForm
) -> None:
    config = StarfaceConfig(versions=frozenset({version}), timestamp_form=form)
    async with StarfaceSimulator(config) as simulator, running(simulator) as run:
        await run.engine.leg(LegState.UP)
        call = simulator.pbx.incoming("0123", CALLER, "Ada Byron")
        call.ring()
        call.answer()
        call.hangup()
        await run.engine.sighted(PbxState.HANGUP)
        expected = [PbxState.RINGING, PbxState.CONNECTED, PbxState.HANGUP]
        assert [state for state in run.engine.states if state in expected] == expected
        rang = await run.engine.sighted(PbxState.RINGING)
        assert rang.caller_number == CALLER
        assert rang.caller_name == "Ada Byron"
        assert rang.pbx_call == call.call_id
        assert rang.changed_at is not None
        assert rang.changed_at <= rang.at
        assert (rang.at - rang.changed_at).total_seconds() < 60


async def test_calls_that_exist_already_are_found(simulator: StarfaceSimulator) -> None:
    call = simulator.pbx.incoming("0123", CALLER)
    call.ring()
    call.answer()
    async with running(simulator) as run:
        await run.engine.leg(LegState.UP)
        assert run.engine.states == [PbxState.CONNECTED]
        picture = next(news for news in run.engine.inputs if isinstance(news, PictureTaken))
        assert picture.alive == {call.call_id}
        assert picture.asked_at <= picture.at


async def test_a_call_that_goes_on_under_another_id(simulator: StarfaceSimulator) -> None:
    async with running(simulator) as run:
        await run.engine.leg(LegState.UP)
        call = simulator.pbx.incoming("0123", CALLER)
        call.ring()
        call.answer()
        await run.engine.sighted(PbxState.CONNECTED)
        before = call.call_id
        call.change_remote("0123", Party(number="0049301234"), new_id=True)

        def moved() -> CallMoved | None:
            found = (news for news in run.engine.inputs if isinstance(news, CallMoved))
            return next(found, None)

        move = await run.engine.wait_until(moved)
        assert move.old == before
        assert move.new != before


async def test_strange_events_and_repetitions_are_survived() -> None:
    config = StarfaceConfig()
    config.behaviour.empty_first_event = True
    config.behaviour.duplicate_events = True
    config.behaviour.late_names = True
    config.behaviour.v30_shows_incoming = True
    async with StarfaceSimulator(config) as simulator, running(simulator) as run:
        await run.engine.leg(LegState.UP)
        call = simulator.pbx.incoming("0123", CALLER, "Ada Byron")
        call.ring()
        call.no_answer()
        await run.engine.sighted(PbxState.HANGUP)
        assert run.engine.states.count(PbxState.RINGING) >= 2
        assert run.engine.legs[-1].state is LegState.UP


async def test_many_calls_at_once_arrive_all(simulator: StarfaceSimulator) -> None:
    async with running(simulator, events="callback") as run:
        await run.engine.leg(LegState.UP)
        calls = [simulator.pbx.incoming("0123", f"00497210{index:05}") for index in range(150)]
        for call in calls:
            call.ring()
        wanted = {call.call_id for call in calls}
        await run.engine.wait_until(
            lambda: wanted <= {seen.pbx_call for seen in run.engine.sightings}
        )


# --- sign-in --------------------------------------------------------------------------------------


@pytest.mark.parametrize("bad_login", BadLogin)
async def test_a_wrong_password_is_tried_once(bad_login: BadLogin) -> None:
    config = StarfaceConfig(bad_login=bad_login, lock_after=2)
    async with (
        StarfaceSimulator(config) as simulator,
        running(simulator, password="wrong") as run,
    ):
        await run.engine.wait_until(lambda: len(run.engine.legs) == 2)
        report = run.engine.legs[-1]
        assert report.state is LegState.DOWN
        assert "password" in report.remedy
        assert logins(simulator) == 1
        run.pbx.retry_now()
        await simulator.chronicle.until(lambda: logins(simulator) == 2)
        assert len(run.engine.legs) == 2


async def test_a_wrong_password_is_the_users_to_mend(simulator: StarfaceSimulator) -> None:
    async with running(simulator, password="wrong") as run:
        await run.engine.wait_until(lambda: len(run.engine.legs) == 2)
        assert run.engine.legs[-1].mender is Mender.USER


@pytest.mark.parametrize(
    ("mode", "sign_in"),
    [
        (AuthMode.SHA512, "auto"),
        (AuthMode.SHA512, "sha512"),
        (AuthMode.ACTIVE_DIRECTORY, "auto"),
        (AuthMode.ACTIVE_DIRECTORY, "active-directory"),
        (AuthMode.MD5, "md5"),
    ],
)
async def test_every_form_of_sign_in(mode: AuthMode, sign_in: str) -> None:
    config = StarfaceConfig(auth_modes=frozenset({mode}))
    async with (
        StarfaceSimulator(config) as simulator,
        running(simulator, sign_in=sign_in, login=" 0123 ", password="Pass123\n") as run,
    ):
        await run.engine.leg(LegState.UP)
        assert logins(simulator) == 1


async def test_sha512_serves_where_rest_does_not_answer(simulator: StarfaceSimulator) -> None:
    simulator.faults.add(FaultKind.UNAVAILABLE, method="GET /rest/*", times=None)
    async with running(simulator) as run:
        await run.engine.leg(LegState.UP)


@pytest.mark.parametrize(
    ("settings", "words"),
    [
        ({"sign_in": "oauth"}, "OAuth"),
        ({"login": " "}, "starface.login"),
        ({"host": ""}, "starface.host"),
        ({"host": "https://pbx"}, "http://"),
        ({"host": "my pbx"}, "blanks"),
    ],
)
async def test_settings_that_cannot_work_are_told(
    simulator: StarfaceSimulator, settings: dict[str, Any], words: str
) -> None:
    async with running(simulator, **settings) as run:
        await run.engine.wait_until(lambda: len(run.engine.legs) == 2)
        report = run.engine.legs[-1]
        assert words in report.reason
        assert report.mender is Mender.USER
        assert logins(simulator) == 0


async def test_signing_out_ends_the_session_at_the_pbx(simulator: StarfaceSimulator) -> None:
    async with running(simulator) as run:
        await run.engine.leg(LegState.UP)
    counts = simulator.chronicle.request_counts
    assert counts["ucp.v30.requests.service.unsubscribeEvents"] == 1
    assert counts["ucp.v30.requests.connection.logout"] == 1


# --- what breaks ----------------------------------------------------------------------------------


async def test_a_restart_of_the_pbx_is_survived(simulator: StarfaceSimulator) -> None:
    async with running(simulator) as run:
        await run.engine.leg(LegState.UP)
        call = simulator.pbx.incoming("0123", CALLER)
        call.ring()
        await run.engine.sighted(PbxState.RINGING)
        await simulator.restart()
        down = await run.engine.leg(LegState.DOWN, after=2)
        await run.engine.leg(LegState.UP, after=3)
        last = [news for news in run.engine.inputs if isinstance(news, PictureTaken)][-1]
        assert last.alive == frozenset()
        assert last.at > down.since
        assert logins(simulator) == 2


async def test_a_session_that_the_pbx_forgot_is_begun_anew(simulator: StarfaceSimulator) -> None:
    async with running(simulator, events="callback") as run:
        await run.engine.leg(LegState.UP)
        simulator.sessions.clear()
        down = await run.engine.leg(LegState.DOWN, after=2)
        assert "forgotten" in down.reason
        await run.engine.leg(LegState.UP, after=3)


@pytest.mark.parametrize(
    ("fault", "words"),
    [
        (FaultKind.HTML, "web page"),
        (FaultKind.REDIRECT, "elsewhere"),
        (FaultKind.SERVER_ERROR, "500"),
        (FaultKind.UNAVAILABLE, "503"),
        (FaultKind.EMPTY, "not UCI"),
        (FaultKind.GARBAGE, "not UCI"),
        (FaultKind.OVERSIZE, "too long"),
        (FaultKind.ENTITIES, "document type"),
        (FaultKind.WRONG_TYPES, ""),
        (FaultKind.UCI_FAULT, ""),
        (FaultKind.SILENCE, "in time"),
        (FaultKind.DROP, "cut"),
        (FaultKind.LOST_ANSWER, "cut"),
    ],
)
async def test_whatever_the_pbx_answers_is_told_and_survived(
    simulator: StarfaceSimulator, fault: FaultKind, words: str
) -> None:
    times = HttpTimes(connect_s=WAIT_S, answer_s=0.5 if fault is FaultKind.SILENCE else WAIT_S)
    async with running(simulator, events="callback", times=times) as run:
        await run.engine.leg(LegState.UP)
        simulator.faults.add(fault, method="*.keepAlive", times=2)
        down = await run.engine.leg(LegState.DOWN, after=2)
        assert words in down.reason
        simulator.faults.clear()
        await run.engine.leg(LegState.UP, after=3)


async def test_a_connection_that_breaks_between_requests_is_no_trouble(
    simulator: StarfaceSimulator,
) -> None:
    async with running(simulator, events="polling") as run:
        await run.engine.leg(LegState.UP)
        await simulator.drop_connections()
        count = len(run.engine.inputs)
        await run.engine.wait_until(lambda: len(run.engine.inputs) > count + 3)
        assert [leg.state for leg in run.engine.legs] == [LegState.DOWN, LegState.UP]


async def test_a_closed_port_is_told_apart(simulator: StarfaceSimulator) -> None:
    with kept_port() as port:
        async with running(simulator, https_port=port) as run:
            await run.engine.wait_until(lambda: len(run.engine.legs) == 2)
            report = run.engine.legs[-1]
            assert "Nothing listens" in report.reason
            assert report.mender is Mender.NETWORK_ADMIN


# --- certificates ---------------------------------------------------------------------------------


async def test_a_changed_certificate_stops_before_anything_secret_is_sent(
    simulator: StarfaceSimulator,
) -> None:
    pins = Pins()
    async with running(simulator, pins=pins) as run:
        await run.engine.leg(LegState.UP)
    before, other = simulator.certificate.fingerprint, Certificate.make()
    await simulator.restart(certificate=other)
    requests = len(simulator.chronicle.requests)
    async with running(simulator, pins=pins) as run:
        await run.engine.wait_until(lambda: len(run.engine.legs) == 2)
        report = run.engine.legs[-1]
        assert report.mender is Mender.PBX_ADMIN
        told = report.reason.replace(":", "").lower()
        assert before in told
        assert other.fingerprint in told
        assert len(simulator.chronicle.requests) == requests
        pins.kept.clear()
        run.pbx.retry_now()
        await run.engine.leg(LegState.UP)


async def test_a_certificate_that_changes_while_signed_in_is_noticed(
    simulator: StarfaceSimulator,
) -> None:
    async with running(simulator) as run:
        await run.engine.leg(LegState.UP)
        other = Certificate.make()
        await simulator.restart(certificate=other)
        await run.engine.wait_until(lambda: "has changed" in run.engine.legs[-1].reason)
        assert not [leg for leg in run.engine.legs if "not trusted" in leg.reason]
        assert other.fingerprint in run.engine.legs[-1].reason.replace(":", "").lower()
        assert logins(simulator) == 1


async def test_an_unknown_certificate_is_not_the_systems(simulator: StarfaceSimulator) -> None:
    async with running(simulator, verify_certificate="system") as run:
        await run.engine.wait_until(lambda: len(run.engine.legs) == 2)
        report = run.engine.legs[-1]
        assert "not trusted" in report.reason
        assert report.mender is Mender.PBX_ADMIN
        assert not simulator.chronicle.requests


async def test_without_verification_the_leg_is_degraded(simulator: StarfaceSimulator) -> None:
    async with running(simulator, verify_certificate="off") as run:
        report = await run.engine.leg(LegState.DEGRADED)
        assert "not checked" in report.reason


async def test_a_pbx_without_tls_is_spoken_to_in_the_clear_if_the_setting_says_so() -> None:
    config = StarfaceConfig(encrypted=False)
    async with StarfaceSimulator(config) as simulator:
        async with running(simulator) as run:
            await run.engine.leg(LegState.UP)
        async with running(simulator, encrypted=True) as run:
            await run.engine.wait_until(lambda: len(run.engine.legs) == 2)
            assert run.engine.legs[-1].mender is Mender.NETWORK_ADMIN


async def test_plain_http_to_a_port_that_expects_tls_is_told_apart(
    simulator: StarfaceSimulator,
) -> None:
    async with running(simulator, encrypted=False) as run:
        await run.engine.wait_until(lambda: len(run.engine.legs) == 2)
        report = run.engine.legs[-1]
        assert "speaks TLS" in report.reason
        assert "starface.encrypted = true" in report.remedy


# --- events and polls -----------------------------------------------------------------------------


async def test_events_that_do_not_arrive_are_replaced_by_polls_and_come_back(
    simulator: StarfaceSimulator,
) -> None:
    async with running(simulator) as run:
        await run.engine.leg(LegState.UP)
        simulator.behaviour.deliver_events = False
        call = simulator.pbx.incoming("0123", CALLER)
        call.ring()
        await run.engine.sighted(PbxState.RINGING)
        degraded = await run.engine.leg(LegState.DEGRADED)
        assert degraded.mender is Mender.NETWORK_ADMIN
        call.answer()
        await run.engine.sighted(PbxState.CONNECTED)
        simulator.behaviour.deliver_events = True
        call.hold()
        await run.engine.leg(LegState.UP, after=3)
        assert run.engine.states.count(PbxState.CONNECTED) == 1


async def test_polling_by_setting_reports_calls(simulator: StarfaceSimulator) -> None:
    async with running(simulator, events="polling") as run:
        await run.engine.leg(LegState.UP)
        call = simulator.pbx.incoming("0123", CALLER)
        call.ring()
        await run.engine.sighted(PbxState.RINGING)
        call.answer()
        await run.engine.sighted(PbxState.CONNECTED)
        call.hangup()

        def gone() -> bool:
            last = run.engine.inputs[-1]
            return isinstance(last, PictureTaken) and not last.alive

        await run.engine.wait_until(gone)
        assert not simulator.chronicle.pushes


async def test_a_refused_subscription_is_told_and_polled(simulator: StarfaceSimulator) -> None:
    simulator.behaviour.accept_subscriptions = False
    async with running(simulator) as run:
        report = await run.engine.leg(LegState.DEGRADED)
        assert "subscription" in report.reason
        simulator.pbx.incoming("0123", CALLER).ring()
        await run.engine.sighted(PbxState.RINGING)


@pytest.mark.parametrize(
    ("events", "state"), [("auto", LegState.DEGRADED), ("callback", LegState.DOWN)]
)
async def test_a_port_that_is_taken_is_told(
    simulator: StarfaceSimulator, events: str, state: LegState
) -> None:
    with socket.socket() as other:
        other.bind(("127.0.0.1", 0))
        other.listen()
        port = other.getsockname()[1]
        async with running(simulator, events=events, callback_port=port) as run:
            await run.engine.wait_until(lambda: len(run.engine.legs) == 2)
            report = run.engine.legs[-1]
            assert report.state is state
            assert f"port {port}" in report.reason
            assert "starface.callback_port" in report.remedy


async def test_a_fixed_way_back_is_told_to_the_pbx(simulator: StarfaceSimulator) -> None:
    with kept_port() as port:
        async with running(simulator, callback_host="127.0.0.1", callback_port=port) as run:
            await run.engine.leg(LegState.UP)
            simulator.pbx.incoming("0123", CALLER).ring()
            await run.engine.sighted(PbxState.RINGING)
            await simulator.restart()
            await run.engine.leg(LegState.UP, after=3)
            simulator.pbx.incoming("0123", CALLER).ring()
            await run.engine.wait_until(lambda: run.engine.states.count(PbxState.RINGING) >= 2)


# --- dialling -------------------------------------------------------------------------------------


async def test_a_number_is_dialled_under_our_id_and_hung_up(simulator: StarfaceSimulator) -> None:
    async with running(simulator) as run:
        await run.engine.leg(LegState.UP)
        placed = await run.pbx.place_call("0721987654", "0000-our-own-id-0000")
        assert placed == "0000-our-own-id-0000"
        call = await simulator.pbx.dialled()
        seen = await run.engine.sighted(PbxState.PROCEEDING)
        assert seen.pbx_call == placed == call.call_id
        assert seen.called_number == "0721987654"
        with pytest.raises(PlaceRefused, match="refuses the call"):
            await run.pbx.place_call("0721111111", "0000-another-id-0000")
        assert await run.pbx.hang_up(placed)
        await run.engine.sighted(PbxState.HANGUP)
        assert not await run.pbx.hang_up(placed)


async def test_without_a_session_nothing_is_dialled(simulator: StarfaceSimulator) -> None:
    async with running(simulator, password="wrong") as run:
        await run.engine.wait_until(lambda: len(run.engine.legs) == 2)
        with pytest.raises(PlaceRefused, match="no connection"):
            await run.pbx.place_call("0721987654", "0000-our-own-id-0000")
        assert not await run.pbx.hang_up("0000-our-own-id-0000")


async def test_a_number_that_cannot_be_sent_is_refused(simulator: StarfaceSimulator) -> None:
    async with running(simulator) as run:
        await run.engine.leg(LegState.UP)
        with pytest.raises(PlaceRefused, match="characters"):
            await run.pbx.place_call("0721\x00987654", "0000-our-own-id-0000")


async def test_a_wish_to_dial_that_may_have_arrived_is_neither_refused_nor_repeated(
    simulator: StarfaceSimulator,
) -> None:
    async with running(simulator) as run:
        await run.engine.leg(LegState.UP)
        simulator.faults.add(FaultKind.LOST_ANSWER, method="*.placeCallWithPhone")
        ours = "0000-our-own-id-0000"
        assert await run.pbx.place_call("0721987654", ours) == ours
        assert simulator.chronicle.request_counts["ucp.v30.requests.call.placeCallWithPhone"] == 1
        await run.engine.sighted(PbxState.PROCEEDING)


async def test_a_request_that_finds_no_session_begins_a_new_one(
    simulator: StarfaceSimulator,
) -> None:
    pacing = replace(SWIFT, keep_alive_s=3600.0)
    async with running(simulator, events="callback", pacing=pacing) as run:
        await run.engine.leg(LegState.UP)
        simulator.sessions.clear()
        with pytest.raises(PlaceRefused, match="forgotten"):
            await run.pbx.place_call("0721987654", "0000-our-own-id-0000")
        await run.engine.leg(LegState.UP, after=3)


# --- the call list --------------------------------------------------------------------------------


def ended(seen: CallSighted, *, number: str = CALLER) -> Call:
    return Call(
        call="ours",
        pbx_call=seen.pbx_call,
        direction=Direction.INCOMING,
        state=CallState.ENDED,
        number=number,
        began_at=seen.changed_at or seen.at,
        last_seen_at=seen.at,
    )


@pytest.fixture
async def group_run() -> AsyncIterator[tuple[StarfaceSimulator, Running]]:
    group = PbxGroup(group_id="g1", number="30", name="Team", members=("0123", "0124"))
    config = StarfaceConfig(groups=(group,), call_list_lag_s=1.0)
    async with StarfaceSimulator(config) as simulator, running(simulator) as run:
        await run.engine.leg(LegState.UP)
        yield simulator, run


async def test_a_call_that_a_colleague_took_is_not_missed(
    group_run: tuple[StarfaceSimulator, Running],
) -> None:
    simulator, run = group_run
    call = simulator.pbx.incoming("0123", CALLER, group="g1")
    call.ring()
    seen = await run.engine.sighted(PbxState.RINGING)
    call.answer("0124")
    await run.engine.sighted(PbxState.HANGUP)
    call.hangup()
    outcome = await run.pbx.outcome(ended(seen))
    assert outcome is Outcome.ANSWERED_ELSEWHERE


async def test_a_call_that_nobody_took_is_missed(
    group_run: tuple[StarfaceSimulator, Running],
) -> None:
    simulator, run = group_run
    call = simulator.pbx.incoming("0123", CALLER, group="g1")
    call.ring()
    seen = await run.engine.sighted(PbxState.RINGING)
    call.no_answer()
    await run.engine.sighted(PbxState.HANGUP)
    assert await run.pbx.outcome(ended(seen)) is Outcome.MISSED


async def test_a_call_that_the_list_does_not_hold_has_no_outcome(
    simulator: StarfaceSimulator,
) -> None:
    async with running(simulator) as run:
        await run.engine.leg(LegState.UP)
        run.pbx._list._outcome_pauses_s = (0.0, 0.01)
        now = datetime.now(UTC)
        never = CallSighted(at=now, pbx_call="never", state=PbxState.RINGING)
        assert await run.pbx.outcome(ended(never)) is None
        assert simulator.chronicle.request_counts["ucp.v30.requests.callList.getCallList"] == 2


async def test_an_old_pbx_has_no_call_list_to_ask() -> None:
    config = StarfaceConfig(versions=frozenset({"v22"}))
    async with StarfaceSimulator(config) as simulator, running(simulator) as run:
        await run.engine.leg(LegState.UP)
        now = datetime.now(UTC)
        never = CallSighted(at=now, pbx_call="never", state=PbxState.RINGING)
        assert await run.pbx.outcome(ended(never)) is None


# --- discretion -----------------------------------------------------------------------------------


async def test_logs_hold_no_secret_and_no_number(
    simulator: StarfaceSimulator, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG)
    async with running(simulator) as run:
        await run.engine.leg(LegState.UP)
        simulator.pbx.incoming("0123", CALLER, "Ada Byron").ring()
        await run.engine.sighted(PbxState.RINGING)
        await run.pbx.place_call("0721987654", "0000-our-own-id-0000")
        simulator.faults.add(FaultKind.HTML, method="*.keepAlive")
        await run.engine.leg(LegState.DOWN, after=2)
    token = sign_in_query(SignIn.SHA512, "0123", "Pass123")[AUTH].partition(":")[2]
    assert caplog.text
    for secret in (token, "Pass123", CALLER, "Ada Byron", "0721987654"):
        assert secret not in caplog.text


async def test_a_fault_in_the_engine_is_not_swallowed(simulator: StarfaceSimulator) -> None:
    async with running(simulator) as run:
        await run.engine.leg(LegState.UP)

        def broken(_news: object) -> None:
            raise ZeroDivisionError

        task = next(t for t in asyncio.all_tasks() if "StarfacePbx.run" in repr(t))
        run.pbx._runner._emit = broken
        with pytest.raises(ZeroDivisionError):
            await asyncio.wait_for(asyncio.shield(task), WAIT_S)
        run.pbx._runner._emit = run.engine.emit


# --- another network ------------------------------------------------------------------------------


async def test_a_computer_that_moves_to_another_network_tells_the_pbx(
    simulator: StarfaceSimulator, monkeypatch: pytest.MonkeyPatch
) -> None:
    ours = ["127.0.0.1"]

    async def towards(_host: str, _port: int) -> str:
        return ours[0]

    monkeypatch.setattr(https_link, "LOOK_S", 0.05)
    monkeypatch.setattr(https_link, "local_address_towards", towards)
    monkeypatch.setattr(reach, "local_address_towards", towards)
    async with running(simulator) as run:
        await run.engine.leg(LegState.UP)
        before = len(run.engine.legs)
        ours[0] = "127.0.0.2"
        moved = await run.engine.leg(LegState.DOWN, after=before)
        assert "another address" in moved.reason
        await run.engine.leg(LegState.UP, after=before)
        targets = [session.callback.host for session in simulator.sessions if session.callback]
        assert targets[-1] == "127.0.0.2"
        simulator.pbx.incoming("0123", "004972112345").ring()
        await run.engine.sighted(PbxState.RINGING)
        assert not run.pbx.standing.polling
