"""What a person is told of settings that have changed by themselves while the program runs."""

from __future__ import annotations

from collections.abc import Iterator

from datev_connector.app.settings import OPTIONS, Loaded
from datev_connector.domain.wording import sentence, worded


def told_of(before: Loaded, now: Loaded) -> Iterator[str]:
    """Which settings have another value now, and what of a policy cannot be used."""
    by_policy, by_file = list[str](), list[str]()
    for option in OPTIONS:
        old, new = before.provenance[option.name], now.provenance[option.name]
        if old.value != new.value:
            (by_policy if old.locked or new.locked else by_file).append(option.name)
    if by_policy:
        yield worded(
            "Your administration has changed settings of the connector: {names}.",
            names=", ".join(by_policy),
        )
    if by_file:
        yield worded(
            "Your settings were not there at the start and have been found: {names}.",
            names=", ".join(by_file),
        )
    for fault in now.faults:
        if fault not in before.faults:
            yield worded("A policy cannot be used: {fault}", fault=sentence(str(fault)))


def not_followed(problems: str) -> str:
    """What has changed leaves settings that cannot be used."""
    return worded(
        "Policies or settings have changed, but cannot be used as they are now, so the connector"
        " goes on with the old ones: {problems}",
        problems=problems,
    )
