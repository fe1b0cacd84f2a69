"""The PBX address book, as the REST side shows it: pages of summaries with their schema blocks."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from math import ceil

from datev_connector.simulators.starface.config import PbxContact

LABEL = "de.vertico.starface.addressbook.block.label_"
CONTACT = (
    ("firstname", "NAME", "first_name"),
    ("familyname", "SURNAME", "family_name"),
    ("company", "COMPANY", "company"),
    ("email", "EMAIL", "email"),
)
TELEPHONE = (
    ("phone", "PHONE_NUMBER", "phone"),
    ("phone2", "OFFICE_PHONE_NUMBER", "phone2"),
    ("homephone", "PRIVATE_PHONE_NUMBER", "homephone"),
    ("mobile", "MOBILE_PHONE_NUMBER", "mobile"),
)
SUMMARY = CONTACT[:3]

Columns = Sequence[tuple[str, str, str]]


class AddressBook:
    """Contacts in the order given; `replace` swaps them while the PBX runs."""

    def __init__(self, contacts: Iterable[PbxContact]) -> None:
        self._contacts = list(contacts)

    def __len__(self) -> int:
        return len(self._contacts)

    def replace(self, contacts: Iterable[PbxContact]) -> None:
        """Swap all contacts."""
        self._contacts = list(contacts)

    def page(
        self,
        *,
        page: int,
        size: int,
        terms: str = "",
        tags: Sequence[str] = (),
        sort: str = "",
        descending: bool = False,
    ) -> dict[str, object]:
        """A `ContactList`; pages count from 0, one beyond the last is empty."""
        found = [c for c in self._contacts if _fits(c, terms, tags)]
        columns = {name: member for name, _, member in (*CONTACT, *TELEPHONE)}
        if sort in columns:
            found.sort(key=lambda contact: str(getattr(contact, columns[sort])).casefold())
        if descending:
            found.reverse()
        return {
            "contacts": [_summary(c) for c in found[page * size : (page + 1) * size]],
            "metadata": {
                "page": page,
                "pagesize": size,
                "totalPages": ceil(len(found) / size),
                "sort": sort,
                "sortdirection": "DESC" if descending else "ASC",
            },
            "summaryBlockSchema": _block("contact", SUMMARY),
            "phoneNumbersBlockSchema": _block("telephone", TELEPHONE),
        }

    def detail(self, contact_id: str, account_id: int) -> dict[str, object] | None:
        """A `Contact` with its blocks; None if there is none of that id."""
        contact = next((c for c in self._contacts if c.id == contact_id), None)
        if contact is None:
            return None
        return {
            "id": contact.id,
            "accountId": account_id,
            "jabberId": "",
            "editable": True,
            "primaryExternalNumber": contact.phone,
            "primaryInternalNumber": "",
            "tags": [_tag(tag) for tag in contact.tags],
            "blocks": [
                _block("contact", CONTACT, contact),
                _block("telephone", TELEPHONE, contact),
            ],
        }

    def scheme(self) -> dict[str, object]:
        """The `ContactsScheme`: which attributes there are."""
        return {
            "summaryBlock": _block("contact", SUMMARY),
            "phoneNumbersBlock": _block("telephone", TELEPHONE),
            "detailBlocks": [_block("contact", CONTACT), _block("telephone", TELEPHONE)],
        }

    def tags(self) -> list[dict[str, str]]:
        """Every tag in use."""
        return [_tag(tag) for tag in sorted({tag for c in self._contacts for tag in c.tags})]


def _fits(contact: PbxContact, terms: str, tags: Sequence[str]) -> bool:
    if tags and not set(tags) & set(contact.tags):
        return False
    values = [str(getattr(contact, member)) for _, _, member in (*CONTACT, *TELEPHONE)]
    text = " ".join(values).casefold()
    return all(term in text for term in terms.casefold().split())


def _summary(contact: PbxContact) -> dict[str, object]:
    return {
        "id": contact.id,
        "summaryValues": [getattr(contact, member) for _, _, member in SUMMARY],
        "phoneNumberValues": [getattr(contact, member) for _, _, member in TELEPHONE],
        "additionalValues": {},
    }


def _block(name: str, columns: Columns, contact: PbxContact | None = None) -> dict[str, object]:
    return {
        "name": name,
        "resourceKey": LABEL + name,
        "attributes": [
            {
                "displayKey": key,
                "name": attribute,
                "value": getattr(contact, member) if contact else "",
                "i18nDisplayName": attribute,
                "additionalValues": {},
            }
            for attribute, key, member in columns
        ],
    }


def _tag(name: str) -> dict[str, str]:
    return {"id": name, "name": name, "alias": name, "owner": ""}
