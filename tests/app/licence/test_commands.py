"""`licence issue` and `licence show`, as vendor and customer have them."""

from __future__ import annotations

import json
import stat
import sys
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner

from datev_connector.app.cli import cli
from datev_connector.app.commands.session import Session
from datev_connector.app.licence import keys, signature
from datev_connector.app.licence.issuing import make_key, read_key
from datev_connector.app.licence.kept import Kept, keep
from datev_connector.domain.licences import PRODUCT, Licence, Seen
from tests.app.cli_profile import CliProfile
from tests.app.licence import signed
from tests.app.licence.signed import KEY, a_text

UNTIL = (datetime.now(UTC) + timedelta(days=365)).date().isoformat()
USUAL = ("--customer", "Kanzlei Sommer", "--seats", "5", "--until", UNTIL)


@pytest.fixture
def profile(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> CliProfile:
    monkeypatch.setattr(keys, "shipped", signed.keys)
    return CliProfile(tmp_path / "profile")


@pytest.fixture
def key(tmp_path: Path, profile: CliProfile) -> str:
    file = tmp_path / "vendor.toml"
    profile.done("licence", "issue", "--new-key", str(file), "--key-id", "vendor-1")
    return str(file)


def issued(profile: CliProfile, key: str, *more: str) -> Any:
    return profile.json("licence", "issue", "--key", key, *USUAL, *more)


# --- issue ----------------------------------------------------------------------------------------


def test_a_pair_of_keys_is_made_once(profile: CliProfile, tmp_path: Path) -> None:
    file = tmp_path / "vendor.toml"
    printed = profile.done("licence", "issue", "--new-key", str(file), "--key-id", "vendor-1")
    assert keys.VendorKeys.read(printed).get("vendor-1") is not None
    if sys.platform != "win32":
        assert stat.S_IMODE(file.stat().st_mode) == 0o600
    before = file.read_bytes()
    assert b"private" in before
    assert "private" not in printed
    told = profile.failed(1, "licence", "issue", "--new-key", str(file), "--key-id", "vendor-2")
    assert "there already" in told
    assert file.read_bytes() == before
    profile.failed(2, "licence", "issue", "--new-key", str(tmp_path / "other.toml"))
    told = profile.failed(
        2, "licence", "issue", "--new-key", str(tmp_path / "other.toml"), "--key-id", "a b"
    )
    assert not (tmp_path / "other.toml").exists()


def test_a_new_key_takes_no_id_of_a_key_that_is_shipped(
    profile: CliProfile, tmp_path: Path
) -> None:
    file = tmp_path / "vendor.toml"
    told = profile.failed(2, "licence", "issue", "--new-key", str(file), "--key-id", KEY.id)
    assert KEY.id in told
    assert "choose another id" in told
    assert not file.exists()


def test_what_is_issued_says_what_was_asked_for(profile: CliProfile, key: str) -> None:
    said = issued(
        profile,
        key,
        *("--features", "team, statistik", "--from", "2026-01-01"),
        *("--pbx", "pbx.kanzlei.example", "--pbx", "192.0.2.7"),
    )
    assert said["product"] == PRODUCT
    assert (said["customer"], said["seats"]) == ("Kanzlei Sommer", 5)
    assert said["features"] == ["team", "statistik"]
    assert (said["valid_from"], said["valid_until"]) == ("2026-01-01", UNTIL)
    assert said["issued"] == datetime.now(UTC).date().isoformat()
    assert said["pbx"] == ["pbx.kanzlei.example", "192.0.2.7"]
    assert said["key_id"] == "vendor-1"
    assert said["text"].startswith("-----BEGIN")


def test_a_licence_goes_into_a_file_and_over_no_other(
    profile: CliProfile, key: str, tmp_path: Path
) -> None:
    file = tmp_path / "licence.txt"
    order = ("licence", "issue", "--key", key, *USUAL, "--output", str(file))
    assert profile.done(*order) == ""
    first = file.read_text("ascii")
    assert "there already" in profile.failed(1, *order)
    assert file.read_text("ascii") == first
    profile.done(*order, "--force")
    assert file.read_text("ascii") != first


@pytest.mark.parametrize("left_out", ["--key", "--customer", "--seats", "--until"])
def test_what_a_licence_needs_is_asked_for(profile: CliProfile, key: str, left_out: str) -> None:
    words = ["--key", key, *USUAL]
    at = words.index(left_out)
    assert left_out in profile.failed(2, "licence", "issue", *words[:at], *words[at + 2 :])


@pytest.mark.parametrize(
    "wrong",
    [
        ("--seats", "0"),
        ("--seats", "many"),
        ("--until", "31.12.2027"),
        ("--pbx", " "),
        ("--until", "2000-01-01"),
        ("--customer", "x" * 300),
        ("--customer", "two\nlines"),
    ],
)
def test_what_would_be_no_licence_is_wrong_usage(
    profile: CliProfile, key: str, wrong: tuple[str, str]
) -> None:
    profile.failed(2, "licence", "issue", "--key", key, *USUAL, *wrong)


def test_a_file_that_is_no_key(profile: CliProfile, tmp_path: Path) -> None:
    profile.failed(1, "licence", "issue", "--key", str(tmp_path / "away"), *USUAL)
    (tmp_path / "other").write_text("something else")
    told = profile.failed(1, "licence", "issue", "--key", str(tmp_path / "other"), *USUAL)
    assert "something else" not in told


def test_the_vendor_is_told_of_a_key_that_is_not_shipped(profile: CliProfile, key: str) -> None:
    told = profile.run("licence", "issue", "--key", key, *USUAL).stderr
    assert "does not know the key vendor-1" in told


def test_the_vendor_is_told_of_another_key_by_a_shipped_id(
    profile: CliProfile, tmp_path: Path
) -> None:
    file = tmp_path / "vendor.toml"
    make_key(file, KEY.id, TODAY)
    result = profile.run("licence", "issue", "--key", str(file), *USUAL)
    assert f"another key by the id {KEY.id}: connectors will refuse" in result.stderr
    assert refused(profile, result.stdout)[0]["state"] == "tampered"


def test_a_shipped_key_signs_without_a_hint(
    profile: CliProfile, key: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    own = read_key(Path(key))
    monkeypatch.setattr(keys, "shipped", own.as_keys)
    assert profile.run("licence", "issue", "--key", key, *USUAL).stderr == ""


# --- show FILE ------------------------------------------------------------------------------------


def explained(profile: CliProfile, text: str | bytes, *more: str) -> Any:
    file = profile.folder.parent / "text"
    file.write_bytes(text if isinstance(text, bytes) else text.encode())
    return profile.json("licence", "show", str(file), *more)


def refused(profile: CliProfile, text: str | bytes) -> tuple[Any, str]:
    file = profile.folder.parent / "text"
    file.write_bytes(text if isinstance(text, bytes) else text.encode())
    result = profile.run("licence", "show", str(file), "--json")
    assert result.exit_code == 1
    return json.loads(result.stdout), result.stderr


def test_a_text_is_explained(profile: CliProfile) -> None:
    said = explained(profile, a_text())
    assert (said["state"], said["serves"], said["by"]) == ("valid", True, "licence")
    assert said["licence"]["customer"] == "Kanzlei Sommer & Partner, Köln"
    lines = profile.done("licence", "show", str(profile.folder.parent / "text"))
    for part in ("valid", "Kanzlei Sommer", "team, statistik", "5", "test-1"):
        assert part in lines


DAY = timedelta(days=1)
TODAY = datetime.now(UTC).date()


@pytest.mark.parametrize(
    ("facts", "state"),
    [
        ({"valid_from": TODAY + 3 * DAY}, "not-yet-valid"),
        ({"valid_until": TODAY - DAY}, "ended"),
        ({"product": "something-else"}, "other-product"),
    ],
)
def test_a_licence_that_does_not_count_now_is_explained_all_the_same(
    profile: CliProfile, facts: dict[str, Any], state: str
) -> None:
    said = explained(profile, a_text(**facts))
    assert (said["state"], said["serves"], said["by"]) == (state, False, "nothing")
    assert said["reason"]
    assert said["remedy"]


def test_a_licence_for_another_pbx_is_compared_with_the_settings(profile: CliProfile) -> None:
    text = a_text(pbx=("pbx.kanzlei.example",))
    assert explained(profile, text)["state"] == "valid"
    profile.settings('[starface]\nhost = "other.example"\n')
    assert explained(profile, text)["state"] == "other-pbx"


@pytest.mark.parametrize(
    ("spoil", "state", "flaw"),
    [
        (lambda text: text[:200] + "A" + text[201:], "tampered", "damaged"),
        (lambda text: text.replace("2", "3", 1), "tampered", "damaged"),
        (lambda _: "Lizenz folgt per Post", "tampered", "foreign"),
        (lambda text: text + text, "tampered", "several"),
        (lambda _: "A" * 1_000_000, "tampered", "too-long"),
        (lambda _: a_text(signed.OTHER_KEY), "unknown-key", "unknown-key"),
    ],
)
def test_a_text_that_is_no_licence_fails_with_words(
    profile: CliProfile, spoil: Callable[[str], str], state: str, flaw: str
) -> None:
    said, told = refused(profile, spoil(a_text()))
    assert (said["state"], said["flaw"], said["licence"]) == (state, flaw, None)
    assert said["reason"] in told
    assert said["remedy"] in told


def test_an_empty_text_and_a_missing_file_fail(profile: CliProfile, tmp_path: Path) -> None:
    (tmp_path / "empty").write_text(" \n")
    assert "empty" in profile.failed(1, "licence", "show", str(tmp_path / "empty"))
    profile.failed(1, "licence", "show", str(tmp_path / "away"))


def test_standard_input_is_read_as_well(profile: CliProfile) -> None:
    result = profile.run("licence", "show", "-", "--json", answer=a_text())
    assert json.loads(result.stdout)["state"] == "valid"


def test_other_keys_explain_a_text_and_nothing_else(
    profile: CliProfile, key: str, tmp_path: Path
) -> None:
    text = issued(profile, key)["text"]
    said, _ = refused(profile, text)
    assert said["state"] == "unknown-key"
    public = tmp_path / "keys.toml"
    made = profile.done(
        "licence", "issue", "--new-key", str(tmp_path / "next.toml"), "--key-id", "vendor-2"
    )
    public.write_text(made + issuing_entry(key))
    assert explained(profile, text, "--keys", str(public))["state"] == "valid"
    profile.failed(2, "licence", "show", "--keys", str(public))
    public.write_text("no keys")
    profile.failed(1, "licence", "show", str(tmp_path / "text"), "--keys", str(public))


def issuing_entry(key: str) -> str:
    return read_key(Path(key)).entry()


def test_no_setting_and_no_variable_adds_a_key(
    profile: CliProfile, key: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    public = tmp_path / "keys.toml"
    public.write_text(issuing_entry(key))
    for name in ("KEYS", "LICENCE_KEYS", "VENDOR_KEYS", "SHOW_KEYS", "LICENCE_SHOW_KEYS"):
        monkeypatch.setenv(f"DATEV_CONNECTOR_{name}", str(public))
        monkeypatch.setenv(name, str(public))
    assert refused(profile, issued(profile, key)["text"])[0]["state"] == "unknown-key"


# --- show -----------------------------------------------------------------------------------------


def test_what_is_in_effect_is_shown_and_nothing_begun_by_it(profile: CliProfile) -> None:
    said = profile.json("licence", "show")
    assert (said["state"], said["serves"], said["by"]) == ("none", True, "trial")
    with profile.store() as store:
        assert store.noted("licence") is None
    (profile.folder / "licence.txt").write_text(a_text(), "utf-8-sig")
    said = profile.json("licence", "show")
    assert (said["state"], said["by"], said["origin"]) == ("valid", "licence", "file")
    assert said["file"] == str(profile.folder / "licence.txt")
    assert "Kanzlei Sommer" in profile.done("licence", "show")


def test_a_licence_file_that_cannot_be_read_is_named(profile: CliProfile, tmp_path: Path) -> None:
    away = tmp_path / "away.txt"
    profile.settings(f"[general]\nlicence_file = '{away}'\n")
    said = profile.json("licence", "show")
    assert (said["state"], said["by"], said["mender"]) == ("none", "trial", "windows-admin")
    assert "file cannot be read" in said["reason"]
    assert str(away) in profile.done("licence", "show")


def test_what_a_connector_has_left_is_shown(profile: CliProfile) -> None:
    at = datetime.now(UTC)
    ago = at - 100 * DAY
    seen = Seen(first_start=ago, lived=at, clock=at, valid_at=at - 10 * DAY)
    with profile.store() as store:
        keep(store, Kept(seen=seen))
    said = profile.json("licence", "show")
    assert (said["state"], said["serves"], said["by"]) == ("none", True, "grace")
    with profile.store() as store:
        keep(store, Kept(seen=Seen(first_start=ago, lived=at, clock=at)))
    assert profile.json("licence", "show")["serves"] is False
    assert "no" in profile.done("licence", "show")


def test_a_clock_set_back_is_shown(profile: CliProfile) -> None:
    at = datetime.now(UTC)
    later = at + 40 * DAY
    with profile.store() as store:
        keep(store, Kept(seen=Seen(first_start=at, lived=later, clock=later)))
    said = profile.json("licence", "show")
    assert (said["state"], said["mender"]) == ("clock-set-back", "windows-admin")


def test_the_real_keys_believe_no_licence_of_the_tests(tmp_path: Path) -> None:
    file = tmp_path / "text"
    file.write_text(a_text())
    result = CliRunner().invoke(cli, ["licence", "show", str(file)], obj=Session())
    assert result.exit_code == 1
    assert not isinstance(signature.read(a_text(), keys.shipped()), Licence)
    assert keys.shipped().get(KEY.id) is None
