"""One turn of the desk: whole or not at all, and always the same."""

from __future__ import annotations

import pytest

from datev_connector.domain.desk import handover
from tests.domain.desk.playbook import STRANGER, book


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
