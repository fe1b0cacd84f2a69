from __future__ import annotations

from itertools import count

import pytest
from hypothesis import given
from hypothesis import strategies as st

from datev_connector.domain.contacts import (
    ClientState,
    Contact,
    ContactKind,
    ContactRef,
    Medium,
    Source,
    StoredNumber,
)
from datev_connector.domain.dial_plan import DialPlan
from datev_connector.domain.mending import (
    CROWD,
    Fault,
    Finding,
    Holder,
    faults_of,
    is_first_in_common,
    sharing_of,
)

PLAN = DialPlan(area_code="721")
E164 = "+4972112345"
PERSON, COMPANY, UNKNOWN = ContactKind.PERSON, ContactKind.COMPANY, ContactKind.UNKNOWN


def contact(*numbers: str | StoredNumber, active: bool = True, **fields: object) -> Contact:
    stored = tuple(n if isinstance(n, StoredNumber) else StoredNumber(number=n) for n in numbers)
    made = {"ref": ContactRef(Source.DATEV, "1"), "name": "Test", "active": active, **fields}
    return Contact(numbers=stored, **made)  # type: ignore[arg-type]


def faults(contact: Contact) -> list[Fault]:
    return [finding.fault for finding in faults_of(contact, PLAN)]


def sharing(*names: str | tuple[str, ContactKind]) -> list[tuple[Fault, tuple[str, ...]]]:
    number = count(1)
    holders = [
        Holder(
            ref=ContactRef(Source.DATEV, f"{next(number):04}"),
            name=each if isinstance(each, str) else each[0],
            kind=PERSON if isinstance(each, str) else each[1],
        )
        for each in names
    ]
    return [
        (finding.fault, tuple(holder.name for holder in finding.holders))
        for finding in sharing_of(E164, holders, fold)
    ]


def fold(text: str) -> str:
    plain = text.casefold().translate(str.maketrans("äöü", "aou"))
    return "".join(sign if sign.isalnum() else " " for sign in plain)


# --- one contact ----------------------------------------------------------------------------------


def test_a_contact_in_order_has_no_fault() -> None:
    assert faults(contact("0721 / 1234-0", "+49 170 1234567", client_number="10001")) == []


@pytest.mark.parametrize(
    ("number", "reason"),
    [
        ("siehe oben", "holds no digits that form a number"),
        ("0721 1234567890123456", "is too long for a telephone number"),
        ("23", "has no more than 4 digits"),
    ],
)
def test_a_number_that_names_no_caller_is_told_with_its_reason(number: str, reason: str) -> None:
    (found,) = faults_of(contact(number), PLAN)
    assert (found.fault, found.reason) == (Fault.UNREADABLE, reason)
    assert found.holders[0].number == number


def test_special_numbers_are_in_order() -> None:
    assert faults(contact("116117")) == []


def test_a_number_that_is_read_in_part_is_in_order() -> None:
    assert faults(contact("0721 12345 (Büro, 2. Stock)")) == []


def test_a_completed_number_is_shown_as_it_was_completed() -> None:
    (found,) = faults_of(contact("55667"), PLAN)
    assert (found.fault, found.number) == (Fault.NO_AREA_CODE, "0721 55667")
    (found,) = faults_of(contact("1701234599"), PLAN)
    assert (found.fault, found.number) == (Fault.NO_AREA_CODE, "0170 1234599")


@pytest.mark.parametrize("note", ["Fax", "Telefax", "faxgerät", "FAX-Nr."])
def test_a_telephone_that_is_called_a_fax_is_told(note: str) -> None:
    assert faults(contact(StoredNumber(number="0721 12345", note=note))) == [Fault.FAX]
    assert faults(contact(f"0721 12345 {note}")) == [Fault.FAX]


@pytest.mark.parametrize("note", ["Telefon/Fax", "kein Fax", "Tel. und Fax", "Filialfax?", "Faxe"])
def test_what_is_no_fax_or_a_telephone_as_well_stays(note: str) -> None:
    found = faults(contact(StoredNumber(number="0721 12345", note=note)))
    assert found == ([Fault.FAX] if note == "Faxe" else [])


def test_a_fax_number_beside_a_telephone_number_in_one_field_is_told() -> None:
    (found,) = faults_of(contact("Tel. 0721 444444, Fax 0721 444445"), PLAN)
    assert (found.fault, found.reason) == (Fault.FAX, "holds a fax number beside another one")


@pytest.mark.parametrize("medium", [Medium.FAX, Medium.OTHER])
def test_what_is_stored_as_fax_or_else_may_be_anything(medium: Medium) -> None:
    assert faults(contact(StoredNumber(number="www.test.example", medium=medium))) == []


def test_a_client_without_a_telephone_is_told() -> None:
    fax = StoredNumber(number="0721 12345", medium=Medium.FAX)
    (found,) = faults_of(contact(fax, client_number="10001"), PLAN)
    assert found.fault is Fault.UNREACHABLE_CLIENT
    assert found.reason == "has no telephone number, only 1 of other kinds"
    (found,) = faults_of(contact(client_state=ClientState.ACTIVE), PLAN)
    assert found.reason == "has no number"
    former = contact(client_number="10001", client_state=ClientState.INACTIVE)
    assert faults(former) == []
    assert faults(contact()) == []


def test_who_is_inactive_is_told_only_as_an_active_client() -> None:
    assert faults(contact("siehe oben", active=False, client_number="10001")) == []
    active = contact("siehe oben", active=False, client_state=ClientState.ACTIVE)
    assert faults(active) == [Fault.INACTIVE_CLIENT]


@given(st.text(max_size=40), st.text(max_size=20), st.sampled_from(ClientState))
def test_any_text_is_judged(number: str, note: str, state: ClientState) -> None:
    stored = StoredNumber(number=number, note=note)
    for finding in faults_of(contact(stored, client_state=state), PLAN):
        assert finding.reason
        assert not finding.fault.of_numbers_in_common


# --- several contacts -----------------------------------------------------------------------------


@pytest.mark.parametrize(
    "names",
    [
        ("Anna Berger", "Berger, Anna"),
        ("Anna Berger", "Frau Dr. Anna Berger"),
        ("Jörg Groß", "JÖRG GROSS"),
        (("Müller GmbH", COMPANY), ("müller gmbh", UNKNOWN)),
    ],
)
def test_one_name_twice_is_a_double_and_nothing_else(
    names: tuple[str | tuple[str, ContactKind], ...],
) -> None:
    assert [fault for fault, _ in sharing(*names)] == [Fault.DOUBLE]


def test_a_person_and_a_company_of_one_name_are_no_double() -> None:
    assert sharing("Hans Müller", ("Hans Müller", COMPANY)) == []
    assert sharing(("Müller GmbH", COMPANY), ("Müller KG", COMPANY)) == []


@pytest.mark.parametrize(
    "names",
    [
        ("Anna Müller", "Max Müller"),
        ("Anna Müller", "Max Müller-Lang", "Lang, Emma"),
        ("Eva Schulz", ("Probebau GmbH", COMPANY), "Max Müller"),
        (("Müller GmbH", COMPANY), ("Müller Verwaltungs GmbH", COMPANY)),
        (("Müller GmbH & Co. KG", UNKNOWN), "Eva Schulz"),
        ("Anna Müller",),
    ],
)
def test_who_belongs_together_may_share_a_number(
    names: tuple[str | tuple[str, ContactKind], ...],
) -> None:
    assert sharing(*names) == []


@pytest.mark.parametrize(
    "names",
    [
        ("Anna Müller", "Anna Schmidt"),
        (("Bau GmbH", COMPANY), ("Hof GmbH", COMPANY)),
        (("Beteiligungs GmbH Nord", COMPANY), ("Beteiligungs GmbH Süd", COMPANY)),
        ("?", "!"),
    ],
)
def test_strangers_on_one_number_are_told(
    names: tuple[str | tuple[str, ContactKind], ...],
) -> None:
    assert [fault for fault, _ in sharing(*names)] == [Fault.SHARED]


def test_a_crowd_is_told_whoever_they_are() -> None:
    people = [f"Vorname{number} Müller" for number in range(CROWD)]
    assert sharing(*people[1:]) == []
    assert sharing(*people) == [(Fault.SHARED, tuple(sorted(people)))]


def test_a_double_counts_once_among_those_who_share() -> None:
    found = sharing("Anna Berger", "Berger, Anna", "Max Klein")
    assert found == [
        (Fault.DOUBLE, ("Anna Berger", "Berger, Anna")),
        (Fault.SHARED, ("Anna Berger", "Max Klein")),
    ]


def test_a_number_that_is_a_fax_with_all_but_one_is_not_shared() -> None:
    holders = [
        Holder(ref=ContactRef(Source.DATEV, "1"), name="Anna Klein"),
        Holder(ref=ContactRef(Source.DATEV, "2"), name="Max Groß", answers=False),
    ]
    assert [*sharing_of(E164, holders, fold)] == []


def test_one_contact_that_has_a_number_twice_shares_it_with_nobody() -> None:
    holder = Holder(ref=ContactRef(Source.DATEV, "1"), name="Anna Klein")
    assert [*sharing_of(E164, [holder, holder], fold)] == []


def test_clients_come_first() -> None:
    holders = [
        Holder(ref=ContactRef(Source.DATEV, "1"), name="Anna Klein", kind=PERSON),
        Holder(
            ref=ContactRef(Source.DATEV, "2"), name="Zoe Groß", kind=PERSON, client_number="10001"
        ),
    ]
    (found,) = sharing_of(E164, holders, fold)
    assert isinstance(found, Finding)
    assert [holder.name for holder in found.holders] == ["Zoe Groß", "Anna Klein"]
    assert found.number == "0721 12345"


def test_of_several_numbers_in_common_only_the_first_is_told() -> None:
    both = [contact("0721 12345", "0170 1234567"), contact("0170 1234567", "0721 12345")]
    assert is_first_in_common("+491701234567", both, PLAN)
    assert not is_first_in_common("+4972112345", both, PLAN)
    assert is_first_in_common("+4972112345", [], PLAN)
