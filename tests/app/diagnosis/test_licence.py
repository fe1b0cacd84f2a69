"""What the examination says of the licence: as the connector judges it, and changing nothing."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from datev_connector.app.diagnosis import Finding, Step
from datev_connector.app.licence import keys as vendor
from datev_connector.app.licence.kept import NOTE, Kept, KeptSeat, keep
from datev_connector.domain.legs import Leg, LegState, Mender
from datev_connector.domain.licences import Seen
from datev_connector.simulators.starface import StarfaceConfig, StarfaceSimulator
from tests.app.cli_profile import CliProfile
from tests.app.diagnosis_desk import ExaminedProfile, Findings
from tests.app.licence.signed import a_licence, a_text, keys
from tests.starface.module.office import configured

NOW = datetime.now(UTC)
LONG_AGO = NOW - timedelta(days=400)


@pytest.fixture
def profile(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> ExaminedProfile:
    monkeypatch.setattr(vendor, "shipped", keys)
    made = ExaminedProfile(tmp_path / "profile")
    made.write_settings(1)
    return made


def in_file(profile: ExaminedProfile, text: str) -> None:
    (profile.folder / "licence.txt").write_text(text, "utf-8")


async def remembered(profile: ExaminedProfile, **seen: object) -> None:
    """What the store holds of a connector that ran before."""
    await profile.examine()  # makes the store
    known: dict[str, object] = {"first_start": LONG_AGO, "lived": NOW, "clock": NOW} | seen
    with CliProfile(profile.folder).store() as store:
        assert keep(store, Kept(seen=Seen(**known)))  # type: ignore[arg-type]


def of_licence(found: Findings) -> Finding:
    finding = found.of(Step.LICENCE)
    assert finding.leg is Leg.LICENCE
    return finding


async def test_without_a_licence_the_trial_serves(profile: ExaminedProfile) -> None:
    found = await profile.examine()
    licence = of_licence(found)
    assert licence.state is LegState.UP
    assert licence.found.startswith("There is no licence yet. The trial goes on until ")
    assert licence.meaning == "", "it is said once"
    assert not found.has(Step.SEATS)


async def test_a_trial_that_is_over_and_no_licence(profile: ExaminedProfile) -> None:
    await remembered(profile)
    licence = of_licence(await profile.examine())
    assert (licence.state, licence.mender) == (LegState.DOWN, Mender.VENDOR)
    assert "the trial is over" in licence.meaning
    assert "can still be read, exported and handed over" in licence.meaning


async def test_a_licence_in_a_file(profile: ExaminedProfile) -> None:
    in_file(profile, a_text())
    found = await profile.examine()
    licence = of_licence(found)
    assert licence.state is LegState.UP
    assert licence.found.startswith("read in ")
    assert licence.found.endswith("licence.txt")
    assert found.of(Step.SEATS).found == "0 of 5 seats"


async def test_a_licence_file_that_cannot_be_read(profile: ExaminedProfile, tmp_path: Path) -> None:
    away = tmp_path / "away.txt"
    host = 'host = "127.0.0.1"'
    profile.write_settings(1, host, "[general]", f"licence_file = '{away}'")
    licence = of_licence(await profile.examine())
    assert (licence.state, licence.mender) == (LegState.DEGRADED, Mender.WINDOWS_ADMIN)
    assert licence.found.startswith(str(away))
    assert "The licence file cannot be read. The trial goes on until " in licence.meaning


async def test_a_licence_in_the_module(profile: ExaminedProfile) -> None:
    module = configured(licence=a_text())
    async with StarfaceSimulator(StarfaceConfig(modules=(module,))) as pbx:
        profile.write_settings(pbx.port)
        licence = of_licence(await profile.examine())
    assert (licence.state, licence.found) == (
        LegState.UP,
        "read in the module of the phone system",
    )


async def test_a_licence_that_ends_soon(profile: ExaminedProfile) -> None:
    in_file(profile, a_text(valid_until=(NOW + timedelta(days=10)).date()))
    licence = of_licence(await profile.examine())
    assert (licence.state, licence.mender) == (LegState.DEGRADED, Mender.VENDOR)
    assert "Order the next licence" in licence.remedy


async def test_a_licence_that_has_ended_and_no_grace_left(profile: ExaminedProfile) -> None:
    await remembered(profile)
    ended = (NOW - timedelta(days=40)).date()
    in_file(profile, a_text(issued=LONG_AGO.date(), valid_from=LONG_AGO.date(), valid_until=ended))
    licence = of_licence(await profile.examine())
    assert licence.state is LegState.DOWN
    assert "The licence has ended" in licence.meaning


async def test_a_licence_whose_letters_were_changed(profile: ExaminedProfile) -> None:
    text = a_text()
    middle = len(text) // 2
    changed = "B" if text[middle] != "B" else "C"
    in_file(profile, text[:middle] + changed + text[middle + 1 :])
    licence = of_licence(await profile.examine())
    assert licence.state is LegState.DEGRADED, "the trial still serves"
    assert "changed" in licence.meaning
    assert licence.remedy


async def test_a_clock_that_was_set_back(profile: ExaminedProfile) -> None:
    later = NOW + timedelta(days=60)
    known = (a_licence().id,)
    await remembered(profile, lived=later, clock=later, valid_at=later, known=known)
    in_file(profile, a_text(valid_until=(NOW + timedelta(days=300)).date()))
    licence = of_licence(await profile.examine())
    assert (licence.state, licence.mender) == (LegState.DEGRADED, Mender.WINDOWS_ADMIN)
    assert "has been set back" in licence.meaning


async def test_more_logins_than_seats(profile: ExaminedProfile) -> None:
    in_file(profile, a_text(seats=1))
    await profile.examine()
    seats = tuple(KeptSeat(seat=f"{n:032x}", used_at=NOW) for n in range(3))
    with CliProfile(profile.folder).store() as store:
        assert keep(store, Kept(seen=Seen(first_start=NOW, lived=NOW, clock=NOW), seats=seats))
    found = await profile.examine()
    assert found.of(Step.SEATS).found == "3 of 1 seats"
    assert found.of(Step.SEATS).state is LegState.DEGRADED
    assert "Nobody is stopped by that." in found.of(Step.SEATS).meaning


async def test_looking_changes_nothing(profile: ExaminedProfile) -> None:
    in_file(profile, a_text())
    await profile.examine()
    with CliProfile(profile.folder).store() as store:
        assert store.noted(NOTE) is None, "the trial does not begin by being looked at"


async def test_without_the_store_nothing_is_said(profile: ExaminedProfile) -> None:
    await profile.examine()
    (profile.folder / "store.key").unlink()
    assert not (await profile.examine()).has(Step.LICENCE)
