"""How far a note has come, in words. Pure."""

from __future__ import annotations

from datetime import datetime

from datev_connector.desktop.call_window.saving import Saving
from datev_connector.domain.calls import Call
from datev_connector.domain.rules import KEPT_LIMIT, NOTE_LIMIT
from datev_connector.texts.language import Language
from datev_connector.texts.moments import Moments


def saving_words(
    state: Saving, call: Call, over: int, language: Language, moments: Moments, now: datetime
) -> str:
    """Say how far the note has come; `over`: so many characters are too many for DATEV."""
    if state in (Saving.ENDLESS, Saving.TOO_LONG, Saving.LONG_DRAFT):
        return _too_many(state, over, language)
    if state is Saving.IN_DATEV and call.in_datev_at is not None:
        return language.say("in DATEV {moment}", moment=moments.since(call.in_datev_at, now))
    words = {
        Saving.NOTHING: "",
        Saving.SAVING: language.say("being saved"),
        Saving.NOT_SAVED: language.say("not saved yet: keep this window open"),
        Saving.SAVED: language.say("saved"),
        Saving.CHANGED_SINCE: language.say("saved; DATEV gets an earlier text so far"),
        Saving.AFTER_CALL: language.say("waiting for the end of the call"),
        Saving.WAITS: language.say("waiting for DATEV"),
    }
    return words.get(state, "")


def _too_many(state: Saving, over: int, language: Language) -> str:
    if state is Saving.ENDLESS:
        return language.count(
            "{number} character too many: not saved.",
            "{number} characters too many: not saved.",
            over + NOTE_LIMIT - KEPT_LIMIT,
        )
    if state is Saving.LONG_DRAFT:
        return language.count(
            "saved as a draft; {number} character too many for DATEV",
            "saved as a draft; {number} characters too many for DATEV",
            over,
        )
    return language.count(
        "{number} character too many for DATEV",
        "{number} characters too many for DATEV",
        over,
    )


def counter_words(length: int, language: Language) -> str:
    """Say how much of the room for a note is used."""
    return language.say(
        "{length} of {limit} characters",
        length=language.whole(length),
        limit=language.whole(NOTE_LIMIT),
    )
