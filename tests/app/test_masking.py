from __future__ import annotations

import base64
import json
import re
from collections.abc import Callable
from urllib.parse import quote, quote_plus
from xml.sax.saxutils import escape

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from datev_connector.app.masking import MOST_NAMES, SensitiveTexts, mask_text
from datev_connector.app.support_bundle.known_personal import KnownPersonal, Personal
from datev_connector.domain.masking import HIDDEN

SECRET = "Tr0ub4dor-3"


@pytest.mark.parametrize(
    "text",
    [
        "password=Tr0ub4dor-3",
        "password = 'Tr0ub4dor-3'",
        "the Password: Tr0ub4dor-3, and more",
        '{"client_secret": "Tr0ub4dor-3", "a": 1}',
        "{'refresh_token': 'Tr0ub4dor-3'}",
        '"{\\"password\\": \\"Tr0ub4dor-3\\"}"',
        '{"password": "quote \\" Tr0ub4dor-3"}',
        "POST https://pbx/xml-rpc?de.vertico.starface.auth=Tr0ub4dor-3&x=1",
        "POST https://pbx/xml-rpc?de.vertico.starface.jwt=Tr0ub4dor-3&x=1",
        "POST https://pbx/xml-rpc?a=1&de.vertico.starface.callback.auth=x&token=Tr0ub4dor-3",
        "Authorization: Basic Tr0ub4dor-3",
        'Authorization: Digest username="otto", response="Tr0ub4dor-3"',
        "[(b'Authorization', b'Bearer Tr0ub4dor-3')]",
        "{'authorization': 'Negotiate Tr0ub4dor-3'}",
        "sent Bearer Tr0ub4dor-3",
        "Set-Cookie: JSESSIONID=Tr0ub4dor-3; Path=/",
        "https://otto:Tr0ub4dor-3@pbx/rest",
        "<password>Tr0ub4dor-3</password>",
        "<member><name>password</name><value><string>Tr0ub4dor-3</string></value></member>",
        "<member><name>authToken</name><value>Tr0ub4dor-3</value></member>",
        "<name>secret</name> <value><![CDATA[Tr0ub4dor-3]]></value>",
        "DATEV_CONNECTOR_PASSWORD=Tr0ub4dor-3",
        "login%3Fpassword%3DTr0ub4dor-3%26x%3D1",
        "&lt;password&gt;Tr0ub4dor-3&lt;/password&gt;",
        r"'\u007b\u0022password\u0022: \u0022Tr0ub4dor-3\u0022}'",
    ],
)
def test_secrets_of_a_known_form_are_hidden(text: str) -> None:
    masked = mask_text(text)
    assert SECRET not in masked
    assert "***" in masked


def test_a_token_is_hidden_by_its_form() -> None:
    token = "eyJhbGciOiJSUzI1NiJ9.eyJzdWIiOiIwMDE3In0.c2lnbmF0dXJl-_x"
    assert mask_text(f"no such token: {token}, again") == "no such token: ***, again"


def test_a_digest_that_signs_in_is_hidden_and_a_fingerprint_stays() -> None:
    digest, fingerprint = "0a" * 64, "ab" * 32
    assert mask_text(f"login 0123:{digest}") == "login 0123:***"
    assert mask_text(f"pinned {fingerprint}") == f"pinned {fingerprint}"


@pytest.mark.parametrize(
    ("text", "masked"),
    [
        ("call from +49 (721) 12 34-56 rings", "call from ***456 rings"),
        ("from 0721/123456", "from ***456"),
        ("from 0721-12-345678", "from ***678"),
        ("from 030.1234567", "from ***567"),
        ("sip:0049721123456@pbx", "sip:***456@pbx"),
        ("number='004972112345'", "number='***345'"),
        ("call_07211234567", "call_***567"),
        ("local 123456", "local ***56"),
        ("short 01234", "short ***"),
        ("on 2026-11-22 0721 123456", "on 2026-11-22 ***456"),
        (r"line 'Otto\n0721 123456\n'", r"line 'Otto\n***456\n'"),
        (r"row '0721\t+497211234567'", r"row '0721\t***567'"),
        ("q=%2B497211234567&x=1", "q=***567&x=1"),
        ("q=%2b49%20721%2F1234%20567", "q=***567"),
        ("q=%2B49+721+1234567", "q=***567"),
        (r"'0721\xa01234567'", "'***567'"),
        (r'"0721\u202f1234567"', '"***567"'),
        ("0721\u202f1234567", "***567"),
        ("<a>&#43;497211234567</a>", "<a>***567</a>"),
    ],
)
def test_numbers_are_masked_however_they_are_written(text: str, masked: str) -> None:
    assert mask_text(text) == masked


@pytest.mark.parametrize(
    "text",
    [
        "at 2026-11-22T14:44:03.123456+01:00 and 14:44:03 on 2026-11-22 14:44",
        "listening on 127.0.0.1:58452 and [::1]:49152, port 5222",
        "internal 4711 after 12.5 s, 99.9 %",
        "hresult=262631 and HRESULT: -2147221021, 0x000401E7",
        "call 6f1c2a34-0000-4111-8222-123456789012 ended",
        "call 987148fe96425fb6-1-1 NewJournal, call 4972112345678af6-12-304",
        "client 12345",
    ],
)
def test_what_a_reader_of_logs_lives_on_stays(text: str) -> None:
    assert mask_text(text) == text


DIGITS = st.text("0123456789", min_size=6, max_size=14)
SEPARATOR = st.sampled_from(["", "", " ", "-", "/", " / ", ".", "–", ") "])
AROUND = st.sampled_from(["", " ", "'", '"', ",", ":", "<", ">", "(", "=", "\n", "_", "ü "])


@given(digits=DIGITS, data=st.data(), before=AROUND, after=AROUND)
def test_no_telephone_number_passes(
    digits: str, data: st.DataObject, before: str, after: str
) -> None:
    cuts = data.draw(st.lists(SEPARATOR, min_size=len(digits) - 1, max_size=len(digits) - 1))
    plus = data.draw(st.sampled_from(["", "+"]))
    assume(sum(bool(cut) for cut in cuts) <= 4)
    number = plus + "".join(digit + cut for digit, cut in zip(digits, [*cuts, ""], strict=True))
    assume(not re.search(r"(?:19|20)\d\d-\d\d-\d\d|\d+\.\d+\.\d+\.\d+", number))

    masked = mask_text(f"call{before or ' '}{number}{after}")

    assert sum(character.isdecimal() for character in masked) <= 3


@given(st.text())
def test_any_text_can_be_masked_and_never_grows_digits(text: str) -> None:
    masked = mask_text(text)
    assert sum(map(str.isdecimal, masked)) <= sum(map(str.isdecimal, text))


WORDLIKE = st.characters(exclude_categories=["C"], exclude_characters="*%;&")


@given(secret=st.text(WORDLIKE, min_size=3, max_size=20), before=st.text(max_size=20))
def test_a_known_secret_is_hidden_plain_quoted_and_escaped(secret: str, before: str) -> None:
    sensitive = SensitiveTexts()
    sensitive.add_secret(secret)

    for form in (secret, quote(secret, safe=""), escape(secret)):
        assert secret not in sensitive.hide(f"{before}{form}")


def test_a_secret_is_hidden_in_every_way_of_writing_it() -> None:
    secret = 'Grüß\\"Gott & Co.'
    sensitive = SensitiveTexts()
    sensitive.add_secret(secret)
    bundled = KnownPersonal(Personal(secrets=frozenset({secret})))
    written = (
        *(secret, quote(secret, safe=""), quote_plus(secret), escape(secret)),
        *(json.dumps(secret), json.dumps(secret, ensure_ascii=False), repr(secret)),
    )
    for form in written:
        assert sensitive.hide(form).strip("\"'") == HIDDEN
        assert bundled.hide(form).strip("\"'") == HIDDEN


def test_names_and_secrets_are_hidden_below_escapes() -> None:
    sensitive = SensitiveTexts()
    name, secret = "Müller\tund Söhne", "Grüß Gott"
    sensitive.add_name(name, "M***")
    sensitive.add_secret(secret)
    for text in (
        f"{name!a}, {secret!a}",
        f"{name.encode()!r}, {secret.encode()!r}",
        f"'{json.dumps(name)[1:-1]}', '{quote(secret).replace('C3', 'c3')}'",
    ):
        assert sensitive.hide(text).replace("b'", "'") == "'M***', '***'"


@pytest.mark.parametrize("before", ["", "u", "\0u\0", "a:"])
@pytest.mark.parametrize("encode", [base64.b64encode, base64.urlsafe_b64encode])
def test_a_known_secret_is_hidden_in_what_signs_in(
    before: str, encode: Callable[[bytes], bytes]
) -> None:
    sensitive = SensitiveTexts()
    sensitive.add_secret("Tr0ub4d\u00f6r?>")
    encoded = encode(f"{before}Tr0ub4d\u00f6r?>".encode()).decode()
    hidden = sensitive.hide(f"sent {encoded} to it")
    left = hidden.removeprefix("sent ").removesuffix(" to it")
    assert HIDDEN in left
    assert len(left.replace(HIDDEN, "").rstrip("=")) <= 4


def test_the_longer_of_two_names_leaves_no_part() -> None:
    sensitive = SensitiveTexts()
    sensitive.add_name("Muster", "M***")
    sensitive.add_name("Musterfrau", "M***")

    assert sensitive.hide("Musterfrau and Muster") == "M*** and M***"


def test_short_names_and_masks_that_hide_nothing_are_left_alone() -> None:
    sensitive = SensitiveTexts()
    sensitive.add_name("Ito", "***")
    sensitive.add_name("name", "name")
    sensitive.add_secret("")

    assert sensitive.hide("Ito, name") == "Ito, name"


def test_old_names_are_forgotten_and_used_ones_kept() -> None:
    sensitive = SensitiveTexts()
    for number in range(MOST_NAMES):
        sensitive.add_name(f"Name{number:04}", "N***")
    sensitive.add_name("Name0000", "N***")
    sensitive.add_name("Another", "A***")

    assert sensitive.hide("Name0000 Name0001 Another") == "N*** Name0001 A***"


@given(st.dictionaries(st.sampled_from(["password", "client_secret", "accessToken"]),
                       st.text("abcXYZ789\"' \\,}", min_size=4), min_size=1))  # fmt: skip
def test_secrets_in_json_are_hidden_whatever_they_hold(values: dict[str, str]) -> None:
    masked = mask_text("sent " + json.dumps(values))

    assert masked == "sent {" + ", ".join(f'"{key}": ***' for key in values) + "}"


@given(
    pieces=st.lists(
        st.sampled_from(
            ["password", "=", "\\", '"', "'", " ", "<", ">", "</name>", "0", "+4", "://", "a", "@",
             "basic ", "authorization", ":", "cookie", "19-", "token.", "&", "\n", "{", "deadbeef-"]
        ),
        min_size=1,
        max_size=4,
    )
)  # fmt: skip
def test_long_texts_of_any_pattern_are_masked_before_the_time_limit(pieces: list[str]) -> None:
    pattern = "".join(pieces)
    mask_text(pattern * (20_000 // len(pattern)))
