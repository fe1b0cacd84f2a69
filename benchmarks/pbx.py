"""The PBX side: answers what a client must ask to sign in, and pushes events to its callback.

The server knows the few requests of a session without calls (STARFACE UCI), nothing else. Events
are pushed through plain sockets and in the foreground, so that the clock starts with the writing.
"""

from __future__ import annotations

import socket
import threading
import uuid
import xmlrpc.client
from collections import deque
from dataclasses import dataclass
from datetime import datetime
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from time import perf_counter_ns
from types import TracebackType
from typing import Any, Self
from urllib.parse import parse_qs, quote, urlsplit

LOGIN = "0042"
OWN_NUMBER = "42"
PREFIX = "de.vertico.starface."
TIMEOUT_S = 30.0
READ_SIZE = 65536
LISTED = 5
"""So many calls are in the call list: the last ones are all that is asked for."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Callback:
    """Where a client wants its events."""

    host: str
    port: int
    target: str = "/"
    """Path and query."""


class Pbx:
    """Lets anyone sign in who asks; the callback of the last one is remembered."""

    def __init__(self) -> None:
        self._server = _Server(("127.0.0.1", 0), _Handler)
        self._thread = threading.Thread(target=self._server.serve_forever, daemon=True)

    @property
    def port(self) -> int:
        """The port for HTTP."""
        return int(self._server.server_address[1])

    def list_missed(self, call: str, number: str) -> None:
        """Enter a call that nobody answers in the call list, as a PBX does when it ends."""
        self._server.missed.appendleft(
            {
                "id": call,
                "direction": "INBOUND",
                "result": "MISSED",
                "callerNumber": number,
                "calledNumber": OWN_NUMBER,
                "startTime": xmlrpc.client.DateTime(datetime.now()),  # noqa: DTZ005 - the PBX's own
                "duration": 0,
            }
        )

    @property
    def callback(self) -> Callback:
        """Where the client that signed in last wants its events."""
        assert self._server.callback is not None
        return self._server.callback

    def __enter__(self) -> Self:
        self._thread.start()
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self._server.shutdown()
        self._server.server_close()
        self._thread.join(TIMEOUT_S)


class Push:
    """A connection from the PBX to a client's callback."""

    def __init__(self, callback: Callback) -> None:
        self._socket = socket.create_connection((callback.host, callback.port), TIMEOUT_S)
        self._socket.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)

    def send(self, request: bytes) -> int:
        """Write an event; return the time just before, in nanoseconds."""
        begun_ns = perf_counter_ns()
        self._socket.sendall(request)
        return begun_ns

    def expect_thanks(self) -> None:
        """Read the client's answer to the event. Raises RuntimeError if it is not 200."""
        answer = b""
        while not _is_complete(answer):
            piece = self._socket.recv(READ_SIZE)
            if not piece:
                break
            answer += piece
        if not answer.startswith(b"HTTP/1.1 200"):
            raise RuntimeError(f"the callback was answered {answer[:80]!r}")

    def close(self) -> None:
        """Hang up."""
        self._socket.close()


def request(callback: Callback, event: bytes) -> bytes:
    """The bytes of an HTTP request that carries an event to a callback."""
    head = (
        f"POST {callback.target} HTTP/1.1\r\n"
        f"Host: {callback.host}:{callback.port}\r\n"
        "User-Agent: STARFACE\r\nAccept: */*\r\n"
        f"Content-Type: text/xml; charset=utf-8\r\nContent-Length: {len(event)}\r\n\r\n"
    )
    return head.encode() + event


def new_call_id() -> str:
    """An id for a call as the PBX makes them."""
    return str(uuid.uuid4())


def event(call: str, state: str, number: str) -> bytes:
    """An incoming call as v30 tells of it, all members there."""
    texts = (
        *("avatarHash", "callerName", "conferenceRoomId", "connectedTimestamp", "doorlineCamUrl"),
        *("doorlineDtmfCode", "doorlineImageProviderId", "forwarderCallerIdName"),
        *("forwarderCallerIdNumber", "groupId", "jabberId", "referenceOfConsultation"),
    )
    struct: dict[str, Any] = dict.fromkeys(texts, "") | {
        "id": call,
        "state": state,
        "timestamp": xmlrpc.client.DateTime(datetime.now()),  # noqa: DTZ005 - the PBX's own clock
        "callerNumber": number,
        "calledNumber": OWN_NUMBER,
        "calledName": "Sabine Sommer",
        "accountId": 1042,
        "duration": 0,
        "forwardType": "NONE",
        "channelNames": [f"SIP/{LOGIN}-00000001"],
        "peerNames": [],
        "sipCallIds": [f"{call}@pbx"],
    }
    method = "ucp.v30.events.call.receiveCallState"
    return xmlrpc.client.dumps((struct,), method, encoding="utf-8").encode()


def _is_complete(answer: bytes) -> bool:
    head, separator, body = answer.partition(b"\r\n\r\n")
    if not separator:
        return False
    lengths = (
        int(line.partition(b":")[2])
        for line in head.split(b"\r\n")
        if line.lower().startswith(b"content-length:")
    )
    return len(body) >= next(lengths, 0)


class _Server(ThreadingHTTPServer):
    daemon_threads = True
    callback: Callback | None = None

    def __init__(self, *arguments: Any) -> None:
        self.missed: deque[dict[str, Any]] = deque(maxlen=LISTED)
        super().__init__(*arguments)

    def answer(self, method: str) -> Any:
        """What a request is answered."""
        if method.endswith(".getCallIds"):
            return []
        if method.endswith(".getCallList"):
            return {"entries": list(self.missed), "totalCount": len(self.missed)}
        return True


class _Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    server: _Server

    def do_GET(self) -> None:
        """There is no REST here."""
        self._answer(404, b"")

    def do_POST(self) -> None:
        """Answer a UCI request."""
        body = self.rfile.read(int(self.headers["Content-Length"]))
        _, method = xmlrpc.client.loads(body)
        if str(method).endswith(".login"):
            self.server.callback = self._callback()
        value = self.server.answer(str(method))
        self._answer(200, xmlrpc.client.dumps((value,), methodresponse=True).encode())

    def log_message(self, format: str, *args: Any) -> None:  # noqa: A002 - as in the base class
        """Keep quiet."""

    def _callback(self) -> Callback:
        query = {name: values[0] for name, values in parse_qs(urlsplit(self.path).query).items()}
        token = query[f"{PREFIX}auth"]
        path = query[f"{PREFIX}callback.path"]
        return Callback(
            host=query[f"{PREFIX}callback.host"],
            port=int(query[f"{PREFIX}callback.port"]),
            target=f"{path}?{PREFIX}user={LOGIN}&{PREFIX}auth={quote(token)}",
        )

    def _answer(self, status: int, body: bytes) -> None:
        self.send_response(status)
        self.send_header("Content-Type", "text/xml")
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)
