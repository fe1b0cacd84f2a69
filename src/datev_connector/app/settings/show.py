"""Every effective value and where it comes from, for people and programs."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import asdict, dataclass

from datev_connector.app.settings.load import Loaded
from datev_connector.app.settings.option import Value
from datev_connector.app.settings.registry import OPTIONS


@dataclass(frozen=True, slots=True, kw_only=True)
class ShownSetting:
    """One row of `settings show`."""

    section: str
    key: str
    value: Value
    origin: str
    """`machine policy`, `user policy`, `user file`, `machine file` or `built-in`."""
    source: str
    """The file or policy."""
    line: int | None
    locked: bool
    restart: bool
    """True: a change counts from the next start on."""

    @property
    def toml(self) -> str:
        """The value as it would stand in the file."""
        return toml_text(self.value)

    def as_json(self) -> dict[str, Value | int | None]:
        """The row as an object of plain values."""
        row = asdict(self)
        return row | {"value": str(self.value) if isinstance(self.value, str) else self.value}


def toml_text(value: Value) -> str:
    """A value as it stands in a TOML file; texts hold no control characters."""
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, int):
        return str(value)
    escaped = value.replace("\\", "\\\\").replace('"', '\\"')
    return f'"{escaped}"'


def shown_settings(loaded: Loaded) -> tuple[ShownSetting, ...]:
    """All options in the order of the registry."""
    return tuple(_rows(loaded))


def _rows(loaded: Loaded) -> Iterator[ShownSetting]:
    for option in OPTIONS:
        known = loaded.provenance[option.name]
        yield ShownSetting(
            section=option.section,
            key=option.key,
            value=known.value,
            origin=known.origin.value,
            source=known.place.source,
            line=known.place.line,
            locked=known.locked,
            restart=option.restart,
        )
