"""`demo`: opens the stage, starts the connector, has the day played and judged, and cleans up."""

from __future__ import annotations

import asyncio
import json
import signal
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

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
from datev_connector.simulators.starface import Door

READING_PAUSE_S = 0.38
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
_NO_WINDOWS = Text(
    "Fenster gehören noch nicht zu dieser Version; der Tag wird hier erzählt.",
    "Windows are not part of this version; the day is told here.",
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
    if not headless:
        story.plain(_NO_WINDOWS)
        story.gap()
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


async def perform(performance: Performance, story: Story) -> int:
    """Play the day on a stage of its own and tell it; return the exit code."""
    story.plain(_WELCOME)
    if performance.sabotage is not None:
        story.gap()
        story.plain(breaking.ANNOUNCED[performance.sabotage])
    with _own_folder() as folder:
        async with open_stage() as stage:
            evidence, broken = await _play(performance, story, stage, folder / "profile")
        return _report(performance, story, evidence, broken)


@contextmanager
def _own_folder() -> Iterator[Path]:
    with TemporaryDirectory(prefix="datev-connector-demo-", ignore_cleanup_errors=True) as folder:
        yield Path(folder)


async def _play(
    performance: Performance, story: Story, stage: Stage, profile: Path
) -> tuple[Evidence, list[Text]]:
    connector = ConnectorProcess(profile, secrets=SECRETS)
    director = Director(
        stage=stage,
        connector=connector,
        story=story,
        profile=profile,
        patience_s=performance.patience_s,
        sabotage=performance.sabotage,
    )
    failures: list[Text] = []
    try:
        await _prepare(performance, stage, profile)
        await connector.start()
        await director.ready()
        await story.breathe()
        await director.play(performance.day)
    except Trouble as trouble:
        failures.append(trouble.text)
    finally:
        failures += await _end(connector)
    kept = await _look_into(profile, failures)
    # A connector that has ended says so whenever it is asked for something.
    once = list(dict.fromkeys(failures))
    return _evidence(performance.day, stage, connector, kept), [*once, *_broken(director)]


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
