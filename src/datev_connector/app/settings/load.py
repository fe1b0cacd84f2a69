"""Lays the layers over the built-in values: the strongest layer that holds a key wins."""

from __future__ import annotations

import sys
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from datev_connector.app.settings.layers import PRECEDENCE, Layer, Origin, Place, file_layer
from datev_connector.app.settings.option import Cleaned, NotAllowed, Option, Value
from datev_connector.app.settings.problems import Hint, Problem, SettingsError
from datev_connector.app.settings.registry import OPTIONS
from datev_connector.app.settings.rules import is_safe_for_basic
from datev_connector.app.settings.sections import (
    Calls,
    Datev,
    DialPlan,
    General,
    Settings,
    Starface,
)
from datev_connector.app.settings.unknown import unknown_names
from datev_connector.domain.wording import Worded, worded


@dataclass(frozen=True, slots=True, kw_only=True)
class Provenance:
    """Where one effective value comes from."""

    value: Value
    origin: Origin
    place: Place
    locked: bool
    """True: a policy fixed it; a user can't change it."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Loaded:
    """The settings, where each value (`section.key`) comes from, and what was put right."""

    settings: Settings
    provenance: Mapping[str, Provenance]
    hints: tuple[Hint, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class _Found:
    """A usable value of one option in one layer."""

    layer: Layer
    place: Place
    cleaned: Cleaned


def read_settings(
    *,
    user_file: Path,
    machine_file: Path,
    policies: Sequence[Layer] = (),
    user_file_must_exist: bool = False,
    platform: str = sys.platform,
) -> Loaded:
    """The effective settings of one user from the two files and the policies.

    A missing file holds nothing, unless `user_file_must_exist`. Raises `SettingsError` with all
    problems of all layers.
    """
    layers, problems = list(policies), list[Problem]()
    for origin, file, must_exist in (
        (Origin.USER_FILE, user_file, user_file_must_exist),
        (Origin.MACHINE_FILE, machine_file, False),
    ):
        try:
            layer = file_layer(origin, file, must_exist=must_exist)
        except SettingsError as error:
            problems += error.problems
        else:
            layers += [layer] if layer is not None else []
    try:
        loaded = load_settings(layers, platform=platform)
    except SettingsError as error:
        raise SettingsError([*problems, *error.problems]) from None
    if problems:
        raise SettingsError(problems)
    return loaded


def load_settings(layers: Sequence[Layer], *, platform: str = sys.platform) -> Loaded:
    """The effective settings of any layers, at most one of each origin, in any order.

    Raises `SettingsError` with everything that is wrong in any layer, also in values that a
    stronger layer hides.
    """
    ordered = sorted(layers, key=lambda layer: PRECEDENCE.index(layer.origin))
    if len({layer.origin for layer in ordered}) != len(ordered):
        message = "two layers have the same origin"
        raise ValueError(message)
    problems: list[Problem] = [problem for layer in ordered for problem in unknown_names(layer)]
    hints: list[Hint] = []
    provenance: dict[str, Provenance] = {}
    for option in OPTIONS:
        found = list(_found(option, ordered, problems))
        hints += _hints(option, found)
        provenance[option.name] = _strongest(option, found, platform)
    problems += _cross_checks(provenance)
    if problems:
        raise SettingsError(problems)
    return Loaded(settings=_snapshot(provenance), provenance=provenance, hints=tuple(hints))


def built_in_settings(platform: str = sys.platform) -> Settings:
    """The settings of somebody who set nothing."""
    return load_settings((), platform=platform).settings


def _found(option: Option, layers: Iterable[Layer], problems: list[Problem]) -> Iterator[_Found]:
    for layer in layers:
        section = layer.values.get(option.section)
        if not isinstance(section, Mapping) or option.key not in section:
            continue
        place = layer.place(option.section, option.key)
        try:
            cleaned = option.clean(section[option.key])
        except NotAllowed as refusal:
            problems.append(_problem(option, place, refusal.text))
        else:
            yield _Found(layer=layer, place=place, cleaned=cleaned)


def _problem(option: Option, place: Place, message: str) -> Problem:
    return Problem(source=place.source, line=place.line, key=option.name, message=message)


def _hints(option: Option, found: Sequence[_Found]) -> Iterator[Hint]:
    for number, one in enumerate(found):
        if one.cleaned.hint:
            yield _hint(option, one, one.cleaned.hint)
        strongest = found[0]
        hidden = number > 0 and one.cleaned.value != strongest.cleaned.value
        if hidden and strongest.layer.origin.is_policy and not one.layer.origin.is_policy:
            yield _hint(option, one, _hidden_by(strongest.layer))


def _hidden_by(policy: Layer) -> Worded:
    return worded("has no effect: fixed by {policy}", policy=policy.source)


def _hint(option: Option, found: _Found, message: str) -> Hint:
    place = found.place
    return Hint(source=place.source, line=place.line, key=option.name, message=message)


def _strongest(option: Option, found: Sequence[_Found], platform: str) -> Provenance:
    if not found:
        return Provenance(
            value=option.default_on(platform),
            origin=Origin.BUILT_IN,
            place=Place(source=Origin.BUILT_IN.value),
            locked=False,
        )
    winner = found[0]
    return Provenance(
        value=winner.cleaned.value,
        origin=winner.layer.origin,
        place=winner.place,
        locked=winner.layer.origin.is_policy,
    )


def _cross_checks(provenance: Mapping[str, Provenance]) -> Iterator[Problem]:
    url, user = provenance["datev.connect_url"], provenance["datev.connect_user"]
    if user.value and not is_safe_for_basic(str(url.value)):
        yield Problem(
            source=url.place.source,
            line=url.place.line,
            key="datev.connect_url",
            message=worded(
                "with connect_user set this must be https:// or this machine, "
                "otherwise the password could be read on the way"
            ),
        )


def _snapshot(provenance: Mapping[str, Provenance]) -> Settings:
    def section(name: str) -> dict[str, Any]:
        return {
            option.key: provenance[option.name].value
            for option in OPTIONS
            if option.section == name
        }

    return Settings(
        starface=Starface(**section("starface")),
        dial_plan=DialPlan(**section("dial_plan")),
        calls=Calls(**section("calls")),
        datev=Datev(**section("datev")),
        general=General(**section("general")),
    )
