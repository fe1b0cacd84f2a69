"""The settings as the program uses them: one immutable value per section.

The registry describes the same options for people (help, limits, defaults); a test holds the two
together.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum


class Certificates(StrEnum):
    """Whom to believe that a server is what it says."""

    SYSTEM = "system"
    PIN = "pin"
    OFF = "off"


class Transport(StrEnum):
    """How to reach the PBX."""

    AUTO = "auto"
    XMPP = "xmpp"
    HTTPS = "https"


class Events(StrEnum):
    """How calls are noticed over HTTPS."""

    AUTO = "auto"
    CALLBACK = "callback"
    POLLING = "polling"


class UciVersion(StrEnum):
    """Which generation of the STARFACE UCI to speak."""

    AUTO = "auto"
    V30 = "v30"
    V22 = "v22"


class SignIn(StrEnum):
    """How to prove who the user is."""

    AUTO = "auto"
    SHA512 = "sha512"
    ACTIVE_DIRECTORY = "active-directory"
    OAUTH = "oauth"
    MD5 = "md5"


class DatevLink(StrEnum):
    """What carries calls to DATEV."""

    COM = "com"
    SIMULATOR = "simulator"


class ContactSource(StrEnum):
    """Where DATEV master data come from."""

    AUTO = "auto"
    SDD = "sdd"
    DATEVCONNECT = "datevconnect"
    NONE = "none"


class Language(StrEnum):
    """The language of windows and messages."""

    AUTO = "auto"
    GERMAN = "de"
    ENGLISH = "en"


class LogLevel(StrEnum):
    """How much the log tells."""

    ERROR = "error"
    WARNING = "warning"
    INFO = "info"
    DEBUG = "debug"
    TRACE = "trace"


@dataclass(frozen=True, slots=True, kw_only=True)
class Starface:
    """How to reach the PBX and sign in."""

    host: str
    https_port: int
    xmpp_port: int
    login: str
    encrypted: bool
    verify_certificate: Certificates
    transport: Transport
    events: Events
    callback_host: str
    callback_port: int
    uci_version: UciVersion
    sign_in: SignIn
    oauth_client_id: str
    xmpp_domain: str
    xmpp_endpoint: str
    module_name: str


@dataclass(frozen=True, slots=True, kw_only=True)
class DialPlan:
    """How numbers are read and dialled in this office."""

    country: str
    area_code: str
    exchange_prefix: str
    internal_digits: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Calls:
    """What happens with a call by itself."""

    transfer_automatically: bool
    only_datev_matches: bool
    skip_internal: bool
    only_answered: bool
    open_window: bool
    hide_internal: bool
    prefer_datev: bool
    first_best_contact: bool
    close_after_call: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Datev:
    """How to reach DATEV and its master data."""

    link: DatevLink
    simulator_address: str
    contacts: ContactSource
    contacts_refresh_minutes: int
    contacts_reload_days: int
    connect_url: str
    connect_user: str
    connect_verify_certificate: Certificates
    connect_lanes: int
    sdd_reader: str
    sdd_assemblies: str
    sdd_limit_s: int


@dataclass(frozen=True, slots=True, kw_only=True)
class General:
    """The program itself."""

    language: Language
    start_with_windows: bool
    start_delay_s: int
    dial_shortcut: str
    licence_file: str
    log_level: LogLevel


@dataclass(frozen=True, slots=True, kw_only=True)
class Settings:
    """Every effective value; complete and valid by construction through `load_settings`."""

    starface: Starface
    dial_plan: DialPlan
    calls: Calls
    datev: Datev
    general: General
