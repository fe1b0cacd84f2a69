"""A profile on disk, the command line on it, and what a test wants to find there."""

from __future__ import annotations

import json
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from click.testing import CliRunner, Result

from datev_connector.app.cli import cli
from datev_connector.app.commands.session import Session
from datev_connector.domain.calls import Call, CallState, Direction, Known, Outcome
from datev_connector.domain.outbox import JournalEntry
from datev_connector.domain.record import CallRecord, CtiDirection, CtiState
from datev_connector.store.store import Store

NOON = datetime(2026, 3, 2, 11, 0, tzinfo=UTC)


class CliProfile:
    def __init__(self, folder: Path) -> None:
        self.folder = folder

    def run(self, *arguments: str, answer: str = "") -> Result:
        return CliRunner().invoke(
            cli, ["--profile", str(self.folder), *arguments], input=answer, prog_name="dc"
        )

    def done(self, *arguments: str) -> str:
        result = self.run(*arguments)
        assert result.exit_code == 0, result.output
        return result.stdout

    def json(self, *arguments: str) -> Any:
        return json.loads(self.done(*arguments, "--json"))

    def failed(self, code: int, *arguments: str) -> str:
        result = self.run(*arguments)
        assert result.exit_code == code, result.output
        assert result.exception is None or isinstance(result.exception, SystemExit)
        return result.stderr

    def file(self, name: str, text: str) -> str:
        path = self.folder.parent / name
        path.write_text(text, "utf-8")
        return str(path)

    def settings(self, text: str) -> None:
        self.folder.mkdir(exist_ok=True)
        (self.folder / "settings.toml").write_text(text, "utf-8")

    @contextmanager
    def store(self) -> Iterator[Store]:
        session = Session()
        session.folder = self.folder
        with session.store() as store:
            yield store


def call(name: str, **changes: Any) -> Call:
    minutes = timedelta(minutes=int(name.rpartition("-")[2]))
    made = Call(
        call=name,
        pbx_call=f"pbx-{name}",
        direction=Direction.INCOMING,
        state=CallState.ENDED,
        number="004972112345",
        e164="+4972112345",
        pbx_name="Änne Müller",
        began_at=NOON + minutes,
        connected_at=NOON + minutes,
        ended_at=NOON + minutes,
        last_seen_at=NOON + minutes,
        outcome=Outcome.ANSWERED,
        known=Known.NOBODY,
        owed=False,
    )
    return replace(made, **changes)


def entry(position: int, **changes: Any) -> JournalEntry:
    record = CallRecord(
        call_id=f"j-{position}",
        direction=CtiDirection.INCOMING,
        begin=NOON,
        end=NOON,
        state=CtiState.FINISHED,
        number="0721 12345",
        contact_name="Müller",
        note="Rückruf",
    )
    made = JournalEntry(
        position=position,
        call=f"c-{position}",
        record=record,
        created_at=NOON,
        changed_at=NOON,
    )
    return replace(made, **changes)
