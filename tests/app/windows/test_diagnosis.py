from __future__ import annotations

import asyncio
import threading
import zipfile
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import pytest

from datev_connector.app.folders import find_profile
from datev_connector.app.running.module_lines import Line
from datev_connector.app.running.standing import LastStanding, StandingFile
from datev_connector.app.secrets import Passwords
from datev_connector.app.settings import read_settings
from datev_connector.app.support_bundle.replay import recording_in
from datev_connector.app.windows.core_thread import CoreThread
from datev_connector.app.windows.diagnosis import Examined, RunningDiagnosis
from datev_connector.app.windows.step_names import STEP_NAMES
from datev_connector.datev.absent import NoDatev
from datev_connector.desktop.ports import Finding, Refused
from datev_connector.domain import inputs
from datev_connector.domain.calls import PbxState
from datev_connector.domain.desk import CallDesk
from datev_connector.domain.identity import IdSequence
from datev_connector.domain.legs import Leg, LegReport, LegState
from datev_connector.domain.rules import CallRules
from datev_connector.engine import Engine
from datev_connector.starface.standing import Standing
from datev_connector.store import Store
from tests.app.diagnosis_desk import ExaminedProfile, standing_in
from tests.engine.house import PLAN, DrivenPbx
from tests.store.support import open_store

WAIT_S = 50.0
CLOSED_PORT = 9
"""Of this machine; nothing listens there."""


def now() -> datetime:
    return datetime.now(UTC)


class House:
    """A running engine on a thread of its own, and a profile whose PBX is not there."""

    engine: Engine
    store: Store

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.connected: list[Leg] = []
        """Whose connections were made anew."""
        self.written: list[Line] = []
        """For the log of the module in the PBX."""
        ExaminedProfile(folder).write_settings(CLOSED_PORT)
        self._over: asyncio.Event | None = None
        self._ready = threading.Event()
        self.thread = CoreThread(self._main)
        self.thread.start()
        assert self._ready.wait(WAIT_S)
        self.diagnosis = RunningDiagnosis(self.thread, self.engine, self.store, self._examined())

    def _examined(self) -> Examined:
        profile = find_profile(folder=self.folder)
        loaded = read_settings(
            user_file=profile.settings_file, machine_file=self.folder / "machine.toml"
        )
        return Examined(
            profile=profile,
            loaded=lambda: loaded,
            passwords=lambda: Passwords(starface="Geheim&8821"),
            now=now,
            connect=self.connected.append,
            report=self.written.extend,
        )

    async def _main(self) -> None:
        self._over = asyncio.Event()
        with open_store(self.folder) as self.store:
            desk = CallDesk(rules=CallRules(), plan=PLAN, ids=IdSequence("s", 1))
            self.engine = Engine(
                desk=desk,
                memory=self.store,
                index=self.store.contacts,
                plan=PLAN,
                now=now,
                listener=lambda _: None,
            )
            datev = NoDatev(emit=self.engine.feed, now=now)
            running = asyncio.get_running_loop().create_task(self.engine.run(DrivenPbx(), datev))
            self._ready.set()
            await self._over.wait()
            running.cancel()
            await asyncio.gather(running, return_exceptions=True)

    def stand(self, report: LegReport) -> None:
        """Have the connector write down what a leg says, as long as it runs.

        Whoever wishes it to look at the module finds that it has just done so.
        """
        there = LastStanding(at=now(), legs=(report,), starface=Standing(transport=None))
        file = StandingFile(
            find_profile(folder=self.folder), look=lambda: replace(there, module_looked_at=now())
        )
        self.thread.do_long(file.keep)
        written = self.thread.do_long(lambda: standing_in(self.folder, lambda _standing: True))
        written.result(WAIT_S)

    def feed(self, event: inputs.Input) -> None:
        self.thread.do(lambda: self.engine.feed(event)).result(WAIT_S)

    def end(self) -> None:
        assert self._over is not None
        self.thread.do(self._over.set)
        self.thread.ended.result(WAIT_S)


@pytest.fixture
def house(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[House]:
    monkeypatch.setenv("DATEV_CONNECTOR_PASSWORD", "Geheim&8821")
    made = House(tmp_path / "profile")
    yield made
    made.end()


def test_the_last_report_of_each_leg_is_told(house: House) -> None:
    report = LegReport(leg=Leg.STARFACE, state=LegState.DOWN, since=now(), reason="It is away.")
    house.feed(inputs.LegChanged(at=now(), report=report))
    assert report in house.diagnosis.legs()


def test_a_password_that_no_keyring_keeps_is_not_told_to_be_missing(
    house: House, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("DATEV_CONNECTOR_PASSWORD")
    found = list[Finding]()
    _, ended = house.diagnosis.examine(found.append)
    ended.result(WAIT_S)
    (password,) = (one for one in found if one.step == "Password of the phone system")
    assert password.state is LegState.DEGRADED
    assert password.found.startswith("this system has no keyring")
    assert "only until the program ends" in password.meaning
    assert "in the settings under Connection" in password.remedy
    assert "Geheim" not in repr(found)


def test_findings_come_one_by_one_and_leave_the_connector_alone(house: House) -> None:
    found, threads = list[Finding](), set[threading.Thread]()

    def keep(finding: Finding) -> None:
        found.append(finding)
        threads.add(threading.current_thread())

    examination, ended = house.diagnosis.examine(keep)
    ended.result(WAIT_S)
    steps = {one.step: one for one in found}
    running = steps["Running program"]
    assert (running.leg, running.state) == (None, LegState.UP)
    assert "This connector is running." in running.found
    assert any(one.leg is Leg.STARFACE and one.state is LegState.DOWN for one in found)
    assert {one.step for one in found} <= set(STEP_NAMES.values())
    assert threading.main_thread() not in threads
    examination.stop()  # too late, and no harm


def test_what_was_found_is_handed_to_the_connector_for_the_module(house: House) -> None:
    house.stand(LegReport(leg=Leg.MODULE, state=LegState.UP, since=now(), reason="It answers."))
    found = list[Finding]()
    _, ended = house.diagnosis.examine(found.append)
    ended.result(WAIT_S)
    house.thread.do(lambda: None).result(WAIT_S)
    assert found[-1].step == "The module's log"
    assert [line.level.value for line in house.written] == ["ERROR", "WARN", "INFO"]
    assert "starface, tcp: Nothing listens at" in house.written[0].text


def test_an_examination_that_is_stopped_finds_nothing_more(house: House) -> None:
    found, may_go_on = list[Finding](), threading.Event()

    def hold(finding: Finding) -> None:
        found.append(finding)
        may_go_on.wait(WAIT_S)

    examination, ended = house.diagnosis.examine(hold)
    examination.stop()
    may_go_on.set()
    assert ended.result(WAIT_S) is None
    assert len(found) <= 1


def test_calls_go_on_while_an_examination_hangs(house: House) -> None:
    hangs, seen = threading.Event(), threading.Event()

    def hang(_: Finding) -> None:
        seen.set()
        hangs.wait(WAIT_S)

    examination, ended = house.diagnosis.examine(hang)
    assert seen.wait(WAIT_S)
    house.feed(_ring())
    assert len(house.thread.do(lambda: house.engine.recorder.recording().inputs).result(1)) > 1
    examination.stop()
    hangs.set()
    ended.result(WAIT_S)


def _ring() -> inputs.CallSighted:
    return inputs.CallSighted(
        at=now(),
        pbx_call="p1",
        state=PbxState.RINGING,
        caller_number="00497215550147",
        caller_name="Jürgen Müller-Lüdenscheidt",
    )


def test_a_bundle_holds_what_the_engine_recorded(house: House, tmp_path: Path) -> None:
    house.feed(_ring())
    _, ended = house.diagnosis.examine(lambda _: None)
    ended.result(WAIT_S)
    file = house.diagnosis.write_bundle(tmp_path / "bundle.zip").result(WAIT_S)
    sighted = [one for one in recording_in(file).inputs if isinstance(one, inputs.CallSighted)]
    assert [one.caller_name for one in sighted] == ["Name 00001"]
    assert sighted[0].caller_number.startswith("0049721")
    with zipfile.ZipFile(file) as archive:
        assert all(b"5550147" not in archive.read(name) for name in archive.namelist())


def test_what_cannot_be_written_is_refused_with_a_reason(house: House, tmp_path: Path) -> None:
    taken = tmp_path / "letter.zip"
    taken.write_text("a letter")
    with pytest.raises(Refused, match=r"There is a file of this name already: letter\.zip"):
        house.diagnosis.write_bundle(taken).result(WAIT_S)
    with pytest.raises(Refused, match="cannot be written"):
        house.diagnosis.write_bundle(tmp_path / "nowhere" / "bundle.zip").result(WAIT_S)
    assert taken.read_text() == "a letter"
