"""What is known to be somebody's is hidden however a library quotes it."""

from __future__ import annotations

import base64
import json
import re
import unicodedata
from collections.abc import Callable
from html import escape
from urllib.parse import quote, quote_plus

import pytest
from hypothesis import given
from hypothesis import strategies as st

from datev_connector.app.support_bundle.known_personal import KnownPersonal, Personal
from datev_connector.domain.masking import Masked, mask_number

HOST = "pbx.steuerbüro-lindgräfe.example"
KNOWN = KnownPersonal(
    Personal(
        secrets=frozenset({'Geh&heim/88"21 ü'}),
        hosts=frozenset({HOST}),
        users=frozenset({"lindgraefe.ulrike", r"LINDNERS\bertold", "nadia", r"C:\Users\nadia"}),
        names=frozenset({"Jürgen Müller-Lüdenscheidt"}),
        numbers=frozenset({"07215550147"}),
        notes=frozenset({"Rückruf wegen Einspruch Erbschaft\nIBAN DE02120300000000202051 prüfen"}),
        ids=frozenset({"{A1b2.c3d4/datev:4711}"}),
    )
)
TEXTS = (
    'Geh&heim/88"21 ü',
    HOST,
    "lindgraefe.ulrike",
    r"LINDNERS\bertold",
    "Jürgen Müller-Lüdenscheidt",
    "+49 (0)721 555-0147",
    "Rückruf wegen Einspruch Erbschaft\nIBAN DE02120300000000202051 prüfen",
    "{A1b2.c3d4/datev:4711}",
)
QUOTED: dict[str, Callable[[str], str]] = {
    "as it is": str,
    "between lines": lambda text: repr(f"to\n{text}\nor"),
    "between tabs": lambda text: repr(f"to\t{text}\tor"),
    "ASCII": ascii,
    "bytes": lambda text: repr(text.encode()),
    "bytes of Windows": lambda text: repr(text.encode("cp1252")),
    "JSON": json.dumps,
    "JSON in JSON": lambda text: json.dumps(json.dumps(text)),
    "address": lambda text: quote(text, safe="/"),
    "address in small letters": lambda text: re.sub(
        "%..", lambda found: found[0].lower(), quote(text, safe="")
    ),
    "form": quote_plus,
    "XML": escape,
    "XML in XML": lambda text: escape(escape(text)),
    "XML in ASCII": lambda text: text.encode("ascii", "xmlcharrefreplace").decode(),
    "XML in hexadecimal": lambda text: "".join(f"&#x{ord(letter):x};" for letter in text),
    "base64": lambda text: base64.b64encode(text.encode()).decode(),
    "base64 of UTF-16": lambda text: base64.b64encode(text.encode("utf-16-le")).decode(),
    "base64 in an address": lambda text: base64.urlsafe_b64encode(text.encode()).decode(),
    "what signs in": lambda text: base64.b64encode(f"\0{text}\0word".encode()).decode(),
    "hexadecimal": lambda text: text.encode().hex(),
}


@pytest.mark.parametrize("way", QUOTED)
@pytest.mark.parametrize("text", TEXTS)
def test_it_is_hidden_however_it_is_quoted(text: str, way: str) -> None:
    line = f"12:05 failed [{QUOTED[way](text)}] after all"
    hidden = KNOWN.hide(line)
    assert hidden.startswith("12:05 failed [")
    assert hidden.endswith("] after all")
    left = hidden.removeprefix("12:05 failed [").removesuffix("] after all")
    assert "***" in left
    assert not re.search(r"[^\W_]{5,}", left), hidden


@pytest.mark.parametrize(
    "text",
    [
        r"C:\Users\nadia\AppData",
        r"'C:\\Users\\nadia\\AppData'",
        "C:/Users/Nadia_old/x",
        r"C:\Users\anna\x of another one",
        r"bertold@LINDNERS, lindners\\bertold, BERTOLD",
        "CN=*.steuerbüro-lindgräfe.example",
        r"domain STEUERBÜRO-LINDGRÄFE\x, pbx.steuerbüro-lindgräfe.exam",
        HOST.encode("idna").decode(),
        unicodedata.normalize("NFD", HOST),
    ],
)
def test_users_and_servers_are_hidden_in_all_their_forms(text: str) -> None:
    hidden = KNOWN.hide(text).casefold()
    for word in ("nadia", "anna", "bertold", "lindners", "steuerb", "lindgr"):
        assert word not in hidden


@pytest.mark.parametrize(
    "text",
    [
        "RÜCKRUF WEGEN EINSPRUCH ERBSCHAFT",
        "Rueckruf wegen Einspruch Erb",
        "wegen Einspruch\r\nErbschaft IBAN",
        "DE02120300000000202051",
    ],
)
def test_a_part_of_a_note_is_hidden(text: str) -> None:
    hidden = KNOWN.hide(f"to {text}.")
    assert not re.search("spruch|20205", hidden, re.IGNORECASE)


def test_nothing_is_left_of_what_was_masked_before() -> None:
    masked = Masked("Öttinger"), Masked("+49 7253 47110", mask_number)
    line = "call f1-1-26 incoming, {0}, {1} ({0}), line_{1}, tel07253 471105".format(*masked)
    hidden = "call f1-1-26 incoming, ***, *** (***), line_***, tel07253 ***"
    assert "***110" in line
    assert KNOWN.hide(line) == hidden


def test_what_tells_of_nobody_stays() -> None:
    line = (
        r"2026-11-23T14:03:55.123+01:00 DEBUG link: GET /rest/contacts?page=2&size=50%2B1 \n "
        "f1c2a34e0d5b6a7f8c9d0e1f2a3b4c5d datev_connector.trace.starface: bitte wegen morgen"
    )
    assert KNOWN.hide(line) == line


@given(st.text(st.sampled_from('\\%&+;#xun"0a4f=/ \né')))
def test_any_escapes_can_be_looked_below(text: str) -> None:
    assert KNOWN.hide(f"{text} lindgraefe.ulrike").endswith("***")


@pytest.mark.parametrize("host", ["pbx.starface.example", "192.168.17.20", "pbx"])
def test_servers_that_are_called_like_a_word_of_ours_hide_nothing_else(host: str) -> None:
    line = "datev_connector.starface: 192.168.17.21, 168.17"
    assert KnownPersonal(Personal(hosts=frozenset({host}))).hide(f"{line} {host}") == f"{line} ***"


def test_users_who_are_called_like_a_word_of_ours_hide_nothing() -> None:
    known = KnownPersonal(Personal(users=frozenset({"User", r"DATEV\Administrator"})))
    line = "datev: mender user, 5 s  # user file; windows-admin, administrator"
    assert known.hide(line) == line
