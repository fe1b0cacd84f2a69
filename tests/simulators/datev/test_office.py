from __future__ import annotations

import re
from collections import Counter
from datetime import datetime

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from datev_connector.simulators.datev import Office
from datev_connector.simulators.datev.master_data import MasterData
from datev_connector.simulators.datev.seeded import Entity

COUNT = 2000
NOW = datetime(2026, 11, 23, 9, 0)  # noqa: DTZ001 -- DATEVconnect gives times without zone


@pytest.fixture(scope="module")
def addressees() -> list[Entity]:
    office = Office(count=COUNT, seed=7)
    return [office.addressee(index) for index in range(COUNT)]


def lines(addressee: Entity, kind: str = "phone") -> list[Entity]:
    return [item for item in addressee["communications"] if item["type"] == kind]


def test_the_same_seed_makes_the_same_office(addressees: list[Entity]) -> None:
    assert addressees[1999] == Office(count=COUNT, seed=7).addressee(1999)
    assert addressees[0]["id"] != Office(count=COUNT, seed=8).addressee(0)["id"]


def test_every_kind_of_trouble_occurs(addressees: list[Entity]) -> None:
    assert {entry["type"] for entry in addressees} == {"natural_person", "legal_person"}
    assert {entry["status"] for entry in addressees} == {"active", "inactive"}
    phones = [item for entry in addressees for item in lines(entry)]
    assert any(item["data_content"].endswith("-0") for item in phones)
    assert any(item.get("note") == "mobil" for item in phones)
    assert any("number_standardized" not in item for item in phones)
    assert any(not re.search(r"\d", item["data_content"]) for item in phones)
    assert any(lines(entry, "fax") for entry in addressees)
    assert any(not entry["communications"] for entry in addressees)
    numbers = Counter(item.get("number_standardized") for item in phones)
    del numbers[None]
    assert any(count > 1 for count in numbers.values())


def test_a_direct_line_has_the_stem_of_its_company(addressees: list[Entity]) -> None:
    office = Office(count=COUNT, seed=7)
    head = lines(office.addressee(10))[0]["number_standardized"]
    direct = lines(office.addressee(14))[0]["number_standardized"]
    assert head.endswith("0")
    assert direct.startswith(head[:-1])
    assert direct != head


def test_ids_are_unique_and_lead_back(addressees: list[Entity]) -> None:
    office = Office(count=COUNT, seed=7)
    ids = [entry["id"] for entry in addressees]
    ids += [item["id"] for entry in addressees for item in entry["communications"]]
    assert len(set(ids)) == len(ids)
    assert all(office.addressee_index(entry["id"]) == n for n, entry in enumerate(addressees))
    assert office.addressee_index("nonsense") is None
    assert office.addressee_index(office.client_id(3)) is None


def test_fields_keep_to_their_lengths(addressees: list[Entity]) -> None:
    limits = {
        "current_short_name": 15,
        "current_surname": 30,
        "firstname": 30,
        "current_company_name": 50,
    }
    for entry in addressees:
        assert all(len(entry.get(name, "")) <= limit for name, limit in limits.items())
        assert None not in entry.values()
        assert all(len(item["data_content"]) <= 60 for item in entry["communications"])


@settings(deadline=None)
@given(st.integers(0, 10**6), st.integers(0, 99_999))
def test_any_index_can_be_made_alone(seed: int, index: int) -> None:
    office = Office(count=100_000, seed=seed)
    made = office.addressee(index)
    assert office.addressee_index(made["id"]) == index
    client = office.client(index)
    if client is not None:
        owner = client.get("natural_person_id", client.get("legal_person_id"))
        assert owner == made["id"]
        assert office.client_index(client["id"]) == index


def test_changes_overlay_the_base_and_deletions_are_logged() -> None:
    data = MasterData(Office(count=3))
    first, second, third = (entry["id"] for entry in data.addressees)
    data.addressees.change(first, {"status": "inactive", "current_short_name": None}, NOW)
    data.addressees.delete(second, NOW)
    data.addressees.put({"id": "new", "type": "natural_person"}, NOW)
    assert [entry["id"] for entry in data.addressees] == [third, first, "new"]
    changed = data.addressees.get(first)
    assert changed is not None
    assert changed["timestamp"] == "2026-11-23T09:00:00.000"
    assert "current_short_name" not in changed
    assert changed["communications"]
    assert data.addressees.get(second) is None
    assert data.addressees.deletion_log == [{"id": second, "timestamp": "2026-11-23T09:00:00.000"}]
    with pytest.raises(KeyError):
        data.addressees.delete(second, NOW)
    data.addressees.put({"id": second, "type": "natural_person"}, NOW)
    assert [entry["id"] for entry in data.addressees.deletion_log] == [second], "it only grows"
    assert data.addressees.get(second) is not None


def test_what_people_type_into_a_field_for_one_number(addressees: list[Entity]) -> None:
    phones = [item["data_content"] for entry in addressees for item in lines(entry)]
    assert any(" oder " in number for number in phones)
    assert any("nur abends" in number for number in phones)
    assert any(re.fullmatch(r"5\d\d \d{4}", number) for number in phones)
    assert any(number.startswith(("+43", "0043")) for number in phones)
    assert any("０" in number for number in phones)
    assert any(item["is_management_phone"] for entry in addressees for item in lines(entry))


def test_contact_persons_are_addressees(addressees: list[Entity]) -> None:
    ids = {entry["id"] for entry in addressees}
    named = [each for entry in addressees for each in entry.get("contact_persons", ())]
    assert len(named) > COUNT / 20
    assert all(each["addressee_id"] in ids for each in named)


def test_some_are_clients_twice_and_some_clients_are_inactive() -> None:
    data = MasterData(Office(count=COUNT, seed=7))
    clients = list(data.clients)
    assert len({client["id"] for client in clients}) == len(clients)
    assert len({client["number"] for client in clients}) == len(clients)
    twice = [client for client in clients if client["type"] == "individual_enterprise"]
    owner = twice[0]["natural_person_id"]
    assert [client["type"] for client in data.clients_of(owner)] == [
        "natural_person",
        "individual_enterprise",
    ]
    assert data.clients.get(twice[0]["id"]) == twice[0]
    inactive = [client for client in clients if client["status"] == "inactive"]
    owners = [data.addressees.get(client.get("legal_person_id", "")) for client in inactive]
    assert any(each is not None and each["status"] == "active" for each in owners)
