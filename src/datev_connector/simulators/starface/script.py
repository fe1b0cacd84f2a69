"""Scripts: a PBX and what happens at it, as a file in TOML or JSON.

    [pbx]                       # optional: see StarfaceConfig for the keys
    port = 8443
    [[pbx.users]]
    login = "0123"
    password = "Pass123"
    number = "23"

    [[steps]]                   # either a table ...
    do = "incoming"
    call = "a"
    user = "0123"
    number = "004972112345"

or `steps = ["incoming a 0123 004972112345", "ring a", "wait 2"]`, in the console's words.
"""

from __future__ import annotations

import json
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from datev_connector.simulators.starface.config import StarfaceConfig
from datev_connector.simulators.starface.pbx_table import BadTable, config_from_table
from datev_connector.simulators.starface.player import ACTIONS
from datev_connector.simulators.starface.steps import (
    BadStep,
    Step,
    step_from_line,
    step_from_table,
)


class BadScript(ValueError):
    """A script that cannot be understood; the text names file, step and what would be right."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Script:
    """A PBX and the steps to perform at it."""

    config: StarfaceConfig
    steps: tuple[Step, ...]


def read_script(path: Path, base: StarfaceConfig | None = None) -> Script:
    """The script in a file: JSON if it is named so, otherwise TOML. Raises BadScript, OSError.

    `base` holds the settings that the script does not mention.
    """
    try:
        content = _content(path)
        return script_from(content, base or StarfaceConfig(), path.parent)
    except (BadScript, BadTable, json.JSONDecodeError, tomllib.TOMLDecodeError) as problem:
        raise BadScript(f"{path}: {problem}") from problem
    except UnicodeDecodeError as problem:
        raise BadScript(f"{path}: not UTF-8 text") from problem


def script_from(content: Mapping[str, Any], base: StarfaceConfig, folder: Path = Path()) -> Script:
    """The script in a table that was read already. Raises BadScript, BadTable.

    Files that it names lie in `folder`.
    """
    for key in content:
        if key not in ("pbx", "steps"):
            raise BadScript(f"unknown key {key!r}; there are: pbx, steps")
    steps = content.get("steps", [])
    if not isinstance(steps, list):
        raise BadScript("steps must be a list")
    config = config_from_table(content.get("pbx", {}), base, folder)
    return Script(config=config, steps=tuple(_step(n, s) for n, s in enumerate(steps, 1)))


def _content(path: Path) -> dict[str, Any]:
    text = path.read_text("utf-8")
    if path.suffix.lower() != ".json":
        return tomllib.loads(text)
    content = json.loads(text)
    return content if isinstance(content, dict) else {"steps": content}


def _step(number: int, given: object) -> Step:
    try:
        if isinstance(given, str):
            return step_from_line(given, ACTIONS)
        if isinstance(given, dict):
            return step_from_table(given, ACTIONS)
    except BadStep as problem:
        raise BadScript(f"step {number}: {problem}") from problem
    raise BadScript(f"step {number}: must be a line or a table, not {given!r}")
