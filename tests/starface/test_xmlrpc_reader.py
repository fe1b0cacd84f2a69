"""Reading what a broken or hostile peer sends: bytes written by hand."""

# ruff: noqa: DTZ001 - XML-RPC has no zones
from __future__ import annotations

from datetime import datetime, timedelta, timezone

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from datev_connector.starface.wire.xmlrpc import Fault, MethodCall, MethodResponse, Value, encode
from datev_connector.starface.wire.xmlrpc_reader import Limits, NotXmlRpc, decode


def answer(inner: str) -> bytes:
    return f"<methodResponse><params><param>{inner}</param></params></methodResponse>".encode()


@pytest.mark.parametrize(
    ("inner", "value"),
    [
        ("<value>untyped</value>", "untyped"),
        ("<value> a  b </value>", " a  b "),
        ("<value/>", ""),
        ("<value><string/></value>", ""),
        ("<value><string>a&amp;b&#252;</string></value>", "a&bü"),
        ("<value><string><![CDATA[<a>]]></string></value>", "<a>"),
        ("<value>\n <int> 7 </int>\n</value>", 7),
        ("<value><int>-0012</int></value>", -12),
        ("<value><i8>9223372036854775807</i8></value>", (1 << 63) - 1),
        ("<value><boolean>true</boolean></value>", True),
        ("<value><boolean>0</boolean></value>", False),
        ("<value><double>-1.5e3</double></value>", -1500.0),
        ("<value><double>.5</double></value>", 0.5),
        ("<value><nil/></value>", None),
        ("<value><x:nil xmlns:x='urn:x'/></value>", None),
        ("<value><base64>\n QU\n Jj \n</base64></value>", b"ABc"),
        (
            "<value><dateTime.iso8601>20261122T14:05:06</dateTime.iso8601></value>",
            datetime(2026, 11, 22, 14, 5, 6),
        ),
        (
            "<value><dateTime.iso8601>2026-11-22T14:05:06.789</dateTime.iso8601></value>",
            datetime(2026, 11, 22, 14, 5, 6),
        ),
        (
            "<value><dateTime.iso8601>2026-11-22T14:05:06+0100</dateTime.iso8601></value>",
            datetime(2026, 11, 22, 14, 5, 6, tzinfo=timezone(timedelta(hours=1))),
        ),
        ("<value><array><data/></array></value>", []),
        ("<value><struct/></value>", {}),
        ("<value><!-- remark --><?target data?><int>1</int></value>", 1),
    ],
)
def test_values_are_read_tolerantly(inner: str, value: Value) -> None:
    assert decode(answer(inner)) == MethodResponse(value=value)


def test_elements_in_the_namespace_of_jabber_rpc_are_read() -> None:
    body = (
        b"<methodCall xmlns='jabber:iq:rpc'><methodName> ucp.v30.events.call.receiveCallState "
        b"</methodName><params><param><value><struct><member><name>id</name><value>7</value>"
        b"</member></struct></value></param></params></methodCall>"
    )
    expected = MethodCall(method="ucp.v30.events.call.receiveCallState", params=({"id": "7"},))
    assert decode(body) == expected


def test_a_call_without_parameters_and_an_answer_without_value_are_read() -> None:
    call = b"<methodCall><methodName>reset</methodName></methodCall>"
    assert decode(call) == MethodCall(method="reset")
    assert decode(b"<methodResponse><params/></methodResponse>") == MethodResponse(value=None)


def test_other_encodings_are_read() -> None:
    latin = "<?xml version='1.0' encoding='ISO-8859-1'?>" + answer("<value>ü</value>").decode()
    assert decode(latin.encode("latin-1")) == MethodResponse(value="ü")
    assert decode(b"\xef\xbb\xbf" + answer("<value>a</value>")) == MethodResponse(value="a")


def test_a_fault_may_carry_its_code_as_text() -> None:
    body = (
        b"<methodResponse><fault><value><struct><member><name>faultCode</name><value>5</value>"
        b"</member></struct></value></fault></methodResponse>"
    )
    assert decode(body) == Fault(code=5, text="")


LAUGHS = b"""<?xml version="1.0"?><!DOCTYPE lolz [<!ENTITY lol "lol">
<!ENTITY lol2 "&lol;&lol;&lol;&lol;&lol;&lol;&lol;&lol;&lol;&lol;">]>
<methodResponse><params><param><value>&lol2;</value></param></params></methodResponse>"""
FILE = b"""<!DOCTYPE a [<!ENTITY f SYSTEM "file:///etc/hostname">]>
<methodResponse><params><param><value>&f;</value></param></params></methodResponse>"""
OUTSIDE = b"""<!DOCTYPE methodResponse SYSTEM "http://127.0.0.1:9/evil.dtd">
<methodResponse><params/></methodResponse>"""
PARAMETER = b"""<!DOCTYPE a [<!ENTITY % p SYSTEM "http://127.0.0.1:9/p">%p;]>
<methodResponse><params/></methodResponse>"""


@pytest.mark.parametrize("body", [LAUGHS, FILE, OUTSIDE, PARAMETER, b"<!DOCTYPE html><html/>"])
def test_document_types_are_refused(body: bytes) -> None:
    with pytest.raises(NotXmlRpc, match="document type"):
        decode(body)


@pytest.mark.parametrize(
    "body",
    [
        b"",
        b"   ",
        b"\x00\x01\x02",
        b"<html><body>Login</body></html>",
        b"plain text",
        b"{}",
        answer("<value>a</value>")[:-5],
        answer("<value>a</value>") + b"<more/>",
        answer("<value>&unknown;</value>"),
        answer("<value>\xff</value>").decode().encode("latin-1"),
        b"<?xml version='1.0' encoding='nonsense'?><methodResponse><params/></methodResponse>",
        b"<?xml version='1.0' encoding='utf-7'?><methodResponse><params/></methodResponse>",
        b"<methodResponse/>",
        b"<methodResponse>text</methodResponse>",
        b"<methodResponse><params/><fault/></methodResponse>",
        b"<methodResponse><fault><value>no struct</value></fault></methodResponse>",
        b"<methodResponse><fault><value><struct/></value></fault></methodResponse>",
        b"<methodResponse><fault/></methodResponse>",
        b"<methodCall/>",
        b"<methodCall><methodName/></methodCall>",
        b"<methodCall><methodName>a</methodName><methodName>b</methodName></methodCall>",
        b"<methodCall><methodName>a</methodName><params/><params/></methodCall>",
        b"<methodCall><methodName>a</methodName><other/></methodCall>",
        b"<methodCall><methodName><b>a</b></methodName></methodCall>",
        b"<methodResponse><params><param/></params></methodResponse>",
        b"<methodResponse><params><value>a</value></params></methodResponse>",
        answer("<value>a</value><value>b</value>"),
        answer("<value><int>1</int><int>2</int></value>"),
        answer("<value>text<int>1</int></value>"),
        answer("<value><int>1</int>text</value>"),
        answer("<value><int></int></value>"),
        answer("<value><int>1.5</int></value>"),
        answer("<value><int>0x10</int></value>"),
        answer("<value><int>1_000</int></value>"),
        answer("<value><int>٣</int></value>"),
        answer("<value><i8>9223372036854775808</i8></value>"),
        answer(f"<value><int>{'9' * 5000}</int></value>"),
        answer("<value><int><int>1</int></int></value>"),
        answer("<value><boolean>2</boolean></value>"),
        answer("<value><boolean/></value>"),
        answer("<value><double>nan</double></value>"),
        answer("<value><double>inf</double></value>"),
        answer("<value><double>1e999</double></value>"),
        answer("<value><double>1,5</double></value>"),
        answer("<value><dateTime.iso8601>20261332T25:00:00</dateTime.iso8601></value>"),
        answer("<value><dateTime.iso8601>yesterday</dateTime.iso8601></value>"),
        answer("<value><dateTime.iso8601/></value>"),
        answer("<value><dateTime.iso8601>20260101T00:00:00+99:99</dateTime.iso8601></value>"),
        answer("<value><base64>QQ</base64></value>"),
        answer("<value><base64>Q!Q=</base64></value>"),
        answer("<value><nil>something</nil></value>"),
        answer("<value><struct><member><name>a</name></member></struct></value>"),
        answer("<value><struct><member><value>a</value></member></struct></value>"),
        answer("<value><struct><name>a</name><value>a</value></struct></value>"),
        answer("<value><array><value>a</value></array></value>"),
        answer("<value><array><data><int>1</int></data></array></value>"),
        answer("<value><array><data/><data/></array></value>"),
        answer("<value><array/></value>"),
        answer("<value><object/></value>"),
        answer("<value><ex:nil/></value>"),
    ],
)
def test_what_is_no_xml_rpc_is_refused(body: bytes) -> None:
    with pytest.raises(NotXmlRpc):
        decode(body)


def nested(depth: int) -> bytes:
    opening, closing = "<value><array><data>", "</data></array></value>"
    return answer(opening * depth + closing * depth)


@pytest.mark.parametrize(
    ("body", "limits"),
    [
        (answer("<value>a</value>") + b" " * 1000, Limits(size=1000)),
        (nested(30), Limits()),
        (nested(100_000), Limits(size=1 << 30)),
        (answer("<value><array><data>" + "<value/>" * 99), Limits(elements=100)),
        (answer("<value>" + "a" * 1001 + "</value>"), Limits(text=1000)),
        (answer("<value><string>" + "&#97;" * 1001 + "</string></value>"), Limits(text=1000)),
    ],
)
def test_limits_stop_a_flood(body: bytes, limits: Limits) -> None:
    with pytest.raises(NotXmlRpc, match="too "):
        decode(body, limits)


def test_a_sensible_depth_is_within_the_limits() -> None:
    assert isinstance(decode(nested(15)), MethodResponse)


@given(st.binary(max_size=200))
def test_any_bytes_are_a_message_or_refused(body: bytes) -> None:
    decode_or_refuse(body)


@given(st.data())
@example(None)
def test_any_damage_to_a_message_leaves_a_message_or_is_refused(data: st.DataObject | None) -> None:
    struct: dict[str, Value] = {"id": "7", "n": 1, "t": datetime(2026, 1, 1), "l": [b"x", 1.5]}
    body = bytearray(encode(MethodCall(method="ucp.v30.events.call.x", params=(struct,))))
    if data is not None:
        for _ in range(data.draw(st.integers(1, 4))):
            where = data.draw(st.integers(0, len(body) - 1))
            body[where : where + data.draw(st.integers(0, 9))] = data.draw(st.binary(max_size=4))
            body = body or bytearray(b"<")
    decode_or_refuse(bytes(body))


def decode_or_refuse(body: bytes) -> None:
    try:
        message = decode(body)
    except NotXmlRpc:
        return
    assert isinstance(message, MethodCall | MethodResponse | Fault)
