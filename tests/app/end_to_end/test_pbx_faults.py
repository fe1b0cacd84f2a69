"""What a PBX, its network and its admin do to a connector that is running or starts."""

from __future__ import annotations

import asyncio
import json
from collections.abc import AsyncIterator
from pathlib import Path

import pytest
import pytest_asyncio

from datev_connector.simulators.starface import (
    AuthMode,
    BadLogin,
    Behaviour,
    Certificate,
    FaultKind,
    StarfaceConfig,
    StarfaceSimulator,
)
from datev_connector.simulators.starface.sessions import Callback
from tests.app.end_to_end.connector import SWIFT, TIMEOUT_S, running
from tests.app.end_to_end.office import (
    ADA,
    COLLEAGUE,
    GROUP,
    USER,
    Office,
    at_work,
    fill,
    simulated,
)

AUTO = {"calls": {"transfer_automatically": True}}
PATIENCE_S = 1.0
CALMER = json.dumps({"quick_s": (0.3, 20.0), "careful_s": (20.0, 300.0)})
"""A third of the usual pauses."""
FIVE_AT_ONCE_S = 45.0
"""Five connectors that start together share two cores with other tests."""
LOGINS = ("ucp.v30.requests.connection.login", "ucp.v22.requests.connection.login")


@pytest.fixture
def profile(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("pbx") / "profile"


@pytest_asyncio.fixture
async def office(profile: Path, people: Path) -> AsyncIterator[Office]:
    async with at_work(profile, AUTO, people=people) as working:
        yield working


@pytest_asyncio.fixture
async def hurried(profile: Path, people: Path) -> AsyncIterator[Office]:
    """The same with short pauses, for what makes the connector wait."""
    async with at_work(profile, AUTO, people=people, program=SWIFT) as working:
        yield working


def logins(starface: StarfaceSimulator) -> int:
    return sum(starface.chronicle.request_counts[method] for method in LOGINS)


async def does_not_happen(starface: StarfaceSimulator, count: int) -> None:
    """Watch the PBX for a while: it must not see more requests to log in than these."""
    with pytest.raises(TimeoutError):
        await starface.chronicle.until(lambda: logins(starface) > count, PATIENCE_S)


# --- signing in ---------------------------------------------------------------------------------


async def test_a_wrong_password_is_tried_once_and_said(profile: Path) -> None:
    async def one(style: BadLogin) -> None:
        config = StarfaceConfig(bad_login=style)
        folder = profile.with_name(style.value)
        async with (
            simulated(folder, pbx=config) as office,
            running(folder, password="wrong", program=SWIFT) as connector,
        ):
            office.connector = connector
            leg = await connector.event(
                "leg",
                leg="starface",
                state="down",
                mender=lambda who: who != "nobody",
                timeout_s=FIVE_AT_ONCE_S,
            )
            assert leg["reason"]
            assert leg["remedy"]
            await does_not_happen(office.starface, 1)
            attempts = office.starface.accounts.attempts(USER)
            assert (attempts.bad, attempts.good) == (1, 0)
            assert "wrong" not in connector.stderr
            office.sound()
            assert await connector.quit() == 0

    async with asyncio.TaskGroup() as group:
        for style in BadLogin:
            group.create_task(one(style))


async def test_the_password_is_in_no_file_and_no_event(office: Office) -> None:
    call = await office.rings(ADA)
    await call.answered()
    await call.over()
    await office.connector.quit()
    secret = b"Pass123"
    for file in office.profile.rglob("*"):
        if file.is_file():
            assert secret not in file.read_bytes(), file
    assert not any("Pass123" in str(event) for event in office.connector.events)


async def test_names_and_numbers_are_masked_in_the_log(office: Office) -> None:
    call = await office.rings(ADA)
    await call.answered()
    call.note("geheime Notiz")
    call.transfer()
    await call.over()
    await call.event("datev", method="NewJournal", result="confirmed")
    await office.connector.quit()
    logs = list((office.profile / "logs").rglob("*"))
    text = b"".join(file.read_bytes() for file in logs if file.is_file()).decode()
    assert call.id in text
    for secret in ("Byron", "geheime Notiz", "12345"):
        assert secret not in text


@pytest.mark.parametrize(
    ("config", "settings"),
    [
        (StarfaceConfig(versions=frozenset({"v22"})), {}),
        (
            StarfaceConfig(auth_modes=frozenset({AuthMode.ACTIVE_DIRECTORY})),
            {"sign_in": "active-directory"},
        ),
        (StarfaceConfig(auth_modes=frozenset({AuthMode.MD5})), {"sign_in": "md5"}),
        (StarfaceConfig(encrypted=False), {}),
        (StarfaceConfig(), {"events": "polling"}),
        (StarfaceConfig(), {"events": "callback"}),
    ],
    ids=["v22", "active directory", "md5", "without TLS", "polling", "callback"],
)
async def test_every_kind_of_pbx(
    profile: Path, config: StarfaceConfig, settings: dict[str, str]
) -> None:
    async with at_work(
        profile, {**AUTO, "starface": settings}, pbx=config, program=SWIFT
    ) as office:
        call = await office.rings(ADA)
        await call.answered()
        ended = await call.over()
        assert ended["outcome"] == "answered"
        missed = await office.rings("0049301234567")
        assert (await missed.over())["outcome"] == "missed"
        await missed.event("datev", record={"CallState": 0}, result="confirmed")
        assert office.chain(call.events("datev")[0]["record"]["CallID"])[-1] == "finished"
        office.sound()


@pytest.mark.parametrize("host", ["https://127.0.0.1", "  127.0.0.1  ", "http://127.0.0.1/"])
async def test_a_host_with_scheme_or_blanks_is_understood_with_a_hint(
    profile: Path, host: str
) -> None:
    async with at_work(profile, {"starface": {"host": host}}) as office:
        call = await office.rings(ADA)
        await call.over()
        if "//" in host:
            assert "hint" in office.connector.stderr


# --- certificates -------------------------------------------------------------------------------


async def test_a_certificate_changed_between_two_runs_gets_nothing_secret(profile: Path) -> None:
    async with simulated(profile) as office:
        async with office.run() as connector:
            assert await connector.quit() == 0
        await office.starface.restart(certificate=Certificate.make())
        before = office.starface.chronicle.request_counts.total()
        async with running(profile, program=SWIFT) as connector:
            leg = await connector.event(
                "leg", leg="starface", state="down", reason=lambda why: "certificate" in why
            )
            assert leg["remedy"]
            await does_not_happen(office.starface, logins(office.starface))
            assert office.starface.chronicle.request_counts.total() == before
            assert await connector.quit() == 0


async def test_a_certificate_changed_while_running_gets_nothing_secret(hurried: Office) -> None:
    await hurried.starface.restart(certificate=Certificate.make())
    before = hurried.starface.chronicle.request_counts.total()
    await hurried.connector.event(
        "leg", leg="starface", state="down", reason=lambda why: "certificate" in why
    )
    assert hurried.starface.chronicle.request_counts.total() == before


async def test_a_certificate_of_nobody_is_refused_where_the_system_decides(profile: Path) -> None:
    settings = {"starface": {"verify_certificate": "system"}}
    async with simulated(profile, settings) as office, running(profile) as connector:
        await connector.event(
            "leg", leg="starface", state="down", reason=lambda why: "certificate" in why
        )
        assert office.starface.chronicle.request_counts.total() == 0


# --- a PBX that misbehaves ----------------------------------------------------------------------


@pytest.mark.parametrize(
    "kind",
    [
        FaultKind.HTML,
        FaultKind.REDIRECT,
        FaultKind.GARBAGE,
        FaultKind.OVERSIZE,
        FaultKind.ENTITIES,
        FaultKind.EMPTY,
        FaultKind.UNAVAILABLE,
        FaultKind.SERVER_ERROR,
        FaultKind.WRONG_TYPES,
        FaultKind.UCI_FAULT,
    ],
)
async def test_nonsense_instead_of_the_login_is_said_and_no_storm_follows(
    profile: Path, kind: FaultKind
) -> None:
    async with simulated(profile) as office:
        office.starface.faults.add(kind, times=None)
        async with running(profile, program=SWIFT, SWIFT=CALMER) as connector:
            await connector.event(
                "leg", leg="starface", state="down", mender=lambda who: who != "nobody"
            )
            first = office.starface.chronicle.request_counts.total()
            with pytest.raises(TimeoutError):
                await office.starface.chronicle.until(
                    lambda: office.starface.chronicle.request_counts.total() > first + 6,
                    PATIENCE_S,
                )
            assert await connector.quit() == 0
            assert "Traceback" not in connector.stderr


@pytest.mark.parametrize("kind", [FaultKind.HTML, FaultKind.UNAVAILABLE, FaultKind.GARBAGE])
async def test_a_session_survives_a_bad_moment(hurried: Office, kind: FaultKind) -> None:
    call = await hurried.rings(ADA)
    await call.answered()
    mark = hurried.connector.mark
    hurried.starface.faults.add(kind, method="ucp.*")
    await hurried.connector.event("leg", after=mark, leg="starface", state="down")
    await hurried.connector.event("leg", after=mark, leg="starface", state="up")
    ended = await call.over()
    assert ended["outcome"] == "answered"
    await call.event("datev", record={"CallState": 3}, result="confirmed")
    hurried.sound()


async def test_broken_connections_are_not_even_noticed(office: Office) -> None:
    call = await office.rings(ADA)
    await call.answered()
    await office.starface.drop_connections()
    office.starface.faults.add(FaultKind.DROP, method="ucp.*")
    ended = await call.over()
    assert ended["outcome"] == "answered"
    await call.event("datev", record={"CallState": 3}, result="confirmed")
    office.sound()


async def test_a_silent_pbx_is_noticed_and_found_again(profile: Path) -> None:
    times = json.dumps({"answer_s": 1.5})
    async with at_work(profile, AUTO, program=SWIFT, SWIFT=times) as office:
        call = await office.rings(ADA)
        await call.answered()
        mark = office.connector.mark
        silence = office.starface.faults.add(FaultKind.SILENCE, times=None)
        await office.connector.event("leg", after=mark, leg="starface", state="down", timeout_s=40)
        call.at_pbx.hangup()
        office.starface.faults.remove(silence)
        ended = await call.event("call", state="ended")
        assert ended["outcome"] == "answered"
        office.sound()


# --- restart ------------------------------------------------------------------------------------


async def test_a_restart_in_mid_call_ends_the_call_once(hurried: Office) -> None:
    call = await hurried.rings(ADA)
    await call.answered()
    call.note("vor dem Neustart")
    call.transfer()
    await hurried.starface.restart()
    ended = await call.event("call", state="ended")
    assert ended["outcome"] == "answered"
    told = await call.event("datev", method="NewJournal", result="confirmed")
    assert told["record"]["Note"] == "vor dem Neustart"
    number = call.events("datev", method="NewCall")[0]["record"]["CallID"]
    assert hurried.chain(number) == ["offered", "connected", "finished"]
    after = await hurried.rings("0049305551234")
    await after.over()
    hurried.sound()


async def test_a_call_that_begins_while_the_pbx_was_lost_is_found(hurried: Office) -> None:
    mark = hurried.connector.mark
    await hurried.starface.restart()
    call = hurried.starface.pbx.incoming(USER, ADA)
    call.ring()
    call.answer()
    told = await hurried.connector.event(
        "call", after=mark, pbx_call=call.call_id, state="connected"
    )
    assert told["name"] == "Ada Byron"
    call.hangup()
    await hurried.connector.event("call", after=mark, call=told["call"], state="ended")
    hurried.sound()


# --- events -------------------------------------------------------------------------------------


async def test_lost_callbacks_are_made_good_by_polling(office: Office) -> None:
    office.starface.behaviour.deliver_events = False
    at_pbx = office.starface.pbx.incoming(USER, ADA)
    at_pbx.ring()
    told = await office.connector.event("call", pbx_call=at_pbx.call_id)
    assert told["state"] == "ringing"
    at_pbx.answer()
    await office.connector.event("call", call=told["call"], state="connected")
    at_pbx.hangup()
    ended = await office.connector.event("call", call=told["call"], state="ended")
    assert ended["outcome"] == "answered"
    await office.connector.event("leg", leg="starface", state="degraded")
    second = office.starface.pbx.incoming(USER, "0049305551235")
    second.ring()
    missed = await office.connector.event("call", pbx_call=second.call_id)
    second.hangup()
    ended = await office.connector.event("call", call=missed["call"], state="ended")
    assert ended["outcome"] == "missed"
    office.sound()


async def test_repeated_empty_and_late_events_change_nothing(profile: Path) -> None:
    odd = Behaviour(duplicate_events=True, empty_first_event=True, late_names=True)
    config = StarfaceConfig(behaviour=odd, groups=(GROUP,))
    async with at_work(profile, AUTO, pbx=config) as office:
        call = await office.rings("0049406662", "Petra vom Amt")
        await call.answered()
        call.at_pbx.repeat()
        named = await call.event("call", name="Petra vom Amt")
        assert named["number"] == "+49406662"
        ended = await call.over()
        assert ended["outcome"] == "answered"
        await call.event("datev", record={"CallState": 3}, result="confirmed")
        states = [e["state"] for e in call.events("call")]
        assert states == sorted(states, key=["ringing", "connected", "ended"].index)
        assert states.count("ended") == 1
        assert len(call.events("window", action="open")) == 1
        assert len(call.events("datev")) == 3
        office.sound()


async def test_a_name_and_a_number_that_arrive_late_find_the_contact(office: Office) -> None:
    call = await office.rings("")
    assert call.told["match"]["contact"] is None
    call.at_pbx.name_arrives("", ADA)
    told = await call.event("call", name="Ada Byron")
    assert told["match"] == {"rule": "exact", "contact": "D-ada", "candidates": 1}
    await call.answered()
    await call.over()
    last = await call.event("datev", record={"CallState": 3}, result="confirmed")
    assert last["record"]["AdressatenId"] == "D-ada"
    office.sound()


async def test_answered_elsewhere_is_not_missed_even_if_the_list_lags(profile: Path) -> None:
    config = StarfaceConfig(groups=(GROUP,), call_list_lag_s=0.7)
    async with at_work(profile, AUTO, pbx=config, program=SWIFT) as office:
        call = await office.rings(ADA, group="g1")
        call.at_pbx.answer(by=COLLEAGUE)
        ended = await call.event("call", state="ended")
        assert ended["outcome"] == "answered_elsewhere"
        call.at_pbx.hangup()
        missed = await office.rings("0049305551236", group="g1")
        assert (await missed.over())["outcome"] == "missed"
        office.sound()


STRUCT = "<member><name>{}</name><value><string>{}</string></value></member>"


def event_body(**members: str) -> bytes:
    inner = "".join(STRUCT.format(name, value) for name, value in members.items())
    return (
        '<?xml version="1.0"?><methodCall><methodName>ucp.v30.events.call.receiveCallState'
        f"</methodName><params><param><value><struct>{inner}</struct></value></param></params>"
        "</methodCall>"
    ).encode()


async def post(callback: Callback, target: str, body: bytes) -> int:
    reader, writer = await asyncio.open_connection(callback.host, callback.port)
    try:
        head = (
            f"POST {target} HTTP/1.1\r\nHost: pbx\r\nContent-Type: text/xml\r\n"
            f"Content-Length: {len(body)}\r\nConnection: close\r\n\r\n"
        )
        writer.write(head.encode() + body)
        async with asyncio.timeout(TIMEOUT_S):
            answer = await reader.read()
        return int(answer.split(b" ", 2)[1])
    finally:
        writer.close()
        await writer.wait_closed()


CALL_ID = "0f1e2d3c-0000-4000-8000-000000000001"
FOREIGN = {
    "the end of an unknown call": event_body(id=CALL_ID, state="HANGUP", callerNumber=ADA),
    "an unknown state": event_body(id=CALL_ID, state="TELEPORTED", callerNumber=ADA),
    "no state": event_body(id=CALL_ID, callerNumber=ADA),
    "no id": event_body(state="RINGING", callerNumber=ADA),
    "an empty id": event_body(id="", state="RINGING", callerNumber=ADA),
    "nothing": event_body(),
    "an unknown time": event_body(id=CALL_ID, state="HANGUP", timestamp="yesterday"),
    "another method": event_body(id=CALL_ID, state="RINGING").replace(b"receiveCallState", b"x"),
    "no XML": b"\x00\x01 hello",
    "an empty body": b"",
    "half a call": event_body(id=CALL_ID, state="RINGING")[:90],
    "a bomb": b'<?xml version="1.0"?><!DOCTYPE x [<!ENTITY a "b">]><methodCall>&a;</methodCall>',
}


async def test_events_of_unknown_calls_and_nonsense_at_the_door(office: Office) -> None:
    (session,) = office.starface.sessions
    callback = session.callback
    assert callback is not None
    target = callback.target(session.login, session.token)
    await office.connector.obeyed()
    mark = office.connector.mark
    for what, body in FOREIGN.items():
        assert await post(callback, target, body) in range(200, 500), what
    await office.connector.obeyed()
    assert office.news(mark) == []
    call = await office.rings(ADA)
    await call.over()
    office.sound()


async def test_events_of_somebody_else_are_not_believed(office: Office) -> None:
    (session,) = office.starface.sessions
    callback = session.callback
    assert callback is not None
    body = event_body(id=CALL_ID, state="RINGING", callerNumber=ADA)
    for target in (
        callback.target(session.login, "0123:" + "0" * 128),
        callback.target(COLLEAGUE, session.token),
        "/",
        "/xml-rpc",
    ):
        assert await post(callback, target, body) in range(400, 500), target
    await office.connector.obeyed()
    assert office.connector.told("call") == []


async def test_states_out_of_order_do_not_lead_back(office: Office) -> None:
    (session,) = office.starface.sessions
    callback = session.callback
    assert callback is not None
    target = callback.target(session.login, session.token)
    call = await office.rings(ADA)
    await call.answered()
    late = event_body(id=call.at_pbx.call_id, state="RINGING", callerNumber=ADA, calledNumber="23")
    assert await post(callback, target, late) == 200
    await office.connector.obeyed()
    assert call.events("call")[-1]["state"] == "connected"
    await call.over()
    assert await post(callback, target, late) == 200
    await office.connector.obeyed()
    assert call.events("call")[-1]["state"] == "ended"
    assert len({e["call"] for e in office.connector.told("call")}) == 1
    await call.event("datev", record={"CallState": 3}, result="confirmed")
    office.sound()


async def test_filling_the_index_anew_beside_a_running_connector(office: Office) -> None:
    before = await office.rings("0049409999")
    assert before.told["name"] == ""
    await before.over()
    await fill(office.profile, "source;id;name;number\ndatev;D-new;Nele Neu;+49 40 9999\n")
    after = await office.rings("0049409999")
    assert after.told["match"]["contact"] == "D-new"
    await after.over()
    office.sound()
