"""SASL at the XMPP door (RFC 6120, section 6): PLAIN and SCRAM, judged by the PBX's accounts."""

from __future__ import annotations

import base64
from collections.abc import Callable, Generator
from dataclasses import dataclass
from hmac import compare_digest

from datev_connector.simulators.starface.accounts import Accounts
from datev_connector.simulators.starface.config import AuthMode, PbxUser, StarfaceConfig
from datev_connector.simulators.starface.oauth import OAuth
from datev_connector.simulators.starface.xmpp.config import Mechanism, XmppConfig
from datev_connector.simulators.starface.xmpp.scram import (
    BadScram,
    challenge,
    client_first,
    prepared,
    server_final,
)

HASHES = {Mechanism.SCRAM_SHA_1: "sha1", Mechanism.SCRAM_SHA_256: "sha256"}


class SaslFailure(Exception):
    """The answer is `<failure/>` with this condition."""

    def __init__(self, condition: str, text: str = "") -> None:
        super().__init__(text)
        self.condition = condition


@dataclass(frozen=True, slots=True, kw_only=True)
class Success:
    """Who signed in, and what goes with `<success/>`."""

    user: PbxUser
    final: str = ""


Exchange = Generator[str, str, Success]
"""Yields challenges, is sent responses, returns the success. Raises SaslFailure."""


class PasswordDesk:
    """Which passwords are good at the XMPP door.

    The plain password up to STARFACE 9, an access token in OAuth mode.
    """

    def __init__(
        self, pbx: StarfaceConfig, settings: XmppConfig, accounts: Accounts, oauth: OAuth
    ) -> None:
        self._settings = settings
        self._accounts = accounts
        self._oauth = oauth
        classic = pbx.auth_modes - {AuthMode.OAUTH}
        self._directory_only = classic == {AuthMode.ACTIVE_DIRECTORY}
        self._plain = bool(classic) or settings.passwords_beside_oauth
        if self._directory_only and not settings.directory_users:
            self._plain = settings.passwords_beside_oauth

    @property
    def mechanisms(self) -> tuple[Mechanism, ...]:
        """What is offered: SCRAM only where the PBX itself holds the password."""
        scram = self._plain and not self._directory_only
        return tuple(m for m in self._settings.mechanisms if scram or m is Mechanism.PLAIN)

    def plain(self, login: str, password: str) -> PbxUser | None:
        """The user if the password is right; counted either way."""
        bearer = self._oauth.user_of(password)
        if bearer is not None and bearer is self._accounts.find(login):
            user = self._accounts.prove(login, lambda _: True)
            if user is not None:
                attempts = self._accounts.attempts(user.login)
                attempts.bearer_logins += 1
                attempts.bad_in_a_row = 0
            return user
        return self._counted(login, lambda user: self._is_password(user, password))

    def scram(self, login: str, proves: Callable[[str], bool]) -> PbxUser | None:
        """The user if `proves` says so of the user's password; counted either way."""
        return self._counted(login, lambda user: proves(user.password))

    def _is_password(self, user: PbxUser, password: str) -> bool:
        return self._plain and compare_digest(user.password.encode(), password.encode())

    def _counted(self, login: str, proves: Callable[[PbxUser], bool]) -> PbxUser | None:
        user = self._accounts.prove(login, proves)
        if user is not None:
            self._accounts.count_login(user.login)
        return user


def begin(mechanism: str, initial: str | None, desk: PasswordDesk) -> Exchange:
    """The exchange for a mechanism, with the client's initial response if it sent one."""
    if mechanism not in desk.mechanisms:
        raise SaslFailure("invalid-mechanism")
    chosen = Mechanism(mechanism)
    return _plain(initial, desk) if chosen is Mechanism.PLAIN else _scram(chosen, initial, desk)


def decoded(text: str) -> str:
    """Base64 as SASL in XMPP uses it; `=` stands for nothing. Raises SaslFailure."""
    try:
        return base64.b64decode("" if text == "=" else text, validate=True).decode()
    except ValueError:
        raise SaslFailure("incorrect-encoding") from None


def _plain(initial: str | None, desk: PasswordDesk) -> Exchange:
    message = (yield "") if initial is None else initial
    parts = message.split("\0")
    if len(parts) != 3 or not parts[1]:
        raise SaslFailure("malformed-request")
    authzid, login, password = parts
    if authzid and authzid.partition("@")[0].casefold() != login.casefold():
        raise SaslFailure("invalid-authzid")
    user = desk.plain(login, password)
    if user is None:
        raise SaslFailure("not-authorized")
    return Success(user=user)


def _scram(mechanism: Mechanism, initial: str | None, desk: PasswordDesk) -> Exchange:
    try:
        asked = challenge(client_first((yield "") if initial is None else initial))
        response = yield asked.text
        finals: list[str] = []

        def proves(password: str) -> bool:
            final = server_final(asked, response, password, HASHES[mechanism])
            finals.extend([final] if final else [])
            return final is not None

        user = desk.scram(prepared(asked.first.username), proves)
    except BadScram as problem:
        raise SaslFailure("malformed-request", str(problem)) from problem
    if user is None:
        raise SaslFailure("not-authorized")
    return Success(user=user, final=finals[0])
