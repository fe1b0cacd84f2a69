"""The words of all options in one table."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType

from datev_connector.desktop.settings import words_of_calls, words_of_connection, words_of_office
from datev_connector.desktop.settings.option_words import OptionWords
from datev_connector.domain.wording import Worded

WORDS: Mapping[str, OptionWords] = MappingProxyType(
    {**words_of_connection.WORDS, **words_of_calls.WORDS, **words_of_office.WORDS}
)


def words_of(name: str) -> OptionWords:
    """The words of an option; one that nobody has worded yet is called by its name."""
    return WORDS.get(name) or OptionWords(label=Worded(name, {}), help=Worded("", {}))
