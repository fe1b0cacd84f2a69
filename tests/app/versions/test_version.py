from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from datev_connector.app.versions import Span, Version

NUMBERS = st.lists(st.integers(0, 999_999), min_size=1, max_size=6).map(tuple)


def version(text: str) -> Version:
    found = Version.read(text)
    assert found is not None
    return found


@given(NUMBERS)
def test_what_is_written_is_read(numbers: tuple[int, ...]) -> None:
    text = ".".join(map(str, numbers))
    found = version(f"STARFACE {text}")
    assert found.numbers == numbers
    assert str(found) == text


@given(st.text(max_size=300))
def test_any_text_can_be_looked_at(text: str) -> None:
    found = Version.read(text)
    assert found is None or str(found) in text


@given(NUMBERS, NUMBERS, NUMBERS)
def test_versions_are_in_one_order(
    first: tuple[int, ...], second: tuple[int, ...], third: tuple[int, ...]
) -> None:
    one, two, three = Version(first), Version(second), Version(third)
    assert [one < two, one == two, one > two].count(True) == 1
    if one <= two <= three:
        assert one <= three


@given(NUMBERS, st.integers(0, 4))
def test_zeros_at_the_end_say_nothing(numbers: tuple[int, ...], zeros: int) -> None:
    longer = Version(numbers + (0,) * zeros)
    assert longer == Version(numbers)
    assert hash(longer) == hash(Version(numbers))


@given(NUMBERS, NUMBERS)
def test_a_number_more_is_of_the_kind_and_no_older(
    beginning: tuple[int, ...], more: tuple[int, ...]
) -> None:
    kind, longer = Version(beginning), Version(beginning + more)
    assert longer.begins_with(kind)
    assert longer >= kind


@given(NUMBERS, NUMBERS, NUMBERS)
def test_a_span_holds_what_lies_between_its_ends(
    first: tuple[int, ...], second: tuple[int, ...], asked: tuple[int, ...]
) -> None:
    since, before = sorted([Version(first), Version(second)])
    inside = Version(asked) in Span(since, before)
    assert inside is (since <= Version(asked) < before)


@pytest.mark.parametrize(
    ("text", "numbers"),
    [
        ("8.1.0.5", (8, 1, 0, 5)),
        ("v10.0.2.6", (10, 0, 2, 6)),
        ("STARFACE 6.4.2.19-rc1", (6, 4, 2, 19)),
        ("2026 edition, 7.3", (7, 3)),
        ("7.0.1.20260302", (7, 0, 1, 20260302)),
        ("10", (10,)),
        ("v1", (1,)),
    ],
)
def test_versions_as_they_are_told(text: str, numbers: tuple[int, ...]) -> None:
    assert version(text).numbers == numbers


@pytest.mark.parametrize(
    "text", ["", "unknown", "SHA512", "x86", "1772438400000", " " * 300 + "8.1"]
)
def test_what_is_no_version(text: str) -> None:
    assert Version.read(text) is None


def test_numbers_are_compared_as_numbers() -> None:
    assert version("6.4.2.9") < version("6.4.2.12") < version("6.10") < version("10")


def test_ten_is_of_the_kind_of_ten_nought_and_eleven_is_not() -> None:
    kind = version("10.0")
    assert version("10").begins_with(kind)
    assert version("10.0.2.6").begins_with(kind)
    assert not version("10.1").begins_with(kind)
    assert not version("100.0").begins_with(kind)


@pytest.mark.parametrize("text", ["", "8", ">=", "<x", ">8", ">=1 <2", "<2, <3", ">=3, <2", "=1"])
def test_what_is_no_span(text: str) -> None:
    with pytest.raises(ValueError, match="span"):
        Span.read(text)


def test_spans_as_they_are_written() -> None:
    old, newer = Span.read("<6.4.2.19"), Span.read(">=1, <2")
    assert version("6.4.2.18") in old
    assert version("6.4.2.19") not in old
    assert version("1.9") in newer
    assert version("0.9") not in newer
    assert version("2.0") not in newer
