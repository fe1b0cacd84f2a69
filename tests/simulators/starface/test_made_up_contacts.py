from __future__ import annotations

import re
from collections import Counter

import phonenumbers
import pytest

from datev_connector.simulators.starface import made_up_book, made_up_contacts
from datev_connector.simulators.starface.made_up_contacts import NO_NUMBERS

BOOK = made_up_book(2000)
NUMBERS = ("phone", "phone2", "homephone", "mobile", "fax")


def test_the_same_every_time_and_a_small_book_begins_a_big_one() -> None:
    assert made_up_contacts(300) == tuple(made.contact for made in BOOK[:300])
    assert made_up_contacts(20, seed=1) != made_up_contacts(20, seed=2)


def test_no_number_stands_twice() -> None:
    meant = [number for made in BOOK for number in made.numbers.values()]
    assert max(Counter(meant).values()) == 1


@pytest.mark.parametrize("column", NUMBERS)
def test_every_entry_means_what_it_says(column: str) -> None:
    for made in BOOK:
        written = getattr(made.contact, column)
        assert (column in made.numbers) == bool(written and written not in NO_NUMBERS)
        if column in made.numbers:
            plain = re.sub(r"\(Büro\)|\(0\)", "", written)
            read = phonenumbers.parse(plain.replace("/", " "), "DE")
            shown = phonenumbers.format_number(read, phonenumbers.PhoneNumberFormat.E164)
            assert shown == made.numbers[column], written


def test_people_and_companies_of_all_kinds() -> None:
    contacts = [made.contact for made in BOOK]
    assert any(c.company and not c.family_name for c in contacts)
    assert any(c.family_name and not c.company for c in contacts)
    assert any(c.fax for c in contacts)
    assert any("ß" in c.family_name for c in contacts)
    spellings = {re.sub(r"\d+", "9", c.phone) for c in contacts}
    assert len(spellings) > 15
