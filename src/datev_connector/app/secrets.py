"""Passwords and other secrets: from the environment or the operating system's keyring.

Nothing here raises because a keyring is missing, locked or silent: the answer says so, and what a
person can do about it. A keyring that does not answer in time is not asked again, since a person
at a locked desktop must not wait once per secret.
"""

from __future__ import annotations

import queue
import sys
import threading
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from typing import TYPE_CHECKING, Any, TypeVar, cast
from urllib.parse import urlsplit

from datev_connector.domain.wording import worded

if TYPE_CHECKING:
    from keyring.backend import KeyringBackend

    from datev_connector.app.settings.sections import Settings

SERVICE = "DatevConnector"
OF_THIS_COMPUTER = f"store@{SERVICE}"
"""The service of what is of no use on another computer."""
MOST_BYTES: int | None = 2560 if sys.platform == "win32" else None
"""What Windows keeps of one secret (CRED_MAX_CREDENTIAL_BLOB_SIZE), which is in UTF-16 there."""
TIMEOUT_S = 10.0
"""Long enough to unlock a keyring by fingerprint or a short password."""

Answer = TypeVar("Answer")


class SecretKind(StrEnum):
    """What a secret opens."""

    STARFACE_PASSWORD = "starface-password"  # noqa: S105  # a name
    CLIENT_SECRET = "starface-client-secret"  # noqa: S105  # a name
    DATEV_PASSWORD = "datev-password"  # noqa: S105  # a name

    @property
    def variable(self) -> str:
        """The environment variable that overrides the keyring."""
        return {
            SecretKind.STARFACE_PASSWORD: "DATEV_CONNECTOR_PASSWORD",
            SecretKind.CLIENT_SECRET: "DATEV_CONNECTOR_CLIENT_SECRET",
            SecretKind.DATEV_PASSWORD: "DATEV_CONNECTOR_DATEV_PASSWORD",
        }[self]


class SecretSource(StrEnum):
    """Where a secret was found, or why it was not."""

    ENVIRONMENT = "environment"
    KEYRING = "keyring"
    MISSING = "missing"
    UNAVAILABLE = "unavailable"


@dataclass(frozen=True, slots=True, kw_only=True)
class Secret:
    """The answer to the question for one secret."""

    source: SecretSource
    value: str = field(default="", repr=False)
    reason: str = ""
    """For a person: what is missing and what to do; empty if the secret was found."""

    @property
    def found(self) -> bool:
        """True if there is a value to use."""
        return self.source in {SecretSource.ENVIRONMENT, SecretSource.KEYRING}


@dataclass(frozen=True, slots=True, kw_only=True)
class Passwords:
    """The secrets that a connector goes by; each is empty where there is none."""

    starface: str = field(default="", repr=False)
    client_secret: str = field(default="", repr=False)
    """That of OAuth."""
    datev: str = field(default="", repr=False)
    """That of the user of DATEVconnect."""

    def of(self, kind: SecretKind) -> str:
        """One of them."""
        return {
            SecretKind.STARFACE_PASSWORD: self.starface,
            SecretKind.CLIENT_SECRET: self.client_secret,
            SecretKind.DATEV_PASSWORD: self.datev,
        }[kind]

    @property
    def all(self) -> frozenset[str]:
        """Those that are there."""
        return frozenset(filter(None, map(self.of, SecretKind)))


@dataclass(frozen=True, slots=True, kw_only=True)
class Account:
    """Whose secret it is."""

    kind: SecretKind
    host: str
    login: str

    @property
    def name(self) -> str:
        """As the keyring knows it."""
        return account_of(self.kind, host=self.host, login=self.login)


class KeyringUnavailable(Exception):
    """No keyring, a locked one, or one that does not answer; the text says which."""


class Vault:
    """The operating system's keyring, as far as this program uses it."""

    def __init__(
        self,
        *,
        timeout_s: float = TIMEOUT_S,
        find_backend: Callable[[], KeyringBackend] | None = None,
        service: str = SERVICE,
        most_bytes: int | None = MOST_BYTES,
    ) -> None:
        """Asks no one yet; `find_backend` stands in for the choice of the platform's keyring.

        `most_bytes`: how long a secret may be in UTF-16; None: of any length.
        """
        self._timeout_s = timeout_s
        self._find_backend = find_backend or _platform_backend
        self._service = service
        self._most_bytes = most_bytes
        self._silent = False

    def of_this_computer(self) -> Vault:
        """The same keyring, for what must not go with the user to other computers."""
        there = Vault(
            timeout_s=self._timeout_s,
            find_backend=lambda: _staying(self._find_backend()),
            service=OF_THIS_COMPUTER,
            most_bytes=self._most_bytes,
        )
        there._silent = self._silent
        return there

    def get(self, account: str) -> str | None:
        """The secret of an account, None if there is none; raises `KeyringUnavailable`."""
        return self._ask(lambda backend: backend.get_password(self._service, account))

    def set(self, account: str, secret: str) -> None:
        """Keeps a secret, and makes sure of it; raises `KeyringUnavailable`."""
        if self._most_bytes is not None and _length(secret) > self._most_bytes:
            raise KeyringUnavailable(
                worded(
                    "the secret is too long: Windows keeps at most {limit} characters",
                    limit=self._most_bytes // 2,
                )
            )

        def keep(backend: KeyringBackend) -> str | None:
            backend.set_password(self._service, account, secret)
            return backend.get_password(self._service, account)

        if self._ask(keep) != secret:
            raise KeyringUnavailable(worded("the keyring did not keep what it was given"))

    def delete(self, account: str) -> None:
        """Forgets a secret if it is there; raises `KeyringUnavailable`."""

        def forget(backend: KeyringBackend) -> None:
            if backend.get_password(self._service, account) is not None:
                backend.delete_password(self._service, account)

        self._ask(forget)

    def _ask(self, question: Callable[[KeyringBackend], Answer]) -> Answer:
        """Asks in a thread of its own, since a keyring may wait for a person for ever."""
        if self._silent:
            raise KeyringUnavailable(
                worded("the keyring did not answer before and is not asked again")
            )
        answers: queue.SimpleQueue[Answer | Exception] = queue.SimpleQueue()

        def work() -> None:
            try:
                answers.put(question(self._usable_backend()))
            except Exception as fault:  # noqa: BLE001  # border: each system raises errors of its own
                answers.put(fault)

        threading.Thread(target=work, name="keyring", daemon=True).start()
        try:
            answer = answers.get(timeout=self._timeout_s)
        except queue.Empty:
            self._silent = True
            raise KeyringUnavailable(
                worded(
                    "the keyring did not answer within {seconds:g} seconds; is it locked?",
                    seconds=self._timeout_s,
                )
            ) from None
        if isinstance(answer, KeyringUnavailable):
            raise answer
        if isinstance(answer, Exception):
            raise KeyringUnavailable(
                worded("the keyring refused: {why}", why=_in_words(answer))
            ) from answer
        return answer

    def _usable_backend(self) -> KeyringBackend:
        from keyring.backends import fail, null

        backend = self._find_backend()
        if isinstance(backend, fail.Keyring | null.Keyring):
            raise KeyringUnavailable(worded("this system has no keyring"))
        return backend


def _platform_backend() -> KeyringBackend:
    import keyring  # late: it looks for every keyring there is

    return keyring.get_keyring()


def _staying(backend: KeyringBackend) -> KeyringBackend:
    """The keyring itself; that of Windows lets what it keeps roam with the user unless told not to.

    It is told on an object of its own, since the usual one keeps passwords, which may roam.
    """
    if type(backend).__name__ != "WinVaultKeyring":
        return backend
    own: Any = type(backend)()
    own.persist = "local machine"
    return cast("KeyringBackend", own)


def _length(secret: str) -> int:
    return len(secret.encode("utf-16-le", "surrogatepass"))


def _in_words(fault: Exception) -> str:
    return f"{type(fault).__name__}: {fault}" if str(fault) else type(fault).__name__


def account_of(kind: SecretKind, *, host: str, login: str) -> str:
    """The keyring account of a secret: one for each server and user."""
    return f"{kind.value} {login}@{host}"


def read_secret(
    kind: SecretKind, *, host: str, login: str, vault: Vault, environment: Mapping[str, str]
) -> Secret:
    """A secret, from the environment if it is set there, otherwise from the keyring."""
    override = environment.get(kind.variable, "")
    if override:
        return Secret(source=SecretSource.ENVIRONMENT, value=override)
    account = account_of(kind, host=host, login=login)
    try:
        kept = vault.get(account)
    except KeyringUnavailable as fault:
        reason = worded("{fault}; set {variable} instead", fault=str(fault), variable=kind.variable)
        return Secret(source=SecretSource.UNAVAILABLE, reason=reason)
    if not kept:
        return Secret(source=SecretSource.MISSING, reason=_how_to_keep(kind, account))
    return Secret(source=SecretSource.KEYRING, value=kept)


def _how_to_keep(kind: SecretKind, account: str) -> str:
    return worded(
        'the keyring has no entry {entry}; keep it there with keyring set {service} "{account}", '
        "or set {variable}",
        entry=repr(account),
        account=account,
        service=SERVICE,
        variable=kind.variable,
    )


def accounts(settings: Settings) -> tuple[Account, ...]:
    """Whose secrets these settings need: only of servers and users that they name."""
    starface, datev = settings.starface, settings.datev
    found: list[Account] = []
    if starface.host and starface.login:
        found += [
            Account(kind=kind, host=starface.host, login=starface.login)
            for kind in (SecretKind.STARFACE_PASSWORD, SecretKind.CLIENT_SECRET)
        ]
    if datev.connect_user:
        host = urlsplit(datev.connect_url).hostname or ""
        found.append(Account(kind=SecretKind.DATEV_PASSWORD, host=host, login=datev.connect_user))
    return tuple(found)
