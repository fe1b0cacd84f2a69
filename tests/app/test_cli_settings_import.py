"""`settings import`, and the first start of an office that had another connector before."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import tomllib
from pathlib import Path

import pytest

from tests.app.cli_profile import CliProfile
from tests.app.settings.original.files import left_behind, user_config


@pytest.fixture
def profile(tmp_path: Path) -> CliProfile:
    return CliProfile(tmp_path / "profile")


def test_a_file_is_taken_over_and_every_setting_told_of(profile: CliProfile) -> None:
    file = profile.file("user.config", user_config())
    tried = profile.json("settings", "import", file, "--dry-run")
    assert not (profile.folder / "settings.toml").exists()
    assert profile.failed(1, "settings", "import", "--last").startswith("Error: Nothing was taken")
    done = profile.done("settings", "import", file)
    assert "13 taken over, 1 the same here, 3 not taken over." in done
    for name in ("StarfaceHost", "UseTapiLine", "RefreshSeconds", "Password"):
        assert name in done
    assert "Geheimer" not in done
    assert "AQAAANC" not in done
    last = profile.json("settings", "import", "--last")
    assert [row["fate"] for row in last["settings"]] == [row["fate"] for row in tried["settings"]]
    shown = profile.json("settings", "show")
    hosts = [row["value"] for row in shown if row["key"] == "host"]
    assert hosts == ["pbx.kanzlei-lindgraefe.example"]


@pytest.mark.parametrize(
    ("text", "why"),
    [
        ("", "this is no XML"),
        ("<!DOCTYPE a [<!ENTITY b 'c'>]><a/>", "document type"),
        ("<configuration/>", "no settings stand in this file"),
    ],
)
def test_what_is_no_settings_file_is_refused(profile: CliProfile, text: str, why: str) -> None:
    file = profile.file("user.config", text)
    said = profile.failed(1, "settings", "import", file)
    assert why in said
    assert "Nothing was changed." in said
    assert not (profile.folder / "settings.toml").exists()


def test_a_file_that_is_not_there_is_named(
    profile: CliProfile, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert "can't be read" in profile.failed(1, "settings", "import", "nowhere.config")
    for name in ("APPDATA", "LOCALAPPDATA"):
        monkeypatch.delenv(name, raising=False)
    assert "were found" in profile.failed(1, "settings", "import")


def test_without_a_name_it_is_looked_for(
    profile: CliProfile, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name, folder in left_behind(tmp_path / "home").items():
        monkeypatch.setenv(name, folder)
    report = profile.json("settings", "import")
    assert report["file"].endswith("user.config")


def test_settings_that_are_broken_are_left_as_they_are(profile: CliProfile) -> None:
    profile.settings("[starface\n")
    file = profile.file("user.config", user_config())
    assert "settings.toml" in profile.failed(3, "settings", "import", file)
    assert (profile.folder / "settings.toml").read_text("utf-8") == "[starface\n"


@pytest.mark.skipif(sys.platform == "win32", reason="the folders are named by the environment")
def test_a_first_start_takes_over_and_tells_once(tmp_path: Path) -> None:
    homes = left_behind(tmp_path / "home", user_config({"Host": "127.0.0.1", "UseTapiLine": "1"}))
    environment = {
        **{name: value for name, value in os.environ.items() if "DATEV_CONNECTOR" not in name},
        **homes,
        "HOME": str(tmp_path / "home"),
        "XDG_DATA_HOME": str(tmp_path / "data"),
        "XDG_CONFIG_HOME": str(tmp_path / "config"),
        "XDG_STATE_HOME": str(tmp_path / "state"),
        "PYTHON_KEYRING_BACKEND": "keyring.backends.null.Keyring",
    }

    def started() -> subprocess.CompletedProcess[str]:
        return subprocess.run(
            [sys.executable, "-m", "datev_connector", "run", "--headless"],
            env=environment,
            capture_output=True,
            text=True,
            timeout=60,
            check=False,
        )

    first = started()
    assert first.returncode == 3, "no login is known yet"
    assert "login" in first.stderr
    assert "%AppData%/DatevConnector/user.config: 1 taken over" in first.stderr
    assert "UseTapiLine: no longer exists" in first.stderr
    (log,) = (tmp_path / "state").rglob("connector.log")
    assert "UseTapiLine: no longer exists" in log.read_text("utf-8")
    own = tmp_path / "config" / "DatevConnector" / "settings.toml"
    assert tomllib.loads(own.read_text("utf-8"))["starface"] == {"host": "127.0.0.1"}
    kept = tmp_path / "data" / "DatevConnector" / "imported-settings.json"
    fates = {row["name"]: row["fate"] for row in json.loads(kept.read_text())["settings"]}
    assert fates == {"Host": "taken", "UseTapiLine": "tapi"}
    own.write_text(own.read_text("utf-8") + 'login = "0017"\n', "utf-8")
    running = subprocess.run(
        [sys.executable, "-m", "datev_connector", "run", "--headless"],
        env=environment,
        input='{"command": "quit"}\n',
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )
    assert running.returncode == 0, running.stderr
    assert "earlier connector" not in running.stderr, "that was told at the first start"
