from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from datev_connector.domain import spelling
from datev_connector.domain.grouping import Written

# Built from the pieces of ordinary spellings, right and wrong, in any order that may occur.
ORDINARY = st.builds(
    "".join,
    st.tuples(
        st.sampled_from(["0", "(0", "+49 ", "+49", "00", ""]),
        st.from_regex(r"[0-9]{1,5}", fullmatch=True),
        st.sampled_from([")", "", ") ", " ", "/", " / ", "-", " - "]),
        st.from_regex(r"[0-9]{1,8}", fullmatch=True),
        st.sampled_from(["", "-", " - ", " ", "/"]),
        st.from_regex(r"[0-9]{0,5}", fullmatch=True),
    ),
)


@given(ORDINARY)
def test_the_quick_reading_is_the_full_reading(text: str) -> None:
    quick = spelling.quickly_written(text)
    assert quick is None or (quick,) == spelling.fully_written(text)


@pytest.mark.parametrize(
    "text", ["089 / 99998-130", "(0721) 12345", "+49 721 12345-6", "0171/3920077", "0721 9999-0"]
)
def test_ordinary_spellings_are_read_quickly(text: str) -> None:
    assert spelling.quickly_written(text) is not None


@pytest.mark.parametrize(
    "text", ["0721 9999-00", "089 / 99998-030", "Tel. 089 99998", "089 99998 / 0171 3920077"]
)
def test_the_quick_reading_leaves_all_else_to_the_full_one(text: str) -> None:
    assert spelling.quickly_written(text) is None


def test_a_known_head_number_is_never_read_quickly() -> None:
    assert spelling.written_numbers("0721 9999-30", head=True) == (
        Written(digits="0721999930", direct=(2, 1)),
    )


def test_plain_form_of_what_comes_from_other_keyboards() -> None:
    assert spelling.tidy("\t\uff10\u0667\u20132\u00ad1\u00a0[3]\u200e ") == "07-21 (3)"
