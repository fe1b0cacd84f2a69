"""The REST side of the PBX: login with nonce and token, the address book, the user's own data."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from http import HTTPStatus
from typing import Any
from urllib.parse import unquote

from datev_connector.simulators.starface.accounts import Accounts
from datev_connector.simulators.starface.address_book import AddressBook, Selection
from datev_connector.simulators.starface.chronicle import Chronicle, RequestRecord
from datev_connector.simulators.starface.config import AuthMode, PbxGroup, PbxUser, StarfaceConfig
from datev_connector.simulators.starface.http_server import Request, Response
from datev_connector.simulators.starface.oauth import OAuth

JSON_TYPE = "application/json"
NOT_LOGGED_IN = "d937bb0c-ab0f-464a-a02a-41840746a45a"
NO_AUTH_HEADER = "46dca6f5-ed1a-44c9-920d-b0e57ea17ef5"
OTHER_ERROR = "00000000-0000-0000-0000-000000000000"
FIRST_GROUP_ACCOUNT = 5000


@dataclass(frozen=True, slots=True, kw_only=True)
class Token:
    """A REST sign-in and when it ends."""

    login: str
    ends_at: datetime


class Problem(Exception):
    """The answer is an error object."""

    def __init__(self, status: int, message: str, code: str = OTHER_ERROR) -> None:
        super().__init__(message)
        self.status = status
        self.code = code


class Rest:
    """Answers `/rest/*` (STARFACE REST, version 2)."""

    def __init__(
        self,
        config: StarfaceConfig,
        accounts: Accounts,
        address_book: AddressBook,
        chronicle: Chronicle,
        oauth: OAuth,
    ) -> None:
        self._config = config
        self._accounts = accounts
        self._book = address_book
        self._chronicle = chronicle
        self._oauth = oauth
        self._nonces: dict[str, datetime] = {}
        self._tokens: dict[str, Token] = {}
        self._resources: dict[str, Callable[[Request, PbxUser], object]] = {
            "/rest/users/me": lambda _, user: _user(user),
            "/rest/contacts": self._contacts,
            "/rest/accounts": lambda *_: self._account_list(),
            "/rest/contacts/scheme": lambda request, _: self._book.scheme(_language(request)),
            "/rest/contacts/tags": lambda *_: self._book.tags(),
        }

    def handle(self, request: Request) -> Response:
        """The PBX's answer to a request below `/rest`."""
        try:
            self._check_version(request)
            response = self._login(request) or self._resource(request)
        except Problem as problem:
            body = {"code": problem.code, "message": str(problem)}
            response = _json(body, status=problem.status)
        self._note(request, response.status)
        return response

    def forget_everything(self) -> None:
        """A restart: nonces and tokens are worth nothing any more."""
        self._nonces.clear()
        self._tokens.clear()

    def expire_tokens(self) -> None:
        """End every token now."""
        self._tokens.clear()

    def _check_version(self, request: Request) -> None:
        if self._config.rest_demands_version and request.headers.get("x-version") != "2":
            raise Problem(400, "X-Version must be 2")

    def _login(self, request: Request) -> Response | None:
        if request.path.rstrip("/") != "/rest/login":
            return None
        match request.method:
            case "GET":
                return self._offer_nonce()
            case "POST":
                return self._give_token(request)
            case "DELETE":
                self._tokens.pop(request.headers.get("authtoken", ""), None)
                return Response(status=204)
        raise Problem(405, "Method not allowed")

    def _offer_nonce(self) -> Response:
        nonce = self._config.new_id().replace("-", "")
        self._nonces = {n: end for n, end in self._nonces.items() if self._config.now() < end}
        life = timedelta(seconds=self._config.rest_nonce_life_s)
        self._nonces[nonce] = self._config.now() + life
        directory = AuthMode.ACTIVE_DIRECTORY in self._config.auth_modes
        kind = "ActiveDirectory" if directory else "Internal"
        return _json({"loginType": kind, "nonce": nonce, "secret": None})

    def _give_token(self, request: Request) -> Response:
        form = _object(request.body)
        nonce, secret = form.get("nonce"), form.get("secret")
        if not isinstance(nonce, str) or not isinstance(secret, str):
            raise Problem(400, "Login incomplete")
        ends_at = self._nonces.pop(nonce, None)
        if ends_at is None or self._config.now() >= ends_at:
            raise Problem(400, "Nonce unknown, used or too old")
        user = self._accounts.sign_in_rest(secret, nonce)
        if user is None:
            raise Problem(400, "Login failed")
        token = self._config.new_id()
        now, life = self._config.now(), timedelta(seconds=self._config.rest_token_life_s)
        self._tokens = {t: given for t, given in self._tokens.items() if now < given.ends_at}
        self._tokens[token] = Token(login=user.login, ends_at=now + life)
        return _json({"token": token})

    def _resource(self, request: Request) -> Response:
        user = self._signed_in(request)
        path = request.path.rstrip("/")
        answer = self._resources.get(path)
        if answer is None and path.startswith("/rest/contacts/"):
            answer = self._contact
        if answer is None:
            raise Problem(404, "Not found")
        if request.method != "GET":
            raise Problem(405, "Method not allowed")
        return _json(answer(request, user))

    def _signed_in(self, request: Request) -> PbxUser:
        user = self._bearer(request)
        if user is not None:
            return user
        given = request.headers.get("authtoken")
        if given is not None and not given.strip():
            raise Problem(400, "authToken is empty", NO_AUTH_HEADER)
        token = self._tokens.get(given or "")
        if token is None or self._config.now() >= token.ends_at:
            raise Problem(401, "Not logged in", NOT_LOGGED_IN)
        return self._accounts[token.login]

    def _bearer(self, request: Request) -> PbxUser | None:
        scheme, _, token = request.headers.get("authorization", "").partition(" ")
        return self._oauth.user_of(token.strip()) if scheme.lower() == "bearer" else None

    def _contacts(self, request: Request, user: PbxUser) -> object:
        page = _number(request, "page", 0)
        size = min(_number(request, "pagesize", 20), self._config.max_page_size)
        selection = Selection(
            terms=request.query.get("searchTerms", ""),
            tags=tuple(request.lists.get("tags", [])),
            sort=request.query.get("sort", ""),
            descending=request.query.get("sortdirection", "ASC").upper() == "DESC",
        )
        return self._book.page(selection, page=page, size=max(1, size))

    def _contact(self, request: Request, user: PbxUser) -> object:
        contact_id = unquote(request.path.rstrip("/").rpartition("/")[2])
        contact = self._book.detail(contact_id, user.account_id)
        if contact is None:
            raise Problem(404, "Contact not found")
        return contact

    def _account_list(self) -> list[dict[str, object]]:
        return [_account(user) for user in self._accounts] + [
            _group_account(number, group) for number, group in enumerate(self._config.groups, 1)
        ]

    def _note(self, request: Request, status: int) -> None:
        token = self._tokens.get(request.headers.get("authtoken", ""))
        bearer = self._bearer(request)
        self._chronicle.note_request(
            RequestRecord(
                at=self._config.now(),
                method=f"{request.method} {request.path}",
                login=token.login if token else bearer.login if bearer else "",
                outcome="ok" if status < HTTPStatus.BAD_REQUEST else f"HTTP {status}",
            )
        )


def _number(request: Request, name: str, default: int) -> int:
    text = request.query.get(name, str(default))
    if not text.isdecimal():
        raise Problem(400, f"{name} is not a number")
    return int(text)


def _object(body: bytes) -> dict[str, Any]:
    try:
        value = json.loads(body)
    except ValueError:
        raise Problem(400, "Body is not JSON") from None
    if not isinstance(value, dict):
        raise Problem(400, "Body is not an object")
    return value


def _language(request: Request) -> str:
    return request.query.get("lang", "de").lower()[:2]


def _json(value: object, status: int = 200) -> Response:
    body = json.dumps(value, ensure_ascii=False).encode()
    return Response(status=status, body=body, content_type=JSON_TYPE)


def _user(user: PbxUser) -> dict[str, object]:
    return {
        "id": user.account_id,
        "login": user.login,
        "firstName": user.first_name,
        "familyName": user.family_name,
        "email": "",
        "language": "de",
        "namespace": "",
        "personId": f"p{user.account_id}",
        "missedCallReport": False,
    }


def _account(user: PbxUser) -> dict[str, object]:
    return {
        "accountId": user.account_id,
        "displayInformation": user.name,
        "federationname": "",
        "firstname": user.first_name,
        "lastname": user.family_name,
        "local": True,
        "primaryInternalPhoneNumber": user.number,
        "type": "USER",
    }


def _group_account(number: int, group: PbxGroup) -> dict[str, object]:
    return {
        "accountId": FIRST_GROUP_ACCOUNT + number,
        "displayInformation": group.name,
        "federationname": "",
        "firstname": "",
        "lastname": group.name,
        "local": True,
        "primaryInternalPhoneNumber": group.number,
        "type": "GROUP",
    }
