"""How a user proves to the PBX who he is: the token in the query of every request (STARFACE UCI).

The forms differ by PBX version and kind of account. Which kind an account is can be asked without
sending anything secret (`GET /rest/login`); which version only the admin knows, so MD5 is used on
request alone. Signing in with OAuth is not built yet and says so.
"""

from __future__ import annotations

import base64
import hashlib
from enum import StrEnum

AUTH = "de.vertico.starface.auth"
USER = "de.vertico.starface.user"


class SignIn(StrEnum):
    """The setting `starface.sign_in`."""

    AUTO = "auto"
    SHA512 = "sha512"
    ACTIVE_DIRECTORY = "active-directory"
    OAUTH = "oauth"
    MD5 = "md5"


class SignInUnsupported(ValueError):
    """The chosen form of signing in is not built."""


def sign_in_query(form: SignIn, login: str, password: str) -> dict[str, str]:
    """The query parameters that sign a request in; blanks around login and password do not count.

    `AUTO` means SHA-512 here: ask `form_for_login_type` before. Raises SignInUnsupported.
    """
    login, password = login.strip(), password.strip()
    match form:
        case SignIn.AUTO | SignIn.SHA512:
            return {AUTH: _sha512_token(login, password)}
        case SignIn.ACTIVE_DIRECTORY:
            return {AUTH: _active_directory_token(login, password)}
        case SignIn.MD5:
            return {AUTH: _md5_token(login, password), USER: login}
        case SignIn.OAUTH:
            raise SignInUnsupported(
                "Signing in to STARFACE with OAuth is not supported yet: "
                "set starface.sign_in to auto, sha512 or active-directory"
            )


def form_for_login_type(login_type: object) -> SignIn:
    """The form for the `loginType` that the PBX's REST interface names (STARFACE REST, login)."""
    return SignIn.ACTIVE_DIRECTORY if login_type == "ActiveDirectory" else SignIn.SHA512


def _sha512_token(login: str, password: str) -> str:
    inner = hashlib.sha512(password.encode()).hexdigest()
    return f"{login}:{hashlib.sha512(f'{login}*{inner}'.encode()).hexdigest()}"


def _active_directory_token(login: str, password: str) -> str:
    return base64.b64encode(f"{login}*{password}".encode()).decode("ascii")


def _md5_token(login: str, password: str) -> str:
    # PBXs before 6.4.2.13 accept nothing else; it is a format here, no protection.
    return hashlib.md5(f"{login}*{password}".encode(), usedforsecurity=False).hexdigest()
