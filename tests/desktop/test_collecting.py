from __future__ import annotations

import gc
import threading
from collections.abc import Iterator

import pytest
from pytestqt.qtbot import QtBot

from datev_connector.app.windows import collecting
from datev_connector.app.windows.collecting import CollectHere


class Circle:
    """Tells on which thread it was destroyed."""

    def __init__(self, ended_on: list[str]) -> None:
        self.itself = self
        self._ended_on = ended_on

    def __del__(self) -> None:
        self._ended_on.append(threading.current_thread().name)


@pytest.fixture
def collector(qtbot: QtBot) -> Iterator[CollectHere]:
    made = CollectHere()
    yield made
    made.close()
    gc.enable()


def test_circles_end_on_the_thread_of_qt_alone(
    collector: CollectHere, monkeypatch: pytest.MonkeyPatch
) -> None:
    ended_on = list[str]()

    def work() -> None:
        Circle(ended_on)
        many = [[number] for number in range(50_000)]  # enough to set Python's own collector off
        assert len(many) == 50_000

    thread = threading.Thread(target=work, name="core")
    thread.start()
    thread.join()
    assert ended_on == []
    monkeypatch.setattr(collecting, "ENOUGH", 0)
    collector.look()
    assert ended_on == [threading.main_thread().name]


def test_nobody_collects_while_the_program_ends(qtbot: QtBot) -> None:
    """Windows are taken down then: who destroys another one meanwhile may wait for himself."""
    ended_on = list[str]()
    made = CollectHere()
    try:
        made.close()
        Circle(ended_on)
        many = [[number] for number in range(50_000)]
        assert len(many) == 50_000
        assert ended_on == []
    finally:
        gc.enable()


def test_little_is_left_where_it_is(collector: CollectHere) -> None:
    ended_on = list[str]()
    gc.collect()
    Circle(ended_on)
    collector.look()
    assert ended_on == []
