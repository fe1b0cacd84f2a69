"""A tax office's master data made from a seed: addressees and clients in DATEVconnect's fields.

Each addressee is a function of seed and index alone, so that a hundred thousand of them need no
memory and any one can be made by itself. Of ten in a row the first four are companies, the fifth is
reached on a direct line of the first one (and is its contact person), the others are private
persons. Sprinkled in: inactive ones, inactive clients, persons who are clients twice, doubles (one
person twice), and all the trouble with numbers that `office_lines` knows.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

from datev_connector.simulators.datev.office_lines import (
    EMPLOYEE_IN_TEN,
    communications,
    is_company,
)
from datev_connector.simulators.datev.seeded import Entity, Seeded, index_of_guid

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
_YEAR_MIN = 525600
NEWEST_STAMP = f"{(FIRST_CHANGE + timedelta(minutes=_YEAR_MIN - 1)).isoformat()}.000"


@dataclass(frozen=True, slots=True, kw_only=True)
class Office:
    """`count` addressees, and the clients that belong to four of five of them."""

    count: int = 0
    seed: int = 1

    def addressee(self, index: int) -> Entity:
        """Addressee number `index` with all that `expand` can bring."""
        entity = self.listed_addressee(index)
        model = _model(index)
        entity["communications"] = communications(index, model, Seeded(self.seed, index))
        if index % 10 == 0 and index + EMPLOYEE_IN_TEN < self.count:
            entity["contact_persons"] = [self._contact_person(index + EMPLOYEE_IN_TEN)]
        return entity

    def listed_addressee(self, index: int) -> Entity:
        """Addressee number `index` as lists show it; absent values are missing keys."""
        model = _model(index)
        chance = Seeded(self.seed, model)
        entity = {
            "id": self.addressee_id(index),
            "status": "inactive" if index % 17 == 16 else "active",
            "timestamp": self.stamp(index),
        }
        entity.update(self._company(model, chance) if is_company(model) else self._person(chance))
        return entity

    def client(self, index: int, *, second: bool = False) -> Entity | None:
        """The client of addressee number `index`; None if that one is no client.

        second: the other client of a person who is one as a person and one as an enterprise.
        """
        if index % 5 == EMPLOYEE_IN_TEN or (second and not _is_client_twice(index)):
            return None
        owner = self.listed_addressee(index)
        company = owner["type"] == "legal_person"
        name = _name_of(owner)
        kind = "legal_person" if company else "natural_person"
        return {
            "id": self.client_id(index, second=second),
            "number": 10000 + index + (self.count if second else 0),
            "name": f"{name[:18]} Einzelfirma" if second else name[:30],
            "type": "individual_enterprise" if second else kind,
            "status": "inactive" if index % 19 == 18 else owner["status"],
            "timestamp": owner["timestamp"],
            "legal_person_id" if company else "natural_person_id": owner["id"],
        }

    def stamp(self, index: int) -> str:
        """When addressee number `index` and its clients were changed last."""
        moment = FIRST_CHANGE + timedelta(minutes=index * 7919 % _YEAR_MIN)
        return f"{moment.isoformat()}.000"

    def addressee_id(self, index: int) -> str:
        """The GUID of addressee number `index`."""
        return Seeded(self.seed, index).guid("addressee")

    def client_id(self, index: int, *, second: bool = False) -> str:
        """The GUID of the client of addressee number `index`."""
        return Seeded(self.seed, index).guid("second-client" if second else "client")

    def client_ids(self, index: int) -> tuple[str, str]:
        """The GUIDs that clients of addressee number `index` have, if there are any."""
        return self.client_id(index), self.client_id(index, second=True)

    def addressee_index(self, guid: str) -> int | None:
        """Which addressee has this GUID; None if none of this office."""
        index = index_of_guid(guid)
        known = index is not None and index < self.count and self.addressee_id(index) == guid
        return index if known else None

    def client_index(self, guid: str) -> int | None:
        """Which client has this GUID, second ones `count` later; None if none of this office."""
        index = index_of_guid(guid)
        if index is None or index >= self.count or guid not in self.client_ids(index):
            return None
        return index + self.client_ids(index).index(guid) * self.count

    def _contact_person(self, index: int) -> Entity:
        return {
            "id": Seeded(self.seed, index).guid("contact-person"),
            "addressee_id": self.addressee_id(index),
            "display_name": _name_of(self.listed_addressee(index)),
            "function": "Buchhaltung",
        }

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


def _model(index: int) -> int:
    """Whose name and lines this one has: its own, or (a double) those of the one before."""
    return index - 1 if index % 29 == 28 else index


def _is_client_twice(index: int) -> bool:
    return index % 20 == 17


def _name_of(addressee: Entity) -> str:
    if "current_company_name" in addressee:
        return str(addressee["current_company_name"])
    return f"{addressee['current_surname']}, {addressee['firstname']}"
