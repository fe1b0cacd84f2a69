from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from datev_connector.app.contact_files import (
    ContactFile,
    ContactFileError,
    Hint,
    Refusal,
    read_contact_file,
)
from datev_connector.domain.contacts import (
    Contact,
    ContactKind,
    ContactRef,
    Medium,
    Source,
    StoredNumber,
)

HEADER = "source;id;name;number;standardised;medium;kind;active;client_number\n"


def read(tmp_path: Path, text: str | bytes) -> ContactFile:
    file = tmp_path / "contacts.csv"
    file.write_bytes(text.encode() if isinstance(text, str) else text)
    return read_contact_file(file)


def refusals(found: ContactFile) -> list[tuple[int, str]]:
    return [(refusal.line, refusal.field) for refusal in found.refused]


def test_lines_of_one_id_make_one_contact(tmp_path: Path) -> None:
    found = read(
        tmp_path,
        HEADER
        + "datev;4711;Müller GmbH;0721/1234-0;0049721123400;phone;company;1;10023\n"
        + "starface;7;Änne;0170 1;;;;;\n"
        + "datev;4711;Müller GmbH;0721/1234-9;;fax;;;\n",
    )
    assert found.refused == ()
    assert tuple(found.contacts[Source.DATEV]) == (
        Contact(
            ref=ContactRef(Source.DATEV, "4711"),
            name="Müller GmbH",
            kind=ContactKind.COMPANY,
            client_number="10023",
            numbers=(
                StoredNumber(number="0721/1234-0", standardised="0049721123400"),
                StoredNumber(number="0721/1234-9", medium=Medium.FAX),
            ),
        ),
    )
    assert next(iter(found.contacts[Source.STARFACE])).kind is ContactKind.UNKNOWN
    assert (found.contact_count, found.number_count) == (2, 3)


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "cp1252", "utf-16"])
@pytest.mark.parametrize("separator", [";", ",", "\t"])
@pytest.mark.parametrize("ending", ["\n", "\r\n", "\r"])
def test_encodings_separators_and_line_ends(
    tmp_path: Path, encoding: str, separator: str, ending: str
) -> None:
    text = 'Source;ID;Name;Number\ndatev;1;"Weiß; Söhne, Köln";0221 1\n'
    if separator != ";":
        text = text.replace("Weiß; ", "Weiß ").replace(";", separator).replace("Weiß ", "Weiß; ")
    found = read(tmp_path, text.replace("\n", ending).encode(encoding))
    assert [contact.name for contact in found.contacts[Source.DATEV]] == ["Weiß; Söhne, Köln"]


def test_refused_lines_name_line_field_and_reason_and_the_rest_is_read(tmp_path: Path) -> None:
    found = read(
        tmp_path,
        HEADER
        + "outlook;1;A;1;;;;;\n"  # 2
        + "datev;;A;1;;;;;\n"  # 3
        + "datev;1;;1;;;;;\n"  # 4
        + "datev;1;A;;;;;;\n"  # 5
        + "datev;1;A;none;;;;;\n"  # 6
        + "datev;1;A;1;;;;maybe;\n"  # 7
        + "datev;1;A;1;;;;;;extra\n"  # 8
        + "\n"
        + "datev;2;B;2\n"
        + "datev;2;Somebody else;3;;pigeon;;;\n",  # 11
    )
    assert refusals(found) == [
        (2, "source"),
        (3, "id"),
        (4, "name"),
        (5, "number"),
        (6, "number"),
        (7, "active"),
        (8, ""),
        (11, "name"),
    ]
    assert found.hints == ()
    assert "datev, institution, starface" in str(found.refused[0])
    assert "1, true, yes, ja or 0, false, no, nein" in found.refused[5].reason
    assert "line 10" in found.refused[-1].reason
    assert [contact.name for contact in found.contacts[Source.DATEV]] == ["B"]


def test_a_fax_machine_answers_nobody_whatever_it_is_called(tmp_path: Path) -> None:
    rows = "datev;1;A;1;;Telefax;;;\n" + "datev;1;A;2;;Telefon;;;\n"
    found = read(tmp_path, HEADER + rows)
    (contact,) = found.contacts[Source.DATEV]
    assert [each.medium for each in contact.numbers] == [Medium.FAX, Medium.PHONE]
    assert found.hints == ()


def test_an_unknown_kind_or_medium_costs_no_client(tmp_path: Path) -> None:
    found = read(
        tmp_path,
        HEADER
        + "datev;1;A;1;;Brieftaube;robot;;\n"
        + "datev;1;A;2;;FAX;Company;;\n"
        + "datev;1;A;3;;;;;\n",
    )
    assert found.refused == ()
    (contact,) = found.contacts[Source.DATEV]
    assert contact.kind is ContactKind.COMPANY
    assert [each.medium for each in contact.numbers] == [Medium.PHONE, Medium.FAX, Medium.PHONE]
    assert found.hints == (
        Hint(
            line=2,
            field="kind",
            reason="is 'robot', which is none of person, company, unknown; it was taken as unknown",
        ),
        Hint(
            line=2,
            field="medium",
            reason="is 'Brieftaube', which is none of phone, mobile, fax, other; "
            "it was taken as phone",
        ),
    )


def test_broken_quoting_costs_one_line(tmp_path: Path) -> None:
    found = read(
        tmp_path,
        'source;id;name;number\ndatev;1;"A"x;1\ndatev;2;B;2\ndatev;3;"C;3\ndatev;4;D;4\n',
    )
    assert refusals(found) == [(2, ""), (4, "")]
    assert [contact.name for contact in found.contacts[Source.DATEV]] == ["B", "D"]


def test_line_numbers_hold_behind_a_text_of_several_lines(tmp_path: Path) -> None:
    found = read(
        tmp_path, 'source;id;name;number\ndatev;1;"A\nand\nB";1\ndatev;2;;2\ndatev;3;C;3\n'
    )
    assert found.refused == (Refusal(line=5, field="name", reason="is empty"),)
    assert next(iter(found.contacts[Source.DATEV])).name == "A and B"


def test_activity_and_main_number(tmp_path: Path) -> None:
    found = read(
        tmp_path,
        "source,id,name,number,active,main,note\n"
        "datev,1,A,1,0,1,office\ndatev,2,B,2,ja,nein,\ndatev,3,C,3,,,\n",
    )
    contacts = [*found.contacts[Source.DATEV]]
    assert [contact.active for contact in contacts] == [False, True, True]
    assert contacts[0].numbers == (StoredNumber(number="1", main=True, note="office"),)


def test_the_standardised_form_serves_where_the_number_is_missing(tmp_path: Path) -> None:
    found = read(tmp_path, HEADER + "datev;1;A;;0049721;;;;\n")
    number = StoredNumber(number="0049721", standardised="0049721")
    assert next(iter(found.contacts[Source.DATEV])).numbers == (number,)


def test_the_same_line_twice_is_one_number(tmp_path: Path) -> None:
    assert read(tmp_path, HEADER + "datev;1;A;1;;;;;\n" * 2).number_count == 1


def test_columns_that_mean_nothing_are_named(tmp_path: Path) -> None:
    found = read(tmp_path, "source;id;name;number;colour\ndatev;1;A;1;red\n")
    assert found.unused_columns == ("colour",)


@pytest.mark.parametrize(
    ("text", "problem"),
    [
        ("", "empty"),
        ("id;name;number\n1;A;1\n", "source"),
        ("source;id;name;number;Number\n", "twice"),
        ('"source;id\n', "line 1"),
        (b"\x00\x01\x02", "no text file"),
        (b"PK\x03\x04\x81", "no text file"),
        (b"\xff\xfe\x00", "no text file"),
    ],
)
def test_what_is_no_contact_file_says_so(tmp_path: Path, text: str | bytes, problem: str) -> None:
    with pytest.raises(ContactFileError, match=problem):
        read(tmp_path, text)


@given(st.text(alphabet='datev;,"\n\r1A ', max_size=200))
def test_every_line_is_either_read_or_refused(
    tmp_path_factory: pytest.TempPathFactory, text: str
) -> None:
    folder = tmp_path_factory.getbasetemp()
    found = read(folder, "source;id;name;number\n" + text)
    assert found.contact_count <= found.number_count
    assert all(refusal.line >= 2 for refusal in found.refused)
    assert found.contact_count + len(found.refused) > 0 or not text.strip('; \n\r",')
