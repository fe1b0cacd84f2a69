"""Probes of the way to the PBX, step by step, before anything secret is sent."""

from __future__ import annotations

import socket
from datetime import timedelta

import h11

from datev_connector.app.diagnosis.aside import aside
from datev_connector.app.diagnosis.certificate import whose
from datev_connector.app.diagnosis.finding import (
    Observation,
    Step,
    trouble_seen,
    well,
)
from datev_connector.app.diagnosis.ground import Ground, Notebook
from datev_connector.app.diagnosis.http_answer import HttpAnswer, ask_unsigned
from datev_connector.app.diagnosis.keeping import keep_pin
from datev_connector.app.diagnosis.probing import Ask, Probe
from datev_connector.domain.legs import Leg, LegState, Mender
from datev_connector.network.tls import (
    CertificateChanged,
    Pin,
    Verification,
    presented_certificate,
    trusted_context,
)
from datev_connector.starface.event_source import Events
from datev_connector.starface.https_link import UNVERIFIED
from datev_connector.starface.reach import local_address_towards, shake_hands, trouble_of
from datev_connector.starface.second_look import looked_at_again
from datev_connector.starface.trouble import Complaint, Trouble, TroubleKind
from datev_connector.store.errors import StoreError

UNENCRYPTED = Complaint(
    reason="Everything between this computer and the PBX can be read on the way.",
    mender=Mender.PBX_ADMIN,
    remedy="Let the PBX speak TLS and set starface.encrypted = true.",
)
CLOCKS_DIFFER = timedelta(minutes=1)
"""Below that nobody looks for a call at the wrong time; durations do not suffer at all."""


class NetworkProbes:
    """Asks what lies between this computer and the PBX."""

    def __init__(self, ground: Ground, notebook: Notebook) -> None:
        self._ground = ground
        self._notebook = notebook
        self._options = ground.options
        self._address = self._options.address
        self._timeout_s = 0.8 * ground.limit_s
        self._answer: HttpAnswer | None = None

    def way(self) -> tuple[Probe, ...]:
        """To the PBX, in the order of asking."""
        return (
            self._probe(Step.NAME, self.name),
            self._probe(Step.TCP, self.tcp, Step.NAME),
            self._probe(Step.TLS, self.tls, Step.TCP),
            self._probe(Step.HTTP, self.http, Step.TLS),
        )

    def surroundings(self) -> tuple[Probe, ...]:
        """The way back and the clocks, which matter after the sign-in."""
        return (
            self._probe(Step.EVENTS, self.events, Step.NAME),
            self._probe(Step.CLOCK, self.clock),
        )

    def _probe(self, step: Step, ask: Ask, *needs: Step) -> Probe:
        return Probe(
            leg=Leg.STARFACE, step=step, ask=ask, needs=needs, limit_s=self._ground.limit_s
        )

    # --- the way there ----------------------------------------------------------------------------

    async def name(self) -> Observation | None:
        """Whether the name of the PBX is known."""
        if not self._address.host:
            return None
        tried = f"look up {self._address.host}"
        host, port = self._address.host, self._address.port
        try:
            found = await aside(lambda: socket.getaddrinfo(host, port, type=socket.SOCK_STREAM))
        except (OSError, UnicodeError):
            return trouble_seen(tried, self._trouble(TroubleKind.NAME_UNKNOWN))
        return well(tried, ", ".join(dict.fromkeys(str(info[4][0]) for info in found)))

    async def tcp(self) -> Observation:
        """Whether something listens there."""
        tried = f"connect to {self._address}"
        try:
            await shake_hands(
                self._address.host, self._address.port, None, timeout_s=self._timeout_s
            )
        except OSError as fault:
            return trouble_seen(tried, trouble_of(fault, str(self._address)))
        return well(tried, "connected")

    async def tls(self) -> Observation:
        """Whether it speaks TLS, and is whom we know."""
        if not self._address.encrypted:
            return _flawed("nothing, as set", "not encrypted", UNENCRYPTED)
        tried = f"speak TLS with {self._address}"
        known = self._notebook.pins.pin(self._address.host, self._address.port)
        shown = b""
        try:
            shown = await presented_certificate(
                self._address.host, self._address.port, timeout_s=self._timeout_s / 3
            )
            await self._trust()
        except CertificateChanged as fault:
            return trouble_seen(tried, self._trouble_with(fault), found=whose(shown))
        except OSError as fault:
            found = whose(shown) if shown else ""
            trouble = await self._seen_closer(self._trouble_with(fault))
            return trouble_seen(tried, trouble, found=found)
        return await self._judged(tried, shown, known)

    async def _judged(self, tried: str, shown: bytes, known: Pin | None) -> Observation:
        """What a certificate that we trust is worth."""
        match Verification(self._options.verify_certificate):
            case Verification.OFF:
                return _flawed(tried, whose(shown), UNVERIFIED)
            case Verification.SYSTEM:
                return well(tried, whose(shown), "This computer trusts the certificate.")
            case Verification.PIN if known is not None:
                since = f"It is the certificate that is known since {known.since:%Y-%m-%d}."
                return well(tried, whose(shown), since)
            case Verification.PIN:
                return await self._first_seen(tried, shown)

    async def _trust(self) -> None:
        """Whom the connector would trust. Raises OSError and CertificateChanged."""
        host, port = self._address.host, self._address.port
        self._notebook.context = await trusted_context(
            host,
            port,
            verification=Verification(self._options.verify_certificate),
            pins=self._notebook.pins,
            now=self._ground.now(),
            timeout_s=self._timeout_s / 3,
        )
        await shake_hands(host, port, self._notebook.context, timeout_s=self._timeout_s / 3)

    async def _first_seen(self, tried: str, shown: bytes) -> Observation:
        pin = self._notebook.pins.pin(self._address.host, self._address.port)
        kept = False
        if self._notebook.store_opened and pin is not None:
            try:
                await keep_pin(self._ground, self._notebook, pin)
                kept = True
            except StoreError:
                pass  # the store's own probe, or the next start, says what is wrong with it
        if kept:
            meaning = "Seen for the first time: it is trusted from now on, and no other one."
            return well(tried, whose(shown), meaning)
        return Observation(
            state=LegState.DEGRADED,
            tried=tried,
            found=whose(shown),
            meaning="Whether it is the known one cannot be told without the store.",
            mender=Mender.USER,
            remedy="Mend the store first.",
        )

    async def http(self) -> Observation:
        """Whether a web server answers that may be a PBX."""
        tried = "send an empty request that signs nobody in"
        try:
            answer = await ask_unsigned(
                self._address,
                self._notebook.context,
                now=self._ground.now,
                timeout_s=self._timeout_s,
            )
        except h11.RemoteProtocolError:
            trouble = self._trouble(TroubleKind.NO_XML_RPC, "no HTTP")
            return trouble_seen(tried, await self._seen_closer(trouble))
        except OSError as fault:
            trouble = await self._seen_closer(self._trouble_with(fault))
            return trouble_seen(tried, trouble)
        self._answer = answer
        if answer.trouble is None:
            return well(tried, f"HTTP status {answer.status}, as a PBX answers")
        # A PBX may send everybody who is not signed in elsewhere: then the sign-in decides.
        evades = answer.trouble in {TroubleKind.REDIRECT, TroubleKind.WEB_PAGE}
        state = LegState.DEGRADED if evades else LegState.DOWN
        return trouble_seen(tried, self._trouble(answer.trouble, str(answer.status)), state=state)

    # --- around it --------------------------------------------------------------------------------

    async def events(self) -> Observation:
        """What the PBX must be able to reach, so that events arrive."""
        tried = "find the address to which the PBX sends events"
        options = self._options
        if Events(options.events) is Events.POLLING:
            return well(tried, "none", "Calls are asked for, as set; the PBX need not reach us.")
        try:
            here = options.callback_host.strip() or await local_address_towards(
                options.address.host, options.address.port
            )
        except OSError as fault:
            return trouble_seen(tried, trouble_of(fault, str(self._address)))
        if options.callback_port:
            place = f"{here}:{options.callback_port}"
        else:
            place = f"{here}, a port that is chosen at each start (starface.callback_port = 0)"
        return well(
            tried,
            place,
            "The PBX must be able to connect to it (TCP, firewall of this computer included). "
            "Whether it can shows with the first call; until then calls are asked for as well.",
        )

    async def clock(self) -> Observation | None:
        """How far the clocks are apart."""
        tried = "compare the clocks"
        answer = self._answer
        if answer is None:
            return None
        if answer.clock is None:
            meaning = "The difference is measured with the first call instead."
            return well(tried, "The PBX does not say what time it has.", meaning)
        ahead = answer.clock - answer.arrived
        seconds = round(abs(ahead.total_seconds()))
        where = "ahead" if ahead > timedelta() else "behind"
        if abs(ahead) <= CLOCKS_DIFFER:
            return well(tried, f"The clock of the PBX is {seconds} s {where}.")
        return Observation(
            state=LegState.DEGRADED,
            tried=tried,
            found=f"The clock of the PBX is {seconds} s {where}.",
            meaning="Times of calls are corrected, but other programs show other ones.",
            mender=Mender.PBX_ADMIN,
            remedy="Set the clocks of the PBX and of this computer by a time server.",
        )

    async def _seen_closer(self, trouble: Trouble) -> Trouble:
        pin = self._notebook.pins.pin(self._address.host, self._address.port)
        return await looked_at_again(
            trouble,
            self._address,
            verification=Verification(self._options.verify_certificate),
            pins=self._notebook.pins,
            accepted=None if pin is None else pin.certificate,
            timeout_s=self._timeout_s / 4,
        )

    # --- words ------------------------------------------------------------------------------------

    def _trouble(self, kind: TroubleKind, detail: str = "") -> Trouble:
        return Trouble(kind=kind, where=str(self._address), detail=detail)

    def _trouble_with(self, fault: BaseException) -> Trouble:
        """As `trouble_of`, but after a connection that was made: silence is no missing way."""
        if isinstance(fault, TimeoutError):
            return self._trouble(TroubleKind.SILENT)
        return trouble_of(fault, str(self._address))


def _flawed(tried: str, found: str, complaint: Complaint) -> Observation:
    return Observation(
        state=LegState.DEGRADED,
        tried=tried,
        found=found,
        meaning=complaint.reason,
        mender=complaint.mender,
        remedy=complaint.remedy,
    )
