"""What the journal says of a call, and of having none. Pure: no Qt, no clock."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from enum import Enum, StrEnum, auto

from datev_connector.desktop.call_window.face import name_of, number_of
from datev_connector.desktop.ports import Only
from datev_connector.domain.calls import Call, Direction, Live, Outcome
from datev_connector.texts.language import Language
from datev_connector.texts.moments import Moments, duration


class Kind(StrEnum):
    """What kind of call it was; each has a shape and words."""

    LIVING = "living"
    INCOMING = "incoming"
    OUTGOING = "outgoing"
    MISSED = "missed"
    ELSEWHERE = "elsewhere"
    UNREACHED = "unreached"


class InDatev(Enum):
    """How far a call and its note have come on their way to DATEV."""

    NO = auto()
    DRAFT = auto()
    """The note holds something that nobody has sent."""
    WAITS = auto()
    YES = auto()


@dataclass(frozen=True, slots=True, kw_only=True)
class RowWords:
    """A row of the journal."""

    kind: Kind
    kind_words: str
    when: str
    name: str
    client: str
    number: str
    duration: str
    note: str
    """The first line of the note."""
    in_datev: InDatev
    datev: str


def row_words(call: Call, language: Language, moments: Moments, now: datetime) -> RowWords:
    """Word a call as a row; `now` in UTC."""
    return RowWords(
        kind=kind_of(call),
        kind_words=kind_words(kind_of(call), language),
        when=moments.when(call.began_at, now),
        name=_name(call, language),
        client=call.person.client_number if call.person is not None else "",
        number=number_of(call),
        duration=_duration(call, language),
        note=first_line(call.note),
        in_datev=in_datev(call),
        datev=datev_words(call, language, moments, now),
    )


def kind_of(call: Call) -> Kind:
    """Tell what kind of call it was."""
    if call.active:
        return Kind.LIVING
    match call.outcome:
        case Outcome.MISSED:
            return Kind.MISSED
        case Outcome.ANSWERED_ELSEWHERE:
            return Kind.ELSEWHERE
        case Outcome.UNREACHED:
            return Kind.UNREACHED
        case _ if call.direction is Direction.OUTGOING:
            return Kind.OUTGOING
        case _:
            return Kind.INCOMING


def kind_words(kind: Kind, language: Language) -> str:
    """Say what a shape means."""
    words = {
        Kind.LIVING: language.say("Call in progress"),
        Kind.INCOMING: language.say("Incoming call"),
        Kind.OUTGOING: language.say("Outgoing call"),
        Kind.MISSED: language.say("Missed call"),
        Kind.ELSEWHERE: language.say("Answered by somebody else"),
        Kind.UNREACHED: language.say("Not reached"),
    }
    return words[kind]


def in_datev(call: Call) -> InDatev:
    """Tell how far a call has come; an open note counts more than a call that has arrived."""
    noted = bool(call.note.strip())
    if noted and call.note_wanted and call.wanted_revision == call.note_revision:
        return InDatev.WAITS
    if call.is_draft:
        return InDatev.DRAFT
    if noted and call.note_sent_revision > call.note_in_datev_revision:
        return InDatev.WAITS
    if call.in_datev_at is not None:
        return InDatev.YES
    promised = bool(call.wanted or call.from_datev or call.owed)
    broken = call.live is Live.BROKEN
    owed = call.journalled or (promised and (call.owes_journal if not call.active else broken))
    return InDatev.WAITS if owed else InDatev.NO


def datev_words(call: Call, language: Language, moments: Moments, now: datetime) -> str:
    """Say how far a call has come."""
    match in_datev(call):
        case InDatev.DRAFT:
            return language.say("draft")
        case InDatev.WAITS:
            return language.say("waiting")
        case InDatev.YES if call.in_datev_at is not None:
            time, date = moments.time(call.in_datev_at), moments.date(call.in_datev_at)
            today = moments.since(call.in_datev_at, now) == time
            return language.say("in DATEV {moment}", moment=time if today else date)
        case _:
            return language.say("no")


def sendable(call: Call) -> bool:
    """Tell whether the DATEV button would do anything."""
    return in_datev(call) in (InDatev.NO, InDatev.DRAFT)


def first_line(note: str) -> str:
    """The first line with something in it; dots where more follow."""
    lines = [line.strip() for line in note.splitlines() if line.strip()]
    if not lines:
        return ""
    return lines[0] if len(lines) == 1 else f"{lines[0]} …"


def headline(call: Call, language: Language, moments: Moments, now: datetime) -> str:
    """One line below the name: what kind of call, when, how long, with which number."""
    words = row_words(call, language, moments, now)
    number = words.number if call.name.strip() else ""
    parts = (words.kind_words, words.when, _spoken(call, words, language), number)
    return " · ".join(filter(None, parts))


def nothing_there(only: Only, text: str, language: Language) -> str:
    """Say that a list is empty, and why."""
    if text.strip():
        return language.say("No call fits “{text}”.", text=text.strip())
    words = {
        Only.ALL: language.say("No calls yet."),
        Only.MISSED: language.say("No missed calls."),
        Only.DRAFT: language.say("No open notes."),
        Only.NOT_IN_DATEV: language.say("All calls are in DATEV."),
    }
    return words[only]


def filter_words(only: Only, language: Language) -> str:
    """Name a filter."""
    words = {
        Only.ALL: language.say("All"),
        Only.MISSED: language.say("Missed"),
        Only.DRAFT: language.say("Open notes"),
        Only.NOT_IN_DATEV: language.say("Not yet in DATEV"),
    }
    return words[only]


def fits(call: Call, only: Only) -> bool:
    """Tell whether a call belongs to what a filter shows."""
    match only:
        case Only.ALL:
            return True
        case Only.MISSED:
            return call.outcome is Outcome.MISSED
        case Only.DRAFT:
            return call.is_draft
        case Only.NOT_IN_DATEV:
            return call.in_datev_at is None


def _name(call: Call, language: Language) -> str:
    """Who it was; the number has a column of its own."""
    if call.name.strip() or not call.number:
        return name_of(call, language)
    return language.say("unknown")


def _duration(call: Call, language: Language) -> str:
    if call.active:
        return language.say("running")
    if call.connected_at is None or call.ended_at is None:
        return ""
    return duration(call.ended_at - call.connected_at)


def _spoken(call: Call, words: RowWords, language: Language) -> str:
    if call.active or not words.duration:
        return ""
    return language.say("spoken for {duration}", duration=words.duration)
