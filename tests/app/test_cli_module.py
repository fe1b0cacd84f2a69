"""`module check` against a simulated PBX in this process."""

from __future__ import annotations

from pathlib import Path

import pytest

from datev_connector.starface.module.edition import MODULE_VERSION
from datev_connector.starface.module.names import STANDARD
from tests.app.cli_profile import CliProfile
from tests.app.pbx_beside import pbx_beside
from tests.starface.module.office import configured


@pytest.fixture
def profile(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> CliProfile:
    monkeypatch.setenv("DATEV_CONNECTOR_PASSWORD", "Pass123")
    return CliProfile(tmp_path / "profile")


def test_a_module_that_is_there(profile: CliProfile) -> None:
    with pbx_beside(profile, modules=(configured(),)):
        told = profile.done("module", "check")
        found = profile.json("module", "check")
    lines = told.splitlines()
    assert lines[0] == "module"
    assert f"The module answers, version {MODULE_VERSION}." in lines[1]
    assert len(lines) == 3, "what stands before it is not told where it is well"
    findings = found.pop("findings")
    assert found == {
        "name": STANDARD,
        "answers": True,
        "version": MODULE_VERSION,
        "known_version": MODULE_VERSION,
        "licence": True,
        "log_level": "INFO",
        "near_misses": [],
    }
    assert [each["step"] for each in findings][-2:] == ["module", "module licence"]
    assert "LICENCE" not in told + str(found)


def test_a_module_that_is_nearly_rightly_named(profile: CliProfile) -> None:
    with pbx_beside(profile, modules=(configured(f"{STANDARD} "),)):
        error = profile.failed(1, "module", "check")
        result = profile.run("module", "check", "--json")
    assert error.startswith("Error: module, module: The PBX has no active configuration")
    assert f'"{STANDARD} " (with a blank at its end)' in error
    assert "Rename the configuration" in error
    assert result.exit_code == 1
    assert '"flaw": "with a blank at its end"' in result.stdout


def test_a_pbx_without_module(profile: CliProfile) -> None:
    with pbx_beside(profile):
        error = profile.failed(1, "module", "check")
    assert "upload the module" in error


def test_a_pbx_that_is_away(profile: CliProfile) -> None:
    with pbx_beside(profile):
        pass
    error = profile.failed(1, "module", "check")
    assert error.startswith("Error: starface, tcp: Nothing listens at ")


def test_settings_that_cannot_be_used(profile: CliProfile) -> None:
    profile.settings('[starface]\nmodule_name = "DATEV Connector"\n')
    assert "module_name" in profile.failed(3, "module", "check")


def test_a_blank_in_the_settings_is_taken_off_with_a_hint(profile: CliProfile) -> None:
    with pbx_beside(profile, modules=(configured(),)):
        file = profile.folder / "settings.toml"
        file.write_text(file.read_text("utf-8") + f'module_name = "{STANDARD} "\n', "utf-8")
        result = profile.run("module", "check")
    assert result.exit_code == 0
    assert "hint: " in result.stderr
    assert "blanks around it were taken off" in result.stderr
