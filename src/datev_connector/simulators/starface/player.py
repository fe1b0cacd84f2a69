"""Carries out steps at a running PBX; calls are known by the names that the steps give them."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Coroutine, Sequence
from dataclasses import fields
from datetime import timedelta
from enum import StrEnum
from typing import TypeVar

from datev_connector.simulators.starface.calls import Call
from datev_connector.simulators.starface.certificate import Certificate
from datev_connector.simulators.starface.chronicle import Door
from datev_connector.simulators.starface.config import Behaviour
from datev_connector.simulators.starface.faults import FaultKind
from datev_connector.simulators.starface.legs import (
    ForwardType,
    IllegalStep,
    NotRinging,
    Party,
)
from datev_connector.simulators.starface.module.actions import MODULE_ACTIONS, Act
from datev_connector.simulators.starface.scenarios import SCENARIOS
from datev_connector.simulators.starface.server import StarfaceSimulator
from datev_connector.simulators.starface.steps import Action, BadStep, Step, step_from_line, takes
from datev_connector.simulators.starface.xmpp.manners import Manners

DIAL_TIMEOUT_S = 60.0

Chosen = TypeVar("Chosen", bound=StrEnum)

Sync = Callable[["Player", Step], "str | None"]
Async = Callable[["Player", Step], Coroutine[None, None, str | None]]


class Player:
    """Performs steps one after another. A step that cannot be done raises BadStep."""

    def __init__(self, simulator: StarfaceSimulator) -> None:
        self.simulator = simulator
        self.calls: dict[str, Call] = {}

    async def play(self, steps: Sequence[Step], told: Callable[[str], None] | None = None) -> None:
        """Perform all steps; `told` hears what became of each.

        Raises BadStep, which names the step by number, at the first that cannot be done.
        """
        for number, step in enumerate(steps, 1):
            try:
                said = await self.perform(step)
            except BadStep as problem:
                raise BadStep(f"step {number} ({step.action}): {problem}") from problem
            if said and told is not None:
                told(said)

    async def perform(self, step: Step) -> str:
        """Do one step; returns what to tell the person at the console. Raises BadStep."""
        try:
            if step.action in _WAITING:
                return await _WAITING[step.action](self, step) or ""
            return _AT_ONCE[step.action](self, step) or ""
        except NotRinging as problem:
            name = step.text("call")
            raise BadStep(f"{name} does not ring yet; first: ring {name}") from problem
        except (IllegalStep, LookupError) as problem:
            raise BadStep(_text(problem)) from problem

    def call(self, step: Step, word: str = "call") -> Call:
        """The call that a step names. Raises BadStep."""
        name = step.text(word)
        if name not in self.calls:
            known = ", ".join(sorted(self.calls)) or "none yet"
            raise BadStep(f"no call named {name!r}; there are: {known}")
        return self.calls[name]

    def keep(self, step: Step, call: Call, word: str = "call") -> str:
        """Remember a call under the name that the step gives it."""
        self.calls[step.text(word)] = call
        return f"call {step.text(word)}: {call.call_id}"


def _incoming(player: Player, step: Step) -> str:
    kind = _choice(ForwardType, step.text("kind", "CFU"), "kind") if step.text("by") else None
    call = player.simulator.pbx.incoming(
        step.text("user"),
        step.text("number"),
        step.text("name"),
        step.text("group") or None,
        Party(number=step.text("by")) if kind else None,
        kind or ForwardType.NONE,
    )
    return player.keep(step, call)


def _outgoing(player: Player, step: Step) -> str:
    pbx = player.simulator.pbx
    return player.keep(
        step, pbx.outgoing(step.text("user"), step.text("number"), step.text("name"))
    )


def _internal(player: Player, step: Step) -> str:
    return player.keep(step, player.simulator.pbx.internal(step.text("user"), step.text("called")))


async def _expect_dial(player: Player, step: Step) -> str:
    seconds = step.number("seconds", DIAL_TIMEOUT_S)
    try:
        call = await player.simulator.pbx.dialled(seconds)
    except TimeoutError:
        raise BadStep(f"no client dialled within {seconds:g} seconds") from None
    return player.keep(step, call)


def _consult(player: Player, step: Step) -> str:
    call = player.call(step).consult(step.text("number"), step.text("name"), step.text("by"))
    return player.keep(step, call, "second")


def _transfer(player: Player, step: Step) -> None:
    player.call(step).transfer(
        player.call(step, "second"), new_id=step.flag("new_id"), by=step.text("by")
    )


def _change_remote(player: Player, step: Step) -> None:
    remote = Party(number=step.text("number"), name=step.text("name"))
    player.call(step).change_remote(step.text("user"), remote, new_id=step.flag("new_id"))


def _forward(player: Player, step: Step) -> None:
    kind = _choice(ForwardType, step.text("kind", "CFNR"), "kind")
    player.call(step).forward(step.text("to"), kind)


def _fault(player: Player, step: Step) -> None:
    times = int(step.number("times", 1))
    player.simulator.faults.add(
        _choice(FaultKind, step.text("kind"), "kind"),
        method=step.text("method", "*"),
        times=times or None,
        skip=int(step.number("skip")),
        delay_s=step.number("seconds", 1.0),
        door=_choice(Door, step.text("door"), "door") if step.text("door") else None,
    )


async def _restart(player: Player, step: Step) -> None:
    new = Certificate.make() if step.flag("new_certificate") else None
    player.calls.clear()
    await player.simulator.restart(down_s=step.number("seconds"), certificate=new)


async def _restart_xmpp(player: Player, step: Step) -> None:
    await player.simulator.restart_xmpp(down_s=step.number("seconds"))


async def _drop_xmpp(player: Player, _: Step) -> None:
    await player.simulator.drop_xmpp()


def _manners(player: Player, step: Step) -> None:
    server = player.simulator.xmpp.server
    server.manners = _choice(Manners, step.text("manners"), "manners")


def _stream_error(player: Player, step: Step) -> None:
    player.simulator.xmpp.server.end_streams(step.text("condition", "system-shutdown"))


def _set(player: Player, step: Step) -> None:
    switch = step.text("switch")
    if switch not in switches():
        raise BadStep(f"no switch {switch!r}; there are: {', '.join(switches())}")
    setattr(player.simulator.behaviour, switch, step.flag("value"))


def switches() -> list[str]:
    """The names of what `set` can turn on and off."""
    return [f.name for f in fields(Behaviour) if f.type == "bool"]


def _clock(player: Player, step: Step) -> None:
    player.simulator.behaviour.clock_offset = timedelta(seconds=step.number("seconds"))


async def _scenario(player: Player, step: Step) -> None:
    name = step.text("name")
    if name not in SCENARIOS:
        raise BadStep(f"no scenario {name!r}; there are: {', '.join(SCENARIOS)}")
    lines = SCENARIOS[name].lines(step.text("user"), step.text("number"), step.text("colleague"))
    await player.play([step_from_line(line, ACTIONS) for line in lines])


async def _wait(_: Player, step: Step) -> None:
    await asyncio.sleep(step.number("seconds"))


async def _settle(player: Player, _: Step) -> None:
    await player.simulator.settled()


def _at_modules(act: Act) -> Sync:
    return lambda player, step: act(player.simulator.modules, step)


async def _drop(player: Player, _: Step) -> None:
    await player.simulator.drop_connections()


_Row = tuple[tuple[str, ...], str]
_AT_ONCE_ROWS: dict[str, tuple[_Row, Sync]] = {
    "incoming": (
        (("call", "user", "number", "name?", "group?", "by?", "kind?"), "somebody outside calls"),
        _incoming,
    ),
    "outgoing": ((("call", "user", "number", "name?"), "a user dials on the phone"), _outgoing),
    "internal": ((("call", "user", "called"), "one user calls another"), _internal),
    "ring": ((("call",), "the called side is alerted"), lambda p, s: p.call(s).ring()),
    "lift": ((("call",), "click-to-dial: the own phone is lifted"), lambda p, s: p.call(s).lift()),
    "answer": (
        (("call", "by?"), "the called side answers"),
        lambda p, s: p.call(s).answer(s.text("by")),
    ),
    "answer-elsewhere": (
        (("call", "colleague?"), "somebody else takes the call"),
        lambda p, s: p.call(s).answer_elsewhere(s.text("colleague")),
    ),
    "hangup": ((("call", "by?"), "the call ends"), lambda p, s: p.call(s).hangup(s.text("by"))),
    "reject": ((("call",), "the called user rejects"), lambda p, s: p.call(s).reject()),
    "busy": ((("call",), "the called side is engaged"), lambda p, s: p.call(s).busy()),
    "no-answer": ((("call",), "nobody answers"), lambda p, s: p.call(s).no_answer()),
    "hold": ((("call", "by?"), "put on hold"), lambda p, s: p.call(s).hold(s.text("by"))),
    "resume": ((("call", "by?"), "back from hold"), lambda p, s: p.call(s).resume(s.text("by"))),
    "voicemail": ((("call",), "the mailbox takes it"), lambda p, s: p.call(s).voicemail()),
    "name": (
        (("call", "name", "number?"), "the other side's name arrives late"),
        lambda p, s: p.call(s).name_arrives(s.text("name"), s.text("number")),
    ),
    "repeat": ((("call",), "the state is told once more"), lambda p, s: p.call(s).repeat()),
    "forward": ((("call", "to", "kind?"), "a ringing call is sent on"), _forward),
    "blind-transfer": (
        (("call", "to", "by?"), "a user sends the call on"),
        lambda p, s: p.call(s).blind_transfer(s.text("to"), s.text("by")),
    ),
    "consult": (
        (("call", "second", "number", "name?", "by?"), "hold, and call somebody to ask"),
        _consult,
    ),
    "transfer": (
        (("call", "second", "new_id!", "by?"), "join both calls and leave"),
        _transfer,
    ),
    "change-remote": (
        (("call", "user", "number", "name?", "new_id!"), "another person is at the other end"),
        _change_remote,
    ),
    "fault": (
        (
            ("kind", "method?", "times?#", "seconds?#", "skip?#", "door?"),
            "misbehave (times=0: until cleared)",
        ),
        _fault,
    ),
    "clear-faults": (((), "behave again"), lambda p, _: p.simulator.faults.clear()),
    "set": ((("switch", "value!"), "throw a switch of the PBX's behaviour"), _set),
    "clock": ((("seconds#",), "let the PBX clock be ahead by so much"), _clock),
    "password": (
        (("user", "password"), "change a password"),
        lambda p, s: p.simulator.accounts.set_password(s.text("user"), s.text("password")),
    ),
    "expire-tokens": (
        ((), "end all access tokens (OAuth)"),
        lambda p, _: p.simulator.oauth.expire_access_tokens(),
    ),
    "xmpp-manners": ((("manners",), "how the XMPP door treats whoever comes"), _manners),
    "xmpp-error": (
        (("condition?",), "end every XMPP stream with an error"),
        _stream_error,
    ),
    "unlock": (
        (("user",), "end an account's lock"),
        lambda p, s: p.simulator.accounts.unlock(s.text("user")),
    ),
    **{name: (row, _at_modules(act)) for name, (row, act) in MODULE_ACTIONS.items()},
}
_WAITING_ROWS: dict[str, tuple[_Row, Async]] = {
    "expect-dial": ((("call", "seconds?#"), "wait until a client dials"), _expect_dial),
    "wait": ((("seconds#",), "let time pass"), _wait),
    "settle": (((), "wait until all events are delivered"), _settle),
    "restart": ((("seconds?#", "new_certificate!"), "sessions and calls vanish"), _restart),
    "drop-connections": (((), "break every open connection"), _drop),
    "drop-xmpp": (((), "break every connection of XMPP"), _drop_xmpp),
    "restart-xmpp": ((("seconds?#",), "only XMPP goes down and comes back"), _restart_xmpp),
    "scenario": (
        (("name", "user", "number", "colleague?"), "a whole call of a known kind"),
        _scenario,
    ),
}


def _choice(kinds: type[Chosen], text: str, word: str) -> Chosen:
    try:
        return kinds(text)
    except ValueError:
        known = ", ".join(kind.value for kind in kinds)
        raise BadStep(f"no {word} {text!r}; there are: {known}") from None


def _text(problem: Exception) -> str:
    return str(problem.args[0]) if problem.args else str(problem)


_AT_ONCE = {name: does for name, (_, does) in _AT_ONCE_ROWS.items()}
_WAITING = {name: does for name, (_, does) in _WAITING_ROWS.items()}
ACTIONS = {
    name: Action(name=name, words=takes(*words), summary=summary)
    for name, ((words, summary), _) in (*_AT_ONCE_ROWS.items(), *_WAITING_ROWS.items())
}
