# ruff: noqa: DTZ001 - the PBX's own time has no zone
from __future__ import annotations

from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from datev_connector.domain.calls import PbxState
from datev_connector.starface.wire.uci_calls import (
    CallReport,
    IdChanged,
    SessionReset,
    read_call,
    read_event,
    read_ids,
    read_timestamp,
)
from datev_connector.starface.wire.xmlrpc import MethodCall, Value

V22_CALL: dict[str, Value] = {
    "id": "7d1c",
    "state": "RINGING",
    "timestamp": "2026-11-22 14:05:06",
    "callerNumber": "004971112345",
    "callerName": "Muster,  Eva",
    "calledNumber": "23",
    "calledName": "",
    "groupID": "g1",
}


def nobody(_pbx_call: str) -> bool:
    return False


def event(name: str, *params: Value) -> MethodCall:
    return MethodCall(method=f"ucp.v30.events.{name}", params=params)


def test_a_call_of_v22_is_read() -> None:
    assert read_call(V22_CALL) == CallReport(
        pbx_call="7d1c",
        state=PbxState.RINGING,
        caller_number="004971112345",
        caller_name="Muster, Eva",
        called_number="23",
        group="g1",
        timestamp=datetime(2026, 11, 22, 14, 5, 6),
    )


def test_a_call_of_v30_is_read() -> None:
    call: dict[str, Value] = {
        "accountId": 1023,
        "channelNames": ["SIP/23"],
        "id": "7d1c",
        "state": "Connected",
        "groupId": "",
        "timestamp": datetime(2026, 11, 22, 14, 5, 6),
        "duration": 3,
    }
    assert read_call(call) == CallReport(
        pbx_call="7d1c", state=PbxState.CONNECTED, timestamp=datetime(2026, 11, 22, 14, 5, 6)
    )


@pytest.mark.parametrize(
    ("name", "state"),
    [
        ("INCOMING", PbxState.REACHED),
        ("Ringing", PbxState.RINGING),
        ("REQUESTED", PbxState.PROCEEDING),
        ("PROCEEDING", PbxState.PROCEEDING),
        ("OUTGOING", PbxState.PROCEEDING),
        ("CONSULT", PbxState.PROCEEDING),
        ("RINGBACK", PbxState.RINGBACK),
        ("connected", PbxState.CONNECTED),
        ("CONFERENCE_ACTIVE", PbxState.CONNECTED),
        ("CONFERENCE_CONSULT", PbxState.CONNECTED),
        ("CONFERENCE_INACTIVE", PbxState.HELD),
        ("PARKED", PbxState.HELD),
        ("VOICEMAIL_LINKED", PbxState.MAILBOX),
        ("VOICEMAIL_MAIN", PbxState.MAILBOX),
        (" HANGUP ", PbxState.HANGUP),
    ],
)
def test_states_of_all_generations_are_known(name: str, state: PbxState) -> None:
    report = read_call({"id": "1", "state": name})
    assert report is not None
    assert report.state is state


def test_a_consultation_that_was_connected_waits() -> None:
    at = datetime(2026, 1, 1)
    report = read_call({"id": "1", "state": "CONSULT", "connectedTimestamp": at})
    assert report is not None
    assert report.state is PbxState.HELD


@pytest.mark.parametrize("state", ["", "CCBS", "LOGIN_LOGOUT", "SOMETHING_NEW", 7, None])
def test_unknown_states_say_nothing(state: Value) -> None:
    assert read_call({"id": "1", "state": state}) is None


@pytest.mark.parametrize("value", [{}, [], "", None, 7, {"state": "RINGING"}, {"id": "1"}])
def test_what_is_no_call_is_none(value: Value) -> None:
    assert read_call(value) is None


def test_the_id_that_was_asked_for_serves_where_the_answer_has_none() -> None:
    report = read_call({"state": "RINGING"}, pbx_call="7")
    assert report is not None
    assert report.pbx_call == "7"


def test_members_of_wrong_type_count_as_unknown() -> None:
    report = read_call(
        {"id": "1", "state": "RINGING", "callerNumber": 4971, "callerName": [1], "timestamp": "?"}
    )
    assert report == CallReport(pbx_call="1", state=PbxState.RINGING, caller_number="4971")


@pytest.mark.parametrize(
    ("value", "time"),
    [
        ("20261122T14:05:06", datetime(2026, 11, 22, 14, 5, 6)),
        ("2026-11-22T14:05:06.123Z", datetime(2026, 11, 22, 14, 5, 6, tzinfo=UTC)),
        ("22.11.2026 14:05:06", datetime(2026, 11, 22, 14, 5, 6)),
        ("1795356306", datetime(2026, 11, 22, 14, 5, 6, tzinfo=UTC)),
        ("1795356306000", datetime(2026, 11, 22, 14, 5, 6, tzinfo=UTC)),
        (1795356306000, datetime(2026, 11, 22, 14, 5, 6, tzinfo=UTC)),
        (datetime(2026, 1, 1), datetime(2026, 1, 1)),
        ("", None),
        ("0", None),
        (0, None),
        (True, None),
        (1 << 60, None),
        ("99.99.2026 14:05:06", None),
        (None, None),
        (1.5, None),
    ],
)
def test_times_are_read_in_every_form(value: Value, time: datetime | None) -> None:
    assert read_timestamp(value) == time


@pytest.mark.parametrize(
    ("value", "ids"),
    [
        ([], frozenset()),
        (["a", " b "], frozenset("ab")),
        (["a", 7], None),
        ("a", None),
        ({}, None),
        (None, None),
        (["x" * 1000], None),
    ],
)
def test_lists_of_ids(value: Value, ids: frozenset[str] | None) -> None:
    assert read_ids(value) == ids


@pytest.mark.parametrize(
    "method",
    [
        "ucp.v22.events.call.receiveCallState",
        "ucp.v30.events.call.receiveCallState",
        "ucp.v20.client.communication.call.receiveCallState",
    ],
)
def test_call_events_of_all_generations(method: str) -> None:
    assert read_event(MethodCall(method=method, params=(V22_CALL,)), known=nobody) == read_call(
        V22_CALL
    )


@pytest.mark.parametrize(
    "ignored",
    [
        event("call.receiveCallState"),
        event("call.receiveCallState", {"id": "", "state": ""}),
        event("call.newMessageWaitingIndicationEvent", {}),
        event("conferencecall.receiveConfrenceCallState", {}),
        event("call.callChangesIdEvent"),
        event("call.callChangesIdEvent", {"oldId": "a", "newId": "a"}),
        MethodCall(method="system.listMethods"),
        MethodCall(method="other.receiveCallState", params=(V22_CALL,)),
    ],
)
def test_other_events_are_ignored(ignored: MethodCall) -> None:
    assert read_event(ignored, known=nobody) is None


def test_a_reset_is_understood() -> None:
    reset = MethodCall(method="ucp.v20.client.connection.reset")
    assert read_event(reset, known=nobody) == SessionReset()


@pytest.mark.parametrize(
    "params",
    [
        ({"oldCallId": "a", "newCallId": "b"},),
        ({"newCallUuid": "b", "oldCallUuid": "a"},),
        ({"newId": "b", "id": "a"},),
        ({"id": "b", "oldId": "a", "accountId": 7},),
        ({"previousCallId": "a", "callId": "b"},),
        ({"old": "a", "new": "b"},),
        ({"callId": "b", "uuid": "a"},),
        ("a", "b"),
        ("b", "a"),
    ],
)
def test_a_call_that_changes_its_id(params: tuple[Value, ...]) -> None:
    moved = event("call.callChangesIdEvent", *params)
    assert read_event(moved, known=lambda i: i == "a") == IdChanged(old="a", new="b")


SCALARS: st.SearchStrategy[Value] = (
    st.none() | st.booleans() | st.integers() | st.text() | st.datetimes() | st.binary()
)
NAMES = st.sampled_from(["id", "state", "timestamp", "callerNumber", "oldId", "newId"]) | st.text()
STRUCTS = st.dictionaries(NAMES, SCALARS | st.lists(SCALARS, max_size=2))


@given(
    st.sampled_from(["call.receiveCallState", "call.callChangesIdEvent"]),
    st.lists(SCALARS | STRUCTS, max_size=3),
)
def test_no_event_is_too_strange(name: str, params: list[Value]) -> None:
    found = read_event(event(name, *params), known=nobody)
    assert found is None or isinstance(found, CallReport | IdChanged)
