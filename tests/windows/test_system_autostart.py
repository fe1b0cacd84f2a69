"""Start with Windows, in a real registry."""

from __future__ import annotations

import contextlib
import winreg
from collections.abc import Iterator

import pytest

from datev_connector.system import autostart
from datev_connector.system.autostart import NAME, NO_RUN_LIST, POLICIES, RUN, SWITCHES

USER = winreg.HKEY_CURRENT_USER
OURS = r'"C:\Program Files\DATEV Connector\DatevConnector.exe" run --at-sign-in'


def put(
    root: int, path: str, name: str, value: str | int | bytes, kind: int = winreg.REG_SZ
) -> None:
    with winreg.CreateKey(root, path) as key:
        winreg.SetValueEx(key, name, 0, kind, value)


def got(name: str = NAME) -> object:
    try:
        with winreg.OpenKey(USER, RUN) as key:
            return winreg.QueryValueEx(key, name)[0]
    except FileNotFoundError:
        return None


def forget() -> None:
    for root in (USER, winreg.HKEY_LOCAL_MACHINE):
        for path, name in ((RUN, NAME), (SWITCHES, NAME), (POLICIES, NO_RUN_LIST)):
            with (
                contextlib.suppress(FileNotFoundError),
                winreg.OpenKey(root, path, access=winreg.KEY_SET_VALUE) as key,
            ):
                winreg.DeleteValue(key, name)


@pytest.fixture(autouse=True)
def fresh() -> Iterator[None]:
    forget()
    yield
    forget()


def written_at() -> int:
    with winreg.OpenKey(USER, RUN) as key:
        return winreg.QueryInfoKey(key)[2]


def test_it_is_entered_and_taken_out_again() -> None:
    put(USER, RUN, "Somebody", "else.exe")
    assert autostart.keep_in_step(OURS) == ""
    assert got() == OURS
    assert autostart.keep_in_step("") == ""
    assert got() is None
    assert got("Somebody") == "else.exe"


def test_nothing_is_written_where_it_is_right() -> None:
    autostart.keep_in_step(OURS)
    before = written_at()
    autostart.keep_in_step(OURS)
    assert written_at() == before
    autostart.keep_in_step(OURS + " ")
    assert written_at() > before


def test_an_entry_of_another_type_is_put_right() -> None:
    put(USER, RUN, NAME, 5, winreg.REG_DWORD)
    assert autostart.keep_in_step(OURS) == ""
    assert got() == OURS


def test_the_entry_for_all_users_serves() -> None:
    put(winreg.HKEY_LOCAL_MACHINE, RUN, NAME, OURS)
    put(USER, RUN, NAME, OURS)
    assert autostart.keep_in_step(OURS) == ""
    assert got() is None


def test_what_a_person_switched_off_in_windows_stays_off_and_is_told() -> None:
    off = bytes([3]) + bytes(11)
    put(USER, SWITCHES, NAME, off, winreg.REG_BINARY)
    assert "Task Manager" in autostart.keep_in_step(OURS)
    with winreg.OpenKey(USER, SWITCHES) as key:
        assert winreg.QueryValueEx(key, NAME)[0] == off


def test_a_policy_against_it_is_told() -> None:
    put(USER, POLICIES, NO_RUN_LIST, 1, winreg.REG_DWORD)
    assert "policy" in autostart.keep_in_step(OURS)


def test_a_command_that_is_too_long_is_not_entered() -> None:
    autostart.keep_in_step(OURS)
    assert "too long" in autostart.keep_in_step("x" * 300)
    assert got() is None


def test_a_registry_that_refuses_is_told(monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(*_: object, **__: object) -> None:
        raise PermissionError(13, "Zugriff verweigert")

    monkeypatch.setattr(winreg, "CreateKeyEx", refuse)
    assert "Zugriff verweigert" in autostart.keep_in_step(OURS)
