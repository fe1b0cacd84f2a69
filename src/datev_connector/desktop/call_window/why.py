"""Why the window shows this contact, in words. Pure."""

from __future__ import annotations

from datev_connector.domain.calls import Call, Known, Person
from datev_connector.domain.choice import PBX_NAME_PREFIX
from datev_connector.domain.contacts import Rule
from datev_connector.texts.language import Language


def why(call: Call, language: Language) -> str:  # noqa: PLR0911 - one line a reason
    """Say how the contact was settled, or why there is none; one or two short sentences."""
    person = call.person
    match call.known:
        case Known.GIVEN if person is not None:
            return language.say("Given by DATEV.")
        case Known.CHOSEN if person is not None:
            return language.say("Chosen by you.")
        case Known.LEARNED if person is not None:
            return _learned(person, language)
        case Known.AUTOMATIC if person is not None:
            return _both(_by_rule(person, language), _of_several(call, person, language))
        case Known.ASKED:
            number = len(call.candidates)
            return language.count(
                "{number} contact fits this number.", "{number} contacts fit this number.", number
            )
        case Known.REJECTED:
            return language.say("You said that it is none of the contacts that fit.")
        case Known.NOT_YET:
            return language.say("The contact is being looked up …")
        case _:
            return _nobody(call, language)


def is_rejectable(call: Call) -> bool:
    """Tell whether the contact was settled without the person, or can be taken back."""
    return call.person is not None and call.known is not Known.GIVEN


def _learned(person: Person, language: Language) -> str:
    last = language.say("As chosen last time for this number.")
    if person.rule in (Rule.COMPANY_STEM, Rule.COMPLETED_LOCAL):
        return _both(last, _by_rule(person, language))
    return last


def _by_rule(person: Person, language: Language) -> str:
    if person.ref.id.startswith(PBX_NAME_PREFIX):
        return language.say("The name comes from the phone system.")
    match person.rule:
        case Rule.COMPANY_STEM:
            return language.say("By the head number {number}.", number=person.number)
        case Rule.COMPLETED_LOCAL:
            return language.say(
                "By the number {number}, your area code put in.", number=person.number
            )
        case _:
            return language.say("By exactly this number.")


def _of_several(call: Call, person: Person, language: Language) -> str:
    several = len(call.candidates)
    if several <= 1:
        return ""
    if call.datev_hits == 1 and person.ref.source.in_datev:
        return language.say("The only hit in DATEV.")
    return language.say("The first of {several} hits.", several=language.whole(several))


def _nobody(call: Call, language: Language) -> str:
    if call.internal:
        return language.say("A call inside the phone system.")
    if not call.number:
        return language.say("The caller withholds the number.")
    if call.candidates:
        return language.say("Only contacts fit that are no longer active.")
    return language.say("Nobody in the contacts has this number.")


def _both(one: str, other: str) -> str:
    return f"{one} {other}" if other else one
