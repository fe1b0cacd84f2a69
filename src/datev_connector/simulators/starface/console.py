"""The console of the simulator: a line in, lines out. Whoever owns the terminal feeds it."""

from __future__ import annotations

from datev_connector.simulators.starface.player import ACTIONS, Player
from datev_connector.simulators.starface.scenarios import SCENARIOS
from datev_connector.simulators.starface.steps import BadStep, Step, step_from_line

OWN = {
    "help": "these lines",
    "scenarios": "whole calls that `scenario` can play",
    "calls": "what happened so far",
    "requests": "how often each request was made",
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
        try:
            said = await self._player.perform(parse(text))
        except BadStep as problem:
            return [str(problem)]
        return [said] if said else []

    def _own(self, word: str) -> list[str]:
        chronicle = self._player.simulator.chronicle
        match word:
            case "help":
                return help_lines()
            case "scenarios":
                return [f"{name:28}{scenario.title}" for name, scenario in SCENARIOS.items()]
            case "calls":
                return table_lines(chronicle.table())
            case "requests":
                return [f"{n:6} {name}" for name, n in sorted(chronicle.request_counts.items())]
        self.running = False
        return []


def parse(line: str) -> Step:
    """The step that a console line means. Raises BadStep."""
    return step_from_line(line, ACTIONS)


def help_lines() -> list[str]:
    """Every command with a word on what it is for."""
    usages = {action.usage: action.summary for action in ACTIONS.values()} | OWN
    width = max(len(usage) for usage in usages) + 2
    return [f"{usage:{width}}{summary}" for usage, summary in usages.items()]


def table_lines(rows: list[dict[str, str]]) -> list[str]:
    """Rows as aligned lines under a heading; empty columns are left out."""
    columns = [name for name in (rows[0] if rows else {}) if any(row[name] for row in rows)]
    widths = {name: max(len(name), *(len(row[name]) for row in rows)) for name in columns}
    heading = "  ".join(name.ljust(widths[name]) for name in columns)
    lines = ["  ".join(row[name].ljust(widths[name]) for name in columns) for row in rows]
    return [line.rstrip() for line in [heading, *lines]] if rows else ["no calls yet"]
