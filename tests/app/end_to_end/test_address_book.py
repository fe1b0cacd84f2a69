"""The running connector and the address book of the PBX, with and without OAuth."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import Any

from datev_connector.simulators.starface import (
    AuthMode,
    FaultKind,
    OAuthConfig,
    PbxContact,
    PbxUser,
    StarfaceConfig,
)
from tests.app.end_to_end.connector import BESIDE_SOON, SWIFT
from tests.app.end_to_end.office import USER, simulated

SECRET = OAuthConfig().client_secret
BOOK = (
    PbxContact(id="7", first_name="Ada", family_name="Byron", phone="0721 12345"),
    PbxContact(id="8", company="Maschinen KG", phone2="+49 30 5550001", fax="030 5550002"),
)
NARROW: dict[str, dict[str, Any]] = {"dial_plan": {"area_code": "721", "internal_digits": 2}}


def as_of(reason: str) -> bool:
    return reason.startswith("2 contacts, as of") and ";" not in reason


async def test_callers_are_known_from_the_book_also_when_the_pbx_was_away(tmp_path: Path) -> None:
    config = StarfaceConfig(contacts=BOOK)
    async with simulated(tmp_path / "profile", pbx=config) as office:
        async with office.run(program=SWIFT, SWIFT=BESIDE_SOON) as connector:
            await connector.event("leg", leg="contacts.starface", state="up", reason=as_of)
            call = await office.rings("004972112345")
            assert call.told["name"] == "Ada Byron"
            assert call.told["match"]["contact"] == "7"
            await call.over()
            fax = await office.rings("0049305550002")
            assert fax.told["match"]["contact"] is None
            await fax.over()
            assert office.starface.accounts.attempts(USER).bad == 0
            assert await connector.quit() == 0
        office.starface.faults.add(FaultKind.SERVER_ERROR, method="* /rest/*", times=None)
        async with office.run(program=SWIFT, SWIFT=BESIDE_SOON) as connector:
            report = await connector.event("leg", leg="contacts.starface", state="degraded")
            assert "In use: 2 contacts, as of" in report["reason"]
            call = await office.rings("0049305550001")
            assert call.told["name"] == "Maschinen KG"
            await call.over()
            office.sound()


async def test_the_pbxs_own_people_are_internal_whatever_their_number(tmp_path: Path) -> None:
    usual = StarfaceConfig().users[0]
    far = PbxUser(login="4711", password="x", number="4711", first_name="Far", family_name="Away")
    config = StarfaceConfig(contacts=BOOK, users=(replace(usual), far))
    async with (
        simulated(tmp_path / "profile", NARROW, pbx=config) as office,
        office.run(program=SWIFT, SWIFT=BESIDE_SOON) as connector,
    ):
        await connector.event("leg", leg="contacts.starface", state="up", reason=as_of)
        call = await office.rings("4711")
        assert call.told["internal"] is True
        await call.over()
        stranger = await office.rings("4712")
        assert stranger.told["internal"] is False
        await stranger.over()


async def test_oauth_from_the_first_token_to_the_book(tmp_path: Path) -> None:
    config = StarfaceConfig(contacts=BOOK, auth_modes=frozenset({AuthMode.OAUTH}), lock_after=2)
    async with (
        simulated(tmp_path / "profile", pbx=config) as office,
        office.run(
            program=SWIFT, SWIFT=BESIDE_SOON, DATEV_CONNECTOR_CLIENT_SECRET=SECRET
        ) as connector,
    ):
        await connector.event("leg", leg="contacts.starface", state="up", reason=as_of)
        call = await office.rings("004972112345")
        assert call.told["name"] == "Ada Byron"
        office.starface.oauth.expire_access_tokens()
        await call.answered()
        await call.over()
        attempts = office.starface.accounts.attempts(USER)
        assert (attempts.good, attempts.bad) == (1, 0)
        token = office.starface.oauth.newest_token(USER)
        for log in (tmp_path / "profile").rglob("*.log"):
            text = log.read_text("utf-8")
            assert token not in text
            assert SECRET not in text
        office.sound()
