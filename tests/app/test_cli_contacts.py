from __future__ import annotations

import re
from pathlib import Path

import pytest

from tests.app.cli_profile import CliProfile

PAGE = Path(__file__).parents[2] / "docs" / "contacts.md"
HEADER = "source;id;name;number\n"


@pytest.fixture
def profile(tmp_path: Path) -> CliProfile:
    return CliProfile(tmp_path / "profile")


def names(profile: CliProfile, text: str) -> list[str]:
    return [contact["name"] for contact in profile.json("contacts", "search", text)]


def test_an_import_replaces_the_sources_that_occur_in_it(profile: CliProfile) -> None:
    first = profile.file(
        "1.csv", HEADER + "datev;1;Test Alt;1111111\nstarface;1;Test Buch;22222222\n"
    )
    assert profile.json("contacts", "import", first) == {
        "file": first,
        "imported": {
            "datev": {"contacts": 1, "numbers": 1, "replaced": 0},
            "starface": {"contacts": 1, "numbers": 1, "replaced": 0},
        },
        "refused": [],
        "hints": [],
        "unused_columns": [],
    }
    second = profile.file("2.csv", HEADER + "datev;2;Test Neu;333\ndatev;3;Test Neuer;4\n")
    told = profile.done("contacts", "import", second)
    assert told == "datev: 2 contacts with 2 numbers, in place of 1 contact\n"
    profile.done("contacts", "import", profile.file("3.csv", HEADER + "datev;2;Test Neu;333\n"))
    assert names(profile, "test") == ["Test Buch", "Test Neu"]


def test_refused_lines_are_reported_and_the_rest_is_imported(profile: CliProfile) -> None:
    file = profile.file("1.csv", HEADER + "datev;1;Test;0721 1\noutlook;2;Test;1\ndatev;3;;1\n")
    result = profile.run("contacts", "import", file)
    assert result.exit_code == 0
    assert "datev: 1 contact with 1 number" in result.stdout
    assert "line 3, source:" in result.stderr
    assert "line 4, name: is empty" in result.stderr
    refused = profile.json("contacts", "import", file)["refused"]
    assert [(each["line"], each["field"]) for each in refused] == [(3, "source"), (4, "name")]


def test_what_was_read_with_doubt_is_told(profile: CliProfile) -> None:
    text = "source;id;name;number;medium\ndatev;1;Test;0721 1;Brieftaube\n"
    file = profile.file("1.csv", text)
    told = profile.run("contacts", "import", file)
    assert "datev: 1 contact with 1 number\n" in told.stdout
    assert "Taken, but look (1):\n  line 2, medium: is 'Brieftaube'" in told.stderr
    (hint,) = profile.json("contacts", "import", file)["hints"]
    assert (hint["line"], hint["field"]) == (2, "medium")


def test_the_example_of_the_documentation_is_read_as_it_says(profile: CliProfile) -> None:
    example, report = re.findall(r"```text\n(.*?)```", PAGE.read_text("utf-8"), re.DOTALL)
    before = "datev;1;Test;0721 1\ndatev;2;Test Zwei;0721 2\n"
    profile.done("contacts", "import", profile.file("before.csv", HEADER + before))
    result = profile.run("contacts", "import", profile.file("example.csv", example))
    assert result.stdout + result.stderr == report


def test_many_refusals_do_not_flood_the_terminal(profile: CliProfile) -> None:
    file = profile.file("1.csv", HEADER + "datev;1;Test;0721 1\n" + "datev;;x;1\n" * 50)
    told = profile.run("contacts", "import", file).stderr
    assert "Left out (50)" in told
    assert "and 30 more" in told


@pytest.mark.parametrize("text", [HEADER, HEADER + "datev;;x;1\n", "name;number\nA;1\n", ""])
def test_a_file_without_a_usable_line_replaces_nothing(profile: CliProfile, text: str) -> None:
    profile.done("contacts", "import", profile.file("1.csv", HEADER + "datev;1;Test;0721 1\n"))
    told = profile.failed(1, "contacts", "import", profile.file("2.csv", text))
    assert "Nothing was replaced" in told
    assert names(profile, "test") == ["Test"]


def test_a_missing_file_fails(profile: CliProfile) -> None:
    assert "none.csv" in profile.failed(1, "contacts", "import", "none.csv")


def test_vcards_go_to_the_source_that_is_named(profile: CliProfile) -> None:
    card = "BEGIN:VCARD\nVERSION:3.0\nUID:u\nFN:Test\nTEL;TYPE=CELL:0170 1234567\nEND:VCARD\n"
    file = profile.file("cards.vcf", card)
    profile.done("contacts", "import", file)
    assert profile.json("contacts", "search", "test")[0]["source"] == "starface"
    profile.done("contacts", "import", file, "--source", "datev")
    assert {each["source"] for each in profile.json("contacts", "search", "test")} == {
        "datev",
        "starface",
    }


def test_search_shows_the_whole_contact(profile: CliProfile) -> None:
    text = "source;id;name;number;medium;kind;active;client_number\n"
    text += "datev;1;Müller GmbH;0721/1-0;phone;company;0;10001\n"
    text += "datev;1;Müller GmbH;0721/1-9;fax;;;\n"
    profile.done("contacts", "import", profile.file("1.csv", text))
    (found,) = profile.json("contacts", "search", "muell")
    assert found["kind"] == "company"
    assert found["active"] is False
    assert found["client_number"] == "10001"
    assert [number["medium"] for number in found["numbers"]] == ["phone", "fax"]
    table = profile.done("contacts", "search", "10001")
    assert "Müller GmbH (no longer active)" in table
    assert "0721/1-9 (fax)" in table


def test_nobody_found_is_no_failure(profile: CliProfile) -> None:
    result = profile.run("contacts", "search", "nobody")
    assert (result.exit_code, result.stdout) == (0, "")
    assert "No contact" in result.stderr
    assert profile.json("contacts", "search", "nobody") == []


def test_a_name_cannot_move_the_cursor(profile: CliProfile) -> None:
    file = profile.file("1.csv", HEADER + "datev;1;Test\x1b[2J;0721 1\n")
    profile.done("contacts", "import", file)
    assert "\x1b" not in profile.done("contacts", "search", "test")


@pytest.mark.parametrize("nothing", ["", " "])
def test_a_search_for_nothing_is_wrong_usage(profile: CliProfile, nothing: str) -> None:
    assert "some text" in profile.failed(2, "contacts", "search", nothing)
