from __future__ import annotations

from collections.abc import Callable

import pytest
from hypothesis import given
from hypothesis import strategies as st

from datev_connector.starface.wire.uci import FaultKind, fault_kind
from datev_connector.starface.wire.xmlrpc import (
    Fault,
    Message,
    MethodCall,
    MethodResponse,
    Unsendable,
)
from datev_connector.starface.wire.xmlrpc_reader import Limits, NotXmlRpc, decode, decode_element
from datev_connector.starface.xmpp.rpc import DENIED, GONE, fault_of, unwrap, wrap
from tests.starface.xmpp_run import answer_text, parsed

TEXTS = st.text(st.characters(exclude_categories=("Cs", "Cc"), exclude_characters="\ufffe\uffff"))


@given(TEXTS, st.integers(-(2**40), 2**40), st.booleans(), st.dictionaries(TEXTS, TEXTS))
def test_what_is_wrapped_is_unwrapped(
    text: str, number: int, flag: bool, struct: dict[str, str]
) -> None:
    call = MethodCall(method="ucp.x", params=(text, number, flag, struct, [text, [number]]))
    assert unwrap(parsed(wrap(call))) == call


@pytest.mark.parametrize(
    "message", [MethodResponse(value=""), MethodResponse(value=None), Fault(code=5, text="no")]
)
def test_answers_too(message: MethodResponse | Fault) -> None:
    if message == MethodResponse(value=None):
        with pytest.raises(Unsendable):
            wrap(message)
        return
    assert unwrap(parsed(wrap(message))) == message


@pytest.mark.parametrize(
    "content",
    [
        "<query/>",
        "<query xmlns='jabber:iq:rpc'/>",
        "<methodCall xmlns='jabber:iq:rpc'/>",
        "<query xmlns='jabber:iq:rpc'><methodCall/><methodCall/></query>",
        "<query xmlns='jabber:iq:rpc'><other/></query>",
    ],
)
def test_what_is_no_jabber_rpc(content: str) -> None:
    with pytest.raises(NotXmlRpc):
        unwrap(parsed(content))


@pytest.mark.parametrize(
    "inner",
    [
        "<value> a <b/> c </value>",
        "<value><string>a<b/></string></value>",
        "<value>text<int>1</int></value>",
        "<value><int>1</int>text</value>",
        "<value> <int> 7 </int> </value>",
        "<value><x:int xmlns:x='urn:x'>7</x:int></value>",
        "<value><struct><member><name>a</name><value/></member></struct></value>",
        "<value><array><data><value>1</value>no</data></array></value>",
        "<value><!-- said --><int>7</int></value>",
    ],
)
def test_an_element_reads_as_its_bytes_do(inner: str) -> None:
    body = f"<methodResponse><params><param>{inner}</param></params></methodResponse>"
    assert outcome(lambda: decode_element(parsed(body))) == outcome(lambda: decode(body.encode()))


@pytest.mark.parametrize(
    "limits", [Limits(depth=4), Limits(elements=4), Limits(text=4)], ids=["deep", "many", "long"]
)
def test_limits_hold_for_elements_too(limits: Limits) -> None:
    element = parsed(answer_text("<string>hello</string>"))[0]
    assert decode_element(element) == MethodResponse(value="hello")
    with pytest.raises(NotXmlRpc):
        decode_element(element, limits)


def outcome(read: Callable[[], Message]) -> Message | str:
    try:
        return read()
    except NotXmlRpc as error:
        return str(error)


def test_what_an_error_stands_for() -> None:
    assert all(fault_of(condition) is None for condition in GONE)
    faults = [fault_of(condition) for condition in DENIED]
    assert {fault_kind(fault) for fault in faults if fault is not None} == {FaultKind.ACCESS}
    assert not GONE & DENIED
