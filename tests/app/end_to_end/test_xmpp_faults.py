"""What becomes of calls when the XMPP server, its line or its certificate goes wrong."""

from __future__ import annotations

from collections.abc import AsyncIterator
from dataclasses import replace
from pathlib import Path

import pytest
import pytest_asyncio

from datev_connector.simulators.starface import Certificate, Manners, XmppConfig
from tests.app.end_to_end.office import ADA, START_S, Incoming
from tests.app.end_to_end.xmpp_office import (
    AUTO,
    HTTPS,
    OWN_DOOR,
    XMPP,
    XmppOffice,
    prosody_office,
    xmpp_office,
)

pytestmark = pytest.mark.asyncio(loop_scope="module")

NO_CONTACTS = "the PBX shows this user no contacts"


@pytest.fixture
def profile(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("xmpp-faults") / "profile"


@pytest_asyncio.fixture(loop_scope="module", scope="module")
async def one_office(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[XmppOffice]:
    profile = tmp_path_factory.mktemp("xmpp-faults-of-all") / "profile"
    async with xmpp_office(profile, AUTO) as office, office.at_work(answer_s=2.0):
        yield office


@pytest_asyncio.fixture(loop_scope="module")
async def office(one_office: XmppOffice) -> XmppOffice:
    """The same office for many tests: nobody talks, and the best way is in use."""
    await one_office.quiet()
    return one_office


async def talking(office: XmppOffice, note: str) -> Incoming:
    """A call that is connected, with a note that is being typed."""
    call = await office.rings(ADA)
    await call.answered()
    call.note(note)
    await office.connector.obeyed()
    return call


async def ends_well(office: XmppOffice, call: Incoming, note: str) -> None:
    """The call is still the same one, and comes to DATEV once, with its note."""
    assert not call.events("call", state="ended")
    call.note(note)
    call.transfer()
    assert (await call.over())["outcome"] == "answered"
    told = await call.event("datev", method="NewJournal", result="confirmed")
    assert told["record"]["Note"] == note
    (begun,) = call.events("datev", method="NewCall")
    assert office.chain(begun["record"]["CallID"]) == ["offered", "connected", "finished"]
    same = office.connector.told("call", pbx_call=call.at_pbx.call_id)
    assert {e["call"] for e in same} == {call.id}
    assert office.notes().count(note) == 1
    office.sound()


async def test_a_restart_of_the_server_in_mid_call(profile: Path) -> None:
    async with prosody_office(profile, AUTO) as office, office.at_work() as connector:
        call = await talking(office, "halb")
        mark = connector.mark
        await office.prosody.stop()
        await office.in_use(HTTPS, after=mark)
        call.note("halb getippt")
        await connector.obeyed()
        await office.prosody.start()
        await office.in_use(XMPP, after=mark)
        await ends_well(office, call, "halb getippt, dann ganz")
        assert office.starface.accounts.attempts("0123").bad == 0


async def test_a_server_that_dies_without_a_word(profile: Path) -> None:
    async with prosody_office(profile, AUTO) as office, office.at_work() as connector:
        call = await talking(office, "vorher")
        mark = connector.mark
        await office.prosody.kill()
        await office.in_use(HTTPS, after=mark)
        other = await office.rings("0049305550001")
        assert (await other.over())["outcome"] == "missed"
        assert (await call.over())["outcome"] == "answered"
        await office.prosody.start()
        await office.in_use(XMPP, after=mark)
        after = await office.rings("0049305550002")
        assert (await after.over())["outcome"] == "missed"
        office.sound()


async def test_a_server_that_falls_silent(profile: Path) -> None:
    async with prosody_office(profile, AUTO) as office, office.at_work(answer_s=1.5):
        connector = office.connector
        call = await talking(office, "vor der Stille")
        mark = connector.mark
        office.prosody.freeze()
        await office.in_use(HTTPS, after=mark)
        other = await office.rings("0049305550001")
        assert (await other.over())["outcome"] == "missed"
        office.prosody.thaw()
        await office.in_use(XMPP, after=mark)
        assert (await call.over())["outcome"] == "answered"
        assert len({e["call"] for e in connector.told("call")}) == 2
        office.sound()


async def test_a_line_that_is_cut_in_mid_call(office: XmppOffice) -> None:
    call = await talking(office, "vor dem Schnitt")
    mark = office.connector.mark
    await office.xmpp.cut()
    await office.in_use(HTTPS, after=mark)
    office.xmpp.mend()
    await office.in_use(XMPP, after=mark)
    await ends_well(office, call, "nach dem Schnitt")


async def test_a_line_that_swallows_everything(office: XmppOffice) -> None:
    call = await talking(office, "vor dem Loch")
    mark = office.connector.mark
    office.xmpp.hold()
    await office.in_use(HTTPS, after=mark)
    office.xmpp.release()
    await office.in_use(XMPP, after=mark)
    await ends_well(office, call, "nach dem Loch")


@pytest.mark.parametrize("manners", [m for m in Manners if m is not Manners.PROPER])
async def test_a_door_that_misbehaves(office: XmppOffice, manners: Manners) -> None:
    server, mark = office.starface.xmpp.server, office.connector.mark
    server.manners = manners
    met = office.xmpp.met
    await office.xmpp.snap()
    await office.in_use(HTTPS, after=mark)
    await office.wait_until(lambda: office.xmpp.met > met + 1, what="a second try")
    call = await office.rings(ADA)
    assert (await call.over())["outcome"] == "missed"
    assert not office.connector.told("leg", after=mark, leg="starface", reason=XMPP)
    server.manners = Manners.PROPER
    await office.xmpp.snap()  # whoever waits for a silent server waits no longer
    await office.in_use(XMPP, after=mark)
    assert office.starface.accounts.attempts("0123").bad == 0
    office.sound()


@pytest.mark.parametrize("condition", ["system-shutdown", "conflict", "policy-violation"])
async def test_a_stream_that_the_server_ends(office: XmppOffice, condition: str) -> None:
    call = await talking(office, "vor dem Ende")
    mark = office.connector.mark
    office.starface.xmpp.server.end_streams(condition)
    await office.in_use(HTTPS, after=mark)
    await office.in_use(XMPP, after=mark)
    await ends_well(office, call, f"nach dem Ende: {condition}")


async def test_calls_while_the_ways_change_are_told_once_each(office: XmppOffice) -> None:
    """Each call begins, is answered or ends just when the line is snapped."""
    outcomes, begin = [], office.connector.mark
    for n in range(8):
        call = office.starface.pbx.incoming("0123", f"00493060{n}000")
        mark = office.connector.mark
        if n % 4 == 0:
            await office.xmpp.snap()
        call.ring()
        if n % 4 == 1:
            await office.xmpp.snap()
        if n % 2:
            call.answer()
        if n % 4 == 2:
            await office.xmpp.snap()
        await office.connector.event("call", after=mark, pbx_call=call.call_id)
        call.hangup()
        if n % 4 == 3:
            await office.xmpp.snap()
        ended = await office.connector.event(
            "call", after=mark, pbx_call=call.call_id, state="ended", timeout_s=START_S
        )
        outcomes.append(ended["outcome"])
    assert outcomes == ["missed", "answered"] * 4
    ends = [e["pbx_call"] for e in office.connector.told("call", after=begin, state="ended")]
    assert len(ends) == len(set(ends)) == 8
    office.sound()


# --- certificates -------------------------------------------------------------------------------


async def test_another_certificate_on_the_xmpp_port_alone(profile: Path) -> None:
    """HTTPS goes on, nothing secret is sent, and people are told."""
    async with xmpp_office(profile, AUTO) as office, office.at_work(beside_s=0.05) as connector:
        # To read the address book it signs in as well, some time after the start.
        await connector.event("leg", leg="contacts.starface", reason=NO_CONTACTS)
        call = await talking(office, "vorher")
        good, mark = office.starface.accounts.attempts("0123").good, connector.mark
        await office.starface.xmpp.go_down()
        await office.in_use(HTTPS, after=mark)
        await office.starface.xmpp.listen(Certificate.make().server_context())
        told = await connector.event("leg", after=mark, leg="starface", state="degraded")
        assert "certificate" in told["reason"]
        assert f":{office.xmpp.port}" in told["reason"]
        assert told["mender"] == "pbx-admin"
        assert told["remedy"]
        assert office.starface.xmpp.server.clients == ()
        attempts = office.starface.accounts.attempts("0123")
        assert (attempts.good, attempts.bad) == (good + 1, 0)
        await ends_well(office, call, "nachher")


async def test_a_certificate_of_its_own_at_the_xmpp_port_from_the_start(profile: Path) -> None:
    own = replace(OWN_DOOR, xmpp=XmppConfig(certificate=Certificate.make()))
    async with xmpp_office(profile, AUTO, pbx=own) as office, office.at_work():
        call = await office.rings(ADA)
        assert (await call.over())["outcome"] == "missed"
        await office.starface.chronicle.until(lambda: len(office.starface.sessions) == 1)
        assert office.address()
        office.sound()
