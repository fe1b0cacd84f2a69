"""The DATEV side: takes one client's connection, reads what it tells, and confirms it."""

from __future__ import annotations

import json
import socket
from time import perf_counter_ns
from types import TracebackType
from typing import Any, Self

TIMEOUT_S = 30.0
READ_SIZE = 65536


class Datev:
    """Listens for a client on a port of its own."""

    def __init__(self) -> None:
        self._listener = socket.create_server(("127.0.0.1", 0))
        self._listener.settimeout(TIMEOUT_S)
        self._client: socket.socket | None = None
        self._buffer = b""

    @property
    def port(self) -> int:
        """Where the client must connect to."""
        return int(self._listener.getsockname()[1])

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.hang_up()
        self._listener.close()

    def welcome(self) -> None:
        """Wait for the client and take its connection."""
        self._client, _ = self._listener.accept()
        self._client.settimeout(TIMEOUT_S)
        self._client.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)

    def hang_up(self) -> None:
        """Break the client's connection, if there is one."""
        if self._client is not None:
            self._client.close()

    def receive(self, *, patient: bool = False) -> tuple[int, dict[str, Any]]:
        """Wait for the next line; return when it was there, in nanoseconds, and what it holds.

        `patient`: for as long as it takes.
        """
        client = self._connected()
        client.settimeout(None if patient else TIMEOUT_S)
        while b"\n" not in self._buffer:
            piece = client.recv(READ_SIZE)
            if not piece:
                raise RuntimeError("the client left DATEV")
            self._buffer += piece
        arrived_ns = perf_counter_ns()
        line, _, self._buffer = self._buffer.partition(b"\n")
        message: dict[str, Any] = json.loads(line)
        return arrived_ns, message

    def confirm(self, message: dict[str, Any]) -> None:
        """Answer a line as DATEV does that took it."""
        answer = json.dumps({"id": message["id"], "hresult": 0}).encode() + b"\n"
        self._connected().sendall(answer)

    def _connected(self) -> socket.socket:
        if self._client is None:
            raise RuntimeError("no client has connected to DATEV")
        return self._client
