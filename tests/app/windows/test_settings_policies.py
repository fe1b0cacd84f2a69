"""What Group Policy fixed is locked in the form, says by whom, and cannot be saved otherwise."""

from __future__ import annotations

from pathlib import Path

from datev_connector.app.policies.layers import policy_layers
from datev_connector.app.settings import Origin, policy_layer
from datev_connector.app.settings.saving import LOCKED
from tests.app.policies.registry import registry
from tests.app.windows.test_settings import desk

HKLM = r"HKEY_LOCAL_MACHINE\Software\Policies\DatevConnector"
HKCU = r"HKEY_CURRENT_USER\Software\Policies\DatevConnector"


def test_what_is_fixed_is_locked_with_its_origin(tmp_path: Path) -> None:
    policies = policy_layers(
        registry(machine={"starface": {"host": "pbx.office"}}, user={"calls": {"hide_internal": 1}})
    )
    here = desk(tmp_path, policies=policies)
    form = here.settings.form()
    host, switch = form.field("starface.host"), form.field("calls.hide_internal")
    assert (host.value, host.locked, host.origin) == (
        "pbx.office",
        True,
        f"Fixed for this computer by {HKLM}.",
    )
    assert (switch.value, switch.locked, switch.origin) == (
        True,
        True,
        f"Fixed for you by {HKCU}.",
    )
    assert not form.field("starface.login").locked
    saved = here.save({"starface.host": "other", "dial_plan.area_code": "721"})
    assert [(flaw.name, flaw.text) for flaw in saved.flaws] == [("starface.host", LOCKED)]
    assert "721" not in here.kept
    assert not here.connector.followed


def test_what_a_bad_policy_was_to_fix_is_locked_and_says_why(tmp_path: Path) -> None:
    policies = policy_layers(registry(machine={"starface": {"https_port": 0}}))
    here = desk(tmp_path, "[starface]\nhttps_port = 8443\n", policies=policies)
    port = here.settings.form().field("starface.https_port")
    assert (port.value, port.locked) == (443, True)
    assert port.origin == (
        f"{HKLM} was to fix this, with a value that cannot be used: must be from 1 to 65535, not 0."
    )
    saved = here.save({"dial_plan.area_code": "721"})
    assert saved.flaws == ()
    assert "area_code" in here.kept
    assert here.connector.followed[-1][0].starface.https_port == 443


def test_a_policy_that_comes_while_the_program_runs_counts_and_is_told(tmp_path: Path) -> None:
    here = desk(tmp_path, "[starface]\nhost = 'pbx'\nlogin = '0123'\n")
    port = policy_layer(Origin.MACHINE_POLICY, "the office", {"starface": {"https_port": 8443}})
    told = here.settings.policies_changed((port,)).result(20)
    assert here.connector.followed[-1][0].starface.https_port == 8443
    assert here.settings.form().field("starface.https_port").locked
    assert told == (
        "Your administration has changed settings of the connector: starface.https_port.",
    )
    saved = here.save({"starface.https_port": 1})
    assert [flaw.name for flaw in saved.flaws] == ["starface.https_port"]

    here.settings.policies_changed(()).result(20)
    assert here.connector.followed[-1][0].starface.https_port == 443
    assert not here.settings.form().field("starface.https_port").locked


def test_a_policy_that_only_fixes_what_is_so_anyway_is_not_told(tmp_path: Path) -> None:
    here = desk(tmp_path)
    fixed = policy_layer(Origin.MACHINE_POLICY, "the office", {"starface": {"https_port": 443}})
    told = here.settings.policies_changed((fixed,)).result(20)
    assert here.settings.form().field("starface.https_port").locked
    assert told == ()


def test_a_policy_beside_a_file_that_was_spoilt_is_not_followed_and_told(tmp_path: Path) -> None:
    here = desk(tmp_path)
    here.profile.settings_file.write_text("[starface]\nhost == 1\n")
    port = policy_layer(Origin.MACHINE_POLICY, "the office", {"starface": {"https_port": 8443}})
    told = here.settings.policies_changed((port,)).result(20)
    assert here.connector.followed == []
    assert "goes on with the old ones" in told[0]
    assert not here.settings.form().field("starface.https_port").locked
