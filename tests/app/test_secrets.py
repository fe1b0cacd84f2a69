from __future__ import annotations

import pytest
from keyring.backend import KeyringBackend
from keyring.backends import fail, null

from datev_connector.app.secrets import (
    KeyringUnavailable,
    Secret,
    SecretKind,
    SecretSource,
    Vault,
    account_of,
    read_secret,
)
from tests.app.keyrings import ForgetfulKeyring, HangingKeyring, LockedKeyring, MemoryKeyring

ACCOUNT = "starface-password 0123@pbx"


def vault_of(backend: KeyringBackend, timeout_s: float = 10) -> Vault:
    return Vault(timeout_s=timeout_s, find_backend=lambda: backend)


def ask(vault: Vault, environment: dict[str, str] | None = None) -> Secret:
    return read_secret(
        SecretKind.STARFACE_PASSWORD,
        host="pbx",
        login="0123",
        vault=vault,
        environment=environment or {},
    )


def test_a_secret_comes_from_the_keyring_by_server_and_user() -> None:
    vault = vault_of(MemoryKeyring())
    vault.set(ACCOUNT, "geheim")

    assert account_of(SecretKind.STARFACE_PASSWORD, host="pbx", login="0123") == ACCOUNT
    answer = ask(vault)
    assert (answer.found, answer.value, answer.source) == (True, "geheim", SecretSource.KEYRING)
    assert "geheim" not in repr(answer)


@pytest.mark.parametrize(
    ("kind", "variable"),
    [
        (SecretKind.STARFACE_PASSWORD, "DATEV_CONNECTOR_PASSWORD"),
        (SecretKind.CLIENT_SECRET, "DATEV_CONNECTOR_CLIENT_SECRET"),
        (SecretKind.DATEV_PASSWORD, "DATEV_CONNECTOR_DATEV_PASSWORD"),
    ],
)
def test_the_environment_overrides_without_asking_the_keyring(
    kind: SecretKind, variable: str
) -> None:
    answer = read_secret(
        kind,
        host="pbx",
        login="0123",
        vault=vault_of(LockedKeyring()),
        environment={variable: "geheim"},
    )
    assert (answer.value, answer.source) == ("geheim", SecretSource.ENVIRONMENT)


def test_an_empty_variable_overrides_nothing() -> None:
    vault = vault_of(MemoryKeyring())
    vault.set(ACCOUNT, "geheim")
    assert ask(vault, {"DATEV_CONNECTOR_PASSWORD": ""}).value == "geheim"


def test_a_missing_secret_says_how_to_keep_it() -> None:
    answer = ask(vault_of(MemoryKeyring()))

    assert (answer.found, answer.source) == (False, SecretSource.MISSING)
    assert f'keyring set DatevConnector "{ACCOUNT}"' in answer.reason
    assert "DATEV_CONNECTOR_PASSWORD" in answer.reason


@pytest.mark.parametrize(
    ("backend", "reason"),
    [
        (fail.Keyring(), "this system has no keyring"),
        (null.Keyring(), "this system has no keyring"),
        (LockedKeyring(), "the keyring refused: KeyringLocked: dismissed by the user"),
    ],
)
def test_no_or_a_locked_keyring_is_a_clear_answer(backend: KeyringBackend, reason: str) -> None:
    answer = ask(vault_of(backend))

    assert (answer.found, answer.source) == (False, SecretSource.UNAVAILABLE)
    assert answer.reason == f"{reason}; set DATEV_CONNECTOR_PASSWORD instead"


def test_the_platform_is_asked_unless_told_otherwise() -> None:
    assert ask(Vault()).source is SecretSource.UNAVAILABLE


def test_a_silent_keyring_is_waited_for_once_only() -> None:
    backend = HangingKeyring()
    vault = vault_of(backend, timeout_s=0.01)
    try:
        first, second = ask(vault), ask(vault)
    finally:
        backend.released.set()

    assert "did not answer within 0.01 seconds" in first.reason
    assert "is not asked again" in second.reason
    assert backend.asked == 1


def test_a_keyring_that_forgets_is_found_out() -> None:
    with pytest.raises(KeyringUnavailable, match="did not keep"):
        vault_of(ForgetfulKeyring()).set(ACCOUNT, "geheim")


@pytest.mark.parametrize(
    ("secret", "fits"),
    [("x" * 1280, True), ("x" * 1281, False), ("😀" * 640, True), ("😀" * 641, False)],
)
def test_what_windows_would_not_keep_is_refused_in_words(secret: str, fits: bool) -> None:
    vault = Vault(find_backend=MemoryKeyring, most_bytes=2560)
    if fits:
        vault.set(ACCOUNT, secret)
        return
    with pytest.raises(KeyringUnavailable, match="at most 1280 characters") as refused:
        vault.set(ACCOUNT, secret)
    assert secret[0] * 9 not in str(refused.value)


def test_what_is_of_this_computer_does_not_hide_what_is_not() -> None:
    backend = MemoryKeyring()
    vault = vault_of(backend)
    here = vault.of_this_computer()
    vault.set(ACCOUNT, "roams")
    here.set(ACCOUNT, "stays")
    assert (vault.get(ACCOUNT), here.get(ACCOUNT)) == ("roams", "stays")
    here.delete(ACCOUNT)
    assert vault.get(ACCOUNT) == "roams"


def test_forgetting_is_done_once_and_again() -> None:
    vault = vault_of(MemoryKeyring())
    vault.set(ACCOUNT, "geheim")
    vault.delete(ACCOUNT)
    vault.delete(ACCOUNT)
    assert vault.get(ACCOUNT) is None


def test_an_error_without_words_is_named() -> None:
    class Broken(MemoryKeyring):
        def get_password(self, service: str, username: str) -> str | None:
            raise ConnectionResetError

    with pytest.raises(KeyringUnavailable, match="refused: ConnectionResetError$"):
        vault_of(Broken()).get(ACCOUNT)
