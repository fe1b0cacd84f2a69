"""The program as a process of Windows: what it prints, how it ends, and who it makes room for."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from tests.app.cli_profile import CliProfile
from tests.windows.windows_process import StartProcess, WindowsProcess

CONTACTS = """source;id;name;number
datev;1;Jürgen Großmann & Söhne;0721 12345
datev;2;Дмитрий;0721 23456
"""
SETTINGS = """[dial_plan]
area_code = "721"
[starface]
host = "127.0.0.1"
https_port = 9
login = "0123"
[datev]
link = "simulator"
"""


class Program:
    """Starts the program on one profile."""

    def __init__(self, start: StartProcess, folder: Path) -> None:
        self._start = start
        self.folder = folder

    def start(self, *arguments: str) -> WindowsProcess:
        where = ("--profile", str(self.folder))
        password = {"DATEV_CONNECTOR_PASSWORD": "secret"}
        return self._start("-m", "datev_connector", *arguments, *where, environment=password)

    def says(self, *arguments: str) -> str:
        process = self.start(*arguments)
        said = process.rest()
        assert process.wait() == 0, process.complaints
        return "\n".join(said)


@pytest.fixture
def program(windows_process: StartProcess, tmp_path: Path) -> Program:
    profile = CliProfile(tmp_path / "Bürö")
    profile.settings(SETTINGS)
    profile.done("contacts", "import", profile.file("Kontakte für alle.csv", CONTACTS))
    return Program(windows_process, profile.folder)


def test_names_of_any_alphabet_go_through_a_pipe(program: Program) -> None:
    assert "Jürgen Großmann & Söhne" in program.says("lookup", "0721 12345")
    (found,) = json.loads(program.says("contacts", "search", "23456", "--json"))
    assert found["name"] == "Дмитрий"
    assert "Дмитрий" in program.says("contacts", "search", "23456")


def test_the_file_of_the_settings_is_named_as_windows_does(program: Program) -> None:
    assert str(program.folder / "settings.toml") in program.says("settings", "show")


def test_the_journal_of_a_new_user_is_empty(program: Program) -> None:
    assert json.loads(program.says("journal", "list", "--json")) == []


def test_what_is_wrong_is_one_sentence_and_an_exit_code(program: Program) -> None:
    (program.folder / "settings.toml").write_text("[dial_plan]\narea_code = 7\n", "utf-8")

    process = program.start("lookup", "0721 12345")

    assert process.wait() == 3
    assert "area_code" in process.complaints
    assert "Traceback" not in process.complaints


def test_a_connector_that_was_killed_leaves_its_place_to_the_next(program: Program) -> None:
    first = program.start("run", "--headless")
    first.line()

    second = program.start("run", "--headless")
    assert second.wait() == 1
    assert f"process {first.pid}" in second.complaints

    first.kill()
    third = program.start("run", "--headless")
    third.line()
    third.tell('{"command": "quit"}')
    assert third.wait() == 0, third.complaints
