"""A tax office's master data made from a seed: addressees and clients in DATEVconnect's fields.

Each addressee is a function of seed and index alone, so that a hundred thousand of them need no
memory and any one can be made by itself. Of ten in a row the first four are companies, the fifth is
reached on a direct line of the first one, the others are private persons. Sprinkled in: inactive
ones, shared numbers, doubles (one person twice), unreadable numbers, missing standardised forms,
and addressees without any number.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from datev_connector.simulators.datev.phone_lines import (
    UNREADABLE,
    PhoneLine,
    company_line,
    home_line,
    mobile_line,
)
from datev_connector.simulators.datev.seeded import Seeded, index_of_guid

Entity = dict[str, Any]

FIRST_NAMES = ("Anna", "Bernd", "Çiğdem", "Dieter", "Eva", "Jörg", "Käthe", "Lars", "Mia", "Zoë")
SURNAMES = (
    "Albrecht",
    "Bäumler",
    "Çelik",
    "Dornbusch",
    "Eichholz",
    "Fährmann",
    "Groß",
    "Hübner-Vogt",
    "Kowalczyk",
    "Lindqvist",
    "Mühlenbeck",
    "O'Brien",
    "Pfänder",
    "von der Aue",
    "Wörishofer",
    "Zieglmeier",
)
TRADES = ("Malerbetrieb", "Autohaus", "Bäckerei", "Elektro", "Druckerei", "Gartenbau", "Spedition")
FORMS = ("GmbH", "GmbH & Co. KG", "OHG", "UG (haftungsbeschränkt)", "e.K.", "AG")
FIRST_CHANGE = datetime(2025, 1, 1, 8, 0)  # noqa: DTZ001 -- DATEVconnect gives times without zone
COMPANIES_IN_TEN = 4
EMPLOYEE_IN_TEN = 4


@dataclass(frozen=True, slots=True, kw_only=True)
class Office:
    """`count` addressees, and the clients that belong to four of five of them."""

    count: int = 0
    seed: int = 1

    def addressee(self, index: int) -> Entity:
        """Addressee number `index` with its communications."""
        return {**self.listed_addressee(index), "communications": self._communications(index)}

    def listed_addressee(self, index: int) -> Entity:
        """Addressee number `index` as lists show it; absent values are missing keys."""
        model = _model(index)
        chance = Seeded(self.seed, model)
        body = self._company(model, chance) if is_company(model) else self._person(chance)
        return {
            "id": self.addressee_id(index),
            "status": "inactive" if index % 17 == 16 else "active",
            "timestamp": _stamp(index),
            **body,
        }

    def client(self, index: int) -> Entity | None:
        """The client of addressee number `index`; None if that one is no client."""
        if index % 5 == EMPLOYEE_IN_TEN:
            return None
        owner = self.listed_addressee(index)
        company = owner["type"] == "legal_person"
        return {
            "id": self.client_id(index),
            "number": 10000 + index,
            "name": _name_of(owner)[:30],
            "type": "legal_person" if company else "natural_person",
            "status": owner["status"],
            "timestamp": _stamp(index),
            "legal_person_id" if company else "natural_person_id": owner["id"],
        }

    def addressee_id(self, index: int) -> str:
        """The GUID of addressee number `index`."""
        return Seeded(self.seed, index).guid("addressee")

    def client_id(self, index: int) -> str:
        """The GUID of the client of addressee number `index`."""
        return Seeded(self.seed, index).guid("client")

    def addressee_index(self, guid: str) -> int | None:
        """Which addressee has this GUID; None if none of this office."""
        index = index_of_guid(guid)
        known = index is not None and index < self.count and self.addressee_id(index) == guid
        return index if known else None

    def client_index(self, guid: str) -> int | None:
        """Which client has this GUID; None if none of this office."""
        index = index_of_guid(guid)
        known = index is not None and index < self.count and self.client_id(index) == guid
        return index if known else None

    def _company(self, index: int, chance: Seeded) -> Entity:
        surname = chance.choice("owner", SURNAMES)
        trade = chance.choice("trade", TRADES)
        name = f"{trade} {surname} {index} {chance.choice('form', FORMS)}"[:50]
        return {
            "type": "legal_person",
            "current_company_name": name,
            "current_short_name": surname[:15],
        }

    def _person(self, chance: Seeded) -> Entity:
        surname = chance.choice("surname", SURNAMES)
        return {
            "type": "natural_person",
            "firstname": chance.choice("firstname", FIRST_NAMES),
            "current_surname": surname,
            "current_short_name": surname[:15],
        }

    def _communications(self, index: int) -> list[Entity]:
        model = _model(index)
        if model % 37 == 36:
            return []
        made = _Communications(Seeded(self.seed, index))
        if is_company(model):
            _company_lines(made, model)
        else:
            _personal_lines(made, model)
        if model % 23 == 22:
            made.phone(_first_line(model - 1), "gemeinsamer Anschluss")
        if model % 31 == 30:
            made.text("phone", UNREADABLE[model % len(UNREADABLE)], "prüfen")
        made.text("email", f"post{index}@mandant.example", "")
        return made.items


class _Communications:
    """Collects the communications of one addressee; the first phone is the main one."""

    def __init__(self, chance: Seeded) -> None:
        self.items: list[Entity] = []
        self._chance = chance

    def phone(self, line: PhoneLine, note: str, kind: str = "phone") -> None:
        """A number, spelt in one of the usual ways; now and then without standardised form."""
        place = len(self.items)
        item = self._item(kind, line.spelt(self._chance.number(f"style{place}", 6)), note)
        if self._chance.number(f"standardized{place}", 13):
            item["number_standardized"] = line.standardized
        self.items.append(item)

    def text(self, kind: str, content: str, note: str) -> None:
        """Anything that is no number."""
        self.items.append(self._item(kind, content, note))

    def _item(self, kind: str, content: str, note: str) -> Entity:
        item: Entity = {
            "id": self._chance.guid(f"communication{len(self.items)}"),
            "type": kind,
            "data_content": content,
            "is_main_communication": not self.items,
            "is_management_phone": False,
        }
        return {**item, "note": note} if note else item


def is_company(index: int) -> bool:
    """Whether addressee number `index` is a company."""
    return index % 10 < COMPANIES_IN_TEN


def _company_lines(made: _Communications, index: int) -> None:
    made.phone(company_line(index, "0"), "Zentrale")
    if index % 3 == 0:
        made.phone(company_line(index, f"{11 + index % 80}"), "Buchhaltung")
    made.phone(company_line(index, "99"), "Fax", "fax")


def _personal_lines(made: _Communications, index: int) -> None:
    made.phone(_first_line(index), "")
    if index % 2:
        made.phone(mobile_line(index), "mobil")


def _first_line(index: int) -> PhoneLine:
    if is_company(index):
        return company_line(index, "0")
    if index % 10 == EMPLOYEE_IN_TEN:
        return company_line(index - EMPLOYEE_IN_TEN, f"{100 + index % 900}")
    return home_line(index)


def _model(index: int) -> int:
    """Whose name and lines this one has: its own, or (a double) those of the one before."""
    return index - 1 if index % 29 == 28 else index


def _stamp(index: int) -> str:
    moment = FIRST_CHANGE + timedelta(minutes=index * 7919 % 525600)
    return moment.isoformat(timespec="milliseconds")


def _name_of(addressee: Entity) -> str:
    if "current_company_name" in addressee:
        return str(addressee["current_company_name"])
    return f"{addressee['current_surname']}, {addressee['firstname']}"
