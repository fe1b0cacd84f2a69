"""What a failed request means, found out by a second look at the port. Sends nothing secret.

A handshake that a pin refuses does not say why, and a port that expects TLS answers plain HTTP with
whatever it likes. The certificate that stands there now tells.
"""

from __future__ import annotations

from dataclasses import replace

from datev_connector.network.tls import (
    CertificateChanged,
    PinStore,
    Verification,
    presented_certificate,
)
from datev_connector.starface.https.client import PbxAddress
from datev_connector.starface.https.reach import trouble_of
from datev_connector.starface.trouble import Trouble, TroubleKind

PERHAPS_TLS = frozenset({TroubleKind.CUT, TroubleKind.NO_XML_RPC, TroubleKind.HTTP_STATUS})
"""What plain HTTP meets at a port that expects TLS: an alert, the end, or a status (400)."""


async def looked_at_again(
    trouble: Trouble,
    address: PbxAddress,
    *,
    verification: Verification,
    pins: PinStore,
    accepted: bytes | None,
    timeout_s: float,
) -> Trouble:
    """The trouble that stands behind `trouble`; itself, if there is no more to say.

    `accepted`: the DER certificate that the failed request would have accepted; None: not pinned.
    """
    untrusted = trouble.kind is TroubleKind.CERTIFICATE_UNTRUSTED
    if address.encrypted and verification is Verification.PIN and untrusted:
        return await _not_the_pinned_one(trouble, address, pins, accepted, timeout_s)
    if not address.encrypted and trouble.kind in PERHAPS_TLS:
        return await _perhaps_tls(trouble, address, timeout_s)
    return trouble


async def _not_the_pinned_one(
    trouble: Trouble, address: PbxAddress, pins: PinStore, accepted: bytes | None, timeout_s: float
) -> Trouble:
    pin = pins.pin(address.host, address.port)
    try:
        shown = await presented_certificate(address.host, address.port, timeout_s=timeout_s)
    except OSError:
        return replace(trouble, kind=TroubleKind.CERTIFICATE_CHANGED, detail="")
    if shown == accepted:
        return replace(trouble, kind=TroubleKind.CERTIFICATE_UNUSABLE)
    if pin is None or pin.certificate == shown:
        # Forgotten or replaced on purpose meanwhile: the next connection trusts the new one.
        return replace(trouble, kind=TroubleKind.CUT, detail="")
    changed = CertificateChanged(host=address.host, port=address.port, pin=pin, presented=shown)
    return trouble_of(changed, trouble.where)


async def _perhaps_tls(trouble: Trouble, address: PbxAddress, timeout_s: float) -> Trouble:
    try:
        await presented_certificate(address.host, address.port, timeout_s=timeout_s)
    except OSError:
        return trouble
    return replace(trouble, kind=TroubleKind.TLS_EXPECTED, detail="")
