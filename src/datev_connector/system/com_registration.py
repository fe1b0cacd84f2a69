r"""What is registered for a COM interface or class: names, type library, marshaller, file names.

It stands below `Software\Classes` of the machine and of the user, in a view for each bitness.
"""

from __future__ import annotations

import re
import sys
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Protocol

MOST_VERSIONS = 20
FILE = re.compile(r"""[^\\/:"]+\.(?:exe|dll|tlb|olb|ocx)(?=[\s\\"]|$)""", re.IGNORECASE)
"""Behind a library may stand the number of a resource in it."""


class View(StrEnum):
    """Whose registration, for which programs."""

    MACHINE_64 = "machine, 64 bit"
    MACHINE_32 = "machine, 32 bit"
    USER_64 = "user, 64 bit"
    USER_32 = "user, 32 bit"


class Classes(Protocol):
    """The registrations of this computer."""

    def text(self, view: View, path: str, name: str = "") -> str | None:
        """A text at a key below the classes; None if there is none."""

    def keys(self, view: View, path: str) -> tuple[str, ...]:
        """The names of the keys below a key; none if it is not there."""


@dataclass(frozen=True, slots=True, kw_only=True)
class RegisteredInterface:
    """One interface in one view."""

    view: View
    name: str
    methods: str
    """How many it has, with those of what it extends; empty if that is not told."""
    marshaller: str
    """The class that carries it between processes."""
    library: str
    """The id of its type library; empty if it names none."""
    library_version: str
    library_files: Mapping[str, str]
    """The file of the library without its folder, by version and platform."""


def registered_interface(classes: Classes, iid: str) -> Iterator[RegisteredInterface]:
    """What is registered under an interface id, written `{...}`, in each view that has it."""
    for view in View:
        base = rf"Interface\{iid}"
        name = classes.text(view, base)
        library = classes.text(view, rf"{base}\TypeLib") or ""
        if name is None and not library:
            continue
        yield RegisteredInterface(
            view=view,
            name=name or "",
            methods=classes.text(view, rf"{base}\NumMethods") or "",
            marshaller=classes.text(view, rf"{base}\ProxyStubClsid32") or "",
            library=library,
            library_version=classes.text(view, rf"{base}\TypeLib", "Version") or "",
            library_files=dict(_files(classes, view, library)) if library else {},
        )


def server_files(classes: Classes, clsid: str) -> dict[str, str]:
    """The file names of what is registered to make objects of a class, by view and kind."""
    found = {}
    for view in View:
        for kind in ("LocalServer32", "InprocServer32"):
            command = classes.text(view, rf"CLSID\{clsid}\{kind}")
            if command:
                found[f"{view.value}, {kind}"] = file_name(command)
    return found


def file_name(command: str) -> str:
    """The name of a program or library, without its folder and what stands behind it.

    Something else is told as `?`: it could name anybody.
    """
    found = FILE.search(command)
    return found[0] if found else "?" if command.strip() else ""


def _files(classes: Classes, view: View, library: str) -> Iterator[tuple[str, str]]:
    base = rf"TypeLib\{library}"
    for version in classes.keys(view, base)[:MOST_VERSIONS]:
        for language in classes.keys(view, rf"{base}\{version}"):
            for platform in ("win32", "win64"):
                path = classes.text(view, rf"{base}\{version}\{language}\{platform}")
                if path:
                    yield f"{version} {platform}", file_name(path)


if sys.platform == "win32":
    import winreg

    class RegistryClasses:
        """Fulfils `Classes` by the registry."""

        def text(self, view: View, path: str, name: str = "") -> str | None:
            """A text at a key; None if there is none, or it cannot be read."""
            try:
                with self._open(view, path) as key:
                    found, _ = winreg.QueryValueEx(key, name)
            except OSError:
                return None
            return found if isinstance(found, str) else None

        def keys(self, view: View, path: str) -> tuple[str, ...]:
            """The names of the keys below a key."""
            try:
                with self._open(view, path) as key:
                    count = winreg.QueryInfoKey(key)[0]
                    return tuple(winreg.EnumKey(key, one) for one in range(count))
            except OSError:
                return ()

        def _open(self, view: View, path: str) -> winreg.HKEYType:
            machine = view in {View.MACHINE_64, View.MACHINE_32}
            root = winreg.HKEY_LOCAL_MACHINE if machine else winreg.HKEY_CURRENT_USER
            wide = view in {View.MACHINE_64, View.USER_64}
            bits = winreg.KEY_WOW64_64KEY if wide else winreg.KEY_WOW64_32KEY
            return winreg.OpenKey(root, rf"Software\Classes\{path}", 0, winreg.KEY_READ | bits)
