from __future__ import annotations

from collections.abc import Callable

import pytest
from hypothesis import given
from hypothesis import strategies as st

from datev_connector.app.settings import OPTIONS, rules
from datev_connector.app.settings.option import Cleaned, NotAllowed, Option

Rule = Callable[[str], Cleaned]


@pytest.mark.parametrize(
    ("rule", "given_text", "value", "has_hint"),
    [
        (rules.host, "", "", False),
        (rules.host, "PBX", "pbx", False),
        (rules.host, "10.0.0.7", "10.0.0.7", False),
        (rules.host, "pbx_1.kanzlei.example.", "pbx_1.kanzlei.example.", False),
        (rules.host, "büro.example", "büro.example", False),
        (rules.host, " pbx ", "pbx", True),
        (rules.host, "http://pbx/login?x=1", "pbx", True),
        (rules.host, "fe80::1", "fe80::1", False),
        (rules.host, "[fe80::1]", "fe80::1", True),
        (rules.shortcut, "", "", False),
        (rules.shortcut, "Ctrl+Shift+F10", "Ctrl+Shift+F10", False),
        (rules.shortcut, "strg+f9", "Ctrl+F9", True),
        (rules.area_code, "721", "721", False),
        (rules.area_code, "0721", "721", True),
        (rules.area_code, "", "", False),
        (rules.country, "DE", "DE", False),
        (rules.country, "at", "AT", True),
        (rules.exchange_prefix, "0", "0", False),
        (rules.exchange_prefix, "*9#", "*9#", False),
        (rules.address, "127.0.0.1:5881", "127.0.0.1:5881", False),
        (rules.address, "[::1]:5881", "[::1]:5881", False),
        (rules.address, " localhost:1 ", "localhost:1", True),
        (rules.url, "https://localhost:58452/", "https://localhost:58452", True),
        (rules.url, "https://datev/api", "https://datev/api", False),
        (rules.stripped, " büro\\otto", "büro\\otto", True),
        (rules.word, "", "", False),
    ],
)
def test_what_is_allowed(rule: Rule, given_text: str, value: str, has_hint: bool) -> None:
    cleaned = rule(given_text)
    assert cleaned.value == value
    assert bool(cleaned.hint) == has_hint


@pytest.mark.parametrize(
    ("rule", "text", "advice"),
    [
        (rules.host, "pbx kanzlei", "without blanks"),
        (rules.host, "pbx:8443", "the port has a setting of its own"),
        (rules.host, "https://otto@pbx", "the user has a setting of its own"),
        (rules.host, "a..b", "host name"),
        (rules.host, "-pbx", "host name"),
        (rules.host, "a" * 64, "host name"),
        (rules.host, ".".join(["abc"] * 70), "host name"),
        (rules.area_code, "00721", "without the leading 0"),
        (rules.area_code, "0", "without the leading 0"),
        (rules.area_code, "7 21", "without the leading 0"),
        (rules.area_code, "+49721", "without the leading 0"),
        (rules.area_code, "٧٢١", "without the leading 0"),
        (rules.country, "Deutschland", "two letters"),
        (rules.country, "", "two letters"),
        (rules.exchange_prefix, "null", "up to six digits"),
        (rules.exchange_prefix, "0000000", "up to six digits"),
        (rules.address, "127.0.0.1", "with its port"),
        (rules.address, "127.0.0.1:0", "with its port"),
        (rules.address, "127.0.0.1:65536", "with its port"),
        (rules.address, "::1:5881", "with its port"),
        (rules.address, ":5881", "with its port"),
        (rules.url, "localhost:58452", "web address"),
        (rules.url, "ftp://datev", "web address"),
        (rules.url, "https://datev:99999", "web address"),
        (rules.url, "https://[::1", "web address"),
        (rules.url, "https://datev/?a=1", "web address"),
        (rules.url, "https://otto:geheim@datev", "user or a password"),
        (rules.stripped, "a\nb", "one line"),
        (rules.word, "a b", "one word"),
        (rules.required_word, " ", "must not be empty"),
    ],
)
def test_what_is_not_allowed(rule: Rule, text: str, advice: str) -> None:
    with pytest.raises(NotAllowed, match=advice) as caught:
        rule(text)
    assert "geheim" not in str(caught.value)


@given(text=st.text(max_size=40), option=st.sampled_from([row for row in OPTIONS if row.rule]))
def test_a_cleaned_text_is_clean(text: str, option: Option) -> None:
    rule = option.rule
    assert rule is not None
    try:
        cleaned = rule(text)
    except NotAllowed:
        return
    assert rule(str(cleaned.value)) == Cleaned(value=cleaned.value)
    assert "\n" not in str(cleaned.value)


RAW = st.one_of(
    st.none(), st.booleans(), st.integers(), st.floats(), st.text(), st.lists(st.integers()),
    st.dictionaries(st.text(), st.integers()), st.datetimes(), st.dates(),
)  # fmt: skip


@given(raw=RAW, option=st.sampled_from(OPTIONS))
def test_any_raw_value_is_taken_with_the_right_type_or_refused_on_one_line(
    raw: object, option: Option
) -> None:
    try:
        cleaned = option.clean(raw)
    except NotAllowed as refusal:
        assert "must" in str(refusal)
        assert str(refusal).isprintable()
    else:
        assert type(cleaned.value) is option.kind
