"""What kind of PBX is simulated: its users, its version, and every choice left open by STARFACE.

`StarfaceConfig` is fixed when the simulator starts; `Behaviour` may be changed while it runs.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from enum import StrEnum
from uuid import uuid4

from datev_connector.simulators.starface.certificate import Certificate
from datev_connector.simulators.starface.module.config import ModuleConfig
from datev_connector.simulators.starface.xmpp.config import XmppConfig


class AuthMode(StrEnum):
    """How a client proves who it is (STARFACE UCI, parameter `de.vertico.starface.auth`)."""

    SHA512 = "sha512"
    ACTIVE_DIRECTORY = "active-directory"
    MD5 = "md5"
    OAUTH = "oauth"
    """STARFACE 10: access tokens, had from the PBX for the password."""


class BadLogin(StrEnum):
    """What a wrong token is answered with; STARFACE versions differ."""

    STRICT = "strict"
    """An XML-RPC fault."""

    LENIENT = "lenient"
    """`login` returns false; other requests get a fault."""

    HTML = "html"
    """HTTP 200 with a web page instead of XML."""

    REDIRECT = "redirect"
    """HTTP 302 to a web page."""

    UNAUTHORIZED = "unauthorized"
    """HTTP 401."""


class TimestampForm(StrEnum):
    """How `timestamp` travels: both forms have been seen."""

    DATETIME = "datetime"
    STRING = "string"


@dataclass(frozen=True, slots=True, kw_only=True)
class PbxUser:
    """A person with a telephone at this PBX."""

    login: str
    password: str = field(repr=False)
    number: str
    first_name: str = ""
    family_name: str = ""
    account_id: int = 1000
    phones: tuple[str, ...] = ()
    password_grant: bool = True
    """Whether the user has the right to OAuth's password grant (STARFACE 10)."""
    uci: bool = True
    """Whether the user may use UCI. Whoever may not can sign in, and is refused all else."""

    @property
    def name(self) -> str:
        """First and family name."""
        return f"{self.first_name} {self.family_name}".strip()

    @property
    def phone_ids(self) -> tuple[str, ...]:
        """Ids of the user's telephones; the first is the primary one."""
        return self.phones or (f"SIP/{self.number}",)


@dataclass(frozen=True, slots=True, kw_only=True)
class PbxGroup:
    """A number that rings at several users."""

    group_id: str
    number: str
    name: str = ""
    members: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class PbxContact:
    """An entry of the PBX address book."""

    id: str
    first_name: str = ""
    family_name: str = ""
    company: str = ""
    phone: str = ""
    phone2: str = ""
    homephone: str = ""
    mobile: str = ""
    email: str = ""
    tags: tuple[str, ...] = ()
    salutation: str = ""
    title: str = ""
    job_title: str = ""
    street: str = ""
    postal_code: str = ""
    city: str = ""
    note: str = ""
    phone3: str = ""
    phone4: str = ""
    fax: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class ContactColumns:
    """Which columns the address book shows, in this order, by their names in the REST schema."""

    summary: tuple[str, ...] = ("firstname", "familyname", "company")
    numbers: tuple[str, ...] = ("phone", "phone2", "homephone", "mobile")
    details: tuple[str, ...] = ("firstname", "familyname", "company", "email")


@dataclass(frozen=True, slots=True, kw_only=True)
class FaultCodes:
    """Numbers in XML-RPC faults. STARFACE's own are not published."""

    unknown_method: int = 1
    illegal_access: int = 2
    not_connected: int = 3
    wrong_call: int = 5
    stale_module: int = 6
    failed_module: int = 7


@dataclass(frozen=True, slots=True, kw_only=True)
class OAuthConfig:
    """The token endpoint of STARFACE 10."""

    client_id: str = "rest-client-headless"
    client_secret: str = field(default="made-up-client-secret", repr=False)
    access_life_s: float = 300.0
    refresh_life_s: float = 21600.0
    refresh_rotates: bool = True
    """Whether a refresh brings a new refresh token and ends the old one."""

    events_carry_token: bool = False
    """Whether callbacks to a client that signed in with an access token name that token."""


@dataclass(frozen=True, slots=True, kw_only=True)
class JabberRpcConfig:
    """UCI over XMPP. STARFACE does not publish how its own works."""

    connection_requests: bool = True
    """Whether `connection.login` and its like exist over XMPP; if not, asking opens a session."""

    shows_itself: bool = True
    """Whether the endpoint says in disco#info that it speaks Jabber-RPC."""

    iq_timeout_s: float = 5.0
    """How long a client may take to answer an event."""

    reattach_s: float = 0.2
    """Pause before the next attempt to become a component of an XMPP server."""


@dataclass(slots=True, kw_only=True)
class Behaviour:
    """Switches that may be thrown while the PBX runs."""

    deliver_events: bool = True
    accept_subscriptions: bool = True
    accept_dials: bool = True
    duplicate_events: bool = False
    empty_first_event: bool = False
    late_names: bool = False
    v30_shows_incoming: bool = False
    click_to_dial_rings_own_phone: bool = False
    """Report the user's own phone as RINGING before the far end is dialled (v20/v22/v30 differ)."""

    clock_offset: timedelta = timedelta(0)
    """How far the PBX clock is ahead of the true time."""


@dataclass(frozen=True, slots=True, kw_only=True)
class StarfaceConfig:
    """Everything that is fixed when the PBX starts."""

    host: str = "127.0.0.1"
    port: int = 0
    encrypted: bool = True
    certificate: Certificate | None = None
    """None: a self-signed one is made at start."""

    versions: frozenset[str] = frozenset({"v22", "v30"})
    server_version: str = "8.1.0.5"
    users: tuple[PbxUser, ...] = (
        PbxUser(
            login="0123",
            password="Pass123",  # noqa: S106 -- a made-up person on loopback
            number="23",
            first_name="Anna",
            family_name="Berger",
            account_id=1023,
        ),
        PbxUser(
            login="0124",
            password="Pass124",  # noqa: S106 -- a made-up person on loopback
            number="24",
            first_name="Bernd",
            family_name="Conrad",
            account_id=1024,
        ),
    )
    groups: tuple[PbxGroup, ...] = ()
    contacts: tuple[PbxContact, ...] = ()
    contact_columns: ContactColumns = ContactColumns()
    auth_modes: frozenset[AuthMode] = frozenset({AuthMode.SHA512})
    bad_login: BadLogin = BadLogin.STRICT
    lock_after: int = 0
    """Wrong sign-ins in a row that lock an account; 0: never."""

    lock_s: float = 300.0
    session_timeout_s: float = 60.0
    any_request_extends: bool = False
    """Whether requests other than `login` and `keepAlive` keep a session alive."""

    push_timeout_s: float = 5.0
    push_keep_alive: bool = True
    zone: str = "Europe/Berlin"
    timestamp_form: TimestampForm = TimestampForm.DATETIME
    timestamp_format: str = "%Y%m%dT%H:%M:%S"
    """Form of a timestamp that travels as a string (`strftime`)."""

    group_member_v22: str = "groupID"
    group_member_v30: str = "groupId"
    id_change_members: tuple[str, str] = ("oldCallId", "newCallId")
    shared_call_ids: bool = True
    """All users in one call see the same call id."""

    fault_codes: FaultCodes = FaultCodes()
    call_list_lag_s: float = 0.0
    """How long after its end a call appears in the call list."""

    oauth: OAuthConfig = OAuthConfig()
    jabber_rpc: JabberRpcConfig = JabberRpcConfig()
    xmpp: XmppConfig | None = None
    """The PBX's own XMPP door; None: there is none."""

    rest_token_life_s: float = 4 * 3600.0
    rest_nonce_life_s: float = 300.0
    rest_demands_version: bool = True
    """Whether REST requests without `X-Version: 2` are refused."""

    modules: tuple[ModuleConfig, ...] = ()
    """Modules, each with one configuration."""

    lists_methods: bool = False
    """Whether `system.listMethods` tells the entry points of modules."""

    max_page_size: int = 200
    body_limit: int = 1 << 20
    remembered: int = 100_000
    """How many requests and events the chronicle keeps."""

    behaviour: Behaviour = field(default_factory=Behaviour)
    now: Callable[[], datetime] = lambda: datetime.now(UTC)
    new_id: Callable[[], str] = lambda: str(uuid4())
