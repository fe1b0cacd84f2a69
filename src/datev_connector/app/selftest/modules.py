"""Every module of the program, and the libraries that are loaded late, can be loaded."""

from __future__ import annotations

import pkgutil
import sys
from collections.abc import Iterator
from importlib import import_module
from importlib.abc import InspectLoader
from importlib.machinery import FileFinder
from typing import TypeGuard

import datev_connector
from datev_connector.app.selftest.proof import Failed

LIBRARIES = (
    "PySide6.QtCore",
    "PySide6.QtGui",
    "PySide6.QtNetwork",
    "PySide6.QtSvg",
    "PySide6.QtWidgets",
    "apsw",
    "cryptography.x509",
    "h11",
    "httpx2",
    "keyring",
    "phonenumbers",
    "platformdirs",
    "slixmpp",
    "spnego",
    "tomlkit",
    "truststore",
)
FOR_WINDOWS = 'assert sys.platform == "win32"'
"""Stands in modules that can be loaded on Windows only."""
WINDOWS_LIBRARIES = ("comtypes.client", "tzdata", "win32ctypes.pywin32.win32cred")


def all_modules() -> str:
    """Load everything."""
    libraries = (*LIBRARIES, *(WINDOWS_LIBRARIES if sys.platform == "win32" else ()))
    names = [*libraries, *own_modules()]
    refused = list(_refused(names))
    if refused:
        raise Failed("; ".join(refused))
    return f"{len(names) - len(libraries)} modules and {len(libraries)} libraries were loaded"


def own_modules() -> Iterator[str]:
    """The modules of the program, its packages among them; not those that start it."""
    found = pkgutil.walk_packages(
        datev_connector.__path__, f"{datev_connector.__name__}.", onerror=_found_again_below
    )
    for module in found:
        if not module.name.endswith(".__main__") and not _is_foreign(module):
            yield module.name


def _is_foreign(module: pkgutil.ModuleInfo) -> bool:
    """Tell whether a module says of itself that it is for Windows alone, and this is none."""
    if sys.platform == "win32" or not isinstance(module.module_finder, FileFinder):
        return False
    spec = module.module_finder.find_spec(module.name)
    source = spec.loader.get_source(module.name) if spec and _has_source(spec.loader) else None
    return source is not None and FOR_WINDOWS in source


def _has_source(loader: object) -> TypeGuard[InspectLoader]:
    return isinstance(loader, InspectLoader)


def _found_again_below(_package: str) -> None:
    """A package that cannot be loaded is named when it is loaded by name."""


def _refused(names: list[str]) -> Iterator[str]:
    for name in names:
        try:
            import_module(name)
        except Exception as fault:  # noqa: BLE001 -- border: a damaged file raises anything
            yield f"{name}: {type(fault).__name__}: {fault}"
