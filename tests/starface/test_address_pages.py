"""Pages of the address book, as they should be and as they should not."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from datev_connector.domain.contacts import (
    Contact,
    ContactKind,
    ContactRef,
    Medium,
    Source,
    StoredNumber,
)
from datev_connector.starface.address_book.pages import (
    BadPage,
    Gathering,
    Page,
    Scheme,
    read_extensions,
    read_page,
    read_scheme,
)

GERMAN = {"NAME": "Vorname", "SURNAME": "Nachname", "COMPANY": "Firma", "PHONE_NUMBER": "Rufnummer"}
ENGLISH = {"NAME": "First name", "SURNAME": "Last name", "COMPANY": "Company"}
SUMMARY = ("NAME", "SURNAME", "COMPANY")
NUMBERS = ("PHONE_NUMBER", "OFFICE_PHONE_NUMBER", "MOBILE_PHONE_NUMBER", "FAX_NUMBER")


def block(*keys: str, words: dict[str, str] | None = None) -> dict[str, Any]:
    words = words or {}
    return {
        "name": "contact",
        "attributes": [
            {"displayKey": key, "name": f"c{place}", "i18nDisplayName": words.get(key, key)}
            for place, key in enumerate(keys)
        ],
    }


def named(*names: str) -> dict[str, Any]:
    return {"attributes": [{"displayKey": "", "name": name} for name in names]}


def entry(contact_id: object, *values: object, numbers: object = ()) -> dict[str, Any]:
    return {
        "id": contact_id,
        "summaryValues": list(values),
        "phoneNumberValues": list(numbers) if isinstance(numbers, tuple) else numbers,
    }


def page(*entries: object, total: object = 1, **changes: Any) -> dict[str, Any]:
    return {
        "contacts": list(entries),
        "metadata": {"page": 0, "totalPages": total},
        "summaryBlockSchema": block(*SUMMARY),
        "phoneNumbersBlockSchema": block(*NUMBERS),
    } | changes


def contact(contact_id: str, name: str, *numbers: str, kind: str = "person") -> Contact:
    return Contact(
        ref=ContactRef(Source.STARFACE, contact_id),
        name=name,
        kind=ContactKind(kind),
        numbers=tuple(StoredNumber(number=number) for number in numbers),
    )


def only(value: dict[str, Any], scheme: Scheme | None = None) -> Contact:
    (found,) = read_page(value, scheme or Scheme()).contacts
    return found


# --- columns --------------------------------------------------------------------------------------


def test_places_are_what_the_schema_says() -> None:
    numbers = ("0721 1", "", "0170 2", "0721 3")
    found = only(page(entry("7", "Ada", "Byron", "Maschinen KG", numbers=numbers)))
    assert found.ref == ContactRef(Source.STARFACE, "7")
    assert (found.name, found.kind) == ("Ada Byron, Maschinen KG", ContactKind.PERSON)
    assert [(n.number, n.medium) for n in found.numbers] == [
        ("0721 1", Medium.PHONE),
        ("0170 2", Medium.MOBILE),
        ("0721 3", Medium.FAX),
    ]


@pytest.mark.parametrize("words", [GERMAN, ENGLISH, {}])
def test_the_language_of_the_names_makes_no_difference(words: dict[str, str]) -> None:
    value = page(
        entry("7", "Ada", "Byron", numbers=("1",)), summaryBlockSchema=block(*SUMMARY, words=words)
    )
    assert only(value) == contact("7", "Ada Byron", "1")


def test_columns_in_another_order_and_others_between_them() -> None:
    value = page(
        entry("7", "a@b.c", "Byron", "Dr.", "Ada", numbers=("x", "0721 1")),
        summaryBlockSchema=block("EMAIL", "SURNAME", "TITLE", "NAME"),
        phoneNumbersBlockSchema=block("USER_DEFINED", "private_phone_number"),
    )
    assert only(value) == contact("7", "Ada Byron", "0721 1")


@pytest.mark.parametrize(
    ("summary", "numbers"),
    [
        (("firstname", "familyname"), ("phone2",)),
        (("Vorname", "Nachname"), ("Telefon",)),
        (("firstname", "lastname"), ("homephone",)),
    ],
)
def test_names_of_columns_help_where_there_are_no_keys(
    summary: tuple[str, ...], numbers: tuple[str, ...]
) -> None:
    value = page(
        entry("7", "Ada", "Byron", numbers=("1",)),
        summaryBlockSchema=named(*summary),
        phoneNumbersBlockSchema=named(*numbers),
    )
    assert only(value) == contact("7", "Ada Byron", "1")


def test_a_key_that_is_known_wins_over_a_name() -> None:
    odd = {"attributes": [{"displayKey": "EMAIL", "name": "phone"}, *block(*NUMBERS)["attributes"]]}
    value = page(entry("7", "Ada", numbers=("a@b.c", "1")), phoneNumbersBlockSchema=odd)
    assert only(value) == contact("7", "Ada", "1")


def test_the_scheme_of_the_book_helps_where_a_page_names_no_columns() -> None:
    scheme = read_scheme({"summaryBlock": block(*SUMMARY), "phoneNumbersBlock": block(*NUMBERS)})
    bare = page(entry("7", "Ada", numbers=("1",)))
    del bare["summaryBlockSchema"]
    bare["phoneNumbersBlockSchema"] = None
    assert only(bare, scheme) == contact("7", "Ada", "1")
    with pytest.raises(BadPage, match="no columns"):
        read_page(bare, Scheme())


@pytest.mark.parametrize("value", [None, [], "x", {"summaryBlock": 7, "phoneNumbersBlock": {}}])
def test_a_scheme_that_says_nothing(value: Any) -> None:
    assert not read_scheme(value).usable


# --- entries --------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("values", "name", "kind"),
    [
        (("Ada", "Byron", ""), "Ada Byron", "person"),
        (("", "Byron", ""), "Byron", "person"),
        (("", "", "Maschinen KG"), "Maschinen KG", "company"),
        ((" Ada\u00a0 ", "By\r\nron\x00", ""), "Ada By ron", "person"),
        (("Ada",), "Ada", "person"),
        (("Ada", None, 7, "more"), "Ada", "person"),
    ],
)
def test_the_name_that_is_shown(values: tuple[object, ...], name: str, kind: str) -> None:
    assert only(page(entry("7", *values))) == contact("7", name, kind=kind)


@pytest.mark.parametrize(
    "bad",
    [
        None,
        "x",
        [],
        {},
        entry("", "Ada"),
        entry(None, "Ada"),
        entry(True, "Ada"),
        entry(1.5, "Ada"),
        entry("x" * 300, "Ada"),
        entry(10**400, "Ada"),
        entry("7"),
        entry("7", " ", "\t"),
        entry("7", ["Ada"], {"a": 1}),
        {"id": "7", "summaryValues": "Ada"},
        {"id": "7", "summaryValues": None},
    ],
)
def test_an_entry_that_cannot_be_read_costs_itself_only(bad: object) -> None:
    found = read_page(page(entry("1", "Ada"), bad, entry("2", "Bob")), Scheme())
    assert [one.name for one in found.contacts] == ["Ada", "Bob"]
    assert (found.entries, found.left_out) == (3, 1)


@pytest.mark.parametrize("numbers", [None, "0721", 7, {}, [None, 7, ["1"], "", " "], ["1" * 200]])
def test_numbers_that_cannot_be_read_are_none(numbers: Any) -> None:
    value = page({"id": 7, "summaryValues": ["Ada"], "phoneNumberValues": numbers})
    assert only(value) == contact("7", "Ada")


def test_the_same_number_twice_is_one() -> None:
    assert only(page(entry("7", "Ada", numbers=("1", "1")))) == contact("7", "Ada", "1")


# --- pages ----------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("value", "why"),
    [
        (None, "no object"),
        ([], "no object"),
        ({}, "without contacts"),
        (page(contacts={}), "without contacts"),
        (page(metadata=None), "how many"),
        (page(total=None), "how many"),
        (page(total=-1), "how many"),
        (page(total=True), "how many"),
        (page(total=1.5), "how many"),
        (page(total="many"), "how many"),
        (page(entry("1", "A"), summaryBlockSchema=block("EMAIL")), "no columns"),
        (page(entry("1", "A"), phoneNumbersBlockSchema=block("EMAIL")), "no columns"),
    ],
)
def test_a_page_that_cannot_be_read_as_a_whole(value: Any, why: str) -> None:
    with pytest.raises(BadPage, match=why):
        read_page(value, Scheme())


def test_an_empty_book_needs_no_columns() -> None:
    found = read_page({"contacts": [], "metadata": {"totalPages": "0"}}, Scheme())
    assert found == Page(contacts=(), entries=0, left_out=0, total_pages=0)


MEMBERS = (
    *("id", "contacts", "metadata", "totalPages", "attributes", "displayKey", "name", "type"),
    *("summaryValues", "phoneNumberValues", "summaryBlockSchema"),
)
JSON = st.recursive(
    st.none() | st.booleans() | st.floats() | st.integers() | st.text(max_size=6),
    lambda inner: (
        st.lists(inner, max_size=4)
        | st.dictionaries(
            st.sampled_from(MEMBERS),
            inner,
            max_size=4,
        )
    ),
    max_leaves=20,
)


@given(value=JSON, holes=st.dictionaries(st.sampled_from(sorted(page())), JSON, max_size=2))
def test_wrong_types_anywhere_end_in_contacts_or_a_reason(
    value: Any, holes: dict[str, Any]
) -> None:
    read_extensions(value)
    scheme = read_scheme(value)
    for given_page in (value, page(value, entry("1", "Ada")) | holes):
        try:
            found = read_page(given_page, scheme)
        except BadPage as reason:
            assert str(reason)
        else:
            assert len(found.contacts) + found.left_out == found.entries
            assert all(one.name and one.ref.id for one in found.contacts)


# --- all pages together ---------------------------------------------------------------------------

IDS = st.sampled_from("abcdef")
NUMBER = st.sampled_from(["1", "2", "3"])
PEOPLE = st.lists(st.builds(lambda i, ns: contact(i, i.upper(), *ns), IDS, st.sets(NUMBER)))


@given(pages=st.lists(PEOPLE, max_size=5))
def test_each_contact_is_there_once_with_all_its_numbers(pages: list[list[Contact]]) -> None:
    found = Gathering()
    for people in pages:
        found.add(
            Page(
                contacts=tuple(people), entries=len(people) + 1, left_out=1, total_pages=len(pages)
            )
        )
    everybody = [one for people in pages for one in people]
    assert {one.ref for one in found.contacts} == {one.ref for one in everybody}
    assert len(found) == len(found.contacts)
    assert found.left_out == len(pages)
    for one in found.contacts:
        wanted = {n for other in everybody if other.ref == one.ref for n in other.numbers}
        assert set(one.numbers) == wanted
        assert len(one.numbers) == len(wanted)


def test_the_later_page_knows_better() -> None:
    found = Gathering()
    for name, number in (("Alt", "1"), ("Neu", "2")):
        people = (contact("7", name, number),)
        found.add(Page(contacts=people, entries=1, left_out=0, total_pages=2))
    assert found.contacts == (contact("7", "Neu", "2", "1"),)


# --- accounts -------------------------------------------------------------------------------------


def test_the_extensions_of_our_own_people() -> None:
    kinds = ("USER", "GROUP", "REMOTE_USER", "REMOTE_GROUP", None, 7)
    accounts: list[Any] = [
        {"type": kind, "primaryInternalPhoneNumber": str(place)} for place, kind in enumerate(kinds)
    ]
    odd = ("", "+49721", "12a", None, 7, "1" * 30, "²")
    accounts += [{"type": "USER", "primaryInternalPhoneNumber": number} for number in odd]
    assert read_extensions([*accounts, None, "x"]) == {"0", "1"}
    assert read_extensions({"a": 1}) == frozenset()
