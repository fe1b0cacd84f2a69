"""Probes of the PBX behind the way to it: form and result of the sign-in, version, and rights."""

from __future__ import annotations

from datev_connector.app.diagnosis.beside import age, is_stale, left_to_connector
from datev_connector.app.diagnosis.finding import (
    Observation,
    Step,
    flawed,
    leg_seen,
    trouble_seen,
    well,
)
from datev_connector.app.diagnosis.foreign import foreign
from datev_connector.app.diagnosis.ground import Ground, Notebook
from datev_connector.app.diagnosis.pbx_attempt import SERVER_VERSION
from datev_connector.app.diagnosis.pbx_visit import PbxVisit
from datev_connector.app.diagnosis.probing import Ask, Probe
from datev_connector.app.diagnosis.way import LOOK_AT_CONNECTOR
from datev_connector.app.secrets import SecretKind
from datev_connector.app.versions import Part, Proof
from datev_connector.domain.legs import Leg, LegState, Mender
from datev_connector.domain.wording import joined, worded
from datev_connector.starface.commands import Transport
from datev_connector.starface.sign_in.credentials import NO_SECRET
from datev_connector.starface.sign_in.forms import SignIn
from datev_connector.starface.trouble import Complaint, LinkTrouble
from datev_connector.starface.wire.xmlrpc import MethodResponse

FIND_FORM = worded("find out how to sign in")
SIGN_IN = worded("sign in once over HTTPS, as the connector does")
ASK_VERSION = worded("ask the PBX for its version")
FORM_NAMES = {
    SignIn.SHA512: "SHA-512",
    SignIn.ACTIVE_DIRECTORY: "Active Directory",
    SignIn.OAUTH: "OAuth",
    SignIn.MD5: "MD5",
}
READABLE = frozenset({SignIn.ACTIVE_DIRECTORY, SignIn.MD5})
"""Forms that protect the password badly or not at all, and need TLS around them."""
NOT_BESIDE = worded("Not tried beside it, so that no account is locked by trying too often.")
CAN_BE_READ = Complaint(
    reason=worded("Without TLS the password can be read on the way."),
    mender=Mender.PBX_ADMIN,
    remedy=worded("Let the PBX speak TLS and set starface.encrypted = true."),
)
SECRET_MISSING = Complaint(
    reason=NO_SECRET,
    mender=Mender.USER,
    remedy=worded(
        "Enter it in the settings under Connection. Without windows: keep it in the keyring of "
        "this system, or set {variable}.",
        variable=SecretKind.CLIENT_SECRET.variable,
    ),
)
NO_CALL_LIST = Complaint(
    reason=worded(
        "This generation has no call list that can be read: a call that a colleague took cannot be "
        "told from a missed one."
    ),
    mender=Mender.PBX_ADMIN,
    remedy=worded('Update the PBX; leave starface.uci_version at "auto".'),
)


class PbxProbes:
    """Asks what the PBX says to this user."""

    def __init__(self, ground: Ground, notebook: Notebook, visit: PbxVisit) -> None:
        self._ground = ground
        self._notebook = notebook
        self._visit = visit
        self._options = ground.options

    def door(self) -> tuple[Probe, ...]:
        """The sign-in over HTTPS."""
        return (
            self._probe(Step.SIGN_IN_FORM, self.form, Step.HTTP),
            self._probe(Step.SIGN_IN, self.sign_in, Step.SIGN_IN_FORM, Step.PASSWORD, Step.OPEN),
        )

    def inside(self) -> tuple[Probe, ...]:
        """What a user who is signed in can ask."""
        return (self._probe(Step.VERSION, self.version),)

    def _probe(self, step: Step, ask: Ask, *needs: Step) -> Probe:
        return Probe(
            leg=Leg.STARFACE, step=step, ask=ask, needs=needs, limit_s=self._ground.limit_s
        )

    async def form(self) -> Observation | None:
        """Which form of signing in the PBX wants."""
        if Transport.HTTPS not in self._options.ways:
            return None
        try:
            found_form = await self._visit.credentials.look()
        except LinkTrouble as failed:
            return trouble_seen(FIND_FORM, failed.trouble)
        form = found_form.sign_in
        found = joined(FORM_NAMES[form], found_form.why, between=", ")
        if form is SignIn.OAUTH and not self._notebook.client_secret:
            return Observation(
                state=LegState.DOWN,
                tried=FIND_FORM,
                found=found,
                meaning=SECRET_MISSING.reason,
                mender=SECRET_MISSING.mender,
                remedy=SECRET_MISSING.remedy,
            )
        if form in READABLE and not self._options.encrypted:
            return flawed(FIND_FORM, found, CAN_BE_READ)
        return well(FIND_FORM, found)

    async def sign_in(self) -> Observation:
        """Whether the PBX takes the password; asked once, and not beside a running connector."""
        if self._notebook.connector:
            tried = worded("nothing: a connector is running and signs in itself")
            return left_to_connector(tried, NOT_BESIDE, Leg.STARFACE, self._ground, self._notebook)
        attempt = self._visit.begin_https()
        report = await attempt.sign_in()
        if not attempt.accepted:
            return leg_seen(SIGN_IN, report, found=attempt.came_back)
        if self._visit.credentials.form is not None and not self._uses_md5:
            self._notebook.proven.add(Proof.HASHED_SIGN_IN)
        return well(SIGN_IN, worded("The PBX takes login and password."))

    async def version(self) -> Observation | None:
        """Which version it is, which generation of UCI it speaks, and what that cannot do."""
        if self._notebook.connector:
            return self._told_by_connector()
        attempt = next(iter(self._visit.ready), None)
        if attempt is None:
            return None
        self._notebook.proven.add(Proof.CALLS)
        try:
            answer = await attempt.ask(SERVER_VERSION)
        except LinkTrouble as failed:
            return trouble_seen(ASK_VERSION, failed.trouble, state=LegState.DEGRADED)
        value = answer.value if isinstance(answer, MethodResponse) else None
        told = foreign(value) if isinstance(value, str) else ""
        self._notebook.found_version(Part.PBX, told)
        version = f"STARFACE {told}" if told else worded("The PBX does not tell its version")
        found = joined(version, f"UCI {attempt.uci.version}", between=", ")
        if attempt.uci.has_call_list:
            return well(ASK_VERSION, found)
        return flawed(ASK_VERSION, found, NO_CALL_LIST)

    def _told_by_connector(self) -> Observation | None:
        """The version that the running connector has learnt."""
        standing, now = self._notebook.standing, self._ground.now()
        if standing is None or is_stale(standing, now) or not standing.pbx_version:
            return None
        if standing.starface.transport is not None:
            self._notebook.proven.add(Proof.CALLS)
            if not self._uses_md5:
                self._notebook.proven.add(Proof.HASHED_SIGN_IN)
        told = foreign(standing.pbx_version)
        self._notebook.found_version(Part.PBX, told)
        return well(LOOK_AT_CONNECTOR, joined(f"STARFACE {told}", age(standing, now), between=", "))

    @property
    def _uses_md5(self) -> bool:
        form = self._visit.credentials.form
        return SignIn.MD5 in {self._options.sign_in, None if form is None else form.sign_in}
