"""What a person does with calls, whatever has become of the call."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from datev_connector.app.windows.calls import DeskCalls
from datev_connector.domain.desk import CallDesk
from datev_connector.domain.effects import TellUser
from datev_connector.domain.identity import IdSequence
from datev_connector.domain.rules import CallRules
from datev_connector.engine import Engine, News
from datev_connector.store.store import Store
from tests.app.windows.test_dialling import AtOnce
from tests.engine.house import KEY, PLAN, now


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Store]:
    made = Store.open(tmp_path / "store.db", KEY, now=now(), station="test")
    yield made
    made.close()


@pytest.fixture
def told() -> list[News]:
    return []


@pytest.fixture
def calls(store: Store, told: list[News]) -> DeskCalls:
    engine = Engine(
        desk=CallDesk(rules=CallRules(), plan=PLAN, ids=IdSequence(station="test", run=1)),
        memory=store,
        index=store.contacts,
        plan=PLAN,
        now=now,
        listener=told.append,
    )
    return DeskCalls(AtOnce(), engine, now=now, tell=told.append)


def sentences(told: list[News]) -> list[tuple[str, str | None]]:
    return [(one.matter.text, one.matter.call) for one in told if isinstance(one.matter, TellUser)]


def test_a_note_for_a_call_that_is_gone_is_answered(calls: DeskCalls, told: list[News]) -> None:
    calls.note("gone", "back")
    assert sentences(told) == [("This call is not kept any more.", "gone")]


def test_a_fault_of_ours_is_told_where_the_note_was_typed(
    calls: DeskCalls, store: Store, told: list[News], caplog: pytest.LogCaptureFixture
) -> None:
    store.close()
    calls.note("old", "back")
    text = "Something went wrong inside the connector; the log says what."
    assert sentences(told) == [(text, "old")]
    assert caplog.records
