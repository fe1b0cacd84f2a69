"""An office whose PBX speaks XMPP: over its own door, or as a component of a real server."""

from __future__ import annotations

import asyncio
import json
from collections.abc import AsyncIterator, Mapping
from contextlib import AsyncExitStack, asynccontextmanager, suppress
from dataclasses import replace
from pathlib import Path
from typing import Any

from datev_connector.simulators.datev import DatevSimulator
from datev_connector.simulators.starface import (
    Certificate,
    JabberRpcConfig,
    StarfaceConfig,
    StarfaceSimulator,
    XmppConfig,
)
from tests.app.end_to_end.connector import SWIFT, Connector, Event, printed, running
from tests.app.end_to_end.line import Line, line_to
from tests.app.end_to_end.office import GROUP, START_S, Office, write_settings
from tests.prosody import Prosody, ProsodyOptions, running_prosody

AUTO: Mapping[str, Mapping[str, Any]] = {"calls": {"transfer_automatically": True}}
DOMAIN = "pbx.example"
COMPONENT = "uci.pbx.example"
SECRET = "component-secret"
XMPP = "Signed in over XMPP; STARFACE reports calls as they happen."
HTTPS = "Signed in over HTTPS; STARFACE reports calls as they happen."
OWN_DOOR = StarfaceConfig(
    zone="UTC", groups=(GROUP,), xmpp=XmppConfig(), jabber_rpc=JabberRpcConfig(reattach_s=0.05)
)
NO_DOOR = replace(OWN_DOOR, xmpp=None)


class XmppOffice(Office):
    """An office with a line to each door of the PBX."""

    def __init__(
        self,
        *,
        starface: StarfaceSimulator,
        datev: DatevSimulator,
        profile: Path,
        https: Line,
        xmpp: Line,
        server: Prosody | None,
    ) -> None:
        super().__init__(starface=starface, datev=datev, profile=profile)
        self.https = https
        self.xmpp = xmpp
        self._server = server

    @property
    def prosody(self) -> Prosody:
        """The real server, where the office has one."""
        assert self._server is not None
        return self._server

    @property
    def way(self) -> str:
        """The last thing that was said of the way into the PBX."""
        told = self.connector.told("leg", leg="starface")
        return str(told[-1]["reason"]) if told else ""

    async def in_use(self, way: str, *, after: int = 0) -> Event:
        """Wait until this way is in use, or was since `after`."""
        return await self.connector.event(
            "leg", after=after, leg="starface", reason=way, timeout_s=START_S
        )

    async def down(self, *, after: int = 0) -> Event:
        """Wait until no way works, or did not since `after`."""
        return await self.connector.event("leg", after=after, leg="starface", state="down")

    async def cut_everything(self) -> None:
        """Cut both lines, and wait until that has been noticed."""
        await self.connector.obeyed()
        mark = self.connector.mark
        await asyncio.gather(self.https.cut(), self.xmpp.cut())
        await self.down(after=mark)

    async def barred(self) -> dict[str, Any]:
        """What keeps the better way from being used, as the profile tells other processes."""
        found: list[dict[str, Any]] = []

        def look() -> bool:
            with suppress(OSError):
                text = (self.profile / "standing.json").read_text("utf-8")
                found.append(json.loads(text)["starface"]["barred"])
            return bool(found and found[-1])

        await self.wait_until(look, what="a way that is barred")
        return found[-1]

    async def quiet(self) -> None:
        """Every call is over and told of, and the best way alone is in use."""
        await self.hang_everything_up()
        await self.connector.until(lambda: self.way == XMPP, what="XMPP", timeout_s=START_S)
        await self.starface.chronicle.until(lambda: len(self.starface.sessions) == 1)
        told = {e["call"]: e["state"] for e in self.connector.told("call")}
        await self.connector.until(
            lambda: all(self.connector.told("call", call=call, state="ended") for call in told),
            what="the end of every call",
        )

    def mend_everything(self) -> None:
        self.https.mend()
        self.xmpp.mend()

    def address(self) -> str:
        """The full XMPP address of the connector that is signed in."""
        (address,) = {str(s.target) for s in self.starface.sessions if s.callback is None}
        return address

    async def own_journal(self) -> dict[str, list[str]]:
        """The outcomes of all calls in the connector's own journal, by number."""
        found: dict[str, list[str]] = {}
        for call in await printed(self.profile, "journal", "list", "--limit", "1000"):
            found.setdefault(call["number"].replace("+", "00"), []).append(call["outcome"])
        return found

    def settings(self, sections: Mapping[str, Mapping[str, Any]] | None = None) -> None:
        """Write the settings file: this office, and on top of it what is given."""
        usual: dict[str, dict[str, Any]] = {
            "starface": {
                "https_port": self.https.port,
                "xmpp_port": self.xmpp.port,
                "xmpp_domain": DOMAIN,
            }
        }
        for name, values in (sections or {}).items():
            usual.setdefault(name, {}).update(values)
        write_settings(self.profile, self.starface, self.datev, usual)

    @asynccontextmanager
    async def start(self, *, password: str = "Pass123", **times: Any) -> AsyncIterator[Connector]:
        """A connector of this office with short pauses, at whatever stage; `times` win."""
        client_secret = self.starface.config.oauth.client_secret
        async with running(
            self.profile,
            program=SWIFT,
            password=password,
            SWIFT=json.dumps(times),
            TZ="UTC",
            DATEV_CONNECTOR_CLIENT_SECRET=client_secret if self._wants_oauth else "",
        ) as connector:
            self.connector = connector
            yield connector

    @asynccontextmanager
    async def at_work(self, way: str = XMPP, **times: Any) -> AsyncIterator[Connector]:
        """A connector that is ready for calls, on this way."""
        before = self._called_back
        async with self.start(**times) as connector:
            await connector.event("leg", leg="datev", state="up", timeout_s=START_S)
            await self.in_use(way)
            if way == XMPP:  # the way that was left has said farewell, or never was
                await self.starface.chronicle.until(lambda: self._called_back <= before)
            yield connector

    @property
    def _called_back(self) -> int:
        """How many sessions get their events over HTTP; those of the dead live on for a while."""
        return sum(session.callback is not None for session in self.starface.sessions)

    @property
    def _wants_oauth(self) -> bool:
        return self.starface.oauth.offered


@asynccontextmanager
async def xmpp_office(
    profile: Path,
    sections: Mapping[str, Mapping[str, Any]] | None = None,
    *,
    pbx: StarfaceConfig = OWN_DOOR,
    options: ProsodyOptions | None = None,
    endpoint: str = "",
) -> AsyncIterator[XmppOffice]:
    """Everything but the connector. `options`: a real XMPP server serves in place of the door."""
    async with AsyncExitStack() as stack:
        server = None
        if options is not None:
            server = await stack.enter_async_context(running_prosody(options))
            pbx = _of_one_certificate(pbx, server)
        starface = await stack.enter_async_context(StarfaceSimulator(pbx))
        if server is not None:
            await _attach(starface, server, endpoint)
        datev = await stack.enter_async_context(DatevSimulator())
        door = starface.xmpp_port if server is None else server.port
        https = await stack.enter_async_context(line_to(starface.host, starface.port))
        xmpp = await stack.enter_async_context(line_to("127.0.0.1", door))
        office = XmppOffice(
            starface=starface,
            datev=datev,
            profile=profile,
            https=https,
            xmpp=xmpp,
            server=server,
        )
        office.settings(sections)
        yield office


@asynccontextmanager
async def prosody_office(
    profile: Path,
    sections: Mapping[str, Mapping[str, Any]] | None = None,
    *,
    pbx: StarfaceConfig = NO_DOOR,
    endpoint: str = "",
    **options: Any,
) -> AsyncIterator[XmppOffice]:
    """An office whose PBX is a component of Prosody, with TLS."""
    chosen = ProsodyOptions(**{"domain": DOMAIN, "components": {COMPONENT: SECRET}, **options})
    async with xmpp_office(profile, sections, pbx=pbx, options=chosen, endpoint=endpoint) as office:
        yield office


def _of_one_certificate(pbx: StarfaceConfig, server: Prosody) -> StarfaceConfig:
    """What goes over HTTPS as over XMPP: where they differ, PLAIN is not used."""
    if pbx.certificate is not None:
        return pbx
    file = server.identity.pem_file
    return replace(pbx, certificate=Certificate.read(file, file))


async def _attach(starface: StarfaceSimulator, server: Prosody, endpoint: str) -> None:
    starface.on_xmpp_password(server.set_password)
    (component,) = server.options.components
    starface.attach_to_xmpp(
        "127.0.0.1",
        server.component_port,
        component=component,
        secret=server.options.components[component],
        domain=server.domain,
        endpoint=endpoint,
    )
    await starface.xmpp_attached()
