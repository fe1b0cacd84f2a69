"""Contacts as every source gives them, and the entries of the number index.

A contact is known by its source and its id within that source; the same person in two
sources is two contacts.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import StrEnum
from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from datetime import datetime


class Source(StrEnum):
    """Where a contact comes from."""

    DATEV = "datev"
    """DATEV addressee (recipient)."""
    INSTITUTION = "institution"
    """DATEV institution."""
    STARFACE = "starface"
    """Address book of the PBX, or a name that the PBX sent with a call."""

    @property
    def in_datev(self) -> bool:
        """Tell whether DATEV master data holds the contact."""
        return self is not Source.STARFACE


class ContactKind(StrEnum):
    """What a contact is."""

    PERSON = "person"
    COMPANY = "company"
    UNKNOWN = "unknown"


class Medium(StrEnum):
    """What a stored number is for. Only `PHONE` and `MOBILE` answer a caller."""

    PHONE = "phone"
    MOBILE = "mobile"
    FAX = "fax"
    OTHER = "other"

    @property
    def answers(self) -> bool:
        """Tell whether a number of this medium identifies a caller."""
        return self in (Medium.PHONE, Medium.MOBILE)


class ClientState(StrEnum):
    """Whether a contact is a client of the office."""

    NONE = "none"
    """No client, or the source does not tell."""
    ACTIVE = "active"
    """At least one of the contact's clients is active."""
    INACTIVE = "inactive"


class Rule(StrEnum):
    """By which rule a number belongs to a contact; strongest first."""

    EXACT = "exact"
    COMPANY_STEM = "company-stem"
    COMPLETED_LOCAL = "completed-local"
    NONE = "none"


@dataclass(frozen=True, slots=True, order=True)
class ContactRef:
    """The address of a contact: source and id within it."""

    source: Source
    id: str


@dataclass(frozen=True, slots=True, kw_only=True)
class StoredNumber:
    """One number of a contact, as its source holds it."""

    number: str
    """As typed by whoever entered it."""
    standardised: str = ""
    """Standardised by the source (DATEV: `NormierteNummer`, `00` and country code), or empty."""
    medium: Medium = Medium.PHONE
    note: str = ""
    main: bool = False
    """Marked by the source as the main number."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Contact:
    """A person, company or institution with its numbers."""

    ref: ContactRef
    name: str
    kind: ContactKind = ContactKind.UNKNOWN
    active: bool = True
    client_number: str = ""
    """Several ones, those of active clients first, are joined by a comma and a blank."""
    client_state: ClientState = ClientState.NONE
    numbers: tuple[StoredNumber, ...] = field(default=())


class IndexEntry(NamedTuple):
    """One number of one contact as the index returns it for a key.

    A tuple, since a look-up makes nothing but these: build it with names all the same.
    """

    ref: ContactRef
    name: str
    kind: ContactKind
    active: bool
    client_number: str
    client_state: ClientState
    number: str
    """As stored in the source."""
    medium: Medium
    key: str
    """The digits of the E.164 form without `+`, completed where `completed`."""
    head: bool
    """The number is a head number (`-0`): `key` without the final zeros is the company's stem."""
    completed: bool
    """The stored number had no area code; the office's own was put in."""
    last_used_at: datetime | None = None
    """When a call was last given to this contact (UTC)."""
