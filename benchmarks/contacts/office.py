"""A made-up office of any size: contacts whose numbers are theirs alone, who calls, what is typed.

Every contact is a function of its index, so that a million numbers need no memory. Of five in a row
the first is a company that is stored with its head number, the others are people with a line at
home and a mobile telephone. Indexes are scattered over the numbers, as they are in life.
"""

from __future__ import annotations

import random
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from enum import StrEnum

from datev_connector.domain.contacts import (
    Contact,
    ContactKind,
    ContactRef,
    Medium,
    Source,
    StoredNumber,
)
from datev_connector.domain.dial_plan import DialPlan

PLAN = DialPlan(area_code="721")
SIZES = (10_000, 180_000, 1_000_000)
AREAS = ("721", "30", "40", "89", "221", "69", "711", "911", "341", "351", "7221", "6221", "7243")
PREFIXES = ("151", "160", "170", "171", "172", "175", "176", "179")
BEGINNINGS = (
    *(
        "Alb",
        "Bäum",
        "Brand",
        "Dorn",
        "Eich",
        "Fähr",
        "Gers",
        "Groß",
        "Hüb",
        "Hahn",
        "Jäg",
        "Kirch",
    ),
    *("Köh", "Kraus", "Lind", "Mühl", "Neu", "Ober", "Pfänd", "Röm", "Sand", "Schön", "Stein"),
    *("Süß", "Tann", "Uhl", "Voll", "Wörl", "Zieg"),
)
ENDS = (
    *("recht", "ler", "enburg", "busch", "holz", "mann", "feld", "ner", "hofer", "beck", "quist"),
    *("meier", "städt", "müller", "bäcker", "wald", "thal", "er", "inger", "brück"),
)
FIRST_NAMES = (
    *("Anna", "Bernd", "Çiğdem", "Dieter", "Eva", "Frank", "Grażyna", "Heiko", "Ines", "Jörg"),
    *("Käthe", "Lars", "Mia", "Nils", "Olga", "Petra", "René", "Sönke", "Ute", "Zoë"),
)
TRADES = ("Malerbetrieb", "Autohaus", "Bäckerei", "Elektro", "Druckerei", "Gärtnerei", "Spedition")
FORMS = ("GmbH", "GmbH & Co. KG", "OHG", "UG (haftungsbeschränkt)", "e.K.", "AG")
PRIME = 999_983
STEP = 618_047
COMPANY_IN = 5


class Line(StrEnum):
    """Which kind of line somebody calls from."""

    HOME = "home"
    MOBILE = "mobile"
    DIRECT = "direct"
    """Of a company of which only the head number is stored."""


@dataclass(frozen=True, slots=True)
class Caller:
    """Somebody who calls."""

    key: str
    """The number as E.164 digits."""
    contact: str
    """Who must be found; `""`: nobody."""

    @property
    def sent(self) -> str:
        """As the PBX sends the number."""
        return f"00{self.key}"


def contacts_with(numbers: int) -> int:
    """How many contacts have so many numbers."""
    return -(-numbers * 5 // 9)


def contacts(count: int) -> Iterator[Contact]:
    """The first `count` contacts."""
    return map(contact, range(count))


def contact(index: int) -> Contact:
    """The contact with this index."""
    company = index % COMPANY_IN == 0
    return Contact(
        ref=ContactRef(Source.DATEV, contact_id(index)),
        name=_company_name(index) if company else _person_name(index),
        kind=ContactKind.COMPANY if company else ContactKind.PERSON,
        client_number=str(10_000 + index),
        numbers=_numbers(index),
    )


def contact_id(index: int) -> str:
    """The id in DATEV of the contact with this index."""
    return f"{_scattered(index):08x}-7d0c-4c1b-8a5e-{index:012x}"


def keys(index: int) -> Sequence[str]:
    """The E.164 digits of the contact with this index."""
    if index % COMPANY_IN == 0:
        area, base = _company_line(index)
        return (f"49{area}{base}0",)
    return f"49{_area(index)}{_home(index)}", f"49{_prefix(index)}{_mobile(index)}"


def known(count: int, seed: int, line: Line | None = None) -> Iterator[Caller]:
    """Whoever calls next of the first `count` contacts, without end. No `line`: people."""
    chance = random.Random(seed)  # noqa: S311 - not for secrets
    while True:
        index = COMPANY_IN * chance.randrange(max(count // COMPANY_IN, 1))
        if line is Line.DIRECT:
            area, base = _company_line(index)
            yield Caller(f"49{area}{base}{chance.randrange(11, 99)}", contact_id(index))
            continue
        index += chance.randrange(1, COMPANY_IN)
        home, mobile = keys(index)
        at_home = chance.random() < 0.5 if line is None else line is Line.HOME
        yield Caller(home if at_home else mobile, contact_id(index))


def unknown(count: int, seed: int) -> Iterator[Caller]:
    """Numbers of people who are none of the first `count` contacts, without end.

    They are scattered among the known ones, so that none is found to be missing sooner than others.
    """
    chance = random.Random(seed)  # noqa: S311 - not for secrets
    while True:
        index = chance.randrange(count, PRIME)
        if index % COMPANY_IN:
            yield Caller(chance.choice(keys(index)), "")


def typed(count: int, seed: int, queries: int) -> Sequence[str]:
    """What is searched for: names as people spell them, client numbers, parts of numbers."""
    chance = random.Random(seed)  # noqa: S311 - not for secrets
    ways = (_spellings(chance.randrange(count), chance) for _ in range(queries))
    return [spellings[turn % len(spellings)] for turn, spellings in enumerate(ways)]


def _spellings(index: int, chance: random.Random) -> Sequence[str]:
    """All ways in which people look for one contact."""
    name = contact(index).name
    surname, _, first = name.partition(", ")
    client = str(10_000 + index)
    return (
        surname,
        f"{first} {surname}".strip(),
        _spelt_out(surname),
        _spelt_out(name).lower(),
        client,
        f"{surname[:5]} {client}",
        f"0{keys(index)[0][2:]}",
        keys(index)[-1][-chance.randrange(4, 8) :],
    )


def _spelt_out(name: str) -> str:
    return name.replace("ä", "ae").replace("ö", "oe").replace("ü", "ue").replace("ß", "ss")


def _numbers(index: int) -> tuple[StoredNumber, ...]:
    if index % COMPANY_IN == 0:
        area, base = _company_line(index)
        return (_stored(index, area, f"{base}-0", note="Zentrale", main=True),)
    return (
        _stored(index, _area(index), str(_home(index)), main=True),
        _stored(index + 3, _prefix(index), str(_mobile(index)), medium=Medium.MOBILE),
    )


def _stored(
    style: int,
    code: str,
    line: str,
    *,
    medium: Medium = Medium.PHONE,
    note: str = "",
    main: bool = False,
) -> StoredNumber:
    spellings = (
        f"0{code} / {line}",
        f"+49 {code} {line}",
        f"0{code} {line[:3]} {line[3:]}",
        f"(0{code}) {line}",
        f"+49 (0){code} / {line}",
        f"0{code}/{line}",
    )
    standardised = f"0049{code}{line.replace('-', '')}" if style % 13 else ""
    number = spellings[style % len(spellings)]
    return StoredNumber(
        number=number, standardised=standardised, medium=medium, note=note, main=main
    )


def _person_name(index: int) -> str:
    pick = _scattered(index)
    surname = BEGINNINGS[pick % len(BEGINNINGS)] + ENDS[pick // 100 % len(ENDS)]
    return f"{surname}, {FIRST_NAMES[pick // 7 % len(FIRST_NAMES)]}"


def _company_name(index: int) -> str:
    pick = _scattered(index)
    surname = BEGINNINGS[pick % len(BEGINNINGS)] + ENDS[pick // 100 % len(ENDS)]
    return f"{TRADES[pick % len(TRADES)]} {surname} {FORMS[pick % len(FORMS)]}"


def _company_line(index: int) -> tuple[str, str]:
    """Area code and stem; begins with another digit than all lines at home."""
    area, place = index // COMPANY_IN % len(AREAS), index // COMPANY_IN // len(AREAS)
    return AREAS[area], f"2{place * 61_803 % 99_991:05}"


def _area(index: int) -> str:
    return AREAS[index % len(AREAS)]


def _home(index: int) -> int:
    return 5_000_000 + _scattered(index)


def _prefix(index: int) -> str:
    return PREFIXES[index % len(PREFIXES)]


def _mobile(index: int) -> int:
    return 4_000_000 + _scattered(index)


def _scattered(index: int) -> int:
    return index * STEP % PRIME
