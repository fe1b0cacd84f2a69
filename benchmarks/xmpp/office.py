"""What all processes agree on: names, passwords, and what a party asks of the PBX."""

from __future__ import annotations

DOMAIN = "pbx.example"
ENDPOINT = f"uci.{DOMAIN}"
PASSWORD = "Pass123"  # noqa: S105 -- of made-up people on loopback
LOGINS = ("0101", "0102", "0103")
EVENTS = "ucp.v30.events.call"
REQUESTS = "ucp.v30.requests"
SIGN_IN = (
    (f"{REQUESTS}.connection.login", ()),
    (f"{REQUESTS}.service.subscribeEvents", (EVENTS,)),
    (f"{REQUESTS}.call.getCallIds", ()),
)
"""What the connector asks before it is ready."""
HANG_UP = f"{REQUESTS}.call.hangupCall"
NO_CALL = "00000000-0000-0000-0000-000000000000"
"""A call that there is not: the PBX looks, and answers false."""
PAUSE_S = 0.003
"""Between two exchanges, so that each finds idle processes, as in an office."""
DEADLINE_S = 60.0
