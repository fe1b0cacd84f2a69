"""The one who looks must see: otherwise nothing is proven by its silence."""

from __future__ import annotations

import base64
import json
from urllib.parse import quote

import pytest

from tests.app.support_bundle.traces_of_people import traces

NAME, NUMBER = "Bäckerei Hollerbach", "0221 4710-133"
WAYS = {
    "plain": NAME.encode(),
    "upper": NAME.upper().encode(),
    "utf-16": NAME.encode("utf-16-le"),
    "utf-16-be": NAME.encode("utf-16-be"),
    "cp1252": NAME.encode("cp1252"),
    "hex": NAME.encode().hex().upper().encode(),
    "url": quote(NAME).encode(),
    "json": json.dumps(NAME).encode(),
    "umlauts": b"Baeckerei Hollerbach",
    **{f"base64 at {n}": base64.b64encode(b"x" * n + NAME.encode() + b"yz") for n in range(4)},
}


@pytest.mark.parametrize("way", WAYS)
def test_a_name_is_seen_however_it_is_encoded(way: str) -> None:
    content = b'{"a": "before ' + WAYS[way] + b' after"}'
    assert traces(content, texts=[NAME], numbers=[]) == [NAME]
    assert traces(b"nobody at all", texts=[NAME], numbers=[]) == []


@pytest.mark.parametrize(
    "spelt",
    ["0221 4710133", "+492214710133", "0049 (221) 4710-133", "2214710133", "4710133", "471 0133"],
)
def test_a_number_is_seen_however_it_is_written(spelt: str) -> None:
    assert traces(f"to {spelt}, or".encode(), texts=[], numbers=[NUMBER]) == [NUMBER]


def test_an_encoded_number_is_seen() -> None:
    for content in (base64.b64encode(b"call +492214710133 now"), b"32323134373130313333"):
        assert traces(content, texts=[], numbers=[NUMBER]) == [NUMBER]
    assert traces(b"2026-11-23T08:05:12.123+01:00", texts=[], numbers=[NUMBER]) == []
