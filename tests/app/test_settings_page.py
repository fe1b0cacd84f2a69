from __future__ import annotations

from pathlib import Path

from datev_connector.app.settings.document import settings_page

PAGE = Path(__file__).parents[2] / "docs" / "settings.md"


def test_the_page_in_docs_is_made_from_the_registry() -> None:
    assert PAGE.read_text(encoding="utf-8") == settings_page(), "run scripts/settings_page.py"
