"""The offer for `tel:` and `callto:`, in a real registry."""

from __future__ import annotations

import winreg
from collections.abc import Iterator

import pytest

from datev_connector.system.links import (
    ASSOCIATIONS,
    CAPABILITIES,
    CLASS,
    COMMAND,
    OWN,
    PROG_ID,
    REGISTERED,
    offer,
    withdraw,
)

USER = winreg.HKEY_CURRENT_USER
OURS = r'"C:\Program Files\DATEV Connector\DatevConnector.exe" run -- "%1"'
ICON = r"C:\Program Files\DATEV Connector\DatevConnector.exe,0"


def got(key: str, name: str = "") -> object:
    try:
        with winreg.OpenKey(USER, key) as opened:
            return winreg.QueryValueEx(opened, name)[0]
    except FileNotFoundError:
        return None


def is_there(key: str) -> bool:
    try:
        winreg.OpenKey(USER, key).Close()
    except FileNotFoundError:
        return False
    return True


@pytest.fixture(autouse=True)
def fresh() -> Iterator[None]:
    yield
    command = got(COMMAND)
    if isinstance(command, str):
        withdraw(command)


def test_it_is_offered_and_taken_back_without_a_trace() -> None:
    with winreg.CreateKey(USER, REGISTERED) as key:
        winreg.SetValueEx(key, "Somebody", 0, winreg.REG_SZ, "else")
    offer(OURS, ICON)
    assert got(COMMAND) == OURS
    assert got(CLASS, "URL Protocol") == ""
    assert [got(ASSOCIATIONS, scheme) for scheme in ("tel", "callto")] == [PROG_ID] * 2
    assert got(REGISTERED, "DATEV Connector") == CAPABILITIES
    assert withdraw(OURS)
    assert not is_there(CLASS)
    assert not is_there(CAPABILITIES)
    assert got(REGISTERED, "DATEV Connector") is None
    assert got(REGISTERED, "Somebody") == "else"


def test_what_belongs_to_another_installation_stays() -> None:
    offer(OURS, ICON)
    assert not withdraw(OURS.replace("Program Files", "Other"))
    assert got(COMMAND) == OURS


def test_a_later_installation_takes_over() -> None:
    offer(OURS.replace("Program Files", "Old"), ICON)
    offer(OURS, ICON)
    assert got(COMMAND) == OURS
    assert withdraw(OURS)
    assert not withdraw(OURS)


def test_what_else_stands_beside_it_stays() -> None:
    offer(OURS, ICON)
    with winreg.CreateKey(USER, rf"{OWN}\Other") as key:
        winreg.SetValueEx(key, "x", 0, winreg.REG_SZ, "y")
    withdraw(OURS)
    assert got(rf"{OWN}\Other", "x") == "y"
    winreg.DeleteKey(USER, rf"{OWN}\Other")
    winreg.DeleteKey(USER, OWN)
