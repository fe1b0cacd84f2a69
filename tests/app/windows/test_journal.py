from __future__ import annotations

import asyncio
from collections.abc import Iterator
from pathlib import Path

import pytest

from datev_connector.app.windows.core_thread import CoreThread
from datev_connector.app.windows.journal import StoredJournal
from datev_connector.app.windows.people import IndexedPeople
from datev_connector.desktop.ports import Counts, Only, Refused
from datev_connector.domain.calls import Outcome, Person
from datev_connector.domain.contacts import ContactRef, Rule, Source
from datev_connector.store import Store
from tests.store.support import NOON, call, contact, entry, load, noted, open_store

WAIT_S = 10


class House:
    """A store on a thread of its own."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._over: asyncio.Event | None = None
        self.thread = CoreThread(self._main)
        self.store: Store

    async def _main(self) -> None:
        self._over = asyncio.Event()
        with open_store(self._folder) as self.store:
            _fill(self.store)
            await self._over.wait()

    def end(self) -> None:
        assert self._over is not None
        self.thread.do(self._over.set)
        self.thread.ended.result(WAIT_S)


def _fill(store: Store) -> None:
    for number in range(5):
        missed = Outcome.MISSED if number % 2 else Outcome.ANSWERED
        store.calls.save(call(f"call-{number}", minute=number, outcome=missed, in_datev_at=NOON))
    store.calls.save(call("draft", minute=9, **noted("Bilanz")))
    store.outbox.save(entry(1))
    load(store, contact("a", "Anna Müller", "0721 123456"), contact("b", "Berta Ost"))
    store.choices.use(ContactRef(Source.DATEV, "a"), NOON)


@pytest.fixture
def house(tmp_path: Path) -> Iterator[House]:
    house = House(tmp_path)
    house.thread.start()
    house.thread.do(lambda: None).result(WAIT_S)
    yield house
    house.end()


def test_the_journal_lists_filters_searches_and_counts(house: House) -> None:
    journal = StoredJournal(house.thread, house.store)
    first = journal.page(text="", only=Only.ALL, after=None, limit=2).result(WAIT_S)
    assert [one.call for one in first] == ["draft", "call-4"]
    rest = journal.page(text="", only=Only.ALL, after=first[-1], limit=2, skip=1)
    assert [one.call for one in rest.result(WAIT_S)] == ["call-2", "call-1"]
    missed = journal.page(text="0721", only=Only.MISSED, after=None, limit=9).result(WAIT_S)
    assert [one.call for one in missed] == ["call-3", "call-1"]
    assert journal.total(text="bilanz", only=Only.ALL).result(WAIT_S) == 1
    assert [journal.total(text="", only=only).result(WAIT_S) for only in Only] == [6, 2, 1, 1]
    assert journal.counts().result(WAIT_S) == Counts(drafts=1, waiting=1)


def test_one_call_is_read_as_it_is_kept(house: House) -> None:
    journal = StoredJournal(house.thread, house.store)
    found = journal.call("draft").result(WAIT_S)
    assert found is not None
    assert found.note == "Bilanz"
    assert journal.call("unknown").result(WAIT_S) is None


def test_people_are_searched_and_tell_when_they_were_called(house: House) -> None:
    people = IndexedPeople(house.thread, house.store)
    (anna,) = people.search("mueller", 5).result(WAIT_S)
    assert anna.name == "Anna Müller"
    asked = [
        Person(ref=ContactRef(Source.DATEV, name), name="", number="", rule=Rule.NONE)
        for name in ("b", "a")
    ]
    assert people.last_used(asked).result(WAIT_S) == (None, NOON)


def test_a_broken_store_is_told_with_what_to_do(house: House, tmp_path: Path) -> None:
    journal = StoredJournal(house.thread, house.store)

    def break_it() -> None:
        house.store._database.checkpoint(truncate=True)
        size = (tmp_path / "store.db").stat().st_size
        with (tmp_path / "store.db").open("r+b") as file:
            file.write(b"\0" * size)
        house.store._database.connection.release_memory()

    house.thread.do(break_it).result(WAIT_S)
    with pytest.raises(Refused) as refusal:
        journal.page(text="0721", only=Only.ALL, after=None, limit=9).result(WAIT_S)
    assert "is damaged" in refusal.value.what
    assert refusal.value.remedy
