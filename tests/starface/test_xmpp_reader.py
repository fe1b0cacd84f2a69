"""Reading a stream, in whatever pieces it comes."""

from __future__ import annotations

import itertools

import pytest
from hypothesis import given
from hypothesis import strategies as st

from datev_connector.starface.trouble import TroubleKind
from datev_connector.starface.xmpp.reader import StanzaReader, StreamBroken, StreamLimits
from tests.starface.xmpp_run import STREAM

HEADER = STREAM.format(name="pbx.example")
STANZAS = "<iq id='1'><a><b/>text</a></iq> \n<message>Jürgen</message><presence/>"
LIMITS = StreamLimits(size=2_000, depth=10, elements=20)


def read(pieces: list[bytes], limits: StreamLimits = LIMITS) -> tuple[list[str], str]:
    """The names of the stanzas, and why the stream broke."""
    reader = StanzaReader(limits)
    names: list[str] = []
    try:
        for piece in pieces:
            for stanza in reader.feed(piece):
                names.append(stanza.tag.rpartition("}")[2])  # noqa: PERF401 -- kept up to the end
    except StreamBroken as broken:
        return names, str(broken)
    return names, ""


def cut(data: bytes, places: list[int]) -> list[bytes]:
    edges = [0, *sorted(place % (len(data) + 1) for place in places), len(data)]
    return [data[begin:end] for begin, end in itertools.pairwise(edges)]


@given(st.lists(st.integers(0, 10_000), max_size=12))
def test_pieces_do_not_matter(places: list[int]) -> None:
    data = (HEADER + STANZAS).encode()
    assert read(cut(data, places)) == (["iq", "message", "presence"], "")


@given(st.lists(st.integers(0, 10_000), max_size=12), st.booleans())
def test_a_document_type_is_seen_in_any_pieces(places: list[int], after: bool) -> None:
    declared = "<!DOCTYPE x [<!ENTITY a 'b'>]>"
    data = (HEADER + declared if after else declared + HEADER).encode()
    kind = TroubleKind.STREAM_ERROR if after else TroubleKind.NO_XMPP
    assert read(cut(data, places)) == ([], f"{kind}: no well-formed XML")


@given(
    st.lists(st.integers(0, 10_000), max_size=12),
    st.sampled_from(
        ["<?x <a ?>", "<?x <stream ?>", "<!-- <a -->", "<?x ?><?y <b> ?>\n", " <?x '<a' ?>"]
    ),
)
def test_what_looks_like_the_root_does_not_hide_a_document_type(
    places: list[int], before: str
) -> None:
    data = (before + "<!DOCTYPE x [<!ENTITY a 'b'>]>" + HEADER[21:] + "<iq>&a;</iq>").encode()
    assert read(cut(data, places)) == ([], "no-xmpp: no well-formed XML")
    assert read([data]) == ([], "no-xmpp: no well-formed XML")


def test_a_declaration_may_stand_before_the_stream() -> None:
    assert read(
        [("<?xml version='1.0' encoding='UTF-8'?>\n" + HEADER[21:] + STANZAS).encode()]
    ) == (
        ["iq", "message", "presence"],
        "",
    )


@given(st.binary(max_size=300))
def test_any_bytes_are_read_or_refused(data: bytes) -> None:
    read([data])
    read([HEADER.encode(), data])


def test_the_same_stanza_again_and_again_fills_nothing() -> None:
    reader = StanzaReader(LIMITS)
    count = sum(1 for _ in reader.feed(HEADER.encode()))
    for _ in range(1000):
        count += sum(1 for _ in reader.feed(STANZAS.encode()))
    assert count == 3000
    assert reader._root is not None
    assert len(reader._root) == 0


@pytest.mark.parametrize(
    "stanza", [f"<a>{'x' * 2_000}", f"<a b='{'x' * 2_000}"], ids=["long", "long attribute"]
)
def test_a_stanza_without_end(stanza: str) -> None:
    pieces = cut((HEADER + stanza).encode(), [300, 900])
    assert read(pieces) == ([], "stream-error: it sends a stanza without end")


@pytest.mark.parametrize("stanza", ["<a>" * 11 + "</a>" * 11, "<a>" + "<b/>" * 20 + "</a>"])
def test_a_stanza_too_deep_or_in_too_many_pieces_is_thrown_away(stanza: str) -> None:
    pieces = cut((HEADER + stanza + STANZAS).encode(), [300, 900])
    assert read(pieces) == read([(HEADER + STANZAS).encode()])


@pytest.mark.parametrize("piece", ["<b/>", "<b>", "<b>x</b>"])
def test_what_is_thrown_away_is_not_kept_meanwhile(piece: str) -> None:
    limits = StreamLimits(size=1 << 20, depth=10, elements=100)
    reader = StanzaReader(limits)
    assert list(reader.feed((HEADER + "<a>").encode())) == []
    for _ in range(200):
        assert list(reader.feed((piece * 10).encode())) == []
    assert reader._stanza is not None
    assert len(reader._stanza) <= 1


def test_limits_allow_what_is_within() -> None:
    stanza = "<a>" * 9 + "</a>" * 9 + f"<a>{'x' * 1_900}</a>" + "<a>" + "<b/>" * 18 + "</a>"
    assert read([HEADER.encode(), stanza.encode()], StreamLimits(size=3_000, depth=10, elements=20))


def test_the_header_tells_who_the_server_is() -> None:
    reader = StanzaReader(LIMITS)
    states = [(reader.begun, reader.amid_stanza)]
    for piece in (HEADER, "<iq>", "</iq>"):
        assert len(list(reader.feed(piece.encode()))) == (piece == "</iq>")
        states.append((reader.begun, reader.amid_stanza))
    assert reader.server_domain == "pbx.example"
    reader.restart()
    states.append((reader.begun, reader.amid_stanza))
    assert states == [(False, False), (True, False), (True, True), (True, False), (False, False)]


def test_the_end_of_the_stream() -> None:
    names, why = read([(HEADER + "<presence/></stream:stream>").encode()])
    assert names == ["presence"]
    assert why == "cut: "
