from __future__ import annotations

import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from datev_connector.datev.master_data.sdd import reading
from datev_connector.datev.master_data.sdd.lines import BadLine, End, Failure, Item, parse
from datev_connector.datev.master_data.sdd.reading import read_item
from datev_connector.domain.contacts import Contact, ContactKind, Medium, Source, StoredNumber

JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(st.characters()),
    lambda inner: st.lists(inner) | st.dictionaries(st.text(), inner),
    max_leaves=10,
)
CODES = st.sampled_from(["0", "1", "2", "3", "4", "5", "6", " 1 ", "7", "-1", "", None, 1, 5])
TEXTS = st.text(st.characters(exclude_categories=())) | st.none()
COMMUNICATIONS = st.fixed_dictionaries(
    {},
    optional={
        "medium": CODES | JSON,
        "nummer": TEXTS | JSON,
        "normierteNummer": TEXTS | JSON,
        "notiz": TEXTS | JSON,
    },
)
ITEMS = st.fixed_dictionaries(
    {},
    optional={
        "id": TEXTS | JSON,
        "name": TEXTS | JSON,
        "status": CODES | JSON,
        "typ": CODES | JSON,
        "communications": st.lists(COMMUNICATIONS | JSON) | JSON,
    },
)
SOURCES = st.sampled_from([Source.DATEV, Source.INSTITUTION])


def addressee(**fields: Any) -> Contact:
    contact = read_item({"id": "1", "name": "A", **fields}, Source.DATEV).contact
    assert contact is not None
    return contact


def numbers(*communications: dict[str, Any]) -> tuple[StoredNumber, ...]:
    return addressee(communications=list(communications)).numbers


@given(ITEMS, SOURCES)
def test_any_item_is_a_contact_or_counted(fields: dict[str, Any], source: Source) -> None:
    entry = read_item(fields, source)
    assert entry.spoiled >= 0
    if entry.contact is None:
        return
    contact = entry.contact
    assert contact.ref.source is source
    assert contact.ref.id == str(fields["id"])
    texts = [contact.ref.id, contact.name]
    for stored in contact.numbers:
        texts += [stored.number, stored.standardised, stored.note]
        assert stored.number
        assert len(stored.number) <= reading.LONGEST_NUMBER
    assert contact.name
    assert all(text.isprintable() and text.encode("utf-8") is not None for text in texts)


@given(ITEMS)
def test_spoiled_fields_cost_nothing_else(fields: dict[str, Any]) -> None:
    whole = {"id": "1", "name": "A", "typ": "2", "status": "0"}
    entry = read_item({**whole, "communications": fields.get("communications")}, Source.DATEV)
    assert entry.contact is not None
    assert (entry.contact.kind, entry.contact.active) == (ContactKind.COMPANY, False)


@pytest.mark.parametrize(
    ("typ", "kind"),
    [
        ("0", ContactKind.PERSON),
        ("1", ContactKind.PERSON),
        (" 2\n", ContactKind.COMPANY),
        (2, ContactKind.COMPANY),
        ("3", ContactKind.UNKNOWN),
        (None, ContactKind.UNKNOWN),
    ],
)
def test_typ_is_the_kind(typ: Any, kind: ContactKind) -> None:
    assert addressee(typ=typ).kind is kind


@pytest.mark.parametrize(
    ("status", "active"),
    [("0", False), (0, False), (" 0 ", False), ("1", True), ("2", True), ("", True), (None, True)],
)
def test_status_0_is_inactive(status: Any, active: bool) -> None:
    assert addressee(status=status).active is active


def test_an_institution_is_always_active_and_no_person() -> None:
    fields = {"id": "1", "name": "Amt", "status": "0", "typ": "1"}
    contact = read_item(fields, Source.INSTITUTION).contact
    assert contact is not None
    assert (contact.active, contact.kind) == (True, ContactKind.COMPANY)


@pytest.mark.parametrize(
    ("medium", "kept"),
    [
        ("1", Medium.PHONE),
        ("2", None),
        ("3", None),
        ("4", Medium.OTHER),
        ("5", Medium.FAX),
        ("6", Medium.OTHER),
        ("7", Medium.OTHER),
        (None, Medium.OTHER),
        (1, Medium.PHONE),
    ],
)
def test_medium_says_what_a_number_is_for(medium: Any, kept: Medium | None) -> None:
    found = [stored.medium for stored in numbers({"medium": medium, "nummer": "0911 1"})]
    assert found == ([] if kept is None else [kept])


def test_a_number_is_kept_as_it_was_typed() -> None:
    typed = " 0911 / 12-0 (Zentrale)\n"
    (stored,) = numbers(
        {"medium": "1", "nummer": typed, "normierteNummer": "0049911120", "notiz": "ab 8 Uhr"}
    )
    assert stored == StoredNumber(
        number="0911 / 12-0 (Zentrale)", standardised="0049911120", note="ab 8 Uhr"
    )


def test_the_standardised_number_serves_where_there_is_no_other() -> None:
    (stored,) = numbers({"medium": "1", "nummer": "", "normierteNummer": "00499111"})
    assert (stored.number, stored.standardised) == ("00499111", "00499111")


def test_numbers_that_are_none() -> None:
    assert numbers({"medium": "1"}, {"medium": "6", "nummer": "post@example.org"}) == ()
    # A phone number that nobody can read is told to people, so that they can mend it.
    assert numbers({"medium": "1", "nummer": "unbekannt"}) != ()


def test_the_same_number_twice_counts_once() -> None:
    assert len(numbers(*[{"medium": "1", "nummer": "0911 1"}] * 3)) == 1


@pytest.mark.parametrize("wrong", [None, "", "  ", "a\x00b", "\ud800", "x" * 201, [], True, 1.0])
def test_without_a_usable_id_there_is_no_contact(wrong: Any) -> None:
    assert read_item({"id": wrong, "name": "A"}, Source.DATEV).contact is None


@pytest.mark.parametrize("wrong", [None, "", " \n ", "\x00\ud800", [], {}, False])
def test_without_a_name_there_is_no_contact(wrong: Any) -> None:
    assert read_item({"id": "1", "name": wrong}, Source.DATEV).contact is None


def test_what_is_too_long_is_cut_or_left_out() -> None:
    long = addressee(
        name="N" * 10_000,
        communications=[
            {"medium": "1", "nummer": "0" * 101, "normierteNummer": "0049", "notiz": "n" * 999},
            *[{"medium": "1", "nummer": str(number)} for number in range(1000)],
        ],
    )
    assert len(long.name) == reading.LONGEST_NAME
    assert long.numbers[0].number == "0049"
    assert len(long.numbers[0].note) == reading.LONGEST_NOTE
    assert len(long.numbers) == reading.MOST_NUMBERS


# --- lines ----------------------------------------------------------------------------------------


@given(st.binary() | JSON.map(lambda value: json.dumps(value).encode()))
def test_any_line_is_read_or_bad(line: bytes) -> None:
    try:
        parse(line)
    except BadLine as bad:
        assert len(str(bad)) < 50
        assert bad.__cause__ is None


@given(ITEMS.filter(lambda fields: "id" in fields))
def test_an_item_comes_as_it_was_written(fields: dict[str, Any]) -> None:
    line = json.dumps(fields, ensure_ascii=True).encode()
    assert parse(line) == Item(json.loads(line)) or "nan" in line.decode().lower()


@given(st.integers(min_value=0, max_value=10**9))
def test_an_end_counts(items: int) -> None:
    assert parse(json.dumps({"end": items}).encode()) == End(items)


@pytest.mark.parametrize("end", [True, -1, 1.5, "1", None, []])
def test_an_end_without_a_count_is_bad(end: Any) -> None:
    with pytest.raises(BadLine, match="count"):
        parse(json.dumps({"end": end}).encode())


@given(JSON, JSON)
def test_an_error_is_one_whatever_else_it_says(code: Any, message: Any) -> None:
    line = parse(json.dumps({"error": code, "message": message}).encode())
    assert isinstance(line, Failure)
    assert (line.code + line.message).isprintable()
