"""Secrets in the Credential Manager of Windows, kept and forgotten by the program's own vault."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from keyring.backends.Windows import WinVaultKeyring

from datev_connector.app.folders import Profile
from datev_connector.app.installing.erasing import is_ours
from datev_connector.app.secrets import (
    OF_THIS_COMPUTER,
    KeyringUnavailable,
    SecretKind,
    SecretSource,
    Vault,
    account_of,
    read_secret,
)
from datev_connector.app.store_key import KeyPlace, store_key
from tests.windows.windows_process import StartProcess

PATIENCE_S = 60.0
"""It is the tests that keep the machine busy."""
ACCOUNTS = [
    account_of(kind, host="telefon.kanzlei.test", login=login)
    for kind in SecretKind
    for login in ("0123", "müller")
]
SECRETS = ["ß ' \" \\ %PATH%", "Grüße, 你好 😀", "0" * 64, " ", "x" * 1000, "kurz"]


@pytest.fixture(autouse=True)
def usual_keyring(monkeypatch: pytest.MonkeyPatch) -> None:
    """The one that the program finds by itself, here and in processes beside."""
    monkeypatch.delenv("PYTHON_KEYRING_BACKEND")


@pytest.fixture
def vault() -> Iterator[Vault]:
    vault = Vault(timeout_s=PATIENCE_S, find_backend=WinVaultKeyring)
    yield vault
    for account in ACCOUNTS:
        vault.delete(account)


def test_it_is_what_the_program_takes_on_windows(windows_process: StartProcess) -> None:
    code = "import keyring; print(type(keyring.get_keyring()).__name__)"
    assert windows_process("-c", code).line() == "WinVaultKeyring"


def test_many_secrets_are_kept_side_by_side_changed_and_forgotten(vault: Vault) -> None:
    for account, secret in zip(ACCOUNTS, SECRETS, strict=True):
        vault.set(account, secret)
    assert [vault.get(account) for account in ACCOUNTS] == SECRETS

    vault.set(ACCOUNTS[0], "new")
    vault.delete(ACCOUNTS[1])
    vault.delete(ACCOUNTS[1])

    expected = ["new", None, *SECRETS[2:]]
    assert [vault.get(account) for account in ACCOUNTS] == expected


def test_another_process_reads_what_this_one_keeps(
    vault: Vault, windows_process: StartProcess
) -> None:
    vault.set(ACCOUNTS[0], "Grüße")
    code = (
        "import sys; from datev_connector.app.secrets import Vault;"
        "print(ascii(Vault(timeout_s=60).get(sys.stdin.readline().strip())))"
    )
    process = windows_process("-X", "utf8", "-c", code)
    process.tell(ACCOUNTS[0])
    assert process.line() == ascii("Grüße")


def test_a_secret_that_is_not_there_is_missing_and_one_in_the_environment_goes_first(
    vault: Vault,
) -> None:
    def secret(**environment: str) -> tuple[SecretSource, str]:
        found = read_secret(
            SecretKind.STARFACE_PASSWORD,
            host="telefon.kanzlei.test",
            login="0123",
            vault=vault,
            environment=environment,
        )
        return found.source, found.value

    assert secret() == (SecretSource.MISSING, "")
    vault.set(ACCOUNTS[0], "geheim")
    assert secret() == (SecretSource.KEYRING, "geheim")
    assert secret(DATEV_CONNECTOR_PASSWORD="x") == (SecretSource.ENVIRONMENT, "x")


def kept() -> dict[str, tuple[int, str]]:
    """How far each entry of ours goes with the user, and whose it is; by its place."""
    from win32ctypes.pywin32 import win32cred  # type: ignore[import-not-found] # has no types

    return {
        entry["TargetName"]: (entry["Persist"], entry["UserName"])
        for entry in win32cred.CredEnumerate(None, 0)
        if is_ours(entry["TargetName"])
    }


LOCAL_MACHINE, ENTERPRISE = 2, 3


def test_passwords_roam_and_the_key_of_the_store_stays_where_the_store_is(
    profile: Profile, vault: Vault
) -> None:
    vault.set(ACCOUNTS[0], "geheim")
    store_key(profile, vault, store_exists=False)
    vault.set(ACCOUNTS[1], "geheim")
    there = kept()
    roams = {user: persist == ENTERPRISE for persist, user in there.values()}
    assert roams.pop(ACCOUNTS[0])
    assert roams.pop(ACCOUNTS[1])
    assert not any(roams.values())
    assert {place for place, (persist, _) in there.items() if persist == LOCAL_MACHINE} >= {
        OF_THIS_COMPUTER
    }


@pytest.mark.parametrize(("secret", "fits"), [("x" * 1280, True), ("x" * 1281, False)])
def test_what_windows_itself_would_refuse_is_refused(vault: Vault, secret: str, fits: bool) -> None:
    if fits:
        vault.set(ACCOUNTS[0], secret)
        assert vault.get(ACCOUNTS[0]) == secret
        return
    with pytest.raises(KeyringUnavailable, match="1280 characters"):
        vault.set(ACCOUNTS[0], secret)
    assert vault.get(ACCOUNTS[0]) is None


def test_the_key_of_the_store_is_kept_there(profile: Profile) -> None:
    vault = Vault(timeout_s=PATIENCE_S, find_backend=WinVaultKeyring)

    made = store_key(profile, vault, store_exists=False)
    again = store_key(profile, vault, store_exists=True)

    assert (made.place, made.warning) == (KeyPlace.KEYRING, "")
    assert again == made
    assert made.key.hex().encode() not in profile.key_file.read_bytes()
