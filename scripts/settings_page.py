"""Writes docs/settings.md from the registry of options."""

from __future__ import annotations

from pathlib import Path

from datev_connector.app.settings.document import settings_page

Path(__file__).parents[1].joinpath("docs", "settings.md").write_text(
    settings_page(), encoding="utf-8", newline="\n"
)
