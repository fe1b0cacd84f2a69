"""The far side in one process: Prosody as its child, and the simulated PBX as Prosody's component.

Events are handed to the component as they are, without a call at the PBX, so that the clock starts
with the writing. Prosody keeps no log, which would slow it down for everybody, and does without
Nagle's algorithm: its 40 ms now and then would be the 99th percentile of everybody.
"""

from __future__ import annotations

import asyncio
import tempfile
from pathlib import Path
from time import perf_counter_ns

from benchmarks import pbx
from benchmarks.orders import serve
from benchmarks.xmpp.office import DOMAIN, ENDPOINT, LOGINS, PASSWORD, PAUSE_S
from datev_connector.simulators.starface import (
    Certificate,
    JabberRpcConfig,
    PbxUser,
    StarfaceConfig,
    StarfaceSimulator,
)
from datev_connector.simulators.starface.xmpp.jid import Jid
from tests.network.certificates import make_identity
from tests.prosody import Prosody, ProsodyOptions, running_prosody

SECRET = "component-secret"  # noqa: S105 -- between two processes on loopback
QUICK = """
log = { { levels = { min = "error" }, to = "console" } }
network_settings = { nagle = false }
"""
OPTIONS = ProsodyOptions(
    domain=DOMAIN,
    users=dict.fromkeys(LOGINS, PASSWORD),
    components={ENDPOINT: SECRET},
    mechanisms=("PLAIN",),
    settings=QUICK,
)
NUMBER = "004972112345"
DAY_S = 86_400.0
"""How long a session lasts unasked: while one side is measured, the other keeps none alive."""


class Server:
    """What may be ordered."""

    def __init__(self, prosody: Prosody, starface: StarfaceSimulator) -> None:
        self._prosody = prosody
        self._starface = starface

    async def ports(self) -> dict[str, int]:
        """Where to find XMPP and HTTPS."""
        return {"xmpp": self._prosody.port, "https": self._starface.port}

    async def events(self, login: str, count: int) -> list[tuple[str, int, int]]:
        """Send so many calls that ring, and end each; id, time of writing, time of the answer."""
        return [await self._call(login) for _ in range(count)]

    async def stop(self) -> int:
        """Cut everybody off; the time just before."""
        begun_ns = perf_counter_ns()
        await self._prosody.kill()
        return begun_ns

    async def start(self) -> int:
        """Have the server back, with the PBX attached; the time when it was so."""
        before = self._starface.xmpp.attachments
        await self._prosody.start()
        await self._starface.xmpp_attached(times=before + 1)
        return perf_counter_ns()

    async def _call(self, login: str) -> tuple[str, int, int]:
        (session,) = self._starface.sessions.listening(login, "v30")
        call = pbx.new_call_id()
        assert isinstance(session.target, Jid)
        begun_ns, answered_ns = await self._event(session.target, call, "RINGING")
        await self._event(session.target, call, "HANGUP")
        await asyncio.sleep(PAUSE_S)
        return call, begun_ns, answered_ns

    async def _event(self, to: Jid, call: str, state: str) -> tuple[int, int]:
        answered: asyncio.Future[int] = asyncio.get_running_loop().create_future()

        def done(why: str) -> None:
            if why:
                answered.set_exception(RuntimeError(f"the event did not arrive: {why}"))
            else:
                answered.set_result(perf_counter_ns())

        body = pbx.event(call, state, NUMBER)
        begun_ns = perf_counter_ns()
        self._starface.xmpp.post(to, body, done)
        return begun_ns, await answered


async def main() -> None:
    """Run until standard input ends."""
    with tempfile.TemporaryDirectory(prefix="benchmark-xmpp-") as name:
        folder = Path(name)
        identity = make_identity(folder, name=DOMAIN)
        certificate = Certificate.read(identity.pem_file, identity.pem_file)
        config = StarfaceConfig(
            certificate=certificate,
            users=tuple(PbxUser(login=one, password=PASSWORD, number=one) for one in LOGINS),
            jabber_rpc=JabberRpcConfig(reattach_s=0.01),
            session_timeout_s=DAY_S,
        )
        async with (
            running_prosody(OPTIONS, identity=identity) as prosody,
            StarfaceSimulator(config) as starface,
        ):
            starface.attach_to_xmpp(
                "127.0.0.1",
                prosody.component_port,
                component=ENDPOINT,
                secret=SECRET,
                domain=DOMAIN,
            )
            await starface.xmpp_attached()
            server = Server(prosody, starface)
            orders = (server.ports, server.events, server.stop, server.start)
            await serve({order.__name__: order for order in orders})


if __name__ == "__main__":
    asyncio.run(main())
