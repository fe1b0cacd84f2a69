"""The settings of the STARFACE leg, and what is wrong with them before anything is tried."""

from __future__ import annotations

from dataclasses import dataclass, field

from datev_connector.domain.wording import worded
from datev_connector.network.tls import Verification
from datev_connector.starface.commands import Transport
from datev_connector.starface.event_source import Events
from datev_connector.starface.https.callback import CallbackLimits
from datev_connector.starface.https.client import HttpTimes, PbxAddress
from datev_connector.starface.pacing import Pacing
from datev_connector.starface.sign_in.forms import SignIn
from datev_connector.starface.wire.uci import UciVersion


@dataclass(frozen=True, slots=True, kw_only=True)
class StarfaceOptions:
    """The section `[starface]` of the settings, with its names and values."""

    host: str
    https_port: int = 443
    login: str = ""
    encrypted: bool = True
    verify_certificate: str = "pin"
    transport: str = "auto"
    events: str = "auto"
    callback_host: str = ""
    callback_port: int = 0
    uci_version: str = "auto"
    sign_in: str = "auto"
    oauth_client_id: str = "rest-client-headless"
    xmpp_port: int = 5222
    xmpp_domain: str = ""
    """Empty: the host."""
    xmpp_endpoint: str = ""
    """Empty: looked for."""

    times: HttpTimes = field(default_factory=HttpTimes)
    pacing: Pacing = field(default_factory=Pacing)
    callback_limits: CallbackLimits = field(default_factory=CallbackLimits)

    def __post_init__(self) -> None:
        """Raises ValueError for a value that is none of those the settings allow."""
        Verification(self.verify_certificate)
        Events(self.events)
        SignIn(self.sign_in)
        self.versions  # noqa: B018 - raises for an unknown one
        self.ways  # noqa: B018 - raises for an unknown transport

    @property
    def address(self) -> PbxAddress:
        """Where UCI is spoken over HTTP(S)."""
        return PbxAddress(host=self.host.strip(), port=self.https_port, encrypted=self.encrypted)

    @property
    def versions(self) -> tuple[UciVersion, ...]:
        """The generations of UCI to try, in this order."""
        if self.uci_version == "auto":
            return (UciVersion.V30, UciVersion.V22)
        return (UciVersion(self.uci_version),)

    @property
    def ways(self) -> tuple[Transport, ...]:
        """The transports to sign in over, in this order, the best last.

        A person who chose how events come over HTTPS wants HTTPS.
        """
        if self.transport != "auto":
            return (Transport(self.transport),)
        if self.events != "auto":
            return (Transport.HTTPS,)
        return (Transport.HTTPS, Transport.XMPP)

    def fault(self, password: str) -> str | None:
        """Why these settings cannot work, as a sentence; None if they can."""
        host = self.host.strip()
        if not host:
            return worded("The PBX is not set (starface.host).")
        if "/" in host or any(character.isspace() for character in host):
            return worded(
                "starface.host must be a name or address alone, without http:// and blanks."
            )
        if not self.login.strip():
            return worded("The login at the PBX is not set (starface.login).")
        if not password.strip():
            return worded("The password at the PBX is not set.")
        return self._unspeakable(password)

    def _unspeakable(self, password: str) -> str | None:
        """What no request could carry, as a sentence."""
        for name, host in (("host", self.host), ("callback_host", self.callback_host)):
            if not _is_name(host.strip()):
                return worded("starface.{name} is neither a name nor an address.", name=name)
        words = ("xmpp_domain", "xmpp_endpoint", "oauth_client_id")
        for name in words:
            if not getattr(self, name).strip().isprintable():
                return worded("starface.{name} holds characters that cannot be sent.", name=name)
        if not can_be_sent(self.login):
            return worded(
                "The login at the PBX (starface.login) holds characters that cannot be sent."
            )
        if not can_be_sent(password):
            return worded("The password at the PBX holds characters that cannot be sent.")
        return None


def can_be_sent(secret: str) -> bool:
    """Tell whether every form of sign-in can carry this text (RFC 4616, 2)."""
    try:
        secret.encode()
    except UnicodeEncodeError:  # an environment in another encoding than it says
        return False
    return "\0" not in secret


def _is_name(host: str) -> bool:
    """Tell whether this may be a name or an address at all; empty counts as one."""
    try:
        host.encode("idna")
    except UnicodeError:
        return False
    return host.isprintable() and " " not in host
