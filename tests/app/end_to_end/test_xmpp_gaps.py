"""Calls that come and go while no way into the PBX works: in the journal once, as they were."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from datev_connector.simulators.starface import Call
from tests.app.end_to_end.office import COLLEAGUE, GROUP, USER
from tests.app.end_to_end.xmpp_office import AUTO, XMPP, XmppOffice, xmpp_office

ONLY_XMPP = {"starface": {"transport": "xmpp"}}
MISSED, ANSWERED, ELSEWHERE, DIALLED = (f"004930777{n}000" for n in range(4))


@pytest.fixture
def profile(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("xmpp-gaps") / "profile"


def missed(office: XmppOffice, number: str) -> Call:
    call = office.starface.pbx.incoming(USER, number)
    call.ring()
    call.hangup()
    return call


def nobody_watches(office: XmppOffice) -> None:
    """One call of each outcome comes and goes."""
    missed(office, MISSED)
    answered = office.starface.pbx.incoming(USER, ANSWERED)
    answered.ring()
    answered.answer()
    answered.hangup()
    elsewhere = office.starface.pbx.incoming(USER, ELSEWHERE, group=GROUP.group_id)
    elsewhere.ring()
    elsewhere.answer(by=COLLEAGUE)
    elsewhere.hangup()
    dialled = office.starface.pbx.outgoing(USER, DIALLED)
    dialled.ring()
    dialled.hangup()


EXPECTED = {
    MISSED: "missed",
    ANSWERED: "answered",
    ELSEWHERE: "answered_elsewhere",
    DIALLED: "unreached",
}


async def told(office: XmppOffice, *numbers: str, after: int = 0) -> None:
    """Wait until the connector has told of the ends of calls with these numbers."""
    for number in numbers:
        await office.connector.event(
            "call", after=after, state="ended", number=number.replace("00", "+", 1)
        )


def once(of: dict[str, str]) -> dict[str, list[str]]:
    return {number: [outcome] for number, outcome in of.items()}


@pytest.mark.parametrize("settings", [{}, ONLY_XMPP], ids=["every way", "xmpp alone"])
async def test_calls_that_nobody_saw_are_entered_as_they_were(
    profile: Path, settings: dict[str, Any]
) -> None:
    async with xmpp_office(profile, {**AUTO, **settings}) as office, office.at_work() as connector:
        await office.cut_everything()
        nobody_watches(office)
        mark = connector.mark
        office.mend_everything()
        await office.in_use(XMPP, after=mark)
        await told(office, *EXPECTED, after=mark)
        assert await office.own_journal() == once(EXPECTED)
        assert not connector.told("window", after=mark)
        office.sound()


async def test_the_ways_flap_and_each_call_is_entered_once(profile: Path) -> None:
    """Seen before, lost in between, come upon in mid-talk: whatever was seen of it."""
    async with xmpp_office(profile, AUTO) as office, office.at_work() as connector:
        seen = await office.rings("0049305550001")
        began = await office.rings("0049305550002")
        await began.answered()
        for turn in range(4):
            await office.cut_everything()
            mark = connector.mark
            missed(office, f"0049306{turn}0000")
            if turn == 1:
                seen.at_pbx.hangup()
            if turn == 2:
                began.at_pbx.hangup()
            if turn % 2:
                office.https.mend()
            else:
                office.xmpp.mend()
            await connector.event(
                "leg", after=mark, leg="starface", state=lambda state: state != "down"
            )
            await told(office, f"0049306{turn}0000", after=mark)
        assert (await seen.event("call", state="ended"))["outcome"] == "missed"
        assert (await began.event("call", state="ended"))["outcome"] == "answered"
        assert await connector.quit() == 0
        office.sound()
    gone = dict.fromkeys((f"0049306{turn}0000" for turn in range(4)), "missed")
    expected = once({"0049305550001": "missed", "0049305550002": "answered", **gone})
    assert await office.own_journal() == expected


async def test_what_was_entered_is_not_entered_again_after_a_power_cut(profile: Path) -> None:
    async with xmpp_office(profile, AUTO) as office:
        async with office.at_work() as connector:
            await office.cut_everything()
            nobody_watches(office)
            mark = connector.mark
            office.mend_everything()
            await told(office, *EXPECTED, after=mark)
            await connector.kill()
        async with office.at_work() as connector:
            await office.cut_everything()
            mark = connector.mark
            missed(office, "0049305559999")
            office.mend_everything()
            await told(office, "0049305559999", after=mark)
            journal = await office.own_journal()
            assert journal == once({**EXPECTED, "0049305559999": "missed"})
            office.sound()


async def test_a_power_cut_while_no_way_works_loses_no_call(profile: Path) -> None:
    async with xmpp_office(profile, AUTO) as office:
        async with office.at_work() as connector:
            seen = await office.rings("0049305550001")
            await seen.answered()
            await office.cut_everything()
            nobody_watches(office)
            await connector.kill()
        seen.at_pbx.hangup()
        office.mend_everything()
        async with office.at_work():
            await told(office, *EXPECTED)
            ended = await office.connector.event("call", call=seen.id, state="ended")
            assert ended["outcome"] == "answered"
            journal = await office.own_journal()
            assert journal == once({**EXPECTED, "0049305550001": "answered"})
            office.sound()
