from __future__ import annotations

from datetime import timedelta

import pytest

from datev_connector.domain.calls import PbxState
from datev_connector.domain.inputs import CallMoved
from datev_connector.domain.legs import LegState, Mender
from datev_connector.starface.event_source import Events
from datev_connector.starface.pacing import Moment
from datev_connector.starface.session_state import SessionState
from datev_connector.starface.trouble import Complaint, TroubleKind
from datev_connector.starface.wire.uci import UciVersion
from datev_connector.starface.wire.xmlrpc import Fault, Value
from tests.starface.dialogue import (
    ACCESS,
    NOT_CONNECTED,
    START,
    UNKNOWN,
    Dialogue,
    ready,
)


def test_a_session_comes_up() -> None:
    dialogue = Dialogue()
    assert dialogue.state == SessionState.SIGNED_OUT
    dialogue.start()
    assert dialogue.state == SessionState.SIGNING_IN
    assert dialogue.leg_state == LegState.DOWN
    dialogue.prepared()
    dialogue.answer("login", True)
    assert dialogue.state == SessionState.SUBSCRIBING
    dialogue.answer("subscribeEvents", True)
    assert dialogue.state == SessionState.RECONCILING
    dialogue.answer("getCallIds", ["a", "b"])
    dialogue.answer("getCallState", {"id": "a", "state": "CONNECTED"})
    assert dialogue.state == SessionState.RECONCILING
    dialogue.answer("getCallState", {})
    assert dialogue.state == SessionState.READY
    assert dialogue.sent == [
        "ucp.v30.requests.connection.login",
        "ucp.v30.requests.service.subscribeEvents",
        "ucp.v30.requests.call.getCallIds",
        "ucp.v30.requests.call.getCallState",
        "ucp.v30.requests.call.getCallState",
    ]
    assert dialogue.pictures[0].alive == {"a", "b"}
    assert [sighted.pbx_call for sighted in dialogue.sightings] == ["a"]
    assert dialogue.leg_state == LegState.UP
    assert dialogue.leg.since == START


def test_starting_twice_changes_nothing() -> None:
    dialogue = Dialogue()
    dialogue.start()
    dialogue.start()
    assert len(dialogue.prepares) == 1


def test_the_session_is_kept_alive() -> None:
    dialogue = ready(events=Events.CALLBACK)
    for _ in range(3):
        assert dialogue.wait_for_deadline() == 30.0
        dialogue.answer("keepAlive", True)
    assert dialogue.count("keepAlive") == 3
    assert dialogue.state == SessionState.READY


@pytest.mark.parametrize(
    "answer", [False, None, "", NOT_CONNECTED, Fault(code=9, text="?"), ACCESS]
)
def test_a_session_that_is_lost_is_begun_anew(answer: Value | Fault) -> None:
    dialogue = ready(events=Events.CALLBACK)
    dialogue.push("a", "CONNECTED")
    dialogue.wait(30)
    dialogue.answer("keepAlive", answer)
    assert dialogue.state == SessionState.WAITING
    assert dialogue.drops == 1
    assert dialogue.leg_state == LegState.DOWN
    assert dialogue.wait_for_deadline() <= 1.0
    dialogue.become_ready()
    assert dialogue.leg_state == LegState.UP
    assert dialogue.pictures[-1].alive == frozenset()


@pytest.mark.parametrize(
    "kind", [TroubleKind.SILENT, TroubleKind.CUT, TroubleKind.WEB_PAGE, TroubleKind.UNAUTHORIZED]
)
def test_trouble_while_ready_signs_in_again_soon(kind: TroubleKind) -> None:
    dialogue = ready(events=Events.CALLBACK)
    dialogue.wait(30)
    dialogue.trouble("keepAlive", kind)
    assert dialogue.state == SessionState.WAITING
    assert dialogue.wait_for_deadline() <= 1.0
    assert dialogue.state == SessionState.SIGNING_IN


def test_pauses_grow_to_a_limit_and_are_spread() -> None:
    calm, spread = Dialogue(chance=0.0), Dialogue(chance=0.999)
    pauses: list[list[float]] = []
    for dialogue in (calm, spread):
        dialogue.start()
        pauses.append([])
        for _ in range(9):
            dialogue.failed(TroubleKind.REFUSED_CONNECTION)
            pauses[-1].append(dialogue.wait_for_deadline())
    assert pauses[0] == [0.5, 1, 2, 4, 8, 16, 30, 30, 30]
    assert pauses[1] == pytest.approx([1, 2, 4, 8, 16, 32, 60, 60, 60], rel=0.01)


def test_the_same_trouble_is_told_once_and_keeps_its_beginning() -> None:
    dialogue = Dialogue()
    dialogue.start()
    for _ in range(5):
        dialogue.failed(TroubleKind.REFUSED_CONNECTION)
        dialogue.wait_for_deadline()
    assert len(dialogue.legs) == 2
    dialogue.failed(TroubleKind.UNREACHABLE)
    assert len(dialogue.legs) == 3
    assert dialogue.leg.since == START
    assert dialogue.leg.mender == Mender.NETWORK_ADMIN


def test_a_short_success_does_not_shorten_the_pauses() -> None:
    dialogue = Dialogue()
    dialogue.start()
    pauses: list[float] = []
    for _ in range(4):
        dialogue.become_ready()
        dialogue.push_event("connection.reset")
        assert dialogue.state == SessionState.WAITING
        pauses.append(dialogue.wait_for_deadline())
    assert pauses == [0.5, 1, 2, 4]


def test_a_long_success_begins_with_the_first_pause_again() -> None:
    dialogue = Dialogue(events=Events.CALLBACK)
    dialogue.start()
    for _ in range(5):
        dialogue.failed(TroubleKind.UNREACHABLE)
        dialogue.wait_for_deadline()
    dialogue.become_ready()
    for _ in range(3):
        dialogue.wait(30)
        dialogue.answer("keepAlive", True)
    dialogue.push_event("connection.reset")
    assert dialogue.wait_for_deadline() == 0.5


# --- refused --------------------------------------------------------------------------------------


@pytest.mark.parametrize("answer", [False, ACCESS])
def test_a_wrong_password_is_tried_once(answer: Value | Fault) -> None:
    dialogue = Dialogue()
    dialogue.start()
    dialogue.prepared()
    dialogue.answer("login", answer)
    assert dialogue.state == SessionState.REFUSED
    assert dialogue.leg_state == LegState.DOWN
    assert dialogue.leg.mender == Mender.USER
    assert "login and password" in dialogue.leg.remedy
    dialogue.wait(15 * 60 - 1)
    assert dialogue.count("login") == 1
    assert len(dialogue.prepares) == 1


@pytest.mark.parametrize(
    "kind", [TroubleKind.WEB_PAGE, TroubleKind.REDIRECT, TroubleKind.UNAUTHORIZED]
)
def test_other_ways_to_refuse_a_password_are_tried_once(kind: TroubleKind) -> None:
    dialogue = Dialogue()
    dialogue.start()
    dialogue.prepared()
    dialogue.trouble("login", kind)
    assert dialogue.state == SessionState.REFUSED
    assert "password" in dialogue.leg.remedy
    dialogue.wait(15 * 60 - 1)
    assert len(dialogue.prepares) == 1


def test_a_day_of_wrong_passwords_is_a_handful_of_tries() -> None:
    dialogue = Dialogue()
    dialogue.start()
    tries = 0
    while dialogue.passed_s < 24 * 3600:
        dialogue.prepared()
        dialogue.answer("login", False)
        tries += 1
        assert dialogue.wait_for_deadline() >= 15 * 60
    assert tries <= 10
    assert len(dialogue.legs) == 2


def test_a_person_may_try_again_at_once() -> None:
    dialogue = Dialogue()
    dialogue.start()
    dialogue.prepared()
    dialogue.answer("login", False)
    dialogue.take(dialogue.ladder.retry_now(dialogue.now))
    assert dialogue.state == SessionState.SIGNING_IN
    dialogue.become_ready()
    dialogue.take(dialogue.ladder.retry_now(dialogue.now))
    assert len(dialogue.prepares) == 2


def test_a_web_page_after_a_good_sign_in_is_met_carefully() -> None:
    dialogue = ready()
    dialogue.push_event("connection.reset")
    dialogue.wait_for_deadline()
    dialogue.prepared()
    dialogue.trouble("login", TroubleKind.WEB_PAGE)
    assert dialogue.state == SessionState.WAITING
    assert dialogue.wait_for_deadline() >= 60


def test_a_fault_of_unknown_meaning_is_met_carefully() -> None:
    dialogue = Dialogue()
    dialogue.start()
    dialogue.prepared()
    odd = Fault(code=0, text="java.lang.NullPointerException at x")
    dialogue.answer("login", odd)
    dialogue.answer("login", odd)
    assert dialogue.sent[-1] == "ucp.v22.requests.connection.login"
    assert dialogue.state == SessionState.WAITING
    assert "NullPointerException" in dialogue.leg.reason
    assert dialogue.wait_for_deadline() >= 60


def test_a_fault_about_the_login_is_tried_once_whatever_the_method_is_called() -> None:
    dialogue = Dialogue()
    dialogue.start()
    dialogue.prepared()
    dialogue.answer("login", Fault(code=0, text="Login failed"))
    assert dialogue.state == SessionState.REFUSED
    assert dialogue.sent == ["ucp.v30.requests.connection.login"]


def test_a_missing_right_is_the_pbx_admins() -> None:
    dialogue = Dialogue()
    dialogue.start()
    dialogue.prepared()
    dialogue.answer("login", True)
    dialogue.answer("subscribeEvents", ACCESS)
    dialogue.answer("getCallIds", ACCESS)
    assert dialogue.state == SessionState.REFUSED
    assert dialogue.leg.mender == Mender.PBX_ADMIN


# --- generations ----------------------------------------------------------------------------------


@pytest.mark.parametrize("request_name", ["login", "subscribeEvents"])
def test_an_unknown_method_means_the_older_generation(request_name: str) -> None:
    dialogue = Dialogue()
    dialogue.start()
    dialogue.prepared()
    if request_name == "subscribeEvents":
        dialogue.answer("login", True)
    dialogue.answer(request_name, UNKNOWN)
    dialogue.answer("login", True)
    dialogue.answer("subscribeEvents", True)
    dialogue.answer("getCallIds", [])
    assert dialogue.state == SessionState.READY
    assert dialogue.ladder.uci.version is UciVersion.V22
    assert dialogue.sent[-1] == "ucp.v22.requests.call.getCallIds"


def test_the_generation_that_worked_is_kept_for_the_next_session() -> None:
    dialogue = Dialogue()
    dialogue.start()
    dialogue.prepared()
    dialogue.answer("login", UNKNOWN, True)
    dialogue.answer("subscribeEvents", True)
    dialogue.answer("getCallIds", [])
    dialogue.push_event("connection.reset")
    dialogue.wait_for_deadline()
    dialogue.prepared()
    assert dialogue.sent[-1] == "ucp.v22.requests.connection.login"


def test_a_pbx_that_knows_neither_generation_is_told_about() -> None:
    dialogue = Dialogue()
    dialogue.start()
    dialogue.prepared()
    dialogue.answer("login", UNKNOWN, UNKNOWN)
    assert dialogue.state == SessionState.WAITING
    assert "v30, v22" in dialogue.leg.reason
    dialogue.wait_for_deadline()
    dialogue.prepared()
    assert dialogue.sent[-1] == "ucp.v30.requests.connection.login"


def test_a_forced_generation_is_not_left() -> None:
    dialogue = Dialogue(versions=(UciVersion.V30,))
    dialogue.start()
    dialogue.prepared()
    dialogue.answer("login", UNKNOWN)
    assert dialogue.state == SessionState.WAITING
    assert dialogue.count("login") == 1


# --- events ---------------------------------------------------------------------------------------


def test_events_are_passed_on_as_they_come() -> None:
    dialogue = ready()
    for state in ("CONNECTED", "RINGING", "RINGING", "HANGUP", "RINGING"):
        dialogue.push("a", state)
    dialogue.push("b", "")
    assert [sighted.state for sighted in dialogue.sightings] == [
        PbxState.CONNECTED,
        PbxState.RINGING,
        PbxState.RINGING,
        PbxState.HANGUP,
        PbxState.RINGING,
    ]


def test_a_call_that_changes_its_id_is_told() -> None:
    dialogue = ready()
    dialogue.push("a", "CONNECTED")
    dialogue.push_event("call.callChangesIdEvent", {"oldCallId": "a", "newCallId": "b"})
    assert dialogue.told[-1] == CallMoved(at=START, old="a", new="b")


def test_times_of_the_pbx_are_corrected() -> None:
    dialogue = ready()
    dialogue.push("a", "RINGING", timestamp="20261122T130100")
    dialogue.wait(4)
    dialogue.push("a", "CONNECTED", timestamp="20261122T130103")
    rang, connected = dialogue.sightings
    assert rang.changed_at == START
    assert connected.changed_at == START + timedelta(seconds=3)


def test_late_details_do_not_count_as_a_measure_of_the_clock() -> None:
    dialogue = ready(events=Events.CALLBACK)
    dialogue.push("a", "RINGING", timestamp="20261122T130000")
    dialogue.wait(20)
    dialogue.push("a", "RINGING", timestamp="20261122T130000", callerName="Eva")
    assert dialogue.sightings[-1].changed_at == START
    assert dialogue.ladder.clock.difference == timedelta(hours=-1)


# --- polling --------------------------------------------------------------------------------------


def test_a_slow_poll_runs_beside_the_events() -> None:
    dialogue = ready()
    assert dialogue.wait_for_deadline() == 5.0
    dialogue.poll()
    assert dialogue.wait_for_deadline() == 5.0
    dialogue.poll()
    assert len(dialogue.pictures) == 3
    assert dialogue.leg_state == LegState.UP


def test_a_call_that_events_told_is_no_news_to_the_poll() -> None:
    dialogue = ready()
    dialogue.push("a", "RINGING")
    dialogue.wait(5)
    dialogue.poll(a="RINGING")
    assert len(dialogue.sightings) == 1
    assert dialogue.pictures[-1].alive == {"a"}
    assert dialogue.wait_for_deadline() == 5.0


def test_a_call_that_no_event_tells_makes_polling_the_source() -> None:
    dialogue = ready()
    dialogue.wait(5)
    dialogue.poll(a="RINGING")
    assert [sighted.state for sighted in dialogue.sightings] == [PbxState.RINGING]
    assert dialogue.leg_state == LegState.UP
    assert dialogue.wait_for_deadline() == 1.0
    dialogue.poll(a="RINGING")
    assert dialogue.leg_state == LegState.DEGRADED
    assert dialogue.leg.mender == Mender.NETWORK_ADMIN
    assert dialogue.wait_for_deadline() == 1.0
    dialogue.poll(a="CONNECTED")
    assert [sighted.state for sighted in dialogue.sightings] == [
        PbxState.RINGING,
        PbxState.CONNECTED,
    ]


def test_an_end_that_no_event_tells_makes_polling_the_source() -> None:
    dialogue = ready()
    dialogue.push("a", "CONNECTED")
    dialogue.wait(5)
    dialogue.poll()
    dialogue.wait(1)
    dialogue.poll()
    assert dialogue.leg_state == LegState.DEGRADED


def test_an_event_that_is_a_little_late_clears_the_suspicion() -> None:
    dialogue = ready()
    dialogue.wait(5)
    dialogue.poll(a="RINGING")
    dialogue.push("a", "RINGING")
    assert dialogue.wait_for_deadline() == 1.0
    dialogue.poll(a="RINGING")
    assert dialogue.leg_state == LegState.UP
    assert dialogue.wait_for_deadline() == 5.0


def test_an_event_moves_back_from_polling() -> None:
    dialogue = ready()
    dialogue.wait(5)
    dialogue.poll(a="RINGING")
    dialogue.wait(1)
    dialogue.poll(a="RINGING")
    dialogue.push("a", "CONNECTED")
    assert dialogue.leg_state == LegState.UP
    assert dialogue.wait_for_deadline() == 1.0
    dialogue.poll(a="CONNECTED")
    assert dialogue.wait_for_deadline() == 5.0


def test_a_call_that_rings_nowhere_yet_need_not_be_announced() -> None:
    dialogue = ready()
    for _ in range(3):
        dialogue.wait_for_deadline()
        dialogue.poll(a="INCOMING")
    assert dialogue.leg_state == LegState.UP


def test_an_answer_that_an_event_overtook_is_dropped() -> None:
    dialogue = ready()
    dialogue.wait(5)
    dialogue.answer("getCallIds", ["a"])
    dialogue.wait(0.1)
    dialogue.push("a", "CONNECTED")
    dialogue.push("a", "HANGUP")
    dialogue.answer("getCallState", {"id": "a", "state": "RINGING"})
    assert [sighted.state for sighted in dialogue.sightings] == [
        PbxState.CONNECTED,
        PbxState.HANGUP,
    ]


def test_polling_by_setting_needs_no_subscription_and_is_no_flaw() -> None:
    dialogue = Dialogue(events=Events.POLLING)
    dialogue.start()
    dialogue.become_ready(pushes=False)
    assert dialogue.count("subscribeEvents") == 0
    assert dialogue.leg_state == LegState.UP
    for _ in range(3):
        assert dialogue.wait_for_deadline() == 1.0
        dialogue.poll(a="RINGING")
    assert len(dialogue.sightings) == 1
    assert dialogue.leg_state == LegState.UP


def test_callbacks_by_setting_are_not_polled_beside() -> None:
    dialogue = ready(events=Events.CALLBACK)
    dialogue.wait(29)
    assert not dialogue.open


def test_without_a_way_back_polling_is_the_source_from_the_start() -> None:
    dialogue = Dialogue()
    dialogue.start()
    flaw = Complaint(reason="Port taken.", mender=Mender.NETWORK_ADMIN, remedy="Free it.")
    dialogue.prepared(pushes=False, flaws=(flaw,))
    dialogue.answer("login", True)
    dialogue.answer("getCallIds", [])
    assert dialogue.leg_state == LegState.DEGRADED
    assert dialogue.leg.reason == "Port taken."
    assert dialogue.wait_for_deadline() == 1.0


@pytest.mark.parametrize("answer", [False, ACCESS, Fault(code=0, text="?")])
def test_a_refused_subscription_means_polling(answer: Value | Fault) -> None:
    dialogue = Dialogue()
    dialogue.start()
    dialogue.prepared()
    dialogue.answer("login", True)
    dialogue.answer("subscribeEvents", answer)
    dialogue.answer("getCallIds", [])
    assert dialogue.leg_state == LegState.DEGRADED
    assert "subscription" in dialogue.leg.reason
    assert dialogue.wait_for_deadline() == 1.0


def test_a_refused_subscription_is_trouble_where_callbacks_are_forced() -> None:
    dialogue = Dialogue(events=Events.CALLBACK)
    dialogue.start()
    dialogue.prepared()
    dialogue.answer("login", True)
    dialogue.answer("subscribeEvents", False)
    assert dialogue.state == SessionState.WAITING
    assert dialogue.leg_state == LegState.DOWN


def test_many_calls_are_asked_for_in_turns() -> None:
    dialogue = Dialogue(events=Events.POLLING)
    dialogue.start()
    calls = [f"call-{index:03}" for index in range(120)]
    dialogue.become_ready(pushes=False, calls=calls)
    assert len(dialogue.sightings) == 120
    before = len(dialogue.sent)
    dialogue.wait(1)
    dialogue.answer("getCallIds", calls)
    assert len(dialogue.open) == 4
    asked = set()
    for _ in range(3):
        while "getCallState" in dialogue.asked:
            pbx_call = str(dialogue.open[0].call.params[0])
            asked.add(pbx_call)
            dialogue.answer("getCallState", {"id": pbx_call, "state": "CONNECTED"})
        dialogue.wait(1)
        dialogue.answer("getCallIds", calls)
    assert asked == set(calls)
    assert len(dialogue.sent) - before < 165


@pytest.mark.parametrize("answer", [UNKNOWN, Fault(code=0, text="no call")])
def test_a_fault_about_one_call_is_about_that_call_only(answer: Fault) -> None:
    dialogue = ready()
    dialogue.wait(5)
    dialogue.answer("getCallIds", ["a"])
    dialogue.answer("getCallState", answer)
    assert dialogue.state == SessionState.READY


@pytest.mark.parametrize("answer", ["a", {"a": 1}, [1], None])
def test_a_list_of_calls_that_is_none_ends_the_session(answer: Value) -> None:
    dialogue = ready()
    dialogue.wait(5)
    dialogue.answer("getCallIds", answer)
    assert dialogue.state == SessionState.WAITING
    assert "getCallIds" in dialogue.leg.reason


# --- stray and many -------------------------------------------------------------------------------


def test_answers_of_an_old_session_are_dropped() -> None:
    dialogue = ready(events=Events.CALLBACK)
    dialogue.wait(30)
    old = dialogue.open[-1]
    dialogue.push_event("connection.reset")
    dialogue.wait(1)
    told = len(dialogue.told)
    dialogue.take(dialogue.ladder.answered(old.ticket, ACCESS, dialogue.now))
    assert len(dialogue.told) == told
    assert dialogue.state == SessionState.SIGNING_IN


def test_a_link_of_an_old_attempt_is_ignored() -> None:
    dialogue = Dialogue()
    dialogue.start()
    dialogue.failed(TroubleKind.SILENT)
    dialogue.prepared()
    assert dialogue.state == SessionState.WAITING
    assert not dialogue.sent


def test_a_flood_of_events_leaves_nothing_behind() -> None:
    dialogue = ready()
    for index in range(10_000):
        dialogue.push(f"call-{index}", "RINGING")
    assert len(dialogue.sightings) == 10_000
    assert len(dialogue.ladder._known) <= 2000
    main = dialogue.ladder._sessions.main
    assert main is not None
    assert len(main._asking) == 0


def test_polls_of_calls_that_come_and_go_leave_nothing_behind() -> None:
    dialogue = Dialogue(events=Events.POLLING)
    dialogue.start()
    dialogue.become_ready(pushes=False)
    for index in range(2500):
        dialogue.wait_for_deadline()
        while "keepAlive" in dialogue.asked:
            dialogue.answer("keepAlive", True)
        if "getCallIds" in dialogue.asked:
            dialogue.poll(**{f"call-{index}": "RINGING"})
    assert len(dialogue.ladder._known) <= 2000
    main = dialogue.ladder._sessions.main
    assert main is not None
    assert len(main._picture._turn) <= 1
    assert dialogue.state == SessionState.READY


@pytest.mark.parametrize("jump", [timedelta(hours=-5), timedelta(days=400)])
def test_a_wall_clock_that_is_set_does_not_pace_the_session(jump: timedelta) -> None:
    dialogue = ready(events=Events.CALLBACK)
    early = Moment(at=dialogue.now.at + jump, clock_s=dialogue.now.clock_s + 29)
    dialogue.take(dialogue.ladder.tick(early))
    assert not dialogue.open
    due = Moment(at=dialogue.now.at + jump, clock_s=dialogue.now.clock_s + 30)
    dialogue.take(dialogue.ladder.tick(due))
    assert dialogue.asked == ["keepAlive"]
