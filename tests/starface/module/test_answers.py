"""What the module answers, read leniently where it means the same and refused where it does not."""

from __future__ import annotations

from datetime import datetime
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from datev_connector.starface.module.answers import (
    HIGHEST_VERSION,
    LogLevel,
    ModuleInfo,
    Unexpected,
    read_info,
    read_ok,
)
from datev_connector.starface.wire.xmlrpc import Value

VALUES = st.recursive(
    st.one_of(
        st.none(),
        st.booleans(),
        st.integers(-(2**40), 2**40),
        st.floats(allow_nan=False, allow_infinity=False),
        st.text(st.characters(codec="utf-8", exclude_categories=["C"]), max_size=20),
        st.datetimes(min_value=datetime(1970, 1, 1), max_value=datetime(2100, 1, 1)),  # noqa: DTZ001 - naive on the wire
        st.binary(max_size=10),
    ),
    lambda inner: st.one_of(
        st.lists(inner, max_size=3), st.dictionaries(st.text("abkLico", max_size=8), inner)
    ),
    max_leaves=6,
)


def told(**changes: Any) -> dict[str, Value]:
    usual: dict[str, Value] = {"moduleVersion": 3.0, "licence": "abc", "logLevel": "WARN"}
    return usual | changes


def test_what_the_module_says_about_itself() -> None:
    assert read_info(told()) == ModuleInfo(version=3, licence="abc", log_level=LogLevel.WARN)


@pytest.mark.parametrize("version", [7, 7.0, "7", " 7 ", "7.0", "7.000"])
def test_a_version_in_any_spelling(version: Value) -> None:
    assert read_info(told(moduleVersion=version)).version == 7


@pytest.mark.parametrize(
    "version",
    [
        0,
        -1,
        1.5,
        True,
        "",
        "seven",
        "1.5",
        "7 of 9",
        None,
        [7],
        {"is": 7},
        1e300,
        HIGHEST_VERSION + 1,
    ],
)
def test_no_version(version: Value) -> None:
    with pytest.raises(Unexpected, match="moduleVersion"):
        read_info(told(moduleVersion=version))


@pytest.mark.parametrize("licence", [7, 1.0, True, ["abc"], {"text": "abc"}, b"abc"])
def test_a_licence_of_another_type(licence: Value) -> None:
    with pytest.raises(Unexpected, match="licence"):
        read_info(told(licence=licence))


def test_a_tab_that_was_never_filled_in() -> None:
    assert read_info(told(licence=None)).licence == ""
    assert read_info(told(licence="")).licence == ""


def test_a_module_without_version_is_none() -> None:
    answer = told()
    del answer["moduleVersion"]
    with pytest.raises(Unexpected, match="moduleVersion"):
        read_info(answer)


def test_fields_that_are_left_out_are_empty() -> None:
    found = read_info({"moduleVersion": 1.0})
    assert (found.licence, found.log_level) == ("", LogLevel.ERROR)


@pytest.mark.parametrize("level", ["WARN", "warn", " Warn\n"])
def test_a_level_in_any_spelling(level: Value) -> None:
    assert read_info(told(logLevel=level)).log_level is LogLevel.WARN


@pytest.mark.parametrize("level", ["", "loud", None])
def test_an_unknown_level_lets_least_through(level: Value) -> None:
    assert read_info(told(logLevel=level)).log_level is LogLevel.ERROR


@given(VALUES, st.sampled_from(["moduleVersion", "licence", "logLevel", "all"]))
def test_whatever_comes_is_read_or_refused(value: Value, place: str) -> None:
    answer = value if place == "all" else told(**{place: value})
    for read in (read_info, read_ok):
        try:
            read(answer)
        except Unexpected as error:
            assert error.args


@pytest.mark.parametrize("ok", [True, 1, 1.0, "true", "TRUE", " 1 "])
def test_yes(ok: Value) -> None:
    read_ok({"ok": ok})


@pytest.mark.parametrize("ok", [False, 0, "no", "", None, [True], {"ok": True}, 2])
def test_anything_else_is_no_yes(ok: Value) -> None:
    with pytest.raises(Unexpected, match="ok"):
        read_ok({"ok": ok})


@pytest.mark.parametrize("answer", [None, True, "ok", 1.0, ["ok"]])
def test_no_struct(answer: Value) -> None:
    with pytest.raises(Unexpected, match="struct"):
        read_ok(answer)
    with pytest.raises(Unexpected, match="struct"):
        read_info(answer)


@given(st.sampled_from(LogLevel), st.sampled_from(LogLevel))
def test_each_level_includes_those_before_it(one: LogLevel, other: LogLevel) -> None:
    assert one.includes(one)
    assert one.includes(LogLevel.ERROR)
    assert LogLevel.TRACE.includes(one)
    if one is not other:
        assert one.includes(other) is not other.includes(one)
