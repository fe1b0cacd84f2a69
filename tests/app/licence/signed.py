"""Licences signed by keys that live as long as a test."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from datev_connector.app.licence import signature
from datev_connector.app.licence.issuing import SigningKey
from datev_connector.app.licence.keys import VendorKey, VendorKeys
from datev_connector.domain.licences import PRODUCT, Licence

KEY = SigningKey("test-1", Ed25519PrivateKey.from_private_bytes(bytes(range(32))))
OTHER_KEY = SigningKey("test-2", Ed25519PrivateKey.from_private_bytes(bytes(range(1, 33))))


def keys(*signing: SigningKey, not_after: date | None = None) -> VendorKeys:
    """The public keys of these, or of `KEY` alone."""
    return VendorKeys(
        VendorKey(
            id=one.id, public=one.private.public_key().public_bytes_raw(), not_after=not_after
        )
        for one in signing or (KEY,)
    )


def a_licence(**facts: object) -> Licence:
    """A licence that is valid now, but for these facts."""
    today = datetime.now(UTC).date()
    usual: dict[str, object] = {
        "id": "20261123-00c0ffee",
        "product": PRODUCT,
        "customer": "Kanzlei Sommer & Partner, Köln",
        "seats": 5,
        "features": ("team", "statistik"),
        "issued": today,
        "valid_from": today - timedelta(days=10),
        "valid_until": today + timedelta(days=355),
        "pbx": ("127.0.0.1", "pbx.kanzlei.example"),
        "key_id": KEY.id,
    }
    return Licence(**(usual | facts))  # type: ignore[arg-type]


def a_text(signing: SigningKey = KEY, **facts: object) -> str:
    """The text of a licence that is valid now, but for these facts."""
    return signature.written(a_licence(**({"key_id": signing.id} | facts)), signing.private)
