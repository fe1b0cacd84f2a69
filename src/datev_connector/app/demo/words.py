"""What is done, seen and told, in words.

Three sources, which are never mixed: `done` words a step of the plan, `seen` words what the
connector has told in its stream, `told` words what DATEV has accepted. So a story that reads
well is one that happened.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from datev_connector.app.demo import plan
from datev_connector.app.demo.language import Text, same
from datev_connector.simulators.datev import CallRecord, CallState, Method, Notice

Event = Mapping[str, Any]

OPENING = Text("Lena startet den Connector", "Lena starts the connector")

# --- what is done ---------------------------------------------------------------------------------

_DONE: Mapping[type[plan.Step], Text] = {
    plan.ColleagueRings: Text(
        "Jonas wählt die 21; Lenas Telefon klingelt.", "Jonas dials 21; Lena's telephone rings."
    ),
    plan.ColleagueAnswers: Text("Jonas nimmt ab.", "Jonas picks up."),
    plan.NobodyAnswers: Text(
        "Niemand nimmt ab; der Anrufer legt auf.", "Nobody picks up; the caller hangs up."
    ),
    plan.Holds: Text(
        "Lena legt das erste Gespräch auf Halten.", "Lena puts the first call on hold."
    ),
    plan.ClicksAgain: Text(
        "Lena klickt gleich noch einmal auf dieselbe Nummer.",
        "Lena clicks the same number again at once.",
    ),
    plan.FarEndRings: Text("Beim Angerufenen klingelt es.", "It rings at the far end."),
    plan.DatevDies: Text("DATEV stürzt ab.", "DATEV crashes."),
    plan.DatevReturns: Text("DATEV wird wieder gestartet.", "DATEV is started again."),
    plan.PbxDies: Text(
        "Die Anlage startet neu; das Gespräch reißt ab.", "The PBX restarts; the call is cut off."
    ),
    plan.BookIsRead: Text(
        "Das Adressbuch der Anlage ist inzwischen gelesen.",
        "The address book of the PBX has been read meanwhile.",
    ),
    plan.XmppBreaks: Text(
        "Die XMPP-Leitung zur Anlage reißt; das Gespräch geht weiter.",
        "The XMPP line to the PBX breaks; the call goes on.",
    ),
    plan.PbxReturns: Text("Die Anlage ist wieder da.", "The PBX is back."),
}
_RINGS = Text(
    "{number} ruft an; Lenas Telefon klingelt.", "{number} calls; Lena's telephone rings."
)
_GROUP_RINGS = Text(
    "{number} ruft die Zentrale an; es klingelt bei Lena und Jonas.",
    "{number} calls the reception; it rings at Lena's and Jonas's.",
)
_ANSWERS = Text("Lena nimmt ab.", "Lena picks up.")
_FAR_END_ANSWERS = Text("Der Angerufene nimmt ab.", "The far end picks up.")
_HANGS_UP = Text("Das Gespräch ist zu Ende.", "The call is over.")
_COLLEAGUE_HANGS_UP = Text("Jonas beendet sein Gespräch.", "Jonas ends his call.")
_CHOOSES = Text("Lena wählt aus: {name}.", "Lena chooses: {name}.")
_NOTES = Text(
    "Lena schreibt: „{note}“ Dann drückt sie Strg+Enter.",
    "Lena writes: “{note}” Then she presses Ctrl+Enter.",
)
_CLICKS = Text("Lena klickt bei {name} auf {number}.", "Lena clicks {number} of {name}.")


def done(step: plan.Step, *, dialled: bool) -> Text:  # noqa: PLR0911 -- one a step
    """A step in words; `dialled`: its call was placed from DATEV."""
    match step:
        case plan.Rings(number=number, group=group):
            usual = _GROUP_RINGS if group else _RINGS
            return (step.words or usual).fill(number=number)
        case plan.Answers():
            return step.words or (_FAR_END_ANSWERS if dialled else _ANSWERS)
        case plan.HangsUp(by_colleague=by_colleague):
            return step.words or (_COLLEAGUE_HANGS_UP if by_colleague else _HANGS_UP)
        case plan.Chooses(contact=contact):
            return _CHOOSES.fill(name=contact.name)
        case plan.WritesNote(text=text):
            return _NOTES.fill(note=text)
        case plan.Clicks(contact=contact):
            return _CLICKS.fill(name=contact.name, number=contact.number)
        case _:
            return _DONE[type(step)]


# --- what is seen at the desk ---------------------------------------------------------------------

_OPENS = Text("Ein Fenster geht auf: {who}, {why}.", "A window opens: {who}, {why}.")
_WHY: Mapping[str, Text] = {
    "exact": Text("erkannt an genau dieser Nummer", "known by exactly this number"),
    "company-stem": Text(
        "erkannt an der Kopfnummer der Firma", "known by the company's head number"
    ),
    "completed-local": Text("erkannt an der Ortsnummer", "known by the local number"),
    "none": Text("in keinem Adressbuch", "in no address book"),
}
_WHY_LEARNED = Text("ausgewählt wie beim letzten Mal", "chosen like last time")
_WHY_GIVEN = Text("den Kontakt hat DATEV mitgegeben", "DATEV named the contact")
_WHY_ASKED = Text("mehrere kommen in Frage", "several are possible")
_WHY_INTERNAL = Text("ein interner Anruf", "an internal call")
_ASKS = Text("Die Frage darin: {names}?", "The question in it: {names}?")
_OR = Text(" oder ", " or ")
_WITHHELD = Text("unterdrückte Nummer", "withheld number")
_STATES: Mapping[str, Text] = {
    "connected": Text("{who}: im Gespräch.", "{who}: talking."),
    "held": Text("{who}: wird gehalten.", "{who}: on hold."),
}
_OUTCOMES: Mapping[str, Text] = {
    "answered": Text("{who}: Gespräch beendet.", "{who}: call ended."),
    "missed": Text("{who}: ein verpasster Anruf.", "{who}: a missed call."),
    "answered_elsewhere": Text(
        "{who}: von jemand anderem angenommen, also nicht verpasst.",
        "{who}: answered by somebody else, so not missed.",
    ),
    "unreached": Text("{who}: nicht erreicht.", "{who}: not reached."),
}
_LEGS: Mapping[tuple[str, str], Text] = {
    ("datev", "down"): Text(
        "Hinweis: DATEV ist weg. Was Lena schreibt, bleibt gespeichert.",
        "Notice: DATEV is gone. What Lena writes is kept.",
    ),
    ("datev", "up"): Text("Hinweis: DATEV ist verbunden.", "Notice: DATEV is connected."),
    ("starface", "down"): Text(
        "Hinweis: Die Verbindung zur Telefonanlage ist weg.",
        "Notice: the connection to the PBX is gone.",
    ),
    ("starface", "degraded"): Text(
        "Hinweis: Die Telefonanlage meldet Anrufe nicht von selbst.",
        "Notice: the PBX does not report calls by itself.",
    ),
    ("starface", "up"): Text(
        "Hinweis: An der Telefonanlage angemeldet.", "Notice: signed in to the PBX."
    ),
    ("store", "down"): Text(
        "Hinweis: Anrufe und Notizen können nicht gespeichert werden.",
        "Notice: calls and notes cannot be saved.",
    ),
}
_WAITS = Text("{who}: Die Notiz ist gespeichert und wartet.", "{who}: the note is saved and waits.")
_REFUSED = Text("Der Connector lehnt ab: „{reason}“.", "The connector refuses: “{reason}”.")
_COMPLAINT = Text("Meldung: „{text}“", "Message: “{text}”")

_ORDER = ("leg", "window", "choose", "call", "dial", "datev", "error")


def seen(news: Sequence[Event], calls: Mapping[str, Event]) -> Iterator[Text]:
    """What the connector has told since last time, as the person at the desk sees it.

    `calls`: the newest event `call` of every call.
    """
    known = [event for event in news if event["event"] in _ORDER]
    for event in sorted(known, key=lambda e: _ORDER.index(e["event"])):
        line = _seen(event, calls)
        if line is not None:
            yield line


def _seen(event: Event, calls: Mapping[str, Event]) -> Text | None:  # noqa: PLR0911 - one a kind
    match event["event"]:
        case "leg":
            return _LEGS.get((event["leg"], event["state"]))
        case "window" if event["action"] == "open":
            call = calls.get(event["call"], event)
            return _OPENS.fill(who=_who(call), why=_why(call))
        case "choose":
            names = [str(candidate["name"]) for candidate in event["candidates"]]
            return _ASKS.fill(names=Text(_OR.de.join(names), _OR.en.join(names)))
        case "call":
            text = _STATES.get(event["state"]) or _OUTCOMES.get(event.get("outcome", ""))
            return text.fill(who=_who(event)) if text else None
        case "dial" if event.get("refused"):
            return _REFUSED.fill(reason=event["refused"])
        case "datev" if event["result"] == "queued":
            return _WAITS.fill(who=_who(calls.get(event["call"], {})))
        case "error":
            return _COMPLAINT.fill(text=event["text"])
    return None


def _who(call: Event) -> Text:
    known = call.get("name") or call.get("number")
    return same(str(known)) if known else _WITHHELD


def _why(call: Event) -> Text:
    if call.get("internal"):
        return _WHY_INTERNAL
    settled = {"learned": _WHY_LEARNED, "given": _WHY_GIVEN, "asked": _WHY_ASKED}
    by_hand = settled.get(str(call.get("known")))
    rule = str(call.get("match", {}).get("rule", "none"))
    return by_hand or _WHY.get(rule, _WHY["none"])


# --- what DATEV is told ---------------------------------------------------------------------------

_NOTICES: Mapping[tuple[Method, CallState], Text] = {
    (Method.NEW_CALL, CallState.OFFERED): Text(
        "Neuer Anruf, es klingelt: {contact}, {number}", "New call, ringing: {contact}, {number}"
    ),
    (Method.NEW_CALL, CallState.CONNECTED): Text(
        "Neuer Anruf, verbunden: {contact}, {number}", "New call, connected: {contact}, {number}"
    ),
    (Method.CALL_STATE_CHANGED, CallState.CONNECTED): Text("Verbunden: {who}", "Connected: {who}"),
    (Method.CALL_STATE_CHANGED, CallState.FINISHED): Text("Beendet: {who}", "Finished: {who}"),
    (Method.CALL_STATE_CHANGED, CallState.ABSENCE): Text(
        "Nicht angenommen: {who}", "Not answered: {who}"
    ),
    (Method.CALL_ADRESSAT_CHANGED, CallState.CONNECTED): Text(
        "Der Kontakt ist jetzt: {who}", "The contact is now: {who}"
    ),
}
_OTHER_NOTICE = Text("{method} {state}: {who}", "{method} {state}: {who}")
_JOURNAL = Text("Neu im Journal: {who}, „{note}“", "New in the journal: {who}, “{note}”")
_JOURNAL_BARE = Text("Neu im Journal: {who}, ohne Notiz", "New in the journal: {who}, no note")
NO_CONTACT = Text("kein Kontakt", "no contact")


def notice(told: Notice) -> Text:
    """A live notification that DATEV has accepted."""
    record = told.record
    text = _NOTICES.get((told.method, record.call_state), _OTHER_NOTICE)
    return text.fill(
        contact=record.name or NO_CONTACT,
        who=record.name or record.number or _WITHHELD,
        number=record.number or _WITHHELD,
        method=told.method.value,
        state=record.call_state.name.capitalize(),
    )


def journal(record: CallRecord) -> Text:
    """A journal entry that DATEV has accepted."""
    text = _JOURNAL if record.note else _JOURNAL_BARE
    return text.fill(who=record.name or record.number or _WITHHELD, note=record.note)


# --- what was waited for in vain ------------------------------------------------------------------

LEG_STATES: Mapping[tuple[str, bool], Text] = {
    ("starface", True): Text(
        "der Connector mit der Telefonanlage verbunden ist",
        "the connector is connected to the PBX",
    ),
    ("starface", False): Text(
        "der Connector merkt, dass die Telefonanlage weg ist",
        "the connector notices that the PBX is gone",
    ),
    ("xmpp", True): Text(
        "der Connector Anrufe über XMPP gemeldet bekommt",
        "the connector is told of calls over XMPP",
    ),
    ("xmpp", False): Text(
        "der Connector Anrufe über HTTPS gemeldet bekommt",
        "the connector is told of calls over HTTPS",
    ),
    ("contacts.starface", True): Text(
        "das Adressbuch der Anlage gelesen ist", "the address book of the PBX is read"
    ),
    ("datev", True): Text(
        "der Connector mit DATEV verbunden ist", "the connector is connected to DATEV"
    ),
    ("datev", False): Text(
        "der Connector merkt, dass DATEV weg ist", "the connector notices that DATEV is gone"
    ),
}
DESK_STATES: Mapping[plan.Desk, Text] = {
    plan.Desk.RINGING: Text("klingelt", "ringing"),
    plan.Desk.DIALLING: Text("wird gewählt", "dialling"),
    plan.Desk.CONNECTED: Text("im Gespräch", "connected"),
    plan.Desk.HELD: Text("gehalten", "held"),
    plan.Desk.ENDED: Text("beendet", "ended"),
}
CALL_SHOWN = Text(
    "der Connector den Anruf als „{state}“ zeigt", "the connector shows the call as “{state}”"
)
WHO_ASKED = Text("der Connector fragt, wer es ist", "the connector asks who it is")
NOTE_SHOWN = Text("der Connector die Notiz zeigt", "the connector shows the note")
NOTE_KEPT = Text(
    "der Connector die Notiz für DATEV aufhebt", "the connector keeps the note for DATEV"
)
DATEV_TOLD = Text(
    "DATEV alles erfährt, was zu diesem Schritt gehört (es fehlen noch: {missing})",
    "DATEV is told all that belongs to this step (still missing: {missing})",
)
CALL_UNKNOWN = Text("Der Connector kennt den Anruf nicht", "the connector does not know the call")
NOT_DIALLED = Text(
    "Auf den Klick in DATEV hin wurde nicht gewählt", "the click in DATEV was not dialled"
)
CLICK_REFUSED = Text(
    "Der Connector lehnt den Klick in DATEV ab", "the connector refuses the click in DATEV"
)
CLICKED_TWICE = Text(
    "Der Connector wählt nach einem Doppelklick zweimal",
    "the connector dials twice after a double click",
)
