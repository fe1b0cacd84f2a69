from __future__ import annotations

import logging
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from datev_connector.app.settings.original.reading import (
    LARGEST_BYTES,
    MOST_ELEMENTS,
    NotReadable,
    OldSetting,
    read_file,
    read_old,
)
from datev_connector.texts.language import Language, Tongue
from tests.app.settings.original.files import OFFICE, user_config

TEXT = st.text(st.characters(exclude_categories=["C", "Z"]), min_size=1, max_size=30)


def values(content: bytes) -> dict[str, str]:
    return {one.name: one.value for one in read_old(content)}


@given(st.dictionaries(TEXT, TEXT, min_size=1, max_size=8))
def test_what_net_has_written_is_read(given_values: dict[str, str]) -> None:
    assert values(user_config(given_values).encode()) == given_values


@pytest.mark.parametrize(
    "encoding", ["utf-8", "utf-8-sig", "utf-16", "utf-16-le", "utf-16-be", "cp1252"]
)
def test_every_encoding_of_windows_is_read(encoding: str) -> None:
    text = user_config({"Prüfung": "Büro Müller"})
    assert values(text.encode(encoding)) == {"Prüfung": "Büro Müller"}


FORMS = {
    "application settings": (
        '<configuration><appSettings><add key="UseTapiLine" value="False"/></appSettings>'
        "</configuration>"
    ),
    "upper case": (
        '<Configuration><UserSettings><S><SETTING NAME="UseTapiLine"><VALUE>False</VALUE>'
        "</SETTING></S></UserSettings></Configuration>"
    ),
    "plain elements": "<Settings><UseTapiLine>\n False </UseTapiLine></Settings>",
    "prefixes": (
        '<x:configuration xmlns:x="urn:x"><x:setting name="UseTapiLine"><x:value>False</x:value>'
        "</x:setting></x:configuration>"
    ),
    "literal text": (
        '<configuration><setting name="UseTapiLine"><value><![CDATA[False]]></value></setting>'
        "</configuration>"
    ),
}


@pytest.mark.parametrize("text", FORMS.values(), ids=FORMS)
def test_other_forms_are_read_as_well(text: str) -> None:
    assert values(text.encode()) == {"UseTapiLine": "False"}


def test_what_is_no_plain_text_is_named_without_a_value() -> None:
    text = (
        '<configuration><setting name="Recent" serializeAs="Xml"><value><ArrayOfString>'
        "<string>0721 5550147</string></ArrayOfString></value></setting>"
        '<setting name="Host"><value>pbx</value></setting></configuration>'
    )
    assert read_old(text.encode()) == (
        OldSetting(name="Recent", value="", is_plain=False),
        OldSetting(name="Host", value="pbx"),
    )


BOMB = (
    '<?xml version="1.0"?><!DOCTYPE lolz [<!ENTITY a "aaaaaaaaaa"><!ENTITY b "&a;&a;&a;&a;&a;">]>'
    '<configuration><setting name="Host"><value>&b;</value></setting></configuration>'
)
OUTSIDE = (
    '<!DOCTYPE c [<!ENTITY x SYSTEM "file:///etc/passwd">]><configuration><setting name="Host">'
    "<value>&x;</value></setting></configuration>"
)


@pytest.mark.parametrize(
    ("content", "why"),
    [
        (b"", "this is no XML"),
        (b"\x00\x01\x02\xff", "this is no XML"),
        (b"host = pbx\n", "this is no XML (line 1)"),
        (user_config().encode()[:-30], "this is no XML"),
        (b"PK\x03\x04" + bytes(400), "this is no XML"),
        (b"<configuration/>", "no settings stand in this file"),
        (BOMB.encode(), "document type"),
        (OUTSIDE.encode(), "document type"),
        (b"<a>" * 100 + b"</a>" * 100, "built in a way"),
        (b"<a>" + b"<b/>" * MOST_ELEMENTS + b"</a>", "built in a way"),
        (b"<a>" + b" " * LARGEST_BYTES + b"</a>", "too large"),
    ],
)
def test_what_is_no_settings_file_is_refused_with_a_reason(content: bytes, why: str) -> None:
    with pytest.raises(NotReadable) as refused:
        read_old(content)
    assert why in str(refused.value)


def test_what_is_wrong_in_a_line_is_for_the_log(caplog: pytest.LogCaptureFixture) -> None:
    german = Language.of(Tongue.GERMAN)
    with caplog.at_level(logging.INFO), pytest.raises(NotReadable) as refused:
        read_old(b"<configuration>\n<Host>pbx</Host")
    assert german.tell(refused.value.text) == "das ist kein XML (Zeile 2)"
    assert caplog.messages == ["no XML in line 2: unclosed token"]


@given(st.binary(max_size=300))
def test_whatever_the_bytes_are_it_is_read_or_refused(content: bytes) -> None:
    try:
        read_old(content)
    except NotReadable as refused:
        assert str(refused)


def test_a_long_value_is_none_of_a_setting() -> None:
    text = user_config({"Host": "x" * 5000, "LoginId": "1"})
    assert values(text.encode()) == {"Host": "", "LoginId": "1"}


def test_a_name_cannot_be_endless_nor_break_a_line() -> None:
    (one,) = read_old(user_config({"A\u202e" + "b" * 500: "1"}).encode())
    assert one.name.isprintable()
    assert len(one.name) == 80


def test_a_file_that_is_not_there_is_refused(tmp_path: Path) -> None:
    with pytest.raises(NotReadable, match="can't be read"):
        read_file(tmp_path / "user.config")
    (tmp_path / "user.config").write_text(user_config(), "utf-8")
    assert len(read_file(tmp_path / "user.config")) == len(OFFICE)
