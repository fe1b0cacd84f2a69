from __future__ import annotations

from typing import Any

import pytest

from datev_connector.starface.options import StarfaceOptions
from datev_connector.starface.uci import UciVersion


@pytest.mark.parametrize(
    "settings",
    [
        {"verify_certificate": "maybe"},
        {"events": "sometimes"},
        {"sign_in": "fingerprint"},
        {"uci_version": "v31"},
        {"transport": "pigeon"},
    ],
)
def test_values_that_are_none_are_refused(settings: dict[str, Any]) -> None:
    with pytest.raises(ValueError, match="not a valid"):
        StarfaceOptions(host="pbx", **settings)


@pytest.mark.parametrize(
    ("setting", "versions"),
    [
        ("auto", (UciVersion.V30, UciVersion.V22)),
        ("v30", (UciVersion.V30,)),
        ("v22", (UciVersion.V22,)),
    ],
)
def test_generations_in_the_order_to_try(setting: str, versions: tuple[UciVersion, ...]) -> None:
    assert StarfaceOptions(host="pbx", uci_version=setting).versions == versions


@pytest.mark.parametrize(
    ("settings", "url"),
    [
        ({"host": " pbx.example "}, "https://pbx.example:443"),
        ({"host": "pbx", "https_port": 8080, "encrypted": False}, "http://pbx:8080"),
        ({"host": "2001:db8::1"}, "https://[2001:db8::1]:443"),
    ],
)
def test_where_the_pbx_answers(settings: dict[str, Any], url: str) -> None:
    assert StarfaceOptions(**settings).address.url == url
