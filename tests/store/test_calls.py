from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from datev_connector.domain.calls import Call, CallState, Live, Outcome
from datev_connector.domain.effects import SaveCall
from datev_connector.store import CallFilter, Erased, Store, call_search
from datev_connector.store import calls as call_store
from datev_connector.store.call_search import FEW
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


def test_the_search_follows_a_number_that_changes(store: Store) -> None:
    store.calls.save(call(number="0721111222", e164="+49721111222"))
    assert store.calls.search("111222") != ()
    changed = call(number="0721333444", e164="+49721333444")
    store.calls.save(changed)
    assert store.calls.search("333444") == (changed,)
    assert store.calls.search("111222") == ()


def test_a_note_that_was_emptied_is_promised_like_any_other(store: Store) -> None:
    store.calls.save(call(note="Rückruf", note_revision=1))
    assert store.calls.promised(call(note="", note_revision=2))
    assert not store.calls.promised(call(note="Rückruf", note_revision=1))


def test_export_leaves_out_no_call_of_a_moment_with_many(store: Store) -> None:
    kept = [call(f"call-{n:03}") for n in range(call_store.EXPORT_PAGE + 5)]
    for one in kept:
        store.calls.save(one)
    assert list(store.calls.export()) == kept


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


def test_a_page_of_what_was_typed_and_filtered_goes_on_where_the_last_one_ended(
    store: Store,
) -> None:
    for number in range(12):
        missed = Outcome.MISSED if number % 2 else Outcome.ANSWERED
        name = "Anna Müller" if number % 3 else "Zoë Ost"
        store.calls.save(
            call(f"call-{number:02}", minute=number, outcome=missed, person=person(name))
        )
    wanted = ["call-11", "call-07", "call-05", "call-01"]
    asked: dict[str, Any] = {"text": "mueller", "only": CallFilter.MISSED}
    assert [each.call for each in store.calls.list(9, **asked)] == wanted
    first = store.calls.list(1, **asked)[0]
    assert [each.call for each in store.calls.list(2, before=first, **asked)] == wanted[1:3]
    assert [each.call for each in store.calls.list(2, before=first, skip=1, **asked)] == wanted[2:]
    assert store.calls.count(**asked) == 4


@pytest.mark.parametrize("text", ["", "  ", "-", "*"])
def test_a_text_without_letters_and_digits_restricts_no_list(store: Store, text: str) -> None:
    store.calls.save(call("one"))
    store.calls.save(call("two", minute=1))
    assert [each.call for each in store.calls.list(9, text=text)] == ["two", "one"]
    assert store.calls.count(text=text) == 2


def test_many_hits_come_in_order_as_few_do(store: Store) -> None:
    """Few hits are read and put in order; of many the index of the time is walked."""
    saves = [
        SaveCall(call(f"call-{number:03}", minute=number * 7 % 401, person=person("Müller")))
        for number in range(FEW + 50)
    ]
    store.commit(saves)
    listed = store.calls.list(FEW + 50)
    assert list(store.calls.list(FEW + 50, text="müll")) == list(listed)
    assert list(store.calls.list(20, text="müll", before=listed[9], skip=30)) == list(listed[40:60])
    assert store.calls.count(text="müll") == FEW + 50


def test_a_number_and_a_word_must_both_occur(store: Store) -> None:
    here: dict[str, Any] = {"number": "0721 123456", "e164": "+49721123456"}
    there: dict[str, Any] = {"number": "08999", "e164": "+498999"}
    store.calls.save(call("both", **here, person=person("Müller")))
    store.calls.save(call("number", minute=1, **here, person=person("Ost")))
    store.calls.save(call("word", minute=2, **there, person=person("Müller")))
    assert [each.call for each in store.calls.list(9, text="müller 0721")] == ["both"]
    assert store.calls.count(text="müller 0721") == 1
    assert store.calls.count(text="0721") == 2


@given(
    calls=st.lists(
        st.builds(
            lambda minute, outcome, name, note, sent: {
                "minute": minute,
                "outcome": outcome,
                "person": person(name),
                "in_datev_at": NOON if sent else None,
                **(noted(note) if note else {}),
            },
            st.integers(0, 9),
            st.sampled_from([Outcome.MISSED, Outcome.ANSWERED]),
            st.sampled_from(["Anna Abel", "Anton Berg"]),
            st.sampled_from(["", "Abschluss"]),
            st.booleans(),
        ),
        max_size=12,
    ),
    text=st.sampled_from(["", "an", "ab", "anna", "berg abs"]),
    only=st.sampled_from(CallFilter),
    few=st.sampled_from([0, 3, FEW]),
    size=st.integers(1, 5),
)
@settings(max_examples=60, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_pages_are_what_one_would_pick_by_hand(
    tmp_path_factory: pytest.TempPathFactory,
    calls: list[dict[str, Any]],
    text: str,
    only: CallFilter,
    few: int,
    size: int,
) -> None:
    made = [call(f"call-{place:02}", **fields) for place, fields in enumerate(calls)]
    wanted = [
        each.call
        for each in sorted(made, key=lambda one: (one.began_at, one.call), reverse=True)
        if _is_picked(each, text, only)
    ]
    with (
        open_store(tmp_path_factory.mktemp("store")) as store,
        pytest.MonkeyPatch.context() as patch,
    ):
        patch.setattr(call_search, "FEW", few)
        store.commit([SaveCall(each) for each in made])
        found: list[Call] = []
        while page := store.calls.list(
            size, text=text, only=only, before=found[-1] if found else None
        ):
            found += page
        assert [each.call for each in found] == wanted
        skipped = store.calls.list(size, text=text, only=only, skip=2)
        assert [each.call for each in skipped] == wanted[2 : 2 + size]
        assert store.calls.count(text=text, only=only) == len(wanted)


def _is_picked(one: Call, text: str, only: CallFilter) -> bool:
    words = f"{one.name} {one.note}".casefold().split()
    if not all(any(word.startswith(typed) for word in words) for typed in text.split()):
        return False
    match only:
        case CallFilter.MISSED:
            return one.outcome is Outcome.MISSED
        case CallFilter.DRAFT:
            return one.is_draft
        case CallFilter.NOT_IN_DATEV:
            return one.in_datev_at is None
        case _:
            return True


@pytest.mark.parametrize("only", [f for f in CallFilter if f is not CallFilter.ALL])
@pytest.mark.parametrize("text", ["", "müll"])
def test_no_filter_looks_at_calls_that_it_does_not_show(
    store: Store, only: CallFilter, text: str
) -> None:
    """Each has an index of its own, in the order of the journal, and nothing is sorted."""
    statement = call_search.PAGE.format(
        condition=call_search.CONDITIONS[only],
        found=call_search.BY_INDEX.format(hits=call_search.IN_WORDS) if text else "1",
    )
    values = ('"mull"*',) if text else ()
    plan = store._database.rows(f"EXPLAIN QUERY PLAN {statement}", 2**62, "", *values, 50, 0)
    steps = " / ".join(str(row[3]) for row in plan)
    assert f"USING INDEX calls_{only.value.replace('-', '_')}" in steps
    assert "TEMP B-TREE" not in steps
