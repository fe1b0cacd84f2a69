"""How a user proves to the PBX who he is with his password alone: tokens and secrets, as formulas.

The token travels in the query of every request (STARFACE UCI), the secret in the body of a REST
login, with the PBX's nonce in it (STARFACE REST). The forms differ by PBX version and kind of
account. Which kind an account is can be asked without sending anything secret; which version only
the admin knows, so MD5 is used on request alone. Signing in with OAuth needs the PBX for its
tokens: see `bearer`.
"""

from __future__ import annotations

import base64
import hashlib
from enum import StrEnum

AUTH = "de.vertico.starface.auth"
JWT = "de.vertico.starface.jwt"
USER = "de.vertico.starface.user"
DIRECTORY = "ActiveDirectory"
"""The `loginType` of accounts whose password the PBX does not know itself."""


class SignIn(StrEnum):
    """The setting `starface.sign_in`."""

    AUTO = "auto"
    SHA512 = "sha512"
    ACTIVE_DIRECTORY = "active-directory"
    OAUTH = "oauth"
    MD5 = "md5"


def sign_in_query(form: SignIn, login: str, password: str) -> dict[str, str]:
    """The query parameters that sign a request in; blanks around login and password do not count.

    `AUTO` means SHA-512 here: ask `form_for_login_type` before. OAuth has no such formula.
    """
    login, password = login.strip(), password.strip()
    match form:
        case SignIn.AUTO | SignIn.SHA512:
            return {AUTH: _sha512_token(login, "*", password)}
        case SignIn.ACTIVE_DIRECTORY:
            return {AUTH: _directory_token(login, "*", password)}
        case SignIn.MD5:
            return {AUTH: _md5_token(login, password), USER: login}
        case SignIn.OAUTH:
            raise ValueError("OAuth knows no token made from a password")


def form_for_login_type(login_type: object) -> SignIn:
    """The form for the `loginType` that the PBX's REST interface names (STARFACE REST, login)."""
    return SignIn.ACTIVE_DIRECTORY if login_type == DIRECTORY else SignIn.SHA512


def rest_secret(login_type: object, nonce: str, login: str, password: str) -> str:
    """The secret of a REST login (STARFACE REST, POST /login): the nonce joins, no asterisk."""
    login, password = login.strip(), password.strip()
    if login_type == DIRECTORY:
        return _directory_token(login, nonce, password)
    return _sha512_token(login, nonce, password)


def _sha512_token(login: str, joint: str, password: str) -> str:
    inner = hashlib.sha512(password.encode()).hexdigest()
    return f"{login}:{hashlib.sha512(f'{login}{joint}{inner}'.encode()).hexdigest()}"


def _directory_token(login: str, joint: str, password: str) -> str:
    return base64.b64encode(f"{login}{joint}{password}".encode()).decode("ascii")


def _md5_token(login: str, password: str) -> str:
    # PBXs before 6.4.2.13 accept nothing else; it is a format here, no protection.
    return hashlib.md5(f"{login}*{password}".encode(), usedforsecurity=False).hexdigest()
