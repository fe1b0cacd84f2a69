"""What is wrong in a policy stops commands, and not the program."""

from __future__ import annotations

import pytest

from datev_connector.app.settings import (
    Layer,
    Loaded,
    Origin,
    SettingsError,
    load_settings,
    policy_layer,
)

Values = dict[str, dict[str, object]]
REMOTE = "http://datev.example:58452"


def machine(values: Values) -> Layer:
    return policy_layer(Origin.MACHINE_POLICY, "machine policy", dict(values))


def user(values: Values) -> Layer:
    return policy_layer(Origin.USER_POLICY, "user policy", dict(values))


def own(values: Values) -> Layer:
    return Layer(origin=Origin.USER_FILE, source="own.toml", values=dict(values))


def shared(values: Values) -> Layer:
    return Layer(origin=Origin.MACHINE_FILE, source="machine.toml", values=dict(values))


def mended(*layers: Layer) -> Loaded:
    return load_settings(layers, mend_policies=True, platform="linux")


def told(loaded: Loaded) -> list[str]:
    return [str(fault) for fault in loaded.faults]


def test_a_bad_policy_does_not_hand_its_setting_to_the_user() -> None:
    bad = machine({"starface": {"verify_certificate": "sytem", "https_port": 8443}})
    loaded = mended(bad, own({"starface": {"verify_certificate": "off", "host": "pbx"}}))
    assert loaded.settings.starface.verify_certificate == "pin"
    assert loaded.settings.starface.https_port == 8443
    assert loaded.settings.starface.host == "pbx"
    known = loaded.provenance["starface.verify_certificate"]
    assert (known.locked, known.origin) == (True, Origin.BUILT_IN)
    (fault,) = told(loaded)
    assert fault.startswith('machine policy, starface.verify_certificate: must be one of "system"')


def test_the_next_administrator_counts_in_its_place() -> None:
    bad = machine({"dial_plan": {"internal_digits": 9}})
    files = (
        own({"dial_plan": {"internal_digits": 1}}),
        shared({"dial_plan": {"internal_digits": 2}}),
    )
    assert mended(bad, *files).settings.dial_plan.internal_digits == 2
    third = user({"dial_plan": {"internal_digits": 3}})
    loaded = mended(bad, third, *files)
    assert loaded.settings.dial_plan.internal_digits == 3
    assert loaded.provenance["dial_plan.internal_digits"].origin is Origin.USER_POLICY


def test_a_good_machine_policy_is_not_troubled_by_a_bad_user_policy() -> None:
    loaded = mended(
        machine({"calls": {"hide_internal": True}}), user({"calls": {"hide_internal": 7}})
    )
    known = loaded.provenance["calls.hide_internal"]
    assert (known.value, known.origin, known.fault) == (True, Origin.MACHINE_POLICY, None)
    assert len(loaded.faults) == 1


def test_without_mending_it_is_an_error_that_names_policy_and_key() -> None:
    bad = machine({"starface": {"https_port": 0}})
    with pytest.raises(SettingsError, match="machine policy, starface.https_port: must be from 1"):
        load_settings([bad])


def test_a_bad_file_stops_the_program_whatever_policies_say() -> None:
    with pytest.raises(SettingsError, match="own.toml, starface.https_port"):
        mended(
            machine({"starface": {"https_port": 443}}), own({"starface": {"https_port": "many"}})
        )


def test_a_name_from_a_newer_template_is_a_hint() -> None:
    newer = machine({"starface": {"hologram": 1}, "billing": {"rate": 1}})
    loaded = load_settings([newer])
    assert [hint.key for hint in loaded.hints] == ["starface.hologram", "billing"]
    assert loaded.faults == ()


@pytest.mark.parametrize(
    "values", [{"starface": {"password": "hunter2"}}, {"client_secret": "hunter2"}]
)
def test_a_secret_in_a_policy_is_told_without_its_value(values: dict[str, object]) -> None:
    layer = policy_layer(Origin.USER_POLICY, "user policy", values)
    (fault,) = told(mended(layer))
    assert "take it out" in fault
    assert "hunter2" not in fault
    with pytest.raises(SettingsError, match="take it out"):
        load_settings([layer])


def test_a_password_is_never_sent_in_the_clear_because_of_a_policy() -> None:
    by_url = mended(
        machine({"datev": {"connect_url": REMOTE}}), own({"datev": {"connect_user": "anna"}})
    )
    assert by_url.settings.datev.connect_url == "https://localhost:58452"
    assert by_url.settings.datev.connect_user == "anna"
    by_user = mended(
        user({"datev": {"connect_user": "anna"}}), own({"datev": {"connect_url": REMOTE}})
    )
    assert by_user.settings.datev.connect_user == ""
    assert by_user.settings.datev.connect_url == REMOTE
    both = mended(
        machine({"datev": {"connect_url": REMOTE, "connect_user": "anna"}}),
        user({"datev": {"connect_url": "http://datev.other"}}),
        shared({"datev": {"connect_url": "https://datev.example"}}),
    )
    assert both.settings.datev.connect_url == "https://datev.example"
    assert [fault.source for fault in both.faults] == ["machine policy", "user policy"]
    with pytest.raises(SettingsError, match="in the clear|on the way"):
        mended(own({"datev": {"connect_url": REMOTE, "connect_user": "anna"}}))
