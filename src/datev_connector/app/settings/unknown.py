"""Names that no option has, and what was probably meant."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from difflib import get_close_matches

from datev_connector.app.settings.layers import Layer
from datev_connector.app.settings.problems import Hint, Problem
from datev_connector.app.settings.registry import OPTIONS, SECTIONS
from datev_connector.domain.wording import joined, worded

LOOKS_SECRET = re.compile(r"passw|pwd|secret|token|kennwort|api_?key", re.IGNORECASE)

KEYS = {
    section: tuple(option.key for option in OPTIONS if option.section == section)
    for section in SECTIONS
}


def unknown_names(layer: Layer) -> Iterator[Problem]:
    """A problem for every section and key of a layer that does not exist.

    In a policy that is a `Hint`: its template may be newer than this program. What looks like a
    secret is a problem there as well, since everybody can read policies.
    """
    for problem in _unknown_names(layer):
        if layer.origin.is_policy and not LOOKS_SECRET.search(problem.key):
            yield Hint(source=problem.source, key=problem.key, message=problem.message)
        else:
            yield problem


def _unknown_names(layer: Layer) -> Iterator[Problem]:
    for section, content in layer.values.items():
        if not isinstance(content, Mapping):
            yield _problem(layer, (section,), _not_a_section(section, layer))
        elif section not in SECTIONS:
            told = joined(
                worded("there is no such section"), _meant(section, SECTIONS), between="; "
            )
            yield _problem(layer, (section,), told)
        else:
            yield from _unknown_keys(layer, section, content)


def _unknown_keys(layer: Layer, section: str, content: Mapping[str, object]) -> Iterator[Problem]:
    for key in content:
        if key not in KEYS[section]:
            yield _problem(layer, (section, key), _no_such_key(section, key, layer))


def _problem(layer: Layer, path: tuple[str, ...], message: str) -> Problem:
    place = layer.place(*path)
    return Problem(source=place.source, line=place.line, key=".".join(path), message=message)


def _not_a_section(name: str, layer: Layer) -> str:
    if name in SECTIONS:
        return worded("is a section and stands alone on a line: [{name}]", name=name)
    advice = _home(name) or _secret(name, layer)
    return joined(worded("stands outside of a section"), advice, between="; ")


def _no_such_key(section: str, key: str, layer: Layer) -> str:
    advice = _secret(key, layer) or _meant(key, KEYS[section]) or _home(key)
    return joined(worded("there is no such key"), advice, between="; ")


def _meant(name: str, known: Iterable[str]) -> str:
    close = get_close_matches(name.lower().replace("-", "_"), list(known), n=1, cutoff=0.6)
    return worded('did you mean "{name}"?', name=close[0]) if close else ""


def _home(key: str) -> str:
    homes = [f"[{section}]" for section, keys in KEYS.items() if key in keys]
    return worded("it belongs into {section}", section=homes[0]) if homes else ""


def _secret(key: str, layer: Layer) -> str:
    if LOOKS_SECRET.search(key) is None:
        return ""
    if layer.origin.is_policy:
        return worded("secrets cannot be set by policy, where everybody can read them: take it out")
    return worded("secrets are never in a settings file, take it out: they belong in the keyring")
