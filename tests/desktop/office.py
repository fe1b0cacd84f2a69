"""A stand-in for the program behind the windows: writes down what is asked, answers as told.

Windows are tested against it, and their pictures are made with it. What the real program answers is
tested in `tests/app/windows`.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from concurrent.futures import Future
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from pathlib import Path, PureWindowsPath
from typing import Any, TypeVar

from PySide6.QtWidgets import QApplication

from datev_connector.desktop.held_licence import HeldLicence
from datev_connector.desktop.look.look import Look
from datev_connector.desktop.ports import (
    About,
    Counts,
    DialPreview,
    Examination,
    Finding,
    Form,
    LogStanding,
    Only,
    Refused,
    Saved,
    ShownCertificate,
)
from datev_connector.desktop.surroundings import Surroundings
from datev_connector.desktop.taken_over import TakenOver
from datev_connector.domain.calls import Call, Person
from datev_connector.domain.contacts import Contact
from datev_connector.domain.legs import Leg, LegReport, LegState
from datev_connector.domain.wording import worded
from datev_connector.texts.language import Language
from datev_connector.texts.moments import Moments

Answer = TypeVar("Answer")

HELD = HeldLicence(
    report=LegReport(
        leg=Leg.LICENCE,
        state=LegState.UP,
        since=datetime(2026, 11, 23, 8, 0, tzinfo=UTC),
        reason=worded(
            "The licence is valid until {day:%Y-%m-%d}.",
            day=datetime(2027, 11, 30, tzinfo=UTC),
        ),
    ),
    customer="Kanzlei Sommer & Partner",
    number="20261123-7f3a9c21",
    seats=12,
    logins=4,
    first_day=datetime(2025, 12, 1, 12, 0, tzinfo=UTC),
    last_day=datetime(2027, 11, 30, 12, 0, tzinfo=UTC),
)
"""The licence of the office."""


def answered(value: Answer) -> Future[Answer]:
    """An answer that is there at once."""
    future = Future[Answer]()
    future.set_result(value)
    return future


@dataclass(slots=True)
class Asked:
    """Everything that was asked for, in order: the name and the arguments."""

    seen: list[tuple[str, tuple[Any, ...]]] = field(default_factory=list)

    def add(self, name: str, *arguments: Any) -> None:
        self.seen.append((name, arguments))

    def of(self, name: str) -> list[tuple[Any, ...]]:
        return [arguments for one, arguments in self.seen if one == name]


class TestCalls:
    __test__ = False

    def __init__(self, asked: Asked) -> None:
        self._asked = asked

    def note(self, call: str, text: str) -> None:
        self._asked.add("note", call, text)

    def transfer(self, call: str) -> None:
        self._asked.add("transfer", call)

    def choose(self, call: str, person: Person | None, *, remember: bool) -> None:
        self._asked.add("choose", call, person, remember)

    def dial(self, number: str) -> None:
        self._asked.add("dial", number)

    def hang_up(self, call: str) -> None:
        self._asked.add("hang_up", call)

    def open(self, call: str) -> None:
        self._asked.add("open", call)

    def close(self, call: str) -> None:
        self._asked.add("close", call)


class TestPeople:
    __test__ = False

    def __init__(self, asked: Asked) -> None:
        self._asked = asked
        self.contacts: list[Contact] = []
        self.used: dict[str, datetime] = {}
        """When a contact was last called, by its id."""

    def search(self, text: str, limit: int) -> Future[tuple[Contact, ...]]:
        self._asked.add("search", text, limit)
        wanted = text.casefold()
        found = [
            one for one in self.contacts if wanted in f"{one.name} {one.client_number}".casefold()
        ]
        return answered(tuple(found[:limit]))

    def last_used(self, people: Sequence[Person]) -> Future[tuple[datetime | None, ...]]:
        self._asked.add("last_used", tuple(people))
        return answered(tuple(self.used.get(one.ref.id) for one in people))


class TestJournal:
    __test__ = False

    def __init__(self, asked: Asked) -> None:
        self._asked = asked
        self.kept: list[Call] = []
        """Newest first."""
        self.waiting = 0
        self.refusal: Refused | None = None
        """What every answer is."""
        self.held: list[Callable[[], None]] | None = None
        """Not None: answers that wait to be given."""

    def page(
        self, *, text: str, only: Only, after: Call | None, limit: int, skip: int = 0
    ) -> Future[tuple[Call, ...]]:
        self._asked.add("page", text, only, after, limit, skip)
        fitting = self._fitting(text, only)
        if after is not None:
            place = (after.began_at, after.call)
            fitting = [call for call in fitting if (call.began_at, call.call) < place]
        return self._answer(tuple(fitting[skip : skip + limit]))

    def total(self, *, text: str, only: Only) -> Future[int]:
        self._asked.add("total", text, only)
        return self._answer(len(self._fitting(text, only)))

    def call(self, call: str) -> Future[Call | None]:
        self._asked.add("call", call)
        return self._answer(next((one for one in self.kept if one.call == call), None))

    def _answer(self, value: Answer) -> Future[Answer]:
        future = Future[Answer]()
        if self.refusal is not None:
            future.set_exception(self.refusal)
        elif self.held is None:
            future.set_result(value)
        else:
            self.held.append(lambda: future.set_result(value))
        return future

    def counts(self) -> Future[Counts]:
        drafts = sum(call.is_draft for call in self.kept)
        return answered(Counts(drafts=drafts, waiting=self.waiting))

    def _fitting(self, text: str, only: Only) -> list[Call]:
        def fits(call: Call) -> bool:
            chosen = {
                Only.ALL: True,
                Only.MISSED: call.outcome == "missed",
                Only.DRAFT: call.is_draft,
                Only.NOT_IN_DATEV: call.in_datev_at is None,
            }[only]
            there = f"{call.name} {call.number} {call.note}".casefold()
            return chosen and text.casefold() in there

        return [call for call in self.kept if fits(call)]


class TestDialling:
    __test__ = False

    def __init__(self, asked: Asked) -> None:
        self._asked = asked
        self.previews: dict[str, DialPreview] = {}

    def preview(self, text: str) -> Future[DialPreview]:
        self._asked.add("preview", text)
        usual = DialPreview(dialled=text.replace(" ", ""), shown=text)
        return answered(self.previews.get(text, usual))


class TestSettings:
    __test__ = False

    def __init__(self, asked: Asked) -> None:
        self._asked = asked
        self.shown = Form(fields=())
        self.earlier: TakenOver | None = None
        """What came from the connector that was here before."""
        self.saved: Saved | None = None
        """The next answer to `save`; None: everything is kept."""
        self.refusal: Refused | None = None
        """What `save` fails with."""
        self.holding = False
        """Answers to `save` wait in `held` until they are let go."""
        self.held: list[Callable[[], None]] = []

    def form(self) -> Form:
        return self.shown

    def taken_over(self) -> TakenOver | None:
        return self.earlier

    def save(self, changes: dict[str, str | int | bool]) -> Future[Saved]:
        self._asked.add("save", dict(changes))
        if self.saved is None and self.refusal is None:
            fields = (
                replace(one, value=changes.get(one.name, one.value)) for one in self.shown.fields
            )
            self.shown = Form(fields=tuple(fields))
        future, answer = Future[Saved](), self.saved or Saved(form=self.shown)
        if self.refusal is not None:
            future.set_exception(self.refusal)
        elif self.holding:
            self.held.append(lambda: future.set_result(answer))
        else:
            future.set_result(answer)
        return future


class TestExamination:
    __test__ = False

    def __init__(self, asked: Asked, ended: Future[None]) -> None:
        self._asked, self._ended = asked, ended

    def stop(self) -> None:
        self._asked.add("stop")
        if not self._ended.done():
            self._ended.set_result(None)


class TestDiagnosis:
    __test__ = False

    def __init__(self, asked: Asked) -> None:
        self._asked = asked
        self.reports: tuple[LegReport, ...] = ()
        self.findings: tuple[Finding, ...] = ()
        self.endless = False
        """The examination goes on until it is stopped."""
        self.changed: set[Leg] = set()
        """Whose server shows another certificate than the known one."""
        self.certificate: ShownCertificate | Refused | None = None
        """What a server shows when it is asked."""

    def legs(self) -> tuple[LegReport, ...]:
        return self.reports

    def examine(
        self,
        found: Callable[[Finding], None],
        *,
        events_s: float = 0.0,
        call_now: Callable[[], None] | None = None,
    ) -> tuple[Examination, Future[None]]:
        self._asked.add("examine", events_s)
        if call_now is not None and events_s:
            call_now()
        for finding in self.findings:
            found(finding)
        ended = Future[None]()
        if not self.endless:
            ended.set_result(None)
        return TestExamination(self._asked, ended), ended

    def certificate_changed(self, report: LegReport) -> bool:
        return report.leg in self.changed and report.state is not LegState.UP

    def shown_certificate(self, leg: Leg) -> Future[ShownCertificate]:
        self._asked.add("shown_certificate", leg)
        if isinstance(self.certificate, ShownCertificate):
            return answered(self.certificate)
        future = Future[ShownCertificate]()
        future.set_exception(self.certificate or Refused("No server."))
        return future

    def trust(self, shown: ShownCertificate) -> Future[None]:
        self._asked.add("trust", shown)
        return answered(None)

    def write_bundle(self, file: Path) -> Future[Path]:
        self._asked.add("write_bundle", file)
        return answered(file)


class TestProgram:
    __test__ = False

    def __init__(self, asked: Asked) -> None:
        self._asked = asked
        self.standing = LogStanding(level="info")
        """How much the log tells."""
        self.held = HELD
        """The licence that counts."""

    def licence(self) -> HeldLicence:
        return self.held

    def log(self) -> LogStanding:
        return self.standing

    def about(self) -> About:
        user = PureWindowsPath("C:/Users/lena.sommer/AppData")
        home = Path(str(user / "Local" / "DatevConnector"))
        return About(
            version="0.5.0",
            profile=home,
            settings_file=Path(str(user / "Roaming" / "DatevConnector" / "settings.toml")),
            logs_folder=Path(f"{home}\\logs"),
            components=(("Python", "3.13.0"), ("Qt", "6.11.3"), ("SQLite", "3.54.0")),
        )

    def quit(self) -> None:
        self._asked.add("quit")


class TestOffice:
    """All ports; `asked` holds what the windows wanted."""

    __test__ = False

    def __init__(self) -> None:
        self.asked = Asked()
        self.calls = TestCalls(self.asked)
        self.people = TestPeople(self.asked)
        self.journal = TestJournal(self.asked)
        self.dialling = TestDialling(self.asked)
        self.settings = TestSettings(self.asked)
        self.diagnosis = TestDiagnosis(self.asked)
        self.program = TestProgram(self.asked)


def surroundings_for(
    look: Look, language: Language, now: Callable[[], datetime], office: TestOffice | None = None
) -> Surroundings:
    """What windows are given, with a stand-in office behind them."""
    assert QApplication.instance() is not None
    return Surroundings(
        office=office or TestOffice(),
        language=language,
        moments=Moments(language),
        look=look,
        now=now,
    )
