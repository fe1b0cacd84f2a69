from __future__ import annotations

import json
import logging
import os
import re
import unicodedata
import zipfile
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any
from urllib.parse import quote

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from datev_connector.app.diagnosis import Finding, Step
from datev_connector.app.folders import find_profile
from datev_connector.app.logs import start_log
from datev_connector.app.settings import read_settings
from datev_connector.app.settings.original.report import Fate, Report, Row
from datev_connector.app.support_bundle import names
from datev_connector.app.support_bundle.bundle import write_bundle
from datev_connector.app.support_bundle.gathered import Gathered, figures_of, latest_calls
from datev_connector.app.support_bundle.known_personal import (
    NOBODYS,
    KnownPersonal,
    Personal,
    folded,
)
from datev_connector.app.support_bundle.log_tails import log_tails
from datev_connector.app.support_bundle.replay import recording_in, replay
from datev_connector.domain import inputs
from datev_connector.domain.calls import PbxState
from datev_connector.domain.contacts import Source
from datev_connector.domain.desk.terms import Terms
from datev_connector.domain.dial_plan import DialPlan
from datev_connector.domain.legs import Leg, LegReport, LegState, Mender
from datev_connector.domain.masking import mask_name, mask_number
from datev_connector.engine.recording import Recorder
from datev_connector.store.store import Store
from tests.app.support_bundle.traces_of_people import traces
from tests.domain.desk.playbook import AUTOMATIC, MORNING, Playbook, Shelf, entry

KEY = bytes(range(32))
PASSWORD = "Geh&heim/8821"
HOST = "pbx.steuerbüro-lindgräfe.example"
LOGIN = "lindgraefe.ulrike"
PEOPLE = {
    "Jürgen Müller-Lüdenscheidt": "07215550147",
    "Großhandel Weißenfels & Söhne KG": "01715550188",
    "Anneliese Öttinger": "004315550166",
    "Uwe Koh": "072155502390",
}
NOTES = ("Rückruf wegen Einspruch Erbschaft", "IBAN endet auf 4711, bitte prüfen")
LICENCE_FILE = r"S:\Steuerbüro Lindgräfe\lizenz.txt"
CONTACT_IDS = ("a1b2c3d4-datev-4711", "adr-000815-x")


class Day:
    """A demo-like day in a profile: calls, notes, logs that say more than they should."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        folder.mkdir()
        (folder / "settings.toml").write_text(
            f'[starface]\nhost = "{HOST}"\nlogin = "{LOGIN}"\n'
            f"[general]\nlicence_file = '{LICENCE_FILE}'\n"
            '[dial_plan]\narea_code = "721"\n[datev]\nlink = "simulator"\n',
            "utf-8",
        )
        self.store = Store.open(folder / "store.db", KEY, now=MORNING, station="station")
        self.book = self._played()
        for call in self.book.desk.calls:
            self.store.calls.save(call)
        self._log()

    def _played(self) -> Playbook:
        book = Playbook(rules=AUTOMATIC, plan=DialPlan(area_code="721"), shelf=Shelf()).connect()
        for number, (name, caller) in enumerate(PEOPLE.items()):
            abroad = caller.startswith("00")
            key = caller.removeprefix("00") if abroad else f"49{caller[1:]}"
            id_ = CONTACT_IDS[number % 2] + str(number)
            book.shelf.entries.append(entry(Source.DATEV, id_, name, f"00{key}"))
            book.pbx(f"p{number}", PbxState.RINGING, caller_number=caller, caller_name=name)
            book.later(2)
            book.pbx(f"p{number}", PbxState.CONNECTED, caller_number=caller)
            call = book.desk.calls[-1].call
            book.feed(inputs.NoteTyped(at=book.at, call=call, text=NOTES[number % 2]))
            book.feed(inputs.TransferPressed(at=book.at, call=call))
            book.later(30)
            book.pbx(f"p{number}", PbxState.HANGUP)
        return book

    def _log(self) -> None:
        """What a forgotten call or a library may bring along."""
        (self.folder / "logs").mkdir()
        (self.folder / "logs" / "crash.log").write_text("in of_the_fault", "utf-8")
        with start_log(self.folder / "logs"):
            log = logging.getLogger("datev_connector.forgotten")
            for name, number in PEOPLE.items():
                log.info("somebody forgot %s at %s and %s", name, number, name.upper())
                log.info("reversed: %s; %s", ", ".join(reversed(name.split())), folded(name))
                log.info("grouped %s", " ".join(re.findall("..?", number)))
                log.info("quoted: %r", f"name\t{name}\n{number}\n{name} again")
                log.info("asked for /search?q=%s&n=%s", quote(name), quote(f"+49 {number[1:]}"))
                log.info("call f1-1-7 ringing, %s, %s", mask_number(number), mask_name(name))
            log.info("note: %s", NOTES[0])
            log.info("both notes: %r", "\n".join(NOTES))
            log.info("read from C:\\Users\\anna.schmidt\\AppData and %s", LICENCE_FILE)
            log.info("%s signs in at %s with %s", LOGIN, HOST, PASSWORD)

    def gathered(self, **changes: Any) -> Gathered:
        profile = find_profile(folder=self.folder)
        recorder = Recorder()
        for event in self.book.fed:
            recorder.take(event, Terms(AUTOMATIC, DialPlan(area_code="721"), "t", 1, 0, 1))
        report = LegReport(
            leg=Leg.STARFACE,
            state=LegState.DOWN,
            since=MORNING,
            reason=f"{HOST} does not answer.",
            mender=Mender.PBX_ADMIN,
            remedy="Start it.",
        )
        finding = Finding(
            leg=Leg.STARFACE,
            step=Step.NAME,
            state=LegState.DOWN,
            tried=f"look up {HOST}",
            found=f"no address; {LOGIN} is not known",
            meaning="",
            mender=Mender.NETWORK_ADMIN,
            remedy="",
            duration_s=0.1,
        )
        made = Gathered(
            at=datetime(2026, 11, 20, 17, tzinfo=UTC),
            program="0.5.0",
            loaded=read_settings(
                user_file=profile.settings_file, machine_file=self.folder / "none.toml"
            ),
            legs=(report,),
            findings=(finding,),
            recording=recorder.recording(),
            figures=figures_of(self.store),
            latest=latest_calls(self.store),
            logs_folder=profile.logs_folder,
            secrets=frozenset({PASSWORD}),
            taken_over=Report(
                at=MORNING,
                file=r"\\server\Steuerbüro Lindgräfe\user.config",
                rows=(Row(name="UseTapiLine", fate=Fate.TAPI),),
            ),
            pbx_version="6.7.1.20",
        )
        return replace(made, **changes)


@pytest.fixture
def day(tmp_path: Path) -> Any:
    made = Day(tmp_path / "profile")
    yield made
    made.store.close()


def members_of(bundle: Path) -> dict[str, str]:
    with zipfile.ZipFile(bundle) as archive:
        assert archive.testzip() is None
        return {name: archive.read(name).decode() for name in archive.namelist()}


def spellings() -> set[str]:
    """Everything personal, in the ways in which it could be written."""
    texts = {*PEOPLE, *NOTES, *CONTACT_IDS, HOST, LOGIN, PASSWORD, LICENCE_FILE, "anna.schmidt"}
    texts.add("Steuerbüro Lindgräfe")
    for name in PEOPLE:
        texts |= {word for word in re.split(r"[\s&-]+", name) if len(word) > 4}
    return texts


def plainly(text: str) -> str:
    """Without case, and umlauts in one spelling."""
    text = text.casefold().replace("ä", "ae").replace("ö", "oe").replace("ü", "ue")
    return unicodedata.normalize("NFC", text)


def test_nothing_personal_is_in_a_bundle_in_any_spelling(day: Day, tmp_path: Path) -> None:
    before = "".join(file.read_text("utf-8") for file in (day.folder / "logs").iterdir())
    assert any(word in before for word in spellings()), "the logs held nothing to be hidden"
    file = tmp_path / "bundle.zip"
    write_bundle(file, day.gathered())
    for name, text in members_of(file).items():
        for personal in spellings():
            assert personal not in text, name
            assert plainly(personal) not in plainly(text), name
            assert plainly(personal).replace("ue", "u").replace("oe", "o") not in plainly(text), (
                name
            )
        assert traces(text.encode(), texts=spellings(), numbers=PEOPLE.values()) == [], name
        assert not re.search(r"(?<![^\W_])\w\*{3}|\*{3}\d", text), name
        digits = "".join(filter(str.isdecimal, text))
        for number in PEOPLE.values():
            national = number.removeprefix("00").lstrip("0")
            assert national not in digits, name
            assert national[-7:] not in digits, name


def test_a_bundle_holds_what_helps(day: Day, tmp_path: Path) -> None:
    file = tmp_path / "bundle.zip"
    write_bundle(file, day.gathered())
    texts = members_of(file)
    assert json.loads(texts[names.VERSIONS])["program"] == "0.5.0"
    assert json.loads(texts[names.VERSIONS])["STARFACE"] == "6.7.1.20"
    (taken,) = json.loads(texts[names.TAKEN_OVER])["settings"]
    assert (taken["name"], taken["fate"]) == ("UseTapiLine", "tapi")
    assert "of_the_fault" in texts[f"{names.LOGS}/crash.log"]
    assert 'area_code = "721"  # user file' in texts[names.SETTINGS]
    assert 'host = "(set, not shown)"' in texts[names.SETTINGS]
    (leg,) = json.loads(texts[names.LEGS])
    assert (leg["leg"], leg["state"], leg["reason"]) == ("starface", "down", "*** does not answer.")
    (finding,) = json.loads(texts[names.FINDINGS])
    assert finding["step"] == "name"
    assert json.loads(texts[names.FIGURES])["calls"]["all"] == len(PEOPLE)
    assert "signs in at" in texts[f"{names.LOGS}/connector.log"]
    for part in ("Nicht enthalten sind", "It does not hold"):
        assert part in texts[names.README]
    played = list(replay(recording_in(file)))
    assert [len(effects) for _, effects in played] == [len(turn) for turn in day.book.wanted]


def test_every_file_of_a_bundle_is_explained(day: Day, tmp_path: Path) -> None:
    file = tmp_path / "bundle.zip"
    write_bundle(file, day.gathered())
    texts = members_of(file)
    for name in texts:
        first = name.partition("/")[0]
        assert first == names.README or texts[names.README].count(f"  {first}") == 2


def test_a_bundle_never_replaces_a_file(day: Day, tmp_path: Path) -> None:
    file = tmp_path / "letter.zip"
    file.write_text("a letter")
    with pytest.raises(FileExistsError):
        write_bundle(file, day.gathered())
    assert file.read_text() == "a letter"


def test_a_bundle_is_whole_or_not_there(day: Day, tmp_path: Path) -> None:
    class Broken(Exception):
        pass

    def unreadable(_: Any) -> Any:
        raise Broken

    with pytest.raises(Broken):
        write_bundle(tmp_path / "bundle.zip", _Failing(day.gathered(), unreadable))  # type: ignore[arg-type]
    assert [one.name for one in tmp_path.iterdir()] == ["profile"]


class _Failing:
    """What was gathered, and breaks when the recording is asked for."""

    def __init__(self, gathered: Gathered, fails: Any) -> None:
        self._gathered, self._fails = gathered, fails

    def __getattr__(self, name: str) -> Any:
        return self._fails(name) if name == "recording" else getattr(self._gathered, name)


@pytest.mark.skipif("os.name == 'nt'", reason="Windows has other rights")
def test_only_its_owner_can_read_a_bundle(day: Day, tmp_path: Path) -> None:
    file = tmp_path / "bundle.zip"
    write_bundle(file, day.gathered())
    assert file.stat().st_mode & 0o777 == 0o600


def test_only_the_ends_of_long_logs_are_taken(tmp_path: Path) -> None:
    line = "x" * 99 + "\n"
    (tmp_path / "connector.log.1").write_text("old\n")
    (tmp_path / "connector.log").write_text("".join(f"{n:05}{line}" for n in range(100)))
    os.utime(tmp_path / "connector.log.1", (1, 1))
    tails = dict(log_tails(tmp_path, most_bytes=1000))
    assert set(tails) == {"connector.log"}
    head, *lines = tails["connector.log"].splitlines()
    assert head == "(the beginning is left out)"
    assert lines[-1].startswith("00099")
    assert all(len(one) == 104 for one in lines)
    assert set(dict(log_tails(tmp_path, most_bytes=100_000))) == {
        "connector.log",
        "connector.log.1",
    }


@given(
    name=st.text(st.characters(categories=["L"], max_codepoint=0x24F), min_size=4, max_size=12),
    before=st.text(),
)
def test_a_known_name_is_hidden_in_every_case(name: str, before: str) -> None:
    assume(folded(name) not in NOBODYS)
    known = KnownPersonal(Personal(names=frozenset({name})))
    for spelt in (name, name.upper(), name.casefold(), unicodedata.normalize("NFD", name)):
        assert f" {spelt} " not in known.hide(f"{before} {spelt} .")


@pytest.mark.parametrize(
    "text", ["0721 5550147", "+49 (721) 555-0147", "0049.721.555.0147", "00497215550147", "5550147"]
)
def test_a_known_number_is_hidden_however_it_is_written(text: str) -> None:
    known = KnownPersonal(Personal(numbers=frozenset({"07215550147"})))
    assert "47" not in known.hide(f"to {text}, or so")


def test_times_and_addresses_stay_readable() -> None:
    known = KnownPersonal(Personal(numbers=frozenset({"07215550147", "23"})))
    line = (
        "2026-11-23T14:03:55.123+01:00 INFO link: 192.168.12.7:5222 took 23 ms, hresult -2147418113"
    )
    assert known.hide(line) == line


@given(lines=st.lists(st.text(st.characters(categories=["L", "Zs"]), max_size=900), max_size=20))
def test_a_long_text_is_hidden_piece_by_piece(lines: list[str]) -> None:
    known = KnownPersonal(Personal(names=frozenset({"Lindgräfe"})))
    text = "\n".join(["to Lindgräfe", *lines, "from LINDGRAEFE"])
    assert known.hide_lines(text) == known.hide(text)
    assert known.hide_lines(text).startswith("to ***\n")
    assert known.hide_lines(text).endswith("\nfrom ***")
