"""The headless stream as another program uses it: every event, every command, every bad line."""

from __future__ import annotations

import json
from collections.abc import AsyncIterator
from pathlib import Path

import pytest
import pytest_asyncio

from tests.app.end_to_end.connector import TIMEOUT_S, Event
from tests.app.end_to_end.office import (
    ADA,
    COLLEAGUE,
    SHARED,
    UNKNOWN,
    USER,
    Office,
    at_work,
)

pytestmark = pytest.mark.asyncio(loop_scope="module")

RULES = {"calls": {"transfer_automatically": True}}
BAD_LINES = {
    "no JSON": "note",
    "half an object": '{"command": "note"',
    "a list": "[]",
    "a text": '"quit"',
    "a number": "7",
    "null": "null",
    "no command": "{}",
    "an unknown command": '{"command": "explode"}',
    "a command that is a number": '{"command": 7}',
    "a command that is null": '{"command": null}',
    "a command that is a list": '{"command": ["quit"]}',
    "a command that is an object": '{"command": {"quit": 1}}',
    "deeply nested": "[" * 100_000,
    "half a character as command": '{"command": "x\\ud800"}',
    "half a character as call": '{"command": "note", "call": "x\\ud800", "text": ""}',
    "note without call": '{"command": "note", "text": "x"}',
    "note without text": '{"command": "note", "call": "x"}',
    "note with a number as text": '{"command": "note", "call": "x", "text": 7}',
    "note of an unknown call": '{"command": "note", "call": "nowhere-1-1", "text": "x"}',
    "note of a call named by a list": '{"command": "note", "call": [], "text": "x"}',
    "transfer of an unknown call": '{"command": "transfer", "call": "nowhere-1-1"}',
    "transfer without call": '{"command": "transfer"}',
    "hangup of an unknown call": '{"command": "hangup", "call": ""}',
    "close of an unknown call": '{"command": "close", "call": "nowhere-1-1"}',
    "choose of an unknown call": '{"command": "choose", "call": "nowhere-1-1", "contact": "x"}',
    "dial without number": '{"command": "dial"}',
    "dial with a number that is null": '{"command": "dial", "number": null}',
    "a very large number": '{"command": ' + "9" * 10_000 + "}",
    "no text at all": "\x00\x01\x02",
}


@pytest_asyncio.fixture(loop_scope="module", scope="module")
async def office(tmp_path_factory: pytest.TempPathFactory, people: Path) -> AsyncIterator[Office]:
    profile = tmp_path_factory.mktemp("stream") / "profile"
    async with at_work(profile, RULES, people=people) as working:
        yield working


@pytest_asyncio.fixture(loop_scope="module", autouse=True)
async def idle_line(office: Office) -> AsyncIterator[None]:
    yield
    await office.hang_everything_up()


async def test_a_day_has_every_event_in_its_contracted_form(office: Office) -> None:
    call = await office.rings(SHARED)
    choice = await call.event("choose")
    assert [one["id"] for one in choice["candidates"]] == ["D-one", "D-two"]
    await call.answered()
    await call.event("datev", record={"CallState": 2})
    office.connector.command("choose", call=call.id, contact="D-two")
    await call.event("datev", method="CallAdressatChanged")
    call.at_pbx.hold()
    await call.event("call", state="held")
    call.at_pbx.resume()
    call.note("Rückruf wegen Bescheid – bis Freitag ✓")
    call.transfer()
    ended = await call.over()
    assert ended["outcome"] == "answered"
    told = await call.event("datev", method="NewJournal", result="confirmed")
    assert told["record"]["Note"] == "Rückruf wegen Bescheid – bis Freitag ✓"
    office.connector.command("close", call=call.id)
    await call.event("window", action="close")
    assert {event["event"] for event in office.connector.events} >= {
        "leg",
        "call",
        "window",
        "choose",
        "datev",
    }
    office.sound()


async def test_both_directions_and_all_outcomes_are_told(office: Office) -> None:
    answered = await office.rings("00493011111")
    await answered.answered()
    assert (await answered.over())["outcome"] == "answered"
    missed = await office.rings("00493011112")
    assert (await missed.over())["outcome"] == "missed"
    unreached = await office.dials("00493011113")
    assert unreached.told["direction"] == "outgoing"
    assert unreached.told["state"] == "dialling"
    assert (await unreached.over())["outcome"] == "unreached"
    elsewhere = await office.rings("00493011114", group="g1")
    elsewhere.at_pbx.answer(by=COLLEAGUE)
    ended = await elsewhere.event("call", state="ended")
    assert ended["outcome"] == "answered_elsewhere"
    elsewhere.at_pbx.hangup()
    office.sound()


async def test_the_number_is_told_in_international_form(office: Office) -> None:
    call = await office.rings("0049721555666")
    assert call.told["number"] == "+49721555666"
    assert call.told["internal"] is False
    assert call.told["match"] == {"rule": "none", "contact": None, "candidates": 0}
    await call.over()


async def test_dial_is_told_with_the_call_that_it_made(office: Office) -> None:
    office.connector.command("dial", number="0721 / 40 40 40")
    at_pbx = await office.starface.pbx.dialled()
    told = await office.connector.event("dial", number="0721 / 40 40 40")
    assert "refused" not in told
    at_pbx.lift()
    at_pbx.ring()
    call = await office.connector.event("call", pbx_call=at_pbx.call_id, direction="outgoing")
    assert call["call"] == told["call"]
    assert call["number"] == "+49721404040"
    at_pbx.hangup()
    ended = await office.connector.event("call", call=told["call"], state="ended")
    assert ended["outcome"] == "unreached"
    office.sound()


@pytest.mark.parametrize("number", ["", "   ", "abc", "+", "Rückruf"])
async def test_what_cannot_be_dialled_is_refused_with_a_reason(office: Office, number: str) -> None:
    before = len(office.starface.pbx.calls)
    office.connector.command("dial", number=number)
    told = await office.connector.event("dial", number=number)
    assert told["refused"]
    assert len(office.starface.pbx.calls) == before


async def test_hangup_ends_the_call_at_the_pbx(office: Office) -> None:
    call = await office.rings("00493022221")
    await call.answered()
    office.connector.command("hangup", call=call.id)
    assert (await call.event("call", state="ended"))["outcome"] == "answered"
    assert call.at_pbx.over


async def test_a_closed_window_takes_the_note_along_and_can_be_opened_again(
    office: Office,
) -> None:
    call = await office.rings("00493022222")
    call.note("noch nicht fertig")
    office.connector.command("close", call=call.id)
    await call.event("window", action="close")
    mark = office.connector.mark
    office.connector.command("open", call=call.id)
    opened = await office.connector.event("window", after=mark, action="open", call=call.id)
    assert opened["draft"] is True
    await call.over()


@pytest.mark.parametrize("line", BAD_LINES.values(), ids=BAD_LINES.keys())
async def test_a_bad_line_gives_an_error_and_nothing_else(office: Office, line: str) -> None:
    await office.connector.obeyed()
    mark = office.connector.mark
    office.connector.line(line)
    await office.connector.obeyed()
    first, *_ = news = said_to_the_user(office, mark)
    assert [event["event"] for event in news] == ["error", "error"]
    assert "barrier" not in first["text"]
    assert first["text"].strip()


async def test_an_empty_line_is_nothing(office: Office) -> None:
    await office.connector.obeyed()
    mark = office.connector.mark
    office.connector.line("")
    office.connector.line("   ")
    await office.connector.obeyed()
    assert len(said_to_the_user(office, mark)) == 1


async def test_choosing_somebody_who_was_not_offered_is_refused(office: Office) -> None:
    call = await office.rings(UNKNOWN)
    await office.connector.obeyed()
    mark = office.connector.mark
    office.connector.command("choose", call=call.id, contact="D-nobody")
    await office.connector.obeyed()
    assert [event["event"] for event in said_to_the_user(office, mark)] == ["error", "error"]
    office.connector.command("choose", call=call.id, contact="D-ada")
    await office.connector.obeyed()
    await call.over()
    assert not office.connector.told("call", call=call.id, name="Ada Byron")


@pytest.mark.parametrize(
    "text", ["a\x00b", "Zeile 1\nZeile 2\r\n\tmehr", "👩‍💼 Ä ß €", "\u202eRLO"]
)
async def test_any_text_is_kept_and_handed_over_unchanged(office: Office, text: str) -> None:
    call = await office.rings("00493022223")
    call.note(text)
    call.transfer()
    await call.over()
    told = await call.event("datev", method="NewJournal", result="confirmed")
    assert told["record"]["Note"] == text
    assert office.notes()[-1] == text
    office.sound()


async def test_half_a_character_in_a_note_loses_neither_note_nor_call(office: Office) -> None:
    call = await office.rings("00493022224")
    call.note("ganz")
    office.connector.line(json.dumps({"command": "note", "call": call.id, "text": "a\ud800b"}))
    office.connector.line(json.dumps({"command": "choose", "call": call.id, "contact": "\ud800"}))
    await office.connector.obeyed()
    call.transfer()
    await call.over()
    told = await call.event("datev", method="NewJournal", result="confirmed")
    assert told["record"]["Note"] in {"ganz", "a�b", "a?b"}
    office.sound()


async def test_dial_from_datev_is_answered_with_a_call_id(office: Office) -> None:
    answer = await office.datev.dial("0721 / 60 60 60", "Ada Byron", "D-ada")
    assert answer.hresult == 0
    assert answer.record is not None
    call_id = answer.record.call_id
    assert call_id
    at_pbx = await office.starface.pbx.dialled()
    told = await office.connector.event("dial", number="0721 / 60 60 60")
    at_pbx.lift()
    at_pbx.ring()
    at_pbx.answer()
    at_pbx.hangup()
    await office.datev.wait_for(
        lambda datev: any(c.call_id == call_id and c.over for c in datev.calls), TIMEOUT_S
    )
    assert office.chain(call_id) == ["offered", "connected", "finished"]
    ended = await office.connector.event("call", call=told["call"], state="ended")
    assert ended["match"]["contact"] == "D-ada"
    assert not office.connector.told("choose", call=told["call"])
    office.sound()


async def test_the_same_number_twice_is_refused_with_a_word(office: Office) -> None:
    first = await office.datev.dial("0721 606070", "Ada Byron", "D-ada")
    second = await office.datev.dial("+49 721 60 60 70", "Ada Byron", "D-ada")
    assert first.hresult == 0
    assert second.hresult < 0
    at_pbx = await office.starface.pbx.dialled()
    told = await office.connector.event("dial", number="+49 721 60 60 70")
    assert told["refused"]
    assert len(office.starface.pbx.legs_of(USER)) == 1
    at_pbx.hangup()
    mine = await office.connector.event("dial", number="0721 606070")
    await office.connector.event("call", call=mine["call"], state="ended")
    office.sound()


async def test_drop_before_ringing_cancels(office: Office) -> None:
    answer = await office.datev.dial("0721 606080", "Ada Byron", "D-ada")
    assert answer.record is not None
    dropped = await office.datev.drop(answer.record.call_id)
    assert dropped.hresult == 0
    at_pbx = await office.starface.pbx.dialled()
    mine = await office.connector.event("dial", number="0721 606080")
    ended = await office.connector.event("call", call=mine["call"], state="ended")
    assert ended["outcome"] == "unreached"
    assert at_pbx.over
    office.sound()


async def test_drop_of_an_unknown_call_disturbs_nobody(office: Office) -> None:
    call = await office.rings(ADA)
    await call.answered()
    await office.datev.drop("NO-SUCH-CALL")
    await office.connector.obeyed()
    assert not call.at_pbx.over
    await call.over()
    office.sound()


def said_to_the_user(office: Office, mark: int) -> list[Event]:
    """What came since, without answers of DATEV that were under way."""
    quiet = {"datev", "window", "leg"}
    return [event for event in office.connector.events[mark:] if event["event"] not in quiet]
