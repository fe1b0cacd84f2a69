"""The headless console: news to standard output, commands from standard input.

The end of the input does not end the program: a connector started by a service has none.
"""

from __future__ import annotations

import asyncio
import contextlib
import json
from collections.abc import Awaitable, Callable
from pathlib import Path
from typing import TYPE_CHECKING

from datev_connector.app.commands.terminal import typed_lines
from datev_connector.app.running.lines_out import LinesOut
from datev_connector.app.running.stream import (
    CommandError,
    bundle_event,
    event_of,
    log_event,
    read_command,
)
from datev_connector.datev.wire import record_fields
from datev_connector.domain import effects, inputs
from datev_connector.domain.calls import Person
from datev_connector.domain.contacts import ContactRef, Rule
from datev_connector.domain.rules import NOTE_LIMIT, note_length
from datev_connector.engine.news import News

if TYPE_CHECKING:
    from datetime import datetime, tzinfo

    from datev_connector.app.level_watch import LevelWatch
    from datev_connector.app.log_levels import LevelStanding
    from datev_connector.app.running.stream import Command
    from datev_connector.app.settings.sections import LogLevel
    from datev_connector.domain.calls import Call
    from datev_connector.domain.contacts import Contact
    from datev_connector.engine import Engine


Bundle = Callable[[Path], Awaitable[None]]
"""Writes a support bundle into a new file. Raises OSError."""


class Console:
    """Speaks the headless stream for one engine."""

    def __init__(
        self,
        *,
        descriptor: int,
        now: Callable[[], datetime],
        local_zone: tzinfo | None = None,
    ) -> None:
        """`descriptor` gets one JSON object a line. Make it on the loop, and close it."""
        self._now = now
        self._zone = local_zone
        self.quit = asyncio.Event()
        """Set when the program is to end."""
        self._loop = asyncio.get_running_loop()
        self._log: LevelWatch | None = None
        self._bundle: Bundle | None = None
        self._bundling = set[asyncio.Task[None]]()
        self._lines = LinesOut(descriptor, missed=self._missed, gone=self._reader_gone)

    def tell(self, news: News) -> None:
        """Write a piece of news; a reader that has gone away ends the program."""
        line = self._line(news)
        if line is not None:
            self._lines.put(line)

    def close(self) -> None:
        """Write what waits, as far as the reader takes it in time."""
        self._lines.close()

    def _line(self, news: News) -> str | None:
        event = event_of(news, lambda record: record_fields(record, self._zone))
        return None if event is None else json.dumps(event, ensure_ascii=False)

    def _reader_gone(self) -> None:
        with contextlib.suppress(RuntimeError):  # the loop is closed: the program ends already
            self._loop.call_soon_threadsafe(self.quit.set)

    def _missed(self, count: int) -> str:
        text = f"{count} events were left out, because nobody read them in time."
        return self._line(News(self._now(), effects.TellUser(text))) or ""

    async def obey(
        self,
        engine: Engine,
        contact: Callable[[ContactRef], Contact | None],
        log: LevelWatch | None = None,
        bundle: Bundle | None = None,
    ) -> None:
        """Carry out the commands that come on standard input, until it ends.

        Changes of the log's level are told meanwhile. `bundle` writes support bundles.
        """
        self._log, self._bundle = log, bundle
        if log is not None:
            log.tell = self._tell_log
        async for line in typed_lines():
            if line.strip():
                self._take(line, engine, contact)

    def _take(
        self, line: str, engine: Engine, contact: Callable[[ContactRef], Contact | None]
    ) -> None:
        try:
            command = read_command(line)
            if command.name == "quit":
                self.quit.set()
            elif command.name == "log":
                self._ask_log(command.level)
            elif command.name == "bundle":
                self._write_bundle(Path(command.file))
            else:
                engine.feed(_input_of(command, engine, contact, self._now()))
        except (CommandError, OSError) as fault:
            call = fault.call if isinstance(fault, CommandError) else None
            self.tell(News(self._now(), effects.TellUser(f"command refused: {fault}", call)))

    def _ask_log(self, level: LogLevel | None) -> None:
        if self._log is None:
            raise CommandError("log: this program writes no log")
        self._log.ask(level)

    def _tell_log(self, standing: LevelStanding) -> None:
        self._lines.put(json.dumps(log_event(standing, self._now())))

    def _write_bundle(self, file: Path) -> None:
        if self._bundle is None:
            raise CommandError("bundle: it is made in the windows here")
        task = asyncio.get_running_loop().create_task(self._bundled(self._bundle, file))
        self._bundling.add(task)
        task.add_done_callback(self._bundling.discard)

    async def _bundled(self, write: Bundle, file: Path) -> None:
        try:
            await write(file)
        except OSError as fault:
            text = f"the support bundle cannot be written: {fault.strerror or fault}"
            self.tell(News(self._now(), effects.TellUser(text)))
        else:
            event = bundle_event(file, self._now())
            self._lines.put(json.dumps(event, ensure_ascii=False))


def _input_of(  # noqa: PLR0911 - one line a command
    command: Command,
    engine: Engine,
    contact: Callable[[ContactRef], Contact | None],
    at: datetime,
) -> inputs.Input:
    if command.name == "dial":
        return inputs.DialRequested(at=at, number=command.number)
    if command.name == "retry":
        return inputs.OutboxRetried(at=at)
    call = engine.call(command.call)
    if call is None:
        msg = f"{command.name}: there is no call {command.call!r}"
        raise CommandError(msg)
    match command.name:
        case "note":
            return inputs.NoteTyped(at=at, call=call.call, text=_note(command))
        case "transfer":
            return inputs.TransferPressed(at=at, call=call.call)
        case "choose":
            person = _person(command.contact, call, contact)
            return inputs.PersonChosen(
                at=at, call=call.call, person=person, remember=command.remember
            )
        case "hangup":
            return inputs.HangUpPressed(at=at, call=call.call)
        case "open":
            return inputs.WindowOpened(at=at, call=call.call)
        case _:
            return inputs.WindowClosed(at=at, call=call.call)


def _note(command: Command) -> str:
    """The text, unless DATEV would not take it: whoever sends a line has its text, and may mend it.

    A window keeps longer ones as drafts, for there a person is still typing.
    """
    length = note_length(command.text)
    if length <= NOTE_LIMIT:
        return command.text
    msg = f"note: it has {length} characters and DATEV takes {NOTE_LIMIT}; nothing was changed"
    raise CommandError(msg, command.call)


def _person(
    wanted: ContactRef | str | None,
    call: Call,
    contact: Callable[[ContactRef], Contact | None],
) -> Person | None:
    if wanted is None:
        return None
    for candidate in call.candidates:
        if wanted in (candidate.ref, candidate.ref.id):
            return candidate
    if isinstance(wanted, ContactRef) and (found := contact(wanted)) is not None:
        return Person(
            ref=found.ref,
            name=found.name,
            number=call.number,
            client_number=found.client_number,
            client_state=found.client_state,
            rule=Rule.NONE,
        )
    msg = f"choose: {call.call} has no candidate {wanted!s}"
    raise CommandError(msg)
