"""`demo`: opens the stage, starts the connector, has the day played and judged, and cleans up."""

from __future__ import annotations

import asyncio
import json
import signal
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, replace
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any, Protocol

import click

from datev_connector.app.demo import sabotage as breaking
from datev_connector.app.demo.connector import ConnectorProcess, tool
from datev_connector.app.demo.day import WORKING_DAY
from datev_connector.app.demo.director import Director
from datev_connector.app.demo.language import Language, Text, same, wanted_language
from datev_connector.app.demo.office import DATEV_PASSWORD, LENA, institutions_csv
from datev_connector.app.demo.plan import Day
from datev_connector.app.demo.sabotage import Sabotage
from datev_connector.app.demo.stage import Stage, open_stage
from datev_connector.app.demo.story import Story
from datev_connector.app.demo.table import TablePrinter
from datev_connector.app.demo.trouble import Trouble
from datev_connector.app.demo.verdict import Evidence, judge
from datev_connector.app.secrets import SecretKind
from datev_connector.app.windows.launch import no_screen
from datev_connector.simulators.starface import Door

READING_PAUSE_S = 0.38
TYPING_S = 0.12
"""For a word, where somebody looks on."""
SECRETS = {
    SecretKind.STARFACE_PASSWORD: LENA.password,
    SecretKind.DATEV_PASSWORD: DATEV_PASSWORD,
}
PATIENCE_S = 15.0

_WELCOME = Text(
    "Ein Arbeitstag in der Kanzlei, an Lena Sommers Platz. Telefonanlage und DATEV sind "
    "nachgestellt, der Connector dazwischen ist der echte. Alle Namen und Nummern sind erfunden. "
    "Unter „Anlage“ steht, was an der Telefonanlage geschieht, unter „Platz“, was Lena sieht und "
    "tut, unter „DATEV“, was dort ankommt.",
    "A working day in a tax office, at Lena Sommer's desk. PBX and DATEV are simulated, the "
    "connector between them is the real one. All names and numbers are made up. “PBX” tells what "
    "happens at the PBX, “Desk” what Lena sees and does, “DATEV” what arrives there.",
)
_NO_SCREEN = Text(
    "Hier ist kein Bildschirm für Fenster ({reason}); der Tag wird erzählt.",
    "There is no screen here on which windows could open ({reason}); the day is told.",
)
_EVENING = Text("Feierabend: der Vergleich", "The day is over: the comparison")
_NOT_PLAYED = Text(
    "Nicht mehr gespielt wurden die Szenen um {clocks} Uhr",
    "The scenes at {clocks} were no longer played",
)
_BROKEN_OFF = Text("Abgebrochen: „{title}“. {why}", "Broken off: “{title}”. {why}")
_FIGURES = Text(
    "Verstöße gegen DATEVs Regeln: {violations}. Anmeldungen über HTTPS: {sign_ins}, "
    "abgewiesen: {refused}. Fehlermeldungen: {errors}.",
    "Breaches of DATEV's rules: {violations}. Sign-ins over HTTPS: {sign_ins}, refused: {refused}. "
    "Error messages: {errors}.",
)
_ALL_RIGHT = Text(
    "Kein Unterschied: Telefonanlage, DATEV und Erwartung stimmen in allen {count} Anrufen "
    "überein.",
    "No difference: PBX, DATEV and expectation agree in all {count} calls.",
)
_DIFFERENCES = Text("Unterschiede ({count}):", "Differences ({count}):")
_ENDED = Text("Abgebrochen.", "Ended.")


@dataclass(frozen=True, slots=True, kw_only=True)
class Performance:
    """How the day is played. pause_s: after each line; patience_s: longest wait for anything."""

    day: Day = WORKING_DAY
    language: Language = Language.GERMAN
    pause_s: float = 0.0
    patience_s: float = PATIENCE_S
    sabotage: Sabotage | None = None
    typing_s: float = 0.0


class Audience(Protocol):
    """Somebody who looks on while the real windows are open."""

    def enters(self, stage: Stage) -> None:
        """The stage is ready; called on its loop."""

    async def stays(self) -> None:
        """Return when they have seen enough."""


def demo_command(
    *,
    headless: bool,
    sabotage: str | None = None,
    language: str | None = None,
    pauses: bool = True,
) -> int:
    """Play the day; return 0 if all is as planned, 1 on any difference."""
    performance = Performance(
        language=wanted_language(language),
        pause_s=READING_PAUSE_S if pauses else 0.0,
        sabotage=Sabotage(sabotage) if sabotage else None,
    )
    story = Story(language=performance.language, pause_s=performance.pause_s)
    missing = "" if headless else no_screen()
    if missing:
        story.plain(_NO_SCREEN.fill(reason=missing))
        story.gap()
    if not headless and not missing:
        from datev_connector.app.demo.windowed import perform_in_windows

        return perform_in_windows(replace(performance, typing_s=TYPING_S), story)
    try:
        return asyncio.run(_until_told(perform(performance, story)))
    except (KeyboardInterrupt, asyncio.CancelledError):
        with suppress(OSError):  # the terminal may be gone
            story.plain(_ENDED)
        return 1


async def _until_told(playing: Any) -> int:
    """Have a closed terminal, or a request to terminate, end the demo in order.

    Where the system has no such signals there is nothing to do.
    """
    task = asyncio.current_task()
    assert task is not None  # noqa: S101 -- a coroutine runs in one
    for name in ("SIGTERM", "SIGHUP"):
        with suppress(NotImplementedError, AttributeError):
            asyncio.get_running_loop().add_signal_handler(getattr(signal, name), task.cancel)
    result: int = await playing
    return result


async def perform(performance: Performance, story: Story, audience: Audience | None = None) -> int:
    """Play the day on a stage of its own and tell it; return the exit code."""
    story.plain(_WELCOME)
    if performance.sabotage is not None:
        story.gap()
        story.plain(breaking.ANNOUNCED[performance.sabotage])
    with _own_folder() as folder:
        async with open_stage() as stage:
            show = _Show(performance, story, stage, folder / "profile", audience)
            return await show.play()


@contextmanager
def _own_folder() -> Iterator[Path]:
    with TemporaryDirectory(prefix="datev-connector-demo-", ignore_cleanup_errors=True) as folder:
        yield Path(folder)


class _Show:
    """One day on one stage, from the rise of the curtain to the report."""

    def __init__(
        self,
        performance: Performance,
        story: Story,
        stage: Stage,
        profile: Path,
        audience: Audience | None,
    ) -> None:
        self._performance = performance
        self._story = story
        self._stage = stage
        self._profile = profile
        self._audience = audience
        self._failures: list[Text] = []
        self._connector = ConnectorProcess(profile, secrets=SECRETS, windows=audience is not None)
        self._director = Director(
            stage=stage,
            connector=self._connector,
            story=story,
            profile=profile,
            patience_s=performance.patience_s,
            sabotage=performance.sabotage,
            typing_s=performance.typing_s,
        )

    async def play(self) -> int:
        """Play, compare and report; return the exit code."""
        code: int | None = None
        try:
            await _prepare(self._performance, self._stage, self._profile)
            await self._connector.start()
            await self._scenes()
            if self._audience is not None:
                # What they do afterwards with their own hands is not compared.
                code = await self._report()
                await self._audience.stays()
        except Trouble as trouble:
            self._failures.append(trouble.text)
        finally:
            self._failures += await _end(self._connector)
        if code is None:
            return await self._report()
        return code or int(bool(self._failures))

    async def _scenes(self) -> None:
        await self._director.ready()
        if self._audience is not None:
            self._audience.enters(self._stage)
        await self._story.breathe()
        await self._director.play(self._performance.day)

    async def _report(self) -> int:
        kept = await _look_into(self._profile, self._failures)
        # A connector that has ended says so whenever it is asked for something.
        once = list(dict.fromkeys(self._failures))
        evidence = _evidence(self._performance.day, self._stage, self._connector, kept)
        return _report(self._performance, self._story, evidence, [*once, *_broken(self._director)])


async def _prepare(performance: Performance, stage: Stage, profile: Path) -> None:
    stage.prepare(profile, performance.language)
    contacts = breaking.contacts_for(performance.sabotage)
    stage.fill_datev(contacts)
    await tool(profile, "contacts", "sync", "--from", "datev", secrets=SECRETS)
    file = profile.parent / "institutionen.csv"
    file.write_text(institutions_csv(contacts), "utf-8", newline="")
    await tool(profile, "contacts", "import", str(file))


async def _end(connector: ConnectorProcess) -> list[Text]:
    """End the connector in any case; what it did not do in order is returned."""
    try:
        await connector.leave()
    except Trouble as trouble:
        return [trouble.text]
    finally:
        await connector.kill()
    return []


async def _look_into(profile: Path, failures: list[Text]) -> dict[str, list[Any]]:
    """What the connector has kept, read by its own commands."""
    found: dict[str, list[Any]] = {}
    for name in ("journal", "outbox"):
        try:
            found[name] = json.loads(await tool(profile, name, "list", "--json"))
        except Trouble as trouble:
            failures.append(trouble.text)
    return found


def _evidence(
    day: Day,
    stage: Stage,
    connector: ConnectorProcess,
    kept: dict[str, list[Any]],
) -> Evidence:
    planned = {expected.call for expected in day.expected}
    stories = {name: call.story for name, call in stage.calls.items() if name in planned}
    ours = {story.call_id for story in stories.values()}
    attempts = stage.starface.accounts.attempts(LENA.login)
    asked = stage.starface.chronicle.requests
    nameless = stage.starface.accounts.attempts("")
    return Evidence(
        stories=stories,
        foreign=[one for one in stage.starface.chronicle.calls if one.call_id not in ours],
        calls=stage.datev.calls,
        journal=stage.datev.journal,
        violations=stage.datev.violations,
        outcomes={name: _outcome(connector, story.call_id) for name, story in stories.items()},
        kept=kept.get("journal", []),
        outbox=kept.get("outbox", []),
        sign_ins=sum(
            one.door is Door.HTTP and one.method.endswith("connection.login") for one in asked
        ),
        refused_sign_ins=attempts.bad + attempts.while_locked + nameless.bad,
        errors=[same(str(event["text"])) for event in connector.of("error")],
    )


def _outcome(connector: ConnectorProcess, pbx_call: str) -> str:
    ends = connector.of("call", pbx_call=pbx_call, state="ended")
    return str(ends[-1].get("outcome", "")) if ends else ""


def _broken(director: Director) -> list[Text]:
    broken = [
        _BROKEN_OFF.fill(title=mishap.scene.title, why=mishap.text) for mishap in director.mishaps
    ]
    if director.not_played:
        clocks = ", ".join(scene.clock for scene in director.not_played)
        broken.append(_NOT_PLAYED.fill(clocks=clocks))
    return broken


def _report(performance: Performance, story: Story, evidence: Evidence, broken: list[Text]) -> int:
    verdict = judge(performance.day, evidence)
    differences = [*broken, *verdict.differences]
    story.heading("18:00", _EVENING)
    story.gap()
    printer = TablePrinter(language=story.language, width=story.width, write=story.write)
    printer.table(verdict)
    figures = _FIGURES.fill(
        violations=len(evidence.violations),
        sign_ins=evidence.sign_ins,
        refused=evidence.refused_sign_ins,
        errors=len(evidence.errors),
    )
    story.plain(figures)
    story.gap()
    if not differences:
        story.plain(_ALL_RIGHT.fill(count=len(verdict.lines)))
        return 0
    found = _DIFFERENCES.fill(count=len(differences))
    story.write(click.style(found.say(story.language), fg="red"))
    for difference in differences:
        story.item(difference)
    return 1
