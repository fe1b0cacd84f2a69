"""The running connector and DATEVconnect: callers are known, whatever happens to either."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

from datev_connector.simulators.datev import DatevConfig, Fault, Office, Refusal
from tests.app.end_to_end.connector import Connector, Event, command_line
from tests.app.end_to_end.office import Office as Desk
from tests.app.end_to_end.office import simulated

USER, SECRET = "connector", "Nikolausberg-58"
PASSWORD = {"DATEV_CONNECTOR_DATEV_PASSWORD": SECRET}
CONFIG = DatevConfig(https_port=0, user=USER, password=SECRET)
BAKER = "5b0c2b6e-0000-4000-8000-000000000001"
LENA = "5b0c2b6e-0000-4000-8000-000000000002"
HEAD = "0049721999770"
DIRECT = "004972199977345"
HOME = "0049721556677"


def baker(**changes: Any) -> dict[str, Any]:
    phone = {"type": "phone", "data_content": "0721 / 99977-0", "note": "Zentrale"}
    fax = {"type": "fax", "data_content": "0721 / 99977-99"}
    given = {
        "id": BAKER,
        "type": "legal_person",
        "status": "active",
        "current_company_name": "Bäckerei Hollerbach GmbH",
        "communications": [phone, fax],
    }
    return given | changes


def lena(number: str = "0721 556677") -> dict[str, Any]:
    return {
        "id": LENA,
        "type": "natural_person",
        "status": "active",
        "firstname": "Lena",
        "current_surname": "Sommer",
        "communications": [{"type": "phone", "data_content": number}],
    }


def client(number: int, owner: str, **changes: Any) -> dict[str, Any]:
    given = {
        "id": f"client-{number}",
        "number": number,
        "name": "Hollerbach",
        "type": "legal_person",
        "status": "active",
        "legal_person_id": owner,
    }
    return given | changes


@asynccontextmanager
async def office(profile: Path, config: DatevConfig = CONFIG) -> AsyncIterator[Desk]:
    async with simulated(profile, datev=config) as desk:
        desk.settings(
            {
                "datev": {
                    "contacts": "datevconnect",
                    "connect_url": desk.datev.connect.https_url,
                    "connect_user": f"KANZLEI\\{USER}",
                }
            }
        )
        # An office without any client would be told of as one that shows none.
        desk.datev.connect.put_client(client(10031, LENA))
        yield desk


def held(count: int) -> Any:
    return lambda reason: reason.startswith(f"{count} contact") and ";" not in reason


async def leg(connector: Connector, count: int) -> Event:
    return await connector.event(
        "leg", leg="contacts.datev", state="up", reason=held(count), timeout_s=30.0
    )


async def sync(profile: Path, *more: str) -> str:
    code, out, err = await command_line(
        profile, "contacts", "sync", "--from", "datev", *more, **PASSWORD
    )
    assert code == 0, err
    return out


async def test_a_client_calls_and_is_known_with_number_and_head_number(tmp_path: Path) -> None:
    async with office(tmp_path / "profile") as desk:
        desk.datev.connect.put_addressee(baker())
        desk.datev.connect.put_client(client(10023, BAKER))
        async with desk.run(**PASSWORD) as connector:
            await leg(connector, 1)
            call = await desk.rings(DIRECT)
            assert call.told["name"] == "Bäckerei Hollerbach GmbH"
            assert call.told["match"] == {
                "rule": "company-stem",
                "contact": BAKER,
                "candidates": 1,
            }
            await call.over()
            assert await connector.quit() == 0
        code, found, _ = await command_line(desk.profile, "contacts", "search", "10023")
        assert code == 0
        assert "Hollerbach" in found
        desk.sound()


async def test_what_changes_in_datev_is_known_after_the_next_look(tmp_path: Path) -> None:
    async with office(tmp_path / "profile") as desk:
        connect = desk.datev.connect
        connect.put_addressee(baker())
        connect.put_addressee(lena())
        await sync(desk.profile)
        connect.put_addressee(lena("0721 998811"))
        connect.delete_addressee(BAKER)
        before = connect.requests
        async with desk.run(**PASSWORD) as connector:
            await leg(connector, 1)
            assert connect.requests - before == 5, "four lists, and one addressee that has changed"
            call = await desk.rings("0049721998811")
            assert call.told["name"] == "Lena Sommer"
            await call.over()
            for gone in (HOME, HEAD):
                call = await desk.rings(gone)
                assert call.told["match"]["contact"] is None
                await call.over()
            desk.sound()


async def test_old_contacts_answer_while_datev_is_away_or_refuses(tmp_path: Path) -> None:
    async with office(tmp_path / "profile") as desk:
        connect = desk.datev.connect
        connect.put_addressee(lena())
        await sync(desk.profile)
        connect.faults.refusal = Refusal.WITH_CODE
        async with desk.run(**PASSWORD) as connector:
            told = await connector.event(
                "leg", leg="contacts.datev", state="degraded", timeout_s=30.0
            )
            assert "DCO10400" in told["reason"]
            assert "In use: 1 contact, as of" in told["reason"]
            assert told["mender"] == "datev-admin"
            assert 'the right "DATEVconnect"' in told["remedy"]
            call = await desk.rings(HOME)
            assert call.told["name"] == "Lena Sommer"
            await call.over()
            assert await connector.quit() == 0
        await connect.go_away()
        async with desk.run(**PASSWORD) as connector:
            await connector.event(
                "leg",
                leg="contacts.datev",
                state="degraded",
                reason=lambda reason: "In use: 1 contact" in reason,
                timeout_s=30.0,
            )
            call = await desk.rings(HOME)
            assert call.told["name"] == "Lena Sommer"
            await call.over()
        desk.sound()


async def test_a_wrong_password_is_shown_once(tmp_path: Path) -> None:
    async with office(tmp_path / "profile") as desk:
        desk.datev.connect.put_addressee(lena())
        wrong = {"DATEV_CONNECTOR_DATEV_PASSWORD": "wrong"}
        async with desk.run(**wrong) as connector:
            told = await connector.event(
                "leg",
                leg="contacts.datev",
                state="degraded",
                reason=lambda reason: "password" in reason,
                timeout_s=30.0,
            )
            assert "does not accept user or password" in told["reason"]
            call = await desk.rings(HOME)
            await call.over()
            assert desk.datev.connect.sign_ons.refused == 1
        desk.sound()


async def test_calls_go_on_and_old_contacts_answer_during_a_load_that_is_killed(
    tmp_path: Path,
) -> None:
    count = 400
    async with office(
        tmp_path / "profile",
        DatevConfig(https_port=0, user=USER, password=SECRET, office=Office(count=count)),
    ) as desk:
        file = tmp_path / "old.csv"
        file.write_text(f"source;id;name;number\ndatev;old;Lena Alt;{HOME}\n", "utf-8")
        code, _, err = await command_line(desk.profile, "contacts", "import", str(file))
        assert code == 0, err
        connect = desk.datev.connect
        async with desk.run(**PASSWORD) as connector:
            await desk.wait_until(lambda: connect.requests > 150, 60.0, "half of the load")
            connect.faults.play(Fault.SILENCE, "single", times=0)
            call = await desk.rings(HOME)
            assert call.told["name"] == "Lena Alt"
            await call.over()
            await connector.kill()
        connect.faults.clear()
        before = connect.requests
        async with desk.run(**PASSWORD) as connector:
            await leg(connector, count)
            assert connect.requests - before < count - 100, "what was fetched is not fetched again"
            call = await desk.rings(HOME)
            assert call.told["name"] != "Lena Alt"
            await call.over()
        desk.sound()


async def test_a_sync_beside_the_running_connector(tmp_path: Path) -> None:
    async with office(tmp_path / "profile") as desk:
        connect = desk.datev.connect
        connect.put_addressee(lena())
        async with desk.run(**PASSWORD) as connector:
            await leg(connector, 1)
            connect.put_addressee(baker())
            await asyncio.gather(sync(desk.profile), sync(desk.profile, "--anew"))
            call = await desk.rings(HEAD)
            assert call.told["name"] == "Bäckerei Hollerbach GmbH"
            await call.over()
            call = await desk.rings(HOME)
            assert call.told["name"] == "Lena Sommer"
            await call.over()
        desk.sound()


async def test_the_password_of_datev_is_in_no_log(tmp_path: Path) -> None:
    async with office(tmp_path / "profile") as desk:
        desk.datev.connect.put_addressee(lena())
        async with desk.run(**PASSWORD) as connector:
            await leg(connector, 1)
        logs = list(desk.profile.rglob("*.log"))
        assert logs
        for log in logs:
            text = log.read_text("utf-8")
            assert SECRET not in text
            assert "Sommer" not in text
            assert "556677" not in text
