"""A UCI client made of the standard library only: an independent judge of the simulator."""

from __future__ import annotations

import asyncio
import http.client
import ssl
import xmlrpc.client
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Condition, Thread
from typing import Any, Self
from urllib.parse import parse_qs, urlencode, urlsplit

from datev_connector.simulators.starface import AuthMode, Certificate, StarfaceSimulator
from datev_connector.simulators.starface.accounts import uci_token

WAIT_S = 10.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Event:
    method: str
    struct: dict[str, Any]
    query: dict[str, list[str]]

    @property
    def state(self) -> str:
        return str(self.struct.get("state", ""))

    @property
    def call_id(self) -> str:
        return str(self.struct.get("id", ""))


@dataclass(slots=True)
class Receiver:
    """Takes callbacks, over TLS if given a certificate."""

    certificate: Certificate | None = None
    status: int = 200
    events: list[Event] = field(default_factory=list)
    _news: Condition = field(default_factory=Condition)

    def __enter__(self) -> Self:
        receiver = self

        class Handler(BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"
            wbufsize = -1
            disable_nagle_algorithm = True

            def do_POST(self) -> None:
                body = self.rfile.read(int(self.headers["Content-Length"]))
                receiver.take(self.path, body)
                answer = xmlrpc.client.dumps((True,), methodresponse=True).encode()
                self.send_response(receiver.status)
                self.send_header("Content-Length", str(len(answer)))
                self.end_headers()
                self.wfile.write(answer)

            def log_message(self, *_: object) -> None:
                pass

        self._server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        if self.certificate:
            context = self.certificate.server_context()
            self._server.socket = context.wrap_socket(self._server.socket, server_side=True)
        self._thread = Thread(target=self._server.serve_forever, args=(0.01,))
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._server.shutdown()
        self._thread.join()
        self._server.server_close()

    @property
    def port(self) -> int:
        return int(self._server.server_address[1])

    def take(self, target: str, body: bytes) -> None:
        params, method = xmlrpc.client.loads(body, use_builtin_types=True)
        assert method
        assert len(params) == 1
        query = parse_qs(urlsplit(target).query)
        struct: Any = params[0]
        with self._news:
            self.events.append(Event(method=method, struct=struct, query=query))
            self._news.notify_all()

    def states(self, call_id: str | None = None) -> list[str]:
        return [e.state for e in self.events if call_id in (None, e.call_id)]

    _server: ThreadingHTTPServer = field(init=False)
    _thread: Thread = field(init=False)


def unchecked() -> ssl.SSLContext:
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
    context.check_hostname = False
    context.verify_mode = ssl.CERT_NONE
    return context


@dataclass(slots=True, kw_only=True)
class Client:
    """Speaks one version of UCI for one user."""

    simulator: StarfaceSimulator
    login: str = "0123"
    password: str = "Pass123"
    version: str = "v30"
    mode: AuthMode = AuthMode.SHA512
    receiver: Receiver | None = None

    @property
    def query(self) -> str:
        values = {"de.vertico.starface.auth": uci_token(self.login, self.password, self.mode)}
        if self.receiver is not None:
            callback = "de.vertico.starface.callback."
            values |= {
                callback + "host": "127.0.0.1",
                callback + "port": str(self.receiver.port),
                callback + "path": "/cti/callback",
                callback + "type": "https" if self.receiver.certificate else "http",
            }
        return urlencode(values)

    async def ask(self, name: str, *params: Any) -> Any:
        """The answer to `ucp.<version>.requests.<name>`."""
        return await self.call(f"ucp.{self.version}.requests.{name}", *params)

    async def call(self, method: str, *params: Any) -> Any:
        return await asyncio.to_thread(self._call, method, *params)

    async def sign_in(self) -> Self:
        assert await self.ask("connection.login") is True
        assert await self.ask("service.subscribeEvents", f"ucp.{self.version}.events.call") is True
        return self

    async def post(self, body: bytes, *, method: str = "POST", query: str | None = None) -> Answer:
        target = "/xml-rpc?" + (self.query if query is None else query)
        return await fetch(self.simulator, method, target, body=body)

    def _call(self, method: str, *params: Any) -> Any:
        url = f"{self.simulator.url}/xml-rpc?{self.query}"
        context = unchecked() if self.simulator.config.encrypted else None
        with xmlrpc.client.ServerProxy(url, context=context, use_builtin_types=True) as proxy:
            return getattr(proxy, method)(*params)


@dataclass(frozen=True, slots=True, kw_only=True)
class Answer:
    status: int
    headers: dict[str, str]
    body: bytes


async def fetch(
    simulator: StarfaceSimulator,
    method: str,
    target: str,
    *,
    body: bytes = b"",
    headers: dict[str, str] | None = None,
    timeout_s: float = WAIT_S,
) -> Answer:
    """One HTTP request with the standard library's client."""

    def run() -> Answer:
        if simulator.config.encrypted:
            connection: http.client.HTTPConnection = http.client.HTTPSConnection(
                simulator.host, simulator.port, timeout=timeout_s, context=unchecked()
            )
        else:
            connection = http.client.HTTPConnection(
                simulator.host, simulator.port, timeout=timeout_s
            )
        try:
            connection.request(method, target, body=body or None, headers=headers or {})
            answer = connection.getresponse()
            found = {name.lower(): value for name, value in answer.getheaders()}
            return Answer(status=answer.status, headers=found, body=answer.read())
        finally:
            connection.close()

    return await asyncio.to_thread(run)
