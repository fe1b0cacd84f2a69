from __future__ import annotations

from pathlib import Path

import pytest

from datev_connector.domain.contacts import Medium, Source, StoredNumber
from datev_connector.store import findings
from tests.store.support import PLAN, contact, load, open_store

FAX = StoredNumber(number="0721 5555", medium=Medium.FAX)


@pytest.fixture(autouse=True)
def _small_pages(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(findings, "PAGE_CONTACTS", 2)
    monkeypatch.setattr(findings, "PAGE_KEYS", 2)


def test_only_what_may_have_a_fault_is_read_clients_apart(tmp_path: Path) -> None:
    with open_store(tmp_path) as store:
        load(
            store,
            contact("1", "In Ordnung", "0721 12345", "+49 170 1234567", client_number="10001"),
            contact("2", "Ohne Nummer", client_number="10002"),
            contact("3", "Nur Fax", FAX, client_number="10003"),
            contact("4", "Ruht", "0721 12345", active=False, client_number="10004"),
            contact("5", "Unlesbar", "siehe oben", client_number="10005"),
            contact("6", "Kein Mandant"),
            contact("7", "Ortsnummer", "55667"),
            contact("8", "Fax im Text", StoredNumber(number="0721 77777", note="Telefax")),
            contact("9", "Ruht auch", "siehe oben", active=False),
        )
        load(store, contact("1", "Amt", "siehe unten", source=Source.INSTITUTION))
        load(store, contact("1", "Anlage", "siehe oben", source=Source.STARFACE))
        clients = [each.ref.id for each, _ in store.findings.suspects(clients=True)]
        others = [
            (each.ref.source, each.ref.id) for each, _ in store.findings.suspects(clients=False)
        ]
    assert clients == ["2", "3", "4", "5"]
    assert others == [
        (Source.DATEV, "7"),
        (Source.DATEV, "8"),
        (Source.INSTITUTION, "1"),
    ]


def test_a_suspect_comes_whole_and_with_the_numbers_that_are_in_order(tmp_path: Path) -> None:
    kept = StoredNumber(number="0721 12345-0", note="Zentrale", main=True)
    whole = contact("1", "Test", "siehe oben", kept, "55667", FAX, client_number="10001")
    with open_store(tmp_path) as store:
        load(store, whole)
        ((found, evident),) = store.findings.suspects(clients=True)
    assert found == whole
    assert evident == {1, 3}


def test_numbers_in_common_come_with_those_who_are_active(tmp_path: Path) -> None:
    with open_store(tmp_path) as store:
        load(
            store,
            contact("1", "Eins", "0721 12345"),
            contact("2", "Zwei", "+49 721 12345", client_number="10002"),
            contact("3", "Ruht", "0721 12345", active=False),
            contact("4", "Allein", "0721 99999"),
            contact("5", "Fünf", "0721 8888", FAX),
            contact("6", "Ruht", "0721 8888", active=False),
        )
        load(
            store,
            contact("1", "Amt", "0721/12345", source=Source.INSTITUTION),
            contact("2", "Kasse", FAX, source=Source.INSTITUTION),
        )
        book = contact("1", "Anlage", "0721 99999", "0721 12345", source=Source.STARFACE)
        load(store, book)
        found = {
            number: {(each.ref.source.value, each.ref.id, each.answers) for each in holders}
            for number, holders in store.findings.in_common(2, 100)
        }
        client = next(
            holder
            for _, holders in store.findings.in_common(2, 100)
            for holder in holders
            if holder.is_client
        )
        assert [*store.findings.in_common(5, 100)] == []
    assert found == {
        "+4972112345": {("datev", "1", True), ("datev", "2", True), ("institution", "1", True)},
        "+497215555": {("datev", "5", False), ("institution", "2", False)},
    }
    assert (client.name, client.number, client.client_number) == ("Zwei", "+49 721 12345", "10002")


def test_what_was_replaced_is_not_looked_at(tmp_path: Path) -> None:
    with open_store(tmp_path) as store:
        load(store, contact("1", "Alt", "siehe oben"), contact("2", "Alt", "siehe oben"))
        load(store, contact("1", "Neu", "0721 12345"))
        assert [*store.findings.suspects(clients=False)] == []
        totals = store.findings.totals()
    assert (totals.contacts, totals.numbers, totals.without_number) == (1, 1, 0)


def test_totals_count_datev_alone(tmp_path: Path) -> None:
    with open_store(tmp_path) as store:
        assert store.findings.totals().contacts == 0
        load(store, contact("1", "Eins", "0721 1", "0721 2"), contact("2", "Zwei"))
        load(store, contact("1", "Amt", FAX, source=Source.INSTITUTION))
        load(store, contact("1", "Anlage", source=Source.STARFACE))
        totals = store.findings.totals()
    assert (totals.contacts, totals.numbers, totals.without_number) == (3, 3, 1)


def test_many_pages_lose_nothing(tmp_path: Path) -> None:
    with open_store(tmp_path) as store:
        load(store, *(contact(f"{n}", f"Test {n}", "55667", "siehe oben") for n in range(9)))
        found = [each.ref.id for each, _ in store.findings.suspects(clients=False)]
        ((number, holders),) = store.findings.in_common(2, 100)
    assert found == [f"{n}" for n in range(9)]
    assert (number, len(holders)) == (f"+49{PLAN.area_code}55667", 9)
