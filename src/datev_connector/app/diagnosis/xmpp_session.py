"""Probes of UCI over XMPP: whether the password is taken, and who answers UCI there."""

from __future__ import annotations

from dataclasses import replace

from datev_connector.app.diagnosis.finding import (
    Observation,
    Step,
    flawed,
    left_out,
    leg_seen,
    well,
)
from datev_connector.app.diagnosis.foreign import foreign
from datev_connector.app.diagnosis.ground import Ground, Notebook
from datev_connector.app.diagnosis.pbx_attempt import is_down
from datev_connector.app.diagnosis.pbx_visit import PbxVisit
from datev_connector.app.diagnosis.probing import Probe
from datev_connector.app.diagnosis.xmpp_verdict import XmppVerdict
from datev_connector.domain.legs import Leg, LegState, Mender
from datev_connector.domain.wording import joined, worded
from datev_connector.starface.trouble import Complaint, Trouble, TroubleKind
from datev_connector.starface.xmpp.endpoint import Endpoint, Found
from datev_connector.starface.xmpp.stanzas import domain_of

SIGN_IN = worded("sign in once over XMPP, as the connector does")
ENDPOINT = worded("look for the endpoint of UCI and begin a session there")
HOW_FOUND = {
    Found.CONFIGURED: worded("as set"),
    Found.ADVERTISED: worded("named by the PBX (disco)"),
    Found.GUESSED: worded("guessed, and it answered"),
}
ONLY_HTTPS_TAKES = Complaint(
    reason=worded("The PBX takes this password over HTTPS, but not over XMPP."),
    mender=Mender.PBX_ADMIN,
    remedy=worded(
        "Check whether the user may use XMPP (chat), and with which form of sign-in; "
        'if it is not wanted, set starface.transport = "https".'
    ),
)


class XmppSessionProbes:
    """Asks what the PBX says to this user over XMPP."""

    def __init__(
        self, ground: Ground, notebook: Notebook, visit: PbxVisit, verdict: XmppVerdict
    ) -> None:
        self._ground = ground
        self._notebook = notebook
        self._visit = visit
        self._verdict = verdict

    def probes(self) -> tuple[Probe, ...]:
        """In the order of asking."""
        limit_s = self._ground.limit_s
        return (
            Probe(
                leg=Leg.STARFACE,
                step=Step.XMPP_SIGN_IN,
                ask=self.sign_in,
                needs=(Step.NAME, Step.PASSWORD, Step.OPEN),
                limit_s=3 * limit_s,
            ),
            Probe(leg=Leg.STARFACE, step=Step.XMPP_ENDPOINT, ask=self.endpoint, limit_s=limit_s),
        )

    async def sign_in(self) -> Observation | None:
        """Whether the PBX takes the password over XMPP; never after it was refused."""
        if not self._verdict.fit or self._notebook.connector:
            return None
        why_not = self._visit.why_not_again
        if why_not:
            self._notebook.no_xmpp = worded("the sign-in was not tried.")
            return left_out(worded("nothing: the sign-in over HTTPS went before"), why_not)
        attempt = self._visit.begin_xmpp()
        await attempt.sign_in()
        link, trouble = self._visit.xmpp_link, attempt.trouble
        if not attempt.accepted and trouble is not None:
            return self._not_let_in(trouble)
        mechanism = link.mechanism if link is not None else ""
        own = foreign(domain_of(link.own_address)) if link is not None else ""
        return well(
            SIGN_IN,
            worded(
                "The PBX takes login and password ({mechanism}), at the domain {own}.",
                mechanism=mechanism,
                own=own,
            ),
        )

    def _not_let_in(self, trouble: Trouble) -> Observation:
        https = self._visit.https
        if trouble.kind is not TroubleKind.SIGN_IN_REFUSED or https is None:
            return self._verdict.lacking(SIGN_IN, trouble)
        self._notebook.no_xmpp = ONLY_HTTPS_TAKES.reason
        return flawed(SIGN_IN, worded("sign-in refused"), ONLY_HTTPS_TAKES)

    async def endpoint(self) -> Observation | None:
        """Who answers UCI over XMPP, and how it was found."""
        attempt, link = self._visit.xmpp, self._visit.xmpp_link
        if attempt is None or link is None or not attempt.accepted or attempt.report is None:
            return None
        trouble = attempt.trouble
        if link.endpoint is None and trouble is not None:
            return self._verdict.lacking(ENDPOINT, trouble)
        found = _spoken_to(link.endpoint)
        answers = joined(
            *(joined(name, answer, between=": ") for name, answer in attempt.answers.items()),
            between=", ",
        )
        if is_down(attempt):
            self._notebook.no_xmpp = attempt.report.reason
            seen = leg_seen(
                ENDPOINT, attempt.report, found=joined(found, attempt.came_back, between="; ")
            )
            return seen if self._verdict.is_last_way else replace(seen, state=LegState.DEGRADED)
        return well(ENDPOINT, joined(found, answers, between="; "))


def _spoken_to(endpoint: Endpoint | None) -> str:
    if endpoint is None:
        return worded("no endpoint")
    return joined(foreign(endpoint.address), HOW_FOUND[endpoint.found], between=", ")
