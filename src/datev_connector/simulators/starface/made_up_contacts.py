"""
An address book of any size, always the same for the same seed.

Names, companies and places are as they are in Germany, and numbers are written in all the untidy
ways in which people type them.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from random import Random

from datev_connector.simulators.starface.config import PbxContact

SEED = 20_260_701
FIRST_NAMES = (
    ("Herr", ("Jürgen", "Björn", "Thomas", "Götz", "Mehmet", "Stefan", "Łukasz", "Karl-Heinz")),
    ("Frau", ("Anja", "Käthe", "Sabine", "Ayşe", "Jördis", "Zoë", "Anne-Marie", "Renée")),
)
FAMILY_NAMES = (
    *("Müller", "Groß", "Weiß", "Schäfer", "Jäger", "Köhler", "Bäcker", "Öztürk", "Çelik"),
    *("von der Heyde", "Schulze-Döring", "Nowak", "O'Connor", "Grünwald", "Maßmann", "Übel"),
    *("Ächtler", "Fischer", "Wagner", "Hofmann", "Krämer", "Lindner", "Böhm", "Straßer", "Vogt"),
)
TITLES = ("", "", "", "", "", "", "", "Dr.", "Prof. Dr.", "Dipl.-Ing.")
TRADES = (
    *("Bäckerei", "Autohaus", "Metallbau", "Zahnarztpraxis", "Möbelhaus", "Gärtnerei", "Spedition"),
    *("Hausverwaltung", "Kälte- und Klimatechnik", "Tiefbau", "Apotheke am Markt", "Öko-Hof"),
)
FORMS = ("GmbH", "GmbH & Co. KG", "e. K.", "AG", "OHG", "KG", "UG (haftungsbeschränkt)", "GbR")
PLACES = (
    *(("721", "Karlsruhe", "76133"), ("711", "Stuttgart", "70173"), ("89", "München", "80331")),
    *(("30", "Berlin", "10115"), ("221", "Köln", "50667"), ("7243", "Ettlingen", "76275")),
    *(
        ("6221", "Heidelberg", "69117"),
        ("33701", "Großbeeren", "14979"),
        ("40", "Hamburg", "20095"),
    ),
    *(("7141", "Ludwigsburg", "71638"), ("911", "Nürnberg", "90402"), ("8178", "Icking", "82057")),
    ("40", "Hamburg", "20095"),
)
STREETS = ("Hauptstraße", "Am Mühlgraben", "Kaiserallee", "Gänsäcker", "Straße am Wald")
MOBILE_PREFIXES = ("151", "160", "171", "172", "175", "176", "179")
TAGS = ("Mandanten", "Finanzämter", "Lieferanten", "Privat", "Ärzte & Praxen")

LANDLINE: tuple[Callable[[str, str], str], ...] = (
    lambda area, rest: f"0{area} / {_pairs(rest)}",
    lambda area, rest: f"+49 (0){area} {rest}",
    lambda area, rest: f"0{area}/{rest}",
    lambda area, rest: f"(0{area}) {_pairs(rest)}",
    lambda area, rest: f"0049{area}{rest}",
    lambda area, rest: f"+49 {area} {rest}",
    lambda area, rest: f"0{area}-{_pairs(rest)}",
    lambda area, rest: f"0{area}.{rest}",
    lambda area, rest: f"+49{area}{rest}",
    lambda area, rest: f" 0{area} {rest} ",
    lambda area, rest: f"0{area} {rest} (Büro)",
)
MOBILE: tuple[Callable[[str, str], str], ...] = (
    lambda prefix, rest: f"0{prefix}-{rest[:3]} {_pairs(rest[3:])}",
    lambda prefix, rest: f"+49 {prefix} {rest}",
    lambda prefix, rest: f"0{prefix}/{rest}",
    lambda prefix, rest: f"0{prefix}{rest}",
    lambda prefix, rest: f"+49 (0) {prefix} - {_pairs(rest)}",
    lambda prefix, rest: f"0049 {prefix} {rest}",
)
FOREIGN: tuple[Callable[[str], tuple[str, str]], ...] = (
    lambda rest: (f"+43 1 {rest}", f"+431{rest}"),
    lambda rest: (f"0041 44 {rest[:3]} {_pairs(rest[3:7])}", f"+4144{rest[:7]}"),
    lambda rest: (f"+33 (0)3 88 {_pairs(rest[:6])}", f"+33388{rest[:6]}"),
)
NO_NUMBERS = ("-", "n. a.", "unbekannt", "siehe Notiz", "0")


@dataclass(frozen=True, slots=True, kw_only=True)
class MadeUp:
    """A contact, and what its numbers mean: E.164 by column; entries that mean nothing are absent.

    A number with a direct line is meant as it is written, direct line included.
    """

    contact: PbxContact
    numbers: dict[str, str]


def made_up_contacts(count: int, *, seed: int = SEED) -> tuple[PbxContact, ...]:
    """So many contacts. A smaller book is the beginning of a bigger one."""
    return tuple(made.contact for made in made_up_book(count, seed=seed))


def made_up_book(count: int, *, seed: int = SEED) -> tuple[MadeUp, ...]:
    """So many contacts with the meaning of their numbers."""
    return tuple(_Maker(Random(f"{seed}/{n}"), n).contact() for n in range(count))  # noqa: S311 -- made up, not secret


class _Maker:
    """Makes one contact; its number in the book makes its telephone numbers unlike all others."""

    def __init__(self, chance: Random, number: int) -> None:
        self._chance = chance
        self._number = number
        self._meant: dict[str, str] = {}
        self._area, self._city, self._postal_code = chance.choice(PLACES)

    def contact(self) -> MadeUp:
        salutation, first_names = self._chance.choice(FIRST_NAMES)
        family = self._chance.choice(FAMILY_NAMES)
        company = self._company(family) if self._often(0.7) else ""
        person = not company or self._often(0.8)
        contact = PbxContact(
            id=f"c{self._number:05}",
            salutation=salutation if person else "",
            title=self._chance.choice(TITLES) if person else "",
            first_name=self._chance.choice(first_names) if person else "",
            family_name=family if person else "",
            company=company,
            street=f"{self._chance.choice(STREETS)} {self._chance.randint(1, 200)}",
            postal_code=self._postal_code,
            city=self._city,
            email=f"kontakt{self._number}@example.org" if self._often(0.6) else "",
            phone=self._first_number(with_direct_line=bool(company)),
            phone2=self._landline("phone2", 2) if company and self._often(0.3) else "",
            homephone=self._landline("homephone", 3) if self._often(0.15) else "",
            mobile=self._mobile() if self._often(0.5) else "",
            fax=self._landline("fax", 4) if company and self._often(0.4) else "",
            tags=tuple(tag for tag in TAGS if self._often(0.25)),
        )
        return MadeUp(contact=contact, numbers=self._meant)

    def _often(self, share: float) -> bool:
        return self._chance.random() < share

    def _company(self, family: str) -> str:
        return f"{self._chance.choice(TRADES)} {family} {self._chance.choice(FORMS)}"

    def _first_number(self, *, with_direct_line: bool) -> str:
        if self._often(0.01):
            return self._chance.choice(NO_NUMBERS)
        if self._often(0.03):
            written, self._meant["phone"] = self._chance.choice(FOREIGN)(self._digits(1) + "0")
            return written
        if not with_direct_line or self._often(0.4):
            return self._landline("phone", 1)
        digits, direct = self._digits(1), self._chance.choice(("0", "0", "12", "345"))
        self._meant["phone"] = f"+49{self._area}{digits}{direct}"
        return f"{self._chance.choice(LANDLINE[:8])(self._area, digits)}-{direct}"

    def _landline(self, column: str, kind: int) -> str:
        digits = self._digits(kind)
        self._meant[column] = f"+49{self._area}{digits}"
        return self._chance.choice(LANDLINE)(self._area, digits)

    def _mobile(self) -> str:
        prefix, digits = self._chance.choice(MOBILE_PREFIXES), self._digits(5)
        self._meant["mobile"] = f"+49{prefix}{digits}"
        return self._chance.choice(MOBILE)(prefix, digits)

    def _digits(self, kind: int) -> str:
        """Seven digits that no other contact has, nor this one in another column."""
        return f"{kind + 1}{self._number % 1_000_000:06}"


def _pairs(digits: str) -> str:
    return " ".join(digits[at : at + 2] for at in range(0, len(digits), 2))
