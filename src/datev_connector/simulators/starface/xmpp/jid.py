"""Jabber ids: `local@domain/resource` (RFC 7622), compared without regard to case as servers do."""

from __future__ import annotations

from dataclasses import dataclass, replace


class BadJid(ValueError):
    """Text that is no Jabber id."""


@dataclass(frozen=True, slots=True)
class Jid:
    """An address in XMPP. Local part and domain are kept in lower case."""

    local: str
    domain: str
    resource: str = ""

    @classmethod
    def parse(cls, text: str) -> Jid:
        """The Jid that `text` means. Raises BadJid."""
        bare, slash, resource = text.partition("/")
        local, at, domain = bare.rpartition("@")
        if not domain or (at and not local) or (slash and not resource):
            raise BadJid(f"no Jabber id: {text!r}")
        return cls(local.lower(), domain.lower(), resource)

    @property
    def bare(self) -> Jid:
        """The same without resource."""
        return replace(self, resource="")

    def __str__(self) -> str:
        local = f"{self.local}@" if self.local else ""
        resource = f"/{self.resource}" if self.resource else ""
        return f"{local}{self.domain}{resource}"
