"""Probes of what the PBX lets this user do, as its answers show it."""

from __future__ import annotations

from datetime import timedelta

from datev_connector.app.diagnosis.finding import (
    Observation,
    Step,
    flawed,
    left_out,
    leg_seen,
    trouble_seen,
    well,
)
from datev_connector.app.diagnosis.ground import Ground, Notebook
from datev_connector.app.diagnosis.pbx_attempt import PbxAttempt, in_short
from datev_connector.app.diagnosis.pbx_visit import PbxVisit
from datev_connector.app.diagnosis.probing import Ask, Probe
from datev_connector.app.versions import Proof
from datev_connector.domain.legs import Leg, LegState, Mender
from datev_connector.domain.wording import worded
from datev_connector.starface.address_book.pages import BadPage, Scheme, read_page
from datev_connector.starface.address_book.rest import RestVisit
from datev_connector.starface.commands import Answer
from datev_connector.starface.in_short import in_short as told_in_short
from datev_connector.starface.trouble import Complaint, LinkTrouble, Trouble, TroubleKind
from datev_connector.starface.wire.call_list import read_entries
from datev_connector.starface.wire.uci import FaultKind, fault_kind
from datev_connector.starface.wire.xmlrpc import Fault, MethodResponse

ASK_RIGHTS = worded("subscribe to events, ask for the calls of now and for the list of past ones")
READ_BOOK = worded("sign in to REST and read one entry of the address book")
LOOK_BACK = timedelta(days=7)
AHEAD = timedelta(days=1)
"""The PBX's clock and zone may be others than ours."""
NO_LIST = worded(
    "a call that a colleague took cannot be told from a missed one, nor gaps be filled."
)
LIST_DENIED = Complaint(
    reason=worded("STARFACE does not let this user read the call list: {without}", without=NO_LIST),
    mender=Mender.PBX_ADMIN,
    remedy=worded("Give the user the right to use the call list."),
)
LIST_BROKEN = Complaint(
    reason=worded("STARFACE does not give its call list: {without}", without=NO_LIST),
    mender=Mender.PBX_ADMIN,
    remedy=worded("Check version and logs of the PBX."),
)
ONLY_CALLS_TAKE = Complaint(
    reason=worded("The PBX takes this password for calls, but not for its address book (REST)."),
    mender=Mender.PBX_ADMIN,
    remedy=worded(
        "Check whether the user may use the address book, and version and logs of the PBX."
    ),
)
REFUSED = frozenset({TroubleKind.UNAUTHORIZED, TroubleKind.SIGN_IN_REFUSED})
SAID = {"true": worded("accepted"), "false": worded("refused")}
NO_EVENTS = Trouble(kind=TroubleKind.SUBSCRIPTION_REFUSED).complaint


class RightsProbes:
    """Asks for nothing that a connector would not ask for."""

    def __init__(self, ground: Ground, notebook: Notebook, visit: PbxVisit) -> None:
        self._ground = ground
        self._notebook = notebook
        self._visit = visit

    def probes(self) -> tuple[Probe, ...]:
        """What a session shows."""
        return (self._probe(Leg.STARFACE, Step.RIGHTS, self.rights),)

    def book(self) -> tuple[Probe, ...]:
        """What else the user can ask for, with another sign-in."""
        return (self._probe(Leg.CONTACTS_STARFACE, Step.ADDRESS_BOOK, self.address_book),)

    def _probe(self, leg: Leg, step: Step, ask: Ask) -> Probe:
        return Probe(leg=leg, step=step, ask=ask, limit_s=self._ground.limit_s)

    async def rights(self) -> Observation | None:
        """Events, calls and call list: which of them this user gets."""
        attempt = self._visit.accepted
        if attempt is None or attempt.report is None:
            return None
        if not attempt.ready:
            if attempt is self._visit.xmpp:
                return None  # told where the endpoint is asked
            return leg_seen(ASK_RIGHTS, attempt.report, found=attempt.came_back)
        listed = await self._call_list(attempt)
        events = attempt.answers.get("subscribeEvents", worded("not asked for, as set"))
        events = SAID.get(events, events)
        found = worded(
            "events: {events}; calls: {calls}; call list: {listed}",
            events=events,
            calls=attempt.answers.get("getCallIds", worded("not asked for")),
            listed=worded("none in this generation") if listed is None else in_short(listed),
        )
        complaint = _list_complaint(listed)
        if NO_EVENTS.reason in attempt.report.reason:
            complaint = NO_EVENTS
        if complaint is not None:
            return flawed(ASK_RIGHTS, found, complaint)
        return well(ASK_RIGHTS, found)

    async def address_book(self) -> Observation | None:
        """Whether this user may read the address book."""
        if self._visit.https is None or not self._visit.https.accepted:
            return None
        why_not = self._visit.why_not_again
        if why_not:
            return left_out(
                worded("nothing: reading the address book needs a sign-in of its own"), why_not
            )
        try:
            async with RestVisit(self._visit.credentials) as rest:
                page = read_page(
                    await rest.get("/contacts", {"page": "0", "pagesize": "1"}), Scheme()
                )
        except LinkTrouble as failed:
            if failed.trouble.kind in REFUSED:
                return flawed(READ_BOOK, told_in_short(failed.trouble), ONLY_CALLS_TAKE)
            return trouble_seen(READ_BOOK, failed.trouble, state=LegState.DEGRADED)
        except BadPage as error:
            trouble = Trouble(kind=TroubleKind.NO_REST, detail=str(error))
            return trouble_seen(READ_BOOK, trouble, state=LegState.DEGRADED)
        self._notebook.proven.add(Proof.ADDRESS_BOOK)
        many = worded("It can be read: some {number} entries.", number=page.total_pages)
        return well(READ_BOOK, many if page.entries else worded("It can be read, and is empty."))

    async def _call_list(self, attempt: PbxAttempt) -> Answer | None:
        """What the PBX answers; None where it cannot be asked."""
        if not attempt.uci.has_call_list:
            return None
        now = self._ground.now().astimezone().replace(tzinfo=None)
        try:
            answer = await attempt.ask(
                attempt.uci.call_list(after=now - LOOK_BACK, before=now + AHEAD)
            )
        except LinkTrouble as failed:
            return failed.trouble
        if isinstance(answer, MethodResponse):
            began = [entry.started for entry in read_entries(answer.value)]
            shown = [start for start in began if start is not None and start.tzinfo is None]
            attempt.newest_call = max(shown, default=None)
        return answer


def _list_complaint(answer: Answer | None) -> Complaint | None:
    match answer:
        case Trouble():
            return answer.complaint
        case Fault():
            return LIST_DENIED if fault_kind(answer) is FaultKind.ACCESS else LIST_BROKEN
        case _:
            return None
