"""Lines that no decent DATEV would send, to see what a connector makes of them."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

from datev_connector.simulators.datev.connection import Connection
from datev_connector.simulators.datev.faults import LONG_LINE_BYTES, Spoil
from datev_connector.simulators.datev.record import CallRecord

GARBAGE = b'\x00\xff{"id": not json]\n'


async def send_spoiled(
    connection: Connection, kind: Spoil, message: Mapping[str, Any] | None = None
) -> None:
    """Send one spoiled line; `message` is what a decent DATEV would have sent instead."""
    proper = {"id": 0, "hresult": 0} if message is None else dict(message)
    if kind is Spoil.GARBAGE:
        await connection.send_raw(GARBAGE)
    elif kind is Spoil.LONG:
        await connection.send({**proper, "padding": "x" * LONG_LINE_BYTES})
    elif kind is Spoil.UNKNOWN_METHOD:
        call = CallRecord(call_id="?").as_json()
        await connection.send({"id": -1, "method": "Transfer", "call": call})
    else:
        await connection.send_raw(json.dumps(proper).encode()[:-4])
        await connection.close_gently()
