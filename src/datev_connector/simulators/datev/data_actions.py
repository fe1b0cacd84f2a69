"""Actions that change DATEV's master data; timestamps move and deletion logs grow."""

from __future__ import annotations

from dataclasses import dataclass

from datev_connector.simulators.datev.action import Action, BadAction
from datev_connector.simulators.datev.simulator import DatevSimulator

_CLIENT_KINDS = ("natural_person", "individual_enterprise", "legal_person")


@dataclass(frozen=True, slots=True)
class AddAddressee(Action):
    """Add a company with one phone number."""

    guid: str
    name: str
    phone: str

    async def perform(self, datev: DatevSimulator) -> list[str]:
        """Add it."""
        phone = {"id": f"{self.guid}-1", "type": "phone", "data_content": self.phone}
        datev.connect.put_addressee(
            {
                "id": self.guid,
                "type": "legal_person",
                "status": "active",
                "current_company_name": self.name,
                "communications": [{**phone, "is_main_communication": True}],
            }
        )
        return []


@dataclass(frozen=True, slots=True)
class ChangeAddressee(Action):
    """Set one field of an addressee; its timestamp moves."""

    guid: str
    field: str
    value: str

    async def perform(self, datev: DatevSimulator) -> list[str]:
        """Change it."""
        datev.connect.change_addressee(self.guid, **{self.field: self.value})
        return []


@dataclass(frozen=True, slots=True)
class DeleteAddressee(Action):
    """Delete an addressee; the deletion log grows."""

    guid: str

    async def perform(self, datev: DatevSimulator) -> list[str]:
        """Delete it."""
        datev.connect.delete_addressee(self.guid)
        return []


@dataclass(frozen=True, slots=True)
class ChangePhone(Action):
    """Set the first phone number of an addressee."""

    guid: str
    number: str

    async def perform(self, datev: DatevSimulator) -> list[str]:
        """Change it."""
        datev.connect.change_phone(self.guid, self.number)
        return []


@dataclass(frozen=True, slots=True)
class AddClient(Action):
    """Add a client whose owner is an addressee."""

    guid: str
    number: int
    name: str
    owner: str
    type: str = "legal_person"

    def __post_init__(self) -> None:
        if self.type not in _CLIENT_KINDS:
            raise BadAction(f"'type' cannot be {self.type!r}; there is {', '.join(_CLIENT_KINDS)}")

    async def perform(self, datev: DatevSimulator) -> list[str]:
        """Add it."""
        owner = "legal_person_id" if self.type == "legal_person" else "natural_person_id"
        client = {"id": self.guid, "number": self.number, "name": self.name, "type": self.type}
        datev.connect.put_client({**client, "status": "active", owner: self.owner})
        return []


@dataclass(frozen=True, slots=True)
class ChangeClient(Action):
    """Set one field of a client; its timestamp moves."""

    guid: str
    field: str
    value: str

    def __post_init__(self) -> None:
        if self.field == "number" and not self.value.isdecimal():
            raise BadAction(f"'value' of number cannot be {self.value!r}")

    async def perform(self, datev: DatevSimulator) -> list[str]:
        """Change it."""
        value = int(self.value) if self.field == "number" else self.value
        datev.connect.change_client(self.guid, **{self.field: value})
        return []


@dataclass(frozen=True, slots=True)
class DeleteClient(Action):
    """Delete a client; the deletion log grows."""

    guid: str

    async def perform(self, datev: DatevSimulator) -> list[str]:
        """Delete it."""
        datev.connect.delete_client(self.guid)
        return []


@dataclass(frozen=True, slots=True)
class TouchAll(Action):
    """Stamp every addressee and client anew, as a mass update does."""

    async def perform(self, datev: DatevSimulator) -> list[str]:
        """Stamp them."""
        datev.connect.touch_all()
        return []
