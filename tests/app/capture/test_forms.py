"""Forms tell what a value is like, and nothing of what it says."""

from __future__ import annotations

import json
import re
from datetime import datetime
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from datev_connector.app.capture.forms import MEMBER, SERVICE, STATES, Forms
from datev_connector.domain.masking import likeness

CALL = "0f9a7c7e-6c1b-4c64-9d8c-0a1b2c3d4e5f"


@pytest.mark.parametrize(
    ("value", "form"),
    [
        ("+49 721 98-0", "+dd ddd dd-d"),
        ("Müller GmbH", "Xxxxxx XxxX"),
        ("", "empty text"),
        (True, True),
        (None, None),
        (4711, "whole number, 13 bits"),
        (-0.5, "number"),
        (datetime(2026, 1, 2), "date and time"),  # noqa: DTZ001 - as it comes
        (b"secret", "binary"),
        ({"callerNumber": "0721123"}, {"callerNumber": "ddddddd"}),
        ({"0123": "x"}, {"a name like dddd": "x"}),
        (
            {"totalPages": 12, "i18nDisplayName": "Name"},
            {"totalPages": 12, "i18nDisplayName": "Xxxx"},
        ),
        ({"u0123": "x", "b12345c": "x"}, {"a name like xdddd": "x", "a name like xdddddx": "x"}),
        (["ab", "cd", "1"], {"list": 3, "of": ["xx", "d"]}),
        ("ucp.v30.requests.call", "ucp.v30.requests.call"),
        ({"state": "RINGING"}, {"state": "RINGING"}),
        ({"state": "Ringing"}, {"state": "Ringing"}),
        ({"state": "MAIER"}, {"state": "XXXXX"}),
        ({"callerName": "CONNECTED"}, {"callerName": "XXXXXXXXX"}),
    ],
)
def test_the_form_of_a_value(value: object, form: object) -> None:
    assert Forms().of(value) == form


def test_an_id_that_comes_again_is_known_again() -> None:
    forms = Forms()
    other = CALL.replace("0f9a", "1f9a")
    assert [forms.of(one) for one in (CALL, other, CALL.upper())] == ["uuid 1", "uuid 2", "uuid 1"]


def test_a_long_text_tells_its_length_only() -> None:
    assert likeness("a" * 500) == "x" * 40 + "... (500 characters)"


def test_what_is_nested_without_end_ends() -> None:
    value: Any = "bottom"
    for _ in range(50):
        value = [value]
    assert "deeper" in json.dumps(Forms().of(value))


VALUES = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text() | st.binary() | st.uuids().map(str),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(), inner, max_size=4),
    max_leaves=12,
)


@given(st.text(), st.text())
def test_no_letter_and_no_digit_of_a_text_is_left(text: str, member: str) -> None:
    form = Forms().of_text(text, member)
    if form == text and (SERVICE.fullmatch(text) or text.upper() in STATES):
        return
    bare = re.sub(r"uuid 1|empty text|\.\.\. \(\d+ characters\)$", "", form)
    assert not re.search(r"[^\W_dxX]", bare), form
    assert not re.search(r"\d", bare)


@given(VALUES)
def test_any_value_has_a_form_that_json_can_hold(value: object) -> None:
    text = json.dumps(Forms().of(value))
    assert json.loads(text) == Forms().of(value)


@given(st.dictionaries(st.text(min_size=1), st.just("x"), max_size=5))
def test_a_member_is_named_only_if_it_looks_like_a_name_of_the_protocol(
    struct: dict[str, str],
) -> None:
    form = Forms().of(struct)
    assert isinstance(form, dict)
    for name in form:
        assert MEMBER.fullmatch(name) or name.startswith("a name like ")
