"""What Group Policy fixed is locked in the form, says by whom, and cannot be saved otherwise."""

from __future__ import annotations

from pathlib import Path

from datev_connector.app.policies.layers import policy_layers
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
