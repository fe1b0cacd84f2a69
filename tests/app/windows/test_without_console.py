from __future__ import annotations

import errno
from pathlib import Path

import click
import pytest
from click.testing import CliRunner

from datev_connector.app.cli import cli
from datev_connector.app.commands.failures import CommandFailed, SettingsInvalid
from datev_connector.app.commands.session import Session
from datev_connector.app.windows import without_console
from datev_connector.app.windows.without_console import told_without_console, words_of
from datev_connector.domain.wording import worded
from datev_connector.texts.language import Language, Tongue

GERMAN = Language.of(Tongue.GERMAN)


def test_what_ends_a_start_is_shown_and_ends_it_all_the_same() -> None:
    shown: list[str] = []
    with pytest.raises(CommandFailed), told_without_console(shown.append):
        raise CommandFailed("No screen.", "Sign in.")
    assert shown == ["No screen.\n\nSign in."]


def test_nothing_is_shown_of_a_start_that_succeeds() -> None:
    shown: list[str] = []
    with told_without_console(shown.append):
        pass
    with pytest.raises(click.exceptions.Exit), told_without_console(shown.append):
        raise click.exceptions.Exit(0)
    assert shown == []


@pytest.mark.parametrize(
    ("fault", "wanted"),
    [
        (
            CommandFailed(worded("The connector does not start: {reason}.", reason="x")),
            "Der Connector startet nicht: x.",
        ),
        (SettingsInvalid(["a: b"]), "Die Einstellungen sind so nicht verwendbar:\n\na: b"),
        (
            PermissionError(errno.EACCES, "denied", "C:/profile"),
            "Der Ordner des Profils lässt sich nicht verwenden: C:/profile: denied.",
        ),
        (LookupError("x"), "Der Connector konnte nicht starten.\n\nLookupError: x"),
    ],
)
def test_every_failure_has_words_for_a_person(fault: Exception, wanted: str) -> None:
    assert words_of(fault, GERMAN) == wanted


def test_what_fails_before_windows_are_loaded_is_shown_too(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    shown: list[str] = []

    def fails(_: Session) -> None:
        raise CommandFailed("The old settings are in the way.")

    monkeypatch.setattr(without_console, "_box_of_system", lambda: shown.append)
    monkeypatch.setattr(Session, "take_over_settings", fails)
    done = CliRunner().invoke(cli, ["run", "--profile", str(tmp_path)])
    assert done.exit_code == 1
    assert shown == ["The old settings are in the way."]
    CliRunner().invoke(cli, ["run", "--headless", "--profile", str(tmp_path)])
    assert len(shown) == 1, "without windows there is somebody who reads"
