"""The effective settings for the bundle: what is no closed choice or plain figure is not shown."""

from __future__ import annotations

import json
from collections.abc import Iterator

from datev_connector.app.settings import Loaded
from datev_connector.app.settings.registry import OPTIONS
from datev_connector.app.settings.show import ShownSetting, shown_settings
from datev_connector.app.support_bundle.module_names import shown_name

MODULE_NAME = "starface.module_name"
HARMLESS = frozenset(
    {"dial_plan.country", "dial_plan.area_code", "dial_plan.exchange_prefix"}
    | {"starface.oauth_client_id"}
)
"""Texts that tell of nobody."""
NOT_SHOWN = "(set, not shown)"


def settings_text(loaded: Loaded) -> str:
    """Return all settings as TOML, each with where it comes from."""
    return "\n".join(_lines(loaded)) + "\n"


def _lines(loaded: Loaded) -> Iterator[str]:
    closed = {option.name for option in OPTIONS if option.allowed}
    section = ""
    for row in shown_settings(loaded):
        if row.section != section:
            section = row.section
            yield f"[{section}]"
        yield f"{row.key} = {_value(row, closed)}  # {row.origin}{', locked' * row.locked}"
    for hint in loaded.hints:
        yield f"# {hint.key}: {hint.message}"


def _value(row: ShownSetting, closed: set[str]) -> str:
    name = f"{row.section}.{row.key}"
    if name == MODULE_NAME and isinstance(row.value, str):
        return json.dumps(shown_name(row.value), ensure_ascii=False)
    shown = not isinstance(row.value, str) or not row.value or name in closed | HARMLESS
    return row.toml if shown else f'"{NOT_SHOWN}"'
