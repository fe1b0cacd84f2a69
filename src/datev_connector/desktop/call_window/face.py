"""Everything that a window shows of its call, as a value. Pure: no Qt, no clock."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from enum import Enum, auto

from datev_connector.desktop.call_window.why import is_rejectable, why
from datev_connector.domain.calls import Call, CallState, Direction, Known, Outcome, Person
from datev_connector.domain.contacts import ClientState, Contact, Rule, Source
from datev_connector.domain.numbers import is_function_code, national_format
from datev_connector.texts.language import Language
from datev_connector.texts.moments import Moments, duration


class Sign(Enum):
    """The shape beside the state."""

    INCOMING = auto()
    OUTGOING = auto()
    TALKING = auto()
    HELD = auto()
    MISSED = auto()


@dataclass(frozen=True, slots=True, kw_only=True)
class Face:
    """What is read in the window of a call; what has nothing to say is empty."""

    title: str
    """Of the window, as the system lists it."""
    state: str
    """Direction and state."""
    sign: Sign
    name: str
    badge: str
    """Where the contact comes from."""
    client: str
    company: str
    """What the phone system says beside the contact: a name, a group, who put the call through."""
    number: str
    why: str
    rejectable: bool
    asks: bool
    """The question who it is is open."""
    assignable: bool
    """Somebody can be said to be this contact."""
    memorable: bool
    """A choice can be remembered for the number."""
    hangs_up: bool
    calls_back: str
    """The number that is called back; empty: it cannot be."""


def face_of(call: Call, language: Language, moments: Moments, now: datetime) -> Face:
    """Word a call; `now` is UTC."""
    name = name_of(call, language)
    state = _state(call, language)
    return Face(
        title=language.say("{name}: {state}", name=name, state=state),
        state=_with_moment(state, call, language, moments.since(call.began_at, now)),
        sign=_sign(call),
        name=name,
        badge="" if call.person is None else badge_of(call.person.ref.source, language),
        client="" if call.person is None else client_of(call.person, language),
        company=_company(call, language),
        number=number_of(call),
        why=why(call, language),
        rejectable=is_rejectable(call),
        asks=call.known is Known.ASKED,
        assignable=call.known is not Known.NOT_YET,
        memorable=call.e164 is not None,
        hangs_up=call.active,
        calls_back="" if call.active else called_back(call),
    )


def name_of(call: Call, language: Language) -> str:
    """Name whoever is at the other end, by the number if need be."""
    if call.name.strip():
        return call.name.strip()
    if call.number:
        return number_of(call)
    return language.say("Number withheld")


def number_of(call: Call) -> str:
    """The number as people write it; empty if it is withheld."""
    return national_format(call.e164) if call.e164 else call.number


def called_back(call: Call) -> str:
    """The number that calls back; empty where there is none.

    A caller can send whatever it likes as its number: an order to the PBX is not to be carried out.
    """
    sent = call.e164 or call.number
    return "" if call.direction is Direction.INCOMING and is_function_code(sent) else sent


def badge_of(source: Source, language: Language) -> str:
    """Name a source of contacts, in one word."""
    names = {
        Source.DATEV: "DATEV",
        Source.INSTITUTION: language.say("Institution"),
        Source.STARFACE: "STARFACE",
    }
    return names[source]


def client_of(person: Person, language: Language) -> str:
    """Say which client of the office somebody is."""
    if not person.client_number:
        return ""
    if person.client_state is ClientState.INACTIVE:
        return language.say("Client {number} (no longer active)", number=person.client_number)
    return language.say("Client {number}", number=person.client_number)


def person_of(contact: Contact, call: Call) -> Person:
    """A contact as the other end of this call, chosen by a person and by no rule."""
    return Person(
        ref=contact.ref,
        name=contact.name,
        number=call.number,
        client_number=contact.client_number,
        client_state=contact.client_state,
        rule=Rule.NONE,
    )


def running_time(call: Call, now: datetime) -> str:
    """The time since the answer, or what it was in the end; empty where nobody answered."""
    if call.connected_at is None:
        return ""
    return duration((now if call.active else call.ended_at or now) - call.connected_at)


def is_running(call: Call) -> bool:
    """Tell whether the running time goes on."""
    return call.active and call.connected_at is not None


def _company(call: Call, language: Language) -> str:
    parts = []
    if call.person is not None and _is_other_name(call.pbx_name, call.person.name):
        parts.append(language.say("Phone system: {name}", name=call.pbx_name))
    if call.group:
        parts.append(language.say("Group {group}", group=call.group))
    if call.first_number:
        parts.append(language.say("Put through by {number}", number=call.first_number))
    return " · ".join(parts)


def _is_other_name(sent: str, shown: str) -> bool:
    return bool(sent.strip()) and sent.strip().casefold() != shown.strip().casefold()


def _state(call: Call, language: Language) -> str:  # noqa: PLR0911 - one line a state
    incoming = call.direction is Direction.INCOMING
    match call.state:
        case CallState.RINGING:
            return language.say("Incoming call")
        case CallState.DIALLING if call.from_datev:
            return language.say("Dialled from DATEV")
        case CallState.DIALLING:
            return language.say("Being dialled")
        case CallState.CONNECTED if incoming:
            return language.say("Incoming call, connected")
        case CallState.CONNECTED:
            return language.say("Outgoing call, connected")
        case CallState.HELD if incoming:
            return language.say("Incoming call, on hold")
        case CallState.HELD:
            return language.say("Outgoing call, on hold")
        case CallState.ENDED:
            return _ended(call, language)


def _ended(call: Call, language: Language) -> str:
    match call.outcome:
        case Outcome.MISSED:
            return language.say("Missed call")
        case Outcome.ANSWERED_ELSEWHERE:
            return language.say("Answered by somebody else")
        case Outcome.UNREACHED:
            return language.say("Not reached")
        case _ if call.direction is Direction.INCOMING:
            return language.say("Incoming call, ended")
        case _:
            return language.say("Outgoing call, ended")


def _with_moment(state: str, call: Call, language: Language, moment: str) -> str:
    """Calls that are over also say when they were."""
    if call.active:
        return state
    return language.say("{state} · {moment}", state=state, moment=moment)


def _sign(call: Call) -> Sign:
    if call.state is CallState.HELD:
        return Sign.HELD
    if call.state is CallState.CONNECTED:
        return Sign.TALKING
    if call.outcome in (Outcome.MISSED, Outcome.UNREACHED):
        return Sign.MISSED
    return Sign.INCOMING if call.direction is Direction.INCOMING else Sign.OUTGOING
