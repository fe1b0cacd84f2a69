"""A configuration as the administrator sees it, for the console."""

from __future__ import annotations

from collections.abc import Iterator

from datev_connector.simulators.starface.module.descriptor import Field
from datev_connector.simulators.starface.module.modules import Configuration, LogEntry

SHOWN = 60
"""Letters of a value that are shown."""


def configuration_lines(configuration: Configuration, locale: str = "de") -> Iterator[str]:
    """Name, state, tabs with their fields, and the full names of the entry points."""
    module = configuration.module
    yield f"{configuration.name!r}: {_state(configuration)}"
    yield f"  module {module.name}, version {module.version}, log level {configuration.log_level}"
    for tab in module.tabs:
        yield f"  [{tab.label.get(locale, '')}]"
        for field in tab.fields:
            yield f"    {_field(configuration, field, locale)}"
    for method in configuration.methods:
        yield f"  XML-RPC: {method}"


def log_lines(configuration: Configuration) -> list[str]:
    """The log, the newest entry first, as the PBX shows it."""
    return [_entry(entry) for entry in reversed(configuration.log)]


def _state(configuration: Configuration) -> str:
    if configuration.module.needs_licence:
        return "Unzureichende Modullizenz"
    if configuration.stale:
        return "outdated: the module was saved anew"
    return "active" if configuration.active else "not active"


def _field(configuration: Configuration, field: Field, locale: str) -> str:
    label = field.label.get(locale, "") or field.text.get(locale, "")
    names = {one.id: one.name for one in configuration.module.variables}
    if field.variable not in names:
        return _short(label)
    value = configuration.value(names[field.variable])
    choices = f" of {', '.join(field.choices)}" if field.choices else ""
    return f"{label} ({names[field.variable]}): {_short(value)!r}{choices}"


def _short(text: str) -> str:
    return text if len(text) <= SHOWN else f"{text[:SHOWN]}…"


def _entry(entry: LogEntry) -> str:
    return f"{entry.at:%H:%M:%S} {entry.level:5} {entry.text}"
