"""A licence survives every way of being passed on, and no change of it."""

from __future__ import annotations

import base64
import hashlib
import string
from collections.abc import Callable
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from datev_connector.app.licence import letters
from datev_connector.app.licence.content import NotUnderstood
from datev_connector.app.licence.signature import CONTEXT, read, written
from datev_connector.domain.licences import Flaw, Licence
from tests.app.licence.signed import KEY, OTHER_KEY, a_licence, a_text, keys

LICENCE = a_licence()
TEXT = written(LICENCE, KEY.private)
KEYS = keys()
LETTERS = string.ascii_letters + string.digits
BODY = "".join(TEXT.splitlines()[1:-1])
SILENT = " \t\r\n\u00a0\u00ad\u200b\u2009\ufeff\u2011-–—„“”‚‘’«»'\"»>|.,;:_*=#\\()[]äößÄÖÜéαЖ"


def test_what_was_written_is_read() -> None:
    assert read(TEXT, KEYS) == LICENCE
    assert TEXT.isascii()
    assert max(map(len, TEXT.splitlines())) <= 72


def test_the_lines_around_it_may_be_missing() -> None:
    begin, *body, end = TEXT.splitlines()
    assert read("".join(body), KEYS) == LICENCE
    assert read("\n".join([begin, *body]), KEYS) == LICENCE
    assert read("\n".join([*body, end]), KEYS) == LICENCE


def test_what_stands_around_these_lines_does_not_matter() -> None:
    mail = f"Sehr geehrte Frau Sommer,\nhier Ihre Lizenz:\n\n{TEXT}\nMit freundlichen Grüßen"
    assert read(mail, KEYS) == LICENCE


WAYS: dict[str, Callable[[str], str]] = {
    "one line": lambda text: text.replace("\n", ""),
    "lines of Windows": lambda text: text.replace("\n", "\r\n"),
    "quoted by a mail program": lambda text: "".join(f"> {line}\n" for line in text.splitlines()),
    "quoted twice": lambda text: "".join(f">> | {line}\n" for line in text.splitlines()),
    "wrapped anew": lambda text: "\n".join(text[at : at + 17] for at in range(0, len(text), 17)),
    "blanks everywhere": " ".join,
    "non-breaking blanks": "\u00a0".join,
    "soft hyphens": "\u00ad".join,
    "zero width": "\u200b".join,
    "typographic quotes": lambda text: f"„{text}“",
    "long dashes": lambda text: text.replace("-----", "—–"),
    "a mark of an encoding": lambda text: "\ufeff" + text,
    "a mark read wrongly": lambda text: "ï»¿" + text,
    "blanks of a web page": lambda text: text.replace("\n", "&nbsp;<br>\n"),
    "blanks by number": lambda text: text.replace("\n", "&#160;&#xAD;<br />\r\n"),
    "blanks read wrongly": "Â\u00a0".join,
    "a megabyte of blanks": lambda text: " " * 500_000 + text + "\n" * 500_000,
}


@pytest.mark.parametrize("way", WAYS.values(), ids=WAYS)
def test_ways_that_add_something(way: Callable[[str], str]) -> None:
    assert read(way(TEXT), KEYS) == LICENCE
    assert read(way(BODY), KEYS) == LICENCE


@pytest.mark.parametrize(
    "encoding", ["ascii", "utf-8-sig", "utf-16", "utf-16-le", "utf-16-be", "utf-32", "cp1252"]
)
def test_files_of_every_encoding(encoding: str) -> None:
    assert read(TEXT.encode(encoding), KEYS) == LICENCE


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "cp1252", "latin-1", "utf-16"])
def test_files_with_signs_of_an_encoding_in_them(encoding: str) -> None:
    spoiled = "\u00a0".join(TEXT.splitlines()) + "\u00ad"
    assert read(spoiled.encode(encoding), KEYS) == LICENCE


@given(data=st.data())
def test_anything_silent_anywhere(data: st.DataObject) -> None:
    spoiled = TEXT
    for _ in range(data.draw(st.integers(1, 20))):
        at = data.draw(st.integers(0, len(spoiled)))
        added = data.draw(st.text(SILENT, min_size=1, max_size=5))
        spoiled = spoiled[:at] + added + spoiled[at:]
    assert read(spoiled, KEYS) == LICENCE


# --- changes --------------------------------------------------------------------------------------


def test_every_changed_letter_is_refused() -> None:
    for at, letter in enumerate(BODY):
        for other in (chr(ord(letter) ^ 1), letter.lower(), "A", "7", "0", "Ä", "-"):
            if other != letter:
                assert isinstance(read(BODY[:at] + other + BODY[at + 1 :], KEYS), Flaw)


def test_every_missing_and_every_doubled_letter_is_refused() -> None:
    for at, letter in enumerate(BODY):
        assert isinstance(read(BODY[:at] + BODY[at + 1 :], KEYS), Flaw)
        assert isinstance(read(BODY[:at] + letter + BODY[at:], KEYS), Flaw)


def test_neighbours_that_have_changed_places_are_refused() -> None:
    for at in range(len(BODY) - 1):
        swapped = BODY[:at] + BODY[at + 1] + BODY[at] + BODY[at + 2 :]
        if swapped != BODY:
            assert isinstance(read(swapped, KEYS), Flaw)


def test_a_change_in_the_lines_around_it_is_refused() -> None:
    for at, letter in enumerate(TEXT):
        if letter in LETTERS:
            other = "X" if letter != "X" else "Y"
            assert isinstance(read(TEXT[:at] + other + TEXT[at + 1 :], KEYS), Flaw)
            assert isinstance(read(TEXT[:at] + TEXT[at + 1 :], KEYS), Flaw)


@given(data=st.data())
def test_any_change_of_letters_is_refused(data: st.DataObject) -> None:
    at, length = data.draw(st.integers(0, len(BODY) - 1)), data.draw(st.integers(0, 40))
    put = data.draw(st.text(LETTERS, max_size=40))
    spoiled = BODY[:at] + put + BODY[at + length :]
    if spoiled != BODY:
        assert isinstance(read(spoiled, KEYS), Flaw)


def test_letters_lost_on_the_way_are_told_from_a_forgery() -> None:
    assert read(BODY[:-8], KEYS) is Flaw.DAMAGED
    assert read(BODY[:100] + "A" + BODY[101:], KEYS) is Flaw.DAMAGED
    assert read(forged(), KEYS) is Flaw.FORGED


def forged() -> str:
    """A licence for more seats, made of a real one by somebody who knows the form."""
    blob = base64.b32decode(BODY)
    said = blob.index(b'"seats":5')
    changed = blob[:said] + b'"seats":9' + blob[said + 9 :]
    length = next(n for n in range(4, 9) if hashlib.sha256(blob[:-n]).digest()[:n] == blob[-n:])
    whole = changed[:-length]
    return letters.as_text(whole + hashlib.sha256(whole).digest()[:length])


# --- what is no licence ---------------------------------------------------------------------------


@pytest.mark.parametrize("empty", ["", " ", "\n\t ", "\u00a0\ufeff", "-----", "„“"])
def test_nothing_is_nothing(empty: str) -> None:
    assert read(empty, KEYS) is None
    assert read(empty.encode(), KEYS) is None


@pytest.mark.parametrize(
    ("text", "flaw"),
    [
        ("Lizenz folgt", Flaw.FOREIGN),
        ("ABCD-EFGH-2345-6767", Flaw.FOREIGN),
        ("ORSXG5BAORSXG5BA", Flaw.FOREIGN),
        (BODY[:160], Flaw.DAMAGED),
        (BODY[:161], Flaw.DAMAGED),
        (BODY + BODY, Flaw.DAMAGED),
        (TEXT + TEXT, Flaw.SEVERAL),
        (f"-----{letters.BEGIN}----------{letters.END}-----", Flaw.DAMAGED),
        (f"-----{letters.BEGIN}-----\nORSXG5BA\n-----{letters.END}-----", Flaw.DAMAGED),
        ("A" * 10_000, Flaw.TOO_LONG),
        ("A" * letters.LONGEST, Flaw.TOO_LONG),
        (" " * (letters.LONGEST + 1), Flaw.TOO_LONG),
        ("&" * 1_000_000, None),
        ("<a" * 500_000, Flaw.TOO_LONG),
    ],
    ids=range(14),
)
def test_other_texts(text: str, flaw: Flaw | None) -> None:
    assert read(text, KEYS) is flaw
    assert read(text.encode(), KEYS) is flaw


@given(st.binary(max_size=400))
def test_no_bytes_are_a_licence_by_chance(blob: bytes) -> None:
    assert not isinstance(read(blob, KEYS), Licence)
    padded = letters.MAGIC + blob + b"\0" * (-len(blob) % letters.GROUP)
    assert not isinstance(read(letters.as_text(padded), KEYS), Licence)


# --- keys -----------------------------------------------------------------------------------------


def test_each_key_of_a_rotation_is_known_by_its_id() -> None:
    both = keys(KEY, OTHER_KEY)
    assert isinstance(read(a_text(KEY), both), Licence)
    assert isinstance(read(a_text(OTHER_KEY), both), Licence)
    assert read(a_text(OTHER_KEY), keys(KEY)) is Flaw.UNKNOWN_KEY


def test_a_licence_that_names_another_key_than_it_is_signed_with() -> None:
    text = written(a_licence(key_id=OTHER_KEY.id), KEY.private)
    assert read(text, keys(KEY, OTHER_KEY)) is Flaw.FORGED


def test_a_key_signs_nothing_after_its_last_day() -> None:
    today = datetime.now(UTC).date()
    yesterday = today - timedelta(days=1)
    assert isinstance(read(a_text(issued=today), keys(not_after=today)), Licence)
    assert read(a_text(issued=today), keys(not_after=yesterday)) is Flaw.WITHDRAWN_KEY
    assert isinstance(read(a_text(issued=yesterday), keys(not_after=yesterday)), Licence)


# --- content --------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "facts",
    [
        {"customer": ""},
        {"customer": "x" * 201},
        {"customer": "two\nlines"},
        {"seats": 0},
        {"seats": True},
        {"features": ("",)},
        {"pbx": ("x",) * 51},
        {"valid_until": datetime.now(UTC).date() - timedelta(days=20)},
    ],
)
def test_nothing_is_written_that_could_not_be_read(facts: dict[str, object]) -> None:
    with pytest.raises(NotUnderstood):
        written(a_licence(**facts), KEY.private)


@pytest.mark.parametrize("said", [b"no JSON", b"[]", b"{}", b"[" * 5000, b'{"id":1}', b"\xff\xfe"])
def test_a_signed_text_of_another_form_is_named_as_that(said: bytes) -> None:
    assert read(signed(said), KEYS) is Flaw.NEWER


def test_members_of_a_later_version_are_passed_over() -> None:
    from datev_connector.app.licence import content

    said = content.as_bytes(LICENCE)[:-1] + b',"later":{"more":[1]}}'
    assert read(signed(said), KEYS) == LICENCE


def signed(said: bytes) -> str:
    """Any content with a signature that is right."""
    key_id = KEY.id.encode()
    head = letters.MAGIC + bytes([len(key_id)]) + key_id + len(said).to_bytes(2, "big")
    whole = head + said + KEY.private.sign(CONTEXT + head + said)
    length = 4 + -(len(whole) + 4) % 5
    return letters.as_text(whole + hashlib.sha256(whole).digest()[:length])
