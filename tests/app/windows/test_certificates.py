"""Certificates of real servers: looked at, trusted on a word, and nothing else trusted."""

from __future__ import annotations

import asyncio
import ssl
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import pytest

from datev_connector.app.settings import read_settings
from datev_connector.app.windows.certificates import Certificates, has_changed
from datev_connector.app.windows.core_thread import CoreThread
from datev_connector.datev.master_data.connect import troubles
from datev_connector.desktop.ports import Refused
from datev_connector.domain.legs import Leg, LegReport, LegState
from datev_connector.domain.wording import joined, worded
from datev_connector.network.tls import Pin
from datev_connector.simulators.datev.certificate import make_certificate
from datev_connector.starface.trouble import Trouble, TroubleKind

HOST = "127.0.0.1"
NOW = datetime(2026, 11, 23, 12, tzinfo=UTC)
WAIT_S = 20.0


class Notebook:
    """Pins as the store keeps them."""

    def __init__(self) -> None:
        self.pins: dict[tuple[str, int], Pin] = {}

    def pin(self, host: str, port: int) -> Pin | None:
        return self.pins.get((host, port))

    def set_pin(self, host: str, port: int, pin: Pin) -> None:
        self.pins[host, port] = pin


class Server:
    """Shows a certificate; `renew` replaces it."""

    def __init__(self, thread: CoreThread) -> None:
        self._thread = thread
        self._server: asyncio.Server | None = None
        self.port = 0
        self.certificate = b""
        self.renew()

    def renew(self) -> None:
        made = make_certificate("pbx.example", NOW)
        self.certificate = ssl.PEM_cert_to_DER_cert(made.certificate_pem)
        self._thread.do_long(lambda: self._listen(made.server_context())).result(WAIT_S)

    async def _listen(self, context: ssl.SSLContext) -> None:
        await self.close()
        self._server = await asyncio.start_server(
            lambda _, writer: writer.close(), HOST, self.port, ssl=context
        )
        self.port = self._server.sockets[0].getsockname()[1]

    async def close(self) -> None:
        if self._server is not None:
            self._server.close()
            await self._server.wait_closed()


@pytest.fixture
def thread() -> Iterator[CoreThread]:
    over = asyncio.Event()

    async def main() -> None:
        await over.wait()

    made = CoreThread(main)
    made.start()
    yield made
    made.do(over.set)
    made.ended.result(WAIT_S)


@pytest.fixture
def server(thread: CoreThread) -> Iterator[Server]:
    made = Server(thread)
    yield made
    thread.do_long(made.close).result(WAIT_S)


class Desk:
    """Certificates for a PBX at this port."""

    def __init__(self, thread: CoreThread, port: int, folder: Path) -> None:
        self.pins = Notebook()
        self.connected: list[Leg] = []
        file = folder / "settings.toml"
        file.write_text(f'[starface]\nhost = "{HOST}"\nhttps_port = {port}\n', "utf-8")
        settings = read_settings(user_file=file, machine_file=folder / "none.toml").settings
        self.certificates = Certificates(
            thread, self.pins, lambda: settings, connect=self.connected.append, now=lambda: NOW
        )


@pytest.fixture
def desk(thread: CoreThread, server: Server, tmp_path: Path) -> Desk:
    return Desk(thread, server.port, tmp_path)


def test_a_changed_certificate_is_trusted_once_a_person_has_seen_it(
    desk: Desk, server: Server
) -> None:
    known = Pin(certificate=server.certificate, since=NOW)
    desk.pins.set_pin(HOST, server.port, known)
    assert desk.certificates.look(Leg.STARFACE).result(WAIT_S).is_known
    server.renew()
    shown = desk.certificates.look(Leg.STARFACE).result(WAIT_S)
    assert not shown.is_known
    assert known.fingerprint in shown.known
    assert shown.fingerprint in shown.described
    assert "pbx.example" in shown.described
    assert desk.pins.pin(HOST, server.port) == known
    desk.certificates.trust(shown).result(WAIT_S)
    trusted = desk.pins.pin(HOST, server.port)
    assert trusted is not None
    assert trusted.certificate == server.certificate
    assert desk.connected == [Leg.STARFACE]


def test_what_nobody_has_seen_is_not_trusted(desk: Desk, server: Server) -> None:
    shown = desk.certificates.look(Leg.STARFACE).result(WAIT_S)
    with pytest.raises(KeyError):
        desk.certificates.trust(replace(shown, fingerprint="00")).result(WAIT_S)
    server.renew()
    desk.certificates.trust(shown).result(WAIT_S)
    assert not desk.certificates.look(Leg.STARFACE).result(WAIT_S).is_known


def test_a_server_that_is_away_is_said_to_be(
    desk: Desk, server: Server, thread: CoreThread
) -> None:
    thread.do_long(server.close).result(WAIT_S)
    with pytest.raises(Refused, match="shows no certificate"):
        desk.certificates.look(Leg.STARFACE).result(WAIT_S)


def report(leg: Leg, reason: str) -> LegReport:
    return LegReport(leg=leg, state=LegState.DOWN, since=NOW, reason=reason)


def test_a_changed_certificate_is_known_by_what_its_leg_says() -> None:
    of_pbx = Trouble(kind=TroubleKind.CERTIFICATE_CHANGED, where="pbx", detail="a; b").complaint
    of_datev = troubles.WORDS[troubles.Wrong.CERTIFICATE_CHANGED][0].filled(where="datev")
    assert has_changed(report(Leg.STARFACE, of_pbx.reason))
    assert has_changed(report(Leg.CONTACTS_DATEV, joined(of_datev, worded("More."))))
    other = Trouble(kind=TroubleKind.CERTIFICATE_UNTRUSTED, where="pbx").complaint
    assert not has_changed(report(Leg.STARFACE, other.reason))
    assert not has_changed(report(Leg.STORE, of_pbx.reason))
