"""The secrets of this run, account by account: a secret never serves another server or user.

Where there is no keyring, what a person types is known until the program ends.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping

from datev_connector.app.secrets import (
    Account,
    KeyringUnavailable,
    Passwords,
    SecretKind,
    Vault,
    accounts,
    read_secret,
)
from datev_connector.app.settings import Settings


class KnownSecrets:
    """Looks in the environment, then in what was used in this run, then in the keyring."""

    def __init__(
        self,
        vault: Vault,
        environment: Mapping[str, str],
        *,
        hide: Callable[[str], None],
    ) -> None:
        """`hide` is told of every secret, so that no log shows it."""
        self._vault = vault
        self._environment = environment
        self._hide = hide
        self._known: dict[Account, str] = {}

    def remember(self, settings: Settings, passwords: Passwords) -> None:
        """These are in use for the accounts of these settings."""
        for account in accounts(settings):
            if passwords.of(account.kind) and not self.is_given(account.kind):
                self._known[account] = passwords.of(account.kind)

    def is_given(self, kind: SecretKind) -> bool:
        """Tell whether the environment gives it, so that nothing else counts."""
        return bool(self._environment.get(kind.variable))

    def passwords(self, settings: Settings) -> Passwords:
        """The secrets of the accounts of these settings. May take as long as the keyring."""
        found = {account.kind: self._of(account) for account in accounts(settings)}
        return Passwords(
            starface=found.get(SecretKind.STARFACE_PASSWORD, ""),
            client_secret=found.get(SecretKind.CLIENT_SECRET, ""),
            datev=found.get(SecretKind.DATEV_PASSWORD, ""),
        )

    def _of(self, account: Account) -> str:
        if account in self._known:
            return self._known[account]
        secret = read_secret(
            account.kind,
            host=account.host,
            login=account.login,
            vault=self._vault,
            environment=self._environment,
        )
        if secret.found:
            self._hide(secret.value)
        return secret.value

    def keep(self, account: Account, secret: str) -> str:
        """Know a secret from now on; return why it will be forgotten at the end, or nothing."""
        self._hide(secret)
        self._known[account] = secret
        try:
            self._vault.set(account.name, secret)
        except KeyringUnavailable as fault:
            return str(fault)
        return ""

    def forget(self, account: Account) -> str:
        """Have no secret of an account any more; return why the keyring still may, or nothing."""
        self._known[account] = ""
        try:
            self._vault.delete(account.name)
        except KeyringUnavailable as fault:
            return str(fault)
        return ""
