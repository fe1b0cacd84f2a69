"""The profile's own troubles: two connectors, no room, no right to write, bad settings."""

from __future__ import annotations

import shutil
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.app.end_to_end.connector import command_line, printed, running
from tests.app.end_to_end.office import ADA, simulated

AUTO = {"calls": {"transfer_automatically": True}}


@pytest.fixture
def profile(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("profile") / "profile"


@pytest.fixture
def small_disk(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    """A disk of two megabytes; needs the right to mount."""
    place = tmp_path_factory.mktemp("disk")
    mount = shutil.which("mount")
    if sys.platform != "linux" or mount is None:
        pytest.skip("small disks are made on Linux only")
    made = subprocess.run(
        [mount, "-t", "tmpfs", "-o", "size=3m", "tmpfs", str(place)],
        check=False,
        capture_output=True,
    )
    if made.returncode != 0:
        pytest.skip("this user may not mount a disk")
    try:
        yield place
    finally:
        subprocess.run(["umount", "--lazy", str(place)], check=True)


async def test_quit_and_the_end_of_input_end_differently(profile: Path) -> None:
    async with simulated(profile) as office, office.run() as connector:
        assert connector.process.stdin is not None
        connector.process.stdin.close()
        call = await office.rings(ADA)
        await call.over()
        connector.process.terminate()
        assert await connector.ended() == 0
        assert office.starface.chronicle.request_counts["ucp.v30.requests.connection.logout"] == 1
        office.sound()


async def test_a_second_connector_is_refused_and_names_the_first(profile: Path) -> None:
    async with simulated(profile) as office, office.run() as connector:
        async with running(profile) as second:
            assert await second.ended() == 1
            assert str(connector.pid) in second.stderr
            assert second.events == []
        call = await office.rings(ADA)
        await call.over()
        assert len(office.starface.sessions) == 1
        await connector.kill()
        async with office.run() as third:
            assert await third.quit() == 0


async def test_commands_beside_a_running_connector(profile: Path) -> None:
    async with simulated(profile) as office, office.run() as connector:
        call = await office.rings(ADA)
        call.note("nebenbei gelesen")
        await connector.obeyed()
        (kept,) = await printed(profile, "journal", "list")
        assert kept["note"] == "nebenbei gelesen"
        assert await printed(profile, "outbox", "list") == []
        await call.over()
        office.sound()


@pytest.mark.parametrize(
    ("text", "names"),
    [
        ("[starface]\nhost = 7\n", "host"),
        ('[starface]\nhost = "a"\nlogin = "1"\ncolour = "red"\n', "colour"),
        ("[starface\n", "settings.toml"),
        ("", "starface.host"),
    ],
)
async def test_settings_that_cannot_be_end_with_3(profile: Path, text: str, names: str) -> None:
    written(profile, text)
    async with running(profile) as connector:
        assert await connector.ended() == 3
        assert names in connector.stderr
        assert "Traceback" not in connector.stderr


async def test_no_password_is_said_and_nothing_is_tried(profile: Path) -> None:
    async with simulated(profile) as office, running(profile, password="") as connector:
        leg = await connector.event(
            "leg", leg="starface", state="down", mender=lambda who: who != "nobody"
        )
        assert "password" in f"{leg['reason']} {leg['remedy']}".lower()
        assert office.starface.accounts.attempts("0123").bad == 0
        assert await connector.quit() == 0


async def test_a_profile_that_cannot_be_made_is_said(
    tmp_path_factory: pytest.TempPathFactory,
) -> None:
    file = tmp_path_factory.mktemp("file") / "file"
    file.write_text("no folder", "utf-8")
    code, _, err = await command_line(file / "profile", "run", "--headless")
    assert code in {1, 3}
    assert "Traceback" not in err


async def test_a_profile_that_cannot_be_written_is_said(small_disk: Path) -> None:
    profile = small_disk / "profile"
    async with simulated(profile):
        no_more_writing(small_disk)
        code, out, err = await command_line(profile, "run", "--headless")
        assert code == 1
        assert out == ""
        assert "Traceback" not in err
        assert str(profile) in err


async def test_a_full_disk_is_said_and_made_good(small_disk: Path) -> None:
    profile = small_disk / "profile"
    async with simulated(profile, AUTO) as office, office.run() as connector:
        early = await office.rings(ADA)
        await early.answered()
        filling = small_disk / "filling"
        fill_up(filling)
        for turn in range(500):  # what the store has set aside for itself is used up first
            early.note(f"{turn} " + "ohne Platz " * 150)
            await connector.obeyed()
            if connector.told("leg", leg="store", state="down"):
                break
        early.note("ohne Platz " * 100)
        down = await connector.event("leg", leg="store", state="down")
        assert down["remedy"]
        await connector.event("error", text=lambda text: "saved" in text)
        early.transfer()
        await early.over()
        during = await office.rings("0049721887766")
        await during.over()
        await connector.obeyed()
        assert office.notes() == []
        filling.unlink()
        mark = connector.mark
        await connector.event("leg", after=mark, leg="store", state="up")
        await early.event("datev", method="NewJournal", result="confirmed")
        assert office.notes() == ["ohne Platz " * 100]
        assert await connector.quit() == 0
        office.sound()
    kept = {call["call"]: call for call in await printed(profile, "journal", "list")}
    assert kept[early.id]["note"] == "ohne Platz " * 100
    assert kept[during.id]["outcome"] == "missed"


def written(profile: Path, settings: str) -> None:
    profile.mkdir()
    (profile / "settings.toml").write_text(settings, "utf-8")


def no_more_writing(disk: Path) -> None:
    subprocess.run(["mount", "-o", "remount,ro", str(disk)], check=True)


def fill_up(file: Path) -> None:
    with file.open("wb", buffering=0) as stream:
        for size in (1 << 16, 1 << 12, 1 << 8, 1):
            try:
                while True:
                    stream.write(b"x" * size)
            except OSError:
                continue
