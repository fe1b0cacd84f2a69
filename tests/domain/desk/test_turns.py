"""One turn of the desk: whole or not at all, and always the same."""

from __future__ import annotations

import os
import subprocess
import sys

import pytest

from datev_connector.domain import inputs
from datev_connector.domain.calls import PbxState
from datev_connector.domain.desk import handover, windows
from datev_connector.domain.legs import Leg
from datev_connector.domain.record import Delivery
from tests.domain.desk.playbook import CLIENT, SHARED, STRANGER, Playbook, book


def test_a_fault_in_one_turn_leaves_the_desk_as_it_was(monkeypatch: pytest.MonkeyPatch) -> None:
    desk = book()
    first = desk.ring()
    desk.ring("p2", STRANGER)
    with monkeypatch.context() as patched:
        patched.setattr(handover, "fill_outbox", lambda *_: 1 // 0)
        with pytest.raises(ZeroDivisionError):
            desk.note(first, "lost with its turn")
    assert desk.at_pbx("p1").note == ""
    desk.answer("p2")
    desk.hang_up("p2")
    desk.note(first, "typed again")
    assert desk.calls[first.call].note == "typed again"
    assert desk.story[-1] == "CallStateChanged Finished"


def test_what_a_failed_turn_wanted_is_not_done_with_the_next(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    desk = book()
    desk.ring()
    with monkeypatch.context() as patched:
        patched.setattr(windows, "tell", lambda *_: 1 // 0)
        with pytest.raises(ZeroDivisionError):
            desk.answer()
    assert desk.feed(inputs.Ticked(at=desk.at)) == ()
    desk.answer()
    assert desk.story == ["NewCall Offered", "CallStateChanged Connected"]
    assert desk.problems == []


def test_a_failed_turn_leaves_a_dialled_call_unplaced(monkeypatch: pytest.MonkeyPatch) -> None:
    desk = book()
    desk.dial()
    with monkeypatch.context() as patched:
        patched.setattr(windows, "tell", lambda *_: 1 // 0)
        with pytest.raises(ZeroDivisionError):
            desk.accept()
    desk.feed(inputs.DialRefused(at=desk.at, call=desk.placed.call, reason="no line"))
    assert not desk.calls[desk.placed.call].active


def test_a_new_call_of_a_failed_turn_is_as_if_it_never_was(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    desk = book()
    with monkeypatch.context() as patched:
        patched.setattr(windows, "tell", lambda *_: 1 // 0)
        with pytest.raises(ZeroDivisionError):
            desk.pbx("p1", PbxState.RINGING, caller_number="23")
    assert list(desk.desk.calls) == []
    desk.ring(number="23")
    assert len(desk.desk.calls) == 1
    assert desk.windows == ["open"]


DAY = """
from tests.domain.desk.test_turns import a_day
print(a_day().wanted)
"""


def a_day() -> Playbook:
    """Play what brings every part of the desk into it, a restart included."""
    desk = book()
    desk.leg(Leg.DATEV, up=False)
    for number in (CLIENT, SHARED, STRANGER, "23"):
        desk.ring(number, number)
        desk.later(1).answer(number)
        desk.note(desk.at_pbx(number), f"of {number}")
        desk.press(desk.at_pbx(number))
    desk.later(1).picture(CLIENT, SHARED)
    desk.leg(Leg.STARFACE, up=False)
    desk.later(30).restart()
    desk.connect()
    desk.later(1).picture(SHARED)
    desk.choose(desk.at_pbx(SHARED), None)
    desk.dial()
    desk.later(1).dial("23")
    desk.accept()
    desk.later(60).picture()
    desk.answers_with = Delivery.REFUSED
    desk.later(1).tick()
    desk.answers_with = Delivery.CONFIRMED
    for _ in range(5):
        desk.later(3600).tick()
    assert not desk.desk.open_entries
    return desk


def test_the_same_inputs_make_the_same_effects() -> None:
    desk = a_day()
    assert len(desk.wanted) > 10
    assert desk.replay() == desk.wanted


@pytest.mark.parametrize("seed", ["1", "2"])
def test_they_do_so_in_another_process(seed: str) -> None:
    environment = {**os.environ, "PYTHONHASHSEED": seed, "PYTHONPATH": os.pathsep.join(sys.path)}
    played = subprocess.run(
        [sys.executable, "-c", DAY], env=environment, capture_output=True, text=True, check=True
    )
    assert played.stdout.strip() == str(a_day().wanted)
