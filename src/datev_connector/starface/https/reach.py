"""Can the PBX be reached at all, and over which of our own addresses? Before any secret is sent."""

from __future__ import annotations

import asyncio
import contextlib
import errno
import socket
import ssl

from datev_connector.domain.wording import worded
from datev_connector.network.tls import CertificateChanged
from datev_connector.starface.trouble import Trouble, TroubleKind

CUT_SHORT = (ConnectionResetError, ConnectionAbortedError, BrokenPipeError)
REFUSED_MARK = f"[Errno {errno.ECONNREFUSED}]"


async def shake_hands(
    host: str, port: int, context: ssl.SSLContext | None, *, timeout_s: float
) -> None:
    """Connect and part again; with `context` after a TLS handshake.

    Raises OSError (ssl.SSLError among them) and TimeoutError.
    """
    async with asyncio.timeout(timeout_s):
        _, writer = await asyncio.open_connection(host, port, ssl=context)
    writer.transport.abort()
    with contextlib.suppress(OSError):
        await writer.wait_closed()


async def local_address_towards(host: str, port: int) -> str:
    """The address of this computer that a packet to the PBX would come from. Sends nothing.

    IPv4 goes first: how a PBX writes an IPv6 address into a URL is not known. Raises OSError.
    """
    loop = asyncio.get_running_loop()
    found = await loop.getaddrinfo(host, port, type=socket.SOCK_DGRAM)
    found.sort(key=lambda info: info[0] is not socket.AF_INET)
    for family, kind, protocol, _, address in found:
        with socket.socket(family, kind, protocol) as probe, contextlib.suppress(OSError):
            probe.connect(address)
            return str(probe.getsockname()[0])
    raise OSError(errno.EHOSTUNREACH, "no way to the PBX")


async def until_address_changes(here: str, host: str, port: int, *, every_s: float) -> None:
    """Return once a packet to the PBX would come from another address than `here`.

    While there is no way to the PBX, nothing has changed.
    """
    while True:
        await asyncio.sleep(every_s)
        with contextlib.suppress(OSError):
            if await local_address_towards(host, port) != here:
                return


def trouble_of(error: BaseException, where: str) -> Trouble:
    """What an error of a connection to `where` means."""
    match error:
        case CertificateChanged():
            kind, detail = TroubleKind.CERTIFICATE_CHANGED, error.difference
        case ssl.SSLCertVerificationError():
            kind, detail = (
                TroubleKind.CERTIFICATE_UNTRUSTED,
                getattr(error, "verify_message", worded("not verified")),
            )
        case ssl.SSLError():
            kind, detail = TroubleKind.NO_TLS, getattr(error, "reason", None) or worded("no TLS")
        case socket.gaierror() | ValueError():  # the latter: a name that none can be
            kind, detail = TroubleKind.NAME_UNKNOWN, ""
        case ConnectionRefusedError():
            kind, detail = TroubleKind.REFUSED_CONNECTION, ""
        case OSError() if REFUSED_MARK in str(error):  # several addresses, all of them closed
            kind, detail = TroubleKind.REFUSED_CONNECTION, ""
        case _ if isinstance(error, CUT_SHORT):
            kind, detail = TroubleKind.CUT, ""
        case _:
            kind, detail = TroubleKind.UNREACHABLE, ""
    return Trouble(kind=kind, where=where, detail=detail)
