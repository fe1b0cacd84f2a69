"""Chooses, for every option, what counts of all that the layers say."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from datev_connector.app.settings.layers import Layer, Origin, Place
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

_OPTIONS = {option.name: option for option in OPTIONS}
CONNECT_URL, CONNECT_USER = "datev.connect_url", "datev.connect_user"
_IN_CLEAR = worded(
    "with connect_user set connect_url must be https:// or this machine, "
    "otherwise the password could be read on the way"
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Provenance:
    """Where one effective value comes from."""

    value: Value
    origin: Origin
    place: Place
    locked: bool
    """True: a policy fixed it; a user can't change it."""
    fault: Problem | None = None
    """A policy wanted to fix it with something unusable: the value is that of the next place that
    is not the user's own."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Loaded:
    """The settings, where each value (`section.key`) comes from, and what was put right."""

    settings: Settings
    provenance: Mapping[str, Provenance]
    hints: tuple[Hint, ...] = ()
    faults: tuple[Problem, ...] = ()
    """What in policies cannot be used, where that was not to stop the program."""


@dataclass(frozen=True, slots=True, kw_only=True)
class _Found:
    """A usable value of one option in one layer."""

    layer: Layer
    place: Place
    cleaned: Cleaned


@dataclass(frozen=True, slots=True, kw_only=True)
class _Bad:
    """An unusable one."""

    layer: Layer
    problem: Problem


class Laying:
    """Lays layers over each other once, and collects what is wrong and what was put right."""

    def __init__(self, layers: Sequence[Layer], *, mend_policies: bool, platform: str) -> None:
        self._layers = layers
        self._mends = mend_policies
        self._platform = platform
        self._problems: list[Problem] = []
        self._faults: list[Problem] = []
        self._hints: list[Hint] = []
        self._dropped: dict[tuple[Origin, str], Problem] = {}
        """Policies that were taken back because they do not fit the others."""

    def loaded(self) -> Loaded:
        """The settings. Raises SettingsError."""
        for layer in self._layers:
            self._note_names(layer)
        known = {option.name: self._known(option) for option in OPTIONS}
        self._cross_check(known)
        if self._problems:
            raise SettingsError(self._problems)
        return Loaded(
            settings=_snapshot(known),
            provenance=known,
            hints=tuple(self._hints),
            faults=tuple(self._faults),
        )

    def _note_names(self, layer: Layer) -> None:
        for problem in unknown_names(layer):
            if isinstance(problem, Hint):
                self._hints.append(problem)
            else:
                self._note(layer, problem)
        if () in layer.unusable:
            self._note(layer, Problem(source=layer.source, message=layer.unusable[()]))

    def _note(self, layer: Layer, problem: Problem) -> None:
        mended = self._mends and layer.origin.is_policy
        (self._faults if mended else self._problems).append(problem)

    def _known(self, option: Option) -> Provenance:
        tried = self._all_tried(option)
        for one in tried:
            if isinstance(one, _Bad):
                self._note(one.layer, one.problem)
        self._hints += _hints(option, [one for one in tried if isinstance(one, _Found)])
        return self._strongest(option, tried)

    def _strongest(self, option: Option, tried: Sequence[_Found | _Bad]) -> Provenance:
        fault: Problem | None = None
        for one in tried:
            if isinstance(one, _Bad):
                fault = fault or (one.problem if one.layer.origin.is_policy else None)
            elif fault is None or one.layer.origin is not Origin.USER_FILE:
                return _provenance(one, fault)
        return Provenance(
            value=option.default_on(self._platform),
            origin=Origin.BUILT_IN,
            place=Place(source=Origin.BUILT_IN.value),
            locked=fault is not None,
            fault=fault,
        )

    def _cross_check(self, known: dict[str, Provenance]) -> None:
        """Take back policies that do not fit, as long as there are any."""
        while not _fit(known):
            name = _blamed(known)
            blamed = known[name]
            problem = _problem(_OPTIONS[name], blamed.place, _IN_CLEAR)
            if not (self._mends and blamed.origin.is_policy):
                self._problems.append(problem)
                return
            self._faults.append(problem)
            self._dropped[blamed.origin, name] = problem
            known[name] = self._strongest(_OPTIONS[name], self._all_tried(_OPTIONS[name]))

    def _all_tried(self, option: Option) -> list[_Found | _Bad]:
        """What the layers say of an option, strongest first."""
        tried: list[_Found | _Bad] = []
        for layer in self._layers:
            dropped = self._dropped.get((layer.origin, option.name))
            if dropped is not None:
                tried.append(_Bad(layer=layer, problem=dropped))
            else:
                tried += _tried(option, layer)
        return tried


def _tried(option: Option, layer: Layer) -> Iterator[_Found | _Bad]:
    """What a layer says of an option, if anything."""
    section = layer.values.get(option.section)
    place = layer.place(option.section, option.key)
    path = (option.section, option.key)
    if path in layer.unusable:
        yield _Bad(layer=layer, problem=_problem(option, place, layer.unusable[path]))
    elif isinstance(section, Mapping) and option.key in section:
        try:
            cleaned = option.clean(section[option.key])
        except NotAllowed as refusal:
            yield _Bad(layer=layer, problem=_problem(option, place, refusal.text))
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


def _provenance(winner: _Found, fault: Problem | None) -> Provenance:
    return Provenance(
        value=winner.cleaned.value,
        origin=winner.layer.origin,
        place=winner.place,
        locked=winner.layer.origin.is_policy or fault is not None,
        fault=fault,
    )


def _fit(known: Mapping[str, Provenance]) -> bool:
    """Whether no password would be sent in the clear."""
    return not known[CONNECT_USER].value or is_safe_for_basic(str(known[CONNECT_URL].value))


def _blamed(known: Mapping[str, Provenance]) -> str:
    """The address, unless it is the user who came by a policy and the address did not."""
    by_policy = [name for name in (CONNECT_URL, CONNECT_USER) if known[name].origin.is_policy]
    return by_policy[0] if by_policy else CONNECT_URL


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
