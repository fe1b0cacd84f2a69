"""A PBX with the module in it, on a real socket with TLS, and a client that asks it."""

from __future__ import annotations

from collections.abc import AsyncIterator, Iterable
from contextlib import asynccontextmanager
from dataclasses import replace
from datetime import UTC, datetime
from typing import Any
from unittest.mock import patch

import pytest

from datev_connector.simulators.starface import StarfaceConfig, StarfaceSimulator
from datev_connector.simulators.starface.module import LogEntry, LogLevel, ModuleConfig
from datev_connector.starface.module import archive
from datev_connector.starface.module.archive import content, module_archive
from datev_connector.starface.module.archive.parts import (
    Assign,
    Function,
    Literal,
    Reference,
    Type,
    Variable,
)
from datev_connector.starface.module.calling import Module
from datev_connector.starface.module.names import STANDARD
from datev_connector.starface.module.trouble import ModuleTrouble
from datev_connector.starface.sign_in.credentials import Credentials
from tests.network.certificates import Pins
from tests.starface.pbx_run import options_for

LICENCE = "GUI_LICENCE"
LEVEL = "GUI_LOG_LEVEL"
ARCHIVE = module_archive()


def configured(
    name: str = STANDARD,
    *,
    licence: str = "LICENCE",
    level: str = "INFO",
    archive: bytes = ARCHIVE,
    active: bool = True,
) -> ModuleConfig:
    """A configuration whose log takes everything."""
    return ModuleConfig(
        archive=archive,
        name=name,
        active=active,
        values={LICENCE: licence, LEVEL: level},
        log_level=LogLevel.TRACE,
    )


def of_version(version: int) -> bytes:
    """Our module as an earlier or later program builds it."""
    with patch.object(content, "MODULE_VERSION", version):
        return module_archive()


def answering(**outputs: tuple[Type, str]) -> bytes:
    """Our module with another `getInfo`: its outputs with their types and values."""
    variables = {
        name: Variable(key=f"getInfo/{name}", name=name, type=kind)
        for name, (kind, _) in outputs.items()
    }
    info = Function(
        name="getInfo",
        description="Another one",
        outputs=tuple(variables.values()),
        steps=tuple(
            Assign(
                key=f"getInfo/{name}/assign",
                target=Reference(key=f"getInfo/{name}"),
                value=Literal(text=value),
            )
            for name, (_, value) in outputs.items()
        ),
    )
    ours = content.the_module()
    other = replace(ours, functions=(info, *ours.functions[1:]))
    with patch.object(archive, "the_module", lambda: other):
        return module_archive()


class Office:
    def __init__(self, pbx: StarfaceSimulator, who: Credentials) -> None:
        self.pbx = pbx
        self.who = who

    def type_password(self, password: str) -> None:
        """The same user goes on with this one."""
        self.who = credentials(self.pbx, password)

    def module(self, name: str = STANDARD) -> Module:
        return Module(self.who, name)

    async def trouble(self, name: str = STANDARD) -> ModuleTrouble:
        with pytest.raises(ModuleTrouble) as caught:
            async with self.module(name) as module:
                await module.info()
        return caught.value

    @property
    def asked(self) -> list[str]:
        """All methods that were called."""
        return [record.method for record in self.pbx.chronicle.requests]

    def times_asked(self, entry: str) -> int:
        """How often an entry point of this name was called, of whichever configuration."""
        return sum(method.endswith(f".{entry}") for method in self.asked)

    def log(self, name: str = STANDARD) -> list[LogEntry]:
        """What stands in the log of a configuration."""
        return list(self.pbx.modules[name].log)


@asynccontextmanager
async def office(
    modules: Iterable[ModuleConfig] | None = None,
    *,
    password: str = "Pass123",
    secret: str = "",
    options: dict[str, Any] | None = None,
    **config: Any,
) -> AsyncIterator[Office]:
    there = (configured(),) if modules is None else tuple(modules)
    async with StarfaceSimulator(StarfaceConfig(modules=there, **config)) as pbx:
        at = Office(pbx, credentials(pbx, password, secret, **(options or {})))
        try:
            yield at
        finally:
            await at.who.close()


def credentials(
    pbx: StarfaceSimulator, password: str, secret: str = "", **options: Any
) -> Credentials:
    return Credentials(
        options_for(pbx, **options),
        password,
        client_secret=secret,
        pins=Pins(),
        now=lambda: datetime.now(UTC),
    )
