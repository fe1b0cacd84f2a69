from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from datev_connector.domain.masking import Masked, mask_name, mask_note, mask_number


def test_a_number_keeps_its_last_digits() -> None:
    assert mask_number("+49 721 123456") == "***456"
    assert mask_number("123456") == "***56"
    assert mask_number("4711") == "***"
    assert mask_number("anonymous") == "***"
    assert mask_number("") == ""


def test_a_name_keeps_its_first_letter() -> None:
    assert mask_name(" Erika Mustermann") == "E***"
    assert mask_name("Ito") == "***"
    assert mask_name("  ") == ""


def test_a_note_keeps_its_length() -> None:
    assert mask_note("ruft zurück") == "(11 characters)"
    assert mask_note("") == ""


@given(st.text("0123456789+-/() ", max_size=30))
def test_at_least_half_of_the_digits_are_hidden(number: str) -> None:
    digits = sum(character.isdecimal() for character in number)
    shown = sum(character.isdecimal() for character in mask_number(number))
    assert shown <= min(3, digits // 2)


@given(st.text(min_size=4))
def test_a_masked_value_never_shows_itself(clear: str) -> None:
    masked = Masked(clear)
    for shown in (str(masked), repr(masked), f"{masked}", f"{masked!r}", f"{[masked]}"):
        assert clear.strip() == "" or clear not in shown
    assert f"{masked:>20}".endswith(str(masked))
    assert f"{masked:>20}" == str(masked).rjust(20)


def test_a_masked_number_is_masked_as_a_number() -> None:
    assert f"call from {Masked('+49721123456', mask_number)}" == "call from ***456"
