from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest
from hypothesis import given
from hypothesis import strategies as st

from datev_connector.app.contact_files import ContactFileError, Refusal, read_contact_file
from datev_connector.domain.contacts import Contact, ContactKind, Medium, Source, StoredNumber

VERSION_2 = (
    "BEGIN:VCARD\r\nVERSION:2.1\r\n"
    "N;CHARSET=UTF-8;ENCODING=QUOTED-PRINTABLE:M=C3=BCller;J=C3=B6rg\r\n"
    "FN;CHARSET=ISO-8859-1;ENCODING=QUOTED-PRINTABLE:J=F6rg=20=\r\n"
    "M=FCller\r\n"
    "TEL;WORK;VOICE:0721 / 1234\r\n"
    "TEL;WORK;FAX:0721 / 1235\r\n"
    "TEL;CELL;PREF:0170 1\r\n"
    "PHOTO;ENCODING=BASE64;TYPE=JPEG:AAAA\r\n BBBB\r\n CCCC\r\n\r\n"
    "END:VCARD\r\n"
)
VERSION_3 = (
    "BEGIN:VCARD\nVERSION:3.0\nUID:u-3\nFN:Weiß\\, S\n öhne\\; Co\n"
    "ORG:Weiß\\, Söhne\\; Co;Einkauf\n"
    "item1.TEL;TYPE=WORK,VOICE:+49 (721) 99-0\nTEL;TYPE=pager:1\nEND:VCARD\n"
)
VERSION_4 = (
    "BEGIN:VCARD\nVERSION:4.0\nKIND:org\nUID:urn:uuid:4\nFN:Stadtwerke\n"
    'TEL;VALUE=uri;PREF=1;TYPE="work,voice":tel:+49-721-55;ext=12\nEND:VCARD\n'
)


@dataclass(frozen=True)
class Found:
    contacts: Mapping[Source, tuple[Contact, ...]]
    refused: tuple[Refusal, ...]


def read_vcards(text: str, source: Source) -> Found:
    with TemporaryDirectory() as folder:
        file = Path(folder) / "cards.vcf"
        file.write_bytes(text.encode())
        found = read_contact_file(file, source)
        contacts = {of: tuple(each) for of, each in found.contacts.items()}
        assert {of: len(each) for of, each in contacts.items()} == {
            of: len(each) for of, each in found.contacts.items()
        }
        return Found(contacts, found.refused)


def contacts(text: str) -> tuple[Contact, ...]:
    found = read_vcards(text, Source.STARFACE)
    assert found.refused == ()
    return found.contacts[Source.STARFACE]


def refusals(found: Found) -> list[tuple[int, str]]:
    return [(refusal.line, refusal.field) for refusal in found.refused]


def test_version_2_with_quoted_printable_and_bare_types() -> None:
    (contact,) = contacts(VERSION_2)
    assert contact.name == "Jörg Müller"
    assert contact.kind is ContactKind.PERSON
    assert contact.ref.id.startswith("vcard-")
    assert [(number.number, number.medium, number.main) for number in contact.numbers] == [
        ("0721 / 1234", Medium.PHONE, False),
        ("0721 / 1235", Medium.FAX, False),
        ("0170 1", Medium.MOBILE, True),
    ]


def test_version_3_with_folding_escapes_and_groups() -> None:
    (contact,) = contacts(VERSION_3)
    assert contact.name == "Weiß, Söhne; Co"
    assert contact.kind is ContactKind.COMPANY
    assert contact.ref.id == "u-3"
    assert [number.medium for number in contact.numbers] == [Medium.PHONE, Medium.OTHER]


def test_version_4_with_uris_and_quoted_parameters() -> None:
    (contact,) = contacts(VERSION_4)
    assert (contact.kind, contact.ref.id) == (ContactKind.COMPANY, "urn:uuid:4")
    assert contact.numbers == (StoredNumber(number="+49-721-55", note="work", main=True),)


def test_a_card_without_uid_has_the_same_id_in_every_file() -> None:
    first = contacts(VERSION_2)
    again = contacts(VERSION_4 + VERSION_2.replace("\r\n", "\n"))
    assert first[0].ref == again[1].ref


@pytest.mark.parametrize(
    ("lines", "name"),
    [
        ("N:Berger;Anna;;Dr.;", "Anna Berger"),
        ("N:Berger", "Berger"),
        ("ORG:Berger KG;Einkauf", "Berger KG"),
        ("FN:\nN:;;;;\nORG:Berger KG", "Berger KG"),
    ],
)
def test_a_card_without_full_name_takes_the_next_best(lines: str, name: str) -> None:
    (contact,) = contacts(f"BEGIN:VCARD\n{lines}\nTEL:1\nEND:VCARD\n")
    assert contact.name == name


def test_what_cannot_be_used_is_named_and_the_rest_is_read() -> None:
    found = read_vcards(
        "BEGIN:VCARD\nFN:No number\nEND:VCARD\n"  # 1
        "BEGIN:VCARD\nTEL:1\nEND:VCARD\n"  # 4: no name
        "BEGIN:VCARD\nFN:A\nTEL:unknown\nTEL:2\nrubbish\nEND:VCARD\n"  # 9, 11
        "BEGIN:VCARD\nFN:Not ended\nTEL:3\n"  # 13
        "BEGIN:VCARD\nFN:B\nTEL:4\nEND:VCARD\n"
        "BEGIN:VCARD\nFN:Cut off\nTEL:5\n",  # 20
        Source.STARFACE,
    )
    assert sorted(refusals(found)) == [
        (1, "TEL"),
        (4, "FN"),
        (9, "TEL"),
        (11, ""),
        (13, ""),
        (20, ""),
    ]
    assert [contact.name for contact in found.contacts[Source.STARFACE]] == ["A", "B"]


def test_two_people_with_one_uid_are_not_thrown_together() -> None:
    found = read_vcards(VERSION_3 + VERSION_3.replace("FN:Weiß", "FN:Schwarz"), Source.STARFACE)
    assert len(found.contacts[Source.STARFACE]) == 1
    assert refusals(found) == [(16, "name"), (17, "name")]


def test_an_agent_is_no_contact() -> None:
    (contact,) = contacts(
        "BEGIN:VCARD\nFN:Chief\nTEL:1\nAGENT:\nBEGIN:VCARD\nFN:Secretary\nTEL:2\nEND:VCARD\n"
        "TEL:3\nEND:VCARD\n"
    )
    assert contact.name == "Chief"
    assert [number.number for number in contact.numbers] == ["1", "3"]


def test_a_file_is_known_by_its_content(tmp_path: Path) -> None:
    file = tmp_path / "export.txt"
    file.write_bytes("begin:vcard\r\nFN:Weiß\r\nTEL:1\r\nend:vcard\r\n".encode("cp1252"))
    found = read_contact_file(file, Source.DATEV)
    assert [contact.name for contact in found.contacts[Source.DATEV]] == ["Weiß"]


def test_no_card_is_no_vcard_file() -> None:
    with pytest.raises(ContactFileError, match="no vCard"):
        read_vcards("BEGIN:VCARDS\nFN:A\n", Source.STARFACE)


@given(st.text(alphabet=':;=\\"\n TELFN1,BGIVCARDND\t', max_size=200))
def test_no_text_breaks_the_reader(text: str) -> None:
    found = read_vcards("BEGIN:VCARD\nVERSION:3.0\n" + text, Source.STARFACE)
    assert found.refused or found.contacts
