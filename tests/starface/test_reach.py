from __future__ import annotations

import errno
import socket
import ssl
from datetime import UTC, datetime

import pytest

from datev_connector.network.tls import CertificateChanged, Pin
from datev_connector.starface.https.door import Door
from datev_connector.starface.https.reach import local_address_towards, trouble_of
from datev_connector.starface.options import StarfaceOptions
from datev_connector.starface.trouble import LinkTrouble, TroubleKind
from tests.network.certificates import Pins

CHANGED = CertificateChanged(
    host="pbx",
    port=443,
    pin=Pin(certificate=b"old", since=datetime(2026, 1, 2, tzinfo=UTC)),
    presented=b"new",
)
SEVERAL = OSError(
    f"Multiple exceptions: [Errno {errno.ECONNREFUSED}] Connect call failed ('::1', 1, 0, 0), "
    f"[Errno {errno.ECONNREFUSED}] Connect call failed ('127.0.0.1', 1)"
)


@pytest.mark.parametrize(
    ("error", "kind"),
    [
        (socket.gaierror(-2, "Name or service not known"), TroubleKind.NAME_UNKNOWN),
        (ConnectionRefusedError(), TroubleKind.REFUSED_CONNECTION),
        (SEVERAL, TroubleKind.REFUSED_CONNECTION),
        (ConnectionResetError(), TroubleKind.CUT),
        (TimeoutError(), TroubleKind.UNREACHABLE),
        (OSError(errno.EHOSTUNREACH, "No route to host"), TroubleKind.UNREACHABLE),
        (ssl.SSLError(1, "[SSL: WRONG_VERSION_NUMBER]"), TroubleKind.NO_TLS),
        (CHANGED, TroubleKind.CERTIFICATE_CHANGED),
    ],
)
def test_what_an_error_means(error: Exception, kind: TroubleKind) -> None:
    trouble = trouble_of(error, "pbx:443")
    assert trouble.kind is kind
    assert "pbx:443" in trouble.complaint.reason


def test_a_changed_certificate_names_both_fingerprints() -> None:
    reason = trouble_of(CHANGED, "pbx:443").complaint.reason
    assert CHANGED.pinned in reason
    assert CHANGED.presented in reason
    assert "2026-01-02" in reason
    assert reason.count("has changed") == 1
    assert reason.count("pbx:443") == 1


async def test_the_way_to_loopback_begins_at_loopback() -> None:
    assert await local_address_towards("127.0.0.1", 443) == "127.0.0.1"
    assert await local_address_towards("localhost", 443) == "127.0.0.1"


@pytest.mark.parametrize("host", ["pbx..example", "a" * 70, "pbx\0.example"])
@pytest.mark.parametrize("encrypted", [True, False])
async def test_a_name_that_none_can_be_is_not_known(host: str, encrypted: bool) -> None:
    options = StarfaceOptions(host=host, encrypted=encrypted)
    with pytest.raises(LinkTrouble) as caught:
        await Door(options, pins=Pins(), now=lambda: datetime.now(UTC)).open()
    assert caught.value.trouble.kind is TroubleKind.NAME_UNKNOWN
