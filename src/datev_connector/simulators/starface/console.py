"""The console of the simulator: a line in, lines out. Whoever owns the terminal feeds it."""

from __future__ import annotations

from collections.abc import Iterable
from difflib import get_close_matches

from datev_connector.simulators.starface.chronicle import Door
from datev_connector.simulators.starface.faults import FaultKind
from datev_connector.simulators.starface.legs import ForwardType
from datev_connector.simulators.starface.module import configuration_lines, log_lines
from datev_connector.simulators.starface.player import ACTIONS, Player, switches
from datev_connector.simulators.starface.scenarios import SCENARIOS
from datev_connector.simulators.starface.steps import BadStep, Step, step_from_line
from datev_connector.simulators.starface.xmpp.manners import Manners

OWN = {
    "help": "these lines",
    "scenarios": "whole calls that `scenario` can play",
    "calls": "what happened so far",
    "requests": "how often each request was made",
    "modules": "the configurations of modules, with tabs, fields and entry points",
    "module-log": "what the log of each configuration holds, the newest first",
    "quit": "end",
}


class Console:
    """Understands one line after another. `running` turns false at `quit`."""

    def __init__(self, player: Player) -> None:
        self._player = player
        self.running = True

    async def line(self, text: str) -> list[str]:
        """Do what a line asks for; returns what to print. A mistake is explained, not raised."""
        word = text.strip()
        if not word or word.startswith("#"):
            return []
        if word in OWN:
            return self._own(word)
        name, *_ = word.split(maxsplit=1)
        if name not in ACTIONS:
            return [_unknown(name)]
        try:
            said = await self._player.perform(parse(text))
        except BadStep as problem:
            return [str(problem)]
        return [said] if said else []

    def _own(self, word: str) -> list[str]:
        chronicle = self._player.simulator.chronicle
        match word:
            case "help":
                return help_lines([user.login for user in self._player.simulator.config.users])
            case "scenarios":
                return [f"{name:28}{scenario.title}" for name, scenario in SCENARIOS.items()]
            case "calls":
                return table_lines(chronicle.table())
            case "requests":
                return [f"{n:6} {name}" for name, n in sorted(chronicle.request_counts.items())]
            case "modules" | "module-log":
                return self._modules(logs=word == "module-log")
        self.running = False
        return []

    def _modules(self, *, logs: bool) -> list[str]:
        modules = self._player.simulator.modules
        if logs:
            return [line for one in modules for line in (f"{one.name!r}:", *log_lines(one))]
        return [line for one in modules for line in configuration_lines(one)] or ["no modules"]


def parse(line: str) -> Step:
    """The step that a console line means. Raises BadStep."""
    return step_from_line(line, ACTIONS)


def help_lines(logins: Iterable[str]) -> list[str]:
    """How commands are written and in which order they go, every command, and the named choices."""
    usages = {action.usage: action.summary for action in ACTIONS.values()} | OWN
    width = max(len(usage) for usage in usages) + 2
    commands = [f"{usage:{width}}{summary}" for usage, summary in usages.items()]
    users = list(logins)
    return [
        f"CALL is any name you choose for a call; USER is a login: {', '.join(users)}.",
        "Words go in this order or as name=value; quote what holds blanks.",
        "A call goes: incoming, outgoing, internal or expect-dial; ring; answer; hangup.",
        f'  incoming c1 {users[0] if users else "LOGIN"} 004972112345 "Ada Byron"',
        *("  ring c1", "  answer c1", "  hangup c1"),
        "",
        *commands,
        "",
        f"KIND of fault: {', '.join(FaultKind)}",
        f"DOOR of fault: {', '.join(Door)}; MANNERS of XMPP: {', '.join(Manners)}",
        f"KIND of incoming and forward: {', '.join(ForwardType)}",
        f"SWITCH of set, with yes or no: {', '.join(switches())}",
    ]


def _unknown(name: str) -> str:
    if name in OWN:
        return f"{name!r} stands alone on its line"
    near = get_close_matches(name.lower(), [*ACTIONS, *OWN], n=1)
    meant = f"did you mean {near[0]!r}?" if near else "'help' lists all there are"
    return f"unknown action {name!r}; {meant}"


def table_lines(rows: list[dict[str, str]]) -> list[str]:
    """Rows as aligned lines under a heading; empty columns are left out."""
    columns = [name for name in (rows[0] if rows else {}) if any(row[name] for row in rows)]
    widths = {name: max(len(name), *(len(row[name]) for row in rows)) for name in columns}
    heading = "  ".join(name.ljust(widths[name]) for name in columns)
    lines = ["  ".join(row[name].ljust(widths[name]) for name in columns) for row in rows]
    return [line.rstrip() for line in [heading, *lines]] if rows else ["no calls yet"]
