"""Whatever the PBX does in whatever order, the session goes on, and never storms."""

from __future__ import annotations

from datetime import timedelta
from itertools import pairwise

from hypothesis import given, settings
from hypothesis import strategies as st

from datev_connector.domain.inputs import LegChanged
from datev_connector.starface.commands import Opened, Transport
from datev_connector.starface.event_source import Events
from datev_connector.starface.session_state import SessionState
from datev_connector.starface.trouble import Trouble, TroubleKind
from datev_connector.starface.wire.xmlrpc import Fault, MethodCall, Value
from tests.starface.dialogue import ACCESS, NOT_CONNECTED, UNKNOWN, Dialogue

CALLS = st.sampled_from(["a", "b", "c"])
STATES = st.sampled_from(["RINGING", "CONNECTED", "PARKED", "HANGUP", "INCOMING", "", "NEW THING"])
STRUCTS: st.SearchStrategy[Value] = st.one_of(
    st.fixed_dictionaries({"id": CALLS, "state": STATES}), st.builds(dict)
)
VALUES: st.SearchStrategy[Value] = (
    st.booleans() | st.none() | st.text(max_size=3) | st.lists(CALLS, max_size=3) | STRUCTS
)
FAULTS = st.sampled_from([ACCESS, NOT_CONNECTED, UNKNOWN, Fault(code=0, text="?")])
TROUBLES = st.sampled_from(TroubleKind).map(lambda kind: Trouble(kind=kind))
GOOD: dict[str, Value] = {
    "login": True,
    "subscribeEvents": True,
    "keepAlive": True,
    "getCallIds": ["a"],
    "getCallState": {"id": "a", "state": "RINGING"},
}
EVENTS = st.builds(
    MethodCall,
    method=st.sampled_from(
        [
            "ucp.v30.events.call.receiveCallState",
            "ucp.v30.events.call.callChangesIdEvent",
            "ucp.v20.client.connection.reset",
        ]
    ),
    params=st.tuples(STRUCTS | st.just({"oldId": "a", "newId": "b"})),
)
WAYS = [(Transport.HTTPS,), (Transport.XMPP,), (Transport.HTTPS, Transport.XMPP)]
STEPS = st.one_of(
    st.tuples(st.just("answer well"), st.integers(0, 5)),
    st.tuples(st.just("answer"), st.tuples(st.integers(0, 5), VALUES | FAULTS | TROUBLES)),
    st.tuples(st.just("open"), st.booleans() | TROUBLES),
    st.tuples(st.just("push"), EVENTS),
    st.tuples(st.just("wait"), st.sampled_from([0.1, 1.0, 5.0, 31.0, 400.0])),
    st.tuples(st.just("retry"), st.none()),
    st.tuples(st.just("look"), st.none()),
    st.tuples(st.just("lost"), st.tuples(st.sampled_from(Transport), TROUBLES)),
    st.tuples(st.just("sleep"), st.sampled_from([60.0, 4e4])),
)


def take(dialogue: Dialogue, step: tuple[str, object]) -> None:  # noqa: C901 - one line a step
    match step:
        case "answer well", int(index) if dialogue.open:
            request = dialogue.asked[index % len(dialogue.open)]
            dialogue.answer(request, GOOD[request])
        case "answer", (int(index), answer) if dialogue.open:
            dialogue.answer(dialogue.asked[index % len(dialogue.open)], answer)  # type: ignore[arg-type]
        case "open", Trouble() as trouble:
            attempt = dialogue.prepares[-1].attempt
            dialogue.take(dialogue.ladder.failed(attempt, trouble, dialogue.now))
        case "open", bool(pushes):
            attempt = dialogue.prepares[-1].attempt
            opened = Opened(pushes=pushes)
            dialogue.take(dialogue.ladder.prepared(attempt, opened, dialogue.now))
        case "push", MethodCall() as event:
            dialogue.take(dialogue.ladder.pushed(dialogue.way, event, dialogue.now))
        case "wait", float(seconds):
            dialogue.wait(seconds)
        case "lost", (Transport() as way, Trouble() as trouble):
            dialogue.take(dialogue.ladder.lost(way, trouble, dialogue.now))
        case "sleep", float(seconds):
            dialogue.sleep(timedelta(seconds=seconds))
        case "look", None:
            dialogue.take(dialogue.ladder.look_again(dialogue.now))
        case "retry", None:
            dialogue.take(dialogue.ladder.retry_now(dialogue.now))


@settings(max_examples=150)
@given(st.sampled_from(WAYS), st.sampled_from(Events), st.lists(STEPS, max_size=60))
def test_the_ladder_always_goes_on(
    ways: tuple[Transport, ...], events: Events, steps: list[tuple[str, object]]
) -> None:
    dialogue = Dialogue(ways=ways, events=events)
    dialogue.start()
    for step in steps:
        take(dialogue, step)
        going_on = dialogue.open or dialogue.ladder.deadline_s is not None
        assert going_on or dialogue.state == SessionState.SIGNING_IN
        down = dialogue.state in {SessionState.REFUSED, SessionState.WAITING}
        assert not down or (not dialogue.open and dialogue.leg_state == "down")
        assert len(tuple(dialogue.ladder._sessions)) <= len(ways)
        assert dialogue.state != SessionState.READY or dialogue.leg_state != "down"
    for before, after in pairwise(dialogue.legs):
        assert not after.says_the_same(before)
    assert all(news.at is not None for news in dialogue.told if isinstance(news, LegChanged))


@settings(max_examples=60)
@given(
    st.sampled_from(WAYS),
    st.sampled_from([False, ACCESS, Trouble(kind=TroubleKind.UNAUTHORIZED)]),
    st.lists(st.floats(0.1, 3600), max_size=30),
)
def test_a_wrong_password_is_never_tried_again_within_a_quarter_of_an_hour(
    ways: tuple[Transport, ...], refusal: bool | Fault | Trouble, pauses: list[float]
) -> None:
    dialogue = Dialogue(ways=ways)
    dialogue.start()
    tries: list[float] = []
    for pause_s in pauses:
        if dialogue.state == SessionState.SIGNING_IN:
            dialogue.prepared()
            tries.append(dialogue.passed_s)
            dialogue.answer("login", refusal)
        dialogue.wait(pause_s)
    assert all(late - early >= 900 for early, late in pairwise(tries))


@settings(max_examples=60)
@given(st.lists(st.floats(0.1, 3600), max_size=40))
def test_xmpp_that_refuses_what_https_took_is_asked_as_seldom(pauses: list[float]) -> None:
    dialogue = Dialogue(ways=(Transport.HTTPS, Transport.XMPP), events=Events.AUTO)
    dialogue.start()
    dialogue.become_ready()
    tries: list[float] = []
    for pause_s in pauses:
        if dialogue.way is Transport.XMPP and len(dialogue.prepares) > len(tries) + 1:
            tries.append(dialogue.passed_s)
            dialogue.failed(TroubleKind.SIGN_IN_REFUSED)
        dialogue.answer_polls_for(min(pause_s, 600.0))
        assert dialogue.ladder.transport is Transport.HTTPS
    assert all(late - early >= 900 for early, late in pairwise(tries))
