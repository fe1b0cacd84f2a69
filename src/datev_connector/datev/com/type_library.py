r"""The registration of DATEV's interfaces in Windows, where DATEV itself has left none.

Windows carries calls between processes only for interfaces that it knows. DATEV's installation
makes them known, but maybe not to programs of our bitness. So the installer registers our own type
library for each interface that nobody has registered, and at removal takes away what still is ours:

    python -m datev_connector.datev.com.type_library register C:\...\datev_cti.tlb
    python -m datev_connector.datev.com.type_library unregister
    python -m datev_connector.datev.com.type_library show

What DATEV has registered is never touched. Written entry by entry: Windows' own function for the
purpose would register all interfaces of a library, those of DATEV too.
"""

from __future__ import annotations

import contextlib
import sys
from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum
from pathlib import PureWindowsPath
from typing import Final
from uuid import UUID

from datev_connector.datev.com.ids import (
    IID_CONTROL,
    IID_DATA,
    IID_NOTIFICATION,
    LIBID,
    LIBRARY_VERSION,
    PROXY_DISPATCH,
    PROXY_TYPE_LIBRARY,
    braced,
)

CLASSES: Final = r"Software\Classes"
VERSION: Final = "{}.{}".format(*LIBRARY_VERSION)
DESCRIPTION: Final = "DATEV telephony interfaces (Connector for STARFACE)"


@dataclass(frozen=True, slots=True)
class Interface:
    """One that Windows has to know, and which of its marshallers carries it."""

    name: str
    iid: UUID
    proxy: UUID


INTERFACES: Final = (
    Interface("IDatevCtiData", IID_DATA, PROXY_DISPATCH),
    Interface("IDatevCtiControl", IID_CONTROL, PROXY_TYPE_LIBRARY),
    Interface("IDatevCtiNotification", IID_NOTIFICATION, PROXY_DISPATCH),
)


class Owner(StrEnum):
    """Who registered an interface."""

    NOBODY = "nobody"
    OURS = "ours"
    FOREIGN = "foreign"


def main(arguments: Sequence[str]) -> int:
    """What the installer calls; returns the exit code, 0 for success."""
    if not _obey(arguments):
        print("expected, on Windows: register PATH | unregister | show", file=sys.stderr)  # noqa: T201 - its output
        return 2
    return 0


if sys.platform == "win32":
    import winreg

    # The view of our own bitness, whatever starts us.
    _VIEW: Final = winreg.KEY_WOW64_64KEY if sys.maxsize > 1 << 32 else winreg.KEY_WOW64_32KEY

    def owner(interface: Interface) -> Owner:
        """Who has registered this interface for our bitness, for this user or for all."""
        key = rf"Interface\{braced(interface.iid)}"
        if not _value(winreg.HKEY_CLASSES_ROOT, rf"{key}\ProxyStubClsid32"):
            return Owner.NOBODY
        library = _value(winreg.HKEY_CLASSES_ROOT, rf"{key}\TypeLib")
        return Owner.OURS if library.upper() == braced(LIBID) else Owner.FOREIGN

    def register(path: str) -> tuple[str, ...]:
        """Register what nobody has; return the names. `path` is that of the library, whole.

        What is ours already is written anew: the library may have moved. Raises OSError, for
        instance without the right to write for all users.
        """
        missing = [one for one in INTERFACES if owner(one) is not Owner.FOREIGN]
        if missing:
            _write_library(PureWindowsPath(path))
        for interface in missing:
            key = rf"{CLASSES}\Interface\{braced(interface.iid)}"
            _write(key, interface.name)
            _write(rf"{key}\ProxyStubClsid32", braced(interface.proxy))
            _write(rf"{key}\TypeLib", braced(LIBID), Version=VERSION)
        return tuple(interface.name for interface in missing)

    def unregister() -> tuple[str, ...]:
        """Take away what is still ours; return the names. Raises OSError without the right to."""
        ours = [one for one in INTERFACES if owner(one) is Owner.OURS]
        for interface in ours:
            _delete(rf"{CLASSES}\Interface\{braced(interface.iid)}")
        _delete(rf"{CLASSES}\TypeLib\{braced(LIBID)}")
        return tuple(interface.name for interface in ours)

    def _obey(arguments: Sequence[str]) -> bool:
        match arguments:
            case ["register", path]:
                register(path)
            case ["unregister"]:
                unregister()
            case ["show"]:
                for interface in INTERFACES:
                    print(interface.name, owner(interface).value)  # noqa: T201 - its output
            case _:
                return False
        return True

    def _write_library(path: PureWindowsPath) -> None:
        key = rf"{CLASSES}\TypeLib\{braced(LIBID)}\{VERSION}"
        system = "win64" if sys.maxsize > 1 << 32 else "win32"
        _write(key, DESCRIPTION)
        _write(rf"{key}\0\{system}", str(path))
        _write(rf"{key}\FLAGS", "0")
        _write(rf"{key}\HELPDIR", str(path.parent))

    def _write(name: str, value: str, **further: str) -> None:
        with winreg.CreateKeyEx(
            winreg.HKEY_LOCAL_MACHINE, name, access=winreg.KEY_WRITE | _VIEW
        ) as key:
            for entry, text in {"": value, **further}.items():
                winreg.SetValueEx(key, entry, 0, winreg.REG_SZ, text)

    def _value(root: int, name: str) -> str:
        try:
            with winreg.OpenKey(root, name, access=winreg.KEY_READ | _VIEW) as key:
                value, kind = winreg.QueryValueEx(key, "")
        except OSError:
            return ""
        return value if kind == winreg.REG_SZ else ""

    def _delete(name: str) -> None:
        """A key with all that is below; nothing to do if there is none."""
        with contextlib.suppress(FileNotFoundError):
            with winreg.OpenKey(
                winreg.HKEY_LOCAL_MACHINE, name, access=winreg.KEY_READ | _VIEW
            ) as key:
                below = [winreg.EnumKey(key, at) for at in range(winreg.QueryInfoKey(key)[0])]
            for child in below:
                _delete(rf"{name}\{child}")
            winreg.DeleteKeyEx(winreg.HKEY_LOCAL_MACHINE, name, access=_VIEW)

else:

    def _obey(arguments: Sequence[str]) -> bool:
        del arguments
        return False


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
