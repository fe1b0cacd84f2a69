"""The least that could stand between PBX and DATEV: what the connector is compared with.

Made of the same parts (asyncio, h11, expat): takes the callback, answers it, reads the call, and
writes one line with the eleven fields to DATEV. It knows nobody, keeps nothing, remembers nothing.
"""

from __future__ import annotations

import asyncio
import json
import sys
import xmlrpc.client
from contextlib import suppress
from datetime import datetime
from typing import Any

import h11

ANSWER = xmlrpc.client.dumps((True,), methodresponse=True).encode()
READ_SIZE = 65536


class BareClient:
    """One connection to DATEV, and a server for the callbacks of the PBX."""

    def __init__(self, datev: asyncio.StreamWriter) -> None:
        self._datev = datev
        self._number = 0

    async def welcome(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        """Serve one connection of the PBX until it ends."""
        with suppress(ConnectionError):
            await self._serve(reader, writer)
        writer.close()

    async def _serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        http = h11.Connection(h11.SERVER)
        body = b""
        while True:
            event = http.next_event()
            if event is h11.NEED_DATA:
                http.receive_data(await reader.read(READ_SIZE))
            elif isinstance(event, h11.Data):
                body += event.data
            elif isinstance(event, h11.EndOfMessage):
                self._answer(http, writer)
                self._pass_on(body)
                http.start_next_cycle()
                body = b""
            elif isinstance(event, h11.ConnectionClosed):
                return

    def _answer(self, http: h11.Connection, writer: asyncio.StreamWriter) -> None:
        headers = [("Content-Type", "text/xml"), ("Content-Length", str(len(ANSWER)))]
        for event in (
            h11.Response(status_code=200, headers=headers),
            h11.Data(data=ANSWER),
            h11.EndOfMessage(),
        ):
            writer.write(http.send(event) or b"")

    def _pass_on(self, body: bytes) -> None:
        (call,), _ = xmlrpc.client.loads(body, use_builtin_types=True)
        self._number += 1
        message = {"id": self._number, "method": "NewCall", "call": _record(call)}
        self._datev.write(json.dumps(message, separators=(",", ":")).encode() + b"\n")


def _record(call: Any) -> dict[str, str | int]:
    now = datetime.now().astimezone().isoformat(timespec="seconds")[:19]
    return {
        "CallID": call["id"],
        "SyncID": "",
        "Direction": 1,
        "Begin": now,
        "End": now,
        "CallState": 1,
        "Adressatenname": call["callerName"],
        "AdressatenId": "",
        "DataSource": "",
        "CalledNumber": call["callerNumber"],
        "Note": "",
    }


async def main(datev_port: int) -> None:
    """Run until DATEV hangs up; the port for callbacks goes to standard output."""
    answers, datev = await asyncio.open_connection("127.0.0.1", datev_port)
    server = await asyncio.start_server(BareClient(datev).welcome, "127.0.0.1", 0)
    print(server.sockets[0].getsockname()[1], flush=True)
    while await answers.read(READ_SIZE):
        pass
    server.close()
    datev.close()


if __name__ == "__main__":
    asyncio.run(main(int(sys.argv[1])))
