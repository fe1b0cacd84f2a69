"""The settings of DATEVconnect, and what is wrong with them before anything is tried."""

from __future__ import annotations

import ipaddress
from dataclasses import dataclass, field
from enum import StrEnum
from urllib.parse import SplitResult, urlsplit

from datev_connector.datev.master_data.connect.troubles import Wrong, trouble
from datev_connector.datev.master_data.trouble import Trouble
from datev_connector.domain.wording import worded
from datev_connector.network.tls import Verification

HTTPS_PORT = 58452
HTTP_PORT = 58454
API = "/datev/api"
LANES = 4


class SignOn(StrEnum):
    """How to say who we are."""

    AUTO = "auto"
    """Basic with a user, the Windows sign-on without one."""
    BASIC = "basic"
    NEGOTIATE = "negotiate"
    """The Windows sign-on; with a user it is that one's and not the session's."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ConnectTimes:
    """Time limits in seconds."""

    connect_s: float = 5.0
    answer_s: float = 30.0
    """For one addressee."""
    list_silence_s: float = 120.0
    """Until a list begins, and between two pieces of it."""
    list_s: float = 1800.0
    """For a whole list."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ConnectAddress:
    """Where DATEVconnect answers."""

    host: str
    port: int
    encrypted: bool
    path: str = ""
    """What stands before DATEV's own path, without a slash at its end."""

    @property
    def url(self) -> str:
        """Scheme, host, port and the path that all resources begin with."""
        return f"{'https' if self.encrypted else 'http'}://{self.name}{self.path}{API}"

    @property
    def name(self) -> str:
        """Host and port as a request names them (RFC 9110, 7.2)."""
        host = f"[{self.host}]" if ":" in self.host else self.host.encode("idna").decode("ascii")
        return f"{host}:{self.port}"

    @property
    def is_this_machine(self) -> bool:
        """Tell whether nothing leaves this computer on the way there."""
        return self.host.lower() == "localhost" or _is_loopback(self.host)

    def __str__(self) -> str:
        return f"{self.host}:{self.port}"


@dataclass(frozen=True, slots=True, kw_only=True)
class ConnectOptions:
    """What the section `[datev]` of the settings says about DATEVconnect."""

    url: str
    user: str = ""
    """Empty: the Windows sign-on of this session."""
    verify_certificate: str = "pin"
    sign_on: str = "auto"
    lanes: int = LANES
    """How many requests are under way at a time."""
    times: ConnectTimes = field(default_factory=ConnectTimes)

    def __post_init__(self) -> None:
        """Raises ValueError for a value that is none of those the settings allow."""
        Verification(self.verify_certificate)
        SignOn(self.sign_on)
        if self.lanes < 1:
            raise ValueError("at least one request has to be under way at a time")

    @property
    def uses_basic(self) -> bool:
        """Tell whether user and password are sent as they are."""
        if self.sign_on == SignOn.AUTO:
            return bool(self.user)
        return self.sign_on == SignOn.BASIC

    @property
    def address(self) -> ConnectAddress:
        """Where to ask; without a port the one that DATEV uses. Ask `fault` before."""
        found = urlsplit(self.url.strip())
        encrypted = found.scheme.lower() == "https"
        return ConnectAddress(
            host=found.hostname or "",
            port=found.port or (HTTPS_PORT if encrypted else HTTP_PORT),
            encrypted=encrypted,
            path=found.path.rstrip("/").removesuffix(API),
        )

    def fault(self, password: str) -> Trouble | None:
        """Why these settings cannot work; None if they can. Nothing is sent for it."""
        wrong = self._wrong_address()
        if wrong:
            return trouble(Wrong.ADDRESS_UNUSABLE, detail=wrong)
        if not self.uses_basic:
            return None
        if not self.user.strip() or not password:
            return trouble(Wrong.PASSWORD_MISSING)
        if not _can_be_sent(self.user, password):
            return trouble(Wrong.PASSWORD_UNSPEAKABLE)
        if not self.address.encrypted and not self.address.is_this_machine:
            return trouble(Wrong.PASSWORD_IN_THE_CLEAR, where=str(self.address))
        return None

    def _wrong_address(self) -> str:
        try:
            found = urlsplit(self.url.strip())
            usable = found.port != 0 and bool(found.hostname) and _is_name(found.hostname or "")
        except ValueError:
            return worded("it is no address")
        if found.scheme.lower() not in {"http", "https"}:
            return worded("it must begin with https:// or http://")
        if not usable or not _is_plain(found):
            return worded("it must be a name, a port and nothing else")
        if "@" in found.netloc:
            return worded("user and password do not belong into it")
        return ""


def _is_loopback(host: str) -> bool:
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return False


def _is_name(host: str) -> bool:
    """Tell whether this may be a name or an address at all. Raises ValueError for some."""
    host.encode("idna")
    return host.isprintable() and " " not in host


def _is_plain(found: SplitResult) -> bool:
    path = found.path
    sendable = path.isascii() and path.isprintable() and " " not in path
    return sendable and not found.query and not found.fragment


def _can_be_sent(user: str, password: str) -> bool:
    """Tell whether Basic can carry them (RFC 7617, 2)."""
    try:
        whole = f"{user}{password}".encode().decode()
    except UnicodeEncodeError:
        return False
    return ":" not in user and whole.isprintable()
