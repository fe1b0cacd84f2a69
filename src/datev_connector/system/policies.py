r"""What administrators fixed by Group Policy, as it stands in the registry of Windows.

Group Policy writes below `Software\Policies`, where users may read and not write. A section of the
settings is a subkey there, a setting a value of it. Only what stands there is told here; whether it
means anything is somebody else's business.
"""

from __future__ import annotations

import sys
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from enum import IntEnum, StrEnum

POLICY_KEY = r"Software\Policies\DatevConnector"
MOST_NAMES = 1000
"""A key with more subkeys or values than this is none of ours; the rest is not read."""


class Hive(StrEnum):
    """Whom a policy is for."""

    MACHINE = "HKEY_LOCAL_MACHINE"
    USER = "HKEY_CURRENT_USER"


class RegistryType(IntEnum):
    """The types of the registry, as far as settings are of them."""

    SZ = 1
    EXPAND_SZ = 2
    DWORD = 4
    MULTI_SZ = 7
    QWORD = 11


@dataclass(frozen=True, slots=True, kw_only=True)
class RegistryValue:
    """One value: its type by number, and its data as Python reads them."""

    kind: int
    data: object


@dataclass(frozen=True, slots=True, kw_only=True)
class PolicyKey:
    """The key of one hive."""

    values: Mapping[str, RegistryValue]
    """What stands in the key itself."""
    sections: Mapping[str, Mapping[str, RegistryValue]]
    """What stands in its subkeys, by their names."""


def read_policy_key(hive: Hive, path: str = POLICY_KEY) -> PolicyKey | None:
    """What stands in the key of a hive; None if there is no such key, as on every other system.

    The 64-bit view is read, whatever this program is. Raises OSError.
    """
    found: PolicyKey | None = None
    if sys.platform == "win32":
        found = _read(hive, path)
    return found


if sys.platform == "win32":
    import winreg

    _ROOTS = {
        Hive.MACHINE: winreg.HKEY_LOCAL_MACHINE,
        Hive.USER: winreg.HKEY_CURRENT_USER,
    }
    _ACCESS = winreg.KEY_READ | winreg.KEY_WOW64_64KEY

    def _read(hive: Hive, path: str) -> PolicyKey | None:
        try:
            with winreg.OpenKey(_ROOTS[hive], path, 0, _ACCESS) as key:
                sections = {}
                for name in _subkeys(key):
                    with winreg.OpenKey(key, name, 0, _ACCESS) as section:
                        sections[name] = dict(_values(section))
                return PolicyKey(values=dict(_values(key)), sections=sections)
        except FileNotFoundError:
            return None

    def _subkeys(key: winreg.HKEYType) -> Iterator[str]:
        subkeys, _, _ = winreg.QueryInfoKey(key)
        for index in range(min(subkeys, MOST_NAMES)):
            yield winreg.EnumKey(key, index)

    def _values(key: winreg.HKEYType) -> Iterator[tuple[str, RegistryValue]]:
        _, values, _ = winreg.QueryInfoKey(key)
        for index in range(min(values, MOST_NAMES)):
            name, data, kind = winreg.EnumValue(key, index)
            if kind == RegistryType.EXPAND_SZ and isinstance(data, str):
                data = winreg.ExpandEnvironmentStrings(data)
            yield name, RegistryValue(kind=kind, data=data)
