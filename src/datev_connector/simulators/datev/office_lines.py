"""The communications of generated addressees: the lines they own, and the trouble with them.

Most numbers are spelt in one of the usual ways. Sprinkled in, each by its own rhythm: several
numbers in one field, words among the digits, no area code, lines abroad, full-width digits,
unreadable texts, shared lines, missing standardised forms, and addressees without any number.
"""

from __future__ import annotations

from datev_connector.simulators.datev.phone_lines import (
    UNREADABLE,
    PhoneLine,
    company_line,
    foreign_line,
    home_line,
    mobile_line,
)
from datev_connector.simulators.datev.seeded import Entity, Seeded

COMPANIES_IN_TEN = 4
EMPLOYEE_IN_TEN = 4
_FULL_WIDTH = str.maketrans("0123456789", "０１２３４５６７８９")
_BETWEEN = (" / ", " oder ", "; ", ", ")
_REMARKS = ("{} (Fr. Maier)", "{} nur abends", "privat: {}", "{} ab 18 Uhr", "Tel. {}")


def communications(index: int, model: int, chance: Seeded) -> list[Entity]:
    """The communications of addressee number `index`, who has the lines of number `model`."""
    if model % 37 == 36:
        return []
    made = _Communications(chance)
    if is_company(model):
        _company_lines(made, model)
    else:
        _personal_lines(made, model)
    if model % 23 == 22:
        made.phone(_first_line(model - 1), "gemeinsamer Anschluss")
    if model % 31 == 30:
        made.text("phone", UNREADABLE[model % len(UNREADABLE)], "prüfen")
    _oddities(made, model)
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

    def management(self, line: PhoneLine) -> None:
        """The number that the firm uses for its management only."""
        self.phone(line, "GF mobil")
        self.items[-1]["is_management_phone"] = True

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
    if index % 7 == 1:
        made.management(mobile_line(index))
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


def _oddities(made: _Communications, index: int) -> None:
    """What people type into a field that is meant for one number."""
    if index % 13 == 7:
        made.phone(foreign_line(index), "Ausland")
    if index % 41 == 5:
        between = _BETWEEN[index % len(_BETWEEN)]
        both = (_first_line(index), mobile_line(index))
        made.text("phone", between.join(line.spelt(index) for line in both), "")
    if index % 43 == 6:
        remark = _REMARKS[index % len(_REMARKS)]
        made.text("phone", remark.format(mobile_line(index).spelt(index)), "")
    if index % 47 == 8:
        made.text("phone", _first_line(index).local, "Ort")
    if index % 211 == 9:
        made.text("phone", _first_line(index).spelt(index).translate(_FULL_WIDTH), "")
