from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from datev_connector.simulators.datev.record import FIELDS, read_record
from datev_connector.simulators.datev_com.contract import (
    DATA_INTERFACE,
    METHOD_IDS,
    PROPERTY_IDS,
    find_id,
)
from datev_connector.simulators.datev_com.properties import (
    Property,
    judge_properties,
    property_of,
)
from tests.simulators.datev.records import offered

GONE = 0x800706BA - (1 << 32)
RAISED = 0x80020009 - (1 << 32)


def proper() -> dict[str, Property]:
    values: dict[str, Any] = offered().as_json()
    return {name: property_of(name, value) for name, value in values.items()}


def test_the_numbers_are_those_of_the_interface() -> None:
    assert PROPERTY_IDS["CallID"] == 1
    assert PROPERTY_IDS["CallState"] == 6
    assert PROPERTY_IDS["Note"] == 11
    assert DATA_INTERFACE.startswith("{A4F23D58-")


@pytest.mark.parametrize("name", ["NewCall", "newcall", "NEWCALL"])
def test_names_are_found_in_any_capitals(name: str) -> None:
    assert find_id(METHOD_IDS, name) == METHOD_IDS["NewCall"]


def test_a_name_that_is_not_there_has_no_number() -> None:
    assert find_id(METHOD_IDS, "NewCal") is None


def test_a_proper_object_is_the_record_that_it_was_made_from() -> None:
    read = judge_properties(proper())
    assert read.problems == ()
    assert read.gone == 0
    assert read_record(read.fields) == offered()


@given(st.sampled_from(FIELDS), st.integers(0, 20))
def test_any_other_type_is_objected_to(name: str, number: int) -> None:
    properties = proper()
    if number == properties[name].type_number:
        return
    properties[name] = replace(properties[name], type_number=number)
    [problem] = judge_properties(properties).problems
    assert problem.startswith(f"{name} is a VARIANT of type ")


def test_a_property_that_raises_is_objected_to_and_left_out() -> None:
    properties = proper() | {"Note": Property(hresult=RAISED)}
    read = judge_properties(properties)
    assert read.problems == ("Note cannot be read (0x80020009)",)
    assert "Note" not in read.fields
    assert read.gone == 0


def test_a_process_that_has_ended_is_told_apart() -> None:
    properties = proper() | {"Note": Property(hresult=GONE)}
    assert judge_properties(properties).gone == GONE


def test_a_property_that_nobody_asked_for_is_missed() -> None:
    properties = proper()
    del properties["End"]
    assert judge_properties(properties).problems == ("End was not read",)


def test_a_date_beyond_the_calendar_is_no_date() -> None:
    properties = proper() | {"End": Property(type_number=7, value=1e300)}
    read = judge_properties(properties)
    assert read.problems == ("End is no date",)
    assert read.fields["End"] is None


@pytest.mark.parametrize(
    ("value", "number"), [(None, 0), ("x", 8), (True, 11), (7, 3), (1.5, 5), ("", 8)]
)
def test_absurd_values_keep_their_nature(value: object, number: int) -> None:
    assert property_of("CalledNumber", value).type_number == number


def test_a_number_for_a_date_is_a_date() -> None:
    assert property_of("Begin", -36523.5).type_number == 7
    assert property_of("Begin", "2026-11-23T12:00:00").value == 46349.5
