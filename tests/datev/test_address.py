from __future__ import annotations

import pytest

from datev_connector.datev.address import Address


@pytest.mark.parametrize("text", ["127.0.0.1:5881", "datev.example:1", "[::1]:65535"])
def test_an_address_reads_as_it_is_written(text: str) -> None:
    assert str(Address.parse(f" {text} ")) == text


@pytest.mark.parametrize(
    "text", ["", "5881", "host", "host:", ":5881", "host:x", "host:0", "host:65536", "host:²"]
)
def test_anything_else_is_refused(text: str) -> None:
    with pytest.raises(ValueError, match="port"):
        Address.parse(text)
