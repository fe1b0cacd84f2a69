"""Everything but the PBX: settings, store, contacts, DATEV, and the command itself."""

from __future__ import annotations

import asyncio
import json
import os
import re
import subprocess
import sys
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import click
import pytest

from datev_connector.app.diagnosis import Finding, Step, keeping
from datev_connector.app.diagnosis.finding import left_out
from datev_connector.app.diagnosis.foreign import foreign
from datev_connector.app.diagnosis.page import WHO, Page, in_lines
from datev_connector.app.folders import find_profile
from datev_connector.app.running.instance import only_instance
from datev_connector.app.running.standing import LastStanding, StandingFile
from datev_connector.domain.legs import Leg, LegState, Mender
from datev_connector.simulators.datev import DatevConfig, DatevSimulator
from datev_connector.simulators.starface import Certificate, StarfaceConfig, StarfaceSimulator
from datev_connector.starface.standing import Standing
from tests.app.cli_profile import CliProfile
from tests.app.diagnosis_desk import (
    PASSWORD,
    ExaminedProfile,
    findings,
    running_connector,
    server,
    standing_in,
)

CONTACTS = "source;id;name;number\ndatev;1;Ada Byron;0721 1234567\ninstitution;2;Amt;0721 99\n"


@pytest.fixture
def profile(tmp_path: Path) -> ExaminedProfile:
    return ExaminedProfile(tmp_path / "profile")


def in_process(folder: Path, *arguments: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-m", "datev_connector", "--profile", str(folder), *arguments],
        capture_output=True,
        encoding="utf-8",
        timeout=50,
        check=False,
        env={**os.environ, "PYTHONUTF8": "1", "DATEV_CONNECTOR_PASSWORD": PASSWORD},
    )


# --- settings -------------------------------------------------------------------------------------


async def test_settings_of_which_something_is_missing(profile: ExaminedProfile) -> None:
    found = await profile.examine()
    settings = found.of(Step.SETTINGS)
    assert settings.state is LegState.DOWN
    assert "starface.host is not set" in settings.found
    assert "settings.toml" in settings.remedy
    assert not found.has(Step.PASSWORD)
    assert not found.has(Step.NAME)


async def test_settings_that_were_put_right(profile: ExaminedProfile) -> None:
    profile.write_settings(1, 'host = "https://127.0.0.1/"')
    settings = (await profile.examine()).of(Step.SETTINGS)
    assert settings.state is LegState.DEGRADED
    assert "starface.host" in settings.found


# --- store and contacts ---------------------------------------------------------------------------


async def test_a_store_that_opens(profile: ExaminedProfile) -> None:
    found = await profile.examine()
    assert found.of(Step.OPEN).state is LegState.UP
    assert found.of(Step.DISK).found.endswith("GB are free.")
    key = found.of(Step.KEY)
    assert key.state is LegState.DEGRADED, "there is no keyring here"
    assert "no keyring could be used" in key.found


async def test_a_store_that_was_damaged(profile: ExaminedProfile) -> None:
    await profile.examine()
    store = profile.folder / "store.db"
    store.write_bytes(os.urandom(store.stat().st_size))
    opened = (await profile.examine()).of(Step.OPEN)
    assert opened.state is LegState.DEGRADED
    assert "corrupt-" in opened.found


async def test_a_key_that_does_not_fit(profile: ExaminedProfile) -> None:
    await profile.examine()
    (profile.folder / "store.key").write_text(json.dumps({"key": "11" * 32}))
    found = await profile.examine()
    assert (Leg.STORE, Step.OPEN) in found.down
    assert "key does not open" in found.of(Step.OPEN).found
    assert not found.has(Step.INDEX)


async def test_a_key_that_was_lost(profile: ExaminedProfile) -> None:
    await profile.examine()
    (profile.folder / "store.key").unlink()
    found = await profile.examine()
    assert (Leg.STORE, Step.KEY) in found.down
    assert not found.has(Step.OPEN)


async def test_without_its_store_the_certificate_is_shown_but_nobody_signs_in(
    profile: ExaminedProfile,
) -> None:
    await profile.examine()
    (profile.folder / "store.key").unlink()
    async with StarfaceSimulator(StarfaceConfig()) as pbx:
        profile.write_settings(pbx.port)
        found = await profile.examine()
        assert pbx.accounts.attempts("0123").good == 0
    assert found.of(Step.TLS).state is LegState.DEGRADED
    assert "localhost" in found.of(Step.TLS).found
    assert not found.has(Step.SIGN_IN)


async def test_a_profile_that_cannot_be_made(profile: ExaminedProfile, tmp_path: Path) -> None:
    (tmp_path / "file").write_text("in the way")
    nowhere = find_profile(folder=tmp_path / "file" / "profile")
    found = await findings(replace(profile.ground(), profile=nowhere))
    assert (Leg.STORE, Step.KEY) in found.down
    assert (Leg.STORE, Step.DISK) in found.down


async def test_a_disk_that_is_nearly_full(
    profile: ExaminedProfile, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(keeping, "LEAST_FREE_BYTES", 1 << 70)
    disk = (await profile.examine()).of(Step.DISK)
    assert disk.state is LegState.DEGRADED
    assert "nearly full" in disk.meaning


async def test_how_many_contacts_there_are(profile: ExaminedProfile) -> None:
    cli = CliProfile(profile.folder)
    await asyncio.to_thread(cli.done, "contacts", "import", cli.file("contacts.csv", CONTACTS))
    found = await profile.examine()
    told = {finding.leg: finding for finding in found.found if finding.step is Step.INDEX}
    assert told[Leg.CONTACTS_DATEV].state is LegState.UP
    assert f"2 contacts, as of {datetime.now(UTC).astimezone():%Y-}" in (
        told[Leg.CONTACTS_DATEV].found
    )
    assert told[Leg.CONTACTS_STARFACE].state is LegState.DEGRADED
    assert "contacts sync" in told[Leg.CONTACTS_STARFACE].remedy


async def test_contacts_that_nobody_wants_are_not_missed(profile: ExaminedProfile) -> None:
    profile.folder.mkdir()
    (profile.folder / "settings.toml").write_text('[datev]\ncontacts = "none"\n')
    found = await profile.examine()
    assert [finding.leg for finding in found.found if finding.step is Step.INDEX] == [
        Leg.CONTACTS_STARFACE
    ]


# --- DATEV ----------------------------------------------------------------------------------------


async def test_datev_is_there_and_is_not_disturbed(profile: ExaminedProfile) -> None:
    async with DatevSimulator(DatevConfig()) as datev:
        profile.write_settings(1, datev=f"127.0.0.1:{datev.port}")
        found = await profile.examine()
        assert datev.violations == ()
        assert datev.hints == ()
    assert found.of(Step.LINK).state is LegState.UP
    assert found.of(Step.LINK).found == "connected; nothing was said"
    assert found.of(Step.LINK).meaning == "Whether it answers shows with the first call."


async def test_datev_is_not_there(profile: ExaminedProfile) -> None:
    async with DatevSimulator(DatevConfig()) as datev:
        port = datev.port
    profile.write_settings(1, datev=f"127.0.0.1:{port}")
    found = await profile.examine()
    assert (Leg.DATEV, Step.LINK) in found.down
    assert found.of(Step.LINK).meaning == "DATEV is not running."
    assert found.of(Step.LINK).found == "nothing listens there"


async def test_something_that_is_not_datev(profile: ExaminedProfile) -> None:
    async def greet(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        writer.write(b"220 mail.example ready\r\n")
        await reader.read()
        writer.close()

    listening = await asyncio.start_server(greet, "127.0.0.1", 0)
    async with listening:
        port = listening.sockets[0].getsockname()[1]
        profile.write_settings(1, datev=f"127.0.0.1:{port}")
        found = await profile.examine()
    assert found.of(Step.LINK).state is LegState.DEGRADED
    assert "nonsense" in found.of(Step.LINK).meaning
    assert found.of(Step.LINK).mender is Mender.DATEV_ADMIN


async def test_something_that_hangs_up_on_us(profile: ExaminedProfile) -> None:
    async def hang_up(_reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        writer.close()

    async with await asyncio.start_server(hang_up, "127.0.0.1", 0) as listening:
        port = listening.sockets[0].getsockname()[1]
        profile.write_settings(1, datev=f"127.0.0.1:{port}")
        found = await profile.examine()
    assert (Leg.DATEV, Step.LINK) in found.down
    assert "closed the connection" in found.of(Step.LINK).meaning


async def test_a_link_that_this_system_does_not_have(profile: ExaminedProfile) -> None:
    profile.folder.mkdir()
    (profile.folder / "settings.toml").write_text('[datev]\nlink = "com"\n')
    found = await profile.examine()
    assert (Leg.DATEV, Step.LINK) in found.down
    assert "on Windows only." in found.of(Step.LINK).found


# --- beside a running connector -------------------------------------------------------------------


async def test_a_running_connector_is_not_disturbed(
    profile: ExaminedProfile, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("DATEV_CONNECTOR_PASSWORD", PASSWORD)
    async with StarfaceSimulator(StarfaceConfig()) as pbx, DatevSimulator(DatevConfig()) as datev:
        profile.write_settings(pbx.port, datev=f"127.0.0.1:{datev.port}")
        async with running_connector(profile.folder) as process:
            found = await profile.examine(password="not-the-right-one")
            attempts = pbx.accounts.attempts("0123")
            assert attempts.bad == 0
            assert datev.connectors == (1,)
        running = found.of(Step.CONNECTOR).found
        assert re.search(rf"\(process {process.pid}, since \d{{4}}-\d\d-\d\d \d\d:\d\d\)", running)
    assert found.down == []
    for step in (Step.SIGN_IN, Step.LINK):
        assert found.of(step).state is LegState.UP, "the connector itself says so"
        assert found.of(step).tried.startswith("nothing: ")
        assert "told by the running connector" in found.of(step).found
    assert "Signed in over HTTPS" in found.of(Step.SIGN_IN).meaning
    assert found.of(Step.WAY).found.startswith("HTTPS with callback, ")
    assert "Not XMPP: Nothing listens at 127.0.0.1:1." in found.of(Step.WAY).meaning
    assert found.of(Step.EVENTS).found.startswith("Not proven: no event since")
    log = profile.folder / "logs" / "connector.log"
    assert "starface is up" in log.read_text("utf-8")
    assert found.of(Step.OPEN).state is LegState.UP
    if found.has(Step.VERSION):  # the connector may not have learnt it yet
        assert found.of(Step.VERSION).tried == "read what the running connector wrote down"


async def test_a_connector_that_wrote_nothing_down_is_not_disturbed_either(
    profile: ExaminedProfile,
) -> None:
    async with StarfaceSimulator(StarfaceConfig()) as pbx, DatevSimulator(DatevConfig()) as datev:
        profile.write_settings(pbx.port, datev=f"127.0.0.1:{datev.port}")
        ground = replace(profile.ground(), within_connector=True)
        found = await findings(ground)
        assert pbx.accounts.attempts("0123").good == 0
    assert "locked" in found.of(Step.SIGN_IN).meaning
    for step in (Step.SIGN_IN, Step.LINK):
        assert found.of(step).state is LegState.DEGRADED
        assert found.of(step).mender is Mender.NOBODY
        assert str(Path("logs", "connector.log")) in found.of(step).remedy
        assert not [line for line in in_lines(found.of(step)) if "mended by" in line]
    assert not found.has(Step.WAY)
    assert not found.has(Step.EVENTS)


@pytest.mark.parametrize(("minutes", "state"), [(4, LegState.UP), (6, LegState.DEGRADED)])
async def test_a_connector_that_has_stopped_writing_hangs(
    profile: ExaminedProfile, minutes: int, state: LegState
) -> None:
    ground = replace(profile.ground(limit_s=2.0), within_connector=True)
    office = StandingFile(
        ground.profile,
        look=lambda: LastStanding(
            at=datetime.now(UTC) - timedelta(minutes=minutes),
            legs=(),
            starface=Standing(transport=None),
        ),
    )
    profile.folder.mkdir()
    keeping_on = asyncio.get_running_loop().create_task(office.keep())
    await standing_in(profile.folder, lambda _standing: True)
    found = await findings(ground)
    keeping_on.cancel()
    await asyncio.wait({keeping_on})
    assert found.of(Step.CONNECTOR).state is state
    assert ("hangs" in found.of(Step.CONNECTOR).meaning) is (state is LegState.DEGRADED)


async def test_the_connector_may_examine_itself_and_keeps_its_lock(
    profile: ExaminedProfile,
) -> None:
    ground = replace(profile.ground(), within_connector=True)
    profile.folder.mkdir()
    with only_instance(ground.profile.lock_file, ground.now()):
        found = await findings(ground)
        told = await asyncio.to_thread(in_process, profile.folder, "diagnose")
    assert found.of(Step.CONNECTOR).found == "This connector is running."
    assert f"process {os.getpid()}" in told.stdout


# --- the command ----------------------------------------------------------------------------------


async def test_the_command_when_all_is_well(profile: ExaminedProfile) -> None:
    async with StarfaceSimulator(StarfaceConfig()) as pbx, DatevSimulator(DatevConfig()) as datev:
        profile.write_settings(pbx.port, datev=f"127.0.0.1:{datev.port}")
        people = await asyncio.to_thread(in_process, profile.folder, "diagnose")
        programs = await asyncio.to_thread(in_process, profile.folder, "diagnose", "--json")
    assert (people.returncode, people.stderr) == (0, "")
    found = json.loads(programs.stdout)
    assert programs.returncode == 0
    assert {finding["leg"] for finding in found} == {"program", *Leg}
    for finding in found:
        assert finding["state"] in {"up", "degraded"}
        assert f"{finding['leg']}\n" in people.stdout
        assert f"  {finding['step']} " in people.stdout
        assert set(finding) == {
            *("leg", "step", "state", "tried", "found", "meaning", "mender", "remedy"),
            *("duration_s", "text"),
        }
        assert bool(finding["text"]) is (bool(finding["remedy"]) and finding["state"] != "up")
    for secret in (PASSWORD, "0123", "Berger", "Anna"):
        assert secret not in people.stdout + programs.stdout


async def test_the_command_when_something_is_broken(profile: ExaminedProfile) -> None:
    async with server(b"HTTP/1.1 503 Busy\r\nContent-Length: 0\r\n\r\n") as port:
        profile.write_settings(port, "encrypted = false")
        told = await asyncio.to_thread(in_process, profile.folder, "diagnose", "--json")
    assert told.returncode == 1
    down = [found for found in json.loads(told.stdout) if found["state"] == "down"]
    assert [found["step"] for found in down] == ["http", "link"]
    (xmpp,) = [found for found in json.loads(told.stdout) if found["step"] == "xmpp tcp"]
    assert xmpp["state"] == "degraded"
    assert "while HTTPS does not work" in xmpp["meaning"]
    for found in down:
        assert found["meaning"] in told.stderr
        assert found["remedy"] in told.stderr
        for part in ("meaning", "found", "remedy"):
            assert found[part].lower() in found["text"].lower()


async def test_what_somebody_has_to_mend_is_a_text_in_the_language_of_the_windows(
    profile: ExaminedProfile,
) -> None:
    async with server(b"HTTP/1.1 503 Busy\r\nContent-Length: 0\r\n\r\n") as port:
        profile.write_settings(port, "encrypted = false")
        file = profile.folder / "settings.toml"
        file.write_text(file.read_text("utf-8") + '[general]\nlanguage = "de"\n', "utf-8")
        told = await asyncio.to_thread(in_process, profile.folder, "diagnose", "--for", "pbx-admin")
        nobody = await asyncio.to_thread(in_process, profile.folder, "diagnose", "--for", "vendor")
    head, _, body = told.stdout.partition("\n\n")
    assert head.splitlines()[0] == "Für: Administrator der Telefonanlage"
    assert body.startswith("Telefonanlage, ")
    assert "Antwort des Servers (HTTP): Störung." in body
    assert "Abhilfe: " in body
    assert "DATEV läuft nicht" not in body, "that is the user's to mend"
    assert (told.returncode, nobody.returncode) == (1, 1)
    assert nobody.stdout == "Dort ist nichts zu beheben.\n"
    assert nobody.stderr.startswith("Fehler: Nicht alles funktioniert: ")


async def test_where_no_finding_is_shown_what_is_broken_is_told_with_what_to_do(
    profile: ExaminedProfile,
) -> None:
    profile.write_settings(1)
    words = ("diagnose", "--for", "vendor", "--language", "en")
    nobody = await asyncio.to_thread(in_process, profile.folder, *words)
    assert nobody.stdout == "There is nothing for them to mend.\n"
    assert "stands with each finding" not in nobody.stderr
    assert "datev, link: DATEV is not running. Start DATEV" in nobody.stderr


async def test_people_are_told_once_what_to_do(profile: ExaminedProfile) -> None:
    async with StarfaceSimulator(StarfaceConfig()) as pbx:
        profile.write_settings(pbx.port)
        await profile.examine()
        await pbx.restart(certificate=Certificate.make())
        told = await asyncio.to_thread(in_process, profile.folder, "diagnose")
    assert (told.stdout + told.stderr).count("forget-certificate") == 1
    assert told.stdout.count("has changed") == told.stderr.count("has changed") == 1


def test_a_finding_for_people_says_all_that_is_known() -> None:
    finding = Finding(
        leg=Leg.STARFACE,
        step=Step.TCP,
        state=LegState.DOWN,
        tried="connect",
        found="refused",
        meaning="Nothing listens there.",
        mender=Mender.NETWORK_ADMIN,
        remedy="Look whether it runs.",
        duration_s=1.25,
    )
    assert click.unstyle(Page(None).lines(finding)[1]).split()[:4] == [
        "DOWN",
        "tcp",
        "Nothing",
        "listens",
    ]
    first, *rest = in_lines(finding)
    assert first == "Nothing listens there. (1.2 s)"
    bare = replace(finding, found="it is not there", meaning="")
    assert in_lines(bare)[0] == "It is not there. (1.2 s)"
    assert [line.partition(":")[2].strip() for line in rest] == [
        "connect",
        "refused",
        "the administrator of the network",
        "Look whether it runs.",
    ]


def test_a_page_has_one_heading_for_a_leg_and_lines_that_fit() -> None:
    finding = Finding(
        leg=Leg.STARFACE,
        step=Step.CLOCK,
        state=LegState.DEGRADED,
        tried="look at the clock",
        found="late " * 30,
        meaning="It is late. " * 20,
        mender=Mender.USER,
        remedy="Hurry. " * 30,
        duration_s=0.0,
    )
    page = Page(80)
    lines = [click.unstyle(line) for line in page.lines(finding) + page.lines(finding)]
    assert lines.count("starface") == 1
    assert max(map(len, lines)) <= 80
    (label,) = {line.index(":") for line in lines if "what to do:" in line}
    told = [line for line in lines if "Hurry." in line and "what to do:" not in line]
    assert {line.index("Hurry.") for line in told} == {label + 2}


def test_what_was_left_out_is_one_line() -> None:
    seen = left_out("nothing", "Not tried: it would be one time too often.")
    finding = Finding(
        leg=Leg.STARFACE,
        step=Step.SIGN_IN,
        state=seen.state,
        tried=seen.tried,
        found=seen.found,
        meaning=seen.meaning,
        mender=seen.mender,
        remedy=seen.remedy,
        duration_s=0.0,
    )
    _, line = (click.unstyle(line) for line in Page(None).lines(finding))
    assert line.split()[:4] == ["skip", "sign-in", "Not", "tried:"]


def test_every_mender_has_a_name() -> None:
    assert set(WHO) == set(Mender)


def test_a_text_from_elsewhere_is_made_harmless() -> None:
    assert foreign("PBX\x1b[2J of 0721 1234567\n" + "x" * 1000).startswith("PBX [2J of ***567")
    assert len(foreign("x" * 1000)) == 100


# --- forgetting a certificate ---------------------------------------------------------------------


async def test_a_certificate_is_forgotten_and_the_next_one_trusted(
    profile: ExaminedProfile,
) -> None:
    cli = CliProfile(profile.folder)
    async with StarfaceSimulator(StarfaceConfig()) as pbx:
        profile.write_settings(pbx.port)
        await profile.examine()
        shown = pbx.certificate.fingerprint
    told, over_xmpp = await asyncio.to_thread(cli.json, "settings", "forget-certificate")
    assert over_xmpp == {"server": "127.0.0.1:1", "forgotten": False, "fingerprint": None}
    assert told["server"] == f"127.0.0.1:{pbx.port}"
    assert told["forgotten"]
    assert told["fingerprint"].replace(":", "").lower() == shown
    async with StarfaceSimulator(StarfaceConfig(port=pbx.port)) as other:
        assert other.certificate.fingerprint != shown
        found = await profile.examine()
    assert found.of(Step.TLS).state is LegState.UP
    assert found.of(Step.SIGN_IN).state is LegState.UP


def test_a_certificate_that_was_never_seen_is_no_fault(profile: ExaminedProfile) -> None:
    profile.write_settings(443)
    cli = CliProfile(profile.folder)
    told = cli.done("settings", "forget-certificate")
    assert "127.0.0.1:443: no certificate was known." in told
    assert cli.json("settings", "forget-certificate") == [
        {"server": f"127.0.0.1:{port}", "forgotten": False, "fingerprint": None}
        for port in (443, 1)
    ]


def test_whose_certificate_to_forget_must_be_set(tmp_path: Path) -> None:
    told = CliProfile(tmp_path / "profile").failed(1, "settings", "forget-certificate")
    assert "starface.host" in told


def test_people_are_told_which_certificate_was_forgotten(profile: ExaminedProfile) -> None:
    profile.write_settings(443)
    cli = CliProfile(profile.folder)
    with cli.store() as store:
        store.pins.set_pin("127.0.0.1:443", "AB:CD", "pem", datetime.now(UTC))
    told = cli.done("settings", "forget-certificate")
    assert "127.0.0.1:443: forgotten: AB:CD" in told
    with cli.store() as store:
        assert store.pins.pin("127.0.0.1:443") is None
