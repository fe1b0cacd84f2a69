"""The PBX address book, as the REST side shows it: pages of summaries with their schema blocks."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from math import ceil

from datev_connector.simulators.starface.config import ContactColumns, PbxContact
from datev_connector.simulators.starface.contact_columns import COLUMNS, block, columns


@dataclass(frozen=True, slots=True, kw_only=True)
class Selection:
    """Which contacts are asked for, and in which order."""

    terms: str = ""
    tags: tuple[str, ...] = ()
    sort: str = ""
    descending: bool = False


@dataclass(slots=True)
class _Change:
    """Other contacts, once so many more pages have been read."""

    contacts: list[PbxContact]
    pages_left: int


class AddressBook:
    """Contacts in the order given; `replace` swaps them while the PBX runs."""

    def __init__(self, contacts: Iterable[PbxContact], shown: ContactColumns | None = None) -> None:
        shown = shown or ContactColumns()
        self._contacts = list(contacts)
        self._summary = columns(shown.summary)
        self._numbers = columns(shown.numbers)
        self._details = columns(shown.details)
        self._found: dict[Selection, list[PbxContact]] = {}
        self._changes: list[_Change] = []

    def __len__(self) -> int:
        return len(self._contacts)

    def replace(self, contacts: Iterable[PbxContact]) -> None:
        """Swap all contacts."""
        self._contacts = list(contacts)
        self._found.clear()

    def replace_later(self, contacts: Iterable[PbxContact], *, after_pages: int) -> None:
        """Swap all contacts while somebody reads: once so many more pages have been given."""
        self._changes.append(_Change(list(contacts), after_pages))

    def page(
        self, selection: Selection, *, page: int, size: int, language: str = "de"
    ) -> dict[str, object]:
        """A `ContactList`; pages count from 0, one beyond the last is empty."""
        found = self._select(selection)
        answer: dict[str, object] = {
            "contacts": [self._row(c) for c in found[page * size : (page + 1) * size]],
            "metadata": {
                "page": page,
                "pagesize": size,
                "totalPages": ceil(len(found) / size),
                "sort": selection.sort,
                "sortdirection": "DESC" if selection.descending else "ASC",
            },
            "summaryBlockSchema": block("contact", self._summary, language),
            "phoneNumbersBlockSchema": block("telephone", self._numbers, language),
        }
        self._page_was_read()
        return answer

    def detail(
        self, contact_id: str, account_id: int, language: str = "de"
    ) -> dict[str, object] | None:
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
                block("contact", self._details, language, contact),
                block("telephone", self._numbers, language, contact),
            ],
        }

    def scheme(self, language: str = "de") -> dict[str, object]:
        """The `ContactsScheme`: which attributes there are."""
        return {
            "summaryBlock": block("contact", self._summary, language),
            "phoneNumbersBlock": block("telephone", self._numbers, language),
            "detailBlocks": [
                block("contact", self._details, language),
                block("telephone", self._numbers, language),
            ],
        }

    def tags(self) -> list[dict[str, str]]:
        """Every tag in use."""
        return [_tag(tag) for tag in sorted({tag for c in self._contacts for tag in c.tags})]

    def _select(self, selection: Selection) -> list[PbxContact]:
        if selection == Selection():
            return self._contacts
        if selection not in self._found:
            found = [c for c in self._contacts if self._fits(c, selection)]
            column = COLUMNS.get(selection.sort)
            if column is not None:
                found.sort(key=lambda contact: column.value(contact).casefold())
            if selection.descending:
                found.reverse()
            self._found[selection] = found
        return self._found[selection]

    def _fits(self, contact: PbxContact, selection: Selection) -> bool:
        if selection.tags and not set(selection.tags) & set(contact.tags):
            return False
        seen = (*self._summary, *self._details, *self._numbers)
        text = " ".join(column.value(contact) for column in seen).casefold()
        return all(term in text for term in selection.terms.casefold().split())

    def _row(self, contact: PbxContact) -> dict[str, object]:
        return {
            "id": contact.id,
            "summaryValues": [column.value(contact) for column in self._summary],
            "phoneNumberValues": [column.value(contact) for column in self._numbers],
            "additionalValues": {},
        }

    def _page_was_read(self) -> None:
        if not self._changes:
            return
        change = self._changes[0]
        change.pages_left -= 1
        if change.pages_left <= 0:
            del self._changes[0]
            self.replace(change.contacts)


def _tag(name: str) -> dict[str, str]:
    return {"id": name, "name": name, "alias": name, "owner": ""}
