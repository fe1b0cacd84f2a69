"""What sources should not send, and disks and clocks should not do."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest

from datev_connector.domain.contacts import Contact, ContactRef, Source, StoredNumber
from datev_connector.domain.master_data import Client, Listed, Versioned
from datev_connector.store import Full, Store
from tests.store.support import NOON, PLAN, contact, load, open_store

HALF = "\ud83d"
"""One half of a sign, as JSON may hold it: no text that UTF-8 has a form for."""


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Store]:
    with open_store(tmp_path) as opened:
        yield opened


def load_anew(store: Store, *contacts: Contact, stamp: str = "1") -> None:
    intake = store.contacts.intake(Source.DATEV, PLAN, NOON, anew=True)
    intake.add_listed([Listed(id=each.ref.id, stamp=stamp) for each in contacts])
    intake.list_is_complete("")
    intake.put([Versioned(contact=each, stamp=stamp) for each in contacts])
    intake.finish(NOON)


def test_a_name_of_ten_thousand_characters_is_found_as_a_whole(store: Store) -> None:
    name = "Überlänge & " + "ß" * 10_000
    load(store, contact("a", name, "0721 123456"))
    assert store.contacts.by_key(["49721123456"])[0].name == name
    (found,) = store.contacts.search("überl")
    assert found.name == name
    assert store.contacts.search("ss" * 3000) == (found,)


def test_half_signs_do_not_break_a_load(store: Store) -> None:
    broken = contact(
        f"a{HALF}",
        f"Anna {HALF}",
        StoredNumber(number=f"0721 123456{HALF}", standardised=HALF, note=HALF),
        client_number=f"1{HALF}",
    )
    load(store, broken, contact("b", "Bert"))
    (entry,) = store.contacts.by_key(["49721123456"])
    assert entry.ref.id == "a?"
    whole = store.contacts.contact(broken.ref)
    assert whole is not None
    assert (whole.name, whole.client_number) == ("Anna ?", "1?")
    load_anew(store, broken, stamp=HALF)
    intake = store.contacts.intake(Source.DATEV, PLAN, NOON, anew=False)
    intake.add_listed([Listed(id=broken.ref.id, stamp=HALF)])
    intake.put_clients([Client(id=HALF, owner=broken.ref.id, number=HALF)])
    intake.list_is_complete(HALF)
    assert intake.waiting == 0
    assert not intake.missing(9, HALF)
    intake.finish(NOON)
    revision = store.contacts.revision(Source.DATEV, PLAN)
    assert revision is not None
    assert revision.mark == "?"
    assert revision.stamps([broken.ref.id]) == {broken.ref.id: "?"}
    revision.apply(removed=[broken.ref.id], removed_clients=[HALF])
    revision.finish(HALF, NOON)
    assert store.contacts.sources()[0].contacts == 0


@pytest.mark.parametrize("contact_id", ["a\0b", "\0", "a'b", "ä" * 5000, " ", "🦊"])
def test_an_id_may_hold_any_sign(store: Store, contact_id: str) -> None:
    odd = contact(contact_id, "Name\0mit Null", "0721 123456")
    load_anew(store, odd, contact("a", "Anna", "0721 222222"))
    assert store.contacts.contact(odd.ref) == odd
    (entry,) = store.contacts.by_key(["49721123456"])
    assert entry.ref == odd.ref
    assert entry.name == odd.name
    revision = store.contacts.revision(Source.DATEV, PLAN)
    assert revision is not None
    revision.apply(removed=[contact_id])
    assert store.contacts.contact(odd.ref) is None
    assert store.contacts.by_key(["49721222222"])


def test_a_contact_without_an_id_is_left_out(store: Store) -> None:
    nobody = contact("", "Niemand", "0721 123456")
    with store.contacts.load(Source.DATEV, PLAN, NOON) as loading:
        loading.add(nobody)
        loading.add(contact("a", "Anna", "0721 222222"))
    assert (loading.contacts, loading.without_id) == (1, 1)
    load_anew(store, nobody, contact("a", "Anna", "0721 222222"))
    revision = store.contacts.revision(Source.DATEV, PLAN)
    assert revision is not None
    revision.apply(contacts=[Versioned(contact=nobody, stamp="")])
    assert not store.contacts.by_key(["49721123456"])
    assert store.contacts.sources()[0].contacts == 1


def test_the_same_number_may_stand_at_a_contact_twice(store: Store) -> None:
    load_anew(store, contact("a", "Anna", "0721 123456", "+49721123456", "0721 123456"))
    assert [each.number for each in store.contacts.by_key(["49721123456"])] == [
        "0721 123456",
        "+49721123456",
        "0721 123456",
    ]
    revision = store.contacts.revision(Source.DATEV, PLAN)
    assert revision is not None
    revision.apply(removed=["a"])
    assert not store.contacts.by_key(["49721123456"])


def test_a_clock_that_was_set_back_keeps_nothing_from_being_loaded(store: Store) -> None:
    load(store, contact("a", "Anna"), at=NOON + timedelta(days=300))
    load(store, contact("b", "Bert"), at=NOON)
    (state,) = store.contacts.sources()
    assert (state.loaded_at, state.contacts) == (NOON, 1)
    revision = store.contacts.revision(Source.DATEV, PLAN)
    assert revision is not None
    revision.finish("", NOON - timedelta(days=1))
    assert store.contacts.sources()[0].loaded_at == NOON - timedelta(days=1)


def test_a_full_disk_keeps_the_old_contents_and_what_was_taken(store: Store) -> None:
    load(store, contact("a", "Anna", "0721 123456"))
    people = [contact(f"n{n}", f"Neu {n} " * 50, f"0711 {100000 + n}") for n in range(400)]
    intake = store.contacts.intake(Source.DATEV, PLAN, NOON, anew=True)
    intake.add_listed([Listed(id=each.ref.id, stamp="1") for each in people])
    intake.list_is_complete("")
    connection = store._database.connection
    room = connection.pragma("max_page_count")
    connection.pragma("max_page_count", connection.pragma("page_count") + 40)
    with pytest.raises(Full):
        put(store, people)
    assert store.contacts.by_key(["49721123456"])
    connection.pragma("max_page_count", room)
    intake = store.contacts.intake(Source.DATEV, PLAN, NOON, anew=True)
    assert 0 < intake.waiting < len(people)
    waiting = {each.id for each in intake.missing(999)}
    intake.put(Versioned(contact=each, stamp="1") for each in people if each.ref.id in waiting)
    intake.finish(NOON)
    for each in people:
        key = "49" + each.numbers[0].number.replace(" ", "")[1:]
        assert [found.ref for found in store.contacts.by_key([key])] == [each.ref]
    assert len(store.contacts.search("neu", 999)) > 100


def put(store: Store, people: list[Contact]) -> None:
    intake = store.contacts.intake(Source.DATEV, PLAN, NOON, anew=True)
    for start in range(0, len(people), 10):
        intake.put([Versioned(contact=each, stamp="1") for each in people[start : start + 10]])


def test_nothing_goes_to_temporary_files(store: Store) -> None:
    in_memory = 2
    assert store._database.connection.pragma("temp_store") == in_memory


# --- what people taught ---------------------------------------------------------------------------


def test_a_learned_choice_survives_loads_and_says_whether_its_contact_is_there(
    store: Store,
) -> None:
    anna, bert = contact("a", "Anna", "0721 123456"), contact("b", "Bert", "0721 123456")
    load(store, anna, bert)
    store.choices.learn("+49721123456", bert.ref, NOON)
    store.choices.learn("+49721999", ContactRef(Source.STARFACE, "x"), NOON)
    load(store, anna, contact("b", "Bert Neu"))
    assert [(each.e164, each.name) for each in store.choices.list()] == [
        ("+49721123456", "Bert Neu"),
        ("+49721999", None),
    ]
    load(store, anna)
    choice = store.choices.get("+49721123456")
    assert choice is not None
    assert (choice.ref, choice.name) == (bert.ref, None)
    load(store, anna, bert)
    assert store.choices.list()[0].name == "Bert"
    assert store.choices.forget("+49721123456")
    assert not store.choices.forget("+49721123456")
    assert store.choices.get("+49721123456") is None
