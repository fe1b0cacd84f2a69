from __future__ import annotations

import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from datev_connector.datev.master_data.connect.reading import (
    LONGEST_NAME,
    LONGEST_NUMBER,
    MOST_NUMBERS,
    read_addressee,
    read_client,
    read_listed,
)
from datev_connector.domain.contacts import Contact, ContactKind, Medium, StoredNumber
from datev_connector.domain.dial_plan import DialPlan
from datev_connector.domain.master_data import Client, Listed
from datev_connector.domain.matching import index_keys

COMPANY: dict[str, Any] = {
    "id": "a-1",
    "type": "legal_person",
    "status": "active",
    "timestamp": "2025-02-11T09:14:05.320",
    "current_company_name": "Probebau Süd GmbH",
    "current_short_name": "Probebau",
    "communications": [
        {
            "id": "c-1",
            "type": "phone",
            "data_content": "089 / 99998-030",
            "number_standardized": "00498999998030",
            "note": "Zentrale",
            "is_main_communication": True,
            "is_management_phone": False,
        },
        {"id": "c-2", "type": "fax", "data_content": "089 / 99998-039"},
        {"id": "c-3", "type": "email", "data_content": "post@probebau.example"},
        {"id": "c-4", "type": "url", "data_content": "https://probebau.example"},
        {"id": "c-5", "type": "other", "data_content": "+49 171 3920077", "note": "mobil"},
    ],
}
PERSON: dict[str, Any] = {
    "id": "a-2",
    "type": "natural_person",
    "firstname": "Käthe",
    "current_surname": "von der Aue",
    "communications": [],
}
CLIENT: dict[str, Any] = {
    "id": "k-1",
    "number": 10042,
    "name": "Probebau",
    "type": "legal_person",
    "status": "active",
    "legal_person_id": "a-1",
    "timestamp": "2025-02-11T09:14:05.320",
}
HISTORY = [
    {"value": "Neu GmbH", "valid_from": "2024-01-01"},
    {"value": "Alt GmbH", "valid_from": "1999-01-01"},
    {"value": "", "valid_from": "2025-01-01"},
    "falsch",
]
ANYTHING = st.recursive(
    st.none()
    | st.booleans()
    | st.integers()
    | st.floats()
    | st.text()
    | st.sampled_from(["phone", "fax", "inactive", "legal_person", "9" * 30, "x" * 10_000]),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(), inner, max_size=4),
    max_leaves=8,
)


def addressee(**fields: Any) -> Contact:
    found = read_addressee({"id": "a", "current_company_name": "N", **fields}, "a")
    assert found is not None
    return found


def test_a_company() -> None:
    found = read_addressee(COMPANY, "a-1")
    assert found is not None
    assert (found.name, found.kind, found.active) == (
        "Probebau Süd GmbH",
        ContactKind.COMPANY,
        True,
    )
    assert found.numbers == (
        StoredNumber(
            number="089 / 99998-030", standardised="00498999998030", note="Zentrale", main=True
        ),
        StoredNumber(number="089 / 99998-039", medium=Medium.FAX),
        StoredNumber(number="+49 171 3920077", medium=Medium.OTHER, note="mobil"),
    )


def test_a_person() -> None:
    found = read_addressee({**PERSON, "status": "inactive"}, "a-2")
    assert found is not None
    assert (found.name, found.kind, found.active) == (
        "Käthe von der Aue",
        ContactKind.PERSON,
        False,
    )


@pytest.mark.parametrize(
    ("fields", "name", "kind"),
    [
        ({"current_surname": "Aue"}, "Aue", ContactKind.PERSON),
        ({"firstname": "Eva", "surnames": HISTORY}, "Eva Neu GmbH", ContactKind.PERSON),
        ({"company_names": HISTORY}, "Neu GmbH", ContactKind.COMPANY),
        ({"surrogate_name": "Aue, Eva", "firstname": "Eva"}, "Aue, Eva", ContactKind.UNKNOWN),
        ({"firstname": "Eva", "current_short_name": "AUE"}, "Eva", ContactKind.UNKNOWN),
        ({"current_short_name": "AUE"}, "AUE", ContactKind.UNKNOWN),
        ({"short_names": [{"value": "Kurz"}]}, "Kurz", ContactKind.UNKNOWN),
        (
            {"type": "natural_person", "current_company_name": "Eva Aue e.K."},
            "Eva Aue e.K.",
            ContactKind.PERSON,
        ),
        (
            {"type": "legal_person", "current_surname": "Aue", "current_company_name": " \t"},
            "Aue",
            ContactKind.COMPANY,
        ),
    ],
)
def test_names_and_what_stands_in_for_them(
    fields: dict[str, Any], name: str, kind: ContactKind
) -> None:
    found = read_addressee(fields, "a")
    assert found is not None
    assert (found.name, found.kind) == (name, kind)


@pytest.mark.parametrize(
    "value",
    [None, 7, "x", [], [COMPANY], {}, {"id": "a-1"}, {"id": "b", "current_company_name": "B"}],
)
def test_what_is_no_use(value: Any) -> None:
    assert read_addressee(value, "a-1") is None


def test_an_id_in_other_letters_or_missing_is_the_one_asked_for() -> None:
    for own in ("A-1", None, 7, ""):
        found = read_addressee({**COMPANY, "id": own}, "a-1")
        assert found is not None
        assert found.ref.id == "a-1"


def test_texts_that_are_too_long() -> None:
    found = addressee(
        current_company_name="Überlänge " * 1000,
        communications=[
            {"type": "phone", "data_content": "0" * 10_000},
            {"type": "phone", "data_content": "9" * 30, "note": "n" * 10_000},
            {"type": "phone", "data_content": "1" * 200, "number_standardized": "0049891"},
        ],
    )
    assert len(found.name) <= LONGEST_NAME
    assert [n.number for n in found.numbers] == ["9" * 30, "0049891"]
    assert len(found.numbers[0].note) == 100


def test_numbers_that_are_no_texts() -> None:
    wrong: list[Any] = [True, -3, 1.5, None, ["089"], {"x": "089"}, 8912345, 10**300]
    found = addressee(communications=[{"type": "phone", "data_content": each} for each in wrong])
    assert [n.number for n in found.numbers] == ["8912345"]
    assert addressee(communications={"type": "phone"}).numbers == ()
    assert addressee(communications=[7, None, "089", []]).numbers == ()


def test_a_number_of_unknown_kind_does_not_answer() -> None:
    for kind in (None, 7, "pager", ["phone"]):
        (number,) = addressee(communications=[{"type": kind, "data_content": "089 1"}]).numbers
        assert number.medium is Medium.OTHER
    (number,) = addressee(communications=[{"type": " Phone ", "data_content": "089 1"}]).numbers
    assert number.medium is Medium.PHONE


def test_doubles_and_masses_of_numbers() -> None:
    many = [{"type": "phone", "data_content": f"089 {n // 2}"} for n in range(10_000)]
    assert len(addressee(communications=many).numbers) == MOST_NUMBERS // 2


def test_letters_that_nobody_can_see() -> None:
    found = addressee(current_company_name="A\x00B\r\n\ud800 C\u200b", communications=[])
    assert found.name == "A B C"
    found.name.encode()


def test_clients() -> None:
    made = Client(id="k-1", owner="a-1", number="10042")
    assert read_client(CLIENT) == made
    for number in ("10042", " 10042 ", 10042.0):
        assert read_client({**CLIENT, "number": number}) == made
    inactive = read_client({**CLIENT, "status": "inactive"})
    assert inactive is not None
    assert not inactive.active
    both = {**CLIENT, "natural_person_id": "p"}
    owners = {kind: read_client({**both, "type": kind}) for kind in ("legal_person", "x", None)}
    assert [each.owner if each else "" for each in owners.values()] == ["a-1", "p", "p"]


@pytest.mark.parametrize(
    "fields",
    [
        {"id": None},
        {"id": 7},
        {"legal_person_id": None},
        {"number": None},
        {"number": True},
        {"number": -1},
        {"number": 1.5},
        {"number": 10**300},
        {"number": []},
        {"number": "9" * 30},
    ],
)
def test_clients_of_no_use(fields: dict[str, Any]) -> None:
    assert read_client({**CLIENT, **fields}) is None
    assert read_client(list(fields)) is None


def test_listed() -> None:
    assert read_listed(COMPANY) == Listed(id="a-1", stamp="2025-02-11T09:14:05.320")
    stamps: list[Any] = [None, 7, [], "x" * 10_000]
    for stamp in stamps:
        assert read_listed({"id": "a", "timestamp": stamp}) == Listed(id="a", stamp="")
    values: list[Any] = [None, 7, "a", [], {}, {"id": None}, {"id": ""}, {"id": "x" * 10_000}]
    for value in values:
        assert read_listed(value) is None


@st.composite
def spoiled(draw: st.DrawFn, good: dict[str, Any]) -> Any:
    """A good entry with any of its fields missing, or anything else."""
    entry = json.loads(json.dumps(good))
    for name in draw(st.lists(st.sampled_from(sorted(good)), max_size=6)):
        if draw(st.booleans()):
            entry.pop(name, None)
        else:
            entry[name] = draw(ANYTHING)
    numbers = entry.get("communications")
    for each in numbers if isinstance(numbers, list) else ():
        if isinstance(each, dict) and each:
            each[draw(st.sampled_from(sorted(each)))] = draw(ANYTHING)
    return entry


def _spoiled_or_anything(good: dict[str, Any]) -> st.SearchStrategy[Any]:
    return ANYTHING | spoiled(good)


@given(_spoiled_or_anything(COMPANY) | _spoiled_or_anything(PERSON))
def test_nothing_that_comes_is_an_exception(value: Any) -> None:
    found = read_addressee(value, "a-1")
    if found is not None:
        assert found.name
        assert found.name == found.name.strip()
        assert found.name.isprintable()
        for number in found.numbers:
            assert 0 < len(number.number) <= LONGEST_NUMBER
            index_keys(number, DialPlan(area_code="089"))
    listed = read_listed(value)
    assert listed is None or listed.id


@given(_spoiled_or_anything(CLIENT))
def test_no_client_is_an_exception(value: Any) -> None:
    found = read_client(value)
    assert found is None or (found.id and found.owner and found.number)
