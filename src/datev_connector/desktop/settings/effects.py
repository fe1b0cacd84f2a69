"""Which settings have an effect beside which others. Pure: no Qt.

The same facts as in the program itself: `domain/rules.py` for calls, `starface/options.py` for the
ways into the PBX, `app/running/master_data_ways.py` for master data.
"""

from __future__ import annotations

from collections.abc import Mapping

from datev_connector.domain.wording import Worded, worded

Value = str | int | bool
Values = Mapping[str, Value]

REFINEMENTS = (
    "calls.only_datev_matches",
    "calls.skip_internal",
    "calls.only_answered",
    "calls.open_window",
)
"""What refines the automatic transfer, and does nothing without it."""
CALLBACK = ("starface.callback_host", "starface.callback_port")
XMPP = ("starface.xmpp_port", "starface.xmpp_domain", "starface.xmpp_endpoint")
OAUTH = ("starface.oauth_client_id", "secret.starface-client-secret")
CONNECT = (
    "datev.connect_url",
    "datev.connect_user",
    "datev.connect_verify_certificate",
    "datev.connect_lanes",
    "datev.contacts_refresh_minutes",
    "datev.contacts_reload_days",
    "secret.datev-password",
)
SDD = ("datev.sdd_reader", "datev.sdd_assemblies", "datev.sdd_limit_s")


def idle_reason(name: str, values: Values) -> Worded | None:
    """Why a setting has no effect as the others stand; None: it has one.

    `values` holds settings by `section.key` and whether there are secrets; what is missing counts
    as not set.
    """
    section = name.partition(".")[0]
    if section == "calls":
        return _idle_of_calls(name, values)
    if section == "starface" or name == "secret.starface-client-secret":
        return _idle_of_the_pbx(name, values)
    if section == "datev" or name == "secret.datev-password":
        return _idle_of_datev(name, values)
    if name == "general.start_delay_s" and not values.get("general.start_with_windows"):
        return worded("No effect as long as the program does not start with Windows.")
    return None


def _idle_of_calls(name: str, values: Values) -> Worded | None:
    if name in REFINEMENTS and not values.get("calls.transfer_automatically"):
        return worded("No effect as long as calls do not go to DATEV by themselves.")
    if name == "calls.skip_internal" and values.get("calls.hide_internal"):
        return worded("No effect as long as internal calls are left out altogether.")
    return None


def _idle_of_the_pbx(name: str, values: Values) -> Worded | None:
    if name in OAUTH:
        return _idle_of_oauth(name, values)
    if name == "starface.verify_certificate" and not values.get("starface.encrypted"):
        return worded("No effect without encryption: there is no certificate then.")
    if name in (*CALLBACK, "starface.events") and values.get("starface.transport") == "xmpp":
        return worded("No effect with XMPP: events come over the same line there.")
    if name in CALLBACK and values.get("starface.events") == "polling":
        return worded("No effect as long as calls are asked for: the phone system calls nobody.")
    if name in XMPP and not _over_xmpp(values):
        return worded("No effect as long as the way is HTTPS only.")
    return None


def _idle_of_oauth(name: str, values: Values) -> Worded | None:
    if values.get("starface.sign_in") not in {"auto", "oauth"}:
        return worded("No effect with the chosen form of sign-in.")
    if name == "starface.oauth_client_id" and not values.get("secret.starface-client-secret"):
        return worded("No effect without the client secret.")
    return None


def _over_xmpp(values: Values) -> bool:
    """Tell whether XMPP may be used; who chose how events come over HTTPS wants HTTPS."""
    transport = values.get("starface.transport")
    return transport == "xmpp" or (transport == "auto" and values.get("starface.events") == "auto")


def _idle_of_datev(name: str, values: Values) -> Worded | None:
    source = values.get("datev.contacts")
    if name == "datev.simulator_address" and values.get("datev.link") != "simulator":
        return worded("No effect as long as DATEV itself is the other end.")
    if name in CONNECT and source not in {"auto", "datevconnect"}:
        return worded("No effect as long as DATEVconnect is not asked.")
    if name in SDD and source not in {"auto", "sdd"}:
        return worded("No effect as long as the master data service is not read.")
    plain = str(values.get("datev.connect_url", "")).strip().lower().startswith("http:")
    if name == "datev.connect_verify_certificate" and plain:
        return worded("No effect without HTTPS: there is no certificate then.")
    if name == "secret.datev-password" and not values.get("datev.connect_user"):
        return worded("No effect without a user: the Windows sign-on is used.")
    return None
