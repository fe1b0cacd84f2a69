"""What stands alone begins large, and names stay as they are written."""

from __future__ import annotations

import pytest

from datev_connector.desktop.sentences import as_sentence, capital


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("nothing listens there", "Nothing listens there"),
        ("nothing: a connector is running", "Nothing: a connector is running"),
        ("pbx:443 does not answer", "pbx:443 does not answer"),
        ("pbx.example:443 does not answer", "pbx.example:443 does not answer"),
        ("starface.host is not set", "starface.host is not set"),
        ("getCallIds: answered", "getCallIds: answered"),
        ("", ""),
    ],
)
def test_it_begins_large_unless_it_begins_with_a_name(text: str, shown: str) -> None:
    assert capital(text) == shown
    assert as_sentence(text) == (f"{shown}." if shown else "")
