"""Who we are, for every way into the PBX: tokens for UCI, a password for XMPP, headers for REST.

One object serves all ways of one run, so that a password which one of them found wrong is not shown
again by the next. Which form is used is settled when a sign-in begins: as the settings say, or by a
look at what the PBX offers, which sends nothing secret.
"""

from __future__ import annotations

import asyncio
import hmac
import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from http import HTTPStatus

from datev_connector.domain.wording import worded
from datev_connector.network.tls import PinStore
from datev_connector.starface.https.client import Unreadable
from datev_connector.starface.https.door import Door, Visit
from datev_connector.starface.options import StarfaceOptions, can_be_sent
from datev_connector.starface.sign_in import oauth
from datev_connector.starface.sign_in.bearer import Bearer
from datev_connector.starface.sign_in.forms import (
    AUTH,
    JWT,
    SignIn,
    form_for_login_type,
    rest_secret,
    sign_in_query,
)
from datev_connector.starface.trouble import LinkTrouble, Trouble, TroubleKind

REST_LOGIN = "/rest/login"
REST_HEADERS = {"X-Version": "2", "Accept": "application/json"}
LOOK_LIMIT = 256 * 1024
JUST_REFUSED_S = 60.0
"""A password refused so lately is not shown again by a second way."""
NO_SECRET = worded("The client secret for OAuth is not set (PBX: Admin, Server, Status, REST-API).")
AGAINST_SETTINGS = worded(
    "STARFACE asks for the password itself (Active Directory), and starface.sign_in forbids that."
)
BAD_SECRET = worded("The client secret for OAuth holds characters that cannot be sent.")


@dataclass(frozen=True, slots=True, kw_only=True)
class Form:
    """How the user signs in, and why so: a few words for a person."""

    sign_in: SignIn
    why: str


class Credentials:
    """Login, password and client secret of one user, turned into what each way needs."""

    def __init__(
        self,
        options: StarfaceOptions,
        password: str,
        *,
        client_secret: str = "",
        pins: PinStore,
        now: Callable[[], datetime],
        clock: Callable[[], float] | None = None,
    ) -> None:
        """`clock` only ever grows, in seconds; None: that of the running loop."""
        self.door = Door(options, pins=pins, now=now)
        """The way in that UCI over HTTPS, OAuth and REST share."""
        self._options = options
        self._password = password.strip()
        self._secret = client_secret.strip()
        self._form: Form | None = None
        self._named: str | None = None
        self._offers_oauth = False
        self._bearer = Bearer(
            self.door,
            oauth.Client(id=options.oauth_client_id, secret=self._secret),
            login=self.login,
            password=self._password,
            clock=clock or _loop_time,
        )

    @property
    def login(self) -> str:
        """The name of the user at the PBX."""
        return self._options.login.strip()

    @property
    def form(self) -> Form | None:
        """The form in use; None until the first sign-in has begun."""
        return self._form

    @property
    def uses_tokens(self) -> bool:
        """Tell whether passwords given for XMPP are tokens, which no SCRAM can prove."""
        return self._form is not None and self._form.sign_in is SignIn.OAUTH

    def fault(self) -> str | None:
        """Why these settings cannot work, as a sentence; None if they can."""
        fault = self._options.fault(self._password)
        if fault is None and self._wanted is SignIn.OAUTH and not self._secret:
            return NO_SECRET
        if fault is None and not can_be_sent(self._secret):
            return BAD_SECRET
        return fault

    def check(self) -> None:
        """Raise LinkTrouble if these settings cannot work."""
        fault = self.fault()
        if fault is not None:
            raise LinkTrouble(Trouble(kind=TroubleKind.SETTINGS_INCOMPLETE, detail=fault))

    async def begin(self, visit: Visit | None = None) -> Form:
        """Settle the form for a sign-in that is wanted now, whatever was refused before.

        Looks through the open door of `visit`, if there is one. Sends nothing secret. Raises
        LinkTrouble.
        """
        self.check()
        self._bearer.forgive()
        return await self.look(visit)

    async def look(self, visit: Visit | None = None) -> Form:
        """Settle the form as the settings or the PBX say. Raises LinkTrouble."""
        if visit is None:
            async with self.door.visit() as own:
                return await self.look(own)
        self._form = await self._found(visit)
        return self._form

    async def query(self) -> dict[str, str]:
        """The parameters that sign in one UCI request over HTTPS. Raises LinkTrouble."""
        form = await self._settled()
        if form is SignIn.OAUTH:
            return {JWT: await self._bearer.token()}
        return sign_in_query(form, self.login, self._password)

    async def query_instead(
        self, rejected: Mapping[str, str], *, sure: bool = True
    ) -> dict[str, str] | None:
        """Other parameters than these, which the PBX has just rejected; None: there are none.

        Unless it is `sure` that the token was the reason, one just had is kept. Raises LinkTrouble.
        """
        token = rejected.get(JWT, "")
        if not token or (not sure and self._bearer.is_fresh(token)):
            return None
        return {JWT: await self._bearer.other_than(token)}

    async def xmpp_password(self) -> str:
        """The password for a sign-in over XMPP that begins now. Raises LinkTrouble.

        With OAuth it is an access token: ask anew for each connection.
        """
        self.check()
        if not self._secret or await self._settled() is not SignIn.OAUTH:
            return self._password
        self._bearer.forgive(after_s=JUST_REFUSED_S)
        return await self._bearer.lasting_token()

    async def xmpp_password_instead(self, refused: str) -> str | None:
        """Another one than this, which XMPP has just refused; None: there is none.

        XMPP tells a token that has ended from a wrong one by nothing. One just had is kept. Raises
        LinkTrouble.
        """
        if not self._bearer.knows(refused) or self._bearer.is_fresh(refused):
            return None
        return await self._bearer.other_than(refused)

    async def rest_token(self, rejected: str = "") -> str | None:
        """The bearer for REST, another one than `rejected`; None: sign in with a nonce.

        Never shows a password again that was refused. Raises LinkTrouble.
        """
        if await self._settled() is not SignIn.OAUTH:
            return None
        return await (self._bearer.other_than(rejected) if rejected else self._bearer.token())

    def rest_secret(self, login_type: object, nonce: str) -> str:
        """What proves the password to REST for this nonce.

        Raises LinkTrouble if that were the password itself, against the settings: whoever answers
        names the kind of account.
        """
        hashed = self._wanted in {SignIn.SHA512, SignIn.MD5}
        if hashed and form_for_login_type(login_type) is SignIn.ACTIVE_DIRECTORY:
            raise LinkTrouble(
                Trouble(kind=TroubleKind.SETTINGS_INCOMPLETE, detail=AGAINST_SETTINGS)
            )
        return rest_secret(login_type, nonce, self.login, self._password)

    def knows(self, token: str) -> bool:
        """Tell whether a token that came with an event is one of ours."""
        if self._bearer.knows(token):
            return True
        form = None if self._form is None else self._form.sign_in
        if form in {None, SignIn.OAUTH}:
            return False
        ours = sign_in_query(form or SignIn.AUTO, self.login, self._password)[AUTH]
        return hmac.compare_digest(ours.encode(), token.encode("utf-8", "surrogateescape"))

    async def lacks_secret(self) -> bool:
        """Tell whether a refusal may come from OAuth being wanted, and its secret not known."""
        if self._secret or self._wanted is not SignIn.AUTO:
            return False
        try:
            async with self.door.visit() as visit:
                return await self._token_path(visit) is not None
        except LinkTrouble:
            return False

    async def pbx_answers(self) -> bool:
        """Tell whether the PBX itself stands behind the door: its REST interface offers a login."""
        try:
            async with self.door.visit() as visit:
                return await _login_type(visit) is not None
        except LinkTrouble:
            return False

    async def close(self) -> None:
        """Forget every token."""
        await self._bearer.close()

    # --- the form ---------------------------------------------------------------------------------

    @property
    def _wanted(self) -> SignIn:
        return SignIn(self._options.sign_in)

    async def _settled(self) -> SignIn:
        return (self._form or await self.begin()).sign_in

    async def _found(self, visit: Visit) -> Form:
        if self._wanted not in {SignIn.AUTO, SignIn.OAUTH}:
            return Form(sign_in=self._wanted, why=worded("as set"))
        path = await self._token_path(visit) if self._secret else None
        if path is not None:
            self._bearer.path = path
        if self._wanted is SignIn.OAUTH:
            return Form(sign_in=SignIn.OAUTH, why=worded("as set"))
        if path is not None or self._offers_oauth:
            self._offers_oauth = True
            return Form(sign_in=SignIn.OAUTH, why=worded("as the PBX offers it"))
        return self._by_name(await _login_type(visit))

    def _by_name(self, named: str | None) -> Form:
        """The form that REST names; a PBX that has named one keeps to it when it is busy."""
        self._named = named or self._named
        why = (
            worded("as the PBX names it")
            if self._named
            else worded("the usual one; the PBX names none")
        )
        return Form(sign_in=form_for_login_type(self._named), why=why)

    async def _token_path(self, visit: Visit) -> str | None:
        """Where the PBX gives tokens; None if it does not say that it does (OpenID discovery)."""
        headers = {"Accept": "application/json"}
        try:
            answer = await visit.exchange("GET", oauth.DISCOVERY, headers=headers, limit=LOOK_LIMIT)
            onward = oauth.onward_path(answer, self.door.address)
            if onward is not None:
                answer = await visit.exchange("GET", onward, headers=headers, limit=LOOK_LIMIT)
        except Unreadable:
            return None
        return oauth.offered_at(answer, self.door.address)


async def _login_type(visit: Visit) -> str | None:
    """The kind of account that REST names for signing in; None if REST does not say.

    Sends nothing secret and counts as no sign-in (STARFACE REST, GET /login).
    """
    try:
        answer = await visit.exchange("GET", REST_LOGIN, headers=REST_HEADERS, limit=LOOK_LIMIT)
        found = json.loads(answer.body) if answer.status == HTTPStatus.OK else None
    except (LinkTrouble, Unreadable, ValueError, RecursionError):
        return None
    kind = found.get("loginType") if isinstance(found, dict) else None
    return kind if isinstance(kind, str) else None


def _loop_time() -> float:
    return asyncio.get_running_loop().time()
