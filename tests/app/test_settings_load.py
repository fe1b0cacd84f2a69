from __future__ import annotations

import os
import sys
import tomllib
from dataclasses import FrozenInstanceError, fields
from pathlib import Path

import pytest

from datev_connector.app.settings import (
    OPTIONS,
    Certificates,
    DatevLink,
    Layer,
    Loaded,
    Origin,
    Settings,
    SettingsError,
    built_in_settings,
    load_settings,
    missing_for_run,
    policy_layer,
    read_settings,
    shown_settings,
)

EVERY_KEY = """
[starface]
host = "pbx.kanzlei.example"
https_port = 443
xmpp_port = 5222
login = "0123"
encrypted = true
verify_certificate = "pin"
transport = "auto"
events = "auto"
callback_host = ""
callback_port = 0
uci_version = "auto"
sign_in = "auto"
oauth_client_id = "rest-client-headless"
xmpp_domain = ""
xmpp_endpoint = ""
module_name = "DATEVConnectorforSTARFACE"

[dial_plan]
country = "DE"
area_code = "721"
exchange_prefix = ""
internal_digits = 4

[calls]
transfer_automatically = false
only_datev_matches = false
skip_internal = true
only_answered = false
open_window = true
hide_internal = false
prefer_datev = false
first_best_contact = false
close_after_call = false

[datev]
link = "com"
simulator_address = "127.0.0.1:5881"
contacts = "auto"
contacts_refresh_minutes = 15
contacts_reload_days = 7
connect_url = "https://localhost:58452"
connect_user = ""
connect_verify_certificate = "pin"
connect_lanes = 4
sdd_reader = ""
sdd_assemblies = ""
sdd_limit_s = 120

[general]
language = "auto"
start_with_windows = true
start_delay_s = 0
dial_shortcut = "Ctrl+Shift+F10"
log_level = "info"
licence_file = ""
"""


def read(tmp_path: Path, text: str, machine_text: str | None = None) -> Loaded:
    user_file, machine_file = tmp_path / "settings.toml", tmp_path / "machine.toml"
    user_file.write_text(text, encoding="utf-8")
    if machine_text is not None:
        machine_file.write_text(machine_text, encoding="utf-8")
    return read_settings(user_file=user_file, machine_file=machine_file, platform="linux")


def problems(tmp_path: Path, text: str, machine_text: str | None = None) -> list[str]:
    with pytest.raises(SettingsError) as caught:
        read(tmp_path, text, machine_text)
    return [str(problem).replace(f"{tmp_path}{os.sep}", "") for problem in caught.value.problems]


def test_every_documented_key_loads_and_no_option_is_undocumented(tmp_path: Path) -> None:
    loaded = read(tmp_path, EVERY_KEY)

    documented = {
        f"{section}.{key}" for section, keys in tomllib.loads(EVERY_KEY).items() for key in keys
    }
    assert documented == {option.name for option in OPTIONS}
    assert {known.origin for known in loaded.provenance.values()} == {Origin.USER_FILE}
    assert loaded.hints == ()
    assert loaded.settings.datev.link is DatevLink.COM


def test_the_built_in_values_are_the_documented_ones() -> None:
    documented = tomllib.loads(EVERY_KEY)
    examples = {"starface.host", "starface.login", "dial_plan.area_code"}

    for option in OPTIONS:
        if option.name not in examples:
            assert option.default_on("win32") == documented[option.section][option.key]
        else:
            assert option.default_on("win32") == ""


def test_registry_and_sections_describe_the_same_options() -> None:
    settings = built_in_settings()

    described = {(option.section, option.key): option.kind for option in OPTIONS}
    held = {
        (section.name, value.name): type(getattr(getattr(settings, section.name), value.name))
        for section in fields(Settings)
        for value in fields(getattr(settings, section.name))
    }
    assert held == described


def test_every_choice_has_a_sentence() -> None:
    for option in OPTIONS:
        if option.allowed:
            assert list(option.allowed) == [member.value for member in option.kind]  # type: ignore[union-attr]
            assert all(sentence.endswith(".") for sentence in option.allowed.values())


@pytest.mark.parametrize(("platform", "link"), [("win32", "com"), ("linux", "simulator")])
def test_the_link_depends_on_the_platform(platform: str, link: str) -> None:
    assert built_in_settings(platform).datev.link == link


def test_settings_are_immutable() -> None:
    settings = built_in_settings()

    with pytest.raises(FrozenInstanceError):
        settings.starface.host = "other"  # type: ignore[misc]


def test_no_files_at_all_are_the_built_in_values(tmp_path: Path) -> None:
    loaded = read_settings(user_file=tmp_path / "none.toml", machine_file=tmp_path / "neither.toml")

    assert loaded.settings == built_in_settings()
    assert {known.origin for known in loaded.provenance.values()} == {Origin.BUILT_IN}


def test_a_named_file_must_exist(tmp_path: Path) -> None:
    with pytest.raises(SettingsError, match=r"none\.toml: there is no such file"):
        read_settings(
            user_file=tmp_path / "none.toml",
            machine_file=tmp_path / "neither.toml",
            user_file_must_exist=True,
        )


def test_the_strongest_layer_wins_whatever_the_order() -> None:
    layers = [
        Layer(origin=origin, source=origin.value, values={"starface": {"https_port": port}})
        for port, origin in enumerate(Origin, start=1)
        if origin is not Origin.BUILT_IN
    ]

    for weaker in range(len(layers)):
        for order in (layers[weaker:], layers[weaker:][::-1]):
            known = load_settings(order).provenance["starface.https_port"]
            assert known.value == weaker + 1
            assert known.origin is layers[weaker].origin
            assert known.locked == (weaker < 2)


def test_two_layers_of_one_origin_are_a_mistake_of_the_program() -> None:
    layer = Layer(origin=Origin.USER_FILE, source="a", values={})
    with pytest.raises(ValueError, match="same origin"):
        load_settings([layer, layer])


def test_a_policy_locks_a_value_and_says_whose_it_is() -> None:
    policy = policy_layer(
        Origin.MACHINE_POLICY, "group policy of the office", {"calls": {"hide_internal": True}}
    )
    user = Layer(
        origin=Origin.USER_FILE,
        source="settings.toml",
        values={"calls": {"hide_internal": False}},
        lines={("calls", "hide_internal"): 2},
    )

    loaded = load_settings([user, policy])

    row = next(row for row in shown_settings(loaded) if row.key == "hide_internal")
    assert (row.value, row.locked, row.origin) == (True, True, "machine policy")
    assert row.source == "group policy of the office"
    assert [str(hint) for hint in loaded.hints] == [
        (
            "settings.toml, line 2, calls.hide_internal: "
            "has no effect: fixed by group policy of the office"
        )
    ]


def test_a_user_hides_the_machine_file_without_a_word(tmp_path: Path) -> None:
    loaded = read(tmp_path, "[starface]\nhost='a'", "[starface]\nhost='b'\nlogin='7'")

    assert (loaded.settings.starface.host, loaded.settings.starface.login) == ("a", "7")
    assert loaded.hints == ()


def test_a_bad_policy_is_an_error_like_any_other() -> None:
    policy = policy_layer(Origin.USER_POLICY, "user policy", {"general": {"language": "fr"}})

    with pytest.raises(SettingsError, match='user policy, general.language: must be one of "auto"'):
        load_settings([policy])


def test_a_file_is_no_policy() -> None:
    with pytest.raises(ValueError, match="no policy"):
        policy_layer(Origin.USER_FILE, "file", {})


def test_all_errors_of_all_files_come_at_once(tmp_path: Path) -> None:
    text = """
hots = "x"
[starface]
https_port = 0
hostt = "pbx"
encrypted = "yes"
password = "geheim"
[dial-plan]
[calls]
area_code = "721"
sql = 1
[datev]
link = "dde"
"""
    found = problems(tmp_path, text, "[general]\nlanguage = 5\nstart_with_windows = 1")

    assert found == [
        "settings.toml, line 2, hots: stands outside of a section",
        'settings.toml, line 5, starface.hostt: there is no such key; did you mean "host"?',
        (
            "settings.toml, line 7, starface.password: there is no such key; "
            "secrets are never in a settings file, take it out: they belong in the keyring"
        ),
        'settings.toml, line 8, dial-plan: there is no such section; did you mean "dial_plan"?',
        (
            "settings.toml, line 10, calls.area_code: there is no such key; it belongs into "
            "[dial_plan]"
        ),
        "settings.toml, line 11, calls.sql: there is no such key",
        "settings.toml, line 4, starface.https_port: must be from 1 to 65535, not 0",
        "settings.toml, line 6, starface.encrypted: must be true or false, not the text 'yes'",
        (
            'settings.toml, line 13, datev.link: must be one of "com", "simulator", '
            "not the text 'dde'"
        ),
        (
            'machine.toml, line 2, general.language: must be one of "auto", "de", "en", '
            "not the number 5"
        ),
        "machine.toml, line 3, general.start_with_windows: must be true or false, not the number 1",
    ]
    assert "geheim" not in " ".join(found)


def test_a_broken_file_does_not_hide_the_errors_of_the_other(tmp_path: Path) -> None:
    found = problems(tmp_path, "[starface]\nhost = \n", "[starface]\nhost = 7")

    assert found == [
        "settings.toml, line 2: this is no TOML: invalid value",
        "machine.toml, line 2, starface.host: must be text, not the number 7",
    ]


@pytest.mark.parametrize(
    ("text", "problem"),
    [
        ("host = 'a'", "line 1, host: stands outside of a section; it belongs into [starface]"),
        ("starface = 1", "line 1, starface: is a section and stands alone on a line: [starface]"),
        ("[[calls]]", "line 1, calls: is a section and stands alone on a line: [calls]"),
        ("[starface.host]", "line 1, starface.host: must be text, not a table"),
        ("starface = { hosts = 'a' }", "line 1, starface.hosts: there is no such key; did you"),
        ("[calls]\nopen_window = []", "line 2, calls.open_window: must be true or false, not a l"),
        ("[calls]\na = 1\na = 2", "line 3: this is no TOML: cannot overwrite a value"),
        ("[calls\n", "line 1: this is no TOML: expected ']' at the end of a table declaration"),
        ("[starface]\nhost = '''", "line 2: this is no TOML: expected"),
        ("[starface]\nhttps_port = 443.0", "line 2, starface.https_port: must be a whole number"),
        ("[starface]\nlogin = 2026-01-01", "line 2, starface.login: must be text, not a date"),
    ],
)  # fmt: skip
def test_an_error_names_the_line(tmp_path: Path, text: str, problem: str) -> None:
    (found,) = problems(tmp_path, text)
    assert found.startswith(f"settings.toml, {problem}")


def test_a_file_from_an_old_editor_is_refused_with_its_line(tmp_path: Path) -> None:
    file = tmp_path / "settings.toml"
    file.write_bytes("[starface]\n# Büro\n".encode("cp1252"))

    with pytest.raises(SettingsError, match="line 2: the file is not in UTF-8"):
        read_settings(user_file=file, machine_file=tmp_path / "none")


def test_a_byte_order_mark_and_windows_line_ends_are_fine(tmp_path: Path) -> None:
    file = tmp_path / "settings.toml"
    file.write_bytes(b"\xef\xbb\xbf[starface]\r\nhost = 'a'\r\nhots = 1\r\n")

    with pytest.raises(SettingsError, match="line 3, starface.hots"):
        read_settings(user_file=file, machine_file=tmp_path / "none")


def test_a_folder_or_a_huge_file_is_refused(tmp_path: Path) -> None:
    huge = tmp_path / "huge.toml"
    huge.write_text("# " + "x" * 200_000)

    with pytest.raises(SettingsError) as caught:
        read_settings(user_file=tmp_path, machine_file=huge)
    assert "can't be read" in str(caught.value)
    assert "too large" in str(caught.value)


def test_deep_nesting_is_refused(tmp_path: Path) -> None:
    (found,) = problems(tmp_path, "[starface]\nhost = " + "[" * 40_000 + "]" * 40_000)
    assert "nested too deeply" in found


def test_a_hint_says_what_was_put_right(tmp_path: Path) -> None:
    loaded = read(tmp_path, "[starface]\n\nhost = ' https://PBX.example/ '")

    assert loaded.settings.starface.host == "pbx.example"
    (hint,) = loaded.hints
    assert (hint.key, hint.line) == ("starface.host", 3)
    assert hint.message == 'only the host counts here; "pbx.example" is used'


@pytest.mark.parametrize(
    ("url", "user", "accepted"),
    [
        ("https://datev.example:58452", "otto", True),
        ("http://127.0.0.1:58452", "otto", True),
        ("http://[::1]:58452", "otto", True),
        ("http://localhost:58452", "otto", True),
        ("http://datev.example:58452", "", True),
        ("http://datev.example:58452", "otto", False),
        ("http://localhost.example:58452", "otto", False),
    ],
)
def test_a_datev_password_goes_over_https_or_to_this_machine(
    tmp_path: Path, url: str, user: str, accepted: bool
) -> None:
    text = f"[datev]\nconnect_user = '{user}'\nconnect_url = '{url}'"
    if accepted:
        assert read(tmp_path, text).settings.datev.connect_url == url
    else:
        (found,) = problems(tmp_path, text)
        assert found.startswith("settings.toml, line 3, datev.connect_url: with connect_user set")


def test_what_is_missing_to_run_is_named() -> None:
    missing = missing_for_run(built_in_settings("linux"), source="s.toml", platform="linux")
    assert [str(problem).split(";", maxsplit=1)[0] for problem in missing] == [
        "s.toml, starface.host: is not set",
        "s.toml, starface.login: is not set",
    ]


def test_com_off_windows_is_named(tmp_path: Path) -> None:
    settings = read(tmp_path, EVERY_KEY).settings
    assert [problem.key for problem in missing_for_run(settings, platform="linux")] == [
        "datev.link"
    ]
    assert missing_for_run(settings, platform="win32") == ()


def test_the_overview_is_plain_json_and_reads_back(tmp_path: Path) -> None:
    loaded = read(tmp_path, EVERY_KEY)
    rows = shown_settings(loaded)

    first = rows[0].as_json()
    assert first == {
        "section": "starface",
        "key": "host",
        "value": "pbx.kanzlei.example",
        "origin": "user file",
        "source": str(tmp_path / "settings.toml"),
        "line": 3,
        "locked": False,
        "restart": False,
    }
    assert type(rows[5].as_json()["value"]) is str
    again = "".join(f"{row.section}.{row.key} = {row.toml}\n" for row in rows)
    assert tomllib.loads(again) == tomllib.loads(EVERY_KEY)


def test_certificates_off_is_a_choice_of_its_own(tmp_path: Path) -> None:
    loaded = read(tmp_path, "[starface]\nverify_certificate = 'off'")
    assert loaded.settings.starface.verify_certificate is Certificates.OFF


@pytest.mark.skipif(sys.platform == "win32", reason="file modes are POSIX")
def test_an_unreadable_file_is_named(tmp_path: Path) -> None:
    looped = tmp_path / "loop.toml"
    looped.symlink_to(looped)

    with pytest.raises(SettingsError, match=r"loop\.toml: the file can't be read"):
        read_settings(user_file=looped, machine_file=tmp_path / "none")
