from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import fields, replace
from datetime import UTC, datetime
from itertools import product

import pytest

from datev_connector.app.settings.registry import OPTIONS
from datev_connector.desktop.settings.effects import (
    CALLBACK,
    CONNECT,
    OAUTH,
    SDD,
    XMPP,
    idle_reason,
)
from datev_connector.domain.calls import Call, CallState, Direction
from datev_connector.domain.rules import CallRules, goes_to_datev, opens_window
from datev_connector.starface.commands import Transport
from datev_connector.starface.options import StarfaceOptions
from tests.desktop.settings.forms import Value, form_with

SWITCHES = tuple(field.name for field in fields(CallRules))
DECIDED_ELSEWHERE = {"prefer_datev", "first_best_contact", "close_after_call", "hide_internal"}
"""Switches that count whatever the others are."""


def both(*sets: tuple[Value, ...]) -> list[tuple[Value, ...]]:
    """Each value of each set with each of the others."""
    return list(product(*sets))


NOON = datetime(2026, 11, 23, 12, 0, tzinfo=UTC)


def every_kind_of_call() -> Iterator[Call]:
    for internal, hits, connected in product((True, False), (0, 1), (None, NOON)):
        yield Call(
            call="1",
            pbx_call="1",
            direction=Direction.INCOMING,
            state=CallState.CONNECTED,
            began_at=NOON,
            last_seen_at=NOON,
            internal=internal,
            datev_hits=hits,
            connected_at=connected,
        )


CALLS = tuple(every_kind_of_call())


def outcome(rules: CallRules) -> list[tuple[bool, bool]]:
    return [(opens_window(call, rules), goes_to_datev(call, rules)) for call in CALLS]


@pytest.mark.parametrize("switch", sorted(set(SWITCHES) - DECIDED_ELSEWHERE))
def test_a_switch_is_idle_exactly_where_the_rules_do_not_heed_it(switch: str) -> None:
    for states in product((True, False), repeat=len(SWITCHES)):
        rules = CallRules(**dict(zip(SWITCHES, states, strict=True)))
        turned = replace(rules, **{switch: not getattr(rules, switch)})
        heeded = outcome(rules) != outcome(turned)
        values: dict[str, Value] = {f"calls.{name}": getattr(rules, name) for name in SWITCHES}
        assert heeded == (idle_reason(f"calls.{switch}", values) is None), rules


@pytest.mark.parametrize("switch", sorted(DECIDED_ELSEWHERE))
def test_the_other_switches_always_count(switch: str) -> None:
    for states in product((True, False), repeat=len(SWITCHES)):
        values = {f"calls.{n}": state for n, state in zip(SWITCHES, states, strict=True)}
        assert idle_reason(f"calls.{switch}", values) is None


@pytest.mark.parametrize(
    ("transport", "events"),
    both(("auto", "xmpp", "https"), ("auto", "callback", "polling")),
)
def test_ways_that_the_link_does_not_go_need_no_settings(transport: str, events: str) -> None:
    options = replace(StarfaceOptions(host="pbx", login="1"), transport=transport, events=events)
    values: dict[str, Value] = {"starface.transport": transport, "starface.events": events}
    for name in XMPP:
        assert (idle_reason(name, values) is None) == (Transport.XMPP in options.ways)
    by_https = Transport.HTTPS in options.ways
    assert (idle_reason("starface.events", values) is None) == by_https
    for name in CALLBACK:
        assert (idle_reason(name, values) is None) == (by_https and events != "polling")


@pytest.mark.parametrize("encrypted", [True, False])
def test_a_certificate_counts_with_encryption(encrypted: bool) -> None:
    reason = idle_reason("starface.verify_certificate", {"starface.encrypted": encrypted})
    assert (reason is None) == encrypted


@pytest.mark.parametrize(
    ("sign_in", "secret"),
    both(("auto", "oauth", "sha512", "active-directory", "md5"), (True, False)),
)
def test_oauth_counts_where_it_may_be_used(sign_in: str, secret: bool) -> None:
    values: dict[str, Value] = {
        "starface.sign_in": sign_in,
        "secret.starface-client-secret": secret,
    }
    client, client_secret = (idle_reason(name, values) is None for name in OAUTH)
    assert client_secret == (sign_in in {"auto", "oauth"})
    assert client == (client_secret and secret)


@pytest.mark.parametrize(
    ("source", "user", "url"),
    both(
        ("auto", "sdd", "datevconnect", "none"),
        ("", "kanzlei"),
        ("https://server:58452", " HTTP://localhost"),
    ),
)
def test_a_source_that_is_not_asked_needs_no_settings(source: str, user: str, url: str) -> None:
    values: dict[str, Value] = {
        "datev.contacts": source,
        "datev.connect_user": user,
        "datev.connect_url": url,
    }
    idle = {name for name in (*CONNECT, *SDD) if idle_reason(name, values) is not None}
    expected = set[str]()
    if source not in {"auto", "datevconnect"}:
        expected |= set(CONNECT)
    if source not in {"auto", "sdd"}:
        expected |= set(SDD)
    if not user:
        expected.add("secret.datev-password")
    if not url.startswith("https"):
        expected.add("datev.connect_verify_certificate")
    assert idle == expected


@pytest.mark.parametrize("link", ["com", "simulator"])
def test_the_stand_in_has_an_address_where_it_is_used(link: str) -> None:
    reason = idle_reason("datev.simulator_address", {"datev.link": link})
    assert (reason is None) == (link == "simulator")


def test_what_decides_others_is_never_idle_itself() -> None:
    """Whoever makes something idle could otherwise not be changed back."""
    deciding = (
        "calls.transfer_automatically",
        "calls.hide_internal",
        "starface.encrypted",
        "starface.transport",
        "starface.sign_in",
        "datev.link",
        "datev.contacts",
    )
    for option in OPTIONS:
        for value in every_value(option.name):
            values = {**all_values(), option.name: value}
            for name in deciding:
                assert idle_reason(name, values) is None


def all_values() -> Mapping[str, Value]:
    return {field.name: field.value for field in form_with().fields}


def every_value(name: str) -> tuple[Value, ...]:
    field = form_with().field(name)
    return field.choices or (True, False)
