"""What is registered for DATEV's interfaces, told without folders."""

from __future__ import annotations

import sys
from uuid import UUID

import pytest

from datev_connector.app.capture.com_facts import com_facts, registration
from datev_connector.datev.com.ids import CLSID_DATEV, IID_CONTROL, LIBID, braced
from datev_connector.system.com_registration import View, file_name

LIBRARY = "{11111111-2222-3333-4444-555555555555}"
CONTROL = rf"Interface\{braced(IID_CONTROL)}"
FILES = rf"TypeLib\{LIBRARY}\1.2\0"
REGISTRY = {
    (View.MACHINE_32, CONTROL, ""): "IDatevCtiControl",
    (View.MACHINE_32, rf"{CONTROL}\NumMethods", ""): "5",
    (View.MACHINE_32, rf"{CONTROL}\ProxyStubClsid32", ""): "{00020424-0000-0000-C000-000000000046}",
    (View.MACHINE_32, rf"{CONTROL}\TypeLib", ""): LIBRARY,
    (View.MACHINE_32, rf"{CONTROL}\TypeLib", "Version"): "1.2",
    (View.MACHINE_32, rf"{FILES}\win32", ""): r"C:\Users\anna.berger\DATEV\DvCti.tlb",
    (
        View.USER_64,
        rf"CLSID\{braced(CLSID_DATEV)}\LocalServer32",
        "",
    ): r'"C:\Users\anna.berger\My Files\Telefonie.exe" /automation',
}


class Dictionaries:
    """Registrations in dictionaries."""

    def text(self, view: View, path: str, name: str = "") -> str | None:
        return REGISTRY.get((view, path, name))

    def keys(self, view: View, path: str) -> tuple[str, ...]:
        paths = [known for seen, known, _ in REGISTRY if seen is view]
        below = [
            known.removeprefix(path + "\\") for known in paths if known.startswith(path + "\\")
        ]
        return tuple(dict.fromkeys(known.partition("\\")[0] for known in below))


def nobody(_clsid: UUID) -> dict[str, object]:
    return {"entries in the running object table": 0}


def test_an_interface_is_told_by_view_library_and_file_name() -> None:
    facts = registration(Dictionaries(), nobody)
    interfaces = facts["interfaces"]
    assert isinstance(interfaces, dict)
    assert interfaces["IDatevCtiData"] == []
    assert interfaces["IDatevCtiControl"] == [
        {
            "view": View.MACHINE_32,
            "name": "IDatevCtiControl",
            "methods": "5",
            "marshaller": "{00020424-0000-0000-C000-000000000046}",
            "library": LIBRARY,
            "library_version": "1.2",
            "library_files": {"1.2 win32": "DvCti.tlb"},
        }
    ]
    assert facts["our own type library"] == braced(LIBID)


def test_no_folder_is_told() -> None:
    facts = registration(Dictionaries(), nobody)
    classes = facts["classes"]
    assert isinstance(classes, dict)
    assert classes["DatevTelefonie"] == {
        "registered": {"user, 64 bit, LocalServer32": "Telefonie.exe"},
        "entries in the running object table": 0,
    }
    assert "anna" not in str(facts)
    assert "Users" not in str(facts)


@pytest.mark.parametrize(
    ("command", "name"),
    [
        (r"C:\Program Files\A B\x.exe /automation", "x.exe"),
        (r'"C:\Program Files\A B\x.exe" -x "C:\y.txt"', "x.exe"),
        (r"C:\Windows\System32\x.dll", "x.dll"),
        (r"C:\Program Files\A B\x.dll\2", "x.dll"),
        ("x.tlb", "x.tlb"),
        (r"C:\Users\anna", "?"),
        ("", ""),
    ],
)
def test_the_name_of_a_file_alone(command: str, name: str) -> None:
    assert file_name(command) == name


@pytest.mark.skipif(sys.platform == "win32", reason="there it has more to tell")
def test_elsewhere_there_is_no_com() -> None:
    assert com_facts() == {"com": "only on Windows"}
