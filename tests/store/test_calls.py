from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from datev_connector.domain.calls import Call, CallState, Live, Outcome
from datev_connector.store import CallFilter, Erased, Store
from tests.store.support import NOON, call, entry, noted, open_store, person


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Store]:
    with open_store(tmp_path) as opened:
        yield opened


@pytest.mark.parametrize(
    "fields",
    [
        {"state": CallState.CONNECTED, "ended_at": None, "outcome": None},
        {"outcome": None},
        {"note": "offen", "note_revision": 2, "note_sent_revision": 1},
        {"live": Live.CONNECTED},
        {"live": Live.BROKEN, "owed": None},
        {"wanted": True},
    ],
)
def test_the_desk_gets_back_what_is_not_settled(store: Store, fields: dict[str, Any]) -> None:
    store.calls.save(call(**fields))
    assert store.open_calls() == (call(**fields),)


@pytest.mark.parametrize(
    "fields",
    [
        {},
        {"live": Live.COMPLETE, "live_sent": Live.COMPLETE, "wanted": True},
        {"live": Live.BROKEN, "live_sent": Live.BROKEN, "journalled": True},
        {"note": "fort", "note_revision": 1, "note_sent_revision": 1, "journalled": True},
    ],
)
def test_a_settled_call_rests(store: Store, fields: dict[str, Any]) -> None:
    store.calls.save(call(**fields))
    assert store.open_calls() == ()


def test_a_call_with_an_unconfirmed_entry_comes_back(store: Store) -> None:
    store.calls.save(call())
    store.outbox.save(entry(1))
    assert store.open_calls() == (call(),)


def test_the_calls_of_a_time(store: Store) -> None:
    for minute in (3, 1, 2, 0):
        store.calls.save(call(f"call-{minute}", minute=minute))
    since, until = NOON + timedelta(minutes=1), NOON + timedelta(minutes=2)
    assert [each.call for each in store.calls_between(since, until)] == ["call-1", "call-2"]
    assert list(store.calls_between(until, since)) == []


def test_pages_follow_each_other_without_gap_or_repetition(store: Store) -> None:
    kept = [call(f"call-{n}", minute=n // 3) for n in range(10)]
    for each in kept:
        store.calls.save(each)
    pages: list[Call] = []
    page = store.calls.list(4)
    while page:
        pages += page
        page = store.calls.list(4, before=page[-1])
    assert pages == sorted(kept, key=lambda each: (each.began_at, each.call), reverse=True)


def test_filters_show_what_they_say(store: Store) -> None:
    store.calls.save(call("missed", outcome=Outcome.MISSED, in_datev_at=NOON))
    store.calls.save(call("draft", **noted("offen"), in_datev_at=NOON))
    store.calls.save(call("new"))
    assert [each.call for each in store.calls.list(9, only=CallFilter.MISSED)] == ["missed"]
    assert [each.call for each in store.calls.list(9, only=CallFilter.DRAFT)] == ["draft"]
    assert [each.call for each in store.calls.list(9, only=CallFilter.NOT_IN_DATEV)] == ["new"]


@pytest.mark.parametrize(
    "typed",
    [
        "Müller",
        "mueller",
        "muller",
        "MÜLL",
        "jörg mue",
        "joerg",
        "Straße",
        "strasse",
        "steuer",
        "10234",
        "7211234",
        "0721/123",
        "+49 721",
        "0049721",
        "23456",
        "Mü 0721 345",
    ],
)
def test_the_search_finds_a_call(store: Store, typed: str) -> None:
    number: dict[str, Any] = {"number": "0721 123456", "e164": "+49721123456"}
    store.calls.save(
        call("wanted", **number, person=person("Jörg Müller", "10234"), **noted("Straße, Steuer"))
    )
    other: dict[str, Any] = {"number": "08999", "e164": "+498999"}
    store.calls.save(call("other", **other, person=person("Zoë Østergård"), **noted("sonst")))
    assert [each.call for each in store.calls.search(typed)] == ["wanted"]


@pytest.mark.parametrize("typed", ["", "  ", "-", "12", '"', "NOT", "a OR b", "*", "üller", "%"])
def test_the_search_takes_everything_as_text(store: Store, typed: str) -> None:
    store.calls.save(call(person=person("Müller")))
    assert store.calls.search(typed) == ()


def test_the_search_follows_changes(store: Store) -> None:
    store.calls.save(call(**noted("Bilanz")))
    assert store.calls.search("bilanz")
    store.calls.save(call(**noted("Lohn")))
    assert not store.calls.search("bilanz")
    assert store.calls.search("lohn")


def test_export_goes_through_all_calls_while_others_write(store: Store) -> None:
    for number in range(450):
        store.calls.save(call(f"call-{number:03}", minute=number))
    exported = store.calls.export()
    first = next(exported)
    store.calls.save(call("late", minute=1000))
    assert [first.call, *(each.call for each in exported)] == [
        *(f"call-{number:03}" for number in range(450)),
        "late",
    ]


def test_erasing_keeps_what_has_still_to_be_handed_over(store: Store) -> None:
    store.calls.save(call("done"))
    store.calls.save(call("draft", **noted("offen")))
    store.calls.save(call("call-1"))
    store.outbox.save(entry(1))
    store.calls.save(call("later", minute=60))
    assert store.calls.erase_before(NOON + timedelta(minutes=1)) == Erased(erased=1, kept=2)
    assert {each.call for each in store.calls.list(9)} == {"draft", "call-1", "later"}
    assert store.calls.erase(["later", "draft", "unknown"]) == Erased(erased=1, kept=1)
