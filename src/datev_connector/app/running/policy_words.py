"""What a person is told when an administrator has changed a policy while the program runs."""

from __future__ import annotations

from collections.abc import Iterator

from datev_connector.app.settings import OPTIONS, Loaded
from datev_connector.domain.wording import sentence, worded


def told_of(before: Loaded, now: Loaded) -> Iterator[str]:
    """Which settings have another value by it, and what of a policy cannot be used."""
    names = [
        option.name
        for option in OPTIONS
        if before.provenance[option.name].value != now.provenance[option.name].value
    ]
    if names:
        yield worded(
            "Your administration has changed settings of the connector: {names}.",
            names=", ".join(names),
        )
    for fault in now.faults:
        if fault not in before.faults:
            yield worded("A policy cannot be used: {fault}", fault=sentence(str(fault)))


def not_followed(problems: str) -> str:
    """New policies that leave settings that cannot be used."""
    return worded(
        "A policy has changed, but the settings cannot be used as they are now, so the connector"
        " goes on with the old ones: {problems}",
        problems=problems,
    )
