"""Writes into the installer's database what the compiler of product.wxs does not know.

Custom actions run our own launcher:

- at the beginning an earlier version, if it runs, is ended in order by the one who installs;
- at the end it is started again for the same person, if it had run;
- values of the command line go into the settings file of the machine;
- DATEV's interfaces are made known to Windows where nobody has;
- REMOVE_USER_DATA=1 takes along what the person has kept.
"""

from __future__ import annotations

import subprocess
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from enum import IntFlag
from pathlib import Path

from installer.places import WINDOWED
from installer.tree import name_of
from installer.windows_program import windows_programs

PUBLIC = (
    "AREA_CODE",
    "AUTOSTART",
    "EXCHANGE_PREFIX",
    "HOST",
    "INSTALLDIR",
    "LANGUAGE",
    "LOGIN",
    "MODULE_NAME",
    "REMOVE_USER_DATA",
)
"""What may be said on the command line. All others are the installer's own."""
SETTINGS = ("HOST", "LOGIN", "LANGUAGE", "MODULE_NAME", "AREA_CODE", "EXCHANGE_PREFIX")
OWN = ("INSTALLDIR_BEFORE", "AUTOSTART_BEFORE", "OLDER_FOUND", "NEWER_FOUND")
"""Found out at the beginning and handed to the part that runs with the rights to install."""

APP_ID = "DatevConnector"
"""AppUserModelID: what the task bar puts together."""
CLOSED_FOLDER = "D:P(A;OICI;FA;;;SY)(A;OICI;FA;;;BA)(A;OICI;GRGX;;;BU)"
"""System and administrators everything, users read."""
PROGRAM = name_of("F", WINDOWED)
AT_ONCE = 50
"""Statements for one run of msibuild."""


class Kind(IntFlag):
    """Types of custom actions, as Windows Installer numbers them."""

    PROGRAM_INSTALLED = 18
    PROGRAM_NAMED = 50
    SET_PROPERTY = 51
    GO_ON = 64
    NOT_WAITED_FOR = 128
    DEFERRED = 1024
    AS_SYSTEM = 2048


@dataclass(frozen=True, slots=True)
class Action:
    """A custom action, and when it is done."""

    name: str
    kind: int
    source: str
    target: str
    sequence: int
    condition: str


def actions() -> tuple[Action, ...]:
    """All of them, in their order."""
    return (*_defaults(), *_endings(), *_removals(), *_settings(), _start_again())


def _endings() -> Iterator[Action]:
    """An earlier version ends before it is looked which files are in use."""
    kind = Kind.PROGRAM_NAMED | Kind.GO_ON
    when = "INSTALLDIR_BEFORE AND NOT UPGRADINGPRODUCTCODE"
    yield Action(
        "QuitForUpdate",
        kind,
        "PROGRAM_BEFORE",
        "quit --for-update",
        1390,
        f'{when} AND NOT (REMOVE~="ALL")',
    )
    yield Action("QuitForGood", kind, "PROGRAM_BEFORE", "quit", 1391, f'{when} AND REMOVE~="ALL"')


def _removals() -> Iterator[Action]:
    """While the program is still there. What cannot be taken away does not keep it from going."""
    kind = Kind.PROGRAM_INSTALLED | Kind.DEFERRED | Kind.GO_ON
    when = 'REMOVE~="ALL" AND NOT UPGRADINGPRODUCTCODE'
    for name, also, words, sequence, condition in (
        ("UnregisterInterfaces", Kind.AS_SYSTEM, "setup unregister-interfaces", 1750, when),
        ("EraseOwnData", 0, "setup erase-own-data", 1751, f'{when} AND REMOVE_USER_DATA="1"'),
        (
            "EraseMachineData",
            Kind.AS_SYSTEM,
            "setup erase-machine-data",
            1752,
            f'{when} AND REMOVE_USER_DATA="1"',
        ),
    ):
        yield Action(name, kind | also, PROGRAM, words, sequence, condition)


def _settings() -> Iterator[Action]:
    """What was said on the command line has to be usable; else nothing is installed."""
    kind = Kind.PROGRAM_INSTALLED | Kind.DEFERRED | Kind.AS_SYSTEM
    stays = 'NOT (REMOVE~="ALL")'
    said = f"{stays} AND ({' OR '.join(SETTINGS)})"
    yield Action("MachineSettings", kind, PROGRAM, "setup machine-settings", 5900, said)
    interfaces = "setup register-interfaces"
    yield Action("RegisterInterfaces", kind | Kind.GO_ON, PROGRAM, interfaces, 5910, stays)


def _start_again() -> Action:
    kind = Kind.PROGRAM_NAMED | Kind.GO_ON | Kind.NOT_WAITED_FOR
    stays = 'NOT (REMOVE~="ALL")'
    return Action("StartAgain", kind, "PROGRAM_AFTER", "run --after-update", 6700, stays)


def _defaults() -> Iterator[Action]:
    def given(name: str, prop: str, value: str, sequence: int, condition: str) -> Action:
        return Action(name, Kind.SET_PROPERTY, prop, value, sequence, condition)

    yield given("SameFolder", "INSTALLDIR", "[INSTALLDIR_BEFORE]", 110,
                "INSTALLDIR_BEFORE AND NOT INSTALLDIR")  # fmt: skip
    yield given("SameAutostart", "AUTOSTART", "[AUTOSTART_BEFORE]", 111,
                "AUTOSTART_BEFORE AND NOT AUTOSTART")  # fmt: skip
    yield given("UsualAutostart", "AUTOSTART", "1", 112, "NOT AUTOSTART")
    yield given("ProgramBefore", "PROGRAM_BEFORE", f"[INSTALLDIR_BEFORE]{WINDOWED}", 113,
                "INSTALLDIR_BEFORE")  # fmt: skip
    yield given("ProgramAfter", "PROGRAM_AFTER", f"[INSTALLDIR]{WINDOWED}", 1010, "1")


def complete(msi: Path, layout: Path) -> None:
    """Write all that is missing. Raises subprocess.CalledProcessError."""
    _run(msi, _action_rows())
    _run(msi, _property_rows())
    _run(msi, _shortcut_rows())
    _run(msi, _lock_rows())
    _run(msi, _version_rows(layout))


def _action_rows() -> Iterator[str]:
    for action in actions():
        yield _insert("CustomAction", Action=action.name, Type=int(action.kind),
                      Source=action.source, Target=action.target)  # fmt: skip
        for sequence in _sequences(action):
            yield _insert(sequence, Action=action.name, Condition=action.condition,
                          Sequence=action.sequence)  # fmt: skip


def _sequences(action: Action) -> tuple[str, ...]:
    """What is set before the folders are asked for holds for a person who watches, too."""
    both = action.kind == Kind.SET_PROPERTY and action.sequence < 1000
    return ("InstallExecuteSequence", *(("InstallUISequence",) if both else ()))


def _property_rows() -> Iterator[str]:
    secure = ";".join(sorted((*PUBLIC, *OWN)))
    yield "DELETE FROM `Property` WHERE `Property` = 'SecureCustomProperties'"
    yield _insert("Property", Property="SecureCustomProperties", Value=secure)
    yield "UPDATE `Component` SET `Condition` = 'AUTOSTART<>\"0\"' WHERE `Component` = 'Autostart'"


def _shortcut_rows() -> Iterator[str]:
    yield (
        "CREATE TABLE `MsiShortcutProperty` (`MsiShortcutProperty` CHAR(72) NOT NULL, "
        "`Shortcut_` CHAR(72) NOT NULL, `PropertyKey` CHAR(255) NOT NULL, "
        "`PropVariantValue` CHAR(255) NOT NULL PRIMARY KEY `MsiShortcutProperty`)"
    )
    yield _insert("MsiShortcutProperty", MsiShortcutProperty="AppId", Shortcut_="StartMenu",
                  PropertyKey="System.AppUserModel.ID", PropVariantValue=APP_ID)  # fmt: skip


def _lock_rows() -> Iterator[str]:
    yield (
        "CREATE TABLE `MsiLockPermissionsEx` (`MsiLockPermissionsEx` CHAR(72) NOT NULL, "
        "`LockObject` CHAR(72) NOT NULL, `Table` CHAR(32) NOT NULL, `SDDLText` CHAR(255) NOT NULL, "
        "`Condition` CHAR(255) PRIMARY KEY `MsiLockPermissionsEx`)"
    )
    yield _insert(
        "MsiLockPermissionsEx",
        MsiLockPermissionsEx="MachineData",
        LockObject="MACHINE_DATA",
        Table="CreateFolder",
        SDDLText=CLOSED_FOLDER,
    )


def _version_rows(layout: Path) -> Iterator[str]:
    """Windows compares versions of libraries where they have one, and hashes where not."""
    for file, program in windows_programs(layout):
        name, version = name_of("F", file.relative_to(layout).as_posix()), program.version()
        if version is not None:
            yield (
                f"UPDATE `File` SET `Version` = '{version}', `Language` = '0' "  # noqa: S608 -- ours
                f"WHERE `File` = '{name}'"
            )
            yield f"DELETE FROM `MsiFileHash` WHERE `File_` = '{name}'"  # noqa: S608 -- ours


def _insert(table: str, **values: str | int) -> str:
    names = ", ".join(f"`{name}`" for name in values)
    row = ", ".join(str(one) if isinstance(one, int) else f"'{one}'" for one in values.values())
    return f"INSERT INTO `{table}` ({names}) VALUES ({row})"  # noqa: S608 -- ours


def _run(msi: Path, statements: Iterable[str]) -> None:
    left = list(statements)
    while left:
        now, left = left[:AT_ONCE], left[AT_ONCE:]
        queries = [word for statement in now for word in ("-q", statement)]
        subprocess.run(["msibuild", str(msi), *queries], check=True)
