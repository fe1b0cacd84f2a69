"""The rules for windows, contacts, transfer and notes as a user lives them.

One office for each set of rules; every test rings with numbers of its own or leaves nothing behind.
"""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import AsyncExitStack
from pathlib import Path
from typing import Any

import pytest
import pytest_asyncio

from tests.app.end_to_end.office import (
    ADA,
    BOOK,
    BOTH,
    COLLEAGUE,
    INSTITUTION,
    LOCAL,
    SHARED,
    STEM_DIRECT,
    THREE,
    TWO_SHARED,
    UNKNOWN,
    USER,
    Incoming,
    Office,
    at_work,
)

pytestmark = pytest.mark.asyncio(loop_scope="module")

AUTO = {"transfer_automatically": True}
OFFICES: dict[str, dict[str, Any]] = {
    "by hand": {},
    "automatic": AUTO,
    "internal too": {**AUTO, "skip_internal": False},
    "answered": {**AUTO, "only_answered": True},
    "matches": {**AUTO, "only_datev_matches": True},
    "quiet": {**AUTO, "open_window": False, "hide_internal": True, "skip_internal": False},
    "prefers": {"prefer_datev": True, "close_after_call": True},
    "first": {"first_best_contact": True},
    "both": {"prefer_datev": True, "first_best_contact": True},
}


class Street:
    """Offices by the name of their rules, opened when somebody comes."""

    def __init__(self, stack: AsyncExitStack, folder: pytest.TempPathFactory, people: Path) -> None:
        self._stack = stack
        self._folder = folder
        self._people = people
        self._open: dict[str, Office] = {}

    async def office(self, rules: str) -> Office:
        if rules not in self._open:
            profile = self._folder.mktemp("rules") / "profile"
            made = at_work(profile, {"calls": OFFICES[rules]}, people=self._people)
            self._open[rules] = await self._stack.enter_async_context(made)
        return self._open[rules]

    async def all_idle(self) -> None:
        for office in self._open.values():
            await office.hang_everything_up()


@pytest_asyncio.fixture(loop_scope="module", scope="module")
async def street(tmp_path_factory: pytest.TempPathFactory, people: Path) -> AsyncIterator[Street]:
    async with AsyncExitStack() as stack:
        yield Street(stack, tmp_path_factory, people)


@pytest_asyncio.fixture(loop_scope="module", autouse=True)
async def idle(street: Street) -> AsyncIterator[None]:
    yield
    await street.all_idle()


# --- contact ------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("number", "rule", "contact", "name"),
    [
        (ADA, "exact", "D-ada", "Ada Byron"),
        (STEM_DIRECT, "company-stem", "D-firm", "Stamm GmbH"),
        (LOCAL, "completed-local", "D-local", "Lore Lokal"),
        (INSTITUTION, "exact", "I-tax", "Finanzamt"),
        (BOOK, "exact", "S-book", "Nur im Buch"),
        ("+4972112345", "exact", "D-ada", "Ada Byron"),
        ("072112345", "exact", "D-ada", "Ada Byron"),
    ],
)
async def test_exactly_one_hit_is_taken(
    street: Street, number: str, rule: str, contact: str, name: str
) -> None:
    office = await street.office("by hand")
    call = await office.rings(number)
    assert call.told["match"] == {"rule": rule, "contact": contact, "candidates": 1}
    assert call.told["name"] == name
    await call.over()
    assert not call.events("choose")
    office.sound()


async def test_an_unknown_number_is_nobody(street: Street) -> None:
    office = await street.office("by hand")
    call = await office.rings(UNKNOWN)
    assert call.told["match"] == {"rule": "none", "contact": None, "candidates": 0}
    assert call.told["name"] == ""
    await call.over()
    assert not call.events("choose")


@pytest.mark.parametrize("number", ["", "anonymous", "Anonymous", "0"])
async def test_a_withheld_number_is_nobody(street: Street, number: str) -> None:
    office = await street.office("automatic")
    call = await office.rings(number)
    assert call.told["match"]["contact"] is None
    assert call.told["internal"] is False
    await call.answered()
    await call.over()
    last = await call.event("datev", record={"CallState": 3}, result="confirmed")
    assert last["record"]["DataSource"] == "STARFACE"
    assert last["record"]["AdressatenId"] == ""
    office.sound()


@pytest.mark.parametrize(
    ("rules", "number", "asked"),
    [
        ("by hand", SHARED, ["D-one", "D-two"]),
        ("by hand", TWO_SHARED, ["S-one", "S-two"]),
        ("by hand", BOTH, ["D-both", "S-both"]),
        ("by hand", THREE, ["D-drei", "D-three", "S-three"]),
        ("prefers", SHARED, ["D-one", "D-two"]),
        ("prefers", TWO_SHARED, ["S-one", "S-two"]),
        ("prefers", THREE, ["D-drei", "D-three", "S-three"]),
        ("first", BOTH, ["D-both", "S-both"]),
        ("first", THREE, ["D-drei", "D-three", "S-three"]),
        ("prefers", BOTH, []),
        ("first", SHARED, []),
        ("first", TWO_SHARED, []),
        ("both", SHARED, []),
        ("both", TWO_SHARED, []),
        ("both", BOTH, []),
        ("both", THREE, []),
    ],
)
async def test_whether_the_user_is_asked(
    street: Street, rules: str, number: str, asked: list[str]
) -> None:
    office = await street.office(rules)
    call = await office.rings(number)
    await call.over()
    choices = call.events("choose")
    assert [sorted(c["id"] for c in choice["candidates"]) for choice in choices] == (
        [asked] if asked else []
    )
    assert (call.told["match"]["contact"] is None) is bool(asked)
    if rules in {"prefers", "both"} and not asked and number != TWO_SHARED:
        assert call.told["match"]["contact"].startswith("D-")


async def test_of_several_the_same_one_is_taken_every_time(street: Street) -> None:
    office = await street.office("first")
    taken = set()
    for _ in range(3):
        call = await office.rings(SHARED)
        taken.add(call.told["match"]["contact"])
        await call.over()
    assert len(taken) == 1


async def test_a_choice_is_learned_and_answers_before_asking(street: Street) -> None:
    office = await street.office("automatic")
    first = await office.rings(SHARED)
    await first.event("choose")
    office.connector.command("choose", call=first.id, contact="D-two")
    named = await first.event("call", name="Zoë Zwei")
    assert named["match"]["contact"] == "D-two"
    await first.answered()
    connected = await first.event("datev", record={"CallState": 2}, result="confirmed")
    assert connected["record"]["AdressatenId"] == "D-two"
    await first.over()
    again = await office.rings(SHARED)
    assert again.told["match"]["contact"] == "D-two"
    assert again.told["known"] == "learned"
    await again.over()
    assert not again.events("choose")
    office.sound()


async def test_a_choice_that_is_not_to_be_remembered_is_asked_again(street: Street) -> None:
    office = await street.office("internal too")
    for _ in range(2):
        call = await office.rings(SHARED)
        await call.event("choose")
        office.connector.command("choose", call=call.id, contact="D-one", remember=False)
        await call.event("call", name="Otto Eins")
        await call.over()


async def test_nobody_of_those_is_an_answer(street: Street) -> None:
    office = await street.office("internal too")
    call = await office.rings(BOTH)
    await call.event("choose")
    mark = office.connector.mark
    office.connector.command("choose", call=call.id, contact=None)
    told = await office.connector.event("call", after=mark, call=call.id)
    assert told["match"]["contact"] is None
    assert told["name"] == ""
    await call.answered()
    await call.over()
    last = await call.event("datev", record={"CallState": 3}, result="confirmed")
    assert last["record"]["AdressatenId"] == ""
    office.sound()


async def test_the_only_hit_can_be_rejected(street: Street) -> None:
    office = await street.office("automatic")
    call = await office.rings(STEM_DIRECT)
    assert call.told["match"]["rule"] == "company-stem"
    mark = office.connector.mark
    office.connector.command("choose", call=call.id, contact=None)
    told = await office.connector.event("call", after=mark, call=call.id)
    assert told["match"]["contact"] is None
    assert told["name"] == ""
    await call.answered()
    await call.over()
    last = await call.event("datev", record={"CallState": 3}, result="confirmed")
    assert last["record"]["AdressatenId"] == ""
    assert last["record"]["DataSource"] == "STARFACE"
    office.sound()


async def test_a_name_from_the_pbx_counts_as_a_hit_of_the_book(street: Street) -> None:
    office = await street.office("by hand")
    unknown = await office.rings("0049406661", "Petra vom Amt")
    assert unknown.told["name"] == "Petra vom Amt"
    assert unknown.told["match"]["candidates"] == 1
    await unknown.over()
    known = await office.rings(ADA, "Die Byron")
    choice = await known.event("choose")
    assert {c["source"] for c in choice["candidates"]} == {"datev", "starface"}
    assert {c["name"] for c in choice["candidates"]} == {"Ada Byron", "Die Byron"}
    await known.over()
    in_book = await office.rings(BOOK, "Anders Genannt")
    assert in_book.told["match"]["contact"] == "S-book"
    await in_book.over()
    assert not in_book.events("choose")
    office.sound()


async def test_a_name_from_the_pbx_loses_against_datev_where_that_is_preferred(
    street: Street,
) -> None:
    office = await street.office("prefers")
    call = await office.rings(ADA, "Die Byron")
    assert call.told["match"]["contact"] == "D-ada"
    await call.over()
    assert not call.events("choose")


async def test_an_open_question_does_not_hold_up_the_transfer(street: Street) -> None:
    office = await street.office("automatic")
    call = await office.rings(BOTH)
    await call.event("choose")
    offered = await call.event("datev", method="NewCall", result="confirmed")
    assert offered["record"]["DataSource"] == "STARFACE"
    assert offered["record"]["AdressatenId"] == ""
    await call.answered()
    await call.event("datev", record={"CallState": 2}, result="confirmed")
    office.connector.command("choose", call=call.id, contact="D-both", remember=False)
    changed = await call.event("datev", method="CallAdressatChanged", result="confirmed")
    assert changed["record"]["AdressatenId"] == "D-both"
    assert changed["record"]["DataSource"] == "DATEV_Adressaten"
    assert changed["record"]["CalledNumber"] == offered["record"]["CalledNumber"]
    await call.over()
    last = await call.event("datev", record={"CallState": 3}, result="confirmed")
    assert last["record"]["AdressatenId"] == "D-both"
    office.sound()


async def test_a_contact_of_the_book_never_goes_out_as_one_of_datev(street: Street) -> None:
    office = await street.office("automatic")
    call = await office.rings(BOOK)
    await call.answered()
    await call.over()
    last = await call.event("datev", record={"CallState": 3}, result="confirmed")
    assert last["record"]["DataSource"] == "STARFACE"
    assert last["record"]["AdressatenId"] == ""
    office.sound()


async def test_an_institution_goes_out_as_one(street: Street) -> None:
    office = await street.office("automatic")
    call = await office.rings(INSTITUTION)
    first = await call.event("datev", method="NewCall", result="confirmed")
    assert first["record"]["DataSource"] == "DATEV_Institutionen"
    assert first["record"]["AdressatenId"] == "I-tax"
    await call.over()
    office.sound()


# --- window -------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("rules", "opens"), [("by hand", True), ("automatic", True), ("quiet", False)]
)
async def test_whether_the_window_opens(street: Street, rules: str, opens: bool) -> None:
    office = await street.office(rules)
    call = await office.rings(ADA)
    await call.over()
    assert bool(call.events("window", action="open")) is opens


async def test_the_window_stays_after_the_call(street: Street) -> None:
    office = await street.office("by hand")
    call = await office.rings(ADA)
    await call.over()
    await office.connector.obeyed()
    assert not call.events("window", action="close")


async def test_the_window_closes_with_the_call_and_the_note_stays_a_draft(street: Street) -> None:
    office = await street.office("prefers")
    call = await office.rings(ADA)
    call.note("halb fertig")
    await call.over()
    await call.event("window", action="close")
    office.connector.command("open", call=call.id)
    opened = await call.event("window", action="open", state="ended")
    assert opened["draft"] is True
    assert "halb fertig" not in office.notes()
    call.transfer()
    await call.event("datev", method="NewJournal", result="confirmed")
    assert "halb fertig" in office.notes()
    office.sound()


# --- internal calls -----------------------------------------------------------------------------


async def internal(office: Office) -> Incoming:
    at_pbx = office.starface.pbx.internal(COLLEAGUE, USER)
    at_pbx.ring()
    told = await office.connector.event("call", pbx_call=at_pbx.call_id)
    assert told["internal"] is True
    return Incoming(office, at_pbx, told)


@pytest.mark.parametrize(
    ("rules", "window", "in_datev"),
    [
        ("by hand", True, False),
        ("automatic", True, False),
        ("internal too", True, True),
        ("quiet", False, False),
    ],
)
async def test_internal_calls(street: Street, rules: str, window: bool, in_datev: bool) -> None:
    office = await street.office(rules)
    call = await internal(office)
    assert call.told["name"] == "Bernd Conrad"
    await call.answered()
    await call.over()
    if in_datev:
        await call.event("datev", record={"CallState": 3}, result="confirmed")
    await office.connector.obeyed()
    assert bool(call.events("window")) is window
    assert bool(call.events("datev")) is in_datev
    assert not call.events("choose")
    office.sound()


async def test_an_internal_call_goes_to_datev_by_the_button(street: Street) -> None:
    office = await street.office("automatic")
    call = await internal(office)
    call.transfer()
    await call.event("datev", method="NewCall", result="confirmed")
    await call.over()
    await call.event("datev", record={"CallState": 0}, result="confirmed")
    office.sound()


# --- transfer -----------------------------------------------------------------------------------


def states(call: Incoming, method: str = "") -> list[int]:
    told = call.events("datev", result="confirmed")
    return [e["record"]["CallState"] for e in told if method in ("", e["method"])]


async def test_live_from_the_first_ring(street: Street) -> None:
    office = await street.office("automatic")
    call = await office.rings(UNKNOWN)
    await call.event("datev", method="NewCall", result="confirmed")
    await call.answered()
    await call.over()
    await call.event("datev", record={"CallState": 3}, result="confirmed")
    assert states(call) == [1, 2, 3]
    missed = await office.rings(UNKNOWN)
    await missed.over()
    await missed.event("datev", record={"CallState": 0}, result="confirmed")
    assert states(missed) == [1, 0]
    out = await office.dials("0049407771")
    await out.answered()
    await out.over()
    await out.event("datev", record={"CallState": 3}, result="confirmed")
    assert states(out) == [1, 2, 3]
    assert out.events("datev")[0]["record"]["Direction"] == 2
    assert not any(one.events("datev", method="NewJournal") for one in (call, missed, out))
    office.sound()


async def test_only_answered_calls(street: Street) -> None:
    office = await street.office("answered")
    missed = await office.rings(ADA)
    await missed.over()
    answered = await office.rings(ADA)
    assert not answered.events("datev")
    await answered.answered()
    await answered.over()
    await answered.event("datev", record={"CallState": 3}, result="confirmed")
    assert states(answered) == [2, 3]
    assert not missed.events("datev")
    office.sound()


async def test_only_calls_of_people_in_datev(street: Street) -> None:
    office = await street.office("matches")
    others = []
    for number in (UNKNOWN, BOOK):
        other = await office.rings(number, "Name von der Anlage" if number == UNKNOWN else "")
        await other.answered()
        await other.over()
        others.append(other)
    known = await office.rings(ADA)
    await known.over()
    asked = await office.rings(SHARED)
    await asked.over()
    for call in (known, asked):
        await call.event("datev", record={"CallState": 0}, result="confirmed")
        assert states(call) == [1, 0]
    assert not any(other.events("datev") for other in others)
    office.sound()


async def test_by_hand_nothing_goes_without_the_button(street: Street) -> None:
    office = await street.office("by hand")
    call = await office.rings(ADA)
    call.note("bleibt hier")
    await call.answered()
    await call.over()
    await office.connector.obeyed()
    assert not call.events("datev")
    call.note("")


async def test_the_button_while_ringing(street: Street) -> None:
    office = await street.office("by hand")
    call = await office.rings(ADA)
    call.transfer()
    await call.event("datev", method="NewCall", record={"CallState": 1}, result="confirmed")
    await call.over()
    await call.event("datev", record={"CallState": 0}, result="confirmed")
    assert states(call) == [1, 0]
    office.sound()


async def test_the_button_while_talking(street: Street) -> None:
    office = await street.office("by hand")
    call = await office.rings(ADA)
    await call.answered()
    call.transfer()
    await call.event("datev", method="NewCall", record={"CallState": 2}, result="confirmed")
    await call.over()
    await call.event("datev", record={"CallState": 3}, result="confirmed")
    assert states(call) == [2, 3]
    office.sound()


@pytest.mark.parametrize("answered", [True, False])
async def test_the_button_after_the_end(street: Street, answered: bool) -> None:
    office = await street.office("by hand")
    call = await office.rings(ADA)
    if answered:
        await call.answered()
    await call.over()
    call.note("danach")
    call.transfer()
    told = await call.event("datev", method="NewJournal", result="confirmed")
    assert told["record"]["CallState"] == (3 if answered else 0)
    assert told["record"]["Note"] == "danach"
    assert told["record"]["SyncID"] == ""
    call.transfer()
    await office.connector.obeyed()
    assert len(call.events("datev")) == 1
    office.sound()


async def test_the_button_pressed_twice_makes_one_call_and_one_entry(street: Street) -> None:
    office = await street.office("by hand")
    call = await office.rings(ADA)
    call.note("einmal")
    call.transfer()
    call.transfer()
    await call.answered()
    call.transfer()
    await call.over()
    call.transfer()
    await call.event("datev", method="NewJournal", result="confirmed")
    call.transfer()
    await office.connector.obeyed()
    assert states(call, "NewJournal") == [3]
    assert states(call, "NewCall") == [1]
    office.sound()


# --- notes --------------------------------------------------------------------------------------


async def test_a_note_waits_until_no_call_is_active(street: Street) -> None:
    office = await street.office("automatic")
    first = await office.rings(ADA)
    await first.answered()
    first.note("erst nach beiden")
    first.transfer()
    second = await office.rings(UNKNOWN)
    await first.over()
    queued = await first.event("datev", method="NewJournal")
    assert queued["result"] == "queued"
    assert "erst nach beiden" not in office.notes()
    await second.answered()
    await second.over()
    await first.event("datev", method="NewJournal", result="confirmed")
    assert office.notes().count("erst nach beiden") == 1
    office.sound()


async def test_typing_on_makes_a_new_entry_only_by_the_button(street: Street) -> None:
    office = await street.office("automatic")
    call = await office.rings(ADA)
    await call.answered()
    call.note("eins")
    call.transfer()
    await call.over()
    await call.event("datev", method="NewJournal", result="confirmed")
    call.note("eins und zwei")
    window = await call.event("window", action="update", draft=True, state="ended")
    assert window["in_datev"]
    assert "eins und zwei" not in office.notes()
    call.transfer()
    second = await call.event("datev", method="NewJournal", record={"Note": "eins und zwei"})
    first = call.events("datev", method="NewJournal", result="confirmed")[0]
    assert second["record"]["CallID"] != first["record"]["CallID"]
    assert second["record"]["CalledNumber"] == first["record"]["CalledNumber"]
    office.sound()


async def test_the_limit_of_a_note_is_refused_not_cut(street: Street) -> None:
    office = await street.office("automatic")
    call = await office.rings(ADA)
    call.note("ä" * 2000)
    await office.connector.obeyed()
    assert not call.events("error")
    call.note("ä" * 2001)
    error = await call.event("error")
    assert "2000" in error["text"].replace(",", "").replace(".", "")
    call.transfer()
    await call.over()
    told = await call.event("datev", method="NewJournal", result="confirmed")
    assert told["record"]["Note"] == "ä" * 2000
    office.sound()


async def test_two_calls_at_once_keep_their_notes_apart(street: Street) -> None:
    office = await street.office("automatic")
    one, two = await office.rings(ADA), await office.rings(INSTITUTION)
    await one.answered()
    two.note("für das Amt")
    one.note("für Ada")
    one.transfer()
    two.transfer()
    await two.over()
    await one.over()
    first = await one.event("datev", method="NewJournal", result="confirmed")
    second = await two.event("datev", method="NewJournal", result="confirmed")
    assert (first["record"]["AdressatenId"], first["record"]["Note"]) == ("D-ada", "für Ada")
    assert (second["record"]["AdressatenId"], second["record"]["Note"]) == ("I-tax", "für das Amt")
    office.sound()
