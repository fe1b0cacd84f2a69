from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import given

from datev_connector.domain.calls import Call
from datev_connector.domain.outbox import JournalEntry
from datev_connector.store import Store
from datev_connector.store.calls import CALL
from datev_connector.store.documents import Codec, codec_for
from tests.store.support import NAMES, anything, call, open_store


@pytest.fixture(scope="module")
def store(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Store]:
    folder: Path = tmp_path_factory.mktemp("profile")
    with open_store(folder) as opened:
        yield opened


@given(kept=anything(Call))
def test_a_call_comes_back_as_it_was(store: Store, kept: Call) -> None:
    store.calls.save(kept)
    assert store.calls.call(kept.call) == kept
    assert kept in store.calls.list(10_000)


@given(kept=anything(JournalEntry))
def test_an_entry_comes_back_as_it_was(store: Store, kept: JournalEntry) -> None:
    position = store.outbox.next_position()
    record = replace(kept.record, call_id=f"{position}")
    entry = replace(kept, position=position, record=record)
    store.outbox.save(entry)
    assert store.outbox.entries(1) == (entry,)
    assert (entry in store.outbox.open_entries()) is entry.open


def test_a_field_added_later_has_its_default() -> None:
    document = CALL.encode(call())
    del document["note_wanted"]
    document["a field of tomorrow's version"] = 1
    assert CALL.decode(document) == call()


def test_a_document_of_an_older_version_is_upgraded_step_by_step() -> None:
    old = codec_for(Call, NAMES)
    upgrades = {
        1: lambda document: {**document, "pbx_name": document["pbx_name"] + " one"},
        2: lambda document: {**document, "pbx_name": document["pbx_name"] + " two"},
    }
    new = Codec(old.made, old.fields, version=3, upgrades=upgrades)
    text = old.dump(call(pbx_name="from"))
    assert new.load(1, text).pbx_name == "from one two"
    assert new.load(3, text).pbx_name == "from"
