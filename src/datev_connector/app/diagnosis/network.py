"""Probes of the way to the PBX, step by step, before anything secret is sent."""

from __future__ import annotations

import socket
from dataclasses import replace
from functools import partial
from ipaddress import ip_address

import h11

from datev_connector.app.diagnosis.aside import aside
from datev_connector.app.diagnosis.certificate import whose, why_untrusted
from datev_connector.app.diagnosis.finding import (
    Observation,
    Step,
    flawed,
    trouble_seen,
    well,
)
from datev_connector.app.diagnosis.foreign import foreign
from datev_connector.app.diagnosis.ground import Ground, Notebook
from datev_connector.app.diagnosis.hosted import explained
from datev_connector.app.diagnosis.http_answer import HttpAnswer, ask_unsigned
from datev_connector.app.diagnosis.keeping import keep_pin
from datev_connector.app.diagnosis.probing import Ask, Probe
from datev_connector.domain.legs import Leg, LegState, Mender
from datev_connector.domain.wording import joined, sentence, worded
from datev_connector.network.tls import (
    CertificateChanged,
    Pin,
    Verification,
    presented_certificate,
    trusted_context,
)
from datev_connector.starface.climb import SUSPICIOUS
from datev_connector.starface.commands import Transport
from datev_connector.starface.https.reach import shake_hands, trouble_of
from datev_connector.starface.https.second_look import looked_at_again
from datev_connector.starface.leg_words import UNVERIFIED
from datev_connector.starface.trouble import Complaint, Trouble, TroubleKind

UNENCRYPTED = Complaint(
    reason=worded("Everything between this computer and the PBX can be read on the way."),
    mender=Mender.PBX_ADMIN,
    remedy=worded("Let the PBX speak TLS and set starface.encrypted = true."),
)
UNKEPT = Complaint(
    reason=worded("Whether it is the known one cannot be told without the store."),
    mender=Mender.USER,
    remedy=worded("Mend the store first."),
)
PROXY = Complaint(
    reason=worded("A proxy answers for the PBX, and does not let us through to it."),
    mender=Mender.NETWORK_ADMIN,
    remedy=worded(
        "Let this computer reach the PBX without the proxy, or see why the proxy cannot."
    ),
)
FROM_OUTSIDE = worded(
    "This is a public address. If the phone system stands in your own office, set its address in "
    "the office's network as starface.host: by the public one calls are often reported in part."
)
BESIDE_XMPP = worded(
    'Calls do without it (starface.transport = "xmpp"), but address book and OAuth need it.'
)


class NetworkProbes:
    """Asks what lies between this computer and the PBX."""

    def __init__(self, ground: Ground, notebook: Notebook) -> None:
        self._ground = ground
        self._notebook = notebook
        self._options = ground.options
        self._address = self._options.address
        self._timeout_s = 0.8 * ground.limit_s
        self._given_up = False

    def way(self) -> tuple[Probe, ...]:
        """To the PBX, in the order of asking."""
        return (
            self._probe(Step.NAME, self.name),
            self._probe(Step.TCP, self.tcp, Step.NAME),
            self._probe(Step.TLS, self.tls, Step.TCP),
            self._probe(Step.HTTP, self.http, Step.TLS),
        )

    def _probe(self, step: Step, ask: Ask, *needs: Step) -> Probe:
        if Transport.HTTPS not in self._options.ways and step is not Step.NAME:
            ask = partial(self._beside_xmpp, ask)
        return Probe(
            leg=Leg.STARFACE, step=step, ask=ask, needs=needs, limit_s=self._ground.limit_s
        )

    async def _beside_xmpp(self, ask: Ask) -> Observation | None:
        """Where calls are not reported over HTTPS, one finding says all that it lacks."""
        seen = None if self._given_up else await ask()
        if seen is None or seen.state is not LegState.DOWN:
            return seen
        self._given_up = True
        meaning = joined(sentence(seen.meaning), BESIDE_XMPP)
        return replace(seen, state=LegState.DEGRADED, meaning=meaning)

    # --- the way there ----------------------------------------------------------------------------

    async def name(self) -> Observation | None:
        """Whether the name of the PBX is known."""
        if not self._address.host:
            return None
        tried = worded("look up {host}", host=self._address.host)
        host, port = self._address.host, self._address.port
        try:
            found = await aside(lambda: addresses_of(host, port))
        except (OSError, UnicodeError):
            return self._no_way(trouble_seen(tried, self._trouble(TroubleKind.NAME_UNKNOWN)))
        meaning = FROM_OUTSIDE if all(map(is_public, found)) else ""
        return well(tried, joined(*found, between=", "), meaning)

    async def tcp(self) -> Observation:
        """Whether something listens there."""
        tried = worded("connect to {address}", address=str(self._address))
        try:
            await shake_hands(
                self._address.host, self._address.port, None, timeout_s=self._timeout_s
            )
        except OSError as fault:
            return self._no_way(trouble_seen(tried, trouble_of(fault, str(self._address))))
        return well(tried, worded("connected"))

    def _no_way(self, seen: Observation) -> Observation:
        """Whether the place where this session runs explains it."""
        xmpp = self._ground.settings.starface.xmpp_port
        ports = (self._address.port, *([xmpp] if Transport.XMPP in self._options.ways else []))
        return explained(seen, self._ground.environment, ports)

    async def tls(self) -> Observation:
        """Whether it speaks TLS, and is whom we know."""
        if not self._address.encrypted:
            return flawed(worded("nothing, as set"), worded("not encrypted"), UNENCRYPTED)
        tried = worded("speak TLS with {address}", address=str(self._address))
        known = self._notebook.pins.pin(self._address.host, self._address.port)
        shown = b""
        try:
            shown = await presented_certificate(
                self._address.host, self._address.port, timeout_s=self._timeout_s / 3
            )
            await self._trust()
        except (OSError, CertificateChanged) as fault:
            trouble = await self._seen_closer(self._trouble_with(fault))
            if trouble.kind in SUSPICIOUS:
                self._notebook.doubt = trouble.complaint.reason
            return trouble_seen(tried, trouble, found=self._whose(shown, trouble))
        self._notebook.certificate = shown
        return await self._judged(tried, shown, known)

    def _whose(self, shown: bytes, trouble: Trouble) -> str:
        """What was shown, with what in it may be the reason if nobody vouches for it."""
        if not shown:
            return ""
        now = self._ground.now()
        if trouble.kind is not TroubleKind.CERTIFICATE_UNTRUSTED:
            return whose(shown, now)
        return joined(sentence(whose(shown, now)), why_untrusted(shown, self._address.host, now))

    async def _judged(self, tried: str, shown: bytes, known: Pin | None) -> Observation:
        """What a certificate that we trust is worth."""
        found = whose(shown, self._ground.now())
        match Verification(self._options.verify_certificate):
            case Verification.OFF:
                return flawed(tried, found, UNVERIFIED)
            case Verification.SYSTEM:
                return well(tried, found, worded("This computer trusts the certificate."))
            case Verification.PIN if known is not None:
                since = worded(
                    "It is the certificate that is known since {since:%Y-%m-%d}.", since=known.since
                )
                return well(tried, found, since)
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
        found = whose(shown, self._ground.now())
        if await keep_pin(self._ground, self._notebook, self._address.port):
            meaning = worded(
                "Seen for the first time: it is trusted from now on, and no other one."
            )
            return well(tried, found, meaning)
        return flawed(tried, found, UNKEPT)

    async def http(self) -> Observation:
        """Whether a web server answers that may be a PBX."""
        tried = worded("send an empty request that signs nobody in")
        try:
            answer = await ask_unsigned(
                self._address,
                self._notebook.context,
                now=self._ground.now,
                timeout_s=self._timeout_s,
            )
        except h11.RemoteProtocolError:
            trouble = self._trouble(TroubleKind.NO_XML_RPC, worded("no HTTP"))
            return trouble_seen(tried, await self._seen_closer(trouble))
        except OSError as fault:
            trouble = await self._seen_closer(self._trouble_with(fault))
            return trouble_seen(tried, trouble)
        self._notebook.http = answer
        return self._taken(tried, answer)

    def _taken(self, tried: str, answer: HttpAnswer) -> Observation:
        """What an answer says about whoever gave it."""
        named = worded('(server "{name}")', name=foreign(answer.server)) if answer.server else ""
        status = worded("HTTP status {status}", status=answer.status)
        if answer.from_proxy:
            found = joined(status, named)
            return replace(flawed(tried, found, PROXY), state=LegState.DOWN)
        if answer.trouble is None:
            self._notebook.https_answers = True
            meaning = worded("It came through a proxy.") if answer.forwarded else ""
            taken = worded("HTTP status {status}, as a PBX answers", status=answer.status)
            return well(tried, joined(taken, named), meaning)
        # A PBX may send everybody who is not signed in elsewhere: then the sign-in decides.
        evades = answer.trouble in {TroubleKind.REDIRECT, TroubleKind.WEB_PAGE}
        self._notebook.https_answers = evades
        state = LegState.DEGRADED if evades else LegState.DOWN
        trouble = self._trouble(answer.trouble, str(answer.status))
        return trouble_seen(tried, trouble, state=state, found=joined(status, named))

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


def addresses_of(host: str, port: int) -> list[str]:
    """The addresses of a host, each once. Raises OSError and UnicodeError."""
    found = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)
    return list(dict.fromkeys(str(info[4][0]) for info in found))


def is_public(address: str) -> bool:
    """Tell whether an address is one of the internet, and not of an office's own network."""
    try:
        return ip_address(address.partition("%")[0]).is_global
    except ValueError:
        return False
