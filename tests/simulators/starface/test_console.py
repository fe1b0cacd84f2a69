from __future__ import annotations

import pytest

from datev_connector.simulators.starface import Door, Manners, StarfaceSimulator
from datev_connector.simulators.starface.console import OWN, Console, parse
from datev_connector.simulators.starface.faults import FaultKind
from datev_connector.simulators.starface.legs import ForwardType, Side, State
from datev_connector.simulators.starface.player import ACTIONS, Player
from datev_connector.simulators.starface.scenarios import SCENARIOS
from datev_connector.simulators.starface.steps import BadStep
from tests.simulators.starface.client import Client


@pytest.fixture
def console(starface: StarfaceSimulator) -> Console:
    return Console(Player(starface))


async def type_in(console: Console, *lines: str) -> list[str]:
    return [said for line in lines for said in await console.line(line)]


def test_parse() -> None:
    step = parse('incoming a 0123 name="Ada Byron" 0049721')
    assert step.action == "incoming"
    assert step.words == {
        "call": "a",
        "user": "0123",
        "number": "0049721",
        "name": "Ada Byron",
    }
    assert parse("set late_names on").flag("value")
    assert parse("wait 1.5").number("seconds") == 1.5
    with pytest.raises(BadStep, match="must be yes or no"):
        parse("set late_names perhaps")


async def test_a_call(console: Console, starface: StarfaceSimulator) -> None:
    said = await type_in(
        console, "", "# a remark", "incoming a 0123 0049721 Müller", "ring a", "answer a"
    )
    (story,) = starface.chronicle.calls
    assert said == [f"call a: {story.call_id}"]
    await type_in(console, "hangup a")
    heading, row = await type_in(console, "calls")
    assert heading.split() == [
        *("started", "from", "to", "rang", "answered", "by", "ended", "talked", "outcome")
    ]
    assert "0049721 Müller" in row
    assert "23 Anna Berger" in row


async def test_mistakes_are_explained(console: Console) -> None:
    assert await type_in(console, "ring z") == ["no call named 'z'; there are: none yet"]
    assert await type_in(console, "nonsense") == [
        "unknown action 'nonsense'; 'help' lists all there are"
    ]
    for typed, meant in (("anwser c1", "answer"), ("HELP", "help"), ("scenarois", "scenarios")):
        (told,) = await type_in(console, typed)
        assert told.endswith(f"; did you mean {meant!r}?")
    assert await type_in(console, "calls c1") == ["'calls' stands alone on its line"]
    assert (await type_in(console, "incoming a 9 1"))[0].startswith("no user with login '9'")
    assert (await type_in(console, "fault htm"))[0].startswith("no kind 'htm'; there are: html,")
    assert (await type_in(console, "set x on"))[0].startswith("no switch 'x'; there are:")
    assert (await type_in(console, "scenario x 0123 1"))[0].startswith("no scenario 'x'")
    assert await type_in(console, "calls") == ["no calls yet"]


@pytest.mark.parametrize("too_early", ["answer c1", "voicemail c1"])
async def test_what_comes_before_the_ringing_is_refused_and_leaves_no_trace(
    console: Console, starface: StarfaceSimulator, too_early: str
) -> None:
    await type_in(console, "incoming c1 0123 0049721")
    (before,) = starface.chronicle.table()
    assert await type_in(console, too_early) == ["c1 does not ring yet; first: ring c1"]
    assert starface.chronicle.table() == [before]
    await type_in(console, "ring c1", "answer c1")
    (story,) = starface.chronicle.calls
    assert story.rang_at is not None
    assert story.answered_at is not None
    assert story.rang_at <= story.answered_at


async def test_a_colleagues_phone_rings_on_when_an_answer_is_refused(
    console: Console, starface: StarfaceSimulator
) -> None:
    await type_in(console, "incoming c1 0123 0049721", "ring c1")
    call = starface.pbx.calls[0]
    starface.pbx.move(starface.pbx.add_leg(call, "0124", Side.CALLED), State.INCOMING)
    assert await type_in(console, "answer c1 0124") == ["c1 does not ring yet; first: ring c1"]
    assert [leg.state for leg in call.legs] == [State.RINGING, State.INCOMING]


async def test_a_call_that_is_over_cannot_be_joined_and_the_other_goes_on(
    console: Console, starface: StarfaceSimulator
) -> None:
    await type_in(console, "incoming a 0123 0049721", "ring a", "answer a", "consult a b 0049722")
    await type_in(console, "busy b")
    (told,) = await type_in(console, "transfer a b")
    assert "it is over for the user" in told
    assert [leg.state for call in starface.pbx.calls for leg in call.legs] == [State.PARKED]


async def test_lists(console: Console) -> None:
    lines = await type_in(console, "help")
    for name in (*ACTIONS, *OWN):
        assert [line for line in lines if line.split(" ")[0] == name]
    assert "CALL is any name you choose for a call; USER is a login: 0123, 0124." in lines
    for choice in (*FaultKind, *Door, *Manners, *ForwardType, "late_names"):
        assert choice in " ".join(lines[-4:])
    assert any(line.startswith("incoming CALL USER NUMBER [name=...]") for line in lines)
    assert len(await type_in(console, "scenarios")) == len(SCENARIOS)


async def test_the_example_of_the_help_can_be_typed(
    console: Console, starface: StarfaceSimulator
) -> None:
    example = [line for line in await type_in(console, "help") if line.startswith("  ")]
    await type_in(console, *example)
    assert [story.outcome for story in starface.chronicle.calls] == ["answered"]


async def test_pbx_actions(console: Console, starface: StarfaceSimulator, anna: Client) -> None:
    await type_in(console, "fault html times=0", "set duplicate_events on", "clock 60")
    assert starface.faults.planned[0].times is None
    assert starface.behaviour.duplicate_events
    assert starface.behaviour.clock_offset.total_seconds() == 60
    await type_in(console, "clear-faults", "password 0123 new", "unlock 0123", "settle")
    anna.password = "new"
    assert await anna.ask("connection.keepAlive") is True
    assert "ucp.v30.requests.connection.keepAlive" in " ".join(await type_in(console, "requests"))
    await type_in(console, "drop-connections", "restart new_certificate=yes")
    assert await anna.ask("connection.keepAlive") is False


async def test_more_of_a_call(console: Console, starface: StarfaceSimulator) -> None:
    await type_in(console, "internal a 0123 0124", "ring a", "answer a", "repeat a")
    await type_in(console, "change-remote a 0124 0049721 Neu new_id=yes", "hangup a")
    said = await type_in(console, "expect-dial b 0")
    assert said == ["no client dialled within 0 seconds"]
    assert [story.outcome for story in starface.chronicle.calls] == ["answered"]


async def test_quit(console: Console) -> None:
    assert console.running
    await type_in(console, "quit")
    assert not console.running
