"""The least that slixmpp itself makes of UCI over XMPP: signs in, asks, answers events, no more.

What it does with XML-RPC is the library's own plug-in for XEP-0009. It keeps no session alive,
trusts everybody, checks nothing and remembers nothing.
"""

from __future__ import annotations

import asyncio
import ssl
import sys
from time import perf_counter_ns
from typing import Any

from slixmpp import ClientXMPP, Iq
from slixmpp.plugins.xep_0009 import binding

from benchmarks.orders import serve
from benchmarks.xmpp.office import (
    DEADLINE_S,
    DOMAIN,
    ENDPOINT,
    HANG_UP,
    NO_CALL,
    PASSWORD,
    PAUSE_S,
    SIGN_IN,
)

py2xml: Any = binding.py2xml
xml2py: Any = binding.xml2py


class BareClient(ClientXMPP):
    """One stream."""

    def __init__(self, login: str) -> None:
        context = ssl.create_default_context()
        context.check_hostname, context.verify_mode = False, ssl.CERT_NONE
        super().__init__(f"{login}@{DOMAIN}/bare", PASSWORD, ssl_context=context)
        self.enable_direct_tls = False
        self.register_plugin("xep_0009")
        self.rpc: Any = self.plugin["xep_0009"]
        self.gone = self.disconnected  # the library forgets it when it is done
        self.arrivals: list[tuple[str, int]] = []
        self.add_event_handler("jabber_rpc_method_call", self.take)

    async def sign_in(self, port: int) -> int:
        """From nothing to ready; the nanoseconds that it took."""
        begun_ns = perf_counter_ns()
        self.connect("127.0.0.1", port)
        await self.wait_until("session_start", DEADLINE_S)
        self.send_presence(ppriority=-1)
        for method, parameters in SIGN_IN:
            await self.ask(method, *parameters)
        return perf_counter_ns() - begun_ns

    async def ask(self, method: str, *parameters: str) -> Any:
        """What the PBX answers to a request."""
        iq = self.rpc.make_iq_method_call(ENDPOINT, method, py2xml(*parameters))
        answer = await iq.send()
        return xml2py(answer["rpc_query"]["method_response"]["params"])[0]

    def take(self, iq: Iq) -> None:
        """Answer an event and read it."""
        accepted = py2xml(*(True,))
        self.rpc.make_iq_method_response(iq["id"], iq["from"], accepted).send()
        call = xml2py(iq["rpc_query"]["method_call"]["params"])[0]
        if call["state"] == "RINGING":
            self.arrivals.append((call["id"], perf_counter_ns()))


class Party:
    """What may be ordered."""

    def __init__(self, login: str, port: int) -> None:
        self._login = login
        self._port = port
        self._client = BareClient(login)

    async def sign_in(self) -> int:
        """From nothing to ready; the nanoseconds that it took."""
        return await self._client.sign_in(self._port)

    async def lost(self) -> None:
        """Wait until the line is gone, and make ready for the next."""
        await self._client.gone
        self._client = BareClient(self._login)

    async def requests(self, count: int) -> list[int]:
        """Ask so often; the nanoseconds that each answer took."""
        return [await self._request() for _ in range(count)]

    async def arrivals(self) -> list[tuple[str, int]]:
        """The calls that rang since this was ordered last, and when that was known."""
        told, self._client.arrivals = self._client.arrivals, []
        return told

    async def _request(self) -> int:
        begun_ns = perf_counter_ns()
        answer = await self._client.ask(HANG_UP, NO_CALL)
        took_ns = perf_counter_ns() - begun_ns
        assert answer is False, answer
        await asyncio.sleep(PAUSE_S)
        return took_ns


async def main(login: str, port: str) -> None:
    """Run until standard input ends."""
    party = Party(login, int(port))
    orders = (party.sign_in, party.lost, party.requests, party.arrivals)
    await serve({order.__name__: order for order in orders})


if __name__ == "__main__":
    asyncio.run(main(*sys.argv[1:]))
