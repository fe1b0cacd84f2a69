"""Certificates that Windows trusts, beside those that we pin ourselves."""

from __future__ import annotations

import asyncio
import ctypes
from ctypes import wintypes
from pathlib import Path

import pytest

from tests.network.certificates import make_identity, tls_server
from tests.windows.conftest import StartProcess

CLIENT = """
import asyncio, ssl, sys
from datetime import UTC, datetime
from datev_connector.network.tls import Verification, trusted_context
from tests.network.certificates import Pins
from tests.network.test_tls import exchange

async def main(port):
    context = await trusted_context(
        "localhost", port, verification=Verification.SYSTEM, pins=Pins(),
        now=datetime(2026, 11, 22, tzinfo=UTC), timeout_s=5,
    )
    try:
        print((await exchange(port, context, "localhost")).decode())
    except ssl.SSLCertVerificationError:
        print("refused")

asyncio.run(main(int(sys.argv[1])))
"""
X509_ASN_ENCODING = 1
CERT_STORE_PROV_SYSTEM_W = 10
CERT_SYSTEM_STORE_LOCAL_MACHINE = 0x20000
CERT_STORE_ADD_ALWAYS = 4

pytestmark = pytest.mark.skipif(
    not hasattr(ctypes.WinDLL("ntdll"), "wine_get_version"),
    reason="the trusted roots of a computer that somebody uses are left alone",
)


def have_windows_trust(certificate: bytes) -> None:
    """Put a root certificate (DER) among those that the computer trusts."""
    crypt32 = ctypes.WinDLL("crypt32", use_last_error=True)
    crypt32.CertOpenStore.restype = wintypes.HANDLE
    crypt32.CertOpenStore.argtypes = [ctypes.c_void_p, wintypes.DWORD, ctypes.c_void_p]
    crypt32.CertOpenStore.argtypes += [wintypes.DWORD, wintypes.LPCWSTR]
    crypt32.CertCloseStore.argtypes = [wintypes.HANDLE, wintypes.DWORD]
    add = crypt32.CertAddEncodedCertificateToStore
    add.argtypes = [wintypes.HANDLE, wintypes.DWORD, ctypes.c_char_p, wintypes.DWORD]
    add.argtypes += [wintypes.DWORD, ctypes.c_void_p]

    place = (CERT_STORE_PROV_SYSTEM_W, 0, None, CERT_SYSTEM_STORE_LOCAL_MACHINE, "Root")
    store = crypt32.CertOpenStore(*place)
    size = len(certificate)
    added = add(store, X509_ASN_ENCODING, certificate, size, CERT_STORE_ADD_ALWAYS, None)
    assert added, ctypes.WinError(ctypes.get_last_error())
    crypt32.CertCloseStore(store, 0)


async def test_who_is_in_the_store_of_windows_is_trusted_and_nobody_else(
    tmp_path: Path, windows_process: StartProcess
) -> None:
    """Asked by fresh processes: what is trusted under Wine, a process looks up but once."""
    trusted, stranger = (make_identity(tmp_path, authority=True) for _ in range(2))
    have_windows_trust(trusted.certificate)
    for server_of, answer in ((trusted, "secret"), (stranger, "refused")):
        async with tls_server(server_of) as server:
            client = windows_process("-c", CLIENT, str(server.port))
            assert await asyncio.to_thread(client.line) == answer
