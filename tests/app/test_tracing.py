"""Whatever goes over the lines: at TRACE its form is told, and nothing that it says."""

from __future__ import annotations

import logging
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from datev_connector.app.logs import start_log
from datev_connector.app.running.tracing import (
    UciTrace,
    trace_notification,
    traced_dial,
    traced_drop,
)
from datev_connector.domain.record import (
    CallRecord,
    CtiDirection,
    CtiState,
    Delivery,
    DialAnswer,
    DialWish,
    Method,
)
from datev_connector.domain.tracing import TRACE
from datev_connector.starface.commands import Transport
from datev_connector.starface.wire.xmlrpc import Fault, MethodCall, MethodResponse, Value

AT = datetime(2026, 11, 23, 8, tzinfo=UTC)
TELLING = st.text(st.characters(categories=["Lu", "Ll", "Nd"]), min_size=6, max_size=30).map(
    "Ö{}".format
)
"""What could be somebody's, and is no word of the program's own."""
FEW = settings(
    max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)


class Heard(logging.Handler):
    def __init__(self) -> None:
        super().__init__(TRACE)
        self.lines: list[str] = []

    def emit(self, record: logging.LogRecord) -> None:
        self.lines.append(record.getMessage())


@pytest.fixture
def heard() -> Iterator[Heard]:
    logger, handler = logging.getLogger("datev_connector.trace"), Heard()
    before = logger.level
    logger.setLevel(TRACE)
    logger.addHandler(handler)
    yield handler
    logger.removeHandler(handler)
    logger.setLevel(before)


def values(text: str) -> st.SearchStrategy[Value]:
    return st.recursive(
        st.just(text) | st.just(text.encode()),
        lambda inner: (
            st.lists(inner, max_size=3)
            | st.dictionaries(st.sampled_from(["name", "number", text]), inner, max_size=3)
        ),
        max_leaves=6,
    )


@FEW
@given(data=st.data(), text=TELLING)
def test_no_message_of_the_pbx_is_told(heard: Heard, data: st.DataObject, text: str) -> None:
    value = data.draw(values(text))
    trace, odd = UciTrace(), MethodCall(method=f"ucp.v30.{text}", params=(value, text))
    heard.lines.clear()
    trace.event(Transport.XMPP, odd)
    trace.answer(Transport.HTTPS, odd, MethodResponse(value=value))
    trace.answer(Transport.HTTPS, odd, Fault(code=1, text=text))
    trace.trouble(Transport.HTTPS, odd, "silent")
    assert len(heard.lines) == 4
    assert not [line for line in heard.lines if text in line]


@FEW
@given(text=TELLING)
def test_no_record_for_datev_is_told(heard: Heard, text: str) -> None:
    record = CallRecord(
        call_id="s-1-2",
        sync_id=text,
        direction=CtiDirection.INCOMING,
        begin=AT,
        end=AT,
        state=CtiState.OFFERED,
        contact_name=text,
        contact_id=text,
        data_source=text,
        number=text,
        note=text,
    )
    wish = DialWish(number=text, sync_id=text, contact_name=text, contact_id=text, data_source=text)
    heard.lines.clear()
    trace_notification(Method.NEW_CALL, record, (Delivery.CONFIRMED, 0))
    assert traced_dial(lambda _: DialAnswer(hresult=0, call_id="s-1-3"))(wish).call_id == "s-1-3"
    traced_drop(lambda _: None)(text)
    assert len(heard.lines) == 3
    assert not [line for line in heard.lines if text in line]
    assert "call_id=s-1-2" in heard.lines[0]
    assert f"note=({len(text)} characters)" in heard.lines[0]


def test_at_the_usual_level_nothing_is_made(tmp_path: Path) -> None:
    class Untouchable(dict[str, Value]):
        def items(self) -> object:  # type: ignore[override]
            raise AssertionError("it was looked at")

    with start_log(tmp_path) as log:
        call = MethodCall(method="a", params=(Untouchable(a=1),))
        UciTrace().event(Transport.XMPP, call)
        assert log.file is not None
        assert log.file.read_text() == ""
