# ruff: noqa: DTZ001 - the PBX's own time has no zone
from __future__ import annotations

from datetime import datetime

import pytest

from datev_connector.starface.wire.uci import FaultKind, Uci, UciVersion, fault_kind
from datev_connector.starface.wire.xmlrpc import Fault, MethodCall


@pytest.mark.parametrize("version", UciVersion)
def test_requests_carry_the_names_of_their_generation(version: UciVersion) -> None:
    uci = Uci(version)
    prefix = f"ucp.{version}.requests"
    events = f"ucp.{version}.events.call"
    assert [uci.login(), uci.keep_alive(), uci.logout()] == [
        MethodCall(method=f"{prefix}.connection.{name}")
        for name in ("login", "keepAlive", "logout")
    ]
    assert uci.subscribe() == MethodCall(
        method=f"{prefix}.service.subscribeEvents", params=(events,)
    )
    assert uci.unsubscribe().params == (events,)
    assert uci.call_ids() == MethodCall(method=f"{prefix}.call.getCallIds")
    assert uci.call_state("7") == MethodCall(method=f"{prefix}.call.getCallState", params=("7",))
    assert uci.hang_up("7") == MethodCall(method=f"{prefix}.call.hangupCall", params=("7",))
    assert uci.place_call("0711", "7") == MethodCall(
        method=f"{prefix}.call.placeCallWithPhone", params=("0711", "", "7")
    )


def test_the_call_list_is_asked_for_newest_first() -> None:
    after, before = datetime(2026, 11, 22, 14), datetime(2026, 11, 22, 15)
    assert Uci(UciVersion.V30).call_list(after=after, before=before) == MethodCall(
        method="ucp.v30.requests.callList.getCallList",
        params=(before, after, "", "", "", "startTime", "DESCENDING", 0, 100),
    )
    assert Uci(UciVersion.V30).has_call_list
    assert not Uci(UciVersion.V22).has_call_list


@pytest.mark.parametrize(
    ("code", "text", "kind"),
    [
        (0, "de.vertico.starface.UcpNotConnectedException", FaultKind.NOT_CONNECTED),
        (3, "UciIllegalAccessException: request not allowed for user", FaultKind.ACCESS),
        (0, "No such handler: ucp.v30.requests.connection.login", FaultKind.UNKNOWN_METHOD),
        (0, "Unknown method or access denied", FaultKind.ACCESS),
        (-32601, "", FaultKind.UNKNOWN_METHOD),
        (-32601, "UciIllegalAccessException", FaultKind.ACCESS),
        (1, "java.lang.NullPointerException", FaultKind.OTHER),
        (0, "", FaultKind.OTHER),
    ],
)
def test_what_a_fault_means(code: int, text: str, kind: FaultKind) -> None:
    assert fault_kind(Fault(code=code, text=text)) is kind
