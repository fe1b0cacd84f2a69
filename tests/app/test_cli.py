"""The frame of the command line: options, exit codes, plain words for every fault."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import click
import pytest
from click.testing import CliRunner

from datev_connector import __version__
from datev_connector.app.cli import COMMANDS, cli
from tests.app.cli_profile import CliProfile


@pytest.fixture
def profile(tmp_path: Path) -> CliProfile:
    return CliProfile(tmp_path / "profile")


def process(*arguments: str, **environment: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-m", "datev_connector", *arguments],
        capture_output=True,
        encoding=environment.get("PYTHONIOENCODING", "utf-8"),
        timeout=50,
        check=False,
        env={**os.environ, "PYTHONUTF8": "1", **environment},
    )


# --- options and help -----------------------------------------------------------------------------


def every_command() -> list[tuple[str, ...]]:
    context = click.Context(cli)
    found: list[tuple[str, ...]] = []
    for name in COMMANDS:
        command = cli.get_command(context, name)
        if isinstance(command, click.Group):
            found += [(name, inner) for inner in command.commands]
        else:
            found.append((name,))
    return found


@pytest.mark.parametrize("words", every_command(), ids=" ".join)
def test_every_command_has_help_and_takes_the_common_options(words: tuple[str, ...]) -> None:
    result = CliRunner().invoke(cli, [*words, "--help"])
    assert result.exit_code == 0
    for option in ("--profile", "--config", "--log-level"):
        assert option in result.output


@pytest.mark.parametrize("words", [[], *([name] for name in COMMANDS)], ids=" ".join)
def test_no_overview_cuts_a_sentence_off(words: list[str]) -> None:
    result = CliRunner().invoke(cli, [*words, "--help"], env={"COLUMNS": "80"})
    assert "..." not in result.output.partition("Commands:")[2]


def test_the_commands_are_those_of_the_contract() -> None:
    assert {" ".join(words) for words in every_command()} == {
        "run",
        "demo",
        "lookup",
        "contacts sync",
        "contacts search",
        "contacts import",
        "contacts report",
        "contacts choices",
        "contacts choose",
        "contacts forget",
        "journal list",
        "journal search",
        "journal export",
        "journal erase",
        "outbox list",
        "outbox retry",
        "diagnose",
        "module build",
        "module check",
        "selftest",
        "simulate starface",
        "simulate datev",
        "simulate datev-com",
        "licence show",
        "licence issue",
        "settings show",
        "settings import",
        "settings forget-certificate",
        "quit",
        "setup links",
        "setup machine-settings",
        "setup erase-own-data",
        "setup erase-machine-data",
        "setup register-interfaces",
        "setup unregister-interfaces",
    }


def test_the_profile_may_be_named_before_and_after_the_command(profile: CliProfile) -> None:
    profile.settings("[dial_plan]\narea_code = '721'\n")
    for words in (
        ["--profile", str(profile.folder), "settings", "show", "--json"],
        ["settings", "--profile", str(profile.folder), "show", "--json"],
        ["settings", "show", "--json", "--profile", str(profile.folder)],
        ["--profile", "elsewhere", "settings", "show", "--profile", str(profile.folder), "--json"],
    ):
        rows = json.loads(CliRunner().invoke(cli, words).stdout)
        values = {f"{row['section']}.{row['key']}": row["value"] for row in rows}
        assert values["dial_plan.area_code"] == "721"


def test_the_config_file_wins_over_that_of_the_profile(profile: CliProfile) -> None:
    profile.settings("[dial_plan]\narea_code = '721'\n")
    other = profile.file("other.toml", "[dial_plan]\narea_code = '89'\n")
    assert '"89"' in profile.done("settings", "show", "--config", other)


def test_the_log_tells_as_much_as_was_asked_for(profile: CliProfile) -> None:
    profile.done("journal", "list", "--log-level", "debug")
    assert (profile.folder / "logs" / "command.log").exists()
    assert "loud" in profile.failed(2, "journal", "list", "--log-level", "loud")


# --- exit codes -----------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "words",
    [
        ["nonsense"],
        ["lookup"],
        ["lookup", "1", "2"],
        ["--nonsense"],
        ["journal", "list", "--limit=0"],
    ],
)
def test_wrong_usage_ends_with_2(profile: CliProfile, words: list[str]) -> None:
    assert "Usage:" in profile.failed(2, *words)


@pytest.mark.parametrize(
    "words",
    [
        ["lookup", "1"],
        ["settings", "show"],
        ["run", "--headless"],
        ["diagnose"],
        ["contacts", "import", "x"],
    ],
)
def test_invalid_settings_end_with_3_and_name_everything(
    profile: CliProfile, words: list[str]
) -> None:
    profile.settings("[starface]\nhots = 'x'\n\n[calls]\nskip_internal = 3\n")
    told = profile.failed(3, *words)
    assert "settings.toml, line 2, starface.hots" in told
    assert "settings.toml, line 5, calls.skip_internal" in told


def test_a_config_file_that_is_not_there_ends_with_3(profile: CliProfile) -> None:
    assert "no such file" in profile.failed(3, "--config", "nowhere.toml", "settings", "show")


def test_run_without_a_pbx_ends_with_3_and_says_what_to_set(profile: CliProfile) -> None:
    told = profile.failed(3, "run", "--headless")
    assert "starface.host" in told
    assert "starface.login" in told


def test_a_store_that_cannot_be_made_ends_with_1(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("in the way")
    told = CliProfile(tmp_path / "file").failed(1, "journal", "list")
    assert "Error:" in told
    assert "Traceback" not in told


def test_a_damaged_key_ends_with_1(profile: CliProfile) -> None:
    profile.done("journal", "list")
    (profile.folder / "store.key").write_text("nonsense")
    assert "damaged" in profile.failed(1, "journal", "list")


def test_a_lost_key_ends_with_1_and_leaves_the_store_alone(profile: CliProfile) -> None:
    profile.done("journal", "list")
    before = (profile.folder / "store.db").read_bytes()
    (profile.folder / "store.key").unlink()
    assert "store.key is missing" in profile.failed(1, "lookup", "0721")
    assert (profile.folder / "store.db").read_bytes() == before


def test_a_damaged_store_is_set_aside_and_that_is_said(profile: CliProfile) -> None:
    profile.done("journal", "list")
    file = profile.folder / "store.db"
    file.write_bytes(os.urandom(file.stat().st_size))
    assert "was damaged" in profile.run("journal", "list").stderr


def test_a_key_in_a_file_is_warned_of_once(profile: CliProfile) -> None:
    assert "keyring" in profile.run("journal", "list").stderr
    assert "keyring" not in profile.run("journal", "list").stderr


# --- as a real process ----------------------------------------------------------------------------


def test_the_module_runs() -> None:
    result = process("--version")
    assert (result.returncode, result.stderr) == (0, "")
    assert __version__ in result.stdout


def test_faults_of_a_real_process_are_plain_sentences(tmp_path: Path) -> None:
    result = process("contacts", "import", str(tmp_path / "none.csv"), "--profile", str(tmp_path))
    assert result.returncode == 1
    assert result.stdout == ""
    assert result.stderr.startswith("Error: ")
    assert "none.csv" in result.stderr
    assert "Traceback" not in result.stderr


def test_output_fits_a_terminal_of_little_alphabet(tmp_path: Path) -> None:
    file = tmp_path / "c.csv"
    file.write_text("source;id;name;number\ndatev;1;Дмитрий Müller;0721 12345\n", "utf-8")
    folder = ("--profile", str(tmp_path / "p"))
    assert process("contacts", "import", str(file), *folder).returncode == 0
    narrow = {"PYTHONUTF8": "0", "PYTHONIOENCODING": "cp1252"}
    plain = process("contacts", "search", "12345", *folder, **narrow)
    assert (plain.returncode, "? Müller" in plain.stdout) == (0, True)
    exact = process("contacts", "search", "12345", "--json", *folder, **narrow)
    assert json.loads(exact.stdout)[0]["name"] == "Дмитрий Müller"


def test_a_command_starts_without_what_it_does_not_need() -> None:
    code = "import sys, datev_connector.app.cli; print(*sys.modules)"
    loaded = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, check=True, timeout=50
    ).stdout.split()
    heavy = {"apsw", "asyncio", "cryptography", "httpx2", "keyring", "phonenumbers", "ssl"}
    assert heavy.isdisjoint(loaded)


def test_where_there_is_no_screen_the_windows_say_so(
    profile: CliProfile, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name in ("DISPLAY", "WAYLAND_DISPLAY", "QT_QPA_PLATFORM"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setattr("sys.platform", "linux")
    complaint = profile.failed(1, "run")
    assert "no screen" in complaint
    assert "--headless" in complaint


# --- what the launcher of an installation hears ---------------------------------------------------

LAUNCHED = """
import sys

def hear(event, _):
    if event == "datev_connector.has_the_say":
        print("has the say", file=sys.stderr)

sys.addaudithook(hear)
from datev_connector.app.cli import main

sys.modules.update(dict.fromkeys(sys.argv.pop(1).split()))  # None: it cannot be imported
main()
"""


def launched(damaged: str, *words: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-c", LAUNCHED, damaged, *words],
        capture_output=True,
        encoding="utf-8",
        timeout=50,
        check=False,
        env={**os.environ, "PYTHONUTF8": "1"},
    )


@pytest.mark.parametrize(
    "damaged",
    [
        "datev_connector.app.commands.run",
        "datev_connector.app.commands.session",
        "datev_connector.app.windows.without_console",
        "datev_connector.texts.language",
    ],
)
def test_a_command_that_cannot_be_loaded_leaves_the_say_to_the_launcher(damaged: str) -> None:
    ended = launched(damaged, "run")
    assert ended.returncode == 1
    assert "ModuleNotFoundError" in ended.stderr
    assert "has the say" not in ended.stderr


@pytest.mark.parametrize(
    ("words", "code"),
    [
        (["--version"], 0),
        (["--help"], 0),
        (["no-such-command"], 2),
        (["--no-such-option"], 2),
        (["lookup"], 2),
        (["lookup", "--help"], 0),
    ],
)
def test_whatever_ends_in_words_has_the_say(words: list[str], code: int) -> None:
    ended = launched("", *words)
    assert ended.returncode == code
    assert "has the say" in ended.stderr
