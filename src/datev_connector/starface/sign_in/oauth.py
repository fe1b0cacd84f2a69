"""What is said to the sign-in service of STARFACE 10, and what its answers mean (RFC 6749).

The client for scripts has the *password grant*: login and password against an access token of some
minutes and a refresh token of some hours. Nothing here keeps, sends or logs anything.
"""

from __future__ import annotations

import json
from dataclasses import dataclass, field
from http import HTTPStatus
from typing import Any, TypeGuard
from urllib.parse import urlencode, urlsplit

from datev_connector.domain.wording import worded
from datev_connector.starface.https.client import HttpAnswer, PbxAddress
from datev_connector.starface.trouble import Trouble, TroubleKind

DISCOVERY = "/.well-known/openid-configuration"
TOKEN_PATH = "/auth/realms/pbx/oauth2/token"  # noqa: S105 - a path
FORM_HEADERS = {
    "Content-Type": "application/x-www-form-urlencoded",
    "Accept": "application/json",
}
SCOPE = "login"
LIMIT = 256 * 1024
"""Bytes of an answer; a token has some thousand at most."""
LONGEST_TOKEN = 16_384
LONGEST_PATH = 2_048
REFUSALS = frozenset({HTTPStatus.UNAUTHORIZED, HTTPStatus.FORBIDDEN, HTTPStatus.TOO_MANY_REQUESTS})
USUAL_LIFE_S = 300.0
"""If the answer names none."""
LONGEST_LIFE_S = 86_400.0
MARGIN_S = 60.0
MARGIN_SHARE = 0.2
"""A token is renewed when so much of its life remains, or MARGIN_S, whichever is less."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Client:
    """The program as the sign-in service knows it; an admin reads the secret off the PBX."""

    id: str
    secret: str = field(repr=False)


@dataclass(frozen=True, slots=True, kw_only=True)
class Tokens:
    """What the service gave; times by a clock that only ever grows."""

    access: str = field(repr=False)
    refresh: str = field(repr=False)
    since_s: float
    due_s: float
    """From then on it should be renewed."""
    ends_s: float


class Denied(Exception):
    """The service gives no token. `ended`: the refresh token is not good any more."""

    def __init__(self, trouble: Trouble, *, ended: bool = False) -> None:
        super().__init__(trouble.kind)
        self.trouble = trouble
        self.ended = ended


def by_password(client: Client, login: str, password: str) -> bytes:
    """The form that shows login and password."""
    return _form(client, grant_type="password", username=login, password=password, scope=SCOPE)


def by_refresh(client: Client, refresh: str) -> bytes:
    """The form that shows a refresh token."""
    return _form(client, grant_type="refresh_token", refresh_token=refresh)


def _form(client: Client, **fields: str) -> bytes:
    given = {"client_id": client.id, "client_secret": client.secret, **fields}
    return urlencode(given).encode("ascii")


# --- discovery ------------------------------------------------------------------------------------


def onward_path(answer: HttpAnswer, address: PbxAddress) -> str | None:
    """Where a redirect leads, if that is at the same port of the same host; else None."""
    return _path_at(answer.location, address) if answer.redirects and answer.location else None


def offered_at(answer: HttpAnswer, address: PbxAddress) -> str | None:
    """The path of the token endpoint if this is the service's description of itself; else None.

    An address elsewhere counts for nothing: the password goes to the PBX alone.
    """
    found = _object(answer) if answer.status == HTTPStatus.OK else None
    endpoint = found.get("token_endpoint") if found is not None else None
    if not isinstance(endpoint, str) or not endpoint:
        return None
    return _path_at(endpoint, address) or TOKEN_PATH


def _path_at(url: str, address: PbxAddress) -> str | None:
    try:
        parts, here = urlsplit(url), urlsplit(address.url)
        port = parts.port or {"https": 443, "http": 80}.get(parts.scheme)
    except ValueError:
        return None
    if not parts.path.startswith("/") or len(parts.path) > LONGEST_PATH:
        return None
    if not (parts.path.isascii() and parts.path.isprintable()):
        return None
    if not parts.scheme and not parts.netloc:
        return parts.path
    same = (parts.scheme, parts.hostname, port) == (here.scheme, here.hostname, here.port)
    return parts.path if same else None


# --- answers --------------------------------------------------------------------------------------


def read_tokens(answer: HttpAnswer, now_s: float, *, where: str, proven: bool) -> Tokens:
    """What the service answered; Denied if that is no token.

    `proven`: it gave tokens before, so that a strange answer is no proof that there is none.
    """
    found = _object(answer)
    if answer.status == HTTPStatus.OK and found is not None:
        return _tokens(found, now_s, where)
    error = found.get("error") if found is not None else None
    if isinstance(error, str):
        raise _refusal(error, found or {}, where)
    raise Denied(_no_service(answer, where, proven=proven))


def _tokens(found: dict[str, Any], now_s: float, where: str) -> Tokens:
    access, refresh = found.get("access_token"), found.get("refresh_token")
    if not _is_token(access):
        strange = worded("the request for a token")
        raise Denied(Trouble(kind=TroubleKind.STRANGE_ANSWER, where=where, detail=strange))
    life_s = _seconds(found.get("expires_in"))
    margin_s = min(MARGIN_S, life_s * MARGIN_SHARE)
    return Tokens(
        access=access,
        refresh=refresh if _is_token(refresh) else "",
        since_s=now_s,
        due_s=now_s + life_s - margin_s,
        ends_s=now_s + life_s,
    )


def _is_token(value: Any) -> TypeGuard[str]:
    """Tell whether a text can travel in a header and in an address."""
    return (
        isinstance(value, str)
        and 0 < len(value) <= LONGEST_TOKEN
        and value.isascii()
        and value.isprintable()
        and " " not in value
    )


def _seconds(value: Any) -> float:
    if not isinstance(value, int | float) or isinstance(value, bool) or not value > 0:
        return USUAL_LIFE_S
    return float(min(max(value, 1), LONGEST_LIFE_S))


def _refusal(error: str, found: dict[str, Any], where: str) -> Denied:
    told = str(found.get("error_description", ""))
    match error:
        case "invalid_grant":
            return Denied(Trouble(kind=TroubleKind.SIGN_IN_REFUSED, where=where), ended=True)
        case "invalid_client":
            kind = TroubleKind.OAUTH_CLIENT_REFUSED
        case "unauthorized_client" if "invalid client" in told.casefold():
            kind = TroubleKind.OAUTH_CLIENT_REFUSED  # Keycloak's words for a wrong secret
        case "unauthorized_client" | "access_denied":
            kind = TroubleKind.OAUTH_RIGHT_MISSING
        case _:
            kind = TroubleKind.OAUTH_MISSING
    return Denied(Trouble(kind=kind, where=where, detail=_word(error)))


def _no_service(answer: HttpAnswer, where: str, *, proven: bool) -> Trouble:
    status = str(answer.status)
    if answer.status in REFUSALS:
        return Trouble(kind=TroubleKind.SIGN_IN_REFUSED, where=where)
    if answer.status >= HTTPStatus.INTERNAL_SERVER_ERROR:
        return Trouble(kind=TroubleKind.HTTP_STATUS, where=where, detail=status)
    if not proven:
        what = (
            worded("a web page")
            if answer.is_page
            else worded("HTTP status {status}", status=status)
        )
        return Trouble(kind=TroubleKind.OAUTH_MISSING, where=where, detail=what)
    if answer.redirects:
        return Trouble(kind=TroubleKind.REDIRECT, where=where)
    if answer.is_page:
        return Trouble(kind=TroubleKind.WEB_PAGE, where=where)
    return Trouble(kind=TroubleKind.HTTP_STATUS, where=where, detail=status)


def _object(answer: HttpAnswer) -> dict[str, Any] | None:
    try:
        found = json.loads(answer.body)
    except (ValueError, RecursionError):
        return None
    return found if isinstance(found, dict) else None


def _word(text: str) -> str:
    """A code as the standard has them, short and harmless; other texts are not repeated."""
    return (
        text if len(text) <= 40 and text.replace("_", "").isalnum() else worded("an unknown error")
    )
