"""Contact files as nobody should make them, and as spreadsheets do."""

from __future__ import annotations

import tracemalloc
from pathlib import Path

import pytest

from datev_connector.app.contact_files import (
    ContactFile,
    ContactFileError,
    csv_file,
    read_contact_file,
    text_file,
)
from datev_connector.domain.contacts import Contact, ContactRef, Source

HEADER = "source;id;name;number\n"


def read(tmp_path: Path, text: str | bytes) -> ContactFile:
    file = tmp_path / "contacts.csv"
    file.write_bytes(text.encode() if isinstance(text, str) else text)
    return read_contact_file(file)


def contacts(found: ContactFile, source: Source = Source.DATEV) -> list[Contact]:
    return [*found.contacts[source]]


def numbers(found: ContactFile) -> list[str]:
    return [number.number for contact in contacts(found) for number in contact.numbers]


# --- what spreadsheets do -------------------------------------------------------------------------


@pytest.mark.parametrize("spoiled", ["4,97218E+11", "4.97218E+11", "4,97E11", "5E+10"])
def test_a_number_that_lost_its_digits_is_refused_with_advice(tmp_path: Path, spoiled: str) -> None:
    found = read(tmp_path, HEADER + f"datev;1;A;{spoiled}\ndatev;2;B;0721 1\n")
    (refused,) = found.refused
    assert (refused.line, refused.field) == (2, "number")
    assert repr(spoiled) in refused.reason
    assert "format the column as text" in refused.reason
    assert [contact.name for contact in contacts(found)] == ["B"]


@pytest.mark.parametrize("nothing", ["0", "0,0", "0.00", "#NV", "#N/A", "#WERT!", "#REF!"])
def test_what_a_spreadsheet_shows_for_nothing_is_no_number(tmp_path: Path, nothing: str) -> None:
    found = read(tmp_path, HEADER + f"datev;1;A;{nothing}\n")
    assert [(each.field, "spreadsheet" in each.reason) for each in found.refused] == [
        ("number", True)
    ]


def test_a_spoiled_form_costs_nothing_if_the_other_is_good(tmp_path: Path) -> None:
    head = "source;id;name;number;standardised\n"
    rows = "datev;1;A;4,97218E+11;00497211234\ndatev;2;B;0721 1234;4,97218E+11\n"
    found = read(tmp_path, head + rows)
    assert found.refused == ()
    assert [(hint.line, hint.field) for hint in found.hints] == [(2, "number"), (3, "standardised")]
    stored = [contact.numbers[0] for contact in contacts(found)]
    assert [(each.number, each.standardised) for each in stored] == [
        ("00497211234", "00497211234"),
        ("0721 1234", ""),
    ]


@pytest.mark.parametrize("amount", ["497211234567.0", "497211234567,00", "497211234567,0"])
def test_decimals_behind_a_number_are_left_out(tmp_path: Path, amount: str) -> None:
    found = read(tmp_path, HEADER + f"datev;1;A;{amount}\n")
    assert numbers(found) == ["497211234567"]
    assert amount in found.hints[0].reason


@pytest.mark.parametrize("text", ["'07211234", '="07211234"', '"=""07211234"""'])
def test_marks_for_a_text_are_left_out(tmp_path: Path, text: str) -> None:
    found = read(tmp_path, HEADER.replace("\n", ";client_number\n") + f"datev;'1;A;{text};'10001\n")
    assert numbers(found) == ["07211234"]
    (contact,) = contacts(found)
    assert (contact.ref.id, contact.client_number) == ("1", "10001")
    assert found.hints == ()


def test_lost_leading_zeros_are_told_once(tmp_path: Path) -> None:
    rows = "".join(f"datev;{n};N{n};721123{n}\n" for n in range(6))
    (hint,) = read(tmp_path, HEADER + "datev;9;A;0721 / 1\n" + rows).hints
    assert (hint.line, hint.field) == (3, "number")
    assert "5 more lines" in hint.reason
    assert "zeros" in hint.reason
    assert read(tmp_path, HEADER + rows + "datev;9;A;07211234\n").hints == ()
    assert read(tmp_path, HEADER + rows[:20]).hints == ()


def test_the_line_that_tells_excel_the_separator_is_none_of_the_table(tmp_path: Path) -> None:
    found = read(tmp_path, "sep=,\r\nsource,id,name,number\r\ndatev,1,A; B,1\r\ndatev,,A,1\r\n")
    assert contacts(found)[0].name == "A; B"
    assert found.refused[0].line == 4


def test_empty_lines_around_the_header_do_no_harm(tmp_path: Path) -> None:
    found = read(tmp_path, "\n\n;;;\n" + HEADER + "\n;;;\ndatev;;A;1\ndatev;1;A;1\n")
    assert [refused.line for refused in found.refused] == [7]


@pytest.mark.parametrize("mark", [b"", b"\xef\xbb\xbf"])
@pytest.mark.parametrize("text", ["", "\n\n", ";;\n"])
def test_a_file_of_nothing_is_said_to_be_empty(tmp_path: Path, mark: bytes, text: str) -> None:
    with pytest.raises(ContactFileError, match="the file is empty"):
        read(tmp_path, mark + text.encode())


def test_a_header_alone_holds_no_contact(tmp_path: Path) -> None:
    found = read(tmp_path, b"\xef\xbb\xbf" + HEADER.encode())
    assert (found.contacts, found.refused, found.contact_count) == ({}, (), 0)


def test_columns_of_other_programs_are_not_guessed_but_named(tmp_path: Path) -> None:
    with pytest.raises(ContactFileError) as fault:
        read(tmp_path, "Mandantennummer;Bezeichnung;Telefon;Ort\n10001;A;1;B\n")
    text = str(fault.value)
    assert "no column source, id, name, number" in text
    assert (
        "perhaps call 'mandantennummer' client_number, 'bezeichnung' name, 'telefon' number" in text
    )


# --- encodings ------------------------------------------------------------------------------------


def test_signs_of_a_wrong_encoding_are_told_once(tmp_path: Path) -> None:
    rows = "datev;1;Müller;1\ndatev;2;Groß;1\n"
    twice = (HEADER + rows).encode().decode("cp1252").encode()
    (hint,) = read(tmp_path, twice).hints
    assert (hint.line, hint.field) == (2, "name")
    assert "wrong encoding" in hint.reason
    assert read(tmp_path, HEADER + rows + "datev;3;São Ältere;1\n").hints == ()


def test_one_bad_byte_makes_it_windows_1252(tmp_path: Path) -> None:
    found = read(tmp_path, HEADER.encode() + "datev;1;Groß;1\n".encode("cp1252") + b"x" * 5)
    assert contacts(found)[0].name == "Groß"


@pytest.mark.parametrize(
    "content",
    [
        HEADER.encode() + b"datev;1;A\0B;1\n",
        HEADER.encode("utf-16-le"),
        HEADER.encode() + b"datev;1;\x81\x8d;1\n",
        b"\xff\xfe" + HEADER.encode("utf-16-le") + b"\0\0",
    ],
)
def test_what_is_no_text_is_refused_as_a_whole(tmp_path: Path, content: bytes) -> None:
    with pytest.raises(ContactFileError, match="no text file"):
        read(tmp_path, content)


def test_a_sign_across_two_pieces_is_read(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(text_file, "_PIECE_BYTES", 3)
    found = read(tmp_path, HEADER + "datev;1;Müüüüüüüller;1\n")
    assert contacts(found)[0].name == "Müüüüüüüller"


# --- size -----------------------------------------------------------------------------------------


def test_a_file_that_is_too_large_is_not_read(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(text_file, "LARGEST_FILE_BYTES", 60)
    assert read(tmp_path, (HEADER + "datev;1;A;1\n").ljust(60)).contact_count == 1
    with pytest.raises(ContactFileError, match="more than 60 bytes"):
        read(tmp_path, (HEADER + "datev;1;A;1\n").ljust(61))


def test_a_line_without_end_costs_itself_and_no_memory(tmp_path: Path) -> None:
    text = HEADER + "datev;1;A;1\n" + ";" * 10_000_000 + "\ndatev;2;B;2\n"
    file = tmp_path / "contacts.csv"
    file.write_text(text)
    del text
    tracemalloc.start()
    found = read_contact_file(file)
    _, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert [(each.line, "characters" in each.reason) for each in found.refused] == [(3, True)]
    assert [contact.name for contact in contacts(found)] == ["A", "B"]
    assert peak < 20_000_000


def test_a_lone_quotation_mark_costs_its_line(tmp_path: Path) -> None:
    rows = "".join(f"datev;{n};Name {n};1\n" for n in range(2, 8_000))
    found = read(tmp_path, HEADER + 'datev;1;"A;1\n' + rows)
    assert [each.line for each in found.refused] == [2]
    assert found.contact_count == 7_998


@pytest.mark.parametrize("field", ["name", "id", "number"])
def test_a_text_that_is_far_too_long_is_refused(tmp_path: Path, field: str) -> None:
    cells = {"id": "1", "name": "A", "number": "1"}
    cells[field] *= 10_000
    found = read(tmp_path, HEADER + f"datev;{cells['id']};{cells['name']};{cells['number']}\n")
    (refused,) = found.refused
    assert (refused.field, refused.reason) == (field, "has 10000 characters, more than 1000")


def test_garbage_of_thirty_digits_is_kept_for_the_report(tmp_path: Path) -> None:
    assert numbers(read(tmp_path, HEADER + f"datev;1;A;{'1234567890' * 3}\n")) == ["1234567890" * 3]


# --- what belongs together ------------------------------------------------------------------------


def test_one_id_in_two_sources_is_two_contacts(tmp_path: Path) -> None:
    found = read(tmp_path, HEADER + "datev;1;A;1\nstarface;1;B;2\ndatev;1;A;3\n")
    assert [contact.name for contact in contacts(found)] == ["A"]
    assert numbers(found) == ["1", "3"]
    assert [contact.name for contact in contacts(found, Source.STARFACE)] == ["B"]


def test_lines_of_a_contact_may_stand_apart(tmp_path: Path) -> None:
    found = read(
        tmp_path,
        HEADER
        + "datev;1;A;1\ndatev;2;B;2\ndatev;1;A;3\ndatev;2;Else;4\ndatev;3;C;5\nDATEV; 1;A;6\n",
    )
    held = {contact.ref: [each.number for each in contact.numbers] for contact in contacts(found)}
    assert held == {
        ContactRef(Source.DATEV, "1"): ["1", "3", "6"],
        ContactRef(Source.DATEV, "2"): ["2"],
        ContactRef(Source.DATEV, "3"): ["5"],
    }
    assert [(each.line, each.field) for each in found.refused] == [(5, "name")]
    assert "line 3" in found.refused[0].reason


def test_a_contact_whose_first_line_was_refused_is_whole_all_the_same(tmp_path: Path) -> None:
    found = read(tmp_path, HEADER + "datev;1;A;none\ndatev;1;A;1\ndatev;2;B;2\ndatev;1;A;3\n")
    assert len(contacts(found)) == found.contact_count == 2
    assert sorted(numbers(found)) == ["1", "2", "3"]


def test_a_file_that_changes_meanwhile_is_not_taken(tmp_path: Path) -> None:
    found = read(tmp_path, HEADER + "datev;1;A;1\n")
    (tmp_path / "contacts.csv").write_text(HEADER + "datev;1;Another;1\n")
    with pytest.raises(ContactFileError, match="changed while it was read"):
        contacts(found)


def test_memory_does_not_grow_with_the_file(tmp_path: Path) -> None:
    def peak(lines: int) -> int:
        file = tmp_path / f"{lines}.csv"
        with file.open("w", encoding="utf-8") as stream:
            stream.write(HEADER)
            stream.writelines(f"datev;{n // 2};Müller {n // 2};0721 {n}\n" for n in range(lines))
        tracemalloc.start()
        found = read_contact_file(file)
        assert sum(1 for _ in found.contacts[Source.DATEV]) == lines // 2
        _, most = tracemalloc.get_traced_memory()
        tracemalloc.stop()
        return most

    few, many = peak(500), peak(4_000)
    assert many - few < 100 * 3_500


def test_every_word_of_advice_leads_to_a_column_that_exists() -> None:
    assert set(csv_file._OFTEN.values()) <= {*csv_file.REQUIRED, *csv_file.OPTIONAL}
