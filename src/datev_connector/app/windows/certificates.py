"""Certificates that have changed: shown to a person, and trusted anew only on their word."""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import Future
from datetime import datetime

from datev_connector.app import office
from datev_connector.app.diagnosis.certificate import whose
from datev_connector.app.settings import Settings
from datev_connector.app.windows.core_thread import CoreThread
from datev_connector.datev.master_data.connect import troubles
from datev_connector.desktop.ports import Refused, ShownCertificate
from datev_connector.domain.legs import Leg, LegReport
from datev_connector.domain.wording import Worded, worded
from datev_connector.network.tls import Pin, PinStore, fingerprint, presented_certificate
from datev_connector.starface import trouble

LIMIT_S = 10.0
"""Longest wait for a server to show its certificate."""
OF_LEG = {
    Leg.STARFACE: trouble.WORDS[trouble.TroubleKind.CERTIFICATE_CHANGED][0],
    Leg.CONTACTS_DATEV: troubles.WORDS[troubles.Wrong.CERTIFICATE_CHANGED][0],
}
"""What a leg says whose server has another certificate than the known one."""


class Certificates:
    """What servers show, against what they are known by. Store and network are on `thread`."""

    def __init__(
        self,
        thread: CoreThread,
        pins: PinStore,
        settings: Callable[[], Settings],
        *,
        connect: Callable[[Leg], None],
        now: Callable[[], datetime],
    ) -> None:
        """`connect` makes the connection of a leg anew; it is called on `thread`."""
        self._thread = thread
        self._pins = pins
        self._settings = settings
        self._connect = connect
        self._now = now
        self._seen: dict[str, bytes] = {}
        """By fingerprint: only what a person has seen can be trusted."""

    def look(self, leg: Leg) -> Future[ShownCertificate]:
        """Have the server of a leg show its certificate."""
        return self._thread.do_long(lambda: self._look(leg))

    def trust(self, shown: ShownCertificate) -> Future[None]:
        """Know the server by this certificate from now on, and connect."""
        return self._thread.do(lambda: self._trust(shown))

    async def _look(self, leg: Leg) -> ShownCertificate:
        host, port = _server(leg, self._settings())
        try:
            certificate = await presented_certificate(host, port, timeout_s=LIMIT_S)
        except (OSError, TimeoutError) as fault:
            what = worded("{host}:{port} shows no certificate at the moment.", host=host, port=port)
            raise Refused(what, worded("Check whether it can be reached.")) from fault
        now, pin = self._now(), self._pins.pin(host, port)
        self._seen[fingerprint(certificate)] = certificate
        return ShownCertificate(
            leg=leg,
            host=host,
            port=port,
            fingerprint=fingerprint(certificate),
            described=whose(certificate, now),
            known="" if pin is None else whose(pin.certificate, now),
            known_since=None if pin is None else pin.since,
            is_known=pin is not None and pin.certificate == certificate,
        )

    def _trust(self, shown: ShownCertificate) -> None:
        certificate = self._seen[shown.fingerprint]
        self._pins.set_pin(shown.host, shown.port, Pin(certificate=certificate, since=self._now()))
        self._connect(shown.leg)


def has_changed(report: LegReport) -> bool:
    """Tell whether a leg is down because its server shows another certificate."""
    wanted = OF_LEG.get(report.leg)
    return wanted is not None and _says(report.reason, wanted.template)


def _says(text: object, template: str) -> bool:
    """Tell whether a text says this, alone or among others."""
    if not isinstance(text, Worded):
        return False
    return text.template == template or any(_says(one, template) for one in text.values.values())


def _server(leg: Leg, settings: Settings) -> tuple[str, int]:
    if leg is Leg.CONTACTS_DATEV:
        address = office.connect_options(settings).address
        return address.host, address.port
    return settings.starface.host, settings.starface.https_port
