"""Streams in pieces: what is read does not depend on how the bytes were cut."""

from __future__ import annotations

from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from datev_connector.simulators.starface.xmpp.element import Element, Raw, build
from datev_connector.simulators.starface.xmpp.jid import BadJid, Jid
from datev_connector.simulators.starface.xmpp.namespaces import STREAM
from datev_connector.simulators.starface.xmpp.scram import BadScram, client_first, prepared
from datev_connector.simulators.starface.xmpp.stream_reader import (
    Broken,
    Happening,
    Opened,
    Stanza,
    StreamReader,
)

HEADER = f"<?xml version='1.0'?><stream:stream xmlns='jabber:client' xmlns:stream='{STREAM}'>"
TEXT = st.text(st.characters(codec="utf-8", exclude_categories=("Cc", "Cs", "Cn")), max_size=20)
NAMES = st.sampled_from(["iq", "query", "value", "x-1"])
ELEMENTS = st.recursive(
    st.builds(
        lambda name, text: build(name, "", {"a": text}, *([text] if text else [])), NAMES, TEXT
    ),
    lambda inner: st.builds(
        lambda name, namespace, children: build(name, namespace, None, *children),
        NAMES,
        st.sampled_from(["jabber:iq:rpc", "urn:x"]),
        st.lists(inner, max_size=3),
    ),
    max_leaves=6,
)


def read(data: bytes, cuts: list[int]) -> list[Happening]:
    reader = StreamReader(1 << 20)
    happened: list[Happening] = []
    edges = [0, *sorted(cut % (len(data) + 1) for cut in cuts), len(data)]
    for start, end in pairwise(edges):
        happened += reader.feed(data[start:end])
        if happened and isinstance(happened[-1], Broken):
            break
    return happened


@given(st.lists(ELEMENTS, max_size=4), st.lists(st.integers(0, 10_000), max_size=20))
def test_what_is_written_is_read_again(stanzas: list[Element], cuts: list[int]) -> None:
    text = HEADER + "".join(stanza.xml("") for stanza in stanzas)
    opened, *rest = read(text.encode(), cuts)
    assert opened == Opened("jabber:client", {})
    assert all(isinstance(happening, Stanza) for happening in rest)
    found = [happening.element for happening in rest if isinstance(happening, Stanza)]
    assert [element.xml("") for element in found] == [stanza.xml("") for stanza in stanzas]


@given(st.binary(max_size=200), st.lists(st.integers(0, 300), max_size=5))
def test_any_bytes_are_read_or_refused(data: bytes, cuts: list[int]) -> None:
    happened = read(HEADER.encode() + data, cuts)
    assert isinstance(happened[0], Opened)
    assert all(not isinstance(happening, Broken) for happening in happened[:-1])


def test_raw_is_written_as_it_is() -> None:
    assert build("a", "", None, Raw("<b/>"), "<c/>").xml() == "<a><b/>&lt;c/&gt;</a>"


@pytest.mark.parametrize("text", ["", "@", "a@", "@b", "a@b/", "/r"])
def test_what_is_no_jid(text: str) -> None:
    with pytest.raises(BadJid):
        Jid.parse(text)


@given(st.sampled_from(["", "Local", "a.b"]), st.sampled_from(["", "Res/ource @x"]))
def test_jids_go_there_and_back(local: str, resource: str) -> None:
    text = (f"{local}@" if local else "") + "PBX.example" + (f"/{resource}" if resource else "")
    jid = Jid.parse(text)
    assert jid == Jid(local.lower(), "pbx.example", resource)
    assert Jid.parse(str(jid)) == jid
    assert jid.bare == Jid(local.lower(), "pbx.example")


@pytest.mark.parametrize(
    ("given", "expected"),
    [("I\u00adX", "IX"), ("user", "user"), ("USER", "USER"), ("\u00aa", "a"), ("\u2168", "IX")],
)
def test_saslprep_as_its_standard_shows(given: str, expected: str) -> None:
    assert prepared(given) == expected


def test_saslprep_refuses_control_characters() -> None:
    with pytest.raises(BadScram):
        prepared("\u0007")


@pytest.mark.parametrize(
    "message", ["", "n,,", "n,,m=x,n=a,r=b", "p=tls-exporter,,n=a,r=b", "n,,n=a"]
)
def test_what_begins_no_scram(message: str) -> None:
    with pytest.raises(BadScram):
        client_first(message)
