"""Policies as they stand in the registry, and what becomes of them."""

from __future__ import annotations

import sys
from pathlib import Path

import pytest
from click.testing import CliRunner
from hypothesis import given
from hypothesis import strategies as st

from datev_connector.app.cli import cli
from datev_connector.app.commands.session import Session
from datev_connector.app.policies.layers import policy_layers
from datev_connector.app.settings import OPTIONS, Loaded, Origin, SettingsError, load_settings
from datev_connector.system.policies import (
    Hive,
    PolicyKey,
    RegistryType,
    RegistryValue,
    read_policy_key,
)
from tests.app.policies.registry import registry


def loaded(**hives: dict[str, dict[str, object]]) -> Loaded:
    layers = policy_layers(registry(**hives))
    return load_settings(layers, mend_policies=True, platform="win32")


def faults(**section: object) -> list[str]:
    """By the option, what is wrong with a value of it."""
    given_values = {"starface": dict(section)}
    found = loaded(machine=given_values).faults
    return [
        str(fault).removeprefix(r"HKEY_LOCAL_MACHINE\Software\Policies\DatevConnector, ")
        for fault in found
    ]


def test_machine_comes_before_user_and_both_say_who_they_are() -> None:
    both = loaded(
        machine={"starface": {"host": "pbx.example"}},
        user={"starface": {"host": "other", "login": "0123"}, "calls": {"hide_internal": 1}},
    )
    assert both.settings.starface.host == "pbx.example"
    assert both.settings.starface.login == "0123"
    assert both.settings.calls.hide_internal is True
    host, login = both.provenance["starface.host"], both.provenance["starface.login"]
    assert (host.origin, host.locked) == (Origin.MACHINE_POLICY, True)
    assert host.place.source == r"HKEY_LOCAL_MACHINE\Software\Policies\DatevConnector"
    assert (login.origin, login.locked) == (Origin.USER_POLICY, True)
    assert login.place.source == r"HKEY_CURRENT_USER\Software\Policies\DatevConnector"


def test_the_registry_cares_for_no_capitals() -> None:
    found = loaded(machine={"StarFace": {"HOST": "pbx"}, "Calls": {"Hide_Internal": 0}})
    assert found.settings.starface.host == "pbx"
    assert found.provenance["calls.hide_internal"].locked
    assert (found.hints, found.faults) == ((), ())


@pytest.mark.parametrize(
    ("key", "value", "told"),
    [
        ("encrypted", 2, "must be 0 (off) or 1 (on), not 2"),
        ("encrypted", "1", "must be of the type REG_DWORD, 0 (off) or 1 (on), not REG_SZ"),
        ("https_port", "443", "must be a number of the type REG_DWORD, not REG_SZ"),
        ("https_port", 70_000, "must be from 1 to 65535, not 70000"),
        ("host", 5, "must be a text of the type REG_SZ, not REG_DWORD"),
        (
            "host",
            RegistryValue(kind=RegistryType.MULTI_SZ, data=["a", "b"]),
            "must be a text of the type REG_SZ, not REG_MULTI_SZ",
        ),
        (
            "login",
            RegistryValue(kind=3, data=b"\x00\xff"),
            "must be a text of the type REG_SZ, not REG_BINARY",
        ),
        (
            "login",
            RegistryValue(kind=99, data=None),
            "must be a text of the type REG_SZ, not type 99",
        ),
        ("login", "a\x00b", "must be one line without control characters"),
    ],
)
def test_a_wrong_value_is_told_by_policy_key_and_reason(key: str, value: object, told: str) -> None:
    assert faults(**{key: value}) == [f"starface.{key}: {told}"]


def test_a_wrong_choice_is_told_with_those_that_there_are() -> None:
    (fault,) = faults(transport="pigeon")
    assert (
        fault
        == 'starface.transport: must be one of "auto", "xmpp", "https", not the text \'pigeon\''
    )


def test_a_big_number_and_an_expanded_text_are_what_they_say() -> None:
    found = loaded(
        machine={
            "starface": {
                "https_port": RegistryValue(kind=RegistryType.QWORD, data=8443),
                "login": RegistryValue(kind=RegistryType.EXPAND_SZ, data="anna"),
            }
        }
    )
    assert (found.settings.starface.https_port, found.settings.starface.login) == (8443, "anna")


def test_a_policy_that_cannot_be_read_is_told() -> None:
    def read(hive: Hive) -> PolicyKey | None:
        if hive is Hive.MACHINE:
            raise PermissionError(13, "Access is denied")
        return None

    layers = policy_layers(read)
    (fault,) = load_settings(layers, mend_policies=True).faults
    assert str(fault).endswith("DatevConnector: the policy cannot be read: Access is denied")
    with pytest.raises(SettingsError, match="cannot be read"):
        load_settings(layers)


@pytest.mark.skipif(sys.platform == "win32", reason="there it has one")
def test_there_are_no_policies_without_a_registry() -> None:
    assert read_policy_key(Hive.MACHINE) is None
    assert policy_layers() == ()


NAMES = st.one_of(
    st.sampled_from([*(option.key for option in OPTIONS), "password", "x" * 300]), st.text()
)
DATA = st.one_of(
    st.none(),
    st.integers(0, 2**64 - 1),
    st.text(st.characters(codec=None)),
    st.binary(max_size=20),
    st.lists(st.text(), max_size=3),
)
VALUES = st.builds(
    RegistryValue,
    kind=st.one_of(st.sampled_from([1, 2, 3, 4, 7, 11]), st.integers(0, 2**32)),
    data=DATA,
)
SECTIONS = st.dictionaries(
    st.one_of(st.sampled_from(["starface", "Calls", "datev", "general", "dial_plan"]), st.text()),
    st.dictionaries(NAMES, VALUES, max_size=8),
    max_size=6,
)
KEYS = st.one_of(
    st.none(),
    st.builds(PolicyKey, values=st.dictionaries(NAMES, VALUES, max_size=4), sections=SECTIONS),
)


@given(machine=KEYS, user=KEYS)
def test_whatever_stands_in_the_registry_the_program_has_settings(
    machine: PolicyKey | None, user: PolicyKey | None
) -> None:
    content = {Hive.MACHINE: machine, Hive.USER: user}
    layers = policy_layers(content.__getitem__)
    found = load_settings(layers, mend_policies=True, platform="win32")
    for told in (*found.hints, *found.faults):
        text = str(told)
        assert len(text) < 600
        text.encode()
        assert text.isprintable()
    for option in OPTIONS:
        known = found.provenance[option.name]
        assert option.clean(known.value).value == known.value
        assert known.locked is (known.fault is not None or known.origin.is_policy)


# --- commands -----------------------------------------------------------------------------------


def shown(
    profile: Path, *words: str, **hives: dict[str, dict[str, object]]
) -> tuple[int, str, str]:
    session = Session(read_policy=registry(**hives))
    result = CliRunner().invoke(cli, [*words, "--profile", str(profile)], obj=session)
    return result.exit_code, result.stdout, result.stderr


def test_settings_show_tells_what_is_locked_and_by_whom(tmp_path: Path) -> None:
    code, out, _ = shown(
        tmp_path, "settings", "show", machine={"starface": {"host": "pbx.example"}}
    )
    assert code == 0
    (row,) = [line for line in out.splitlines() if line.startswith("starface.host")]
    assert row.endswith(
        r"machine policy: HKEY_LOCAL_MACHINE\Software\Policies\DatevConnector (locked)"
    )


def test_a_command_ends_with_3_and_names_the_value(tmp_path: Path) -> None:
    code, _, err = shown(tmp_path, "settings", "show", user={"calls": {"hide_internal": "yes"}})
    assert code == 3
    assert (
        r"HKEY_CURRENT_USER\Software\Policies\DatevConnector, calls.hide_internal: must be" in err
    )


def test_the_diagnosis_has_a_finding_of_its_own(tmp_path: Path) -> None:
    bad = {"starface": {"host": "127.0.0.1", "login": "0123", "https_port": 0}}
    code, out, _ = shown(tmp_path, "diagnose", "--json", machine=bad)
    assert code == 1  # there is no PBX
    assert "starface.https_port: must be from 1 to 65535, not 0" in out
