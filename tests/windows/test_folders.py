"""Settings roam with the user, store and logs stay, defaults of the machine lie in ProgramData."""

from __future__ import annotations

import json
import os
import stat
from pathlib import Path

import pytest

from datev_connector.app.folders import find_profile
from datev_connector.desktop.ports import Refused
from tests.app.windows.test_settings import desk
from tests.windows.windows_process import StartProcess

SETTINGS = '[dial_plan]\narea_code = "{area}"\n'


def under(variable: str) -> Path:
    return Path(os.environ[variable]) / "DatevConnector"


def test_every_file_goes_where_windows_wants_it() -> None:
    profile = find_profile()

    assert profile.settings_file == under("APPDATA") / "settings.toml"
    assert profile.root == under("LOCALAPPDATA")
    assert profile.logs_folder == under("LOCALAPPDATA") / "Logs"
    assert profile.machine_settings_file == under("PROGRAMDATA") / "settings.toml"
    assert profile.store_file.parent == profile.lock_file.parent == profile.root


@pytest.fixture
def folders(tmp_path: Path) -> dict[str, str]:
    """Folders of somebody else than the person who runs the tests; none is there yet."""
    return {
        "WIN_PD_OVERRIDE_APPDATA": str(tmp_path / "Änne" / "Roaming"),
        "WIN_PD_OVERRIDE_LOCAL_APPDATA": str(tmp_path / "Änne" / "Local"),
        "WIN_PD_OVERRIDE_COMMON_APPDATA": str(tmp_path / "ProgramData"),
    }


def area_code(windows_process: StartProcess, folders: dict[str, str]) -> tuple[str, str]:
    """The area code and where it comes from, as a program in these folders says."""
    program = windows_process(
        "-m", "datev_connector", "settings", "show", "--json", environment=folders
    )
    rows = json.loads("\n".join(program.rest()))
    assert program.wait() == 0, program.complaints
    (row,) = [row for row in rows if (row["section"], row["key"]) == ("dial_plan", "area_code")]
    return row["value"], row["origin"]


def test_a_new_user_without_any_folder_has_the_built_in_settings(
    windows_process: StartProcess, folders: dict[str, str]
) -> None:
    assert area_code(windows_process, folders)[0] == ""


def test_defaults_of_the_machine_count_until_the_user_says_otherwise(
    windows_process: StartProcess, folders: dict[str, str]
) -> None:
    for variable, area in (("COMMON_APPDATA", "721"), ("APPDATA", "89")):
        file = Path(folders[f"WIN_PD_OVERRIDE_{variable}"]) / "DatevConnector" / "settings.toml"
        file.parent.mkdir(parents=True)
        file.write_text(SETTINGS.format(area=area), "utf-8")
        assert area_code(windows_process, folders)[0] == area


# --- a roaming folder that is in the way, or is not there -----------------------------------------


@pytest.mark.parametrize(
    "roaming", [r"Q:\gone\Roaming", r"\\nowhere.invalid\share\Roaming", "{tmp}\\a file"]
)
def test_a_roaming_folder_that_cannot_be_reached_yet_is_no_fault(
    windows_process: StartProcess, folders: dict[str, str], tmp_path: Path, roaming: str
) -> None:
    (tmp_path / "a file").write_text("in the way")
    folders["WIN_PD_OVERRIDE_APPDATA"] = roaming.format(tmp=tmp_path)
    machine = Path(folders["WIN_PD_OVERRIDE_COMMON_APPDATA"]) / "DatevConnector" / "settings.toml"
    machine.parent.mkdir(parents=True)
    machine.write_text(SETTINGS.format(area="721"), "utf-8")
    assert area_code(windows_process, folders) == ("721", "machine file")


def test_what_cannot_be_saved_is_told_and_the_old_settings_go_on(tmp_path: Path) -> None:
    here = desk(tmp_path)
    file = here.profile.settings_file
    before = file.read_bytes()
    file.chmod(stat.S_IREAD)
    try:
        with pytest.raises(Refused) as refused:
            here.save({"dial_plan.area_code": "30"})
    finally:
        file.chmod(stat.S_IREAD | stat.S_IWRITE)
    assert f"The settings file {file} cannot be written" in refused.value.what
    assert refused.value.remedy
    assert file.read_bytes() == before
    assert [left.name for left in file.parent.iterdir()] == [file.name]
    assert here.connector.followed == []
    assert here.save({"dial_plan.area_code": "30"}).form.field("dial_plan.area_code").value == "30"


def test_settings_whose_folder_has_gone_are_not_saved_and_that_is_told(tmp_path: Path) -> None:
    here = desk(tmp_path)
    here.profile.settings_file.unlink()
    here.profile.settings_file.parent.rmdir()
    here.profile.settings_file.parent.write_text("in the way")
    with pytest.raises(Refused, match="cannot be written"):
        here.save({"dial_plan.area_code": "30"})
