"""What a connector does anew for which settings."""

from __future__ import annotations

from collections.abc import Mapping

import pytest

from datev_connector.app.running import following
from datev_connector.app.running.following import Terms
from datev_connector.app.secrets import Passwords
from datev_connector.app.settings import OPTIONS, Origin, load_settings, policy_layer
from datev_connector.app.settings.option import Option, Value

USUAL = Passwords(starface="geheim", client_secret="s", datev="d")
QUESTIONS = {
    "rules": following.same_rules,
    "plan": following.same_plan,
    "pbx": following.same_pbx,
    "sign-in": following.same_sign_in,
    "user": following.same_user,
    "link": following.same_link,
    "master data": following.same_master_data,
    "sign-on": following.same_sign_on,
}
NOTHING = {
    "starface.module_name",
    "general.language",
    "general.start_with_windows",
    "general.start_delay_s",
    "general.dial_shortcut",
    "general.licence_file",
    "general.log_level",
}
SIGN_IN = {
    "starface.host",
    "starface.https_port",
    "starface.login",
    "starface.sign_in",
    "starface.oauth_client_id",
}
SIGN_ON = {
    "datev.contacts",
    "datev.connect_url",
    "datev.connect_user",
    "datev.sdd_reader",
    "datev.sdd_assemblies",
}
LINK = {"datev.link", "datev.simulator_address"}


def terms(passwords: Passwords = USUAL, values: Mapping[str, Value] | None = None) -> Terms:
    sections: dict[str, dict[str, Value]] = {"datev": {}}
    for name, value in (values or {}).items():
        section, _, key = name.partition(".")
        sections.setdefault(section, {})[key] = value
    layer = policy_layer(Origin.MACHINE_POLICY, "test", sections)
    return Terms(settings=load_settings([layer], platform="linux").settings, passwords=passwords)


def different(before: Terms, after: Terms) -> set[str]:
    return {name for name, same in QUESTIONS.items() if not same(before, after)}


def another(option: Option) -> Value:
    if option.kind is bool:
        return not option.default
    if option.kind is int:
        return int(option.default) + 1
    if option.allowed:
        return next(value for value in option.allowed if value != option.default)
    odd: dict[str, Value] = {
        "dial_plan.country": "AT",
        "dial_plan.area_code": "721",
        "dial_plan.exchange_prefix": "0",
        "datev.simulator_address": "localhost:1",
        "datev.connect_url": "https://datev",
        "general.dial_shortcut": "Win+F9",
    }
    return odd.get(option.name, "other")


def expected(option: Option) -> set[str]:
    match option.section:
        case _ if option.name in NOTHING:
            return set()
        case "calls":
            return {"rules"}
        case "dial_plan":
            return {"rules", "plan", "master data"}
        case "datev":
            signs_on = {"sign-on"} if option.name in SIGN_ON else set()
            return {"link"} if option.name in LINK else {"master data"} | signs_on
    signs_in = {"sign-in"} if option.name in SIGN_IN else set()
    user = {"user"} if option.name == "starface.login" else set()
    return {"pbx"} | signs_in | user


@pytest.mark.parametrize("option", OPTIONS, ids=lambda option: str(option.name))
def test_each_option_has_its_own_parts_made_anew(option: Option) -> None:
    assert different(terms(), terms(values={option.name: another(option)})) == expected(option)


@pytest.mark.parametrize(
    ("passwords", "parts"),
    [
        (Passwords(starface="neu", client_secret="s", datev="d"), {"pbx", "sign-in"}),
        (Passwords(starface="geheim", client_secret="neu", datev="d"), {"pbx", "sign-in"}),
        (Passwords(starface="geheim", client_secret="s", datev="neu"), {"master data", "sign-on"}),
        (USUAL, set()),
    ],
)
def test_each_password_has_its_own_parts_made_anew(passwords: Passwords, parts: set[str]) -> None:
    assert different(terms(), terms(passwords)) == parts
