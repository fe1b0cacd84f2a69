"""Every option has words, in both languages, and a place in the window."""

from __future__ import annotations

import pytest

from datev_connector.app.settings.option import Option
from datev_connector.app.settings.registry import OPTIONS
from datev_connector.desktop.settings.effects import idle_reason
from datev_connector.desktop.settings.pages import PAGES, page_of
from datev_connector.desktop.settings.words import WORDS, words_of
from datev_connector.domain.wording import Worded
from datev_connector.texts.language import Language
from tests.desktop.settings.forms import form_with

FIELDS = {field.name: field for field in form_with().fields}
SAME_IN_BOTH = {"Version {version}", "DATEVconnect", "Active Directory", "Name", "Port"}


@pytest.mark.parametrize("name", FIELDS)
def test_every_field_stands_on_one_page(name: str) -> None:
    places = [name for page in PAGES for group in page.groups if name in group.names]
    assert len(places) == 1
    assert page_of(name) is not None


@pytest.mark.parametrize("name", FIELDS)
def test_every_field_has_words_in_both_languages(
    name: str, german: Language, english: Language
) -> None:
    words = WORDS[name]
    texts = [words.label, words.help, words.unit, words.zero, words.empty]
    for choice in words.choices.values():
        texts += [choice.name, choice.meaning]
    for text in filter(None, texts):
        assert english.tell(text)
        assert german.tell(text) != english.tell(text) or text.template in SAME_IN_BOTH


@pytest.mark.parametrize("option", [one for one in OPTIONS if one.allowed], ids=lambda o: o.name)
def test_every_choice_has_a_name_and_a_meaning(option: Option) -> None:
    assert set(words_of(option.name).choices) == set(option.allowed)


def test_what_a_choice_means_adds_nothing_to_the_help_above_it(
    german: Language, english: Language
) -> None:
    for words in WORDS.values():
        for choice in words.choices.values():
            assert not english.tell(choice.meaning).startswith("Also ")
            assert not german.tell(choice.meaning).startswith("Auch ")


def test_labels_are_short_and_helps_are_sentences(german: Language, english: Language) -> None:
    for words in WORDS.values():
        for language in (german, english):
            assert len(language.tell(words.label)) <= 45
            assert language.tell(words.help).endswith(".")


def test_an_option_without_words_is_called_by_its_name() -> None:
    words = words_of("general.brand_new")
    assert words.label == "general.brand_new"
    assert idle_reason("general.brand_new", {}) is None


def test_every_page_has_words_in_german(german: Language) -> None:
    for page in PAGES:
        titles = [page.title, page.intro, *(group.title for group in page.groups if group.title)]
        for title in titles:
            assert isinstance(title, Worded)
            assert german.tell(title) != title or title in SAME_IN_BOTH
