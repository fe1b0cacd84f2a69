"""The settings behind their window: form, file, keyring, and what the connector is told."""

from __future__ import annotations

import tomllib
from collections.abc import Callable
from concurrent.futures import Future
from dataclasses import dataclass, field
from pathlib import Path
from typing import TypeVar

import pytest
from keyring.backend import KeyringBackend
from keyring.backends import fail
from keyring.errors import PasswordDeleteError

from datev_connector.app.folders import Profile
from datev_connector.app.secrets import Passwords, SecretKind, Vault
from datev_connector.app.settings import (
    OPTIONS,
    Layer,
    Origin,
    Settings,
    file_layer,
    load_settings,
    policy_layer,
)
from datev_connector.app.windows.known_secrets import KnownSecrets
from datev_connector.app.windows.settings import ProfileSettings
from datev_connector.desktop.ports import FieldKind, Refused, Saved
from datev_connector.domain.wording import Worded
from tests.app.keyrings import ForgetfulKeyring, LockedKeyring, MemoryKeyring

SERVICE = "DatevConnector"
STARFACE = "secret.starface-password"
CLIENT = "secret.starface-client-secret"
DATEV = "secret.datev-password"
Answer = TypeVar("Answer")


class AtOnce:
    """Does work where it is asked for."""

    def do(self, work: Callable[[], Answer]) -> Future[Answer]:
        future = Future[Answer]()
        future.set_result(work())
        return future


@dataclass
class Notebook:
    """Writes down what a connector is to follow."""

    followed: list[tuple[Settings, Passwords]] = field(default_factory=list)
    remarks: tuple[str, ...] = ()

    def follow(self, settings: Settings, passwords: Passwords) -> tuple[str, ...]:
        self.followed.append((settings, passwords))
        return self.remarks


@dataclass
class Desk:
    settings: ProfileSettings
    connector: Notebook
    profile: Profile
    hidden: list[str]

    def save(self, changes: dict[str, str | int | bool]) -> Saved:
        return self.settings.save(changes).result(20)

    @property
    def passwords(self) -> Passwords:
        return self.connector.followed[-1][1]

    @property
    def kept(self) -> str:
        return self.profile.settings_file.read_text("utf-8")


def desk(
    folder: Path,
    text: str = "[starface]\nhost = 'pbx'\nlogin = '0123'\n",
    *,
    keyring: KeyringBackend | None = None,
    environment: dict[str, str] | None = None,
    policies: tuple[Layer, ...] = (),
    passwords: Passwords | None = None,
) -> Desk:
    profile = Profile(
        root=folder,
        settings_file=folder / "config" / "settings.toml",
        machine_settings_file=folder / "machine.toml",
        logs_folder=folder,
    )
    if text:
        profile.settings_file.parent.mkdir()
        profile.settings_file.write_text(text, "utf-8")
    own = file_layer(Origin.USER_FILE, profile.settings_file)
    machine = file_layer(Origin.MACHINE_FILE, profile.machine_settings_file)
    layers = [layer for layer in (own, machine) if layer is not None]
    connector, hidden = Notebook(), list[str]()
    backend = keyring or MemoryKeyring()
    settings = ProfileSettings(
        AtOnce(),
        connector,
        profile=profile,
        loaded=load_settings([*policies, *layers], mend_policies=True),
        passwords=passwords or Passwords(),
        secrets=KnownSecrets(
            Vault(find_backend=lambda: backend), environment or {}, hide=hidden.append
        ),
        policies=policies,
    )
    return Desk(settings, connector, profile, hidden)


# --- the form -----------------------------------------------------------------------------------


def test_the_form_has_every_option_and_every_secret(tmp_path: Path) -> None:
    form = desk(tmp_path, passwords=Passwords(starface="geheim")).settings.form()
    names = [one.name for one in form.fields]
    assert names == [*(option.name for option in OPTIONS), STARFACE, CLIENT, DATEV]
    assert form.field("starface.host").value == "pbx"
    port = form.field("starface.https_port")
    assert (port.kind, port.value, port.minimum, port.maximum) == (FieldKind.NUMBER, 443, 1, 65535)
    transport = form.field("starface.transport")
    assert (transport.kind, type(transport.value)) == (FieldKind.CHOICE, str)
    assert transport.choices == ("auto", "xmpp", "https")
    assert form.field("calls.open_window").kind is FieldKind.SWITCH
    assert form.field(STARFACE).value is True
    assert form.field(CLIENT).value is False
    assert "geheim" not in repr(form)


def test_the_form_says_where_a_value_comes_from_and_what_is_usual(tmp_path: Path) -> None:
    (tmp_path / "machine.toml").write_text("[dial_plan]\narea_code = '721'\ncountry = 'AT'\n")
    values = {"starface": {"https_port": 8443}}
    fixed = policy_layer(Origin.MACHINE_POLICY, "the policy of the office", values)
    text = "[dial_plan]\narea_code = '30'\n"
    form = desk(tmp_path, text, policies=(fixed,)).settings.form()
    own = form.field("dial_plan.area_code")
    assert (own.value, own.default, own.origin, own.locked) == ("30", "721", "", False)
    assert "machine.toml" in form.field("dial_plan.country").origin
    locked = form.field("starface.https_port")
    assert locked.locked
    assert "the policy of the office" in locked.origin
    assert isinstance(locked.origin, Worded)
    assert form.field("calls.open_window").origin == ""


# --- file ---------------------------------------------------------------------------------------


def test_what_is_saved_is_kept_shown_and_followed(tmp_path: Path) -> None:
    here = desk(tmp_path)
    saved = here.save({"dial_plan.area_code": "0721", "calls.prefer_datev": True})
    assert (saved.flaws, saved.remarks) == ((), ())
    assert saved.form.field("dial_plan.area_code").value == "721"
    assert here.settings.form() == saved.form
    assert tomllib.loads(here.kept)["dial_plan"] == {"area_code": "721"}
    assert here.connector.followed[-1][0].dial_plan.area_code == "721"


def test_the_first_settings_make_the_file(tmp_path: Path) -> None:
    here = desk(tmp_path, "")
    here.save({"starface.host": "pbx", "starface.login": "0123", STARFACE: "geheim"})
    assert here.kept.startswith("# Settings of")
    assert here.passwords.starface == "geheim"


def test_flaws_of_options_and_secrets_change_nothing(tmp_path: Path) -> None:
    here = desk(tmp_path)
    before = here.kept
    saved = here.save({"starface.https_port": 0, "dial_plan.area_code": "30", STARFACE: "x"})
    assert [flaw.name for flaw in saved.flaws] == ["starface.https_port"]
    saved = here.save({STARFACE: "a\0b", "dial_plan.area_code": "30"})
    assert [flaw.name for flaw in saved.flaws] == [STARFACE]
    saved = here.save({DATEV: "geheim", "dial_plan.area_code": "30"})
    assert [flaw.name for flaw in saved.flaws] == [DATEV], "nobody knows whose it would be"
    assert isinstance(saved.flaws[0].text, Worded)
    assert here.kept == before
    assert here.connector.followed == []


def test_a_file_that_is_wrong_is_refused_by_name_and_line(tmp_path: Path) -> None:
    here = desk(tmp_path)
    here.profile.settings_file.write_text("[starface]\nhost = 'pbx'\nlogin == 1\n")
    with pytest.raises(Refused) as refused:
        here.save({"dial_plan.area_code": "30"})
    assert f"{here.profile.settings_file}, line 3" in refused.value.what
    assert refused.value.remedy
    assert here.kept.endswith("login == 1\n")
    assert here.connector.followed == []


def test_a_file_in_an_unusual_way_is_refused(tmp_path: Path) -> None:
    here = desk(tmp_path)
    here.profile.settings_file.unlink()
    here.profile.settings_file.mkdir()
    with pytest.raises(Refused):
        here.save({"dial_plan.area_code": "30"})


def test_a_folder_that_cannot_be_written_is_refused(tmp_path: Path) -> None:
    keyring = MemoryKeyring()
    here = desk(tmp_path, keyring=keyring)
    (here.profile.settings_file.parent / "settings.toml.new").mkdir()
    with pytest.raises(Refused) as refused:
        here.save({"dial_plan.area_code": "30", STARFACE: "geheim"})
    assert "cannot be written" in refused.value.what
    assert keyring.entries == {}
    assert here.connector.followed == []
    assert here.settings.form().field("dial_plan.area_code").value == ""


def test_what_counts_from_the_next_start_on_is_said(tmp_path: Path) -> None:
    here = desk(tmp_path)
    here.connector.remarks = ("later",)
    saved = here.save({"general.language": "de"})
    assert saved.remarks[0] == "later"
    assert "next start" in saved.remarks[1]


# --- secrets ------------------------------------------------------------------------------------


def test_a_password_goes_to_the_keyring_and_counts_at_once(tmp_path: Path) -> None:
    keyring = MemoryKeyring()
    here = desk(tmp_path, keyring=keyring)
    saved = here.save({STARFACE: " geheim "})
    assert saved.remarks == ()
    assert saved.form.field(STARFACE).value is True
    assert keyring.entries == {(SERVICE, "starface-password 0123@pbx"): "geheim"}
    assert here.passwords.starface == "geheim"
    assert here.hidden == ["geheim"]
    assert "geheim" not in here.kept


@pytest.mark.parametrize("entry", ["", True])
def test_an_empty_entry_leaves_the_password(tmp_path: Path, entry: str | bool) -> None:
    here = desk(tmp_path, passwords=Passwords(starface="geheim"))
    here.save({STARFACE: entry, "dial_plan.area_code": "30"})
    assert here.passwords.starface == "geheim"


def test_a_password_is_removed(tmp_path: Path) -> None:
    keyring = MemoryKeyring()
    here = desk(tmp_path, keyring=keyring)
    here.save({STARFACE: "geheim", CLIENT: "beides"})
    saved = here.save({STARFACE: False})
    assert keyring.entries == {(SERVICE, "starface-client-secret 0123@pbx"): "beides"}
    assert here.passwords == Passwords(client_secret="beides")
    assert saved.form.field(STARFACE).value is False


class KeepingKeyring(MemoryKeyring):
    """Gives nothing away any more."""

    def delete_password(self, service: str, username: str) -> None:
        raise PasswordDeleteError("not now")


def test_a_removed_password_counts_no_more_although_the_keyring_holds_it(tmp_path: Path) -> None:
    here = desk(tmp_path, keyring=KeepingKeyring())
    here.save({STARFACE: "geheim"})
    (remark,) = here.save({STARFACE: False}).remarks
    assert "may still hold" in remark
    here.save({"dial_plan.area_code": "30"})
    assert here.passwords.starface == ""


def test_a_password_that_is_nobodys_can_be_removed(tmp_path: Path) -> None:
    saved = desk(tmp_path, "").save({STARFACE: False, "dial_plan.area_code": "30"})
    assert saved.flaws == ()


@pytest.mark.parametrize("keyring", [LockedKeyring(), ForgetfulKeyring(), fail.Keyring()])
def test_without_a_keyring_a_password_counts_for_this_run(
    tmp_path: Path, keyring: KeyringBackend
) -> None:
    here = desk(tmp_path, keyring=keyring)
    (remark,) = here.save({STARFACE: "geheim"}).remarks
    assert isinstance(remark, Worded)
    assert "until the program ends" in remark
    here.save({"dial_plan.area_code": "30"})
    assert here.passwords.starface == "geheim"


def test_another_account_has_a_password_of_its_own(tmp_path: Path) -> None:
    keyring = MemoryKeyring()
    keyring.entries[SERVICE, "starface-password 0124@pbx"] = "anders"
    here = desk(tmp_path, keyring=keyring, passwords=Passwords(starface="geheim"))
    assert here.save({"starface.login": "0124"}).remarks == ()
    assert here.passwords.starface == "anders"
    assert "anders" in here.hidden

    saved = here.save({"starface.host": "elsewhere"})
    (remark,) = saved.remarks
    assert "0124" in remark
    assert "elsewhere" in remark
    assert here.passwords == Passwords()
    assert saved.form.field(STARFACE).value is False

    here.save({"starface.host": "pbx", "starface.login": "0123"})
    assert here.passwords.starface == "geheim"


def test_a_password_belongs_to_the_account_that_is_set_with_it(tmp_path: Path) -> None:
    keyring = MemoryKeyring()
    here = desk(tmp_path, keyring=keyring)
    here.save({"datev.connect_user": "otto", DATEV: "geheim"})
    assert keyring.entries == {(SERVICE, "datev-password otto@localhost"): "geheim"}
    here.save({"datev.connect_user": ""})
    assert here.passwords == Passwords()


def test_a_secret_of_the_environment_is_locked(tmp_path: Path) -> None:
    variable = SecretKind.STARFACE_PASSWORD.variable
    here = desk(tmp_path, environment={variable: "geheim"}, passwords=Passwords(starface="geheim"))
    field_ = here.settings.form().field(STARFACE)
    assert field_.locked
    assert variable in field_.origin
    (flaw,) = here.save({STARFACE: "anders"}).flaws
    assert variable in flaw.text
    here.save({"starface.login": "0124"})
    assert here.passwords.starface == "geheim"
