"""Every kind of call, over real sockets, as a v30 and a v22 client of the same user see it."""

from __future__ import annotations

from collections.abc import AsyncIterator

import pytest

from datev_connector.simulators.starface import PbxGroup, StarfaceConfig, StarfaceSimulator
from datev_connector.simulators.starface.player import ACTIONS, Player
from datev_connector.simulators.starface.scenarios import SCENARIOS
from datev_connector.simulators.starface.steps import step_from_line
from tests.simulators.starface.client import Client, Receiver

USER, COLLEAGUE, NUMBER = "0123", "0124", "004972112345"
TALK = ["RINGING", "CONNECTED", "HANGUP"]
OUT_TALK = ["OUTGOING", "RINGBACK", "CONNECTED", "HANGUP"]
OUT_TALK_22 = ["PROCEEDING", "RINGBACK", "CONNECTED", "HANGUP"]

# What the user's clients hear (v30, v22) of each call in turn, and how the calls really ended.
SEEN: dict[str, tuple[list[list[str]], list[list[str]], list[str]]] = {
    "incoming-answered": ([TALK], [["INCOMING", *TALK]], ["answered"]),
    "incoming-missed": ([["RINGING", "HANGUP"]], [["INCOMING", "RINGING", "HANGUP"]], ["missed"]),
    "incoming-rejected": (
        [["RINGING", "HANGUP"]],
        [["INCOMING", "RINGING", "HANGUP"]],
        ["rejected"],
    ),
    "incoming-busy": ([], [["INCOMING", "HANGUP"]], ["busy"]),
    "incoming-anonymous": ([TALK], [["INCOMING", *TALK]], ["answered"]),
    "incoming-late-name": ([["RINGING", *TALK]], [["INCOMING", "RINGING", *TALK]], ["answered"]),
    "group-answered": ([TALK], [TALK], ["answered"]),
    "group-answered-elsewhere": ([["RINGING", "HANGUP"]], [["RINGING", "HANGUP"]], ["answered"]),
    "forwarded-always": ([TALK], [TALK], ["answered"]),
    "forward-no-reply": (
        [["RINGING", "HANGUP"]],
        [["INCOMING", "RINGING", "HANGUP"]],
        ["missed"],
    ),
    "voicemail": (
        [["RINGING", "VOICEMAIL_LINKED", "HANGUP"]],
        [["INCOMING", "RINGING", "HANGUP"]],
        ["voicemail"],
    ),
    "blind-transfer-received": ([TALK], [TALK], ["answered"]),
    "attended-transfer-received": (
        [["RINGING", "CONNECTED", "CONNECTED", "HANGUP"]],
        [["INCOMING", "RINGING", "CONNECTED", "CONNECTED", "HANGUP"]],
        ["answered", "answered"],
    ),
    "attended-transfer-new-id": (
        [["RINGING", "CONNECTED", ""], ["CONNECTED", "HANGUP"]],
        [["INCOMING", "RINGING", "CONNECTED"], ["CONNECTED", "HANGUP"]],
        ["answered", "answered"],
    ),
    "transfer-done": (
        [
            ["RINGING", "CONNECTED", "PARKED", "HANGUP"],
            ["CONSULT", "RINGBACK", "CONNECTED", "HANGUP"],
        ],
        [["INCOMING", *TALK], ["RINGBACK", "CONNECTED", "HANGUP"]],
        ["answered", "answered"],
    ),
    "internal-outgoing": ([OUT_TALK], [OUT_TALK_22], ["answered"]),
    "internal-incoming": ([TALK], [["INCOMING", *TALK]], ["answered"]),
    "outgoing-answered": ([OUT_TALK], [OUT_TALK_22], ["answered"]),
    "outgoing-busy": ([["OUTGOING", "HANGUP"]], [["PROCEEDING", "HANGUP"]], ["busy"]),
    "outgoing-unanswered": (
        [["OUTGOING", "RINGBACK", "HANGUP"]],
        [["PROCEEDING", "RINGBACK", "HANGUP"]],
        ["unreached"],
    ),
    "call-waiting": ([TALK, TALK], [["INCOMING", *TALK]] * 2, ["answered", "answered"]),
    "hold-and-resume": (
        [["RINGING", "CONNECTED", "PARKED", "CONNECTED", "HANGUP"]],
        [["INCOMING", "RINGING", "CONNECTED", "CONNECTED", "HANGUP"]],
        ["answered"],
    ),
    "dial-answered": ([OUT_TALK], [OUT_TALK_22], ["answered"]),
    "dial-not-lifted": ([["OUTGOING", "HANGUP"]], [["PROCEEDING", "HANGUP"]], ["unreached"]),
}


@pytest.fixture
async def starface() -> AsyncIterator[StarfaceSimulator]:
    group = PbxGroup(group_id="g1", number="30", name="Sekretariat", members=(USER, COLLEAGUE))
    async with StarfaceSimulator(StarfaceConfig(groups=(group,))) as simulator:
        yield simulator


@pytest.mark.parametrize("version", ["v30", "v22"])
@pytest.mark.parametrize("name", SCENARIOS)
async def test_sequence(
    starface: StarfaceSimulator, receiver: Receiver, name: str, version: str
) -> None:
    client = await Client(simulator=starface, receiver=receiver, version=version).sign_in()
    if name.startswith("dial-"):
        assert await client.ask("call.placeCallWithPhone", NUMBER, "", "")
    play = step_from_line(f"scenario {name} {USER} {NUMBER} {COLLEAGUE}", ACTIONS)
    await Player(starface).perform(play)
    await starface.settled()

    v30, v22, outcomes = SEEN[name]
    by_call: dict[str, list[str]] = {}
    for event in receiver.events:
        assert event.method.startswith(f"ucp.{version}.events.call.")
        call_id = event.call_id or event.struct["oldCallId"]
        by_call.setdefault(call_id, []).append(event.state)
    # Order is kept within a call, not between calls.
    assert sorted(by_call.values()) == sorted(v30 if version == "v30" else v22)
    assert [story.outcome for story in starface.chronicle.calls] == outcomes


def test_every_scenario_is_judged() -> None:
    assert SEEN.keys() == SCENARIOS.keys()
