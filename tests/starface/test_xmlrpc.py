"""The codec, judged by the standard library in both directions."""

# ruff: noqa: DTZ001 - XML-RPC has no zones
from __future__ import annotations

import xmlrpc.client
from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from datev_connector.starface.wire.xmlrpc import (
    Fault,
    MethodCall,
    MethodResponse,
    Unsendable,
    Value,
    encode,
)
from datev_connector.starface.wire.xmlrpc_reader import decode

TEXTS = st.text(
    st.characters(exclude_categories=("Cs", "Cc"), exclude_characters="\ufffe\uffff")
    | st.sampled_from("\t\n\r <>&'\"]")
)
TIMES = st.datetimes(min_value=datetime(1, 1, 1), max_value=datetime(9999, 12, 31)).map(
    lambda moment: moment.replace(microsecond=0)
)
INTS = st.integers(-(1 << 31), (1 << 31) - 1)
SCALARS = (
    st.booleans()
    | INTS
    | TEXTS
    | TIMES
    | st.binary(max_size=50)
    | st.floats(allow_nan=False, allow_infinity=False)
)
VALUES: st.SearchStrategy[Value] = st.recursive(
    SCALARS,
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(TEXTS, inner, max_size=4),
    max_leaves=12,
)
METHODS = st.from_regex(r"ucp\.v30\.[a-z]{1,12}\.[a-zA-Z]{1,12}", fullmatch=True)


@given(METHODS, st.lists(VALUES, max_size=4))
def test_the_standard_library_reads_our_calls(method: str, params: list[Value]) -> None:
    body = encode(MethodCall(method=method, params=tuple(params)))
    read, name = xmlrpc.client.loads(body, use_datetime=True)
    assert name == method
    assert plain(list(read)) == params


@given(METHODS, st.lists(VALUES, max_size=4))
def test_we_read_calls_of_the_standard_library(method: str, params: list[Value]) -> None:
    text = xmlrpc.client.dumps(tuple(params), method)  # type: ignore[arg-type]
    assert decode(in_document(text)) == MethodCall(method=method, params=tuple(params))


@given(VALUES)
def test_responses_pass_both_ways(value: Value) -> None:
    response = MethodResponse(value=value)
    (read,), _ = xmlrpc.client.loads(encode(response), use_datetime=True)
    assert plain(read) == value
    text = xmlrpc.client.dumps((value,), methodresponse=True)  # type: ignore[arg-type]
    assert decode(in_document(text)) == response
    assert decode(encode(response)) == response


@given(INTS, TEXTS)
def test_faults_pass_both_ways(code: int, text: str) -> None:
    fault = Fault(code=code, text=text)
    with pytest.raises(xmlrpc.client.Fault) as raised:
        xmlrpc.client.loads(encode(fault))
    assert (raised.value.faultCode, raised.value.faultString) == (code, text)
    dumped = xmlrpc.client.dumps(xmlrpc.client.Fault(code, text))
    assert decode(in_document(dumped)) == fault


@pytest.mark.parametrize("number", [1 << 31, -(1 << 31) - 1, (1 << 63) - 1, -(1 << 63)])
def test_long_integers_travel_as_i8(number: int) -> None:
    body = encode(MethodResponse(value=number))
    assert f"<i8>{number}</i8>".encode() in body
    assert decode(body) == MethodResponse(value=number)


@pytest.mark.parametrize(
    "value",
    [
        None,
        float("nan"),
        float("inf"),
        1 << 63,
        "bell\x07",
        "\ud800",
        "\ufffe",
        datetime(2026, 1, 1, tzinfo=UTC),
        {"name\x00": 1},
    ],
)
def test_what_xml_rpc_cannot_carry_is_not_sent(value: Value) -> None:
    with pytest.raises(Unsendable):
        encode(MethodCall(method="m", params=(value,)))


def plain(value: object) -> object:
    """The standard library's own classes for times and bytes, undone."""
    if isinstance(value, xmlrpc.client.Binary):
        return value.data
    if isinstance(value, list):
        return [plain(item) for item in value]
    if isinstance(value, dict):
        return {name: plain(item) for name, item in value.items()}
    return value


def in_document(text: str) -> bytes:
    """XML reads a bare carriage return as a line feed; `dumps` does not escape it."""
    return text.replace("\r", "&#13;").encode()
