"""Two ways into the PBX: which one is taken when, and what becomes of the calls in between."""

from __future__ import annotations

from datetime import datetime, timedelta
from itertools import pairwise

import pytest

from datev_connector.domain.legs import LegState
from datev_connector.starface.commands import Recall, Transport
from datev_connector.starface.event_source import Events
from datev_connector.starface.pacing import Pacing
from datev_connector.starface.session_state import SessionState
from datev_connector.starface.trouble import Complaint, Trouble, TroubleKind
from datev_connector.starface.wire.uci import UciVersion
from datev_connector.starface.wire.xmlrpc import Fault
from tests.starface.dialogue import ACCESS, BOTH, NOT_CONNECTED, START, UNKNOWN, Dialogue

HTTPS, XMPP = Transport.HTTPS, Transport.XMPP
AUTO = (HTTPS, XMPP)


def on_https() -> Dialogue:
    """HTTPS reports calls; XMPP is about to be prepared beside it."""
    dialogue = Dialogue(ways=AUTO)
    dialogue.start()
    dialogue.become_ready()
    return dialogue


def climbing() -> Dialogue:
    """HTTPS reports calls; XMPP is being prepared beside it."""
    dialogue = on_https()
    dialogue.wait(0)
    assert dialogue.way is XMPP
    return dialogue


def on_xmpp() -> Dialogue:
    """XMPP has taken over."""
    dialogue = climbing()
    dialogue.become_ready()
    assert dialogue.ladder.transport is XMPP
    return dialogue


def clock_of_pbx(moment: datetime) -> datetime:
    """It stands in our office, so it shows what ours shows."""
    return moment.astimezone().replace(tzinfo=None)


def test_https_signs_in_first_and_xmpp_takes_over_when_it_is_ready() -> None:
    dialogue = climbing()
    assert [prepare.transport for prepare in dialogue.prepares] == [HTTPS, XMPP]
    assert dialogue.ladder.transport is HTTPS
    assert dialogue.leg.reason == "Signed in over HTTPS; STARFACE reports calls as they happen."
    dialogue.prepared()
    dialogue.answer("login", True)
    dialogue.answer("subscribeEvents", True)
    assert dialogue.ladder.transport is HTTPS
    assert dialogue.left == []
    dialogue.answer("getCallIds", [])
    assert dialogue.ladder.transport is XMPP
    assert [left.transport for left in dialogue.left] == [HTTPS]
    assert [call.method.rpartition(".")[2] for call in dialogue.left[0].farewells] == [
        "unsubscribeEvents",
        "logout",
    ]
    assert dialogue.leg.reason == "Signed in over XMPP; STARFACE reports calls as they happen."
    assert [leg.state for leg in dialogue.legs] == [LegState.DOWN, LegState.UP, LegState.UP]
    assert dialogue.recalls == []


def test_calls_go_on_being_told_over_https_while_xmpp_signs_in() -> None:
    dialogue = climbing()
    dialogue.take(dialogue.ladder.pushed(HTTPS, dialogue.event("a", "RINGING"), dialogue.now))
    dialogue.prepared()
    dialogue.answer("login", True)
    dialogue.take(dialogue.ladder.pushed(HTTPS, dialogue.event("a", "CONNECTED"), dialogue.now))
    dialogue.answer("subscribeEvents", True)
    dialogue.answer("getCallIds", ["a"])
    dialogue.answer("getCallState", {"id": "a", "state": "CONNECTED"})
    assert dialogue.ladder.transport is XMPP
    assert [seen.state.value for seen in dialogue.sightings] == ["ringing", "connected"]


@pytest.mark.parametrize(
    "kind",
    [
        TroubleKind.REFUSED_CONNECTION,
        TroubleKind.UNREACHABLE,
        TroubleKind.SILENT,
        TroubleKind.NO_XMPP,
        TroubleKind.NO_STARTTLS,
        TroubleKind.STREAM_ERROR,
        TroubleKind.ENDPOINT_MISSING,
        TroubleKind.DOMAIN_UNKNOWN,
    ],
)
def test_a_pbx_without_xmpp_is_none_the_worse(kind: TroubleKind) -> None:
    dialogue = climbing()
    dialogue.failed(kind)
    assert dialogue.ladder.transport is HTTPS
    assert dialogue.leg_state == LegState.UP
    barred = dialogue.ladder.standing.barred
    assert barred is not None
    assert barred.kind is kind


def test_xmpp_is_tried_again_with_growing_pauses() -> None:
    dialogue = Dialogue(ways=AUTO, events=Events.AUTO, pacing=Pacing(slow_poll_s=1e9))
    dialogue.start()
    dialogue.become_ready()
    tried_at: list[float] = []
    while len(tried_at) < 10:
        dialogue.wait_for_deadline()
        if dialogue.way is XMPP and len(dialogue.prepares) == len(tried_at) + 2:
            tried_at.append(dialogue.passed_s)
            dialogue.failed(TroubleKind.REFUSED_CONNECTION)
        elif "keepAlive" in dialogue.asked:
            dialogue.answer("keepAlive", True)
    pauses = [round(b - a) for a, b in pairwise(tried_at)]
    assert pauses == [30, 60, 120, 240, 480, 960, 1920, 3600, 3600]


def test_a_password_that_https_took_and_xmpp_refuses_bars_xmpp_alone_and_for_long() -> None:
    dialogue = climbing()
    dialogue.failed(TroubleKind.SIGN_IN_REFUSED)
    assert dialogue.ladder.transport is HTTPS
    assert dialogue.leg_state == LegState.UP
    for _ in range(29):
        dialogue.wait(30)
        dialogue.answer("keepAlive", True)
        if "getCallIds" in dialogue.asked:
            dialogue.answer("getCallIds", [])
    assert len(dialogue.prepares) == 2


def test_a_refused_password_is_not_carried_to_the_other_way() -> None:
    dialogue = Dialogue(ways=AUTO)
    dialogue.start()
    dialogue.prepared()
    dialogue.answer("login", False)
    assert dialogue.state == SessionState.REFUSED
    dialogue.wait(899)
    assert [prepare.transport for prepare in dialogue.prepares] == [HTTPS]
    dialogue.wait(1)
    assert [prepare.transport for prepare in dialogue.prepares] == [HTTPS, HTTPS]


@pytest.mark.parametrize("kind", [TroubleKind.CERTIFICATE_CHANGED, TroubleKind.WEB_PAGE])
def test_nor_where_somebody_may_stand_between(kind: TroubleKind) -> None:
    dialogue = Dialogue(ways=AUTO)
    dialogue.start()
    dialogue.failed(kind)
    assert dialogue.state in {SessionState.WAITING, SessionState.REFUSED}
    assert [prepare.transport for prepare in dialogue.prepares] == [HTTPS]


def test_a_changed_certificate_at_xmpp_alone_is_no_secret() -> None:
    dialogue = climbing()
    dialogue.failed(TroubleKind.CERTIFICATE_CHANGED)
    assert dialogue.ladder.transport is HTTPS
    assert dialogue.leg_state == LegState.DEGRADED
    assert "certificate" in dialogue.leg.reason


def test_where_https_is_out_of_reach_xmpp_signs_in_alone() -> None:
    dialogue = Dialogue(ways=AUTO)
    dialogue.start()
    dialogue.failed(TroubleKind.REFUSED_CONNECTION)
    assert dialogue.way is XMPP
    assert dialogue.leg.reason == "Nothing listens at pbx:443."
    dialogue.become_ready()
    assert dialogue.ladder.transport is XMPP
    assert dialogue.leg_state == LegState.UP


def test_where_both_are_out_of_reach_both_are_tried_after_each_pause() -> None:
    dialogue = Dialogue(ways=AUTO)
    dialogue.start()
    pauses: list[float] = []
    for _ in range(4):
        dialogue.failed(TroubleKind.REFUSED_CONNECTION)
        dialogue.failed(TroubleKind.UNREACHABLE)
        assert dialogue.state == SessionState.WAITING
        pauses.append(dialogue.wait_for_deadline())
    assert [prepare.transport for prepare in dialogue.prepares] == [*AUTO * 4, HTTPS]
    assert pauses == [0.5, 1, 2, 4]
    assert dialogue.leg.reason == "Nothing listens at pbx:443."


@pytest.mark.parametrize("kind", [TroubleKind.CUT, TroubleKind.SILENT, TroubleKind.STREAM_ERROR])
def test_lost_xmpp_falls_to_https_at_once_and_climbs_again(kind: TroubleKind) -> None:
    dialogue = on_xmpp()
    dialogue.push("a", "RINGING")
    lost = Trouble(kind=kind, where="pbx:5222", detail="x")
    dialogue.wait(3)
    dialogue.take(dialogue.ladder.lost(XMPP, lost, dialogue.now))
    assert dialogue.way is HTTPS
    assert dialogue.leg_state == LegState.DOWN
    dialogue.become_ready(calls=["a"])
    assert dialogue.ladder.transport is HTTPS
    assert dialogue.leg_state == LegState.UP
    [recall] = dialogue.recalls
    assert recall.since == START
    assert recall.until == dialogue.now.at
    prepared = len(dialogue.prepares)
    dialogue.answer_polls_for(30, a="CONNECTED")
    assert len(dialogue.prepares) == prepared + 1
    assert dialogue.way is XMPP
    dialogue.become_ready(calls=["a"])
    assert dialogue.ladder.transport is XMPP


def test_a_fault_that_tells_of_a_lost_session_falls_too() -> None:
    dialogue = on_xmpp()
    dialogue.wait(30)
    dialogue.answer("keepAlive", NOT_CONNECTED)
    assert dialogue.way is HTTPS


def test_https_that_is_lost_while_xmpp_signs_in_leaves_it_the_field() -> None:
    dialogue = climbing()
    dialogue.wait(1)
    dialogue.take(dialogue.ladder.lost(HTTPS, Trouble(kind=TroubleKind.CUT), dialogue.now))
    assert dialogue.leg_state == LegState.DOWN
    dialogue.become_ready()
    assert dialogue.ladder.transport is XMPP
    assert dialogue.leg_state == LegState.UP
    assert len(dialogue.recalls) == 1


def test_a_refusal_on_https_ends_the_climb() -> None:
    dialogue = climbing()
    trouble = Trouble(kind=TroubleKind.RIGHT_MISSING)
    dialogue.take(dialogue.ladder.lost(HTTPS, trouble, dialogue.now))
    assert dialogue.state == SessionState.REFUSED
    assert dialogue.drops == 2
    dialogue.prepared()  # too late
    assert dialogue.open == []


def test_xmpp_without_events_gives_way_to_https() -> None:
    dialogue = on_xmpp()
    dialogue.wait(5)
    dialogue.poll(a="RINGING")
    dialogue.wait(1)
    dialogue.poll(a="RINGING")
    assert dialogue.way is HTTPS
    dialogue.become_ready(calls=["a"])
    assert dialogue.leg_state == LegState.UP
    barred = dialogue.ladder.standing.barred
    assert barred is not None
    assert barred.kind is TroubleKind.EVENTS_LOST


def test_xmpp_alone_polls_where_no_events_come() -> None:
    dialogue = Dialogue(ways=(XMPP,))
    dialogue.start()
    dialogue.become_ready()
    dialogue.wait(5)
    dialogue.poll(a="RINGING")
    dialogue.wait(1)
    dialogue.poll(a="RINGING")
    assert dialogue.ladder.transport is XMPP
    assert dialogue.leg_state == LegState.DEGRADED
    assert "XMPP" in dialogue.leg.reason
    dialogue.push("a", "CONNECTED")
    assert dialogue.leg_state == LegState.UP


@pytest.mark.parametrize("ways", [AUTO, (XMPP,)])
def test_a_refused_subscription_over_xmpp(ways: tuple[Transport, ...]) -> None:
    dialogue = Dialogue(ways=ways)
    dialogue.start()
    if ways is AUTO:
        dialogue.become_ready()
        dialogue.wait(0)
    dialogue.prepared()
    dialogue.answer("login", True)
    dialogue.answer("subscribeEvents", False)
    if ways is AUTO:
        assert dialogue.ladder.transport is HTTPS
    else:
        dialogue.answer("getCallIds", [])
        assert dialogue.leg_state == LegState.DEGRADED


def test_over_xmpp_the_requests_of_a_session_may_be_unknown() -> None:
    dialogue = Dialogue(ways=(XMPP,))
    dialogue.start()
    dialogue.prepared()
    dialogue.answer("login", UNKNOWN)
    dialogue.answer("subscribeEvents", True)
    dialogue.answer("getCallIds", [])
    assert dialogue.state == SessionState.READY
    dialogue.wait(30)
    dialogue.answer("keepAlive", UNKNOWN)
    assert dialogue.state == SessionState.READY


def test_over_xmpp_an_unknown_subscription_means_the_older_generation() -> None:
    dialogue = Dialogue(ways=(XMPP,))
    dialogue.start()
    dialogue.prepared()
    dialogue.answer("login", UNKNOWN)
    dialogue.answer("subscribeEvents", UNKNOWN)
    assert dialogue.sent[-1] == "ucp.v22.requests.connection.login"
    dialogue.answer("login", True)
    dialogue.answer("subscribeEvents", True)
    dialogue.answer("getCallIds", [])
    assert dialogue.ladder.uci.version is UciVersion.V22


def test_each_way_keeps_its_own_generation() -> None:
    dialogue = Dialogue(ways=AUTO, versions=BOTH)
    dialogue.start()
    dialogue.prepared()
    dialogue.answer("login", UNKNOWN)
    dialogue.become_logged_in()
    dialogue.wait(0)
    dialogue.prepared()
    assert dialogue.sent[-1] == "ucp.v30.requests.connection.login"


def test_a_flaw_of_the_link_in_use_is_told() -> None:
    dialogue = climbing()
    dialogue.prepared(flaws=(Complaint(reason="The certificate of the PBX is not checked."),))
    dialogue.become_logged_in()
    assert dialogue.ladder.transport is XMPP
    assert dialogue.leg_state == LegState.DEGRADED


def test_a_person_who_wants_it_now_gets_the_better_way_tried() -> None:
    dialogue = climbing()
    dialogue.failed(TroubleKind.REFUSED_CONNECTION)
    dialogue.take(dialogue.ladder.retry_now(dialogue.now))
    dialogue.wait(0)
    assert len(dialogue.prepares) == 3
    assert dialogue.way is XMPP


def test_after_sleep_the_call_list_is_asked_once_the_pbx_answers_again() -> None:
    dialogue = on_xmpp()
    dialogue.sleep(timedelta(hours=8))
    dialogue.take(dialogue.ladder.tick(dialogue.now))
    assert dialogue.recalls == []
    dialogue.answer_polls_for(30)
    [recall] = dialogue.recalls
    assert recall.since == START
    assert recall.until - recall.since >= timedelta(hours=8)


@pytest.mark.parametrize("answer", [False, ACCESS, NOT_CONNECTED, Fault(code=9, text="?")])
def test_a_session_that_did_not_survive_sleep_is_recalled_from_its_beginning(
    answer: bool | Fault,
) -> None:
    dialogue = on_xmpp()
    dialogue.sleep(timedelta(hours=8))
    dialogue.wait(30)
    dialogue.answer("keepAlive", answer)
    assert dialogue.way is HTTPS
    dialogue.become_ready()
    [recall] = dialogue.recalls
    assert recall.since == START


def test_a_program_that_starts_recalls_nothing() -> None:
    assert on_xmpp().recalls == []


def test_leaving_says_farewell_everywhere() -> None:
    dialogue = climbing()
    dialogue.prepared()
    dialogue.answer("login", True)
    dialogue.take(dialogue.ladder.leave())
    assert [(left.transport, len(left.farewells)) for left in dialogue.left] == [
        (HTTPS, 2),
        (XMPP, 2),
    ]
    assert dialogue.ladder.deadline_s is None


def test_a_program_that_was_ended_by_force_recalls_from_then_on() -> None:
    dialogue = Dialogue(ways=AUTO)
    since = START - timedelta(hours=2)
    dialogue.ladder.unwatched_since(since)
    assert dialogue.ladder.standing.watched_until == since
    dialogue.start()
    dialogue.failed(TroubleKind.REFUSED_CONNECTION)
    assert dialogue.recalls == []
    dialogue.become_ready()
    assert [recall.since for recall in dialogue.recalls] == [since]
    assert dialogue.ladder.standing.watched_until == START


def test_the_standing_tells_until_when_calls_were_watched() -> None:
    dialogue = Dialogue()
    dialogue.start()
    assert dialogue.ladder.standing.watched_until is None
    dialogue.become_ready()
    dialogue.wait(3)
    dialogue.push("a", "RINGING")
    dialogue.wait(1)
    assert dialogue.ladder.standing.watched_until == START + timedelta(seconds=3)
    dialogue.take(dialogue.ladder.lost(HTTPS, Trouble(kind=TroubleKind.CUT), dialogue.now))
    dialogue.wait(1)
    assert dialogue.ladder.standing.watched_until == START + timedelta(seconds=3)


def test_where_xmpp_refused_the_password_it_is_not_taken_when_https_is_lost() -> None:
    dialogue = climbing()
    dialogue.failed(TroubleKind.SIGN_IN_REFUSED)
    dialogue.take(dialogue.ladder.lost(HTTPS, Trouble(kind=TroubleKind.CUT), dialogue.now))
    assert dialogue.state == SessionState.WAITING
    dialogue.wait_for_deadline()
    dialogue.failed(TroubleKind.REFUSED_CONNECTION)
    assert [prepare.transport for prepare in dialogue.prepares] == [HTTPS, XMPP, HTTPS]


def test_nor_where_its_certificate_is_another() -> None:
    dialogue = climbing()
    dialogue.failed(TroubleKind.CERTIFICATE_CHANGED)
    dialogue.take(dialogue.ladder.lost(HTTPS, Trouble(kind=TroubleKind.CUT), dialogue.now))
    assert dialogue.state == SessionState.WAITING


def test_where_xmpp_only_was_not_there_it_is_taken_when_https_is_lost() -> None:
    dialogue = climbing()
    dialogue.failed(TroubleKind.REFUSED_CONNECTION)
    dialogue.take(dialogue.ladder.lost(HTTPS, Trouble(kind=TroubleKind.CUT), dialogue.now))
    assert dialogue.way is XMPP
    dialogue.become_ready()
    assert dialogue.ladder.transport is XMPP


def test_a_long_life_over_xmpp_begins_with_the_first_pause_again() -> None:
    dialogue = climbing()
    for pause_s in (30, 60, 120):
        dialogue.failed(TroubleKind.REFUSED_CONNECTION)
        dialogue.answer_polls_for(pause_s - 1)
        assert dialogue.ladder.transport is HTTPS
        dialogue.answer_polls_for(1)
        dialogue.wait(0)
        assert dialogue.way is XMPP
    dialogue.become_ready()
    dialogue.answer_polls_for(61)
    dialogue.take(dialogue.ladder.lost(XMPP, Trouble(kind=TroubleKind.CUT), dialogue.now))
    dialogue.become_ready()
    tried = len(dialogue.prepares)
    dialogue.answer_polls_for(29)
    assert len(dialogue.prepares) == tried
    dialogue.answer_polls_for(1)
    dialogue.wait(0)
    assert dialogue.way is XMPP


def test_an_accepted_password_makes_the_next_refusal_the_first() -> None:
    dialogue = Dialogue()
    dialogue.start()
    for pause_s in (900, 1800):
        dialogue.prepared()
        dialogue.answer("login", False)
        assert dialogue.wait_for_deadline() == pause_s
    dialogue.become_ready()
    dialogue.take(dialogue.ladder.lost(HTTPS, Trouble(kind=TroubleKind.CUT), dialogue.now))
    dialogue.wait_for_deadline()
    dialogue.prepared()
    dialogue.answer("login", False)
    assert dialogue.wait_for_deadline() == 900


def test_a_person_has_the_newest_generation_asked_again() -> None:
    dialogue = Dialogue()
    dialogue.start()
    dialogue.prepared()
    dialogue.answer("login", UNKNOWN)
    dialogue.become_logged_in()
    dialogue.take(dialogue.ladder.lost(HTTPS, Trouble(kind=TroubleKind.CUT), dialogue.now))
    dialogue.take(dialogue.ladder.retry_now(dialogue.now))
    dialogue.prepared()
    assert dialogue.sent[-1] == "ucp.v30.requests.connection.login"


def test_a_clock_that_was_set_back_recalls_no_time_that_ends_before_it_begins() -> None:
    dialogue = on_xmpp()
    dialogue.wait(1)
    dialogue.take(dialogue.ladder.lost(XMPP, Trouble(kind=TroubleKind.CUT), dialogue.now))
    dialogue.sleep(-timedelta(hours=1))
    dialogue.become_ready()
    [recall] = dialogue.recalls
    assert recall.since <= recall.until


def test_a_reset_before_the_login_is_none_of_ours() -> None:
    dialogue = Dialogue()
    dialogue.start()
    dialogue.prepared()
    dialogue.push_event("connection.reset")
    assert dialogue.state == SessionState.SIGNING_IN
    dialogue.become_logged_in()
    assert dialogue.state == SessionState.READY


def test_events_over_https_prove_nothing_for_xmpp() -> None:
    dialogue = on_xmpp()
    dialogue.wait(5)
    dialogue.poll(a="RINGING")
    late = dialogue.event("a", "RINGING")
    dialogue.take(dialogue.ladder.pushed(HTTPS, late, dialogue.now))
    dialogue.wait(1)
    dialogue.poll(a="RINGING")
    assert dialogue.way is HTTPS


@pytest.mark.parametrize("first", ["event", "answer"])
def test_sleep_is_noticed_by_whatever_comes_first(first: str) -> None:
    dialogue = on_xmpp()
    dialogue.wait(30)
    dialogue.sleep(timedelta(hours=8))
    if first == "event":
        dialogue.push("z", "RINGING")
    else:
        dialogue.answer("keepAlive", True)
    dialogue.answer_polls_for(10)
    [recall] = dialogue.recalls
    assert recall.since == START
    assert recall.until - recall.since >= timedelta(hours=8)


def test_what_was_under_way_while_this_computer_slept_sets_no_clock() -> None:
    dialogue = on_xmpp()
    begin = dialogue.now.at
    dialogue.push("a", "RINGING", timestamp=clock_of_pbx(begin))
    dialogue.sleep(timedelta(hours=4))
    for pbx_call in "bc":
        dialogue.push(pbx_call, "RINGING", timestamp=clock_of_pbx(begin))
    assert [seen.changed_at for seen in dialogue.sightings] == [begin] * 3
    assert dialogue.ladder.clock.pbx_time(begin) == clock_of_pbx(begin)


def test_a_clock_that_was_set_while_this_computer_slept_is_soon_noticed() -> None:
    dialogue = on_xmpp()
    dialogue.push("a", "RINGING", timestamp=clock_of_pbx(dialogue.now.at))
    dialogue.sleep(timedelta(hours=4))
    dialogue.answer_polls_for(90)
    back = timedelta(hours=1)
    for pbx_call in "bc":
        dialogue.push(pbx_call, "RINGING", timestamp=clock_of_pbx(dialogue.now.at - back))
    assert [seen.changed_at for seen in dialogue.sightings[1:]] == [dialogue.now.at] * 2
    assert dialogue.ladder.clock.pbx_time(dialogue.now.at) == clock_of_pbx(dialogue.now.at - back)


@pytest.mark.parametrize(("seconds", "asleep"), [(80, False), (100, True)])
def test_so_long_a_session_that_works_is_never_silent(seconds: int, asleep: bool) -> None:
    dialogue = on_xmpp()
    dialogue.sleep(timedelta(seconds=seconds))
    dialogue.answer_polls_for(10)
    assert len(dialogue.recalls) == asleep


def test_a_gap_whose_calls_could_not_be_read_is_recalled_again_and_whole() -> None:
    dialogue = on_xmpp()
    dialogue.wait(3)
    dialogue.take(dialogue.ladder.lost(XMPP, Trouble(kind=TroubleKind.CUT), dialogue.now))
    dialogue.wait(100)
    dialogue.become_ready()
    [first] = dialogue.recalls
    dialogue.wait(5)
    dialogue.take(dialogue.ladder.lost(HTTPS, Trouble(kind=TroubleKind.CUT), dialogue.now))
    dialogue.take(dialogue.ladder.unread(first, dialogue.now))
    assert dialogue.ladder.standing.watched_until == START
    dialogue.wait(100)
    assert len(dialogue.recalls) == 1
    dialogue.become_ready()
    assert [recall.since for recall in dialogue.recalls] == [START, START]
    assert dialogue.recalls[1].until > first.until


def test_a_gap_that_cannot_be_read_although_a_way_works_is_not_asked_for_without_pause() -> None:
    dialogue = on_https()
    gap = Recall(since=START - timedelta(hours=1), until=START)
    dialogue.take(dialogue.ladder.unread(gap, dialogue.now))
    assert dialogue.recalls == []
    dialogue.answer_polls_for(5)
    assert len(dialogue.recalls) == 1


def test_xmpp_that_refuses_the_password_is_asked_with_growing_pauses() -> None:
    dialogue = Dialogue(ways=AUTO, pacing=Pacing(slow_poll_s=1e9))
    dialogue.start()
    dialogue.become_ready()
    tried_at: list[float] = []
    while len(tried_at) < 7:
        dialogue.wait_for_deadline()
        if len(dialogue.prepares) == len(tried_at) + 2:
            tried_at.append(dialogue.passed_s)
            dialogue.failed(TroubleKind.SIGN_IN_REFUSED)
        elif "keepAlive" in dialogue.asked:
            dialogue.answer("keepAlive", True)
    pauses = [round(later - before) for before, later in pairwise(tried_at)]
    assert pauses == [900, 1800, 3600, 7200, 14400, 14400]


def test_a_bar_lapses_with_its_pause_where_https_is_away() -> None:
    dialogue = climbing()
    dialogue.failed(TroubleKind.SIGN_IN_REFUSED)
    dialogue.take(dialogue.ladder.lost(HTTPS, Trouble(kind=TroubleKind.CUT), dialogue.now))
    dialogue.wait_for_deadline()
    while dialogue.way is HTTPS:
        dialogue.failed(TroubleKind.REFUSED_CONNECTION)
        if dialogue.way is HTTPS:
            dialogue.wait_for_deadline()
    assert dialogue.passed_s >= 900


def test_a_person_lifts_a_bar() -> None:
    dialogue = climbing()
    dialogue.failed(TroubleKind.CERTIFICATE_CHANGED)
    dialogue.take(dialogue.ladder.lost(HTTPS, Trouble(kind=TroubleKind.CUT), dialogue.now))
    dialogue.take(dialogue.ladder.retry_now(dialogue.now))
    dialogue.failed(TroubleKind.REFUSED_CONNECTION)
    assert dialogue.way is XMPP


def test_xmpp_that_polls_gives_way_to_https_once_that_is_there() -> None:
    dialogue = Dialogue(ways=AUTO)
    dialogue.start()
    dialogue.failed(TroubleKind.UNREACHABLE)
    dialogue.become_ready()
    dialogue.wait(5)
    dialogue.poll(a="RINGING")
    dialogue.wait(1)
    dialogue.poll(a="RINGING")
    assert dialogue.leg_state == LegState.DEGRADED
    dialogue.answer_polls_for(30, a="RINGING")
    assert dialogue.way is HTTPS
    assert dialogue.ladder.transport is XMPP
    dialogue.become_ready(calls=["a"])
    assert dialogue.ladder.transport is HTTPS
    assert dialogue.leg_state == LegState.UP
    barred = dialogue.ladder.standing.barred
    assert barred is not None
    assert barred.kind is TroubleKind.EVENTS_LOST
    tried = len(dialogue.prepares)
    dialogue.answer_polls_for(800, a="RINGING")
    assert len(dialogue.prepares) == tried


def test_the_newest_generation_is_tried_again_after_half_a_day() -> None:
    dialogue = Dialogue()
    dialogue.start()
    starting = Fault(code=0, text="java.lang.NullPointerException")
    dialogue.prepared()
    dialogue.answer("login", starting)
    dialogue.become_logged_in()
    for hours, version in ((1, "v22"), (10, "v22"), (2, "v30")):
        dialogue.answer_polls_for(hours * 3600)
        dialogue.take(dialogue.ladder.lost(HTTPS, Trouble(kind=TroubleKind.CUT), dialogue.now))
        dialogue.wait_for_deadline()
        dialogue.prepared()
        assert dialogue.sent[-1] == f"ucp.{version}.requests.connection.login"
        if version == "v30":  # a PBX that never knew it falls back as at first
            dialogue.answer("login", starting)
            assert dialogue.sent[-1] == "ucp.v22.requests.connection.login"
        dialogue.become_logged_in()


def test_a_call_that_moves_to_a_new_id_is_no_proof_against_events() -> None:
    dialogue = on_xmpp()
    dialogue.push("a", "CONNECTED")
    dialogue.wait(5)
    dialogue.passed_s += 0.05
    dialogue.push_event("call.callChangesIdEvent", {"oldId": "a", "newId": "b"})
    dialogue.answer("getCallIds", ["a"])
    dialogue.answer("getCallState", {})
    dialogue.answer_polls_for(20, b="CONNECTED")
    assert dialogue.ladder.transport is XMPP


def test_one_way_alone_is_never_barred() -> None:
    dialogue = Dialogue(ways=(XMPP,))
    dialogue.start()
    dialogue.become_ready()
    dialogue.take(dialogue.ladder.lost(XMPP, Trouble(kind=TroubleKind.CUT), dialogue.now))
    assert dialogue.ladder.standing.barred is None
    assert dialogue.wait_for_deadline() == 0.5


def test_the_standing_tells_when_the_last_event_came_over_the_way_in_use() -> None:
    dialogue = on_xmpp()
    assert dialogue.ladder.standing.event_at is None
    dialogue.wait(2)
    dialogue.take(dialogue.ladder.pushed(HTTPS, dialogue.event("a", "RINGING"), dialogue.now))
    assert dialogue.ladder.standing.event_at is None
    dialogue.push("a", "CONNECTED")
    assert dialogue.ladder.standing.event_at == START + timedelta(seconds=2)


def test_a_line_over_xmpp_that_was_opened_has_proven_the_password() -> None:
    dialogue = Dialogue(ways=(XMPP,))
    dialogue.start()
    dialogue.prepared()
    page = Trouble(kind=TroubleKind.NO_XML_RPC, where="pbx:5222")
    dialogue.take(dialogue.ladder.lost(XMPP, page, dialogue.now))
    assert dialogue.wait_for_deadline() <= 1


def test_an_end_that_was_not_announced_is_no_reason_to_leave_xmpp() -> None:
    dialogue = on_xmpp()
    dialogue.push("a", "RINGING")
    dialogue.answer_polls_for(20)
    assert dialogue.pictures[-1].alive == frozenset()
    assert dialogue.ladder.transport is XMPP
