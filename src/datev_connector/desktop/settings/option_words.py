"""What every option is called, and what it means, by its name. Pure: no Qt."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from types import MappingProxyType

from datev_connector.domain.wording import Worded


@dataclass(frozen=True, slots=True, kw_only=True)
class ChoiceWords:
    """One value of a closed set."""

    name: Worded
    meaning: Worded


@dataclass(frozen=True, slots=True, kw_only=True)
class OptionWords:
    """One option."""

    label: Worded
    help: Worded
    """One sentence, or two short ones."""
    choices: Mapping[str, ChoiceWords] = field(default_factory=lambda: MappingProxyType({}))
    unit: Worded | None = None
    """What stands behind a number."""
    zero: Worded | None = None
    """What stands in place of 0."""
    empty: Worded | None = None
    """What stands in an empty field: what counts then."""


def option(
    label: Worded,
    help_text: Worded,
    *,
    unit: Worded | None = None,
    zero: Worded | None = None,
    empty: Worded | None = None,
    choices: Mapping[str, tuple[Worded, Worded]] | None = None,
    **more: tuple[Worded, Worded],
) -> OptionWords:
    """Words of an option; `choices`, or `more` by name, `_` for `-`: name and meaning of values."""
    named = {value.replace("_", "-"): words for value, words in more.items()}
    return OptionWords(
        label=label,
        help=help_text,
        unit=unit,
        zero=zero,
        empty=empty,
        choices=MappingProxyType(
            {
                value: ChoiceWords(name=name, meaning=meaning)
                for value, (name, meaning) in {**(choices or {}), **named}.items()
            }
        ),
    )
