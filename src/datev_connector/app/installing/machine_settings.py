r"""From the command line of the installer to the settings file of the machine.

The installer leaves its properties under `Software\DatevConnector\Setup`, each after an equals
sign; an empty one says nothing. Keys that are in the file already are changed, all others stay.
"""

from __future__ import annotations

import sys
from collections.abc import Mapping
from pathlib import Path
from types import MappingProxyType

from datev_connector.app.settings import OPTIONS, Origin, SettingsError, load_settings
from datev_connector.app.settings.layers import file_content, layer_of
from datev_connector.app.settings.option import NotAllowed, Value
from datev_connector.app.settings.problems import Problem
from datev_connector.app.settings.writing import CannotEdit, edited, replace_file

KEY = r"Software\DatevConnector\Setup"
MARK = "="
PROPERTIES: Mapping[str, str] = MappingProxyType(
    {
        "HOST": "starface.host",
        "LOGIN": "starface.login",
        "MODULE_NAME": "starface.module_name",
        "AREA_CODE": "dial_plan.area_code",
        "EXCHANGE_PREFIX": "dial_plan.exchange_prefix",
        "LANGUAGE": "general.language",
    }
)
"""Property of the installer to setting."""
LOG = "setup.log"
"""Beside the file: why the last installation could not set it."""


def wanted(values: Mapping[str, str]) -> dict[tuple[str, str], Value]:
    """The settings that the properties ask for, by section and key. Raises SettingsError."""
    options = {option.name: option for option in OPTIONS}
    found, problems = dict[tuple[str, str], Value](), list[Problem]()
    for name, setting in PROPERTIES.items():
        value, option = values.get(name, "").removeprefix(MARK), options[setting]
        try:
            if value:
                found[option.section, option.key] = option.clean(value).value
        except NotAllowed as refusal:
            problems.append(Problem(source=name, key=setting, message=refusal.text))
    if problems:
        raise SettingsError(problems)
    return found


def set_up(file: Path, values: Mapping[str, str]) -> bool:
    """Write what the properties ask for into the machine's file; False: they ask for nothing.

    Raises SettingsError, with the file as it was; OSError.
    """
    changes = wanted(values)
    if not changes:
        return False
    before = file_content(file) or b""
    try:
        after = edited(before, changes)
    except CannotEdit:
        raise _refused(file, "is written in a way that keys cannot be changed in") from None
    # With what was there before it has to make sense as a whole.
    load_settings([layer_of(Origin.MACHINE_FILE, file, after)])
    replace_file(file, after)
    return True


def _refused(file: Path, why: str) -> SettingsError:
    return SettingsError([Problem(source=str(file), line=None, message=why)])


def keep_reason(file: Path, problem: str) -> None:
    """Leave word beside the file why it could not be set; empty: there is nothing to say."""
    log = file.with_name(LOG)
    if problem:
        log.write_text(f"{problem}\n", "utf-8")
    else:
        log.unlink(missing_ok=True)


if sys.platform == "win32":
    import winreg

    def given() -> dict[str, str]:
        """Read the properties of the installer; none where nothing was installed."""
        found = {}
        try:
            with winreg.OpenKey(winreg.HKEY_LOCAL_MACHINE, KEY) as key:
                for number in range(winreg.QueryInfoKey(key)[1]):
                    name, value, _ = winreg.EnumValue(key, number)
                    found[name] = str(value)
        except FileNotFoundError:
            return {}
        return found

else:

    def given() -> dict[str, str]:
        """Nothing: only Windows has such an installer."""
        return {}
