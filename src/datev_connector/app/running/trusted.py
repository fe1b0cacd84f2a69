"""The certificates that were trusted on first use: what the network asks, kept in the store."""

from __future__ import annotations

import ssl
from typing import TYPE_CHECKING

from datev_connector.network.tls import Pin

if TYPE_CHECKING:
    from datev_connector.store.pins import Pins


class StoredPins:
    """A `network.tls.PinStore` on the profile's store; a server is its host and port."""

    def __init__(self, pins: Pins) -> None:
        """`pins` is the store's part."""
        self._pins = pins

    def pin(self, host: str, port: int) -> Pin | None:
        """Return the pin of a server; None if it was never seen, or was forgotten on purpose."""
        kept = self._pins.pin(server_name(host, port))
        if kept is None:
            return None
        return Pin(certificate=ssl.PEM_cert_to_DER_cert(kept.pem), since=kept.at)

    def set_pin(self, host: str, port: int, pin: Pin) -> None:
        """Remember the pin of a server seen for the first time."""
        pem = ssl.DER_cert_to_PEM_cert(pin.certificate)
        self._pins.set_pin(server_name(host, port), pin.fingerprint, pem, pin.since)


def server_name(host: str, port: int) -> str:
    """Return the name under which a server's certificate is kept."""
    return f"{host.strip().lower()}:{port}"
