"""How often a password is shown that the PBX does not take, counted at the PBX over days."""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import Callable, Coroutine
from datetime import UTC, datetime, timedelta
from itertools import pairwise
from typing import Any

import pytest

from datev_connector.domain.legs import LegState
from datev_connector.simulators.starface import (
    AuthMode,
    BadLogin,
    OAuthConfig,
    StarfaceConfig,
    StarfaceSimulator,
)
from datev_connector.starface.adapter import StarfacePbx
from datev_connector.starface.pacing import Pacing
from tests.network.certificates import Pins
from tests.soak.clock import run_in_simulated_time
from tests.soak.computer import Computer
from tests.starface.pbx_run import Engine, options_for

MONDAY = datetime(2026, 3, 2, 8, 0, tzinfo=UTC)
SECRET = OAuthConfig().client_secret
TOKEN = "POST /auth/realms/pbx/oauth2/token"
FIRST_PAUSE = timedelta(seconds=Pacing().refused_s[0])
LONGEST_PAUSE = timedelta(seconds=Pacing().refused_s[1] * 1.25)
A_WHILE = timedelta(minutes=30)
"""Within which locks count wrong sign-ins; two are too few for any."""

STRATEGIES = [
    (AuthMode.SHA512, "auto", ""),
    (AuthMode.SHA512, "sha512", ""),
    (AuthMode.ACTIVE_DIRECTORY, "auto", ""),
    (AuthMode.ACTIVE_DIRECTORY, "active-directory", ""),
    (AuthMode.MD5, "md5", ""),
    (AuthMode.OAUTH, "auto", SECRET),
    (AuthMode.OAUTH, "oauth", SECRET),
    (AuthMode.OAUTH, "auto", ""),
    (AuthMode.OAUTH, "oauth", "wrong"),
]


class Days:
    """A PBX and a connector that live through days in a moment."""

    def __init__(self, pbx: StarfaceSimulator, computer: Computer, starface: StarfacePbx) -> None:
        self.pbx = pbx
        self.computer = computer
        self.starface = starface
        self.engine = Engine()

    async def go_by(self, duration: timedelta) -> None:
        await asyncio.sleep(duration.total_seconds())

    @property
    def attempts(self) -> list[datetime]:
        """When the password, or what is made from it, was shown in a sign-in."""
        return [
            request.at
            for request in self.pbx.chronicle.requests
            if request.method == TOKEN or request.method.endswith(".login")
        ]


def live(
    story: Callable[[Days], Coroutine[Any, Any, None]],
    *,
    password: str = "wrong",
    secret: str = "",
    sign_in: str = "auto",
    events: str = "auto",
    **config: Any,
) -> None:
    """Live through a story with a connector that runs."""

    async def main() -> None:
        computer = Computer(MONDAY)
        given = {"lock_after": 3} | config
        async with StarfaceSimulator(StarfaceConfig(now=computer.true_time, **given)) as pbx:
            engine = Engine()
            starface = StarfacePbx(
                options_for(
                    pbx, sign_in=sign_in, events=events, transport="https", pacing=Pacing()
                ),
                password,
                client_secret=secret,
                pins=Pins(),
                emit=engine.emit,
                now=computer.clock,
                jitter=lambda: 0.5,
            )
            days = Days(pbx, computer, starface)
            days.engine = engine
            task = asyncio.get_running_loop().create_task(starface.run())
            try:
                await story(days)
            finally:
                task.cancel()
                with contextlib.suppress(asyncio.CancelledError):
                    await task

    run_in_simulated_time(main)


@pytest.mark.parametrize("bad_login", BadLogin)
@pytest.mark.parametrize(("mode", "sign_in", "secret"), STRATEGIES)
def test_a_refused_sign_in_is_tried_once_and_then_with_growing_pauses(
    mode: AuthMode, sign_in: str, secret: str, bad_login: BadLogin
) -> None:
    async def story(days: Days) -> None:
        await days.engine.wait_until(lambda: len(days.engine.legs) == 2)
        await days.go_by(timedelta(minutes=10))
        assert len(days.attempts) == 1
        await days.go_by(timedelta(minutes=30))
        assert len(days.attempts) == 2
        assert days.pbx.accounts.attempts("0123").locked_until is None
        await days.go_by(timedelta(days=2))
        pauses = [after - before for before, after in pairwise(days.attempts)]
        assert pauses[0] >= FIRST_PAUSE
        assert all(before <= after for before, after in pairwise(pauses[:4]))
        assert max(pauses) <= LONGEST_PAUSE
        assert all(b - a > A_WHILE for a, b in zip(days.attempts, days.attempts[2:], strict=False))
        everybody = ("0123", "")
        assert all(days.pbx.accounts.attempts(login).good == 0 for login in everybody)
        assert all(days.pbx.accounts.attempts(login).while_locked == 0 for login in everybody)
        told = [leg.reason for leg in days.engine.legs]
        assert len(told) == len(set(told)) == 2, "one message, told once"
        assert days.engine.legs[-1].state is LegState.DOWN

    live(
        story,
        sign_in=sign_in,
        secret=secret,
        auth_modes=frozenset({mode}),
        bad_login=bad_login,
    )


@pytest.mark.parametrize("bad_login", BadLogin)
def test_a_pbx_that_wants_oauth_says_what_is_missing(bad_login: BadLogin) -> None:
    async def story(days: Days) -> None:
        report = await days.engine.wait_until(
            lambda: next((leg for leg in days.engine.legs if "OAuth" in leg.reason), None)
        )
        assert "client secret" in report.reason
        assert "in the settings under Connection" in report.remedy
        assert "DATEV_CONNECTOR_CLIENT_SECRET" in report.remedy

    live(story, password="Pass123", auth_modes=frozenset({AuthMode.OAUTH}), bad_login=bad_login)


@pytest.mark.parametrize("bad_login", BadLogin)
@pytest.mark.parametrize(("mode", "secret"), [(AuthMode.SHA512, ""), (AuthMode.OAUTH, SECRET)])
def test_a_password_that_is_changed_while_signed_in_locks_nobody(
    mode: AuthMode, secret: str, bad_login: BadLogin
) -> None:
    async def story(days: Days) -> None:
        await days.engine.leg(LegState.UP)
        days.pbx.accounts.set_password("0123", "another")
        days.pbx.oauth.revoke_everything()
        days.pbx.sessions.clear()
        await days.go_by(timedelta(minutes=12))
        attempts = days.pbx.accounts.attempts("0123")
        assert attempts.bad <= 2
        assert attempts.while_locked == 0
        assert attempts.locked_until is None
        assert days.engine.legs[-1].state is LegState.DOWN

    live(
        story,
        password="Pass123",
        secret=secret,
        auth_modes=frozenset({mode}),
        bad_login=bad_login,
    )


@pytest.mark.parametrize("bad_login", [BadLogin.UNAUTHORIZED, BadLogin.STRICT])
def test_a_session_lives_through_many_tokens(bad_login: BadLogin) -> None:
    async def story(days: Days) -> None:
        await days.engine.leg(LegState.UP)
        for hours in (0.2, 4):
            await days.go_by(timedelta(hours=hours))
            call = days.pbx.pbx.incoming("0123", "004972112345")
            call.ring()
            call.hangup()
            await days.pbx.settled()
        attempts = days.pbx.accounts.attempts("0123")
        assert attempts.bad == attempts.bad_refreshes == 0
        shown = [request for request in days.pbx.chronicle.requests if request.method == TOKEN]
        assert attempts.good == 1, "one password, for the first token"
        assert len(shown) == 1 + attempts.refreshes
        assert attempts.refreshes > 50
        assert [leg.state for leg in days.engine.legs] == [LegState.DOWN, LegState.UP]
        assert len([seen for seen in days.engine.sightings if seen.caller_number]) == 4

    live(
        story,
        password="Pass123",
        secret=SECRET,
        events="callback",
        auth_modes=frozenset({AuthMode.OAUTH}),
        bad_login=bad_login,
        oauth=OAuthConfig(events_carry_token=True),
    )


@pytest.mark.parametrize("bad_login", BadLogin)
@pytest.mark.parametrize("counts", [True, False])
def test_a_computer_that_slept_only_renews_its_token(bad_login: BadLogin, counts: bool) -> None:
    async def story(days: Days) -> None:
        await days.engine.leg(LegState.UP)
        await days.go_by(timedelta(minutes=1))
        days.computer.sleep(timedelta(hours=2), counts=counts)
        await days.go_by(timedelta(minutes=2))
        assert days.engine.legs[-1].state is LegState.UP
        attempts = days.pbx.accounts.attempts("0123")
        assert attempts.bad == 0
        assert attempts.refreshes >= 1

    live(
        story,
        password="Pass123",
        secret=SECRET,
        auth_modes=frozenset({AuthMode.OAUTH}),
        bad_login=bad_login,
    )
