"""Calls and news as the engine tells them."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from datev_connector.domain.calls import Call, CallState, Direction
from datev_connector.domain.effects import CallChanged
from datev_connector.engine.news import News


def call_at(at: datetime, **changes: Any) -> Call:
    """A call that rings since `at`."""
    usual: dict[str, Any] = {
        "call": "call-1",
        "pbx_call": "5b0f9f5e-0a7c-4f4f-9a64-0e52b4a7a001",
        "direction": Direction.INCOMING,
        "state": CallState.RINGING,
        "number": "017612345678",
        "began_at": at,
        "last_seen_at": at,
    }
    return Call(**{**usual, **changes})


def told(at: datetime, call: Call) -> News:
    """News of a call."""
    return News(at, CallChanged(call))
