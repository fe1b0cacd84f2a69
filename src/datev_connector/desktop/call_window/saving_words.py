"""How far a note has come, in words. Pure."""

from __future__ import annotations

from datetime import datetime

from datev_connector.desktop.call_window.saving import Saving
from datev_connector.domain.calls import Call
from datev_connector.domain.rules import NOTE_LIMIT
from datev_connector.texts.language import Language
from datev_connector.texts.moments import Moments


def saving_words(
    state: Saving, call: Call, over: int, language: Language, moments: Moments, now: datetime
) -> str:
    """Say how far the note has come; `over`: so many characters are too many."""
    if state is Saving.TOO_LONG:
        return language.count(
            "{number} character too many for DATEV: not saved.",
            "{number} characters too many for DATEV: not saved.",
            over,
        )
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


def counter_words(length: int, language: Language) -> str:
    """Say how much of the room for a note is used."""
    return language.say(
        "{length} of {limit} characters",
        length=language.whole(length),
        limit=language.whole(NOTE_LIMIT),
    )
