"""DATEV away, dying, hanging, refusing: nothing late as if live, nothing twice, nothing lost."""

from __future__ import annotations

import json
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import pytest
import pytest_asyncio

from datev_connector.simulators.datev import Method, Spoil
from tests.app.end_to_end.connector import SWIFT, TIMEOUT_S, printed, running
from tests.app.end_to_end.office import ADA, INSTITUTION, Office, at_work, simulated

AUTO = {"calls": {"transfer_automatically": True}}
BUSY = 0x80010001
SERVER_FAULT = 0x80010105
IMPATIENT = json.dumps({"datev": {"answer_s": 2.0}})


@pytest.fixture
def profile(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("datev") / "profile"


@pytest_asyncio.fixture
async def office(profile: Path, people: Path) -> AsyncIterator[Office]:
    async with at_work(profile, AUTO, people=people) as working:
        yield working


@pytest_asyncio.fixture
async def impatient(profile: Path, people: Path) -> AsyncIterator[Office]:
    """The same with a connector that waits less long for the answers of DATEV."""
    async with at_work(profile, AUTO, people=people, program=SWIFT, SWIFT=IMPATIENT) as working:
        yield working


async def talked(office: Office, number: str, note: str) -> Any:
    """A call that was answered, noted and handed over, and is over at the PBX."""
    call = await office.rings(number)
    await call.answered()
    if note:
        call.note(note)
        call.transfer()
    await call.over()
    return call


def live_calls(office: Office) -> int:
    return len(office.datev.calls)


async def test_calls_while_datev_was_away_come_as_entries_in_order_once(office: Office) -> None:
    await office.datev.go_away()
    await office.connector.event("leg", leg="datev", state="down")
    notes = [f"Notiz {n}" for n in range(4)]
    for n, note in enumerate(notes):
        call = await talked(office, f"004972160{n}00", note)
        queued = await call.event("datev", method="NewJournal")
        assert queued["result"] == "queued"
    missed = await office.rings(ADA)
    await missed.over()
    await missed.event("datev", method="NewJournal", result="queued")
    await office.datev.come_back()
    journal = await office.journal(5)
    await missed.event("datev", method="NewJournal", result="confirmed")
    assert [entry.record.note for entry in journal] == [*notes, ""]
    assert [entry.repeats for entry in journal] == [0] * 5
    assert live_calls(office) == 0
    assert await printed(office.profile, "outbox", "list") == []
    office.sound()


@pytest.mark.parametrize("forget", [True, False], ids=["restarted", "cut"])
async def test_datev_dies_in_mid_call(office: Office, forget: bool) -> None:
    call = await office.rings(ADA)
    await call.answered()
    await call.event("datev", record={"CallState": 2}, result="confirmed")
    call.note("während des Absturzes")
    call.transfer()
    mark = office.connector.mark
    await office.datev.go_away(forget=forget)
    await office.connector.event("leg", after=mark, leg="datev", state="down")
    await office.datev.come_back()
    await office.connector.event("leg", after=mark, leg="datev", state="up")
    await call.over()
    await call.event("datev", method="NewJournal", result="confirmed")
    assert office.notes() == ["während des Absturzes"]
    assert office.chain(call.events("datev")[0]["record"]["CallID"]) == ["offered", "connected"]
    office.sound()


@pytest.mark.parametrize("before", [True, False], ids=["before", "after"])
@pytest.mark.parametrize("nth", [1, 2, 3, 4])
async def test_datev_dies_at_each_message(office: Office, nth: int, before: bool) -> None:
    office.datev.faults.die_on(nth, before=before, forget=True)
    call = await talked(office, ADA, "einmal und nicht öfter")
    await office.connector.event("leg", leg="datev", state="down")
    await office.datev.come_back()
    await call.event("datev", method="NewJournal", result="confirmed")
    assert office.notes() == ["einmal und nicht öfter"]
    assert live_calls(office) <= 1
    office.sound()


async def test_a_call_that_lives_when_datev_comes_back_is_not_told_late(office: Office) -> None:
    await office.datev.go_away()
    await office.connector.event("leg", leg="datev", state="down")
    call = await office.rings(ADA)
    mark = office.connector.mark
    await office.datev.come_back()
    await office.connector.event("leg", after=mark, leg="datev", state="up")
    await call.answered()
    await call.over()
    told = await call.event("datev", result="confirmed")
    chain = [e["record"]["CallState"] for e in call.events("datev", result="confirmed")]
    assert told["method"] == "NewJournal" or chain[:2] == [2, 3]
    office.sound()


async def test_entries_wait_for_the_end_of_a_call(office: Office) -> None:
    await office.datev.go_away()
    await office.connector.event("leg", leg="datev", state="down")
    await talked(office, "0049721603000", "wartet")
    talking = await office.rings(INSTITUTION)
    await talking.answered()
    mark = office.connector.mark
    await office.datev.come_back()
    await office.connector.event("leg", after=mark, leg="datev", state="up")
    await office.connector.obeyed()
    assert office.notes() == []
    await talking.over()
    journal = await office.journal(1)
    assert journal[0].record.note == "wartet"
    office.sound()


async def test_a_busy_datev_is_asked_again(office: Office) -> None:
    office.datev.faults.reject(BUSY, times=2)
    call = await talked(office, ADA, "trotzdem")
    await call.event("datev", method="NewJournal", result="confirmed")
    assert office.notes() == ["trotzdem"]
    assert office.chain(call.events("datev")[0]["record"]["CallID"])[-1] == "finished"
    office.sound()


async def test_a_refused_entry_is_kept_and_tried_again_on_request(office: Office) -> None:
    office.datev.faults.reject(SERVER_FAULT, times=1, method=Method.NEW_JOURNAL)
    call = await talked(office, ADA, "erst abgelehnt")
    refused = await call.event("datev", method="NewJournal", result="refused")
    assert refused["hresult"] < 0
    (waiting,) = await printed(office.profile, "outbox", "list")
    assert waiting["note"] == "erst abgelehnt"
    assert waiting["state"] == "refused"
    office.connector.command("retry")
    confirmed = await call.event("datev", method="NewJournal", result="confirmed")
    assert confirmed["record"] == refused["record"]
    assert office.notes() == ["erst abgelehnt"]
    office.sound()


async def test_a_refused_entry_does_not_hold_up_the_next(office: Office) -> None:
    office.datev.faults.reject(SERVER_FAULT, times=1, method=Method.NEW_JOURNAL)
    first = await talked(office, ADA, "abgelehnt")
    await first.event("datev", method="NewJournal", result="refused")
    second = await talked(office, INSTITUTION, "angenommen")
    await second.event("datev", method="NewJournal", result="confirmed")
    assert office.notes() == ["angenommen"]
    office.sound()


async def test_a_refused_live_call_goes_to_the_journal(office: Office) -> None:
    office.datev.faults.reject(SERVER_FAULT, times=1, method=Method.NEW_CALL)
    call = await talked(office, ADA, "")
    await call.event("datev", method="NewCall", result="refused")
    await call.event("datev", method="NewJournal", result="confirmed")
    assert live_calls(office) == 0
    office.sound()


async def test_late_answers_keep_the_order(office: Office) -> None:
    office.datev.faults.answer_late(0.4)
    call = await talked(office, ADA, "mit Geduld")
    await call.event("datev", method="NewJournal", result="confirmed")
    assert office.notes() == ["mit Geduld"]
    assert office.chain(call.events("datev")[0]["record"]["CallID"]) == [
        "offered",
        "connected",
        "finished",
    ]
    office.sound()


@pytest.mark.parametrize("kind", list(Spoil))
async def test_nonsense_from_datev_loses_nothing(impatient: Office, kind: Spoil) -> None:
    impatient.datev.faults.spoil_answers(kind, times=1)
    call = await talked(impatient, ADA, "über den Unsinn hinweg")
    await call.event("datev", method="NewJournal", result="confirmed")
    assert impatient.notes() == ["über den Unsinn hinweg"]
    assert live_calls(impatient) == 1
    assert "Traceback" not in impatient.connector.stderr


async def test_an_answer_lost_after_the_entry_was_taken_makes_no_second_entry(
    office: Office,
) -> None:
    call = await office.rings(ADA)
    await call.answered()
    await call.over()
    await call.event("datev", record={"CallState": 3}, result="confirmed")
    call.note("Antwort verloren")
    office.datev.faults.die_on(1, before=False, forget=True)
    call.transfer()
    await office.connector.event("leg", leg="datev", state="down")
    await office.datev.come_back()
    await call.event("datev", method="NewJournal", result="confirmed")
    assert office.notes() == ["Antwort verloren"]
    assert office.datev.journal[0].repeats == 1
    office.sound()


async def test_a_hanging_datev_is_noticed_and_the_entry_follows(impatient: Office) -> None:
    impatient.datev.faults.hang(record=True)
    call = await talked(impatient, ADA, "hängt")
    await impatient.connector.event("leg", leg="datev", state="down")
    impatient.datev.faults.clear()
    await call.event("datev", method="NewJournal", result="confirmed")
    assert impatient.notes() == ["hängt"]
    assert live_calls(impatient) == 1
    impatient.sound()


async def test_what_datev_sends_unasked_does_no_harm(office: Office) -> None:
    for line in (
        b"\n",
        b"nonsense\n",
        b"[]\n",
        b'{"id": 1}\n',
        b'{"hresult": 0}\n',
        b'{"id": 99999, "hresult": 0}\n',
        b'{"id": 1, "method": "Dial"}\n',
        b'{"id": 2, "method": "Dial", "call": 7}\n',
        b'{"id": 3, "method": "Dial", "call": {"CalledNumber": 7}}\n',
        b'{"id": 4, "method": "Drop", "call": {}}\n',
        b'{"id": 5, "method": "Drop", "call": {"CallID": null}}\n',
        b'{"id": 6, "method": "Explode", "call": {}}\n',
        b'{"id": 7, "method": ["Dial"], "call": {}}\n',
    ):
        await office.datev.send_raw(line)
    call = await talked(office, ADA, "unbeeindruckt")
    await call.event("datev", method="NewJournal", result="confirmed")
    assert "Traceback" not in office.connector.stderr
    assert not office.starface.pbx.calls


async def test_half_a_character_in_what_datev_dials(office: Office) -> None:
    wish = {"CalledNumber": "0721 606050", "Adressatenname": "Ada \ud800", "SyncID": "S-\ud800"}
    line = json.dumps({"id": 4711, "method": "Dial", "call": wish})
    await office.datev.send_raw(line.encode() + b"\n")
    at_pbx = await office.starface.pbx.dialled()
    at_pbx.lift()
    at_pbx.ring()
    at_pbx.answer()
    at_pbx.hangup()
    await office.connector.event("call", pbx_call=at_pbx.call_id, state="ended")
    assert office.connector.process.returncode is None
    assert "Traceback" not in office.connector.stderr


async def test_the_outbox_survives_a_restart_of_the_connector(profile: Path) -> None:
    async with simulated(profile, AUTO) as office:
        async with office.run() as connector:
            await office.datev.go_away()
            await connector.event("leg", leg="datev", state="down")
            for n in range(3):
                call = await talked(office, f"004972160{n}00", f"Notiz {n}")
                await call.event("datev", method="NewJournal", result="queued")
            assert await connector.quit() == 0
        waiting = await printed(profile, "outbox", "list")
        assert [entry["note"] for entry in waiting] == ["Notiz 0", "Notiz 1", "Notiz 2"]
        await office.datev.come_back()
        async with office.run() as connector:
            await office.journal(3)
            await connector.event("datev", record={"Note": "Notiz 2"}, result="confirmed")
            assert office.notes() == ["Notiz 0", "Notiz 1", "Notiz 2"]
            assert await connector.quit() == 0
            office.sound()
        async with office.run() as connector:
            assert await connector.quit() == 0
        assert [entry.repeats for entry in office.datev.journal] == [0, 0, 0]


async def test_a_draft_survives_a_restart_and_is_handed_over_later(profile: Path) -> None:
    async with simulated(profile) as office:
        async with office.run() as connector:
            call = await office.rings(ADA)
            await call.over()
            call.note("Entwurf")
            await connector.obeyed()
            await connector.kill()
        (kept,) = await printed(profile, "journal", "list", "--only", "draft")
        assert kept["note"] == "Entwurf"
        async with office.run() as connector:
            connector.command("open", call=kept["call"])
            opened = await connector.event("window", action="open", call=kept["call"])
            assert opened["draft"] is True
            connector.command("transfer", call=kept["call"])
            await connector.event("datev", method="NewJournal", result="confirmed")
            assert office.notes() == ["Entwurf"]
            office.sound()


async def test_a_call_goes_on_over_a_restart_of_the_connector(profile: Path) -> None:
    async with simulated(profile, AUTO) as office:
        async with office.run() as connector:
            call = await office.rings(ADA)
            await call.answered()
            await call.event("datev", record={"CallState": 2}, result="confirmed")
            call.note("über den Neustart")
            call.transfer()
            await connector.obeyed()
            await connector.kill()
        async with office.run() as connector:
            call.at_pbx.hangup()
            ended = await connector.event("call", call=call.id, state="ended")
            assert ended["outcome"] == "answered"
            await connector.event("datev", method="NewJournal", result="confirmed")
            assert office.notes() == ["über den Neustart"]
            assert live_calls(office) == 1
            office.sound()


async def test_a_call_that_ended_while_nobody_looked(profile: Path) -> None:
    async with simulated(profile, AUTO) as office:
        async with office.run() as connector:
            call = await office.rings(ADA)
            await call.answered()
            await call.event("datev", record={"CallState": 2}, result="confirmed")
            await connector.kill()
        call.at_pbx.hangup()
        async with office.run(program=SWIFT) as connector:
            ended = await connector.event("call", call=call.id, state="ended")
            assert ended["outcome"] == "answered"
            call_id = office.datev.calls[0].call_id
            await office.datev.wait_for(
                lambda datev: office.chain(call_id)[-1] == "finished" or len(datev.journal) == 1,
                TIMEOUT_S,
            )
            assert live_calls(office) == 1
            office.sound()
            assert await connector.quit() == 0


async def test_without_datev_everything_else_works(profile: Path, people: Path) -> None:
    async with simulated(profile, AUTO, people=people) as office:
        await office.datev.go_away()
        async with running(profile) as connector:
            office.connector = connector
            await connector.event("leg", leg="starface", state="up")
            down = await connector.event("leg", leg="datev", state="down")
            assert down["remedy"] or down["reason"]
            call = await office.rings(ADA)
            assert call.told["name"] == "Ada Byron"
            await call.answered()
            await call.over()
            queued = await call.event("datev", method="NewJournal")
            assert queued["result"] == "queued"
            assert await connector.quit() == 0
            office.sound()
