"""The desktop program as a person has it: its process, its windows, keys and eyes."""

from __future__ import annotations

import asyncio
import signal
import sys
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import UTC, datetime
from pathlib import Path

from datev_connector.app.folders import find_profile
from datev_connector.app.running.instance import only_instance
from tests.app.end_to_end.connector import environment, printed, running
from tests.app.end_to_end.office import ADA, SHARED, UNKNOWN, Office, simulated
from tests.desktop.end_to_end.hand import Hand

QUIET: dict[str, dict[str, object]] = {
    "calls": {"transfer_automatically": False},
    "general": {"language": "de"},
}
PATIENCE_S = 30.0


@asynccontextmanager
async def desk(screen: str, profile: Path, people: Path | None = None) -> AsyncIterator[Office]:
    """An office whose connector has its windows on the screen."""
    async with (
        simulated(profile, QUIET, people=people) as office,
        office.run(how="--stream", DISPLAY=screen, QT_QPA_PLATFORM="xcb"),
    ):
        yield office


async def test_a_call_is_seen_noted_and_handed_over_by_keys_alone(
    screen: str, hand: Hand, profile: Path, people: Path
) -> None:
    async with desk(screen, profile, people) as office:
        incoming = await office.rings(ADA)
        await hand.window("Ada Byron")
        await incoming.answered()
        await hand.go_to("Ada Byron")
        await hand.type("Bittet um den Bescheid")
        await hand.press("ctrl+Return")
        await incoming.event("window", note="waiting")
        incoming.at_pbx.hangup()
        journal = await office.journal(1)
        assert [entry.record.note for entry in journal] == ["Bittet um den Bescheid"]
        assert journal[0].record.contact_id == "D-ada"
        office.sound()


async def test_the_keyboard_stays_where_the_person_types(
    screen: str, hand: Hand, profile: Path, people: Path
) -> None:
    async with desk(screen, profile, people) as office:
        first = await office.rings(ADA)
        await hand.go_to("Ada Byron")
        await hand.type("eins ")
        await office.rings(UNKNOWN)
        await hand.window("0407770|040 7770")
        assert "Ada Byron" in await hand.focused()
        await hand.type("zwei")
        await first.event("window", draft=True)
        await hand.press("Escape")
        await hand.gone("Ada Byron")
        await office.connector.quit()
        kept = await printed(profile, "journal", "list")
        assert "eins zwei" in {call["note"] for call in kept}


async def test_a_digit_says_who_it_is(screen: str, hand: Hand, profile: Path, people: Path) -> None:
    async with desk(screen, profile, people) as office:
        incoming = await office.rings(SHARED)
        asked = await incoming.event("choose")
        await hand.go_to("555")
        wanted = asked["candidates"][1]["name"]
        # The list is there a moment after the window; a person sees that.
        await hand.press_until("alt+2", lambda: incoming.events("call", known="chosen"))
        assert incoming.events("call", known="chosen")[0]["name"] == wanted


async def test_what_was_typed_last_is_kept_when_the_program_ends(
    screen: str, hand: Hand, profile: Path, people: Path
) -> None:
    async with desk(screen, profile, people) as office:
        await office.rings(ADA)
        await hand.go_to("Ada Byron")
        await hand.type("noch nicht gespeichert")
        office.connector.process.terminate()
        assert await office.connector.ended() == 0
        kept = await printed(profile, "journal", "list")
        assert [call["note"] for call in kept] == ["noch nicht gespeichert"]
        assert "Traceback" not in office.connector.stderr


async def test_what_was_typed_last_is_kept_when_the_stream_ends_the_program(
    screen: str, hand: Hand, profile: Path, people: Path
) -> None:
    async with desk(screen, profile, people) as office:
        await office.rings(ADA)
        await hand.go_to("Ada Byron")
        await hand.type("noch nicht gespeichert")
        assert await office.connector.quit() == 0
        kept = await printed(profile, "journal", "list")
        assert [call["note"] for call in kept] == ["noch nicht gespeichert"]


async def test_a_second_start_offers_its_link_in_the_first(
    screen: str, hand: Hand, profile: Path
) -> None:
    async with desk(screen, profile) as office:
        second = await asyncio.create_subprocess_exec(
            *(sys.executable, "-m", "datev_connector", "run", "tel:+49-721-12345"),
            *("--profile", str(profile)),
            env=environment(DISPLAY=screen, QT_QPA_PLATFORM="xcb"),
        )
        async with asyncio.timeout(PATIENCE_S):
            assert await second.wait() == 0
        await hand.window("wählen")
        assert not office.starface.pbx.calls
        await hand.go_to("wählen")
        await hand.press("Return")
        dialled = await office.starface.pbx.dialled()
        assert dialled.called.number.endswith("72112345")


async def test_the_first_start_begins_with_the_assistant(
    screen: str, hand: Hand, tmp_path: Path
) -> None:
    profile = tmp_path / "new"
    async with running(
        profile, how="--stream", DISPLAY=screen, QT_QPA_PLATFORM="xcb", LANG="de_DE.UTF-8"
    ) as connector:
        await connector.event("leg", leg="starface", state="down")
        await hand.window("Erste Schritte|Einrichtung")
        assert await connector.quit() == 0


async def test_settings_that_cannot_be_read_are_named_in_a_window(
    screen: str, hand: Hand, tmp_path: Path
) -> None:
    profile = tmp_path / "broken"
    profile.mkdir()
    (profile / "settings.toml").write_text("[starface]\nhosst = 'x'\n", "utf-8")
    async with running(
        profile, how="--stream", DISPLAY=screen, QT_QPA_PLATFORM="xcb", LANG="de_DE.UTF-8"
    ) as connector:
        await hand.go_to("DATEV Connector")
        await hand.press("Escape")
        assert await connector.ended() == 3


async def test_a_second_start_says_so_in_a_window_where_the_first_hangs(
    screen: str, hand: Hand, tmp_path: Path
) -> None:
    windows = {"DISPLAY": screen, "QT_QPA_PLATFORM": "xcb", "LANG": "de_DE.UTF-8"}
    async with running(tmp_path / "new", how="--stream", **windows) as first:
        await first.event("leg", leg="starface", state="down")
        await hand.window("Erste Schritte|Einrichtung")
        first.process.send_signal(signal.SIGSTOP)
        try:
            async with running(tmp_path / "new", how="--stream", **windows) as second:
                await hand.window("^DATEV Connector$")
                await hand.go_to("DATEV Connector")
                await hand.press("Escape")
                assert await second.ended() == 1
                assert "antwortet aber nicht" in second.stderr
        finally:
            first.process.send_signal(signal.SIGCONT)
        assert await first.quit() == 0


async def test_a_program_that_could_not_start_ends_when_it_is_told_to(
    screen: str, hand: Hand, tmp_path: Path
) -> None:
    profile = tmp_path / "used"
    windows = {"DISPLAY": screen, "QT_QPA_PLATFORM": "xcb", "LANG": "de_DE.UTF-8"}
    profile.mkdir()
    with only_instance(find_profile(folder=profile).lock_file, datetime.now(UTC)):
        async with running(profile, how="--stream", **windows) as connector:
            await hand.window("DATEV Connector")
            connector.process.terminate()
            assert await connector.ended() == 0
