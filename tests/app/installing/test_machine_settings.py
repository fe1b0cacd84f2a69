from __future__ import annotations

import tomllib
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from datev_connector.app.installing.machine_settings import (
    LOG,
    PROPERTIES,
    keep_reason,
    set_up,
    wanted,
)
from datev_connector.app.settings import OPTIONS, SettingsError
from datev_connector.app.settings.writing import edited
from tests.app.cli_profile import CliProfile


@pytest.fixture
def file(tmp_path: Path) -> Path:
    return tmp_path / "DatevConnector" / "settings.toml"


def test_every_property_is_a_setting() -> None:
    assert set(PROPERTIES.values()) <= {option.name for option in OPTIONS}


def test_what_is_given_is_written_for_the_machine(file: Path) -> None:
    assert set_up(file, {"HOST": "=pbx.kanzlei-müller.example", "LANGUAGE": "=de", "LOGIN": "="})
    assert tomllib.loads(file.read_text("utf-8")) == {
        "starface": {"host": "pbx.kanzlei-müller.example"},
        "general": {"language": "de"},
    }


def test_a_copied_address_is_taken_for_its_host(file: Path) -> None:
    set_up(file, {"HOST": "=https://pbx.example/"})
    assert tomllib.loads(file.read_text("utf-8")) == {"starface": {"host": "pbx.example"}}


def test_nothing_given_makes_no_file(file: Path) -> None:
    assert not set_up(file, {"HOST": "=", "AUTOSTART": "=1"})
    assert not file.exists()


def test_other_keys_and_comments_stay(file: Path) -> None:
    file.parent.mkdir()
    file.write_text("# by hand\n[starface]\nhost = 'old'  # the old one\nlogin = '0017'\n", "utf-8")
    set_up(file, {"HOST": "=new"})
    text = file.read_text("utf-8")
    assert "# by hand" in text
    assert tomllib.loads(text)["starface"] == {"host": "new", "login": "0017"}


@pytest.mark.parametrize(
    ("name", "value", "key"),
    [
        ("HOST", "no such host", "starface.host"),
        ("LANGUAGE", "fr", "general.language"),
        ("AREA_CODE", "Karlsruhe", "dial_plan.area_code"),
    ],
)
def test_a_bad_value_is_named_and_changes_nothing(
    file: Path, name: str, value: str, key: str
) -> None:
    set_up(file, {"HOST": "=pbx"})
    before = file.read_bytes()
    with pytest.raises(SettingsError) as refusal:
        set_up(file, {name: f"={value}"})
    assert [problem.key for problem in refusal.value.problems] == [key]
    assert file.read_bytes() == before


def test_a_damaged_file_is_left_alone(file: Path) -> None:
    file.parent.mkdir()
    file.write_text("[starface\n", "utf-8")
    with pytest.raises(SettingsError):
        set_up(file, {"HOST": "=pbx"})
    assert file.read_text("utf-8") == "[starface\n"


@given(value=st.text(st.characters(codec="utf-8", exclude_categories=("Cs", "Cc")), min_size=1))
@settings(deadline=None)
def test_no_value_becomes_another_key(value: str) -> None:
    try:
        content = edited(b"", wanted({"LOGIN": f"={value}"}))
    except SettingsError as refusal:
        assert [problem.key for problem in refusal.problems] == ["starface.login"]
    else:
        assert tomllib.loads(content.decode()) == {"starface": {"login": value.strip()}}


def test_the_reason_of_a_failure_lies_beside_the_file(file: Path) -> None:
    file.parent.mkdir()
    keep_reason(file, "no good")
    assert file.with_name(LOG).read_text("utf-8") == "no good\n"
    keep_reason(file, "")
    assert not file.with_name(LOG).exists()


def test_where_nothing_was_installed_nothing_is_given(tmp_path: Path) -> None:
    profile = CliProfile(tmp_path / "profile")
    assert "Nothing was given" in profile.done("setup", "machine-settings")
