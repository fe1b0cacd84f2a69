"""The words of the verdict: outcomes, states, and every difference that can be found."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from datev_connector.app.demo.language import Text, same
from datev_connector.simulators.datev import CallState
from datev_connector.simulators.starface import Outcome

PBX_OUTCOMES: Mapping[Outcome, Text] = {
    Outcome.OPEN: Text("noch nicht beendet", "not ended"),
    Outcome.ANSWERED: Text("angenommen", "answered"),
    Outcome.MISSED: Text("nicht angenommen", "not answered"),
    Outcome.ANSWERED_ELSEWHERE: Text("anderswo angenommen", "answered elsewhere"),
    Outcome.REJECTED: Text("abgewiesen", "rejected"),
    Outcome.BUSY: Text("besetzt", "busy"),
    Outcome.UNREACHED: Text("nicht erreicht", "not reached"),
    Outcome.VOICEMAIL: Text("an die Mailbox", "to the mailbox"),
    Outcome.FORWARDED: Text("weitergeleitet", "forwarded"),
    Outcome.LOST: Text("durch Neustart abgerissen", "cut off by the restart"),
}
_DESK_OUTCOMES: Mapping[str, Text] = {
    "": Text("unbekannt", "unknown"),
    "answered": Text("geführt", "answered"),
    "missed": Text("verpasst", "missed"),
    "answered_elsewhere": Text("anderswo angenommen", "answered elsewhere"),
    "unreached": Text("nicht erreicht", "not reached"),
}
STATES: Mapping[CallState, Text] = {
    CallState.OFFERED: Text("klingelt", "ringing"),
    CallState.CONNECTED: Text("verbunden", "connected"),
    CallState.FINISHED: Text("beendet", "finished"),
    CallState.ABSENCE: Text("nicht angenommen", "not answered"),
}
CONTACT_CHANGED = Text("Kontakt gewählt", "contact chosen")
NOTHING = Text("nichts", "nothing")
NOBODY = Text("kein Kontakt", "no contact")


def states(chain: Sequence[CallState]) -> Text:
    """A chain of states; a repeated `Connected` is a change of contact."""
    if not chain:
        return NOTHING
    said = [
        CONTACT_CHANGED if state is before else STATES[state]
        for before, state in zip((None, *chain), chain, strict=False)
    ]
    return Text(", ".join(one.de for one in said), ", ".join(one.en for one in said))


def notes(count: int) -> Text:
    """How many notes."""
    if count == 1:
        return Text("1 Notiz", "1 note")
    return Text(f"{count} Notizen", f"{count} notes")


def in_journal(count: int) -> Text:
    """How many notes DATEV's journal holds for a call."""
    return Text(f"{notes(count).de} im Journal", f"{notes(count).en} in the journal")


def at_pbx(outcome: Outcome, by: str | None) -> Text:
    """How a call ended at the PBX, and who of the office had answered it."""
    said = PBX_OUTCOMES[outcome]
    if by is None or outcome is not Outcome.ANSWERED:
        return said
    return Text(f"{said.de} von {by}", f"{said.en} by {by}")


def desk(outcome: str) -> Text:
    """How the person at the desk saw a call end."""
    return _DESK_OUTCOMES.get(outcome, same(outcome))


# --- differences ----------------------------------------------------------------------------------


def about(title: Text, difference: Text) -> Text:
    """A difference with the call it is about."""
    return Text(f"{title.de}: {difference.de}", f"{title.en}: {difference.en}")


def _instead(de: str, en: str, got: Text, wanted: Text) -> Text:
    return Text(f"{de} „{got.de}“ statt „{wanted.de}“", f"{en} “{got.en}” instead of “{wanted.en}”")


CALL_LIST = Text("Anrufliste von DATEV", "DATEV's call list")
JOURNAL = Text("Journal von DATEV", "DATEV's journal")
NEVER_CAME = Text("den Anruf gab es an der Anlage nicht", "the PBX had no such call")
NOT_IN_CALL_LIST = Text("fehlt in der Anrufliste von DATEV", "missing in DATEV's call list")


def pbx_outcome(got: Outcome, wanted: Outcome) -> Text:
    """The PBX's own account is another than planned."""
    return _instead("an der Anlage", "at the PBX", PBX_OUTCOMES[got], PBX_OUTCOMES[wanted])


def desk_outcome(got: str, wanted: str) -> Text:
    """The connector showed another end of the call."""
    return _instead("an Lenas Platz", "at Lena's desk", desk(got), desk(wanted))


def other_states(got: Sequence[CallState], wanted: Sequence[CallState]) -> Text:
    """DATEV was told another course of the call."""
    return _instead("DATEV kennt den Verlauf", "DATEV's states are", states(got), states(wanted))


def other_end(got: CallState, wanted: CallState) -> Text:
    """DATEV's journal tells another end of the call."""
    return _instead(
        "im Journal von DATEV heißt es", "DATEV's journal says", STATES[got], STATES[wanted]
    )


def other_number(got: str, wanted: str) -> Text:
    """DATEV shows another number."""
    return _instead("falsche Nummer", "wrong number", same(got), same(wanted))


def other_contact(got: str, wanted: str) -> Text:
    """DATEV shows another contact, or the right one with another id or source."""
    if got == wanted:
        return Text(
            f"Kontakt „{got}“ mit falscher Id oder Quelle",
            f"contact “{got}” with a wrong id or source",
        )
    return _instead(
        "falscher Kontakt",
        "wrong contact",
        same(got) if got else NOBODY,
        same(wanted) if wanted else NOBODY,
    )


def notes_missing(got: int, wanted: int) -> Text:
    """DATEV's journal lacks notes."""
    return Text(
        f"im Journal von DATEV {notes(got).de} statt {wanted}",
        f"{notes(got).en} in DATEV's journal instead of {wanted}",
    )


def other_note(got: str, wanted: str) -> Text:
    """DATEV has another note."""
    return _instead("falsche Notiz", "wrong note", same(got), same(wanted))


def kept_times(count: int) -> Text:
    """The connector's own journal does not hold the call exactly once."""
    return Text(
        f"steht {count}-mal im eigenen Journal des Connectors statt einmal",
        f"is {count} times in the connector's own journal instead of once",
    )


def kept_outcome(got: str, wanted: str) -> Text:
    """The connector's own journal tells another end."""
    return _instead(
        "im eigenen Journal des Connectors",
        "in the connector's own journal",
        desk(got),
        desk(wanted),
    )


def kept_note(got: str, wanted: str, *, draft: bool) -> Text:
    """The connector's own journal has another note, or an unsent one."""
    if draft and got == wanted:
        return Text("die Notiz gilt noch als nicht gesendet", "the note still counts as unsent")
    return _instead(
        "im eigenen Journal des Connectors die Notiz",
        "in the connector's own journal the note",
        same(got),
        same(wanted),
    )


def unplanned_call(caller: str, called: str) -> Text:
    """A call at the PBX that the plan does not have."""
    return Text(
        f"An der Anlage gab es einen weiteren Anruf von {caller} an {called}",
        f"The PBX had another call from {caller} to {called}",
    )


def additional_call(name: str, number: str) -> Text:
    """A call in DATEV that nobody expects."""
    who = ", ".join(filter(None, (name, number)))
    return Text(
        f"Überzählig in der Anrufliste von DATEV: {who}", f"Too many in DATEV's call list: {who}"
    )


def additional_note(name: str, number: str, note: str) -> Text:
    """A journal entry that nobody expects."""
    who = ", ".join(filter(None, (name, number)))
    return Text(
        f"Überzählig im Journal von DATEV: {who}, „{note}“",
        f"Too many in DATEV's journal: {who}, “{note}”",
    )


def violation(finding: object) -> Text:
    """A rule of DATEV's interface was broken."""
    return Text(f"Verstoß gegen DATEVs Regeln: {finding}", f"DATEV's rules broken: {finding}")


def sign_ins(good: int, wanted: int, bad: int) -> Text:
    """The PBX saw other sign-ins than planned."""
    return Text(
        f"Anmeldungen über HTTPS: {good} statt {wanted}, abgewiesen: {bad}",
        f"sign-ins over HTTPS: {good} instead of {wanted}, refused: {bad}",
    )


def outbox(count: int) -> Text:
    """The connector still holds something for DATEV."""
    return Text(
        f"Im Ausgang des Connectors wartet noch etwas für DATEV ({count})",
        f"The connector's outbox still holds something for DATEV ({count})",
    )


def kept_unplanned(number: str) -> Text:
    """The connector's own journal has a call that nobody made."""
    return Text(
        f"Überzählig im eigenen Journal des Connectors: {number}",
        f"Too many in the connector's own journal: {number}",
    )


def error(text: Text) -> Text:
    """The connector told its user of an error, or failed itself."""
    return Text(f"Fehler: {text.de}", f"Error: {text.en}")
