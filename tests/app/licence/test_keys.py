"""Public keys that the program ships, and private ones that the vendor makes."""

from __future__ import annotations

import stat
import sys
from datetime import date
from pathlib import Path

import pytest

from datev_connector.app.licence import signature
from datev_connector.app.licence.issuing import make_key, new_id, read_key
from datev_connector.app.licence.keys import BadKeys, VendorKeys, shipped
from datev_connector.domain.licences import Licence
from tests.app.licence.signed import KEY, OTHER_KEY, a_licence

MADE = date(2026, 11, 23)


def test_the_program_ships_a_key_and_no_private_one() -> None:
    assert [key.id for key in shipped()]
    assert all(len(key.public) == 32 for key in shipped())
    assert shipped().get(KEY.id) is None


def test_keys_are_read_with_their_last_days() -> None:
    keys = VendorKeys.read(KEY.entry() + "not_after = 2030-12-31\n\n" + OTHER_KEY.entry())
    first, second = keys.get(KEY.id), keys.get(OTHER_KEY.id)
    assert first is not None
    assert second is not None
    assert (first.not_after, second.not_after) == (date(2030, 12, 31), None)
    assert keys.get("another") is None


@pytest.mark.parametrize(
    "text",
    [
        "",
        "no TOML",
        "key = 7",
        "key = [1]",
        '[[key]]\nid = "a"',
        '[[key]]\nid = "a"\npublic = "AAAA"',
        '[[key]]\nid = "a"\npublic = "not base64"',
        KEY.entry().replace(KEY.id, ""),
        KEY.entry().replace(KEY.id, "x" * 41),
        KEY.entry().replace(KEY.id, "schlüssel"),
        KEY.entry() + "not_after = 7\n",
        KEY.entry() + KEY.entry(),
    ],
)
def test_keys_that_cannot_be_used_are_refused(text: str) -> None:
    with pytest.raises(BadKeys):
        VendorKeys.read(text)


def test_a_new_key_is_its_owners_alone_and_signs(tmp_path: Path) -> None:
    file = tmp_path / "vendor.toml"
    made = make_key(file, "2026-1", MADE)
    if sys.platform != "win32":  # there lists say who may read it
        assert stat.S_IMODE(file.stat().st_mode) == 0o600
    read = read_key(file)
    assert (read.id, read.public) == (made.id, made.public)
    text = signature.written(a_licence(key_id="2026-1"), read.private)
    assert isinstance(signature.read(text, VendorKeys.read(made.entry())), Licence)
    assert "private" not in made.entry()


def test_no_key_is_ever_overwritten(tmp_path: Path) -> None:
    file = tmp_path / "vendor.toml"
    make_key(file, "2026-1", MADE)
    before = file.read_bytes()
    with pytest.raises(FileExistsError):
        make_key(file, "2026-2", MADE)
    assert file.read_bytes() == before


@pytest.mark.parametrize("key_id", ["", "a b", 'a"b', "ä", "x" * 41, "a\nb"])
def test_an_id_is_plain(tmp_path: Path, key_id: str) -> None:
    with pytest.raises(BadKeys):
        make_key(tmp_path / "vendor.toml", key_id, MADE)
    assert not (tmp_path / "vendor.toml").exists()


@pytest.mark.parametrize(
    "content", [b"", b"\xff\xfe", b'id = "a"\nprivate = "AAAA"', b"no TOML", KEY.entry().encode()]
)
def test_what_is_no_private_key_is_refused_without_a_word_of_it(
    tmp_path: Path, content: bytes
) -> None:
    file = tmp_path / "vendor.toml"
    file.write_bytes(content)
    with pytest.raises(BadKeys) as refused:
        read_key(file)
    assert "AAAA" not in str(refused.value)


def test_no_two_licences_have_one_id() -> None:
    ids = {new_id(MADE) for _ in range(100)}
    assert len(ids) == 100
    assert all(one.startswith("20261123-") for one in ids)
