"""
OAuth 2 of STARFACE 10: access tokens for a password, and new ones for a refresh token.

The password grant of the client for scripts, and the errors of RFC 6749, section 5.2. An access
token looks like a JWT, as a PBX's does, but is worth what this desk remembers of it.
"""

from __future__ import annotations

import base64
import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from hmac import compare_digest
from urllib.parse import parse_qs, unquote_plus

from datev_connector.simulators.starface.accounts import Accounts
from datev_connector.simulators.starface.chronicle import Chronicle, RequestRecord
from datev_connector.simulators.starface.config import AuthMode, PbxUser, StarfaceConfig
from datev_connector.simulators.starface.http_server import Request, Response

REALM = "/auth/realms/pbx"
TOKEN_PATH = f"{REALM}/oauth2/token"
DISCOVERY = "/.well-known/openid-configuration"
JSON_TYPE = "application/json"
SCOPE = "login"


class Denied(Exception):
    """The answer is an OAuth error (RFC 6749, section 5.2)."""

    def __init__(self, error: str, text: str, status: int = 400) -> None:
        super().__init__(text)
        self.error = error
        self.status = status


@dataclass(frozen=True, slots=True, kw_only=True)
class Grant:
    """A token: whose it is and when it ends."""

    login: str
    ends_at: datetime


class OAuth:
    """Answers the token endpoint, and knows whose access tokens are whose."""

    def __init__(
        self,
        config: StarfaceConfig,
        accounts: Accounts,
        chronicle: Chronicle,
        url: Callable[[], str],
    ) -> None:
        self._config = config
        self._accounts = accounts
        self._chronicle = chronicle
        self._url = url
        self._access: dict[str, Grant] = {}
        self._refresh: dict[str, Grant] = {}
        self._newest: dict[str, str] = {}
        self._on_token: list[Callable[[str, str], None]] = []

    @property
    def offered(self) -> bool:
        """Whether this PBX knows OAuth."""
        return AuthMode.OAUTH in self._config.auth_modes

    def serves(self, path: str) -> bool:
        """Whether a request for `path` belongs here."""
        return self.offered and path in (TOKEN_PATH, DISCOVERY, REALM + DISCOVERY)

    def user_of(self, access_token: str) -> PbxUser | None:
        """The user whose access token this is; None if it is unknown, ended, or OAuth is off."""
        grant = self._access.get(access_token) if self.offered else None
        if grant is None or self._config.now() >= grant.ends_at:
            return None
        return self._accounts[grant.login]

    def newest_token(self, login: str) -> str:
        """The access token that this user got last, `""` if none."""
        return self._newest.get(login, "")

    def on_token(self, told: Callable[[str, str], None]) -> None:
        """Have `told` hear login and token of every access token given from now on."""
        self._on_token.append(told)

    def expire_access_tokens(self) -> None:
        """End every access token now; refresh tokens stay good."""
        self._access.clear()

    def revoke_everything(self) -> None:
        """End every token: only the password helps."""
        self._access.clear()
        self._refresh.clear()

    def handle(self, request: Request) -> Response:
        """The answer to a request that `serves` takes."""
        if request.path == DISCOVERY:
            return Response(status=302, headers={"Location": REALM + DISCOVERY})
        if request.path == REALM + DISCOVERY:
            return _json(self._discovery())
        login, status, body = self._token(request)
        outcome = "ok" if status == 200 else str(body["error"])
        self._chronicle.note_request(
            RequestRecord(
                at=self._config.now(),
                method=f"{request.method} {request.path}",
                login=login,
                outcome=outcome,
            )
        )
        return _json(body, status)

    def _token(self, request: Request) -> tuple[str, int, dict[str, object]]:
        try:
            if request.method != "POST":
                raise Denied("invalid_request", "use POST", 405)
            form = _form(request)
            self._check_client(request, form)
            user = self._granted(form)
        except Denied as denial:
            said = {"error": denial.error, "error_description": str(denial)}
            return "", denial.status, dict(said)
        return user.login, 200, self._issue(user, form.get("refresh_token", ""))

    def _check_client(self, request: Request, form: Mapping[str, str]) -> None:
        known = (self._config.oauth.client_id, self._config.oauth.client_secret)
        given = _basic(request) or (form.get("client_id", ""), form.get("client_secret", ""))
        if not all(
            compare_digest(one.encode(), other.encode())
            for one, other in zip(known, given, strict=True)
        ):
            raise Denied("invalid_client", "Invalid client or Invalid client credentials", 401)

    def _granted(self, form: Mapping[str, str]) -> PbxUser:
        match form.get("grant_type", ""):
            case "password":
                return self._by_password(form)
            case "refresh_token":
                return self._by_refresh(form.get("refresh_token", ""))
            case "":
                raise Denied("invalid_request", "Missing form parameter: grant_type")
        raise Denied("unsupported_grant_type", "Unsupported grant_type")

    def _by_password(self, form: Mapping[str, str]) -> PbxUser:
        if SCOPE not in form.get("scope", "").split():
            raise Denied("invalid_scope", f"scope must hold {SCOPE}")
        password = form.get("password", "").encode()
        user = self._accounts.prove(
            form.get("username", ""), lambda u: compare_digest(u.password.encode(), password)
        )
        if user is None:
            raise Denied("invalid_grant", "Invalid user credentials")
        self._accounts.count_login(user.login)
        if not user.password_grant:
            raise Denied("unauthorized_client", "User lacks the right to the password grant")
        return user

    def _by_refresh(self, token: str) -> PbxUser:
        grant = self._refresh.get(token)
        attempts = self._accounts.attempts(grant.login if grant else "")
        if grant is None or self._config.now() >= grant.ends_at:
            attempts.bad_refreshes += 1
            raise Denied("invalid_grant", "Token is not active")
        attempts.refreshes += 1
        return self._accounts[grant.login]

    def _issue(self, user: PbxUser, refresh: str) -> dict[str, object]:
        settings = self._config.oauth
        self._drop_ended()
        access = self._made_up_jwt(user)
        self._access[access] = self._grant(user, settings.access_life_s)
        self._newest[user.login] = access
        if settings.refresh_rotates or not refresh:
            self._refresh.pop(refresh, None)
            refresh = self._config.new_id()
            self._refresh[refresh] = self._grant(user, settings.refresh_life_s)
        for told in self._on_token:
            told(user.login, access)
        return {
            "access_token": access,
            "expires_in": int(settings.access_life_s),
            "refresh_token": refresh,
            "refresh_expires_in": int(settings.refresh_life_s),
            "token_type": "Bearer",
            "scope": SCOPE,
        }

    def _drop_ended(self) -> None:
        now = self._config.now()
        self._access = {t: g for t, g in self._access.items() if now < g.ends_at}
        self._refresh = {t: g for t, g in self._refresh.items() if now < g.ends_at}

    def _grant(self, user: PbxUser, life_s: float) -> Grant:
        ends_at = self._config.now() + timedelta(seconds=life_s)
        return Grant(login=user.login, ends_at=ends_at)

    def _made_up_jwt(self, user: PbxUser) -> str:
        now = self._config.now()
        head = {"alg": "RS256", "typ": "JWT"}
        claims = {
            "iss": self._url() + REALM,
            "preferred_username": user.login,
            "azp": self._config.oauth.client_id,
            "iat": int(now.timestamp()),
            "exp": int(now.timestamp() + self._config.oauth.access_life_s),
            "jti": self._config.new_id(),
        }
        parts = (json.dumps(head), json.dumps(claims), self._config.new_id())
        return ".".join(
            base64.urlsafe_b64encode(part.encode()).decode().rstrip("=") for part in parts
        )

    def _discovery(self) -> dict[str, object]:
        return {
            "issuer": self._url() + REALM,
            "token_endpoint": self._url() + TOKEN_PATH,
            "authorization_endpoint": f"{self._url()}{REALM}/oauth2/authorize",
            "grant_types_supported": ["authorization_code", "password", "refresh_token"],
            "scopes_supported": [SCOPE],
            "token_endpoint_auth_methods_supported": ["client_secret_basic", "client_secret_post"],
        }


def _form(request: Request) -> dict[str, str]:
    kind = request.headers.get("content-type", "").partition(";")[0].strip()
    if kind != "application/x-www-form-urlencoded":
        raise Denied("invalid_request", "send a form", 415)
    try:
        given = parse_qs(request.body.decode(), keep_blank_values=True)
    except UnicodeDecodeError:
        raise Denied("invalid_request", "not UTF-8") from None
    if any(len(values) > 1 for values in given.values()):
        raise Denied("invalid_request", "a parameter is repeated")
    return {name: values[0] for name, values in given.items()}


def _basic(request: Request) -> tuple[str, str] | None:
    """Client id and secret in the header; both are form-encoded there (RFC 6749, 2.3.1)."""
    scheme, _, value = request.headers.get("authorization", "").partition(" ")
    if scheme.lower() != "basic":
        return None
    try:
        client, _, secret = base64.b64decode(value, validate=True).decode().partition(":")
    except ValueError:
        return ("", "")
    return unquote_plus(client), unquote_plus(secret)


def _json(value: object, status: int = 200) -> Response:
    headers = {"Cache-Control": "no-store", "Pragma": "no-cache"}
    body = json.dumps(value).encode()
    return Response(status=status, body=body, content_type=JSON_TYPE, headers=headers)
