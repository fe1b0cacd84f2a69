"""The working day that the demo plays."""

from __future__ import annotations

from datev_connector.app.demo.language import Text, same
from datev_connector.app.demo.office import (
    BRUECK,
    HOLLERBACH,
    KESSLER,
    LINDNER,
    PETERSEN,
    SABINE_REUTER,
    TAX_OFFICE,
    VOGT,
    ZIEGLER,
)
from datev_connector.app.demo.plan import (
    Answers,
    BookIsRead,
    Chooses,
    Clicks,
    ClicksAgain,
    ColleagueAnswers,
    ColleagueRings,
    DatevDies,
    DatevReturns,
    Day,
    Desk,
    Entry,
    Expected,
    FarEndRings,
    HangsUp,
    Holds,
    NobodyAnswers,
    PbxDies,
    PbxReturns,
    Rings,
    Scene,
    WritesNote,
    XmppBreaks,
)
from datev_connector.simulators.datev import CallState, Direction
from datev_connector.simulators.starface import Outcome as PbxOutcome

ANSWERED = (CallState.OFFERED, CallState.CONNECTED, CallState.FINISHED)
UNANSWERED = (CallState.OFFERED, CallState.ABSENCE)
REUTERS_AT_PBX = "00492214710464"

_WAGES = (
    "Lohn August: zwei neue Aushilfen ab 1. September, Personalbögen kommen per Post. "
    "Bitte vor dem 20. rechnen."
)
_DEADLINE = "Fristverlängerung für die Umsatzsteuererklärung beantragen, Rückruf bis Donnerstag."
_DROPPED = "Leitung war plötzlich weg. Rückruf: Frage zur Abschreibung des Umbaus."
_INVOICE = "Rechnung 2207 doppelt gebucht? Beleg liegt bei, bitte prüfen."
_LIFT = "Wartung vom Oktober wird storniert und neu berechnet, alte Rechnung nicht buchen."
_RENT = "Mietvertrag für die neuen Praxisräume ist unterschrieben, Kopie folgt."

_KNOWN_CLIENT = Scene(
    name="known client",
    clock="08:05",
    title=Text(
        "Eine bekannte Mandantin ruft an, Lena notiert mit",
        "A known client calls, Lena takes a note",
    ),
    steps=(
        Rings(call="hollerbach", number="00492214710133", told=1),
        Answers(call="hollerbach", told=1),
        WritesNote(call="hollerbach", text=_WAGES),
        HangsUp(call="hollerbach", told=2),
    ),
    expected=(
        Expected(
            call="hollerbach",
            title=same(HOLLERBACH.name),
            pbx=PbxOutcome.ANSWERED,
            desk="answered",
            number="0221 4710-133",
            contact=HOLLERBACH,
            live=ANSWERED,
            journal=(Entry(note=_WAGES),),
        ),
    ),
)

_DIRECT_LINE = Scene(
    name="direct line",
    clock="08:40",
    title=Text(
        "Eine Durchwahl, die in keinem Adressbuch steht",
        "A direct line that is in no address book",
    ),
    steps=(
        Rings(call="ziegler", number="00498999998217", told=1),
        Answers(call="ziegler", told=1),
        HangsUp(call="ziegler", told=1),
    ),
    expected=(
        Expected(
            call="ziegler",
            title=same(ZIEGLER.name),
            pbx=PbxOutcome.ANSWERED,
            desk="answered",
            number="00498999998217",
            contact=ZIEGLER,
            live=ANSWERED,
        ),
    ),
)

_SHARED_NUMBER = Scene(
    name="shared number",
    clock="09:10",
    title=Text(
        "Zwei Mandanten haben dieselbe Nummer",
        "Two clients share a number",
    ),
    steps=(
        Rings(call="reuter", number=REUTERS_AT_PBX, asks=True, told=1),
        Answers(call="reuter", told=1),
        Chooses(call="reuter", contact=SABINE_REUTER, told=1),
        HangsUp(call="reuter", told=1),
    ),
    expected=(
        Expected(
            call="reuter",
            title=same(SABINE_REUTER.name),
            pbx=PbxOutcome.ANSWERED,
            desk="answered",
            number=REUTERS_AT_PBX,
            contact=SABINE_REUTER,
            live=(
                CallState.OFFERED,
                CallState.CONNECTED,
                CallState.CONNECTED,
                CallState.FINISHED,
            ),
        ),
    ),
)

_MISSED = Scene(
    name="missed",
    clock="09:45",
    title=Text("Lena ist nicht am Platz", "Lena is away from her desk"),
    steps=(
        Rings(call="tax-office", number="00492214710700", told=1),
        NobodyAnswers(call="tax-office", told=1),
    ),
    expected=(
        Expected(
            call="tax-office",
            title=same(TAX_OFFICE.name),
            pbx=PbxOutcome.MISSED,
            desk="missed",
            number="0221 4710-700",
            contact=TAX_OFFICE,
            live=UNANSWERED,
        ),
    ),
)

_GROUP = Scene(
    name="group call",
    clock="10:20",
    title=Text(
        "Ein Anruf an die Zentrale; Jonas ist schneller",
        "A call to the reception; Jonas is faster",
    ),
    steps=(
        BookIsRead(),
        Rings(call="pohl", number="00492214710815", group=True, told=1),
        ColleagueAnswers(call="pohl", told=1),
        HangsUp(call="pohl", by_colleague=True),
    ),
    expected=(
        Expected(
            call="pohl",
            title=same("Hausverwaltung Pohl"),
            pbx=PbxOutcome.ANSWERED,
            desk="answered_elsewhere",
            number="00492214710815",
            live=UNANSWERED,
        ),
    ),
)

_INTERNAL = Scene(
    name="internal",
    clock="10:50",
    title=Text(
        "Jonas ruft von nebenan an; das geht DATEV nichts an",
        "Jonas calls from next door; none of DATEV's business",
    ),
    steps=(
        ColleagueRings(call="jonas"),
        Answers(call="jonas"),
        HangsUp(call="jonas"),
    ),
    expected=(
        Expected(
            call="jonas",
            title=Text("Jonas Brandt, intern", "Jonas Brandt, internal"),
            pbx=PbxOutcome.ANSWERED,
            desk="answered",
            number="22",
        ),
    ),
)

_CLICK_TO_DIAL = Scene(
    name="click to dial",
    clock="11:30",
    title=Text(
        "Lena wählt aus DATEV heraus und klickt aus Versehen doppelt",
        "Lena dials from DATEV, with an accidental second click",
    ),
    steps=(
        Clicks(call="kessler", contact=KESSLER),
        ClicksAgain(call="kessler", contact=KESSLER),
        FarEndRings(call="kessler", told=1),
        Answers(call="kessler", told=1),
        HangsUp(call="kessler", told=1),
    ),
    expected=(
        Expected(
            call="kessler",
            title=same(KESSLER.name),
            pbx=PbxOutcome.ANSWERED,
            desk="answered",
            direction=Direction.OUTGOING,
            number="069 90009-310",
            contact=KESSLER,
            live=ANSWERED,
        ),
    ),
)

_DATEV_DIES = Scene(
    name="DATEV dies",
    clock="13:15",
    title=Text("DATEV stürzt mitten im Gespräch ab", "DATEV crashes in the middle of a call"),
    steps=(
        Rings(call="petersen", number="00494066969520", told=1),
        Answers(call="petersen", told=1),
        DatevDies(),
        WritesNote(call="petersen", text=_DEADLINE),
        HangsUp(call="petersen", note_waits=True),
        DatevReturns(told=1),
    ),
    expected=(
        Expected(
            call="petersen",
            title=same(PETERSEN.name),
            pbx=PbxOutcome.ANSWERED,
            desk="answered",
            number="040 66969-520",
            contact=PETERSEN,
            live=(CallState.OFFERED, CallState.CONNECTED),
            journal=(Entry(note=_DEADLINE),),
        ),
    ),
)

_PBX_RESTARTS = Scene(
    name="PBX restarts",
    clock="14:30",
    title=Text(
        "Die Telefonanlage startet mitten im Gespräch neu",
        "The PBX restarts in the middle of a call",
    ),
    steps=(
        Rings(call="lindner", number="00493023125611", told=1),
        Answers(call="lindner", told=1),
        PbxDies(),
        PbxReturns(call="lindner", desk=Desk.ENDED, told=1),
        WritesNote(call="lindner", text=_DROPPED, told=1),
    ),
    expected=(
        Expected(
            call="lindner",
            title=same(LINDNER.name),
            pbx=PbxOutcome.LOST,
            desk="answered",
            number="030 23125-611",
            contact=LINDNER,
            live=ANSWERED,
            journal=(Entry(note=_DROPPED),),
        ),
    ),
)

_XMPP_BREAKS = Scene(
    name="xmpp breaks",
    clock="12:10",
    title=Text(
        "Die XMPP-Leitung reißt mitten im Gespräch; HTTPS übernimmt",
        "The XMPP line breaks in mid-call; HTTPS takes over",
    ),
    steps=(
        BookIsRead(),
        Rings(call="brück", number="00492214710816", told=1),
        Answers(call="brück", told=1),
        XmppBreaks(),
        WritesNote(call="brück", text=_LIFT),
        HangsUp(call="brück", told=2),
    ),
    expected=(
        Expected(
            call="brück",
            title=same(BRUECK.name),
            pbx=PbxOutcome.ANSWERED,
            desk="answered",
            number="00492214710816",
            contact=None,
            live=ANSWERED,
            journal=(Entry(note=_LIFT),),
        ),
    ),
)

_TWO_AT_ONCE = Scene(
    name="two at once",
    clock="16:00",
    title=Text(
        "Zwei Gespräche gleichzeitig, jedes mit seiner Notiz",
        "Two calls at once, each with its note",
    ),
    steps=(
        Rings(call="vogt", number="004917604069044", told=1),
        Answers(call="vogt", told=1),
        Rings(
            call="reuter-again",
            number=REUTERS_AT_PBX,
            told=1,
            words=Text(
                "Während sie spricht, klopft {number} an.",
                "While she is talking, {number} calls as well.",
            ),
        ),
        WritesNote(call="vogt", text=_INVOICE),
        Holds(call="vogt"),
        Answers(
            call="reuter-again",
            told=1,
            words=Text("Lena nimmt das zweite Gespräch an.", "Lena takes the second call."),
        ),
        WritesNote(call="reuter-again", text=_RENT),
        HangsUp(
            call="vogt",
            note_waits=True,
            told=1,
            words=Text("Das erste Gespräch ist zu Ende.", "The first call is over."),
        ),
        HangsUp(
            call="reuter-again",
            told=3,
            words=Text("Auch das zweite ist zu Ende.", "The second is over as well."),
        ),
    ),
    expected=(
        Expected(
            call="vogt",
            title=same(VOGT.name),
            pbx=PbxOutcome.ANSWERED,
            desk="answered",
            number="0176 04069044",
            contact=VOGT,
            live=ANSWERED,
            journal=(Entry(note=_INVOICE),),
        ),
        Expected(
            call="reuter-again",
            title=Text("Sabine Reuter, noch einmal", "Sabine Reuter, again"),
            pbx=PbxOutcome.ANSWERED,
            desk="answered",
            number="0221 4710464",
            contact=SABINE_REUTER,
            live=ANSWERED,
            journal=(Entry(note=_RENT),),
        ),
    ),
)

WORKING_DAY = Day(
    scenes=(
        _KNOWN_CLIENT,
        _DIRECT_LINE,
        _SHARED_NUMBER,
        _MISSED,
        _GROUP,
        _INTERNAL,
        _CLICK_TO_DIAL,
        _XMPP_BREAKS,
        _DATEV_DIES,
        _PBX_RESTARTS,
        _TWO_AT_ONCE,
    ),
    sign_ins=3,
)
