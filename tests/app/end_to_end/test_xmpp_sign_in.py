"""Who signs in over XMPP, with what, and how often: no account is ever locked by us."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from datev_connector.simulators.starface import AuthMode, Mechanism, OAuthConfig, XmppConfig
from tests.app.end_to_end.office import ADA, USER
from tests.app.end_to_end.xmpp_office import (
    AUTO,
    HTTPS,
    NO_DOOR,
    OWN_DOOR,
    XMPP,
    XmppOffice,
    prosody_office,
    xmpp_office,
)

OAUTH_ONLY = frozenset({AuthMode.OAUTH})
DIRECTORY = frozenset({AuthMode.ACTIVE_DIRECTORY})
LOCK_AFTER = 3


@pytest.fixture
def profile(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("xmpp-sign-in") / "profile"


async def one_call(office: XmppOffice) -> None:
    call = await office.rings(ADA)
    await call.answered()
    assert (await call.over())["outcome"] == "answered"
    await call.event("datev", record={"CallState": 3}, result="confirmed")
    office.sound()


@pytest.mark.parametrize("transport", ["auto", "xmpp"])
async def test_a_wrong_password_is_tried_once_over_all_doors(profile: Path, transport: str) -> None:
    settings = {"starface": {"transport": transport}}
    async with xmpp_office(profile, settings) as office:
        async with office.start(password="wrong") as connector:
            said = await connector.event(
                "leg", leg="starface", state="down", mender=lambda who: who != "nobody"
            )
            assert said["reason"] == "STARFACE does not accept login or password."
            assert said["mender"] == "user"
            assert "block the account" in said["remedy"]
            connector.command("retry")  # of the outbox: it must not sign in again
            await connector.obeyed()
            met = office.https.met, office.xmpp.met
            await connector.event("leg", leg="datev", state="up")
            assert await connector.quit() == 0
            assert (office.https.met, office.xmpp.met) == met
        attempts = office.starface.accounts.attempts(USER)
        assert (attempts.bad, attempts.good) == (1, 0)


async def test_a_password_that_changes_while_a_call_goes_on_is_tried_once(profile: Path) -> None:
    async with prosody_office(profile, AUTO) as office, office.at_work() as connector:
        call = await office.rings(ADA)
        await call.answered()
        office.starface.accounts.set_password(USER, "another")
        mark = connector.mark
        await office.xmpp.snap()
        said = await connector.event("leg", after=mark, leg="starface", mender="user", state="down")
        assert "login or password" in said["reason"]
        attempts = office.starface.accounts.attempts(USER)
        assert attempts.bad == 1
        assert office.prosody.log.count("not-authorized") == 0
        assert not call.events("call", state="ended")


async def test_a_password_that_xmpp_alone_refuses_is_not_tried_there_again(profile: Path) -> None:
    """HTTPS has taken it, so XMPP only has another one; nobody need do anything."""
    async with prosody_office(profile, AUTO) as office:
        office.prosody.set_password(USER, "another")
        async with office.at_work(HTTPS) as connector:
            barred = await office.barred()
            assert barred["kind"] == "sign-in-refused"
            await one_call(office)
            met = office.xmpp.met
            await connector.obeyed()
            await one_call(office)
            assert office.xmpp.met == met
            assert office.way == HTTPS


@pytest.mark.parametrize("lets_in", [True, False], ids=["taken", "refused"])
async def test_active_directory(profile: Path, lets_in: bool) -> None:
    pbx = replace(OWN_DOOR, auth_modes=DIRECTORY, xmpp=XmppConfig(directory_users=lets_in))
    way = XMPP if lets_in else HTTPS
    async with xmpp_office(profile, AUTO, pbx=pbx) as office, office.at_work(way):
        if not lets_in:
            assert (await office.barred())["kind"] == "sign-in-refused"
        await one_call(office)
        assert office.starface.accounts.attempts(USER).bad == (0 if lets_in else 1)


@pytest.mark.parametrize("mechanism", [*Mechanism])
async def test_every_form_of_sign_in(profile: Path, mechanism: Mechanism) -> None:
    alone = {**AUTO, "starface": {"transport": "xmpp"}}
    only = (mechanism.value,)
    async with prosody_office(profile, alone, mechanisms=only) as office, office.at_work():
        await one_call(office)


# --- OAuth --------------------------------------------------------------------------------------


@pytest.mark.parametrize("own_door", [True, False], ids=["own door", "prosody"])
async def test_tokens_that_end_during_a_call(profile: Path, own_door: bool) -> None:
    """The line stays, requests go on, and after a cut the next sign-in shows a good token."""
    lives = OAuthConfig(access_life_s=2.0, refresh_life_s=4.0)
    config = replace(OWN_DOOR if own_door else NO_DOOR, auth_modes=OAUTH_ONLY, oauth=lives)
    make: Any = xmpp_office if own_door else prosody_office
    more = {} if own_door else {"mechanisms": ("PLAIN",)}
    async with make(profile, AUTO, pbx=config, **more) as office, office.at_work() as connector:
        call = await office.rings(ADA)
        await call.answered()
        for _ in range(2):
            mark = connector.mark
            office.starface.oauth.expire_access_tokens()
            await office.xmpp.snap()
            await office.in_use(XMPP, after=mark)
        mark = connector.mark
        office.starface.oauth.revoke_everything()
        await office.xmpp.snap()
        await office.in_use(XMPP, after=mark)
        assert (await call.over())["outcome"] == "answered"
        assert {e["call"] for e in connector.told("call")} == {call.id}
        attempts = office.starface.accounts.attempts(USER)
        assert attempts.bad == 0
        text = (profile / "logs" / "connector.log").read_text("utf-8")
        assert office.starface.oauth.newest_token(USER) not in text
        office.sound()


async def test_without_the_right_to_oauth_nothing_is_tried_twice(profile: Path) -> None:
    users = tuple(replace(user, password_grant=False) for user in OWN_DOOR.users)
    pbx = replace(OWN_DOOR, auth_modes=OAUTH_ONLY, users=users)
    async with xmpp_office(profile, AUTO, pbx=pbx) as office, office.start() as connector:
        said = await connector.event("leg", leg="starface", state="down", mender="pbx-admin")
        assert "OAuth" in said["reason"]
        await connector.event("leg", leg="datev", state="up")
        assert await connector.quit() == 0
        asked = [r for r in office.starface.chronicle.requests if "token" in r.method]
        assert len(asked) == 1
        assert office.xmpp.met == 0


# --- locks --------------------------------------------------------------------------------------


async def test_a_long_day_of_restarts_and_cuts_never_locks_the_account(profile: Path) -> None:
    """Each trouble is one that a careless client answers with another wrong sign-in."""
    pbx = replace(OWN_DOOR, lock_after=LOCK_AFTER)
    async with xmpp_office(profile, AUTO, pbx=pbx) as office:
        attempts = office.starface.accounts.attempts(USER)
        async with office.at_work() as connector:
            for turn in range(6):
                mark = connector.mark
                match turn % 3:
                    case 0:
                        await office.starface.restart()
                    case 1:
                        await office.xmpp.snap()
                    case _:
                        office.starface.sessions.clear()
                        await office.xmpp.snap()
                        await office.https.snap()
                await office.in_use(XMPP, after=mark)
            await one_call(office)
            office.starface.accounts.set_password(USER, "another")
            mark = connector.mark
            await office.starface.restart()
            await connector.event("leg", after=mark, leg="starface", state="down", mender="user")
            assert await connector.quit() == 0
        assert attempts.bad == 1
        assert attempts.while_locked == 0
        assert attempts.locked_until is None
