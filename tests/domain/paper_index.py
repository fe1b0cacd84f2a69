"""A contact index in memory: what the store does with SQL, done with lists."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import datetime

from datev_connector.domain.contacts import (
    Contact,
    ContactKind,
    ContactRef,
    IndexEntry,
    Medium,
    Source,
    StoredNumber,
)
from datev_connector.domain.dial_plan import DialPlan
from datev_connector.domain.matching import IndexKey, index_keys

KARLSRUHE = DialPlan(area_code="721")


class PaperIndex:
    def __init__(
        self,
        contacts: Iterable[Contact],
        plan: DialPlan = KARLSRUHE,
        used: dict[str, datetime] | None = None,
    ) -> None:
        everyone = [*contacts]
        self.contacts = {contact.ref: contact for contact in everyone}
        self.rows = [
            (key, _entry(contact, stored, key, (used or {}).get(contact.ref.id)))
            for contact in everyone
            for stored in contact.numbers
            for key in index_keys(stored, plan)
        ]

    def by_key(self, keys: Sequence[str]) -> Sequence[IndexEntry]:
        return [entry for key, entry in self.rows if key.key in keys]

    def by_stem(self, stems: Sequence[str]) -> Sequence[IndexEntry]:
        return [entry for key, entry in self.rows if key.stem in stems]

    def contact(self, ref: ContactRef) -> Contact | None:
        return self.contacts.get(ref)

    def version(self) -> object:
        return object()


def _entry(
    contact: Contact, stored: StoredNumber, key: IndexKey, used: datetime | None
) -> IndexEntry:
    return IndexEntry(
        ref=contact.ref,
        name=contact.name,
        kind=contact.kind,
        active=contact.active,
        client_number=contact.client_number,
        client_state=contact.client_state,
        number=stored.number,
        medium=stored.medium,
        key=key.key,
        head=key.stem is not None,
        completed=key.completed,
        last_used_at=used,
    )


def contact(
    id: str,  # noqa: A002 - as in the sources
    *numbers: str | StoredNumber,
    source: Source = Source.DATEV,
    name: str = "",
    active: bool = True,
    medium: Medium = Medium.PHONE,
    client_number: str = "",
) -> Contact:
    return Contact(
        ref=ContactRef(source, id),
        name=name or id.title(),
        kind=ContactKind.COMPANY,
        active=active,
        client_number=client_number,
        numbers=tuple(
            StoredNumber(number=number, medium=medium) if isinstance(number, str) else number
            for number in numbers
        ),
    )
