"""The office of the demo: who works there, and whom they know.

Everything is made up. Numbers are from the ranges that the German regulator keeps free for films
and novels, so nobody can be called by mistake.
"""

from __future__ import annotations

import csv
import io
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from datev_connector.simulators.datev import ADDRESSEES, INSTITUTIONS
from datev_connector.simulators.starface import PbxGroup, PbxUser

LENA = PbxUser(
    login="0021",
    password="Rosenmontag-21",  # noqa: S106 -- a made-up person on loopback
    number="21",
    first_name="Lena",
    family_name="Sommer",
    account_id=1021,
)
"""At her desk the connector runs."""

JONAS = PbxUser(
    login="0022",
    password="Rheinufer-22",  # noqa: S106 -- a made-up person on loopback
    number="22",
    first_name="Jonas",
    family_name="Brandt",
    account_id=1022,
)
"""Her colleague."""

RECEPTION = PbxGroup(
    group_id="reception", number="20", name="Zentrale", members=(LENA.login, JONAS.login)
)
AREA_CODE = "221"

DATEV_USER = "KANZLEI\\connector"
DATEV_PASSWORD = "Nikolausberg-58"  # noqa: S105 -- a made-up user on loopback
"""Whom DATEVconnect shows the master data to."""


class Book(StrEnum):
    """Where a contact is kept; the word is that of `contacts import`."""

    ADDRESSEE = "datev"
    INSTITUTION = "institution"
    PBX = "starface"


@dataclass(frozen=True, slots=True, kw_only=True)
class Contact:
    """Somebody the office knows. `number` is written as it stands in the book."""

    book: Book
    id: str
    name: str
    number: str
    kind: str = "company"
    client_number: str = ""

    @property
    def data_source(self) -> str:
        """What DATEV calls the book; empty for one that is not DATEV's."""
        names = {Book.ADDRESSEE: ADDRESSEES, Book.INSTITUTION: INSTITUTIONS}
        return names.get(self.book, "")

    @property
    def entities(self) -> tuple[dict[str, Any], dict[str, Any]]:
        """An addressee as DATEVconnect shows it, and the client that it is."""
        kind = "legal_person" if self.kind == "company" else "natural_person"
        first, _, last = self.name.rpartition(" ")
        names = (
            {"current_company_name": self.name}
            if self.kind == "company"
            else {"firstname": first, "current_surname": last}
        )
        phone = {"type": "phone", "data_content": self.number, "is_main_communication": True}
        addressee = {
            "id": self.id,
            "type": kind,
            "status": "active",
            "communications": [phone],
            **names,
        }
        client = {
            "id": f"client-{self.client_number}",
            "number": int(self.client_number),
            "name": self.name[:30],
            "type": kind,
            "status": "active",
            f"{kind}_id": self.id,
        }
        return addressee, client


def _client(number: int, name: str, phone: str, kind: str = "company") -> Contact:
    return Contact(
        book=Book.ADDRESSEE,
        id=f"5a0c6f1e-0000-4000-8000-{number:012d}",
        name=name,
        number=phone,
        kind=kind,
        client_number=str(number),
    )


HOLLERBACH = _client(10133, "Bäckerei Hollerbach GmbH", "0221 4710-133")
ZIEGLER = _client(10217, "Ziegler Maschinenbau GmbH", "089 99998-0")
MARTIN_REUTER = _client(10464, "Dr. Martin Reuter", "0221 4710464", "person")
SABINE_REUTER = _client(10465, "Sabine Reuter", "0221 4710464", "person")
KESSLER = _client(10310, "Weinhandlung Kessler KG", "069 90009-310")
PETERSEN = _client(10520, "Gartenbau Petersen", "040 66969-520")
LINDNER = _client(10611, "Architekturbüro Lindner", "030 23125-611")
VOGT = _client(10044, "Tischlerei Vogt", "0176 04069044")
TAX_OFFICE = Contact(
    book=Book.INSTITUTION,
    id="5a0c6f1e-0000-4000-8000-000000090700",
    name="Finanzamt Köln-Rheinaue",
    number="0221 4710-700",
)
POHL = Contact(book=Book.PBX, id="pohl", name="Hausverwaltung Pohl", number="0221 4710-815")
BRUECK = Contact(book=Book.PBX, id="brück", name="Aufzugsdienst Brück", number="0221 4710-816")
PBX_CONTACTS = (POHL, BRUECK)
"""In the address book of the PBX, from which the connector reads them."""

CONTACTS = (
    HOLLERBACH,
    ZIEGLER,
    MARTIN_REUTER,
    SABINE_REUTER,
    KESSLER,
    PETERSEN,
    LINDNER,
    VOGT,
    TAX_OFFICE,
)
"""Those in DATEV."""


def institutions_csv(contacts: tuple[Contact, ...] = CONTACTS) -> str:
    """The institutions, which DATEVconnect does not show, as a file for `contacts import`."""
    text = io.StringIO(newline="")
    table = csv.writer(text, delimiter=";", lineterminator="\r\n")
    table.writerow(("source", "id", "name", "number", "kind"))
    for one in contacts:
        if one.book is Book.INSTITUTION:
            table.writerow((one.book.value, one.id, one.name, one.number, one.kind))
    return text.getvalue()
