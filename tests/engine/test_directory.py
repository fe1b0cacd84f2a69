"""A directory over a real store: what it remembers, and that it never remembers too long."""

from __future__ import annotations

import contextlib
import gc
import tracemalloc
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING

import pytest

from datev_connector.domain.contacts import Contact, ContactRef, Medium, Rule, Source, StoredNumber
from datev_connector.domain.dial_plan import DialPlan
from datev_connector.domain.effects import SaveUse
from datev_connector.domain.master_data import Listed, Versioned
from datev_connector.engine.directory import LARGEST_ANSWER, MOST_ANSWERS, Directory
from datev_connector.store.store import Store
from tests.domain.paper_index import KARLSRUHE, PaperIndex, contact

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from pathlib import Path

    from datev_connector.domain.contacts import IndexEntry

NOON = datetime(2026, 3, 2, 12, tzinfo=UTC)
KEY = bytes(range(32))
CALLER = "0049721999912"
ADLER = contact("adler", "0721 9999-12")
BERG = contact("berg", "0721 9999-12")


class Counting(PaperIndex):
    """A paper index that tells how often it was asked, and changes when the test says so."""

    asked = 0
    edition = 1
    broken = False

    def by_key(self, keys: Sequence[str]) -> Sequence[IndexEntry]:
        self.asked += 1
        return super().by_key(keys)

    def version(self) -> object:
        if self.broken:
            raise OSError(5, "no disk")
        return self.edition


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Store]:
    with open_store(tmp_path) as opened:
        yield opened


def open_store(folder: Path) -> Store:
    return Store.open(folder / "store.db", KEY, now=NOON, station="station")


def fill(store: Store, *contacts: Contact, plan: DialPlan = KARLSRUHE) -> None:
    with store.contacts.load(Source.DATEV, plan, NOON) as load:
        for one in contacts:
            load.add(one)


def names(directory: Directory, caller: str = CALLER) -> list[str]:
    return [candidate.ref.id for candidate in directory.who(caller).candidates]


# --- what it remembers ----------------------------------------------------------------------------


@pytest.mark.parametrize("caller", [CALLER, "00498912345", "0049721999913", "12", "0", "Müller"])
def test_it_says_what_the_index_says_and_says_it_again(caller: str) -> None:
    index = Counting([ADLER, contact("head", "0721 9999-0")])
    directory = Directory(index, KARLSRUHE)
    first = directory.who(caller)
    asked = index.asked
    assert directory.who(caller) == first
    assert index.asked == asked
    assert Directory(index, KARLSRUHE).who(caller) == first


def test_it_remembers_the_recent_callers_only() -> None:
    index = Counting([ADLER])
    directory = Directory(index, KARLSRUHE)
    for line in range(MOST_ANSWERS):
        directory.who(f"00498912{line:04}")
        directory.who(CALLER)
    asked = index.asked
    assert names(directory) == ["adler"]
    assert index.asked == asked
    directory.who("004989120000")
    assert index.asked == asked + 1


def test_its_memory_is_bounded_whatever_the_index_and_the_callers_hold() -> None:
    shelf = [contact(f"id{i}", "0721 9999-12", name="x" * 10_000) for i in range(50)]
    index = Counting([*shelf, contact("long", "089 12345", name="y" * LARGEST_ANSWER)])
    directory = Directory(index, KARLSRUHE)
    gc.collect()
    tracemalloc.start()
    try:
        for line in range(2 * MOST_ANSWERS):
            directory.who(CALLER)
            directory.who("00498912345")
            directory.who("7" * 100_000 + str(line))
            directory.who("ß" * 1_000 + str(line))
        held, _ = tracemalloc.get_traced_memory()
    finally:
        tracemalloc.stop()
    assert held < 4 * MOST_ANSWERS * LARGEST_ANSWER


# --- what ends its memory -------------------------------------------------------------------------


def test_a_load_of_its_own_process_changes_the_answer(store: Store) -> None:
    directory = Directory(store.contacts, KARLSRUHE)
    assert names(directory) == []
    fill(store, ADLER)
    assert names(directory) == ["adler"]
    fill(store, BERG)
    assert names(directory) == ["berg"]
    fill(store)
    assert names(directory) == []


def test_a_load_of_another_process_changes_the_answer(store: Store, tmp_path: Path) -> None:
    fill(store, ADLER)
    directory = Directory(store.contacts, KARLSRUHE)
    assert names(directory) == ["adler"]
    with open_store(tmp_path) as other:
        fill(other, BERG)
        assert names(directory) == ["berg"]
        other.choices.use(BERG.ref, NOON)
        assert directory.who(CALLER).candidates[0].last_used_at == NOON


def test_a_single_change_changes_the_answer(store: Store) -> None:
    fill(store, ADLER)
    directory = Directory(store.contacts, KARLSRUHE)
    assert names(directory) == ["adler"]
    revision = store.contacts.revision(Source.DATEV, KARLSRUHE)
    assert revision is not None
    revision.apply(contacts=[Versioned(contact=BERG, stamp="1")])
    assert names(directory) == ["adler", "berg"]
    revision.apply(removed=["adler"])
    assert names(directory) == ["berg"]


def test_an_intake_changes_the_answer(store: Store) -> None:
    fill(store, ADLER)
    directory = Directory(store.contacts, KARLSRUHE)
    assert names(directory) == ["adler"]
    intake = store.contacts.intake(Source.DATEV, KARLSRUHE, NOON, anew=True)
    intake.add_listed([Listed(id="berg", stamp="1")])
    intake.list_is_complete("mark")
    intake.put([Versioned(contact=BERG, stamp="1")])
    assert names(directory) == ["adler"]
    intake.finish(NOON)
    assert names(directory) == ["berg"]


def test_an_answer_found_amid_a_change_is_not_kept(store: Store) -> None:
    fill(store, ADLER)
    directory = Directory(store.contacts, KARLSRUHE)
    with contextlib.suppress(LookupError), store._database.transaction(durable=False):
        store._database.run("UPDATE keys SET active = 0")
        assert not directory.who(CALLER).candidates[0].active
        store._database.run("DELETE FROM sources")
        assert names(directory) == []
        raise LookupError
    assert directory.who(CALLER).candidates[0].active


@pytest.mark.parametrize("by_commit", [True, False])
def test_a_use_changes_the_order(store: Store, by_commit: bool) -> None:
    fill(store, ADLER, BERG)
    directory = Directory(store.contacts, KARLSRUHE)
    assert names(directory) == ["adler", "berg"]
    if by_commit:
        store.commit([SaveUse(at=NOON, ref=BERG.ref)])
    else:
        store.choices.use(BERG.ref, NOON)
    assert names(directory) == ["berg", "adler"]
    store.commit([SaveUse(at=NOON + timedelta(seconds=1), ref=ADLER.ref)])
    assert names(directory) == ["adler", "berg"]


def test_keys_made_anew_change_the_answer(store: Store) -> None:
    fill(store, contact("local", "9999-12"), plan=DialPlan(area_code="89"))
    directory = Directory(store.contacts, KARLSRUHE)
    assert names(directory) == []
    for _ in store.contacts.reindexing(KARLSRUHE):
        pass
    assert directory.who(CALLER).rule is Rule.COMPLETED_LOCAL


def test_each_dial_plan_has_answers_of_its_own(store: Store) -> None:
    fill(store, ADLER)
    assert names(Directory(store.contacts, KARLSRUHE), "999912") == ["adler"]
    assert names(Directory(store.contacts, DialPlan()), "999912") == []


def test_calls_alone_change_nothing(store: Store) -> None:
    fill(store, ADLER)
    before = store.contacts.version()
    assert store.contacts.version() == before
    store.calls.make_searchable()
    with store._database.transaction(durable=True, calls_only=True):
        pass
    assert store.contacts.version() == before
    store.choices.use(ContactRef(Source.DATEV, "adler"), NOON)
    assert store.contacts.version() != before


# --- when the index fails -------------------------------------------------------------------------


def test_a_fault_of_the_index_is_not_hidden_by_what_is_remembered() -> None:
    index = Counting([ADLER])
    directory = Directory(index, KARLSRUHE)
    assert names(directory) == ["adler"]
    index.broken = True
    with pytest.raises(OSError, match="no disk"):
        directory.who(CALLER)
    assert directory.nobody(CALLER).number.e164 == "+49721999912"
    assert directory.nobody(CALLER).rule is Rule.NONE


def test_a_fax_is_remembered_with_why_it_lost() -> None:
    fax = StoredNumber(number="0721 9999-12", medium=Medium.FAX)
    directory = Directory(Counting([contact("fax", fax)]), KARLSRUHE)
    assert directory.who(CALLER).rejected == directory.who(CALLER).rejected != ()


def test_whoever_has_been_named_is_asked_about_in_full() -> None:
    head = contact("head", "0721 9999-0", source=Source.STARFACE)
    directory = Directory(PaperIndex([ADLER, head]), KARLSRUHE)
    assert directory.who(CALLER).rejected == ()
    assert [loser.ref for loser in directory.who(CALLER, explain=True).rejected] == [head.ref]
    assert directory.who(CALLER).rejected == ()
