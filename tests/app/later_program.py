"""A program of later days, which needs a later module than the PBX has."""

from __future__ import annotations

import pytest

from datev_connector.app.versions import table
from datev_connector.starface.module.edition import MODULE_VERSION


def program_is_later(monkeypatch: pytest.MonkeyPatch) -> None:
    """Its table says that the module of today is too old for it."""
    today, later = f'module = "<{MODULE_VERSION}"', f'module = "<{MODULE_VERSION + 1}"'
    shipped = table.shipped()
    assert today in shipped
    monkeypatch.setattr(table, "shipped", lambda: shipped.replace(today, later))
