from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest

from datev_connector.domain.contacts import ContactKind, ContactRef, Medium, Source, StoredNumber
from datev_connector.domain.dial_plan import DialPlan
from datev_connector.domain.effects import SaveUse
from datev_connector.store import SourceState, Store
from tests.store.support import NOON, PLAN, call, contact, load, open_store

ANNA = contact("a", "Anna Müller", "0721 123456", "0171/9876543", client_number="10234")
FIRM = contact("f", "Probebau Süd GmbH", "089/99998-0", kind=ContactKind.COMPANY)
LOCAL = contact("l", "Bäckerei Weiß", "445566")


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Store]:
    with open_store(tmp_path) as opened:
        yield opened


def rows(store: Store, table: str) -> int:
    ((count,),) = store._database.rows(f"SELECT count(*) FROM {table}")  # noqa: S608 - a name
    return int(count)


def test_a_number_is_found_by_its_key(store: Store) -> None:
    load(store, ANNA, FIRM, LOCAL)
    (found,) = store.contacts.by_key(["49721123456"])
    assert (found.ref, found.name, found.number) == (ANNA.ref, "Anna Müller", "0721 123456")
    assert (found.client_number, found.head, found.completed) == ("10234", False, False)
    (local,) = store.contacts.by_key(["49721445566"])
    assert local.completed
    assert not store.contacts.by_key(["4972112345"])
    assert not store.contacts.by_key([])


def test_a_direct_line_is_found_by_the_stem(store: Store) -> None:
    load(store, ANNA, FIRM)
    (found,) = store.contacts.by_stem(["498999998", "49899999", "49899"])
    assert found.head
    assert found.ref == FIRM.ref
    assert found.kind is ContactKind.COMPANY


def test_a_contact_comes_back_with_everything(store: Store) -> None:
    stored = StoredNumber(
        number="0721/1", standardised="00497211", medium=Medium.FAX, note="Büro", main=True
    )
    whole = contact("w", "", stored, ANNA.numbers[0], active=False, kind=ContactKind.PERSON)
    load(store, whole)
    assert store.contacts.contact(whole.ref) == whole
    assert store.contacts.contact(ANNA.ref) is None


def test_the_last_use_comes_with_the_hit_and_survives_a_load(store: Store) -> None:
    load(store, ANNA)
    store.commit([SaveUse(at=NOON, ref=ANNA.ref)])
    load(store, ANNA)
    assert store.contacts.by_key(["49721123456"])[0].last_used_at == NOON


def test_sources_are_replaced_one_by_one(store: Store) -> None:
    load(store, ANNA, FIRM)
    book = contact("x", "Anna M.", "0721 123456", source=Source.STARFACE)
    load(store, book, at=NOON + timedelta(days=1))
    load(store, FIRM, at=NOON + timedelta(days=2))
    assert [found.ref for found in store.contacts.by_key(["49721123456"])] == [book.ref]
    assert store.contacts.sources() == (
        SourceState(source=Source.DATEV, loaded_at=NOON + timedelta(days=2), contacts=1, numbers=1),
        SourceState(
            source=Source.STARFACE, loaded_at=NOON + timedelta(days=1), contacts=1, numbers=1
        ),
    )


def test_nothing_changes_before_the_load_is_complete(tmp_path: Path) -> None:
    with open_store(tmp_path) as store, open_store(tmp_path) as beside:
        load(store, ANNA)
        with store.contacts.load(Source.DATEV, PLAN, NOON) as loading:
            for number in range(1200):
                loading.add(contact(f"n{number}", f"Neu {number}", f"0711 {100000 + number}"))
            assert loading.contacts == 1000
            for reader in (store, beside):
                assert reader.contacts.by_key(["49721123456"])
                assert not reader.contacts.by_key(["49711100000"])
                assert not reader.contacts.search("neu")
            # A note can be kept meanwhile, and by another program as well.
            beside.commit([])
            beside.calls.save(call())
        for reader in (store, beside):
            assert not reader.contacts.by_key(["49721123456"])
            assert reader.contacts.by_key(["49711100000"])
            assert reader.contacts.by_key(["49711101199"])


def load_until_the_line_breaks(store: Store) -> None:
    with store.contacts.load(Source.DATEV, PLAN, NOON) as loading:
        for number in range(600):
            loading.add(contact(f"n{number}", "Neu", f"0711 {100000 + number}"))
        raise ConnectionError


def test_a_failed_load_leaves_everything_as_it_was(store: Store) -> None:
    load(store, ANNA)
    with pytest.raises(ConnectionError):
        load_until_the_line_breaks(store)
    assert store.contacts.by_key(["49721123456"])
    assert store.contacts.sources()[0].contacts == 1
    while store.tidy():
        pass
    assert (rows(store, "contacts"), rows(store, "keys")) == (1, 2)
    assert rows(store, "batches") == 2


def test_what_was_replaced_is_swept_up(store: Store) -> None:
    for _ in range(3):
        load(store, ANNA, FIRM)
    while store.contacts.sweep():
        assert store.contacts.by_key(["49721123456"])
    assert (rows(store, "contacts"), rows(store, "keys")) == (2, 4)
    assert [each.ref for each in store.contacts.search("müller")] == [ANNA.ref]


def test_a_load_that_a_crash_left_is_swept_up_by_the_next_start_alone(tmp_path: Path) -> None:
    with open_store(tmp_path) as store:
        load(store, ANNA)
        loading = store.contacts.load(Source.DATEV, PLAN, NOON).__enter__()
        for number in range(600):
            loading.add(contact(f"n{number}", "Neu", f"0711 {100000 + number}"))
        with open_store(tmp_path) as beside:
            assert not beside.contacts.sweep()
    with open_store(tmp_path) as store:
        while store.contacts.sweep():
            pass
        assert rows(store, "contacts") == 1
        assert store.contacts.by_key(["49721123456"])


def test_of_two_contacts_with_one_id_the_first_counts(store: Store) -> None:
    with store.contacts.load(Source.DATEV, PLAN, NOON) as loading:
        for _ in range(600):
            loading.add(ANNA)
        loading.add(replace(ANNA, name="Falsch"))
    assert (loading.contacts, loading.numbers, loading.doubles) == (1, 2, 600)
    assert store.contacts.contact(ANNA.ref) == ANNA


def test_a_load_takes_its_own_source_only(store: Store) -> None:
    with pytest.raises(ValueError, match="another source"):
        load(store, ANNA, contact("x", "X", source=Source.STARFACE))


def test_a_new_dial_plan_makes_the_keys_anew_and_swaps_them_in(store: Store) -> None:
    load(store, *(contact(f"n{number}", "N", f"{100000 + number}") for number in range(700)))
    moved = DialPlan(area_code="711")
    assert not store.contacts.outdated(PLAN)
    assert store.contacts.outdated(moved)
    steps = store.contacts.reindexing(moved)
    assert next(steps) < 700
    assert store.contacts.by_key(["49721100000"])
    assert not store.contacts.by_key(["49711100000"])
    assert list(steps)[-1] == 700
    assert not store.contacts.by_key(["49721100000"])
    assert store.contacts.by_key(["49711100000"])
    assert not store.contacts.outdated(moved)
    while store.contacts.sweep():
        pass
    assert rows(store, "keys") == 700


def test_a_load_during_reindexing_wins(store: Store) -> None:
    load(store, LOCAL)
    moved = DialPlan(area_code="711")
    steps = store.contacts.reindexing(moved)
    next(steps)
    load(store, ANNA, plan=moved)
    assert list(steps) == []
    assert store.contacts.by_key(["49721123456"])
    assert not store.contacts.by_key(["49711445566"])


@pytest.mark.parametrize(
    ("typed", "found"),
    [
        ("mül", ["a"]),
        ("muell", ["a"]),
        ("mull", ["a"]),
        ("anna MÜ", ["a"]),
        ("10234", ["a"]),
        ("102", ["a"]),
        ("0721 123", ["a"]),
        ("+49721123", ["a"]),
        ("98765", ["a"]),
        ("anna 9876", ["a"]),
        ("anna 9999", []),
        ("sued", ["f"]),
        ("99998", ["f"]),
        ("baeckerei weiss", ["l"]),
        ("445566", ["l"]),
        ("777", ["v"]),
        ("0721 4455", ["l"]),
        ("m", ["a"]),
        ("", []),
        ("üller", []),
        ("obrien", ["o"]),
        ("o'b", ["o"]),
        ("O’Brien", ["o"]),
        ("huebner-v", ["h"]),
        ("hübnervogt", ["h"]),
        ("andre hub", ["h"]),
        ("\uff10\uff17\uff12\uff11 123", ["a"]),
        ("\uff0b49 721 123", ["a"]),
        ("G.m.b.H.", ["f"]),
        ("gmbh probe", ["f"]),
        ("e.v.", ["v"]),
        ("ev", ["v"]),
        ("sport 77", ["v"]),
        ("sport 7711", ["v"]),
        ("777 7711", ["v"]),
        ("\ud800", []),
        ("\0", []),
        ('"', []),
        ("mül" * 2000, []),
    ],
)
def test_search_as_one_types(store: Store, typed: str, found: list[str]) -> None:
    load(
        store,
        ANNA,
        FIRM,
        LOCAL,
        contact("o", "Sean O'Brien"),
        contact("h", "Hübner-Vogt, André"),
        contact("v", "Sportclub e. V.", "0777 7711", client_number="777"),
    )
    assert [each.ref.id for each in store.contacts.search(typed)] == found


def test_the_search_puts_the_latest_used_first_and_inactive_ones_last(store: Store) -> None:
    people = [contact(name, f"Maier {name}") for name in "dcba"]
    load(store, *people, contact("0", "Maier", active=False))
    store.choices.use(people[1].ref, NOON)
    assert [each.ref.id for each in store.contacts.search("maier")] == ["c", "a", "b", "d", "0"]
    assert len(store.contacts.search("maier", limit=2)) == 2


def test_the_search_puts_better_matches_first_among_thousands(store: Store) -> None:
    crowd = [contact(f"n{n:04}", f"Aal Maier {n}", client_number=f"12{n:04}") for n in range(900)]
    load(
        store,
        *crowd,
        contact("begins", "Maier Zacharias"),
        contact("number", "Zoe Maier", client_number="12"),
        contact("used", "Zora Maier", client_number="129999"),
        contact("whole", "Zuletzt", client_number="999, 120"),
        contact("past", "Maier Anton", active=False),
    )
    store.choices.use(ContactRef(Source.DATEV, "used"), NOON)
    assert [each.ref.id for each in store.contacts.search("maier", 3)] == [
        "used",
        "begins",
        "n0000",
    ]
    assert [each.ref.id for each in store.contacts.search("120", 2)] == ["whole", "n0000"]
    assert [each.ref.id for each in store.contacts.search("maier 12", 1)] == ["used"]
    assert "past" in [each.ref.id for each in store.contacts.search("maier a", 999)]


def test_the_search_sees_neither_what_is_loaded_nor_what_was_replaced(store: Store) -> None:
    load(store, *(contact(f"old{n}", f"Maier {n}") for n in range(500)))
    load(store, contact("new", "Maier"))
    with store.contacts.load(Source.DATEV, PLAN, NOON) as loading:
        for n in range(600):
            loading.add(contact(f"next{n}", f"Maier {n}"))
        assert [each.ref.id for each in store.contacts.search("mai")] == ["new"]
