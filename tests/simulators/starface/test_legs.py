"""Whatever people do at their telephones, a leg's story stays possible."""

from __future__ import annotations

from contextlib import suppress
from itertools import pairwise

from hypothesis import given
from hypothesis import strategies as st

from datev_connector.simulators.starface import StarfaceConfig, StarfaceSimulator
from datev_connector.simulators.starface.calls import Call
from datev_connector.simulators.starface.legs import NEXT, IllegalStep, State

STEPS = (
    "ring",
    "lift",
    "answer",
    "answer_elsewhere",
    "hangup",
    "reject",
    "busy",
    "no_answer",
    "hold",
    "resume",
    "voicemail",
    "repeat",
)
KINDS = ("incoming", "group", "outgoing", "internal")


def begin(starface: StarfaceSimulator, kind: str) -> Call:
    pbx = starface.pbx
    match kind:
        case "incoming":
            return pbx.incoming("0123", "0049721")
        case "group":
            return pbx.incoming("0123", "0049721", group="any")
        case "outgoing":
            return pbx.outgoing("0123", "0049721")
    return pbx.internal("0123", "0124")


@given(kind=st.sampled_from(KINDS), steps=st.lists(st.sampled_from(STEPS), max_size=12))
def test_every_story_is_possible(kind: str, steps: list[str]) -> None:
    starface = StarfaceSimulator(StarfaceConfig(encrypted=False))
    call = begin(starface, kind)
    for step in steps:
        with suppress(IllegalStep):
            getattr(call, step)()
    for leg in call.legs:
        path = [State.NEW, *leg.history]
        assert all(after in NEXT[before] for before, after in pairwise(path))
        assert leg.was_connected == (State.CONNECTED in leg.history)
    if call.over:
        assert all(leg.state is State.HANGUP for leg in call.legs)
        assert all(leg.result is not None for leg in call.legs)
        assert call not in starface.pbx.calls
        assert call.story.outcome != "open"
    else:
        assert any(leg.state is not State.HANGUP for leg in call.legs)
        call.hangup()
        assert call.over
    listed = [e for login in ("0123", "0124") for e in starface.call_list.entries(login)]
    assert len(listed) == len([leg for leg in call.legs if leg.history != [State.HANGUP]])


def test_every_state_has_its_exits_written_down() -> None:
    assert NEXT.keys() == set(State)
    assert {s for s, exits in NEXT.items() if not exits} == {State.HANGUP}
