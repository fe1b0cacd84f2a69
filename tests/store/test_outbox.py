from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest

from datev_connector.domain.contacts import ContactRef, Source
from datev_connector.domain.effects import Save, SaveCall, SaveChoice, SaveEntry, SaveUse
from datev_connector.domain.outbox import EntryState
from datev_connector.store import LearnedChoice, Pin, Store
from tests.store.support import NOON, call, entry, noted, open_store

LATER = NOON + timedelta(hours=1)
ANNA = ContactRef(Source.DATEV, "anna")
BERT = ContactRef(Source.STARFACE, "bert")


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Store]:
    with open_store(tmp_path) as opened:
        yield opened


def test_entries_go_out_in_order_and_stay_as_history(store: Store) -> None:
    for position in (2, 1, 3):
        store.outbox.save(entry(position))
    store.outbox.save(entry(2, state=EntryState.CONFIRMED))
    assert [each.position for each in store.open_entries()] == [1, 3]
    assert [each.position for each in store.outbox.entries(9)] == [3, 2, 1]
    assert store.outbox.entries_of("call-1")[1].state is EntryState.CONFIRMED


def test_a_position_is_never_given_twice(store: Store) -> None:
    assert store.next_position() == 1
    store.calls.save(call())
    store.outbox.save(entry(1, state=EntryState.CONFIRMED))
    assert store.calls.erase(["call-1"]).erased == 1
    assert store.outbox.entries(9) == ()
    assert store.next_position() == 2


def test_two_entries_never_share_position_or_identity(store: Store) -> None:
    store.outbox.save(entry(1, "a"))
    with pytest.raises(ValueError, match="position 1"):
        store.outbox.save(entry(1, "b"))
    with pytest.raises(ValueError, match="position 2"):
        store.outbox.save(entry(2, "a"))
    assert store.open_entries() == (entry(1, "a"),)


def test_a_turn_is_kept_whole_or_not_at_all(store: Store) -> None:
    store.outbox.save(entry(1, "a"))
    turn = (SaveCall(call(**noted("neu"))), SaveEntry(entry(1, "b")))
    with pytest.raises(ValueError, match="taken"):
        store.commit(turn)
    assert store.call("call-1") is None
    store.commit((turn[0], SaveEntry(replace(turn[1].entry, position=2))))
    assert store.call("call-1") is not None
    assert len(store.open_entries()) == 2


def test_choices_are_learned_listed_and_undone(store: Store) -> None:
    store.commit([SaveChoice(at=NOON, e164="+49721", ref=ANNA)])
    store.commit([SaveChoice(at=LATER, e164="+49721", ref=BERT)])
    assert store.learned("+49721") == BERT
    assert store.choices.list() == (LearnedChoice(e164="+49721", ref=BERT, at=LATER),)
    store.commit([SaveChoice(at=LATER, e164="+49721", ref=None)])
    assert store.learned("+49721") is None
    assert not store.choices.forget("+49721")


def test_the_latest_use_counts(store: Store) -> None:
    store.commit([SaveUse(at=LATER, ref=ANNA), SaveUse(at=NOON, ref=ANNA)])
    assert store.choices.last_used_at(ANNA) == LATER
    assert store.choices.last_used_at(BERT) is None


def test_a_pin_stays_until_replaced_or_forgotten(store: Store) -> None:
    store.pins.set_pin("pbx.example:443", "aa", "PEM", NOON)
    store.pins.set_pin("pbx.example:443", "bb", "PEM2", LATER)
    pin = Pin(host="pbx.example:443", fingerprint="bb", pem="PEM2", at=LATER)
    assert store.pins.pin("pbx.example:443") == pin
    assert store.pins.forget_pin("pbx.example:443")
    assert store.pins.pin("pbx.example:443") is None


def test_every_run_has_a_name_of_its_own(tmp_path: Path) -> None:
    folder = tmp_path / "other"
    with open_store(folder) as first:
        assert first.begin_run() == ("station-1", 1)
    with Store.open(folder / "store.db", bytes(range(32)), now=NOON, station="another") as again:
        assert again.begin_run() == ("station-1", 2)
        assert again.begin_run() == ("station-1", 3)


def test_only_what_a_person_relies_on_waits_for_the_disk(store: Store) -> None:
    def flushed(*saves: Save) -> bool:
        store.commit(saves)
        # How the transaction before was committed: 2 is FULL, 1 is NORMAL.
        return bool(store._database.connection.pragma("synchronous") == 2)

    note = call(**noted("Rückruf"))
    assert not flushed(SaveCall(call()))
    assert flushed(SaveCall(note))
    assert not flushed(SaveCall(replace(note, window_open=True)))
    assert flushed(SaveCall(replace(note, note="Rückruf heute", note_revision=2)))
    assert flushed(SaveCall(replace(note, note="", note_revision=3)))
    assert not flushed(SaveCall(call("other")), SaveUse(at=NOON, ref=ANNA))
    assert flushed(SaveCall(call("other")), SaveEntry(entry(1)))
    assert flushed(SaveChoice(at=NOON, e164="+49721", ref=ANNA))


def test_what_waits_is_counted(store: Store) -> None:
    for position, state in enumerate(EntryState, 1):
        store.outbox.save(entry(position, state=state))
    assert store.outbox.count_open() == 3
