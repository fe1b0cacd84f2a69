"""Calls the entry points of the module in the PBX (STARFACE, XML-RPC of module entry points).

    POST /xml-rpc?de.vertico.starface.auth=<token>      over the HTTPS door of the PBX
        methodName    <name of the configuration>.<entry point>, blanks and all
        one struct in, one struct out; no UCI session is needed

The PBX does not say in a form that is published why it knows no such method: a configuration that
is missing, renamed, not active or just being saved looks the same, and is one kind of trouble.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from types import TracebackType
from typing import Self

from datev_connector.domain.wording import worded
from datev_connector.starface.https.transport import HttpsTransport
from datev_connector.starface.module.answers import (
    LogLevel,
    ModuleInfo,
    Unexpected,
    read_info,
    read_ok,
)
from datev_connector.starface.module.trouble import (
    ModuleTrouble,
    ModuleTroubleKind,
    bad_answer,
    missing,
    not_allowed,
    of_link,
)
from datev_connector.starface.sign_in.credentials import Credentials
from datev_connector.starface.trouble import EVASIVE, LinkTrouble, Trouble, TroubleKind
from datev_connector.starface.wire.uci import FaultKind, fault_kind, fault_name
from datev_connector.starface.wire.xmlrpc import (
    NOT_IN_XML,
    Fault,
    MethodCall,
    MethodResponse,
    Value,
)

Heard = Callable[[MethodCall, MethodResponse | Fault], None]

INFO, PING, REPORT = "getInfo", "ping", "report"
LISTING = "system.listMethods"
"""What many XML-RPC servers list their methods under; whether a PBX does is found out by asking."""
LONGEST_REPORT = 2_000
TURNED_AWAY = frozenset({TroubleKind.UNAUTHORIZED, *EVASIVE})
"""How a PBX answers a token that it does not take, or not any more."""
NO_LIST = frozenset({TroubleKind.NO_XML_RPC, TroubleKind.HTTP_STATUS, *TURNED_AWAY})
"""How a PBX may answer a method that it does not have, or has for others only."""
ACCESS = frozenset({FaultKind.ACCESS, FaultKind.NOT_CONNECTED})


class Module:
    """One configuration of the module, by its name. Use it with `async with`.

    Everything but leaving raises ModuleTrouble. A request whose token has ended is sent once more
    with another one; a password that was refused is not shown again here.
    """

    def __init__(self, credentials: Credentials, name: str, heard: Heard | None = None) -> None:
        """Nothing is sent before it is entered. `name`: as the PBX has it, blanks and all.

        `heard` is told of every answer.
        """
        self.name = name
        self._heard = heard
        self._credentials = credentials
        self._transport: HttpsTransport | None = None

    async def __aenter__(self) -> Self:
        """Open the way to the PBX; no secret is sent, unless for an OAuth token."""
        try:
            self._credentials.check()
            self._transport = HttpsTransport(await self._credentials.door.open())
        except LinkTrouble as failed:
            raise of_link(failed.trouble) from failed
        return self

    async def __aexit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        """Close it."""
        transport, self._transport = self._transport, None
        if transport is not None:
            await transport.close()

    async def info(self) -> ModuleInfo:
        """What the module says about itself."""
        value = await self._answer(INFO, {})
        try:
            return read_info(value)
        except Unexpected as error:
            raise bad_answer(INFO, str(error)) from error

    async def ping(self) -> None:
        """Return if the module is there."""
        await self._agreed(PING, {})

    async def report(self, level: LogLevel, text: str) -> None:
        """Have a line written into the module's log.

        The text must be fit to be read by the administrator of the PBX: no number, name or note.
        """
        line = NOT_IN_XML.sub("?", " ".join(text.split()))[:LONGEST_REPORT]
        user = NOT_IN_XML.sub("?", self._credentials.login)
        await self._agreed(REPORT, {"level": level.value, "user": user, "text": line})

    # --- other names ------------------------------------------------------------------------------

    async def is_called(self, name: str) -> bool:
        """Tell whether a configuration of the module answers under another name.

        Raises ModuleTrouble if the PBX does not let it be found out.
        """
        own, self.name = self.name, name
        try:
            await self.info()
        except ModuleTrouble as failed:
            if failed.kind in {ModuleTroubleKind.MISSING, ModuleTroubleKind.BAD_ANSWER}:
                return False  # of a stranger's module, it may be anything
            raise
        finally:
            self.name = own
        return True

    async def listed(self) -> tuple[str, ...]:
        """The names before `.getInfo` of all methods that the PBX lists; most list none."""
        try:
            answer = await self._signed(MethodCall(method=LISTING))
        except LinkTrouble as failed:
            if failed.trouble.kind in NO_LIST:
                return ()
            raise await self._told(failed.trouble, LISTING) from failed
        methods = answer.value if isinstance(answer, MethodResponse) else ()
        if isinstance(methods, str) or not isinstance(methods, Sequence):
            return ()
        end = f".{INFO}"
        return tuple(
            each.removesuffix(end)
            for each in methods
            if isinstance(each, str) and each.endswith(end)
        )

    # --- requests ---------------------------------------------------------------------------------

    async def _agreed(self, entry: str, inputs: Mapping[str, Value]) -> None:
        value = await self._answer(entry, inputs)
        try:
            read_ok(value)
        except Unexpected as error:
            raise bad_answer(entry, str(error)) from error

    async def _answer(self, entry: str, inputs: Mapping[str, Value]) -> Value:
        answer = await self._asked(entry, inputs)
        if isinstance(answer, Fault):
            raise await self._refusal(entry, answer)
        return answer.value

    async def _asked(self, entry: str, inputs: Mapping[str, Value]) -> MethodResponse | Fault:
        call = MethodCall(method=f"{self.name}.{entry}", params=(inputs,))
        try:
            return await self._signed(call)
        except LinkTrouble as failed:
            raise await self._told(failed.trouble, entry) from failed

    async def _signed(self, call: MethodCall) -> MethodResponse | Fault:
        """The answer to a signed request; one whose token was rejected is sent once more."""
        query = await self._credentials.query()
        try:
            answer = await self._sent(call, query)
        except LinkTrouble as failed:
            if failed.trouble.kind not in TURNED_AWAY:
                raise
            other = await self._credentials.query_instead(query)
            if other is None:
                raise
        else:
            if not isinstance(answer, Fault) or _kind(answer, call) not in ACCESS:
                return answer
            # It may as well be a right that is missing: only an older token explains it.
            other = await self._credentials.query_instead(query, sure=False)
            if other is None:
                return answer
        return await self._sent(call, other)

    async def _sent(self, call: MethodCall, query: Mapping[str, str]) -> MethodResponse | Fault:
        if self._transport is None:
            where = str(self._credentials.door.address)
            raise LinkTrouble(Trouble(kind=TroubleKind.CUT, where=where))
        answer = await self._transport.call(call, query)
        if self._heard is not None:
            self._heard(call, answer)
        return answer

    # --- what a refusal means ---------------------------------------------------------------------

    async def _refusal(self, entry: str, fault: Fault) -> ModuleTrouble:
        """Faults of the PBX have no published codes: where the text is unclear, `ping` tells."""
        came_back = worded("fault ({fault})", fault=fault_name(fault))
        kind = _kind(fault, MethodCall(method=f"{self.name}.{entry}"))
        if kind in ACCESS:
            return not_allowed(came_back)
        if kind is FaultKind.OTHER and entry != PING and await self._is_there():
            return bad_answer(entry, came_back)
        return missing(self.name, came_back, vague=kind is FaultKind.OTHER)

    async def _is_there(self) -> bool:
        return isinstance(await self._asked(PING, {}), MethodResponse)

    async def _told(self, trouble: Trouble, entry: str) -> ModuleTrouble:
        seen = await self._credentials.door.seen_closer(trouble)
        if seen.kind is TroubleKind.NO_XML_RPC:
            return bad_answer(entry, seen.detail, unread=entry == INFO)
        if seen.kind is TroubleKind.UNAUTHORIZED:
            return not_allowed(worded("HTTP status {status}", status=seen.detail), seen)
        if seen.kind in EVASIVE and await self._credentials.pbx_answers():
            return not_allowed(EVADED[seen.kind], seen)
        return of_link(seen)


EVADED = {
    TroubleKind.WEB_PAGE: worded("it answers with a web page"),
    TroubleKind.REDIRECT: worded("it sends us elsewhere"),
}


def _kind(fault: Fault, call: MethodCall) -> FaultKind:
    """What a fault means; the name that somebody gave to a configuration says nothing."""
    name = call.method.rpartition(".")[0]
    text = fault.text.replace(call.method, "").replace(name, "")
    return fault_kind(replace(fault, text=text))
