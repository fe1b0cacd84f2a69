from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from datev_connector.domain.contacts import (
    ClientState,
    Contact,
    ContactKind,
    ContactRef,
    IndexEntry,
    Medium,
    Source,
    StoredNumber,
)
from datev_connector.store.number_lookup import ENTRIES
from tests.store.support import NOON, PLAN, open_store

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from datev_connector.store import Store

KEY = "49721999912"
HEAD_KEY = "4972199990"
STEM = "497219999"
ADLER = Contact(
    ref=ContactRef(Source.DATEV, "adler"),
    name="Adler GmbH",
    kind=ContactKind.COMPANY,
    active=False,
    client_number="10001",
    client_state=ClientState.ACTIVE,
    numbers=(
        StoredNumber(number="0721 9999-12", medium=Medium.MOBILE),
        StoredNumber(number="0721 9999-0", medium=Medium.PHONE),
        StoredNumber(number="9999-13", medium=Medium.FAX),
    ),
)
BOOK = Contact(
    ref=ContactRef(Source.STARFACE, "adler"),
    name="Adler",
    numbers=(StoredNumber(number="+49 721 999912"),),
)


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Store]:
    with open_store(tmp_path) as opened:
        for contact in (ADLER, BOOK):
            with opened.contacts.load(contact.ref.source, PLAN, NOON) as load:
                load.add(contact)
        yield opened


def test_an_entry_holds_all_that_a_caller_is_told_by(store: Store) -> None:
    store.choices.use(ADLER.ref, NOON)
    (found,) = (one for one in store.contacts.by_key([KEY]) if one.ref.source is Source.DATEV)
    assert found == IndexEntry(
        ref=ADLER.ref,
        name="Adler GmbH",
        kind=ContactKind.COMPANY,
        active=False,
        client_number="10001",
        client_state=ClientState.ACTIVE,
        number="0721 9999-12",
        medium=Medium.MOBILE,
        key=KEY,
        head=False,
        completed=False,
        last_used_at=NOON,
    )


def test_all_sources_are_asked_and_each_key_counts_once(store: Store) -> None:
    found = store.contacts.by_key([KEY, KEY, HEAD_KEY, "4989"])
    assert sorted((one.ref.source, one.key) for one in found) == [
        (Source.DATEV, HEAD_KEY),
        (Source.DATEV, KEY),
        (Source.STARFACE, KEY),
    ]
    assert store.contacts.by_key([]) == store.contacts.by_stem([]) == []


def test_a_head_number_is_found_by_its_stem_and_tells_its_whole_key(store: Store) -> None:
    (found,) = store.contacts.by_stem([KEY, "4972199991", STEM, "49721999"])
    assert (found.key, found.head, found.number) == (HEAD_KEY, True, "0721 9999-0")
    assert store.contacts.by_stem([HEAD_KEY]) == []
    assert store.contacts.by_key([STEM]) == []


def test_what_was_completed_says_so(store: Store) -> None:
    (found,) = store.contacts.by_key(["49721999913"])
    assert (found.completed, found.medium) == (True, Medium.FAX)


@pytest.mark.parametrize(("stem", "marks"), [(0, "?"), (1, "?, ?, ?, ?, ?, ?")])
def test_a_lookup_goes_down_the_tree_and_reads_nothing_else(
    store: Store, stem: int, marks: str
) -> None:
    statement = "EXPLAIN QUERY PLAN " + ENTRIES.format(stem=stem, marks=marks)
    steps = [row[-1] for row in store._database.rows(statement, *([KEY] * marks.count("?")))]
    assert steps == [
        "SCAN s",
        "SEARCH k USING PRIMARY KEY (batch=? AND stem=? AND digits=?)",
        "SEARCH u USING PRIMARY KEY (source=? AND contact_id=?) LEFT-JOIN",
    ]
