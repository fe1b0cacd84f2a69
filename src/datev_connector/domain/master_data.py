"""What DATEV master data hold beside contacts, as far as the index keeps it."""

from __future__ import annotations

from dataclasses import dataclass

from datev_connector.domain.contacts import Contact


@dataclass(frozen=True, slots=True, kw_only=True)
class Client:
    """A client (Mandant) of the office."""

    id: str
    owner: str
    """The id of the addressee whom it belongs to."""
    number: str
    active: bool = True


@dataclass(frozen=True, slots=True, kw_only=True)
class Listed:
    """An entry of a list that names what there is, and which version of it."""

    id: str
    stamp: str
    """Whatever the source gives to a version, taken as it is; empty: it gives nothing."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Versioned:
    """A contact and the version that it was read in."""

    contact: Contact
    stamp: str
