"""The watch over the module beside the calls: a real PBX, time in jumps."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Coroutine, Sequence
from datetime import UTC, datetime, timedelta
from itertools import pairwise
from typing import Any

import pytest

from datev_connector.app.running.module_lines import Line
from datev_connector.app.running.module_watch import ModuleWatch
from datev_connector.domain.legs import Leg, LegReport, LegState, Mender
from datev_connector.simulators.starface import FaultKind
from datev_connector.simulators.starface.module import ModuleConfig
from datev_connector.starface.module.answers import LogLevel
from datev_connector.starface.module.edition import MODULE_VERSION
from datev_connector.starface.module.names import MOST_GUESSES, STANDARD
from datev_connector.starface.pacing import Pace
from datev_connector.starface.standing import Refusal
from datev_connector.starface.trouble import Trouble, TroubleKind
from tests.soak.clock import run_in_simulated_time
from tests.soak.computer import Computer
from tests.starface.module.office import LICENCE, Office, configured, of_version, office

MONDAY = datetime(2026, 3, 2, 8, 0, tzinfo=UTC)
INFO = "*.getInfo"
USUAL_INFO = f"{STANDARD}.getInfo"
QUARTER_S = 15 * 60.0
REFUSED = Refusal(trouble=Trouble(kind=TroubleKind.SIGN_IN_REFUSED), pause_s=1200.0)


class Beside:
    """A watch that runs, and what it told."""

    def __init__(self, at: Office, watch: ModuleWatch, computer: Computer) -> None:
        self.at = at
        self.pbx = at.pbx
        self.watch = watch
        self.computer = computer
        self.legs: list[LegReport] = []
        self.licences: list[str] = []

    def leg(self) -> LegReport:
        """What was told last."""
        return self.legs[-1]

    @property
    def told(self) -> list[str]:
        """What stands in the module's log, without who and when."""
        return [entry.text.split(" ", 3)[3] for entry in self.at.log()]

    def asked(self, entry: str = "getInfo") -> int:
        return self.at.times_asked(entry)

    @property
    def times(self) -> list[datetime]:
        """When somebody asked for the module, under whichever name."""
        return [r.at for r in self.pbx.chronicle.requests if r.method.endswith(".getInfo")]

    async def go_by(self, **duration: float) -> None:
        await asyncio.sleep(timedelta(**duration).total_seconds())


def live(
    story: Callable[[Beside], Coroutine[Any, Any, None]],
    modules: Sequence[ModuleConfig] | None = None,
    *,
    name: str = STANDARD,
    take: Callable[[str], None] | None = None,
    **config: Any,
) -> None:
    async def main() -> None:
        computer = Computer(MONDAY)
        async with office(modules, now=computer.true_time, **config) as at:
            legs: list[LegReport] = []
            licences: list[str] = []
            watch = ModuleWatch(
                lambda: at.who,
                name=name,
                tell=legs.append,
                take_licence=take or licences.append,
                now=computer.clock,
                jitter=lambda: 0.0,
            )
            beside = Beside(at, watch, computer)
            beside.legs, beside.licences = legs, licences
            task = asyncio.get_running_loop().create_task(watch.run())
            try:
                await story(beside)
                assert not task.done()
            finally:
                task.cancel()
                await asyncio.wait({task})

    run_in_simulated_time(main)


def report(state: LegState, reason: str, leg: Leg = Leg.DATEV) -> LegReport:
    return LegReport(leg=leg, state=state, since=MONDAY, reason=reason)


# --- looking --------------------------------------------------------------------------------------


def test_nobody_is_asked_before_the_password_is_known_to_be_right() -> None:
    async def story(beside: Beside) -> None:
        await beside.go_by(days=1)
        assert not beside.at.asked
        assert not beside.legs
        beside.watch.pbx_is_there(True)
        await beside.go_by(seconds=5)
        assert beside.leg().state is LegState.UP
        beside.watch.pbx_is_there(False)
        asked = beside.asked()
        await beside.go_by(days=1)
        assert beside.asked() == asked

    live(story)


def test_a_module_that_answers_is_asked_slowly_and_its_licence_handed_on() -> None:
    async def story(beside: Beside) -> None:
        beside.watch.pbx_is_there(True)
        await beside.go_by(seconds=5)
        assert beside.leg().leg is Leg.MODULE
        assert beside.leg().reason == f"The module answers, version {MODULE_VERSION}."
        beside.pbx.modules[STANDARD].set(LICENCE, "ANOTHER")
        await beside.go_by(hours=1)
        assert len(beside.legs) == 1, "nothing new, nothing told"
        assert beside.licences == ["LICENCE", *["ANOTHER"] * 4]

    live(story)


def test_a_reconnect_is_followed_by_a_look_at_once() -> None:
    async def story(beside: Beside) -> None:
        beside.watch.pbx_is_there(True)
        await beside.go_by(minutes=1)
        beside.watch.pbx_is_there(False)
        beside.watch.pbx_is_there(True)
        await beside.go_by(seconds=5)
        assert beside.asked() == 2

    live(story)


@pytest.mark.parametrize(
    ("version", "state", "word"),
    [
        (MODULE_VERSION, LegState.UP, "answers"),
        (MODULE_VERSION + 1, LegState.UP, "newer than those that this program knows"),
    ],
)
def test_the_version_of_the_module(version: int, state: LegState, word: str) -> None:
    async def story(beside: Beside) -> None:
        beside.watch.pbx_is_there(True)
        await beside.go_by(seconds=5)
        assert beside.leg().state is state
        assert word in beside.leg().reason
        assert str(version) in beside.leg().reason

    live(story, [configured(archive=of_version(version))])


# --- missing --------------------------------------------------------------------------------------


def test_a_pbx_without_module_is_asked_less_and_less() -> None:
    async def story(beside: Beside) -> None:
        beside.watch.pbx_is_there(True)
        await beside.go_by(hours=8)
        assert {leg.state for leg in beside.legs} == {LegState.DEGRADED}
        assert beside.leg().mender is Mender.PBX_ADMIN
        assert len(beside.legs) == 1
        right = [at for at in beside.at.asked if at == f"{STANDARD}.getInfo"]
        assert 20 < len(right) < 50
        others = beside.asked() - len(right)
        searches = 4  # at once, and after 1, 2 and 4 hours
        assert 0 < others <= searches * MOST_GUESSES

    live(story, [])


def test_other_names_are_asked_for_one_after_another() -> None:
    async def story(beside: Beside) -> None:
        beside.watch.pbx_is_there(True)
        await beside.go_by(minutes=2)
        pauses = [b - a for a, b in pairwise(beside.times[1:20])]
        assert min(pauses) >= timedelta(seconds=0.99)

    live(story, [])


def test_a_blank_at_the_end_is_named_until_it_is_gone() -> None:
    async def story(beside: Beside) -> None:
        beside.watch.pbx_is_there(True)
        await beside.go_by(minutes=2)
        assert f'"{STANDARD} " (with a blank at its end)' in beside.leg().reason
        assert "Rename" in beside.leg().remedy
        assert not beside.licences, "what is wrongly named is not used"
        told = len(beside.legs)
        await beside.go_by(minutes=30)
        assert len(beside.legs) == told
        beside.pbx.modules.rename(f"{STANDARD} ", STANDARD)
        await beside.go_by(minutes=20)
        assert beside.leg().state is LegState.UP
        assert beside.licences

    live(story, [configured(f"{STANDARD} ")])


def test_a_module_that_is_being_saved_is_back_soon_and_searched_for_nowhere() -> None:
    async def story(beside: Beside) -> None:
        beside.watch.pbx_is_there(True)
        await beside.go_by(minutes=1)
        beside.pbx.modules.save_anew(STANDARD)
        await beside.go_by(seconds=QUARTER_S - 55)
        assert beside.leg().state is LegState.DEGRADED
        beside.pbx.modules.activate(STANDARD)
        asked = beside.asked()
        await beside.go_by(minutes=1)
        assert beside.leg().state is LegState.UP
        assert beside.asked() <= asked + 1

    live(story)


def test_another_name_in_the_settings_is_looked_for_at_once() -> None:
    async def story(beside: Beside) -> None:
        beside.watch.pbx_is_there(True)
        await beside.go_by(minutes=5)
        assert f'Enter "{STANDARD}" in the settings' in beside.leg().remedy
        assert beside.leg().mender is Mender.USER
        beside.watch.is_called(f" {STANDARD} ")
        await beside.go_by(seconds=5)
        assert beside.leg().state is LegState.UP

    live(story, name="DATEVConnector")


def test_an_office_without_a_module_says_so_and_asks_nobody() -> None:
    async def story(beside: Beside) -> None:
        beside.watch.pbx_is_there(True)
        await beside.go_by(days=1)
        assert beside.leg().state is LegState.UP
        assert "does without" in beside.leg().reason
        assert not beside.at.asked
        beside.watch.is_called(STANDARD)
        await beside.go_by(seconds=5)
        assert "answers" in beside.leg().reason

    live(story, name="")


# --- what must not be repeated --------------------------------------------------------------------


def test_while_a_licence_is_waited_for_the_module_is_asked_each_minute() -> None:
    async def story(beside: Beside) -> None:
        beside.watch.stand_alone(True)
        await beside.go_by(minutes=10)
        assert 7 <= beside.asked() <= 11
        beside.watch.stand_alone(False)
        beside.watch.pbx_is_there(True)
        before = beside.asked()
        await beside.go_by(minutes=10)
        assert beside.asked() <= before + 2

    live(story, [configured(licence="")])


def test_a_refused_password_is_not_shown_again_for_long() -> None:
    async def story(beside: Beside) -> None:
        beside.watch.stand_alone(True)
        await beside.go_by(minutes=14)
        assert beside.leg().state is LegState.DEGRADED
        assert beside.pbx.accounts.attempts("0123").bad == 1
        beside.watch.is_called("Another")
        beside.watch.stand_alone(False)
        beside.watch.stand_alone(True)
        await beside.go_by(seconds=30)
        assert beside.pbx.accounts.attempts("0123").bad == 1
        await beside.go_by(days=1)
        attempts = beside.pbx.accounts.attempts("0123")
        assert attempts.bad <= 12
        assert attempts.while_locked == 0

    live(story, password="wrong", lock_after=5)


def test_while_nobody_brings_a_licence_it_is_asked_less_and_less() -> None:
    async def story(beside: Beside) -> None:
        beside.watch.stand_alone(True)
        await beside.go_by(hours=1)
        first = beside.asked()
        assert 50 <= first <= 60
        await beside.go_by(hours=23)
        assert beside.asked() - first < 23 * 10
        day = beside.asked()
        await beside.go_by(days=1)
        assert beside.asked() - day <= 24 * 4 + 1, "no more than a module that is well"
        beside.watch.look_now()
        asked = beside.asked()
        await beside.go_by(minutes=10)
        assert beside.asked() >= asked + 9, "somebody is at work on it"

    live(story, [configured(licence="")])


def test_what_the_session_was_refused_is_not_shown_to_the_module_either() -> None:
    async def story(beside: Beside) -> None:
        beside.watch.stand_alone(True, REFUSED)
        await beside.go_by(seconds=REFUSED.pause_s - 5)
        assert beside.pbx.accounts.attempts("0123").bad == 0
        beside.watch.is_called("Another")
        beside.watch.stand_alone(False)
        await beside.go_by(seconds=1)
        beside.watch.stand_alone(True)
        await beside.go_by(seconds=2)
        assert beside.pbx.accounts.attempts("0123").bad == 0
        await beside.go_by(seconds=10)
        assert beside.pbx.accounts.attempts("0123").bad == 1, "the pause is over"

    live(story, password="wrong", lock_after=5)


def test_what_the_session_was_refused_is_asked_at_once_if_a_person_wishes_it() -> None:
    async def story(beside: Beside) -> None:
        beside.watch.stand_alone(True, REFUSED)
        await beside.go_by(seconds=10)
        beside.watch.look_now()
        await beside.go_by(seconds=10)
        assert beside.leg().state is LegState.UP
        assert beside.watch.refusal is None

    live(story)


def test_what_the_module_was_refused_is_told_to_who_signs_in_next() -> None:
    async def story(beside: Beside) -> None:
        beside.watch.stand_alone(True)
        await beside.go_by(minutes=5)
        refusal = beside.watch.refusal
        assert refusal is not None
        assert refusal.trouble.pace(signing_in=True, accepted_before=False) is Pace.REFUSED
        assert 9 * 60 < refusal.pause_s < 11 * 60
        await beside.go_by(days=1)
        later = beside.watch.refusal
        assert later is None or later.pause_s <= QUARTER_S, "however long the module must wait"

    live(story, password="wrong")


def test_a_refusal_is_forgotten_once_the_password_is_taken() -> None:
    async def story(beside: Beside) -> None:
        planned = beside.pbx.faults.add(FaultKind.UNAUTHORIZED, method=INFO, times=None)
        beside.watch.stand_alone(True)
        await beside.go_by(minutes=1)
        refused = beside.watch.refusal
        beside.pbx.faults.remove(planned)
        beside.watch.pbx_is_there(True)
        assert (refused is None, beside.watch.refusal) == (False, None)

    live(story)


def test_what_the_old_password_was_refused_says_nothing_of_the_new_one() -> None:
    async def story(beside: Beside) -> None:
        beside.pbx.faults.add(FaultKind.SLOW, method=INFO, delay_s=10.0)
        beside.watch.stand_alone(True)
        await beside.go_by(seconds=3)
        beside.at.type_password("Pass123")
        beside.watch.begin_anew()
        await beside.go_by(seconds=15)
        attempts = beside.pbx.accounts.attempts("0123")
        assert attempts.bad == 1, "the answer to the old one came after the new one was typed"
        assert beside.licences == ["LICENCE"]
        assert beside.watch.refusal is None

    live(story, password="wrong")


@pytest.mark.parametrize(
    "change", [lambda watch: watch.stand_alone(False), lambda watch: watch.is_called("  ")]
)
def test_what_is_no_longer_wanted_is_not_asked(change: Callable[[ModuleWatch], None]) -> None:
    async def story(beside: Beside) -> None:
        beside.watch.stand_alone(True)
        await beside.go_by(seconds=1)
        change(beside.watch)
        await beside.go_by(minutes=5)
        assert not beside.at.asked

    live(story)


def test_a_refusal_that_comes_just_before_the_question_is_heeded() -> None:
    async def story(beside: Beside) -> None:
        beside.watch.pbx_is_there(True)
        await beside.go_by(seconds=1)
        beside.watch.pbx_is_there(False)
        beside.watch.stand_alone(True, REFUSED)
        await beside.go_by(minutes=5)
        assert not beside.at.asked

    live(story, password="wrong")


def test_a_name_that_is_gone_is_named_no_longer() -> None:
    async def story(beside: Beside) -> None:
        beside.watch.pbx_is_there(True)
        await beside.go_by(minutes=2)
        assert f'"{STANDARD} "' in beside.leg().reason
        beside.pbx.modules.remove(f"{STANDARD} ")
        await beside.go_by(minutes=30)
        assert f'"{STANDARD} "' not in beside.leg().reason
        assert "no active configuration" in beside.leg().reason

    live(story, [configured(f"{STANDARD} ")])


def test_at_another_pbx_nothing_is_said_of_the_names_at_the_last_one() -> None:
    async def story(beside: Beside) -> None:
        beside.watch.pbx_is_there(True)
        await beside.go_by(minutes=2)
        beside.pbx.modules.remove(f"{STANDARD} ")
        beside.watch.pbx_is_there(False)
        beside.watch.begin_anew()
        beside.watch.pbx_is_there(True)
        await beside.go_by(seconds=5)
        assert f'"{STANDARD} "' not in beside.leg().reason

    live(story, [configured(f"{STANDARD} ")])


def test_another_program_that_waits_for_a_look_has_no_refused_password_shown() -> None:
    async def story(beside: Beside) -> None:
        beside.watch.look_thoroughly()
        assert beside.watch.looked_at is not None, "nobody may ask"
        beside.watch.stand_alone(True)
        await beside.go_by(minutes=1)
        assert beside.pbx.accounts.attempts("0123").bad == 1
        began = beside.computer.clock()
        beside.watch.look_thoroughly()
        await beside.go_by(minutes=5)
        assert beside.watch.looked_at >= began
        assert beside.pbx.accounts.attempts("0123").bad == 1

    live(story, password="wrong")


def test_another_program_that_waits_has_a_look_that_was_overtaken_made_again() -> None:
    async def story(beside: Beside) -> None:
        beside.watch.pbx_is_there(True)
        await beside.go_by(minutes=1)
        beside.pbx.faults.add(FaultKind.SILENCE, method=INFO)
        beside.watch.look_thoroughly()
        await beside.go_by(seconds=1)
        beside.watch.is_called("Another")
        beside.watch.is_called(STANDARD)
        before, asked = beside.computer.clock(), beside.asked()
        await beside.go_by(minutes=3)
        assert beside.asked() > asked
        assert beside.watch.looked_at is not None
        assert beside.watch.looked_at > before

    live(story)


def test_a_refusal_that_does_not_say_why_is_taken_for_one_of_the_password() -> None:
    async def story(beside: Beside) -> None:
        beside.pbx.faults.add(FaultKind.UCI_FAULT, method=f"{STANDARD}.*", times=None)
        beside.watch.stand_alone(True)
        await beside.go_by(minutes=14)
        beside.watch.look_thoroughly()
        await beside.go_by(days=1)
        assert beside.asked() <= 11
        assert {name for name in beside.at.asked if name.endswith(".getInfo")} == {USUAL_INFO}
        beside.watch.pbx_is_there(True)
        await beside.go_by(minutes=5)
        assert f'called "{STANDARD} "' in beside.leg().reason, "now it is known to be right"

    live(story, [configured(f"{STANDARD} ")])


def test_a_right_that_is_missing_is_asked_for_seldom() -> None:
    async def story(beside: Beside) -> None:
        beside.pbx.faults.add(FaultKind.UNAUTHORIZED, method=INFO, times=None)
        beside.watch.pbx_is_there(True)
        await beside.go_by(days=1)
        assert len(beside.times) <= 10
        assert "does not let this user call the module" in beside.leg().reason

    live(story)


def test_without_anybody_who_signs_in_the_licence_is_read_all_the_same() -> None:
    async def story(beside: Beside) -> None:
        beside.watch.stand_alone(True)
        await beside.go_by(seconds=5)
        assert beside.licences == ["LICENCE"]
        assert beside.leg().state is LegState.UP

    live(story)


@pytest.mark.parametrize(
    "fault", [FaultKind.DROP, FaultKind.SERVER_ERROR, FaultKind.WRONG_TYPES, FaultKind.GARBAGE]
)
def test_what_fails_is_told_and_tried_again_with_growing_pauses(fault: FaultKind) -> None:
    async def story(beside: Beside) -> None:
        planned = beside.pbx.faults.add(fault, method=INFO, times=None)
        beside.watch.pbx_is_there(True)
        await beside.go_by(hours=3)
        assert {leg.state for leg in beside.legs} == {LegState.DEGRADED}
        assert 10 < planned.struck < 50, "a request that was cut is sent twice"
        beside.pbx.faults.remove(planned)
        await beside.go_by(minutes=31)
        assert beside.leg().state is LegState.UP

    live(story)


def test_a_pbx_that_never_answers_is_given_up_and_asked_again() -> None:
    async def story(beside: Beside) -> None:
        beside.pbx.faults.add(FaultKind.SILENCE, method=INFO)
        beside.watch.pbx_is_there(True)
        await beside.go_by(seconds=30)
        assert "does not answer in time" in beside.leg().reason
        await beside.go_by(minutes=2)
        assert beside.leg().state is LegState.UP

    live(story)


def test_a_fault_of_ours_is_told_and_the_watch_goes_on() -> None:
    taken: list[str] = []

    def take(text: str) -> None:
        taken.append(text)
        if len(taken) == 1:
            raise ZeroDivisionError

    async def story(beside: Beside) -> None:
        beside.watch.pbx_is_there(True)
        await beside.go_by(seconds=5)
        assert beside.leg().mender is Mender.VENDOR
        await beside.go_by(hours=1)
        assert beside.leg().state is LegState.UP
        assert len(taken) > 1

    live(story, take=take)


# --- reporting ------------------------------------------------------------------------------------


def test_legs_that_fail_and_come_back_stand_in_the_modules_log() -> None:
    async def story(beside: Beside) -> None:
        beside.watch.pbx_is_there(True)
        await beside.go_by(seconds=30)
        beside.watch.reports.leg_told(report(LegState.UP, "It is there."))
        beside.watch.reports.leg_told(report(LegState.DOWN, "It has gone away."))
        beside.watch.reports.leg_told(report(LegState.UP, "It is back."))
        await beside.go_by(minutes=1)
        first, *told = beside.told
        assert "has found the module" in first
        assert told == ["datev is down: It has gone away.", "datev is up: It is back."]
        assert [entry.level for entry in beside.at.log()] == ["INFO", "ERROR", "WARN"]
        assert all(entry.text.startswith("0123: ") for entry in beside.at.log())

    live(story)


def test_of_the_start_only_what_is_not_in_order_is_told() -> None:
    async def story(beside: Beside) -> None:
        for state, leg in (
            (LegState.DOWN, Leg.STARFACE),
            (LegState.DOWN, Leg.DATEV),
            (LegState.UP, Leg.STARFACE),
            (LegState.DEGRADED, Leg.CONTACTS_DATEV),
        ):
            beside.watch.reports.leg_told(report(state, "So it is.", leg))
        beside.watch.pbx_is_there(True)
        await beside.go_by(minutes=2)
        assert beside.told[1:] == [
            "datev is down: So it is.",
            "contacts.datev is degraded: So it is.",
        ]

    live(story)


def test_what_happened_while_the_pbx_was_away_is_told_with_its_time() -> None:
    async def story(beside: Beside) -> None:
        beside.watch.pbx_is_there(True)
        await beside.go_by(minutes=1)
        beside.watch.pbx_is_there(False)
        at = beside.computer.clock().astimezone()
        beside.watch.reports.leg_told(report(LegState.DOWN, "The line was cut.", Leg.STARFACE))
        await beside.go_by(hours=1)
        assert len(beside.told) == 1
        beside.watch.pbx_is_there(True)
        await beside.go_by(minutes=1)
        text = beside.at.log()[-1].text
        assert text == f"0123: {at:%Y-%m-%d %H:%M:%S} starface is down: The line was cut."

    live(story)


@pytest.mark.parametrize(
    ("level", "told"), [("ERROR", ["ERROR"]), ("WARN", ["ERROR", "WARN", "WARN"]), ("INFO", 4)]
)
def test_no_more_than_the_log_of_the_module_wants(level: str, told: list[str] | int) -> None:
    async def story(beside: Beside) -> None:
        beside.watch.pbx_is_there(True)
        await beside.go_by(seconds=10)
        for state in (LegState.DOWN, LegState.DEGRADED, LegState.UP, LegState.UP):
            beside.watch.reports.leg_told(report(state, "So it is."))
        await beside.go_by(minutes=5)
        levels = [entry.level.value for entry in beside.at.log()]
        assert levels == told if isinstance(told, list) else len(levels) == told

    live(story, [configured(level=level)])


def test_a_leg_that_flaps_floods_nobody() -> None:
    async def story(beside: Beside) -> None:
        beside.watch.pbx_is_there(True)
        for number in range(2000):
            state = LegState.UP if number % 2 else LegState.DOWN
            beside.watch.reports.leg_told(report(state, f"Change {number}."))
            await beside.go_by(seconds=0.1)
        assert len(beside.told) <= 2000 * 0.1 / 5 + 2
        await beside.go_by(hours=1)
        assert len(beside.told) < 80
        assert any("left out" in text for text in beside.told)
        assert beside.told[-1].startswith("datev is ")

    live(story)


def test_the_module_itself_is_not_reported_to_itself() -> None:
    async def story(beside: Beside) -> None:
        beside.watch.pbx_is_there(True)
        beside.watch.reports.leg_told(report(LegState.DEGRADED, "It is old.", Leg.MODULE))
        await beside.go_by(minutes=1)
        assert len(beside.told) == 1

    live(story)


def test_a_module_that_takes_no_lines_is_not_pressed() -> None:
    async def story(beside: Beside) -> None:
        beside.pbx.faults.add(FaultKind.WRONG_TYPES, method="*.report", times=None)
        beside.watch.pbx_is_there(True)
        for number in range(200):
            at = beside.computer.clock()
            beside.watch.reports.add([Line(level=LogLevel.ERROR, at=at, text=f"line {number}")])
            await beside.go_by(minutes=1)
        assert beside.asked("report") < 30
        assert beside.leg().state is LegState.UP

    live(story)


def test_a_line_that_did_not_arrive_is_told_later() -> None:
    async def story(beside: Beside) -> None:
        beside.watch.pbx_is_there(True)
        await beside.go_by(minutes=1)
        beside.pbx.faults.add(FaultKind.DROP, method="*.report", times=2)
        beside.watch.reports.leg_told(report(LegState.DOWN, "It has gone away."))
        await beside.go_by(hours=1)
        assert beside.told[1:] == ["datev is down: It has gone away."]

    live(story)
