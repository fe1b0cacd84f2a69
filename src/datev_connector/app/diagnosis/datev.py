"""Probe of the link to DATEV: whether it is there, and sounds like DATEV.

Nothing is said to DATEV: whatever we said would be a call or a mistake in its eyes.
"""

from __future__ import annotations

import asyncio
import contextlib
import errno
import socket
import sys
from dataclasses import replace

from datev_connector.app.diagnosis.beside import left_to_connector
from datev_connector.app.diagnosis.finding import (
    Observation,
    Step,
    leg_seen,
    well,
)
from datev_connector.app.diagnosis.ground import Ground, Notebook
from datev_connector.app.diagnosis.probing import Probe
from datev_connector.app.settings import DatevLink
from datev_connector.datev import wire
from datev_connector.datev.absent import NoDatev
from datev_connector.datev.address import Address
from datev_connector.datev.com import standings
from datev_connector.datev.com.hresults import ALREADY_REGISTERED, spelt
from datev_connector.datev.com.look_round import look_round
from datev_connector.datev.lines import LineSplitter
from datev_connector.datev.presence import Presence
from datev_connector.domain.inputs import Input, LegChanged
from datev_connector.domain.legs import Leg
from datev_connector.domain.wording import worded

WINDOWS = sys.platform == "win32"
LISTEN_S = 0.5
"""Who is not DATEV and talks first (mail, FTP, SSH ...) does it at once."""
READ_SIZE = 65_536
REFUSED_MARK = f"[Errno {errno.ECONNREFUSED}]"


class DatevProbes:
    """Asks for DATEV's telephony."""

    def __init__(self, ground: Ground, notebook: Notebook) -> None:
        self._ground = ground
        self._notebook = notebook

    def probes(self) -> tuple[Probe, ...]:
        """The one question."""
        return (Probe(leg=Leg.DATEV, step=Step.LINK, ask=self.link, limit_s=self._ground.limit_s),)

    async def link(self) -> Observation:
        """Whether DATEV is at the other end."""
        section = self._ground.settings.datev
        if section.link is DatevLink.COM:
            return await (self._by_com() if WINDOWS else self._absent(section.link))
        address = Address.parse(section.simulator_address)
        if self._notebook.connector:
            return left_to_connector(
                worded(
                    "nothing: the running connector has the line to {address}", address=str(address)
                ),
                worded("Not tried: DATEV could take us for the connector and dial here."),
                Leg.DATEV,
                self._ground,
                self._notebook,
            )
        tried = worded("connect to {address} and listen for a moment", address=str(address))
        try:
            async with asyncio.timeout(0.5 * self._ground.limit_s):
                reader, writer = await asyncio.open_connection(address.host, address.port)
        except OSError as fault:
            return _presence(tried, Presence.NOT_RUNNING, found=_in_words(fault))
        try:
            return await _listen(tried, reader)
        finally:
            writer.transport.abort()
            with contextlib.suppress(OSError):
                await writer.wait_closed()

    async def _by_com(self) -> Observation:
        """Whether DATEV is there and answers; a running connector is not disturbed."""
        tried = worded("look for DATEV Telefonie in this Windows session, and ask for its methods")
        try:
            seen = await look_round(now=self._ground.now, limit_s=0.8 * self._ground.limit_s)
        except TimeoutError:
            told = standings.HANGS
            found: str = worded("no answer in time")
        else:
            others = max(0, seen.others - bool(self._notebook.connector))
            told = standings.standing_of(replace(seen, others=others))
            found = spelt(seen.datev) if seen.datev < 0 else _answering(others)
        return Observation(
            state=told.state,
            tried=tried,
            found=found,
            meaning=told.reason,
            mender=told.mender,
            remedy=told.remedy,
        )

    async def _absent(self, link: DatevLink) -> Observation:
        """What the connector itself says where it has no link."""
        told: list[Input] = []
        with contextlib.suppress(TimeoutError):
            async with asyncio.timeout(0):  # it reports before it waits
                await NoDatev(emit=told.append, now=self._ground.now).run()
        report = next(news.report for news in told if isinstance(news, LegChanged))
        return leg_seen(worded('use datev.link = "{link}"', link=link.value), report)


def _answering(others: int) -> str:
    if not others:
        return worded("it answers")
    return worded(
        "it answers; another program is registered as we are (code {code})",
        code=ALREADY_REGISTERED,
    )


async def _listen(tried: str, reader: asyncio.StreamReader) -> Observation:
    data = b""
    with contextlib.suppress(TimeoutError):
        async with asyncio.timeout(LISTEN_S):
            try:
                data = await reader.read(READ_SIZE)
            except OSError:
                data = b""
            if not data:
                return _presence(tried, Presence.CUT, found=worded("closed at once"))
    if not data:
        return well(
            tried,
            worded("connected; nothing was said"),
            worded("Whether it answers shows with the first call."),
        )
    if any(not _is_understood(line) for line in LineSplitter().feed(data + b"\n")):
        return _presence(
            tried, Presence.TALKS_NONSENSE, found=worded("a line that DATEV does not send")
        )
    return well(tried, worded("connected, and understood"))


def _in_words(fault: OSError) -> str:
    """Why there is no connection, whatever the system calls it."""
    match fault:
        case ConnectionRefusedError():
            return worded("nothing listens there")
        case TimeoutError():
            return worded("no answer in time")
        case socket.gaierror():
            return worded("the name is not known in this network")
        case OSError() if REFUSED_MARK in str(fault):  # several addresses, all of them closed
            return worded("nothing listens there")
        case _:
            return worded("it cannot be reached")


def _is_understood(line: bytes | None) -> bool:
    try:
        return line is not None and bool(wire.read_line(line))
    except wire.Unreadable:
        return False


def _presence(tried: str, presence: Presence, *, found: str) -> Observation:
    state, reason, mender, remedy = presence.value
    return Observation(
        state=state, tried=tried, found=found, meaning=reason, mender=mender, remedy=remedy
    )
