"""The kinds of PBX that the weeks are lived through with."""

from __future__ import annotations

from typing import Any

from datev_connector.simulators.starface import (
    AuthMode,
    OAuthConfig,
    StarfaceSimulator,
    XmppConfig,
)
from tests.soak.office import Setup

OAUTH = OAuthConfig(access_life_s=300.0)


def _https_with_oauth(_: StarfaceSimulator) -> dict[str, Any]:
    return {"transport": "https", "sign_in": "oauth"}


def _both_ways(starface: StarfaceSimulator) -> dict[str, Any]:
    return {"xmpp_port": starface.xmpp_port}


SETUPS = (
    Setup(
        name="https-and-oauth",
        both_ways=False,
        pbx={"auth_modes": frozenset({AuthMode.OAUTH}), "oauth": OAUTH},
        options=_https_with_oauth,
        client_secret=OAUTH.client_secret,
    ),
    Setup(name="xmpp-and-password", both_ways=True, pbx={"xmpp": XmppConfig()}, options=_both_ways),
)
