"""An office with one fault, as the simulators make it, and its examination."""

from __future__ import annotations

import contextlib
import socket
from collections.abc import AsyncIterator, Callable, Iterator, Mapping
from contextlib import asynccontextmanager, contextmanager
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from pathlib import Path

import pytest

from datev_connector.app.diagnosis import Ground, datev
from datev_connector.app.folders import find_profile
from datev_connector.app.settings import read_settings
from datev_connector.datev.com.seen import Seen
from datev_connector.datev.wire import signed
from datev_connector.simulators.datev import DatevConfig, DatevSimulator, Office
from datev_connector.simulators.starface import StarfaceConfig, StarfaceSimulator
from tests.app.diagnosis_desk import PASSWORD, Findings, findings
from tests.datev.master_data.sdd.standin import script

DATEV_USER, DATEV_PASSWORD = "service", "Geheim-58"
Values = Mapping[str, str | int | bool]


@dataclass
class FaultyOffice:
    """Settings as they come together, and what else is not as usual."""

    folder: Path
    monkeypatch: pytest.MonkeyPatch
    sections: dict[str, dict[str, str | int | bool]] = field(default_factory=dict)
    environment: dict[str, str] = field(default_factory=dict)

    def set(self, section: str, **values: str | int | bool) -> None:
        """Settings of a section; later ones count."""
        self.sections.setdefault(section, {}).update(values)

    @asynccontextmanager
    async def pbx(self, config: StarfaceConfig | None = None) -> AsyncIterator[StarfaceSimulator]:
        """A phone system, entered in the settings."""
        async with StarfaceSimulator(config or StarfaceConfig()) as simulator:
            self.set("starface", https_port=simulator.port)
            if simulator.config.xmpp is not None:
                self.set("starface", xmpp_port=simulator.xmpp_port)
            yield simulator

    @asynccontextmanager
    async def connect(self, config: DatevConfig | None = None) -> AsyncIterator[DatevSimulator]:
        """A DATEVconnect, entered in the settings."""
        made = config or DatevConfig(
            https_port=0, user=DATEV_USER, password=DATEV_PASSWORD, office=Office(count=3)
        )
        async with DatevSimulator(made) as simulator:
            self.set(
                "datev",
                contacts="datevconnect",
                connect_url=simulator.connect.https_url or "",
                connect_user=DATEV_USER,
            )
            yield simulator

    def reads_master_data(self, *lines: str) -> None:
        """Have DATEV's master data read by a reader that does what these lines of Python say."""
        self.set("datev", contacts="sdd", sdd_reader=str(script(self.folder.parent, *lines)))

    def has_datev_by_com(
        self, *, datev_hresult: int = 0, others: int = 0, own: int = 0, carried: bool = True
    ) -> None:
        """Windows tells this of DATEV; the words and the examination are the real ones."""
        seen = Seen(
            datev=signed(datev_hresult),
            registration=signed(own),
            others=others,
            competitor="UcClient.exe" if others else "",
            carried=carried,
        )

        async def look_round(**_: object) -> Seen:
            return seen

        self.monkeypatch.setattr(datev, "WINDOWS", True)
        self.monkeypatch.setattr(datev, "look_round", look_round)
        self.set("datev", link="com")

    async def examine(
        self,
        *,
        password: str = PASSWORD,
        limit_s: float = 30.0,
        events_s: float = 0.1,
        prompt: Callable[[str], None] = lambda _: None,
    ) -> Findings:
        """What the one examination finds here; `prompt` is somebody who calls when asked to."""
        ground = self._ground(password)
        return await findings(replace(ground, limit_s=limit_s, events_s=events_s, prompt=prompt))

    def _ground(self, password: str) -> Ground:
        self.folder.mkdir(exist_ok=True)
        defaults: dict[str, dict[str, str | int | bool]] = {
            "starface": {"host": "127.0.0.1", "login": "0123", "https_port": 1, "xmpp_port": 1},
            "datev": {"link": "simulator", "simulator_address": "127.0.0.1:1", "contacts": "none"},
        }
        lines = [
            line
            for name in {**defaults, **self.sections}
            for line in _section(name, defaults.get(name, {}) | self.sections.get(name, {}))
        ]
        (self.folder / "settings.toml").write_text("\n".join(lines), "utf-8")
        profile = find_profile(folder=self.folder)
        loaded = read_settings(
            user_file=profile.settings_file, machine_file=self.folder / "machine.toml"
        )
        return Ground(
            profile=profile,
            loaded=loaded,
            environment={
                "DATEV_CONNECTOR_PASSWORD": password,
                "DATEV_CONNECTOR_DATEV_PASSWORD": DATEV_PASSWORD,
                **self.environment,
            },
            now=lambda: datetime.now(UTC),
            limit_s=30.0,
        )


def _section(name: str, values: Values) -> Iterator[str]:
    yield f"[{name}]"
    for key, value in values.items():
        text = f"'{value}'" if isinstance(value, str) else str(value).lower()
        yield f"{key} = {text}"


@contextmanager
def swallowing_port() -> Iterator[int]:
    """A port as behind a firewall that drops everything: nobody is answered, nobody refused."""
    with socket.socket() as listening, contextlib.ExitStack() as stack:
        listening.bind(("127.0.0.1", 0))
        listening.listen(0)
        port: int = listening.getsockname()[1]
        for _ in range(2):  # what the queue holds; whoever comes then waits in vain
            waiting = stack.enter_context(socket.socket())
            waiting.setblocking(False)
            waiting.connect_ex(("127.0.0.1", port))
        yield port
