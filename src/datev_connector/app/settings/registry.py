"""Every option there is, in the order people read them.

From these rows come the check of files and policies, the overview of `settings show`, and the
page `docs/settings.md`. A new option is a row here and a field in `sections`.
"""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType

from datev_connector.app.settings import rules
from datev_connector.app.settings.option import Option
from datev_connector.app.settings.sections import (
    Certificates,
    ContactSource,
    DatevLink,
    Events,
    Language,
    LogLevel,
    SignIn,
    Transport,
    UciVersion,
)

SECTIONS: Mapping[str, str] = MappingProxyType(
    {
        "starface": "How to reach the STARFACE PBX and sign in.",
        "dial_plan": "How numbers are read and dialled in this office.",
        "calls": "What happens with a call by itself.",
        "datev": "How to reach DATEV and its master data.",
        "general": "The program itself.",
    }
)


_CERTIFICATES = {
    "system": "Trust what the operating system trusts, company authorities included.",
    "pin": "Trust the certificate seen first, and refuse another one until a person agrees.",
    "off": "Trust any certificate. Anyone in between can listen; for tests only.",
}

_STARFACE = (
    Option(
        section="starface",
        key="host",
        kind=str,
        default="",
        rule=rules.host,
        help="Name or address of the PBX in the office network, without https://.",
    ),
    Option(
        section="starface",
        key="https_port",
        kind=int,
        default=443,
        minimum=1,
        maximum=rules.HIGHEST_PORT,
        help="Port of the PBX for HTTPS (for HTTP if `encrypted` is false).",
    ),
    Option(
        section="starface",
        key="xmpp_port",
        kind=int,
        default=5222,
        minimum=1,
        maximum=rules.HIGHEST_PORT,
        help="Port of the PBX for XMPP.",
    ),
    Option(
        section="starface",
        key="login",
        kind=str,
        default="",
        rule=rules.stripped,
        help="Login of the STARFACE user, as for the web interface (often a number).",
    ),
    Option(
        section="starface",
        key="encrypted",
        kind=bool,
        default=True,
        help="Talk to the PBX over TLS. False: everything, notes included, can be read on the way.",
    ),
    Option(
        section="starface",
        key="verify_certificate",
        kind=Certificates,
        default=Certificates.PIN,
        allowed=_CERTIFICATES,
        help="How the certificate of the PBX is checked.",
    ),
    Option(
        section="starface",
        key="transport",
        kind=Transport,
        default=Transport.AUTO,
        allowed={
            "auto": "XMPP where the PBX offers UCI over it, otherwise HTTPS.",
            "xmpp": "XMPP only.",
            "https": "HTTPS only.",
        },
        help="How to reach the PBX.",
    ),
    Option(
        section="starface",
        key="events",
        kind=Events,
        default=Events.AUTO,
        allowed={
            "auto": "The PBX calls back; a slow poll beside it takes over if it does not.",
            "callback": "The PBX calls back; nothing is polled.",
            "polling": "Calls are asked for again and again; the PBX never calls back.",
        },
        help="How calls are noticed over HTTPS.",
    ),
    Option(
        section="starface",
        key="callback_host",
        kind=str,
        default="",
        rule=rules.host,
        help="Address under which the PBX reaches this machine. "
        "Empty: the one from which this machine reaches the PBX.",
    ),
    Option(
        section="starface",
        key="callback_port",
        kind=int,
        default=0,
        minimum=0,
        maximum=rules.HIGHEST_PORT,
        help="Port on which this machine waits for the PBX. 0: any free one.",
    ),
    Option(
        section="starface",
        key="uci_version",
        kind=UciVersion,
        default=UciVersion.AUTO,
        allowed={
            "auto": "The newest generation that the PBX answers.",
            "v30": "Version 3.0 only.",
            "v22": "Version 2.2 only, for older PBXs.",
        },
        help="Generation of the STARFACE interface (UCI).",
    ),
    Option(
        section="starface",
        key="sign_in",
        kind=SignIn,
        default=SignIn.AUTO,
        allowed={
            "auto": "OAuth if the PBX offers it and the client secret is known; otherwise SHA-512, "
            "or the Active Directory form if the PBX asks for it.",
            "sha512": "Login and password; only a digest is sent.",
            "active-directory": "The PBX checks the password with Active Directory.",
            "oauth": "A token from the PBX's own sign-in service, STARFACE 10 and newer; "
            "needs the client secret, in the keyring or `DATEV_CONNECTOR_CLIENT_SECRET`.",
            "md5": "A weak digest, for very old PBXs only.",
        },
        help="How the user signs in.",
    ),
    Option(
        section="starface",
        key="oauth_client_id",
        kind=str,
        default="rest-client-headless",
        rule=rules.required_word,
        help="Client name for signing in with OAuth.",
    ),
    Option(
        section="starface",
        key="xmpp_domain",
        kind=str,
        default="",
        rule=rules.host,
        help="XMPP domain of the PBX. Empty: the same as `host`.",
    ),
    Option(
        section="starface",
        key="xmpp_endpoint",
        kind=str,
        default="",
        rule=rules.word,
        help="XMPP address of the PBX's interface UCI. Empty: looked for.",
    ),
    Option(
        section="starface",
        key="module_name",
        kind=str,
        default="DATEVConnectorforSTARFACE",
        rule=rules.word,
        help="Name of the module's configuration in the PBX, letter by letter; empty: the office "
        "does without the module.",
    ),
)

_DIAL_PLAN = (
    Option(
        section="dial_plan",
        key="country",
        kind=str,
        default="DE",
        rule=rules.country,
        help="Country of the office, by its two letters.",
    ),
    Option(
        section="dial_plan",
        key="area_code",
        kind=str,
        default="",
        rule=rules.area_code,
        help="Area code of the office without the leading 0; completes local numbers. "
        "Empty: local numbers are not completed.",
    ),
    Option(
        section="dial_plan",
        key="exchange_prefix",
        kind=str,
        default="",
        rule=rules.exchange_prefix,
        help='Prefix for an outside line, such as "0": '
        "stripped from callers, put before dialled numbers.",
    ),
    Option(
        section="dial_plan",
        key="internal_digits",
        kind=int,
        default=4,
        minimum=0,
        maximum=8,
        unit="digits",
        help="Numbers of up to this many digits are internal.",
    ),
)


def _switch(key: str, help_text: str, *, default: bool) -> Option:
    return Option(section="calls", key=key, kind=bool, default=default, help=help_text)


_CALLS = (
    _switch(
        "transfer_automatically",
        "Calls go to DATEV by themselves. Otherwise only by the DATEV button.",
        default=False,
    ),
    _switch(
        "only_datev_matches",
        "With automatic transfer: only calls whose number was found in DATEV.",
        default=False,
    ),
    _switch("skip_internal", "With automatic transfer: not the internal calls.", default=True),
    _switch(
        "only_answered",
        "With automatic transfer: nothing goes out before the call is answered.",
        default=False,
    ),
    _switch(
        "open_window",
        "With automatic transfer: the call window opens all the same.",
        default=True,
    ),
    _switch(
        "hide_internal",
        "Internal calls open no window and are never transferred.",
        default=False,
    ),
    _switch(
        "prefer_datev",
        "Exactly one hit in DATEV wins over hits in the STARFACE address book without asking.",
        default=False,
    ),
    _switch(
        "first_best_contact",
        "Several hits in one source: one is taken without asking, always the same.",
        default=False,
    ),
    _switch("close_after_call", "The call window closes when the call ends.", default=False),
)

_DATEV = (
    Option(
        section="datev",
        key="link",
        kind=DatevLink,
        default=DatevLink.SIMULATOR,
        windows_default=DatevLink.COM,
        allowed={
            "com": "DATEV on this Windows machine.",
            "simulator": "A stand-in reached under `simulator_address`.",
        },
        help="What carries calls to DATEV.",
    ),
    Option(
        section="datev",
        key="simulator_address",
        kind=str,
        default="127.0.0.1:5881",
        rule=rules.address,
        help="Address and port of the DATEV simulator.",
    ),
    Option(
        section="datev",
        key="contacts",
        kind=ContactSource,
        default=ContactSource.AUTO,
        allowed={
            "auto": "DATEV's master data service if this machine has it, otherwise DATEVconnect.",
            "sdd": "DATEV's master data service on this Windows machine, institutions included.",
            "datevconnect": "DATEVconnect under `connect_url`: with clients, but no institutions.",
            "none": "No DATEV master data but those of an import.",
        },
        help="Where DATEV master data come from.",
    ),
    Option(
        section="datev",
        key="contacts_refresh_minutes",
        kind=int,
        default=15,
        minimum=1,
        maximum=24 * 60,
        help="How often DATEVconnect is asked what has changed.",
    ),
    Option(
        section="datev",
        key="contacts_reload_days",
        kind=int,
        default=7,
        minimum=0,
        maximum=365,
        help="After how many days everything is fetched anew from DATEVconnect, in case it does "
        "not stamp every change; 0: never.",
    ),
    Option(
        section="datev",
        key="connect_url",
        kind=str,
        default="https://localhost:58452",
        rule=rules.url,
        help="Address of DATEVconnect. Use the name that its certificate bears.",
    ),
    Option(
        section="datev",
        key="connect_user",
        kind=str,
        default="",
        rule=rules.stripped,
        help="User for DATEVconnect; over HTTPS or to this machine only. Empty: Windows sign-on.",
    ),
    Option(
        section="datev",
        key="connect_verify_certificate",
        kind=Certificates,
        default=Certificates.PIN,
        allowed=_CERTIFICATES,
        help="How the certificate of DATEVconnect is checked.",
    ),
    Option(
        section="datev",
        key="connect_lanes",
        kind=int,
        default=4,
        minimum=1,
        maximum=16,
        help="How many requests DATEVconnect is sent at a time.",
    ),
    Option(
        section="datev",
        key="sdd_reader",
        kind=str,
        default="",
        rule=rules.stripped,
        help="Program that reads DATEV's master data service; empty: the one that came with this.",
    ),
    Option(
        section="datev",
        key="sdd_assemblies",
        kind=str,
        default="",
        rule=rules.stripped,
        help="Folder of DATEV's program files; empty: it is looked for.",
    ),
    Option(
        section="datev",
        key="sdd_limit_s",
        kind=int,
        default=120,
        minimum=30,
        maximum=600,
        help="How many seconds one reading of DATEV's master data service may take.",
    ),
)

_GENERAL = (
    Option(
        section="general",
        key="language",
        kind=Language,
        default=Language.AUTO,
        allowed={
            "auto": "German, or English where the operating system speaks another language.",
            "de": "German.",
            "en": "English.",
        },
        restart=True,
        help="Language of the windows; commands and logs are in English.",
    ),
    Option(
        section="general",
        key="start_with_windows",
        kind=bool,
        default=True,
        help="The program starts when the user signs in to Windows.",
    ),
    Option(
        section="general",
        key="start_delay_s",
        kind=int,
        default=0,
        minimum=0,
        maximum=600,
        help="How many seconds it waits then, where DATEV is to come up first.",
    ),
    Option(
        section="general",
        key="dial_shortcut",
        kind=str,
        default="Ctrl+Shift+F10",
        rule=rules.shortcut,
        help="Opens the dialler from any program (Windows): Ctrl, Alt, Shift or Win and a key, "
        "joined by +; empty: none.",
    ),
    Option(
        section="general",
        key="licence_file",
        kind=str,
        default="",
        rule=rules.stripped,
        help="File with the licence, for a PBX without the module; empty: `licence.txt` in the "
        "profile, else beside the settings of the machine.",
    ),
    Option(
        section="general",
        key="log_level",
        kind=LogLevel,
        default=LogLevel.INFO,
        allowed={
            "error": "Faults only.",
            "warning": "Also what is not in order.",
            "info": "Also what happens: calls, connections, notifications.",
            "debug": "Also what the program does for that; for 24 hours, then `info` again.",
            "trace": "Also what goes over the lines, as forms without names, numbers and notes; "
            "for 24 hours, then `info` again.",
        },
        help="How much the log tells; counts at once. Names, numbers, notes and secrets are never "
        "in it.",
    ),
)

OPTIONS: tuple[Option, ...] = (*_STARFACE, *_DIAL_PLAN, *_CALLS, *_DATEV, *_GENERAL)
