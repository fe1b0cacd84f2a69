"""What a person has set in the windows: checked as a whole, then kept in the user's own file.

All of it is kept, or nothing. A value that is the inherited one again is taken out of the file, so
that it follows what an administrator or a later version sets.
"""

from __future__ import annotations

import sys
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from datev_connector.app.settings.layers import Layer, Origin, file_content, file_layer, layer_of
from datev_connector.app.settings.load import Loaded, load_settings
from datev_connector.app.settings.option import NotAllowed, Option, Value
from datev_connector.app.settings.problems import SettingsError
from datev_connector.app.settings.registry import OPTIONS
from datev_connector.app.settings.writing import Changes, edited, replace_file
from datev_connector.domain.wording import worded

LOCKED = worded("is fixed by a policy and cannot be changed here")


class NotUsable(Exception):
    """Some of the new values cannot be used; `flaws` says of each what is allowed."""

    def __init__(self, flaws: Mapping[str, str]) -> None:
        """By the name of the option."""
        super().__init__("; ".join(f"{name} {text}" for name, text in flaws.items()))
        self.flaws = dict(flaws)


@dataclass(frozen=True, slots=True, kw_only=True)
class Shelf:
    """Where the settings of one user stand."""

    user_file: Path
    machine_file: Path
    policies: tuple[Layer, ...] = ()
    platform: str = sys.platform

    def load(self, content: bytes | None) -> Loaded:
        """The effective settings if the user's file held this. Raises SettingsError."""
        own = [] if content is None else [layer_of(Origin.USER_FILE, self.user_file, content)]
        return load_settings([*self._others(), *own], mend_policies=True, platform=self.platform)

    def inherited(self) -> Loaded:
        """The settings without the user's own file. Raises SettingsError."""
        return load_settings(self._others(), mend_policies=True, platform=self.platform)

    def _others(self) -> Sequence[Layer]:
        machine = file_layer(Origin.MACHINE_FILE, self.machine_file)
        return [*self.policies, *([] if machine is None else [machine])]


def usable(entered: Mapping[str, object], shown: Loaded) -> dict[str, Value]:
    """The new values by name that differ from those that were shown.

    Raises NotUsable with everything that is wrong, and KeyError for an unknown name.
    """
    options = {option.name: option for option in OPTIONS}
    found: dict[str, Value] = {}
    flaws: dict[str, str] = {}
    for name, raw in entered.items():
        known = shown.provenance[name]
        try:
            value = options[name].clean(raw).value
        except NotAllowed as refusal:
            flaws[name] = refusal.text
            continue
        if value == known.value:
            continue
        if known.locked:
            flaws[name] = LOCKED
        found[name] = value
    if flaws:
        raise NotUsable(flaws)
    return found


@dataclass(frozen=True, slots=True, kw_only=True)
class Draft:
    """What is to be in the user's file, and what will be effective then."""

    content: bytes
    loaded: Loaded
    inherited: Loaded
    """What would be effective without that file."""
    new: bool
    """Whether the file does not hold this yet."""


def draft(wanted: Mapping[str, Value], shelf: Shelf) -> Draft:
    """The user's file with these values of usable options; nothing is written yet.

    What somebody else has changed in the file meanwhile stays. Raises NotUsable if the values do
    not fit each other, SettingsError if the file cannot be used as it is, and CannotEdit.
    """
    content = file_content(shelf.user_file)
    inherited = shelf.inherited()
    new = edited(_checked(content, shelf) or b"", _changes(wanted, inherited))
    try:
        loaded = shelf.load(new)
    except SettingsError as error:
        _raise_flaws(error, content, shelf)
        raise
    return Draft(content=new, loaded=loaded, inherited=inherited, new=new != content)


def keep(settled: Draft, shelf: Shelf) -> None:
    """Write the user's file. Raises OSError; then it is as it was."""
    if settled.new:
        replace_file(shelf.user_file, settled.content)


def _checked(content: bytes | None, shelf: Shelf) -> bytes | None:
    """Raises SettingsError if that is no TOML."""
    if content is not None:
        layer_of(Origin.USER_FILE, shelf.user_file, content)
    return content


def _changes(wanted: Mapping[str, Value], inherited: Loaded) -> Changes:
    options: dict[str, Option] = {option.name: option for option in OPTIONS}
    changes: dict[tuple[str, str], Value | None] = {}
    for name, value in wanted.items():
        usual = inherited.provenance[name].value == value
        option = options[name]
        changes[option.section, option.key] = None if usual else value
    return changes


def _raise_flaws(error: SettingsError, content: bytes | None, shelf: Shelf) -> None:
    """Raises NotUsable for what is wrong only with the new values, else what was wrong before."""
    shelf.load(content)
    raise NotUsable({problem.key: problem.message for problem in error.problems}) from error
