"""A PBX with the module in it, on a real socket with TLS, and a client that asks it."""

from __future__ import annotations

from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from datetime import UTC, datetime
from typing import Any

import pytest

from datev_connector.simulators.starface import StarfaceConfig, StarfaceSimulator
from datev_connector.simulators.starface.chronicle import Door
from datev_connector.simulators.starface.http_server import Request, Response
from datev_connector.simulators.starface.uci_desk import understood
from datev_connector.simulators.starface.wire import XML_TYPE, read_call, write_response
from datev_connector.starface.module.calling import Module
from datev_connector.starface.module.names import STANDARD
from datev_connector.starface.module.trouble import ModuleTrouble
from datev_connector.starface.sign_in.credentials import Credentials
from tests.network.certificates import Pins
from tests.starface.pbx_run import options_for


class ModulePbx(StarfaceSimulator):
    """A PBX with configurations of modules."""

    def __init__(self, config: StarfaceConfig, modules: dict[str, dict[str, Any]]) -> None:
        super().__init__(config)
        self.modules = modules
        self.log: list[tuple[str, str, str]] = []
        self.asked: list[str] = []

    def _answer(self, request: Request) -> Response:
        if request.path == "/xml-rpc":
            try:
                method, params = read_call(request.body)
            except ValueError:
                return super()._answer(request)
            name, _, entry = method.rpartition(".")
            self.asked.append(method)
            if name in self.modules:
                caller = self._uci._caller(request)
                if caller is None:
                    return self._uci._turned_away(understood(request.body))
                self._uci._desk.note(method, caller.user.login, "ok", Door.HTTP)
                return Response(
                    body=write_response(self._entry(name, entry, params)), content_type=XML_TYPE
                )
        return super()._answer(request)

    def _entry(self, name: str, entry: str, params: Any) -> Mapping[str, object]:
        (inputs,) = params
        if entry == "getInfo":
            return self.modules[name]
        if entry == "report":
            self.log.append((inputs["level"], inputs["user"], inputs["text"]))
        return {"ok": True}


def usual(**changes: Any) -> dict[str, Any]:
    return {"moduleVersion": 1.0, "licence": "LICENCE", "logLevel": "INFO"} | changes


class Office:
    def __init__(self, pbx: ModulePbx, who: Credentials) -> None:
        self.pbx = pbx
        self.who = who

    def module(self, name: str = STANDARD) -> Module:
        return Module(self.who, name)

    async def trouble(self, name: str = STANDARD) -> ModuleTrouble:
        with pytest.raises(ModuleTrouble) as caught:
            async with self.module(name) as module:
                await module.info()
        return caught.value

    def asked(self, entry: str) -> int:
        """How often a method of this entry point was called, under whichever name."""
        return sum(method.endswith(f".{entry}") for method in self.pbx.asked)


@asynccontextmanager
async def office(
    modules: dict[str, dict[str, Any]] | None = None,
    *,
    password: str = "Pass123",
    secret: str = "",
    options: dict[str, Any] | None = None,
    **config: Any,
) -> AsyncIterator[Office]:
    there = {STANDARD: usual()} if modules is None else modules
    async with ModulePbx(StarfaceConfig(**config), there) as pbx:
        who = Credentials(
            options_for(pbx, **(options or {})),
            password,
            client_secret=secret,
            pins=Pins(),
            now=lambda: datetime.now(UTC),
        )
        try:
            yield Office(pbx, who)
        finally:
            await who.close()
