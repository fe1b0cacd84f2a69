"""How to reach DATEV and its master data."""

from __future__ import annotations

from datev_connector.app.settings import rules
from datev_connector.app.settings.option import Option
from datev_connector.app.settings.options.certificates import CHECKS
from datev_connector.app.settings.sections import Certificates, ContactSource, DatevLink

DATEV = (
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
        allowed=CHECKS,
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
