"""A script for the stand-in: a list of steps in TOML or JSON.

TOML: `[[step]]` tables, JSON: a list of objects (or an object with the list as `step`). In each,
`do` names the action as at the console and the other keys are its parameters.
"""

from __future__ import annotations

import json
import tomllib
from collections.abc import Callable, Iterable
from enum import StrEnum

from datev_connector.simulators.datev.action import Action, BadAction, build_action
from datev_connector.simulators.datev.console import find_action
from datev_connector.simulators.datev.show_actions import Quit
from datev_connector.simulators.datev.simulator import DatevSimulator


class BadScript(ValueError):
    """The text is no script; the message names the step or the place."""


class ScriptForm(StrEnum):
    """How a script is written."""

    TOML = "toml"
    JSON = "json"


def read_script(text: str, form: ScriptForm) -> tuple[Action, ...]:
    """Read all steps before any is done. Raises BadScript naming the first that is wrong."""
    steps = _load(text, form)
    if isinstance(steps, dict):
        steps = steps.get("step")
    if not isinstance(steps, list):
        raise BadScript("the script holds no list of steps")
    return tuple(_step(number, step) for number, step in enumerate(steps, start=1))


def _load(text: str, form: ScriptForm) -> object:
    try:
        return tomllib.loads(text) if form is ScriptForm.TOML else json.loads(text)
    except ValueError as error:
        raise BadScript(f"the script is no {form.upper()}: {error}") from error


def _step(number: int, step: object) -> Action:
    if not isinstance(step, dict) or not isinstance(step.get("do"), str):
        raise BadScript(f"step {number}: 'do' names no action")
    values = {str(name): value for name, value in step.items() if name != "do"}
    try:
        return build_action(find_action(step["do"]), values)
    except BadAction as error:
        raise BadScript(f"step {number} ({step['do']}): {error}") from error


async def run_script(
    datev: DatevSimulator, steps: Iterable[Action], show: Callable[[str], None]
) -> None:
    """Do the steps in order and show what they say; stops at `quit`. Raises as the actions do."""
    for step in steps:
        if isinstance(step, Quit):
            return
        for line in await step.perform(datev):
            show(line)
