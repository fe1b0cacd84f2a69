"""What of the Windows packages an installation needs nothing of.

Of Qt the libraries are named that are kept, for new ones come with every release. A library that
something kept still needs is found by `missing_libraries`.
"""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from pathlib import Path

from installer.windows_program import windows_programs

QT_KEPT = ("Core", "Gui", "Network", "Svg", "Widgets")
PLUGINS_KEPT = {
    "iconengines": ("qsvgicon",),
    "imageformats": ("qico", "qsvg"),
    "platforms": ("qoffscreen", "qwindows"),
    "styles": ("qmodernwindowsstyle",),
    "tls": ("qschannelbackend",),
}
TRANSLATIONS_KEPT = ("qtbase_de.qm",)
PYSIDE_KEPT = {
    "__init__.py",
    "_config.py",
    "_git_pyside_version.py",
    "plugins",
    "pyside6.abi3.dll",
    "support",
    "translations",
    *(f"Qt{name}.pyd" for name in QT_KEPT),
    *(f"Qt6{name}.dll" for name in QT_KEPT),
}
RUNTIME_LIBRARIES = ("msvcp140", "vcruntime140")
"""Of Microsoft; of these too only those that something needs."""

GONE_FROM_PACKAGES = (
    "bin",
    "PySide6/support/generate_pyi.py",
    "apsw/__main__.py",
    "apsw/ext.py",
    "apsw/fts5.py",
    "apsw/fts5aux.py",
    "apsw/fts5query.py",
    "apsw/fts_test_strings",
    "apsw/shell.py",
    "apsw/speedtest.py",
    "apsw/sqlite_extra*",  # programs of SQLite
    "apsw/tests",
    "apsw/trace.py",
    "cffi",  # builds modules; what runs them is _cffi_backend
    "comtypes/test",
    "pycparser",
    "shiboken6/include",
    "shiboken6/lib",
    "pycparser-*.dist-info",
    "win32ctypes/tests",
)
GONE_ANYWHERE = (
    "__pycache__",
    "*.pyi",
    "*.lib",
    "*.pdb",
    "*.c",
    "*.h",
    "*.pxd",
    "*.pyx",
    "*.po",
    "py.typed",
    "*.lock",
)
METADATA_KEPT = ("METADATA", "entry_points.txt", "licenses")
SYSTEM_LIBRARY_MARKS = ("api-ms-win-", "ext-ms-")

GONE_FROM_PYTHON = (
    "_sqlite3.pyd",
    "_wmi.pyd",
    "python.cat",
    "python.exe",
    "pythonw.exe",
    "sqlite3.dll",
    "winsound.pyd",
)


def remove_unused(packages: Path) -> None:
    """Remove packages, and parts of them, that nothing of ours uses."""
    for pattern in GONE_FROM_PACKAGES:
        for found in packages.glob(pattern):
            remove(found)


def trim_packages(packages: Path) -> None:
    """Remove what no installation needs from a folder of Windows packages."""
    for pattern in GONE_ANYWHERE:
        for found in list(packages.rglob(pattern)):
            remove(found)
    _trim_qt(packages / "PySide6")
    _trim_runtime_libraries(packages)
    for metadata in packages.glob("*.dist-info"):
        for found in metadata.iterdir():
            if found.name not in METADATA_KEPT:
                remove(found)
    _remove_empty_folders(packages)


def remove(found: Path) -> None:
    """Remove a file, or a folder with all that is in it."""
    if found.is_dir():
        shutil.rmtree(found)
    else:
        found.unlink(missing_ok=True)


def _remove_empty_folders(folder: Path) -> None:
    for below in sorted(folder.rglob("*"), reverse=True):
        if below.is_dir() and not any(below.iterdir()):
            below.rmdir()


def _trim_qt(qt: Path) -> None:
    for found in qt.iterdir():
        if found.name not in PYSIDE_KEPT and not found.name.startswith(RUNTIME_LIBRARIES):
            remove(found)
    for kind in (qt / "plugins").iterdir():
        for found in kind.iterdir():
            if found.stem not in PLUGINS_KEPT.get(kind.name, ()):
                found.unlink()
        if not any(kind.iterdir()):
            kind.rmdir()
    for found in (qt / "translations").iterdir():
        if found.name not in TRANSLATIONS_KEPT:
            found.unlink()


def _trim_runtime_libraries(packages: Path) -> None:
    for folder in (packages / "PySide6", packages / "shiboken6"):
        needed = {name for _, name in _imports(folder)}
        for found in folder.glob("*140*.dll"):
            if found.name.lower() not in needed:
                found.unlink()


def missing_libraries(folder: Path) -> list[str]:
    """What programs and libraries in `folder` need of it or of Windows, and find in neither.

    Windows' own libraries are told by `SYSTEM`: a list, for no Windows is at hand.
    """
    present = {file.name.lower() for file in folder.rglob("*") if file.is_file()}
    return [
        f"{file.relative_to(folder)} needs {name}"
        for file, name in _imports(folder)
        if name not in present and not name.startswith(SYSTEM_LIBRARY_MARKS) and name not in SYSTEM
    ]


def _imports(folder: Path) -> Iterator[tuple[Path, str]]:
    """Every library in `folder` with each library that it needs, in small letters."""
    for file, program in windows_programs(folder):
        for name in program.imports():
            yield file, name


SYSTEM = frozenset(
    f"{name}.dll"
    for name in [
        "advapi32",
        "authz",
        "bcrypt",
        "bcryptprimitives",
        "cfgmgr32",
        "combase",
        "comctl32",
        "comdlg32",
        "crypt32",
        "cryptbase",
        "d2d1",
        "d3d11",
        "d3d12",
        "d3d9",
        "dbghelp",
        "dnsapi",
        "dwmapi",
        "dwrite",
        "dxgi",
        "gdi32",
        "icuuc",
        "imm32",
        "iphlpapi",
        "kernel32",
        "mpr",
        "mscms",
        "mscoree",
        "msi",
        "msvcrt",
        "ncrypt",
        "netapi32",
        "ntdll",
        "ole32",
        "oleaut32",
        "powrprof",
        "propsys",
        "psapi",
        "rpcrt4",
        "secur32",
        "setupapi",
        "shcore",
        "shell32",
        "shlwapi",
        "uiautomationcore",
        "user32",
        "userenv",
        "uxtheme",
        "version",
        "winhttp",
        "winmm",
        "wintrust",
        "wldap32",
        "ws2_32",
        "wtsapi32",
    ]
)
