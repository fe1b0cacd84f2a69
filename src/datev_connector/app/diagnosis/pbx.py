"""Probes of the PBX behind the way to it: form and result of the sign-in, and its version."""

from __future__ import annotations

from datev_connector.app.diagnosis.finding import (
    Observation,
    Step,
    left_to_connector,
    leg_seen,
    trouble_seen,
    well,
)
from datev_connector.app.diagnosis.foreign import foreign
from datev_connector.app.diagnosis.ground import Ground, Notebook
from datev_connector.app.diagnosis.pbx_attempt import PbxAttempt
from datev_connector.app.diagnosis.probing import Ask, Probe
from datev_connector.app.secrets import SecretKind
from datev_connector.domain.legs import Leg, LegState, Mender
from datev_connector.starface.credentials import NO_SECRET, Credentials
from datev_connector.starface.sign_in import SignIn
from datev_connector.starface.trouble import LinkTrouble

FIND_FORM = "find out how to sign in"
SIGN_IN = "sign in once, as the connector does, and subscribe to events"
ASK_VERSION = "ask the PBX for its version"
FORM_NAMES = {
    SignIn.SHA512: "SHA-512",
    SignIn.ACTIVE_DIRECTORY: "Active Directory",
    SignIn.OAUTH: "OAuth",
    SignIn.MD5: "MD5",
}
READABLE = frozenset({SignIn.ACTIVE_DIRECTORY, SignIn.MD5})
"""Forms that protect the password badly or not at all, and need TLS around them."""


class PbxProbes:
    """Asks what the PBX says to this user. Close it when done."""

    def __init__(self, ground: Ground, notebook: Notebook) -> None:
        self._ground = ground
        self._notebook = notebook
        self._options = ground.options
        self._attempt: PbxAttempt | None = None

    def probes(self) -> tuple[Probe, ...]:
        """In the order of asking."""
        return (
            self._probe(Step.SIGN_IN_FORM, self.form, Step.HTTP),
            self._probe(Step.SIGN_IN, self.sign_in, Step.SIGN_IN_FORM, Step.PASSWORD, Step.OPEN),
            self._probe(Step.VERSION, self.version, Step.SIGN_IN),
        )

    def _probe(self, step: Step, ask: Ask, *needs: Step) -> Probe:
        return Probe(
            leg=Leg.STARFACE, step=step, ask=ask, needs=needs, limit_s=self._ground.limit_s
        )

    async def close(self) -> None:
        """Sign out, and close every connection."""
        if self._attempt is not None:
            await self._attempt.close()

    async def form(self) -> Observation:
        """Which form of signing in the PBX wants."""
        credentials = self._credentials()
        try:
            found_form = await credentials.look()
        except LinkTrouble as failed:
            return trouble_seen(FIND_FORM, failed.trouble)
        form = found_form.sign_in
        found = f"{FORM_NAMES[form]}, {found_form.why}"
        if form is SignIn.OAUTH and not self._notebook.client_secret:
            return Observation(
                state=LegState.DOWN,
                tried=FIND_FORM,
                found=found,
                meaning=NO_SECRET,
                mender=Mender.USER,
                remedy=f"Set {SecretKind.CLIENT_SECRET.variable}, "
                "or keep it in the keyring of this system.",
            )
        if form in READABLE and not self._options.encrypted:
            return Observation(
                state=LegState.DEGRADED,
                tried=FIND_FORM,
                found=found,
                meaning="Without TLS the password can be read on the way.",
                mender=Mender.PBX_ADMIN,
                remedy="Let the PBX speak TLS and set starface.encrypted = true.",
            )
        return well(FIND_FORM, found)

    async def sign_in(self) -> Observation:
        """Whether the PBX accepts us; asked once, and not at all beside a running connector."""
        if self._notebook.connector:
            return left_to_connector(
                "nothing: a connector is running and signs in itself",
                "Not tried, so that no account is locked by trying too often.",
                log=self._ground.connector_log,
            )
        self._attempt = PbxAttempt(self._options, self._credentials(), now=self._ground.now)
        report = await self._attempt.sign_in()
        return leg_seen(SIGN_IN, report, found=self._attempt.came_back)

    async def version(self) -> Observation | None:
        """Which version it is, and which generation of UCI it speaks."""
        attempt = self._attempt
        if attempt is None or not attempt.signed_in:
            return None
        try:
            told = foreign(await attempt.server_version())
        except LinkTrouble as failed:
            return trouble_seen(ASK_VERSION, failed.trouble, state=LegState.DEGRADED)
        version = f"STARFACE {told}" if told else "The PBX does not tell its version"
        found = f"{version}, UCI {attempt.uci.version}"
        if attempt.uci.has_call_list:
            return well(ASK_VERSION, found)
        return Observation(
            state=LegState.DEGRADED,
            tried=ASK_VERSION,
            found=found,
            meaning="This generation has no call list that can be read: "
            "a call that a colleague took cannot be told from a missed one.",
            mender=Mender.PBX_ADMIN,
            remedy='Update the PBX; leave starface.uci_version at "auto".',
        )

    def _credentials(self) -> Credentials:
        return Credentials(
            self._options,
            self._notebook.password,
            client_secret=self._notebook.client_secret,
            pins=self._notebook.pins,
            now=self._ground.now,
        )
