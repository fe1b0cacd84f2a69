"""What came back, in words that people read."""

from __future__ import annotations

import pytest

from datev_connector.starface.in_short import WORDS, in_short
from datev_connector.starface.trouble import Trouble, TroubleKind
from datev_connector.texts.language import Language, Tongue

GERMAN = Language.of(Tongue.GERMAN)


@pytest.mark.parametrize("kind", TroubleKind)
def test_each_kind_of_trouble_has_words_in_both_languages(kind: TroubleKind) -> None:
    words = WORDS[kind]
    assert "-" not in words.replace("sign-in", ""), "no code, but words"
    assert GERMAN.tell(words) != words


def test_what_came_back_is_told_with_its_detail() -> None:
    answer = Trouble(kind=TroubleKind.HTTP_STATUS, where="pbx:443", detail="503")
    assert in_short(answer) == "an HTTP status: 503"
    assert GERMAN.tell(in_short(answer)) == "ein HTTP-Status: 503"


def test_what_the_sentence_says_is_not_said_twice() -> None:
    gone = Trouble(kind=TroubleKind.CERTIFICATE_CHANGED, detail="It is another one.")
    assert in_short(gone) == "another certificate than before"
