"""What the PBX's own XMPP door is like."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from datev_connector.simulators.starface.certificate import Certificate
from datev_connector.simulators.starface.xmpp.jid import BadJid, Jid


class StartTls(StrEnum):
    """Whether clients encrypt the stream."""

    REQUIRED = "required"
    OPTIONAL = "optional"
    NONE = "none"


class Mechanism(StrEnum):
    """How clients prove who they are (SASL)."""

    SCRAM_SHA_1 = "SCRAM-SHA-1"
    SCRAM_SHA_256 = "SCRAM-SHA-256"
    PLAIN = "PLAIN"


@dataclass(frozen=True, slots=True, kw_only=True)
class XmppConfig:
    """The XMPP server for clients. `endpoint` and `domain` are what a real PBX leaves open.

    Raises BadJid for addresses that are none.
    """

    port: int = 0
    domain: str = "pbx.example"
    endpoint: str = ""
    """Who answers UCI: a host name, `user@host`, or the domain itself; empty: `uci.` and domain."""

    listed: bool = True
    """Whether disco#items of the domain names the endpoint."""

    starttls: StartTls = StartTls.REQUIRED
    mechanisms: tuple[Mechanism, ...] = (
        Mechanism.SCRAM_SHA_1,
        Mechanism.SCRAM_SHA_256,
        Mechanism.PLAIN,
    )
    certificate: Certificate | None = None
    """None: the one of the other doors."""

    directory_users: bool = True
    """Whether users of an Active Directory get in."""

    passwords_beside_oauth: bool = False
    """Whether the password itself is good where OAuth is the only way."""

    sasl_tries: int = 3
    """Wrong sign-ins on one stream before it is ended."""

    stanza_limit: int = 1 << 20

    @property
    def endpoint_address(self) -> str:
        """Who answers UCI."""
        return self.endpoint or f"uci.{self.domain}"

    def __post_init__(self) -> None:
        if Jid.parse(self.domain) != Jid("", self.domain.lower()):
            raise BadJid(f"no domain: {self.domain!r}")
        Jid.parse(self.endpoint_address)
