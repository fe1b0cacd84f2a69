"""A connector in this process, with the settings of its windows: real store, real servers."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable, Mapping
from concurrent.futures import Future
from contextlib import asynccontextmanager
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, TypeVar

import pytest
from keyring.backend import KeyringBackend

from datev_connector.app import office
from datev_connector.app.folders import Profile
from datev_connector.app.running.wiring import Connector
from datev_connector.app.secrets import Account, SecretKind, Vault
from datev_connector.app.settings import Loaded, read_settings
from datev_connector.app.settings.sections import Settings
from datev_connector.app.windows.known_secrets import KnownSecrets
from datev_connector.app.windows.settings import ProfileSettings
from datev_connector.desktop.ports import Saved
from datev_connector.domain import inputs
from datev_connector.domain.calls import Call
from datev_connector.domain.contacts import Contact, ContactRef, Source, StoredNumber
from datev_connector.domain.effects import CallChanged
from datev_connector.domain.legs import Leg, LegReport, LegState
from datev_connector.engine import News
from datev_connector.simulators.datev import DatevSimulator
from datev_connector.simulators.starface import StarfaceSimulator
from datev_connector.starface.https.client import HttpTimes
from datev_connector.starface.options import StarfaceOptions
from datev_connector.starface.pacing import Pacing
from datev_connector.store.store import Store
from tests.app.end_to_end.office import write_settings
from tests.app.keyrings import MemoryKeyring

PATIENCE_S = 30.0
KEY = bytes(range(32))
LOGIN, PASSWORD = "0123", "Pass123"
OTHER_LOGIN, OTHER_PASSWORD = "0124", "Pass124"
ADA = "004972112345"
PACING = Pacing(
    keep_alive_s=0.5,
    slow_poll_s=0.3,
    fast_poll_s=0.1,
    quick_s=(0.1, 0.3),
    careful_s=(0.2, 0.4),
    refused_s=(3600.0, 7200.0),
    settled_s=2.0,
)

Answer = TypeVar("Answer")
Found = TypeVar("Found")


def now() -> datetime:
    return datetime.now(UTC)


class LoopWorker:
    """Does work on the loop, asked from other threads."""

    def __init__(self) -> None:
        self._loop = asyncio.get_running_loop()

    def do(self, work: Callable[[], Answer]) -> Future[Answer]:
        async def done() -> Answer:
            return work()

        return asyncio.run_coroutine_threadsafe(done(), self._loop)


@dataclass
class Followed:
    """A running connector, and what a person sets."""

    connector: Connector
    settings: ProfileSettings
    keyring: KeyringBackend
    profile: Path
    news: list[News] = field(default_factory=list)
    arrived: asyncio.Condition = field(default_factory=asyncio.Condition)
    hidden: list[str] = field(default_factory=list)
    """What is kept out of logs."""
    waking: asyncio.Task[None] | None = None

    async def save(self, **entered: Any) -> Saved:
        """Names with two underscores in place of the point."""
        names = {name.replace("__", "."): value for name, value in entered.items()}
        return await asyncio.wrap_future(self.settings.save(names))

    async def type_password(self, password: str) -> Saved:
        changes: dict[str, str | int | bool] = {"secret.starface-password": password}
        return await asyncio.wrap_future(self.settings.save(changes))

    async def until(self, found: Callable[[], Found | None]) -> Found:
        """What `found` finds, looked for again with every piece of news."""
        async with asyncio.timeout(PATIENCE_S), self.arrived:
            while not (value := found()):
                await self.arrived.wait()
        return value

    async def leg(self, leg: Leg, state: LegState, *, after: int = 0) -> LegReport:
        """The first report of this leg in this state among the news from `after` on."""

        def found() -> LegReport | None:
            for news in self.news[after:]:
                report = news.matter
                if isinstance(report, LegReport) and (report.leg, report.state) == (leg, state):
                    return report
            return None

        return await self.until(found)

    async def reason(self, leg: Leg, part: str, *, after: int = 0) -> LegReport:
        """The first report of this leg from `after` on whose reason holds this."""

        def found() -> LegReport | None:
            for news in self.news[after:]:
                report = news.matter
                if isinstance(report, LegReport) and report.leg is leg and part in report.reason:
                    return report
            return None

        return await self.until(found)

    async def call(self, number: str, state: str, *, after: int = 0) -> Call:
        """The first news from `after` on of a call with this number in this state."""

        def found() -> Call | None:
            for news in self.news[after:]:
                match news.matter:
                    case CallChanged(call) if (call.number, call.state) == (number, state):
                        return call
            return None

        return await self.until(found)

    def states(self, leg: Leg, *, after: int) -> list[LegState]:
        """What was reported of a leg from `after` on."""
        matters = [news.matter for news in self.news[after:]]
        return [one.state for one in matters if isinstance(one, LegReport) and one.leg is leg]

    @property
    def mark(self) -> int:
        return len(self.news)

    def note(self, call: Call, text: str) -> None:
        self.connector.engine.feed(inputs.NoteTyped(at=now(), call=call.call, text=text))

    def transfer(self, call: Call) -> None:
        self.connector.engine.feed(inputs.TransferPressed(at=now(), call=call.call))


def logins(pbx: StarfaceSimulator) -> int:
    """How often somebody tried to sign in over HTTPS."""
    return sum(record.method.endswith(".login") for record in pbx.chronicle.requests)


@pytest.fixture
def swift(monkeypatch: pytest.MonkeyPatch) -> None:
    """Short pauses on the way to the PBX; nothing else differs."""
    usual = office.starface_options

    def options(settings: Settings) -> StarfaceOptions:
        times = HttpTimes(connect_s=5.0, answer_s=5.0)
        return replace(usual(settings), pacing=PACING, times=times)

    monkeypatch.setattr(office, "starface_options", options)


@asynccontextmanager
async def followed(
    folder: Path,
    pbx: StarfaceSimulator,
    datev: DatevSimulator,
    sections: Mapping[str, Mapping[str, Any]] | None = None,
    *,
    password: str = PASSWORD,
    keyring: KeyringBackend | None = None,
    environment: Mapping[str, str] | None = None,
) -> AsyncIterator[Followed]:
    """Run a connector on a new profile until the block is left."""
    given = {name: dict(values) for name, values in (sections or {}).items()}
    given.setdefault("starface", {}).setdefault("transport", "https")
    given.setdefault("datev", {}).setdefault("contacts", "none")
    write_settings(folder, pbx, datev, given)
    profile = Profile(
        root=folder,
        settings_file=folder / "settings.toml",
        machine_settings_file=folder / "machine.toml",
        logs_folder=folder / "logs",
    )
    loaded = _loaded(profile)
    backend = keyring or MemoryKeyring()
    vault = Vault(find_backend=lambda: backend)
    made: list[Followed] = []
    with Store.open(folder / "store.db", KEY, now=now(), station="here") as store:
        _fill(store, loaded)
        connector = Connector(
            profile=profile,
            settings=loaded.settings,
            store=store,
            password=password,
            client_secret="",
            datev_password="",
            now=now,
            listener=lambda news: _hear(made[0], news),
        )
        hidden: list[str] = []
        settings = ProfileSettings(
            LoopWorker(),
            connector,
            profile=profile,
            loaded=loaded,
            passwords=connector.passwords,
            secrets=KnownSecrets(vault, environment or {}, hide=hidden.append),
        )
        inhabited = Followed(connector, settings, backend, folder, hidden=hidden)
        made.append(inhabited)
        stop = asyncio.Event()
        running = asyncio.get_running_loop().create_task(connector.run_until(stop))
        try:
            yield inhabited
            assert not running.done(), "the connector has ended"
        finally:
            stop.set()
            await running


def _hear(inhabited: Followed, news: News) -> None:
    inhabited.news.append(news)
    inhabited.waking = asyncio.get_running_loop().create_task(_wake(inhabited))


async def _wake(inhabited: Followed) -> None:
    async with inhabited.arrived:
        inhabited.arrived.notify_all()


def _loaded(profile: Profile) -> Loaded:
    return read_settings(
        user_file=profile.settings_file, machine_file=profile.machine_settings_file
    )


def _fill(store: Store, loaded: Loaded) -> None:
    ada = Contact(
        ref=ContactRef(Source.DATEV, "D-ada"),
        name="Ada Byron",
        numbers=(StoredNumber(number="0721 12345", standardised=ADA),),
    )
    lore = Contact(
        ref=ContactRef(Source.DATEV, "D-lore"),
        name="Lore Lokal",
        numbers=(StoredNumber(number="998877"),),
    )
    with store.contacts.load(Source.DATEV, office.dial_plan(loaded.settings), now()) as load:
        load.add(ada)
        load.add(lore)


def account(login: str = LOGIN, host: str = "127.0.0.1") -> str:
    """The keyring's name of the password of a user."""
    return Account(kind=SecretKind.STARFACE_PASSWORD, host=host, login=login).name
