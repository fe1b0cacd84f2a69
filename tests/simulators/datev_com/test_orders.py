from __future__ import annotations

import io
import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from datev_connector.simulators.datev_com import orders
from datev_connector.simulators.datev_com.console import LinesOut, hear, main
from datev_connector.simulators.datev_com.manners import By, Reading, Through, When


def order(**values: Any) -> orders.Ordered:
    return orders.read_order(json.dumps(values))


def test_a_dial_with_all_that_belongs_to_it() -> None:
    ordered = order(do="dial", order=7, number="0721 1", name="Adler", also=["0721 2"], keep=True)
    assert ordered.number == 7
    assert ordered.order == orders.Dial(number="0721 1", name="Adler", also=["0721 2"], keep=True)


@pytest.mark.parametrize(
    ("values", "absurd"),
    [
        ({}, False),
        ({"values": {"CalledNumber": None}}, True),
        ({"failing": ["Note"]}, True),
        ({"read_only": True}, True),
    ],
)
def test_an_object_that_datev_would_never_make_is_not_judged(
    values: dict[str, Any], absurd: bool
) -> None:
    dial = order(do="dial", number="1", **values).order
    assert isinstance(dial, orders.Dial)
    assert dial.absurd is absurd


def test_a_way_of_reading() -> None:
    told = order(do="read-by", by="number", through="data", when="late").order
    assert isinstance(told, orders.ReadingOrder)
    assert told.reading == Reading(by=By.NUMBER, through=Through.DATA, when=When.LATE)


@pytest.mark.parametrize(
    ("when", "inside", "after"),
    [
        (When.AT_ONCE, True, False),
        (When.LATE, False, True),
        (When.BOTH, True, True),
        (When.HELD, True, True),
    ],
)
def test_when_an_object_is_read(when: When, inside: bool, after: bool) -> None:
    reading = Reading(when=when)
    assert (reading.inside, reading.after) == (inside, after)


def test_a_whole_number_does_for_seconds() -> None:
    what = order(do="await", what="calls", timeout_s=5).order
    assert what == orders.Await(what=orders.Count.CALLS, timeout_s=5.0)


@pytest.mark.parametrize(
    ("line", "reason"),
    [
        ("nonsense", "no JSON"),
        ("[1]", "'do' must be one of dial"),
        ('{"do": "fly"}', "'do' must be one of dial"),
        ('{"do": "dial"}', "'number' is missing"),
        ('{"do": "dial", "number": 5}', "'number' cannot be 5"),
        ('{"do": "dial", "number": "1", "keep": 1}', "'keep' cannot be 1"),
        ('{"do": "die", "nth": true}', "'nth' cannot be True"),
        ('{"do": "dial", "number": "1", "values": []}', "'values' cannot be"),
        ('{"do": "quit", "now": 1}', "'now' is no parameter; there is none"),
        ('{"do": "read-by", "by": "smell"}', "'by' cannot be 'smell'; there is name, capitals"),
        ('{"do": "drop"}', "'call_id' is missing"),
    ],
)
def test_what_is_no_order_is_said_to_be_none(line: str, reason: str) -> None:
    with pytest.raises(orders.BadOrder, match=reason):
        orders.read_order(line)


def test_a_drop_of_nothing_can_be_ordered() -> None:
    assert order(do="drop", call_id=None).order == orders.Drop(call_id=None)


@given(st.text() | st.recursive(st.none() | st.integers() | st.text(), st.lists).map(json.dumps))
def test_any_line_is_an_order_or_none(line: str) -> None:
    with pytest.raises(orders.BadOrder):
        orders.read_order(line)


def test_the_end_of_the_input_is_an_order_to_quit() -> None:
    heard: list[orders.Ordered] = []
    said: list[dict[str, Any]] = []
    hear(['{"do": "hang"}\n', "\n", "nonsense\n"], heard.append, said.append)
    assert [type(one.order) for one in heard] == [orders.Hang, orders.Quit]
    assert said == [{"event": "bad-order", "reason": "the line is no JSON"}]


def test_lines_go_out_whole_and_in_ascii() -> None:
    stream = io.StringIO()
    LinesOut(stream).say({"name": "Übelacker", "broken": "\ud83d"})
    assert stream.getvalue().isascii()
    assert stream.getvalue().endswith("}\n")
    assert json.loads(stream.getvalue())["name"] == "Übelacker"


def test_elsewhere_than_on_windows_it_says_that_it_cannot(
    capsys: pytest.CaptureFixture[str],
) -> None:
    assert main([]) == 1
    assert json.loads(capsys.readouterr().out)["event"] == "failed"
