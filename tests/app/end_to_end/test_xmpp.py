"""The connector at a PBX that speaks UCI over XMPP through a real server, as users have it."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from datev_connector.simulators.starface import Door, JabberRpcConfig
from tests.app.end_to_end.connector import TIMEOUT_S
from tests.app.end_to_end.office import ADA
from tests.app.end_to_end.xmpp_office import (
    AUTO,
    DOMAIN,
    HTTPS,
    NO_DOOR,
    SECRET,
    XMPP,
    prosody_office,
    xmpp_office,
)


@pytest.fixture
def profile(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("xmpp") / "profile"


async def test_a_whole_call_with_a_note_reaches_datev_over_the_best_way(profile: Path) -> None:
    async with prosody_office(profile, AUTO) as office, office.at_work():
        assert [e["reason"] for e in office.connector.told("leg", leg="starface")][1:] == [
            HTTPS,
            XMPP,
        ]
        call = await office.rings(ADA)
        await call.answered()
        call.note("über XMPP")
        call.transfer()
        assert (await call.over())["outcome"] == "answered"
        told = await call.event("datev", method="NewJournal", result="confirmed")
        assert told["record"]["Note"] == "über XMPP"
        chain = call.events("datev", method="NewCall")[0]["record"]["CallID"]
        assert office.chain(chain) == ["offered", "connected", "finished"]
        office.sound()


async def test_datev_dials_and_drops_over_xmpp(profile: Path) -> None:
    async with prosody_office(profile, AUTO) as office, office.at_work():
        answer = await office.datev.dial("0721 / 60 60 60", "Ada Byron", "D-ada")
        assert answer.record is not None
        at_pbx = await office.starface.pbx.dialled()
        asked = office.starface.chronicle.requests
        assert [one.door for one in asked if ".placeCall" in one.method] == [Door.XMPP]
        at_pbx.lift()
        at_pbx.ring()
        at_pbx.answer()
        told = await office.connector.event("dial", number="0721 / 60 60 60")
        await office.connector.event("call", call=told["call"], state="connected")
        assert (await office.datev.drop(answer.record.call_id)).hresult == 0
        ended = await office.connector.event("call", call=told["call"], state="ended")
        assert ended["outcome"] == "answered"
        assert at_pbx.over
        await office.datev.wait_for(lambda datev: all(c.over for c in datev.calls), TIMEOUT_S)
        assert office.chain(answer.record.call_id) == ["offered", "connected", "finished"]
        office.sound()


async def test_only_events_of_one_way_are_asked_for_at_a_time(profile: Path) -> None:
    """A session that is left behind is closed at the PBX, and no call is told of twice."""
    async with prosody_office(profile, AUTO) as office, office.at_work():
        await office.starface.chronicle.until(lambda: len(office.starface.sessions) == 1)
        call = await office.rings(ADA)
        await call.over()
        await office.starface.settled()
        assert {push.door for push in office.starface.chronicle.pushes} == {Door.XMPP}
        assert {push.status for push in office.starface.chronicle.pushes} == {200}
        assert [e["state"] for e in call.events("call")] == ["ringing", "ended"]


@pytest.mark.parametrize("configured", [True, False], ids=["configured", "hidden"])
async def test_an_endpoint_that_nobody_advertises(profile: Path, configured: bool) -> None:
    """Set, it is used; else nobody can know it, and HTTPS stays."""
    robot = "robot@hidden.pbx.example"
    pbx = replace(NO_DOOR, jabber_rpc=JabberRpcConfig(shows_itself=False, reattach_s=0.05))
    settings = {"starface": {"xmpp_endpoint": robot}} if configured else {}
    places = {"hidden.pbx.example": SECRET}
    async with (
        prosody_office(
            profile, {**AUTO, **settings}, pbx=pbx, components=places, endpoint=robot
        ) as office,
        office.at_work(XMPP if configured else HTTPS, probe_s=0.3),
    ):
        if not configured:
            barred = await office.barred()
            assert barred["kind"] == "endpoint-missing"
            assert office.connector.told("leg", reason=XMPP) == []
        call = await office.rings(ADA)
        assert (await call.over())["outcome"] == "missed"
        office.sound()


async def test_a_domain_that_the_server_does_not_serve_leaves_https(profile: Path) -> None:
    wrong = {"starface": {"xmpp_domain": "office.example"}}
    async with prosody_office(profile, {**AUTO, **wrong}) as office, office.at_work(HTTPS):
        barred = await office.barred()
        assert (barred["kind"], barred["detail"]) == ("domain-unknown", "office.example")
        assert office.starface.accounts.attempts("0123").bad == 0
        call = await office.rings(ADA)
        assert (await call.over())["outcome"] == "missed"
        office.sound()


async def test_a_domain_that_is_not_set_is_learned_from_the_server(profile: Path) -> None:
    unset = {"starface": {"xmpp_domain": ""}}
    async with xmpp_office(profile, unset) as office, office.at_work():
        assert office.address().startswith(f"0123@{DOMAIN}/")


async def test_xmpp_alone_works_without_https_and_says_what_is_wrong(profile: Path) -> None:
    alone = {"starface": {"transport": "xmpp"}}
    async with prosody_office(profile, {**AUTO, **alone}) as office:
        await office.https.cut()
        async with office.at_work() as connector:
            call = await office.rings(ADA)
            await call.answered()
            mark = connector.mark
            await office.xmpp.cut()
            said = await office.down(after=mark)
            assert f"127.0.0.1:{office.xmpp.port}" in said["reason"]
            assert said["mender"] == "network-admin"
            mark = connector.mark
            office.xmpp.mend()
            await office.in_use(XMPP, after=mark)
            assert (await call.over())["outcome"] == "answered"
            assert office.https.met == 0
            office.sound()
