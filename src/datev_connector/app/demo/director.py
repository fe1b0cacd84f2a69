"""Plays the day: every step is done, and what it must bring about is waited for.

Nothing here sleeps to let something happen. What does not come in time breaks the scene off; the
telephones are put down and the next scene begins. Two broken scenes in a row end the day.
"""

from __future__ import annotations

import asyncio
import re
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

from datev_connector.app.demo import plan, words
from datev_connector.app.demo.connector import ConnectorProcess, Event
from datev_connector.app.demo.language import Text
from datev_connector.app.demo.office import JONAS
from datev_connector.app.demo.sabotage import Sabotage, before_scene
from datev_connector.app.demo.stage import Stage
from datev_connector.app.demo.story import Side, Story
from datev_connector.app.demo.trouble import Trouble, in_vain
from datev_connector.simulators.datev import ConnectorGone

BROKEN_IN_A_ROW = 2
CATCH_UP_S = 2.0
"""Longest wait for the stream to tell what DATEV already knows."""
START_S = 30.0
"""A cold machine takes its time to start a program."""
OPENING = "08:00"


@dataclass(frozen=True, slots=True, kw_only=True)
class Mishap:
    """A scene that could not be played to its end, and why."""

    scene: plan.Scene
    text: Text


class Director:
    """Plays one day on one stage with one connector."""

    def __init__(
        self,
        *,
        stage: Stage,
        connector: ConnectorProcess,
        story: Story,
        profile: Path,
        patience_s: float,
        sabotage: Sabotage | None = None,
        typing_s: float = 0.0,
    ) -> None:
        """`patience_s` is the longest wait for anything.

        `typing_s`: how long a word takes to type where somebody looks on; 0: notes come at once.
        """
        self._typing_s = typing_s
        self._earlier: list[str] = []
        self._stage = stage
        self._connector = connector
        self._story = story
        self._profile = profile
        self._patience_s = patience_s
        self._sabotage = sabotage
        self._dialled: set[str] = set()
        self._heard = 0
        self._told = 0
        self._shown: dict[str, int] = {}
        self._calls: dict[str, Event] = {}
        self._legs: dict[str, str] = {}
        self.mishaps: list[Mishap] = []
        self.not_played: list[plan.Scene] = []

    async def ready(self) -> None:
        """Wait until the connector is signed in to the PBX and sees DATEV."""
        patience_s, self._patience_s = self._patience_s, max(START_S, self._patience_s)
        await self._leg("starface", up=True)
        await self._leg("datev", up=True)
        self._patience_s = patience_s
        self._story.heading(OPENING, words.OPENING)
        self._heard = len(self._connector.events)
        newest = [self._connector.of("leg", leg=leg)[-1] for leg in ("starface", "datev")]
        self._tell_desk(newest)

    async def play(self, day: plan.Day) -> None:
        """Play all scenes; what goes wrong is in `mishaps` and `not_played` afterwards."""
        broken = 0
        for number, scene in enumerate(day.scenes):
            with before_scene(self._sabotage, scene.name, self._stage, self._profile):
                broken = 0 if await self._scene(scene) else broken + 1
            if broken >= BROKEN_IN_A_ROW or not self._connector.running:
                self.not_played = list(day.scenes[number + 1 :])
                return

    async def _scene(self, scene: plan.Scene) -> bool:
        await self._clear_desk()
        self._story.heading(scene.clock, scene.title)
        self._told = self._stage.told
        try:
            for step in scene.steps:
                await self._step(step)
        except Trouble as trouble:
            await self._broken_off(scene, trouble.text)
            return False
        return True

    async def _broken_off(self, scene: plan.Scene, text: Text) -> None:
        self._catch_up()
        self._story.line(Side.TROUBLE, text)
        self.mishaps.append(Mishap(scene=scene, text=text))
        await self._stage.tidy_up(with_datev=self._sabotage is not Sabotage.DATEV)

    async def _step(self, step: plan.Step) -> None:
        side = Side.DATEV if isinstance(step, plan.DatevDies | plan.DatevReturns) else Side.PBX
        if isinstance(step, _AT_THE_DESK):
            side = Side.DESK
        self._story.line(side, words.done(step, dialled=step.call in self._dialled))
        await self._act(step)
        if step.desk is not None:
            await self._desk(step.call, step.desk)
        if isinstance(step, plan.HangsUp) and step.note_waits:
            await self._note_waits(step.call)
        self._told += step.told
        await self._datev_holds(self._told)
        await self._stream_says_so()
        self._catch_up()
        await self._story.breathe()

    async def _act(self, step: plan.Step) -> None:  # noqa: C901, PLR0912 -- one line a step
        stage = self._stage
        match step:
            case plan.Rings(call=name, number=number, group=group, asks=asks):
                stage.rings(name, number, group=group)
                if asks:
                    await self._asked(name)
            case plan.ColleagueRings(call=name):
                stage.colleague_rings(name)
            case plan.Answers(call=name):
                stage.calls[name].answer()
            case plan.ColleagueAnswers(call=name):
                stage.calls[name].answer(JONAS.login)
            case plan.NobodyAnswers(call=name):
                stage.calls[name].no_answer()
            case plan.Holds(call=name):
                stage.calls[name].hold()
            case plan.HangsUp(call=name):
                stage.calls[name].hangup()
            case plan.FarEndRings(call=name):
                stage.calls[name].ring()
            case plan.WritesNote():
                await self._writes(step)
            case plan.Chooses(call=name, contact=contact):
                call = self._of_connector(name)
                await self._connector.send(
                    command="choose", call=call, contact=contact.id, source=contact.book.value
                )
            case plan.Clicks() | plan.ClicksAgain():
                await self._clicks(step)
            case _:
                await self._fails_or_heals(step)

    async def _fails_or_heals(self, step: plan.Step) -> None:
        match step:
            case plan.DatevDies():
                await self._stage.datev.go_away()
                await self._leg("datev", up=False)
            case plan.DatevReturns():
                if self._sabotage is not Sabotage.DATEV:
                    await self._stage.datev.come_back()
                await self._leg("datev", up=True)
            case plan.PbxDies():
                await self._stage.pbx_goes_down()
                await self._leg("starface", up=False)
            case plan.BookIsRead():
                await self._leg("contacts.starface", up=True)
            case plan.XmppBreaks():
                await self._way("XMPP")
                await self._stage.starface.drop_xmpp()
                await self._way("HTTPS")
            case plan.PbxReturns():
                await self._stage.pbx_comes_back()
                await self._leg("starface", up=True)

    async def _clear_desk(self) -> None:
        """Where somebody looks on: close the windows of scenes before the last one."""
        if not self._typing_s:
            return
        for call in self._earlier:
            await self._connector.send(command="close", call=call)
        shown = {str(event["call"]) for event in self._connector.of("window", action="open")}
        gone = {str(event["call"]) for event in self._connector.of("window", action="close")}
        self._earlier = sorted(shown - gone)

    async def _types(self, call: str, text: str) -> None:
        """Type a note word by word."""
        for end in re.finditer(r"\s", text):
            await self._connector.send(command="note", call=call, text=text[: end.start()])
            await asyncio.sleep(self._typing_s)

    async def _writes(self, step: plan.WritesNote) -> None:
        call = self._of_connector(step.call)
        if self._typing_s:
            await self._types(call, step.text)
        before = len(self._connector.of("window", call=call))
        await self._connector.send(command="note", call=call, text=step.text)

        def shown() -> bool:
            return any(w.get("draft") for w in self._connector.of("window", call=call)[before:])

        await self._until(shown, words.NOTE_SHOWN)
        await self._connector.send(command="transfer", call=call)

    async def _clicks(self, step: plan.Clicks | plan.ClicksAgain) -> None:
        first = isinstance(step, plan.Clicks)
        try:
            answer = await self._stage.clicks(
                step.call if first else f"{step.call} 2", step.contact
            )
        except (ConnectorGone, TimeoutError):
            raise Trouble(words.NOT_DIALLED) from None
        if answer.accepted is not first:
            raise Trouble(words.CLICK_REFUSED if first else words.CLICKED_TWICE)
        if first:
            self._dialled.add(step.call)

    # --- waiting ----------------------------------------------------------------------------------

    async def _until(self, holds: Callable[[], bool], what: Text) -> None:
        await self._connector.until(holds, what, self._patience_s)

    async def _leg(self, leg: str, *, up: bool) -> None:
        def holds() -> bool:
            reports = self._connector.of("leg", leg=leg)
            return bool(reports) and (reports[-1]["state"] == "up") is up

        await self._until(holds, words.LEG_STATES[leg, up])

    async def _way(self, name: str) -> None:
        """Wait until calls are reported over XMPP, or over HTTPS."""

        def holds() -> bool:
            reports = self._connector.of("leg", leg="starface")
            last = reports[-1] if reports else {}
            return last.get("state") == "up" and f"over {name}" in str(last.get("reason"))

        await self._until(holds, words.LEG_STATES["xmpp", name == "XMPP"])

    async def _desk(self, name: str, state: plan.Desk) -> None:
        pbx_call = self._stage.calls[name].call_id

        def shown() -> bool:
            return bool(self._connector.of("call", pbx_call=pbx_call, state=state.value))

        await self._until(shown, words.CALL_SHOWN.fill(state=words.DESK_STATES[state]))

    async def _asked(self, name: str) -> None:
        pbx_call = self._stage.calls[name].call_id

        def asked() -> bool:
            call = self._connector.call_of(pbx_call)
            return call is not None and bool(self._connector.of("choose", call=call))

        await self._until(asked, words.WHO_ASKED)

    async def _note_waits(self, name: str) -> None:
        call = self._of_connector(name)

        def waits() -> bool:
            return bool(self._connector.of("datev", call=call, result="queued"))

        await self._until(waits, words.NOTE_KEPT)

    async def _datev_holds(self, count: int) -> None:
        try:
            await self._stage.datev.wait_for(lambda _: self._stage.told >= count, self._patience_s)
        except TimeoutError:
            raise in_vain(
                words.DATEV_TOLD.fill(missing=count - self._stage.told), self._patience_s
            ) from None

    async def _stream_says_so(self) -> None:
        """Let the stream, which tells of DATEV a moment later, catch up: so the story is in order.

        Whether it does is not judged here.
        """

        def told() -> bool:
            return len(self._connector.of("datev", result="confirmed")) >= self._told

        with suppress(Trouble):
            await self._connector.until(told, words.CALL_UNKNOWN, CATCH_UP_S)

    def _of_connector(self, name: str) -> str:
        call = self._connector.call_of(self._stage.calls[name].call_id)
        if call is None:
            raise Trouble(words.CALL_UNKNOWN)
        return call

    # --- telling ----------------------------------------------------------------------------------

    def _tell_desk(self, news: list[Event]) -> None:
        for event in news:
            if event["event"] == "call":
                self._calls[event["call"]] = event
        for line in words.seen([event for event in news if self._is_new(event)], self._calls):
            self._story.line(Side.DESK, line)

    def _is_new(self, event: Event) -> bool:
        """A leg may say twice that it is down, with other reasons; once is enough here."""
        if event["event"] != "leg":
            return True
        before = self._legs.get(event["leg"])
        self._legs[event["leg"]] = state = str(event["state"])
        return before != state

    def _catch_up(self) -> None:
        """Tell what desk and DATEV have seen since the last step."""
        news = self._connector.events[self._heard :]
        self._heard += len(news)
        self._tell_desk(news)
        for entry in self._stage.datev.calls:
            for notice in entry.history[self._shown.get(entry.call_id, 0) :]:
                self._story.line(Side.DATEV, words.notice(notice))
            self._shown[entry.call_id] = len(entry.history)
        for kept in self._stage.datev.journal:
            if kept.call_id not in self._shown:
                self._story.line(Side.DATEV, words.journal(kept.record))
                self._shown[kept.call_id] = 1


_AT_THE_DESK = (plan.Clicks, plan.ClicksAgain, plan.Chooses, plan.WritesNote, plan.Holds)
