"""Policies in a real registry: what Group Policy would write there is what counts here."""

from __future__ import annotations

import contextlib
import os
import winreg
from collections.abc import Iterator, Mapping
from functools import partial
from uuid import uuid4

import pytest

from datev_connector.app.policies.layers import policy_layers
from datev_connector.app.running.policy_watch import Policies, PolicyWatch
from datev_connector.app.settings import Loaded, Origin, load_settings
from datev_connector.system.policies import POLICY_KEY, Hive, RegistryType, read_policy_key

ROOTS = {Hive.MACHINE: winreg.HKEY_LOCAL_MACHINE, Hive.USER: winreg.HKEY_CURRENT_USER}
VIEW = winreg.KEY_WOW64_64KEY
Data = str | int | bytes | list[str]


@pytest.fixture
def path() -> Iterator[str]:
    """A policy key of its own, in both hives, gone after the test."""
    name = rf"Software\Policies\DatevConnectorTests-{uuid4().hex}"
    yield name
    for root in ROOTS.values():
        with contextlib.suppress(FileNotFoundError):
            _delete(root, name)


def _delete(root: int, path: str) -> None:
    with winreg.OpenKey(root, path, 0, winreg.KEY_READ | VIEW) as key:
        names = [winreg.EnumKey(key, one) for one in range(winreg.QueryInfoKey(key)[0])]
    for name in names:
        _delete(root, rf"{path}\{name}")
    winreg.DeleteKeyEx(root, path, VIEW, 0)


def put(hive: Hive, path: str, values: Mapping[str, tuple[int, Data]]) -> None:
    access = winreg.KEY_ALL_ACCESS | VIEW
    with winreg.CreateKeyEx(ROOTS[hive], path, 0, access) as key:
        for name, (kind, data) in values.items():
            winreg.SetValueEx(key, name, 0, kind, data)


def loaded(path: str) -> Loaded:
    layers = policy_layers(partial(read_policy_key, path=path))
    return load_settings(layers, mend_policies=True)


def test_there_is_nothing_where_no_policy_was_set(path: str) -> None:
    assert [read_policy_key(hive, path) for hive in Hive] == [None, None]
    assert policy_layers(partial(read_policy_key, path=path)) == ()
    assert POLICY_KEY == r"Software\Policies\DatevConnector"


def test_machine_and_user_are_read_by_type_and_name(path: str) -> None:
    text, number = winreg.REG_SZ, winreg.REG_DWORD
    put(Hive.MACHINE, rf"{path}\starface", {"Host": (text, "pbx.kanzlei.example")})
    put(Hive.MACHINE, rf"{path}\calls", {"hide_internal": (number, 1)})
    put(Hive.USER, rf"{path}\StarFace", {"host": (text, "other"), "https_port": (number, 8443)})
    found = loaded(path)
    assert found.settings.starface.host == "pbx.kanzlei.example"
    assert found.settings.starface.https_port == 8443
    assert found.settings.calls.hide_internal is True
    origins = {
        name: found.provenance[name].origin
        for name in ("starface.host", "starface.https_port", "starface.login")
    }
    assert origins == {
        "starface.host": Origin.MACHINE_POLICY,
        "starface.https_port": Origin.USER_POLICY,
        "starface.login": Origin.BUILT_IN,
    }
    assert (found.hints, found.faults) == ((), ())


def test_values_of_every_type_are_read_or_told(path: str) -> None:
    put(
        Hive.USER,
        rf"{path}\starface",
        {
            "host": (winreg.REG_MULTI_SZ, ["a", "b"]),
            "login": (winreg.REG_BINARY, b"\x00\x01"),
            "https_port": (winreg.REG_SZ, "443"),
            "encrypted": (winreg.REG_DWORD, 0xFFFFFFFF),
            "xmpp_port": (winreg.REG_QWORD, 5223),
            "xmpp_domain": (winreg.REG_NONE, b""),
            "module_name": (winreg.REG_DWORD_BIG_ENDIAN, b"\x00\x00\x00\x01"),
            "": (winreg.REG_SZ, "nobody's"),
        },
    )
    found = loaded(path)
    assert found.settings.starface.xmpp_port == 5223
    assert {fault.key for fault in found.faults} == {
        f"starface.{key}"
        for key in ("host", "login", "https_port", "encrypted", "xmpp_domain", "module_name")
    }
    texts = "\n".join(map(str, found.faults))
    assert "4294967295" in texts
    assert "REG_MULTI_SZ" in texts


def test_a_text_to_be_expanded_is_expanded(path: str, monkeypatch: pytest.MonkeyPatch) -> None:
    user = os.environ.get("USERNAME") or "anna"
    monkeypatch.setenv("USERNAME", user)
    kinds = {"login": winreg.REG_EXPAND_SZ, "module_name": winreg.REG_SZ}
    put(Hive.USER, rf"{path}\starface", {key: (kind, "%USERNAME%") for key, kind in kinds.items()})
    found = loaded(path)
    assert found.settings.starface.login == user
    assert found.settings.starface.module_name == "%USERNAME%"


def test_the_types_are_those_of_windows() -> None:
    assert {one: getattr(winreg, f"REG_{one.name}") for one in RegistryType} == {
        one: one.value for one in RegistryType
    }


def test_a_key_full_of_names_that_are_none_of_ours_is_read_to_a_limit(path: str) -> None:
    put(Hive.USER, path, {f"value{number}": (winreg.REG_DWORD, number) for number in range(1200)})
    put(Hive.USER, rf"{path}\calls", {"hide_internal": (winreg.REG_DWORD, 1)})
    found = loaded(path)
    assert found.settings.calls.hide_internal is True
    assert len(found.hints) == 1000


def test_a_change_in_the_registry_is_noticed(path: str) -> None:
    told: list[Policies] = []
    read = partial(read_policy_key, path=path)
    watch = PolicyWatch(lambda: policy_layers(read), told.append, known=policy_layers(read))
    watch.look()
    put(Hive.USER, rf"{path}\calls", {"hide_internal": (winreg.REG_DWORD, 1)})
    watch.look()
    watch.look()
    put(Hive.USER, rf"{path}\calls", {"hide_internal": (winreg.REG_DWORD, 0)})
    watch.look()
    _delete(winreg.HKEY_CURRENT_USER, path)
    watch.look()
    values = [[layer.values["calls"] for layer in policies] for policies in told]
    assert values == [[{"hide_internal": True}], [{"hide_internal": False}], []]
