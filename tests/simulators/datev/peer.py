"""A bare connector for the simulator's own tests: raw lines over a real socket."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Mapping
from types import TracebackType
from typing import Any, Self

from datev_connector.simulators.datev import CallRecord, DatevSimulator, Method

TIMEOUT_S = 10.0


class Peer:
    """One connection; answers nothing by itself."""

    def __init__(self, datev: DatevSimulator) -> None:
        self._datev = datev
        self._id = 0

    async def __aenter__(self) -> Self:
        self.reader, self.writer = await asyncio.open_connection(
            self._datev.host, self._datev.port, limit=32 * 1024 * 1024
        )
        return self

    async def __aexit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.writer.transport.abort()
        try:
            await self.writer.wait_closed()
        except OSError:
            return

    async def line(self) -> bytes:
        async with asyncio.timeout(TIMEOUT_S):
            return await self.reader.readline()

    async def read(self) -> dict[str, Any]:
        value = json.loads(await self.line())
        assert isinstance(value, dict)
        return value

    async def raw(self, data: bytes) -> None:
        self.writer.write(data)
        await self.writer.drain()

    async def write(self, message: Mapping[str, Any]) -> None:
        await self.raw(json.dumps(message).encode() + b"\n")

    async def tell(self, method: Method | str, record: CallRecord) -> int:
        self._id += 1
        await self.write({"id": self._id, "method": str(method), "call": record.as_json()})
        return self._id

    async def ask(self, method: Method | str, record: CallRecord) -> int:
        number = await self.tell(method, record)
        answer = await self.read()
        assert answer["id"] == number
        code = answer["hresult"]
        assert isinstance(code, int)
        return code
