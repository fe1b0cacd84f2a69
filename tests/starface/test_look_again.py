"""After sleep, or when a person is back, the way into the PBX is looked at without delay."""

from __future__ import annotations

from datetime import timedelta

import pytest

from datev_connector.starface.commands import Transport
from datev_connector.starface.session_state import SessionState
from datev_connector.starface.trouble import Trouble, TroubleKind
from tests.starface.dialogue import ACCESS, Dialogue, ready


def look(dialogue: Dialogue) -> None:
    dialogue.take(dialogue.ladder.look_again(dialogue.now))


def cut(dialogue: Dialogue) -> None:
    trouble = Trouble(kind=TroubleKind.CUT)
    dialogue.take(dialogue.ladder.lost(Transport.HTTPS, trouble, dialogue.now))


def test_a_way_that_works_is_asked_at_once_for_itself_and_its_calls() -> None:
    dialogue = ready()
    dialogue.sleep(timedelta(hours=8))
    look(dialogue)
    assert sorted(dialogue.asked) == ["getCallIds", "keepAlive"]
    dialogue.wait(0.2)
    dialogue.answer("keepAlive", True)
    dialogue.poll()
    assert dialogue.state == SessionState.READY
    assert len(dialogue.recalls) == 1


def test_a_way_that_died_in_sleep_is_found_out_at_once() -> None:
    dialogue = ready()
    dialogue.sleep(timedelta(hours=8))
    look(dialogue)
    dialogue.trouble("keepAlive", TroubleKind.SILENT)
    assert dialogue.leg_state == "down"
    assert dialogue.wait_for_deadline() == 0.5
    assert len(dialogue.prepares) == 2


def test_a_short_pause_is_cut_off() -> None:
    dialogue = ready()
    for _ in range(6):
        cut(dialogue)
        dialogue.wait_for_deadline()
        dialogue.failed(TroubleKind.REFUSED_CONNECTION)
    tries = len(dialogue.prepares)
    look(dialogue)
    assert len(dialogue.prepares) == tries + 1


@pytest.mark.parametrize("answer", [False, ACCESS])
def test_a_refused_password_is_not_shown_again(answer: object) -> None:
    dialogue = Dialogue()
    dialogue.start()
    dialogue.prepared()
    dialogue.answer("login", answer)  # type: ignore[arg-type]
    tries = len(dialogue.prepares)
    look(dialogue)
    assert len(dialogue.prepares) == tries
    assert dialogue.wait_for_deadline() == 900


def test_what_the_pbx_may_count_as_a_wrong_sign_in_is_not_repeated_sooner() -> None:
    dialogue = Dialogue()
    dialogue.start()
    dialogue.prepared()
    dialogue.answer("login", "maybe")
    tries = len(dialogue.prepares)
    look(dialogue)
    assert len(dialogue.prepares) == tries
    assert dialogue.wait_for_deadline() >= 60


def test_a_sign_in_under_way_goes_on() -> None:
    dialogue = Dialogue()
    dialogue.start()
    look(dialogue)
    dialogue.prepared()
    look(dialogue)
    assert dialogue.asked == ["login"]
    dialogue.become_logged_in()


def test_after_the_end_nothing_begins_anew() -> None:
    dialogue = ready()
    cut(dialogue)
    dialogue.take(dialogue.ladder.leave())
    tries = len(dialogue.prepares)
    look(dialogue)
    assert len(dialogue.prepares) == tries


def test_a_poll_under_way_is_not_asked_twice() -> None:
    dialogue = ready()
    look(dialogue)
    look(dialogue)
    assert dialogue.asked.count("getCallIds") == 1
