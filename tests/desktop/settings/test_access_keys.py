from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from datev_connector.desktop.settings.access_keys import access_keys, with_access_keys

LABELS = st.lists(st.text("abcÄß &.1 ", max_size=8), max_size=20)


@given(LABELS, st.text("abc1", max_size=3))
def test_no_key_is_given_twice(labels: list[str], taken: str) -> None:
    marked = with_access_keys(labels, taken)
    keys = access_keys(marked)
    assert len(set(keys)) == len(keys)
    assert not set(keys) & set(taken)
    assert [shown(one) for one in marked] == labels


@given(LABELS)
def test_whoever_has_no_key_found_no_letter(labels: list[str]) -> None:
    marked = with_access_keys(labels)
    used = set(access_keys(marked))
    for one, label in zip(marked, labels, strict=True):
        if not access_keys([one]):
            assert {letter for letter in "abc1" if letter in label} <= used


def test_the_beginnings_of_words_come_first() -> None:
    assert with_access_keys(["Port für XMPP", "Passwort"]) == ("&Port für XMPP", "P&asswort")
    assert with_access_keys(["Port für XMPP"], taken="p") == ("Port &für XMPP",)
    assert with_access_keys(["Ü"]) == ("Ü",)


def shown(marked: str) -> str:
    """What a person reads of a label."""
    return marked.replace("&&", "\0").replace("&", "").replace("\0", "&")
