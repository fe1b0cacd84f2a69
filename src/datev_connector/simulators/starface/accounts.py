"""Who may sign in: tokens of all forms, counted attempts, locked accounts."""

from __future__ import annotations

import base64
import binascii
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from hashlib import md5, sha512
from hmac import compare_digest

from datev_connector.simulators.starface.config import AuthMode, PbxUser


@dataclass(slots=True, kw_only=True)
class Attempts:
    """Sign-in attempts for one login since the PBX was built."""

    good: int = 0
    bad: int = 0
    bad_in_a_row: int = 0
    while_locked: int = 0
    refreshes: int = 0
    """Access tokens had for a refresh token (OAuth); no password was shown."""

    bad_refreshes: int = 0
    bearer_logins: int = 0
    """Sign-ins at the XMPP door with an access token."""

    locked_until: datetime | None = None


def sha512_hex(text: str) -> str:
    """Lowercase hex SHA-512 of the UTF-8 text."""
    return sha512(text.encode()).hexdigest()


def uci_token(login: str, password: str, mode: AuthMode) -> str:
    """The token of a UCI client (STARFACE UCI, parameter `de.vertico.starface.auth`)."""
    return _token(login, "*", password, mode)


def rest_secret(login: str, nonce: str, password: str, mode: AuthMode) -> str:
    """The secret of a REST login: like the UCI token, the nonce in place of the asterisk."""
    return _token(login, nonce, password, mode)


def _token(login: str, joint: str, password: str, mode: AuthMode) -> str:
    match mode:
        case AuthMode.SHA512:
            return f"{login}:{sha512_hex(login + joint + sha512_hex(password))}"
        case AuthMode.ACTIVE_DIRECTORY:
            return base64.b64encode(f"{login}{joint}{password}".encode()).decode()
        case AuthMode.MD5:
            return md5(f"{login}{joint}{password}".encode(), usedforsecurity=False).hexdigest()
        case AuthMode.OAUTH:
            raise ValueError("OAuth knows no token made from a password")


class Accounts:
    """The users of the PBX and their sign-ins."""

    def __init__(
        self,
        users: Iterable[PbxUser],
        *,
        modes: frozenset[AuthMode],
        lock_after: int,
        lock_s: float,
        now: Callable[[], datetime],
    ) -> None:
        self._users = {user.login: user for user in users}
        self._classic = modes - {AuthMode.OAUTH}
        self._lock_after = lock_after
        self._lock_for = timedelta(seconds=lock_s)
        self._now = now
        self._attempts: dict[str, Attempts] = {}
        self._on_password: list[Callable[[str, str], None]] = []

    def __iter__(self) -> Iterator[PbxUser]:
        return iter(self._users.values())

    def __getitem__(self, login: str) -> PbxUser:
        try:
            return self._users[login]
        except KeyError:
            known = ", ".join(sorted(self._users))
            raise LookupError(f"no user with login {login!r}; there are: {known}") from None

    def find(self, login: str) -> PbxUser | None:
        """The user of a login written in any case, as XMPP and Active Directory take it."""
        known = self._users.get(login)
        folded = login.casefold()
        return known or next((u for u in self if u.login.casefold() == folded), None)

    def by_number(self, number: str) -> PbxUser | None:
        """The user whose internal number this is."""
        return next((user for user in self if user.number == number), None)

    def attempts(self, login: str) -> Attempts:
        """Sign-in attempts so far; `""` counts those with no recognisable login."""
        return self._attempts.setdefault(login, Attempts())

    def set_password(self, login: str, password: str) -> None:
        """Change a password at the PBX; tokens made from the old one are wrong from now on."""
        self._users[login] = replace(self[login], password=password)
        for told in self._on_password:
            told(login, password)

    def on_password(self, told: Callable[[str, str], None]) -> None:
        """Have `told` hear every password that changes from now on."""
        self._on_password.append(told)

    def unlock(self, login: str) -> None:
        """End a lock before its time."""
        attempts = self.attempts(login)
        attempts.locked_until, attempts.bad_in_a_row = None, 0

    def sign_in(self, token: str, hint: str = "") -> PbxUser | None:
        """The user whose UCI token this is. `hint`: a login named beside an MD5 token.

        A good token is not counted (it travels with every request): `count_login` does that.
        """
        return self._checked(
            self._login_in(token, "*") or hint, lambda login: self._match(login, token, "*")
        )

    def sign_in_rest(self, secret: str, nonce: str) -> PbxUser | None:
        """The user whose REST secret for this nonce this is; counted as an attempt."""
        user = self._checked(
            self._login_in(secret, nonce), lambda login: self._match(login, secret, nonce)
        )
        if user is not None:
            self.count_login(user.login)
        return user

    def prove(self, login: str, proves: Callable[[PbxUser], bool]) -> PbxUser | None:
        """The user of that login, if `proves` says so; a failure is counted as a wrong sign-in.

        A success is not counted: `count_login` does that. Logins of any case are known.
        """
        return self._checked(login, lambda login: self._proved(login, proves))

    def count_login(self, login: str) -> None:
        """Note a successful sign-in."""
        attempts = self.attempts(login)
        attempts.good += 1
        attempts.bad_in_a_row = 0

    def _proved(self, login: str, proves: Callable[[PbxUser], bool]) -> PbxUser | None:
        user = self.find(login)
        return user if user is not None and proves(user) else None

    def _checked(self, login: str, match: Callable[[str], PbxUser | None]) -> PbxUser | None:
        user = match(login)
        known = user or self.find(login)
        attempts = self.attempts(known.login if known else login)
        if attempts.locked_until is not None:
            if self._now() < attempts.locked_until:
                attempts.while_locked += 1
                return None
            attempts.locked_until, attempts.bad_in_a_row = None, 0
        if user is None:
            self._count_bad(attempts)
        return user

    def _count_bad(self, attempts: Attempts) -> None:
        attempts.bad += 1
        attempts.bad_in_a_row += 1
        if self._lock_after and attempts.bad_in_a_row >= self._lock_after:
            attempts.locked_until = self._now() + self._lock_for

    def _match(self, login: str, token: str, joint: str) -> PbxUser | None:
        candidates = [self._users[login]] if login in self._users else list(self)
        for user in candidates:
            for mode in self._classic:
                expected = _token(user.login, joint, user.password, mode)
                if compare_digest(expected.encode(), token.encode()):
                    return user
        return None

    def _login_in(self, token: str, joint: str) -> str:
        """The login that a token names, `""` if it names none (MD5)."""
        login, colon, _ = token.partition(":")
        if colon:
            return login
        try:
            text = base64.b64decode(token, validate=True).decode()
        except (binascii.Error, UnicodeDecodeError, ValueError):
            return ""
        login, found, _ = text.partition(joint)
        return login if found and joint else ""
