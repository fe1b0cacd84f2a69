"""
The columns of the PBX address book: what each is called, and which a page shows.

A page of contacts has no member names, only positions; the schema says what stands where
(STARFACE REST, `ContactsScheme`). Which columns there are, and in which order, an administrator
decides.
"""

from __future__ import annotations

from dataclasses import dataclass

from datev_connector.simulators.starface.config import PbxContact

LABEL = "de.vertico.starface.addressbook.block.label_"


@dataclass(frozen=True, slots=True)
class Column:
    """One attribute of a contact, and its names for programs and people."""

    name: str
    display_key: str
    member: str
    german: str
    english: str

    def value(self, contact: PbxContact) -> str:
        """What stands in this column."""
        return str(getattr(contact, self.member))

    def attribute(self, language: str, contact: PbxContact | None = None) -> dict[str, object]:
        """An `Attribute` of the schema, or of a contact."""
        return {
            "displayKey": self.display_key,
            "name": self.name,
            "value": self.value(contact) if contact else "",
            "i18nDisplayName": self.german if language == "de" else self.english,
            "additionalValues": {},
        }


_ALL = (
    Column("salutation", "SALUTATION", "salutation", "Anrede", "Salutation"),
    Column("title", "TITLE", "title", "Titel", "Title"),
    Column("firstname", "NAME", "first_name", "Vorname", "First name"),
    Column("familyname", "SURNAME", "family_name", "Nachname", "Last name"),
    Column("company", "COMPANY", "company", "Firma", "Company"),
    Column("jobtitle", "JOB_TITLE", "job_title", "Position", "Job title"),
    Column("email", "EMAIL", "email", "E-Mail", "Email"),
    Column("street", "STREET", "street", "Straße", "Street"),
    Column("postalcode", "POSTAL_CODE", "postal_code", "PLZ", "Postal code"),
    Column("city", "CITY", "city", "Ort", "City"),
    Column("note", "NOTE", "note", "Notiz", "Note"),
    Column("phone", "PHONE_NUMBER", "phone", "Rufnummer", "Phone number"),
    Column("phone2", "OFFICE_PHONE_NUMBER", "phone2", "Rufnummer (geschäftlich)", "Office"),
    Column("phone3", "PHONE_NUMBER", "phone3", "Rufnummer 3", "Phone number 3"),
    Column("phone4", "PHONE_NUMBER", "phone4", "Rufnummer 4", "Phone number 4"),
    Column("homephone", "PRIVATE_PHONE_NUMBER", "homephone", "Rufnummer (privat)", "Home"),
    Column("mobile", "MOBILE_PHONE_NUMBER", "mobile", "Mobil", "Mobile"),
    Column("fax", "FAX_NUMBER", "fax", "Fax", "Fax"),
)
COLUMNS = {column.name: column for column in _ALL}


def columns(names: tuple[str, ...]) -> tuple[Column, ...]:
    """The columns of these names. Raises LookupError, which says what there is."""
    unknown = [name for name in names if name not in COLUMNS]
    if unknown:
        raise LookupError(f"no column {unknown[0]!r}; there are: {', '.join(COLUMNS)}")
    return tuple(COLUMNS[name] for name in names)


def block(
    name: str, shown: tuple[Column, ...], language: str, contact: PbxContact | None = None
) -> dict[str, object]:
    """A `Block` of the schema, or of a contact."""
    return {
        "name": name,
        "resourceKey": LABEL + name,
        "attributes": [column.attribute(language, contact) for column in shown],
    }
