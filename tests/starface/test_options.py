from __future__ import annotations

from typing import Any

import pytest

from datev_connector.starface.options import StarfaceOptions
from datev_connector.starface.wire.uci import UciVersion


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


@pytest.mark.parametrize(
    ("settings", "password", "named"),
    [
        ({"host": "pbx..example"}, "Pass123", "starface.host"),
        ({"host": ".pbx.example"}, "Pass123", "starface.host"),
        ({"host": "a" * 70 + ".example"}, "Pass123", "starface.host"),
        ({"host": "ü..example"}, "Pass123", "starface.host"),
        ({"host": "pbx\0.example"}, "Pass123", "starface.host"),
        ({"host": "pbx\udcff"}, "Pass123", "starface.host"),
        ({"callback_host": "a..b"}, "Pass123", "starface.callback_host"),
        ({"callback_host": "my host"}, "Pass123", "starface.callback_host"),
        ({"xmpp_domain": "pbx\udcff"}, "Pass123", "starface.xmpp_domain"),
        ({"xmpp_endpoint": "uci@\x01pbx"}, "Pass123", "starface.xmpp_endpoint"),
        ({"oauth_client_id": "rest\udcff"}, "Pass123", "starface.oauth_client_id"),
        ({"login": "0\udcff"}, "Pass123", "starface.login"),
        ({"login": "0\x00123"}, "Pass123", "starface.login"),
        ({}, "Pass\udcff", "password"),
        ({}, "Pass\x00123", "password"),
    ],
)
def test_what_no_request_can_carry_is_told(
    settings: dict[str, Any], password: str, named: str
) -> None:
    options = StarfaceOptions(**({"host": "pbx.example", "login": "0123"} | settings))
    fault = options.fault(password)
    assert fault is not None
    assert named in fault
    assert fault.endswith(".")
    assert fault.isprintable()
    assert password not in fault


@pytest.mark.parametrize(
    ("settings", "password"),
    [
        ({"host": "Büro.example"}, "Pässwort €"),
        ({"host": "pbx.example."}, "x y"),
        ({"host": "2001:db8::1"}, "Pass123"),
        ({"host": "fe80::1%eth0"}, "Pass123"),
        ({"host": "pbx_1"}, "Pass123"),
        ({"callback_host": "192.0.2.7", "xmpp_domain": "pbx", "xmpp_endpoint": "a@b/c"}, "1"),
    ],
)
def test_what_can_be_carried_is_no_fault(settings: dict[str, Any], password: str) -> None:
    options = StarfaceOptions(**({"host": "pbx.example", "login": "Jürgen"} | settings))
    assert options.fault(password) is None
