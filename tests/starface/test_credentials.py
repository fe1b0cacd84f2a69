"""Who we are, for every way into the PBX, against a simulated one over real TLS."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

import pytest

from datev_connector.simulators.starface import (
    AuthMode,
    FaultKind,
    OAuthConfig,
    PbxUser,
    StarfaceConfig,
    StarfaceSimulator,
)
from datev_connector.starface.sign_in.credentials import Credentials
from datev_connector.starface.sign_in.forms import AUTH, JWT, SignIn, sign_in_query
from datev_connector.starface.trouble import LinkTrouble, TroubleKind
from tests.network.certificates import Pins
from tests.simulators.starface.clock import Clock
from tests.starface.pbx_run import options_for

OAUTH = frozenset({AuthMode.OAUTH})
SECRET = OAuthConfig().client_secret
TOKEN = "POST /auth/realms/pbx/oauth2/token"
LOOK = "GET /.well-known/openid-configuration"


class Scene:
    """A PBX and somebody who wants in; both live by one clock."""

    def __init__(self, pbx: StarfaceSimulator, clock: Clock, who: Credentials) -> None:
        self.pbx = pbx
        self.clock = clock
        self.who = who

    @property
    def passwords_shown(self) -> int:
        attempts = self.pbx.accounts.attempts("0123")
        return attempts.good + attempts.bad + attempts.while_locked

    @property
    def refreshes(self) -> int:
        return self.pbx.accounts.attempts("0123").refreshes

    async def trouble(self) -> TroubleKind:
        with pytest.raises(LinkTrouble) as caught:
            await self.who.query()
        return caught.value.trouble.kind


@asynccontextmanager
async def scene(
    *,
    password: str = "Pass123",
    secret: str = SECRET,
    sign_in: str = "auto",
    user: dict[str, Any] | None = None,
    **config: Any,
) -> AsyncIterator[Scene]:
    clock = Clock()
    begin = clock.at

    def elapsed_s() -> float:
        return (clock.at - begin).total_seconds()

    one = PbxUser(**({"login": "0123", "password": "Pass123", "number": "23"} | (user or {})))
    settings: dict[str, Any] = {"auth_modes": OAUTH, "lock_after": 3} | config
    async with StarfaceSimulator(StarfaceConfig(now=clock, users=(one,), **settings)) as pbx:
        who = Credentials(
            options_for(pbx, sign_in=sign_in),
            password,
            client_secret=secret,
            pins=Pins(),
            now=clock,
            clock=elapsed_s,
        )
        try:
            yield Scene(pbx, clock, who)
        finally:
            await who.close()


# --- the form -------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("modes", "secret", "sign_in", "form", "why"),
    [
        ({AuthMode.SHA512}, "", "auto", SignIn.SHA512, "as the PBX names it"),
        ({AuthMode.SHA512}, SECRET, "auto", SignIn.SHA512, "as the PBX names it"),
        ({AuthMode.ACTIVE_DIRECTORY}, "", "auto", SignIn.ACTIVE_DIRECTORY, "as the PBX names it"),
        ({AuthMode.OAUTH, AuthMode.SHA512}, "", "auto", SignIn.SHA512, "as the PBX names it"),
        ({AuthMode.OAUTH, AuthMode.SHA512}, SECRET, "auto", SignIn.OAUTH, "as the PBX offers it"),
        ({AuthMode.OAUTH}, SECRET, "oauth", SignIn.OAUTH, "as set"),
        ({AuthMode.OAUTH}, SECRET, "md5", SignIn.MD5, "as set"),
    ],
)
async def test_the_form_follows_settings_and_pbx(
    modes: set[AuthMode], secret: str, sign_in: str, form: SignIn, why: str
) -> None:
    async with scene(auth_modes=frozenset(modes), secret=secret, sign_in=sign_in) as at:
        found = await at.who.begin()
        assert (found.sign_in, found.why) == (form, why)
        assert at.who.form == found
        assert at.passwords_shown == 0, "looking shows no password"


async def test_a_busy_pbx_keeps_the_form_that_it_named() -> None:
    async with scene(auth_modes=frozenset({AuthMode.ACTIVE_DIRECTORY}), secret="") as at:
        await at.who.begin()
        at.pbx.faults.add(FaultKind.UNAVAILABLE, times=None)
        assert (await at.who.begin()).sign_in is SignIn.ACTIVE_DIRECTORY
    async with scene() as at:
        await at.who.begin()
        at.pbx.faults.add(FaultKind.UNAVAILABLE, times=None)
        assert (await at.who.begin()).sign_in is SignIn.OAUTH


async def test_a_pbx_that_cannot_be_asked_is_a_trouble_only_where_it_matters() -> None:
    async with scene() as at:
        at.pbx.faults.add(FaultKind.DROP, method=LOOK, times=None)
        with pytest.raises(LinkTrouble) as caught:
            await at.who.begin()
        assert caught.value.trouble.kind is TroubleKind.CUT


@pytest.mark.parametrize(
    ("given", "words"),
    [
        ({"password": " "}, "password"),
        ({"sign_in": "oauth", "secret": " "}, "client secret"),
        ({"secret": "s\udcffcret"}, "client secret"),
        ({"password": "Pass\udcff"}, "password"),
        ({"sign_in": "sha512", "secret": ""}, None),
    ],
)
async def test_what_is_missing_is_told(given: dict[str, Any], words: str | None) -> None:
    async with scene(**given) as at:
        fault = at.who.fault()
        assert (words in fault) if words and fault else fault is None
        if words:
            assert await at.trouble() is TroubleKind.SETTINGS_INCOMPLETE


@pytest.mark.parametrize("form", [SignIn.SHA512, SignIn.ACTIVE_DIRECTORY, SignIn.MD5])
async def test_the_classic_forms_are_formulas(form: SignIn) -> None:
    async with scene(sign_in=form.value) as at:
        query = sign_in_query(form, "0123", "Pass123")
        assert await at.who.query() == query
        assert await at.who.query_instead(query) is None
        assert await at.who.xmpp_password() == "Pass123"
        assert await at.who.rest_token() is None
        assert at.who.knows(query[AUTH])
        assert not at.who.knows("0123:0")
        assert not at.pbx.chronicle.request_counts, "nothing is asked"


async def test_without_a_client_secret_xmpp_needs_no_look() -> None:
    async with scene(secret="") as at:
        await at.pbx.go_down()
        assert await at.who.xmpp_password() == "Pass123"


@pytest.mark.parametrize(
    ("modes", "secret", "sign_in", "lacks"),
    [
        ({AuthMode.OAUTH}, "", "auto", True),
        ({AuthMode.OAUTH}, SECRET, "auto", False),
        ({AuthMode.OAUTH}, "", "sha512", False),
        ({AuthMode.SHA512}, "", "auto", False),
    ],
)
async def test_a_refusal_may_come_from_a_secret_that_is_not_known(
    modes: set[AuthMode], secret: str, sign_in: str, lacks: bool
) -> None:
    async with scene(auth_modes=frozenset(modes), secret=secret, sign_in=sign_in) as at:
        assert await at.who.lacks_secret() is lacks
        await at.pbx.go_down()
        assert await at.who.lacks_secret() is False


# --- tokens ---------------------------------------------------------------------------------------


async def test_one_token_serves_all_ways() -> None:
    async with scene() as at:
        query = await at.who.query()
        token = query[JWT]
        assert at.pbx.oauth.user_of(token) is not None
        assert await at.who.xmpp_password() == token
        assert await at.who.rest_token() == token
        assert at.who.knows(token)
        assert not at.who.knows("eyJ.foreign.token")
        assert at.passwords_shown == 1


async def test_many_at_once_share_one_sign_in() -> None:
    async with scene() as at:
        await at.who.begin()
        queries = await asyncio.gather(*(at.who.query() for _ in range(20)))
        assert len({query[JWT] for query in queries}) == 1
        assert at.passwords_shown == 1
        rejected = queries[0]
        fresh = await asyncio.gather(*(at.who.query_instead(rejected) for _ in range(20)))
        assert {str(query) for query in fresh} == {str(await at.who.query())}
        assert fresh[0] != rejected
        assert (at.passwords_shown, at.refreshes) == (1, 1)


async def test_whoever_gives_up_does_not_have_the_password_shown_twice() -> None:
    async with scene() as at:
        await at.who.begin()
        at.pbx.faults.add(FaultKind.SLOW, method=TOKEN, delay_s=0.3)
        with pytest.raises(TimeoutError):
            await asyncio.wait_for(at.who.query(), 0.05)
        assert (await at.who.query())[JWT]
        assert at.passwords_shown == 1


async def test_a_token_is_renewed_beside_its_use_before_it_ends() -> None:
    async with scene() as at:
        first = await at.who.query()
        at.clock.forward(239)
        assert await at.who.query() == first
        assert at.refreshes == 0
        at.clock.forward(2)
        assert await at.who.query() == first, "nobody waits for a renewal that has time"
        async with asyncio.timeout(10):
            await at.pbx.chronicle.until(lambda: at.refreshes == 1)
            second = await at.who.query_instead(first)
        assert second
        assert await at.who.query() == second
        assert at.who.knows(first[JWT])
        assert at.who.knows(second[JWT])
        assert (at.passwords_shown, at.refreshes) == (1, 1)


async def test_a_token_that_ended_is_renewed_first() -> None:
    async with scene() as at:
        first = await at.who.query()
        at.clock.forward(3000)
        assert await at.who.query() != first
        assert (at.passwords_shown, at.refreshes) == (1, 1)


async def test_a_sign_in_over_xmpp_gets_a_token_with_life_left() -> None:
    """A token that ends on the way reads there as a wrong password."""
    async with scene() as at:
        first = await at.who.xmpp_password()
        at.clock.forward(239)
        assert await at.who.xmpp_password() == first
        at.clock.forward(2)
        second = await at.who.xmpp_password()
        assert second != first
        assert at.pbx.oauth.user_of(second) is not None
        at.clock.forward(250)
        at.pbx.faults.add(FaultKind.DROP, method=TOKEN)
        with pytest.raises(LinkTrouble):
            await at.who.xmpp_password()
        assert (at.passwords_shown, at.refreshes) == (1, 1)


async def test_a_token_that_xmpp_refuses_is_replaced_unless_it_was_just_had() -> None:
    async with scene() as at:
        first = await at.who.xmpp_password()
        assert await at.who.xmpp_password_instead(first) is None
        at.clock.forward(31)
        second = await at.who.xmpp_password_instead(first)
        assert second not in {None, first}
        assert await at.who.xmpp_password_instead(second or "") is None
        assert (at.passwords_shown, at.refreshes) == (1, 1)
    async with scene(sign_in="sha512") as at:
        assert await at.who.xmpp_password_instead(await at.who.xmpp_password()) is None
        assert at.passwords_shown == 0


async def test_weeks_of_renewals_show_the_password_once() -> None:
    async with scene() as at:
        for _ in range(300):
            token = await at.who.rest_token()
            assert token
            assert at.pbx.oauth.user_of(token) is not None
            at.clock.forward(3600)
        assert at.passwords_shown == 1


async def test_a_refresh_that_is_refused_leads_back_to_the_password_once() -> None:
    async with scene() as at:
        first = await at.who.query()
        at.pbx.oauth.revoke_everything()
        assert await at.who.query_instead(first) != first
        assert at.passwords_shown == 2
        at.clock.forward(30_000)
        await at.who.query()
        assert at.passwords_shown == 3


async def test_a_renewal_that_fails_lets_the_old_token_live_on() -> None:
    async with scene() as at:
        first = await at.who.query()
        at.clock.forward(245)
        await at.pbx.go_down()
        for _ in range(5):
            assert await at.who.query() == first
        at.clock.forward(60)
        assert await at.trouble() is TroubleKind.REFUSED_CONNECTION
        await at.pbx.listen()
        assert await at.who.query() != first
        assert at.passwords_shown == 1


async def test_a_token_just_had_is_not_the_reason_of_a_doubtful_refusal() -> None:
    async with scene() as at:
        query = await at.who.query()
        assert await at.who.query_instead(query, sure=False) is None
        at.clock.forward(31)
        assert await at.who.query_instead(query, sure=False) != query


# --- refusals -------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("given", "kind", "shown"),
    [
        ({"password": "wrong"}, TroubleKind.SIGN_IN_REFUSED, 1),
        ({"secret": "wrong"}, TroubleKind.OAUTH_CLIENT_REFUSED, 0),
        ({"user": {"password_grant": False}}, TroubleKind.OAUTH_RIGHT_MISSING, 1),
        (
            {"sign_in": "oauth", "auth_modes": frozenset({AuthMode.SHA512})},
            TroubleKind.OAUTH_MISSING,
            0,
        ),
    ],
)
async def test_a_refusal_is_told_and_not_repeated(
    given: dict[str, Any], kind: TroubleKind, shown: int
) -> None:
    async with scene(**given) as at:
        for _ in range(10):
            assert await at.trouble() is kind
            at.clock.forward(5)
        with pytest.raises(LinkTrouble):
            await at.who.rest_token()
        with pytest.raises(LinkTrouble):
            await at.who.xmpp_password()
        assert at.passwords_shown == shown
        counts = at.pbx.chronicle.request_counts
        assert counts.get(TOKEN, 0) <= 1
        await at.who.begin()
        assert await at.trouble() is kind, "a new sign-in may ask again"
        assert at.passwords_shown == 2 * shown


async def test_a_password_changed_meanwhile_is_shown_once() -> None:
    async with scene() as at:
        first = await at.who.query()
        at.pbx.accounts.set_password("0123", "another")
        at.pbx.oauth.revoke_everything()
        for _ in range(5):
            with pytest.raises(LinkTrouble) as caught:
                await at.who.query_instead(first)
            assert caught.value.trouble.kind is TroubleKind.SIGN_IN_REFUSED
        assert at.pbx.accounts.attempts("0123").bad == 1
        assert at.pbx.accounts.attempts("0123").locked_until is None


@pytest.mark.parametrize(
    ("fault", "kind"),
    [
        (FaultKind.HTML, TroubleKind.OAUTH_MISSING),
        (FaultKind.REDIRECT, TroubleKind.OAUTH_MISSING),
        (FaultKind.EMPTY, TroubleKind.OAUTH_MISSING),
        (FaultKind.SERVER_ERROR, TroubleKind.HTTP_STATUS),
        (FaultKind.UNAUTHORIZED, TroubleKind.SIGN_IN_REFUSED),
        (FaultKind.OVERSIZE, TroubleKind.STRANGE_ANSWER),
        (FaultKind.DROP, TroubleKind.CUT),
    ],
)
async def test_whatever_the_token_endpoint_answers_is_told(
    fault: FaultKind, kind: TroubleKind
) -> None:
    async with scene() as at:
        at.pbx.faults.add(fault, method=TOKEN, times=None)
        assert await at.trouble() is kind


async def test_no_token_reaches_the_log(caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.DEBUG)
    async with scene() as at:
        token = (await at.who.query())[JWT]
        at.pbx.oauth.revoke_everything()
        other = (await at.who.query_instead({JWT: token}) or {})[JWT]
    for secret in (token, other, SECRET, "Pass123"):
        assert secret not in caplog.text
