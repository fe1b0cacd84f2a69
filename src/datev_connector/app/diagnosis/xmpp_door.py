"""Probes of the PBX's XMPP door, up to the sign-in: nothing secret is sent."""

from __future__ import annotations

from datev_connector.app.diagnosis.certificate import whose, why_untrusted
from datev_connector.app.diagnosis.finding import (
    Observation,
    Step,
    flawed,
    well,
)
from datev_connector.app.diagnosis.foreign import foreign
from datev_connector.app.diagnosis.ground import Ground, Notebook
from datev_connector.app.diagnosis.keeping import keep_pin
from datev_connector.app.diagnosis.network import UNENCRYPTED, UNKEPT
from datev_connector.app.diagnosis.pbx_visit import PbxVisit
from datev_connector.app.diagnosis.probing import Ask, Probe
from datev_connector.app.diagnosis.stranger import who_answers
from datev_connector.app.diagnosis.way import why_no_xmpp
from datev_connector.app.diagnosis.xmpp_greeting import Greeting, greet
from datev_connector.app.diagnosis.xmpp_verdict import XmppVerdict
from datev_connector.domain.legs import Leg
from datev_connector.domain.wording import joined, sentence, worded
from datev_connector.network.tls import (
    CertificateChanged,
    Verification,
    difference,
    starttls_context,
    trust_presented,
)
from datev_connector.starface.https.reach import shake_hands, trouble_of
from datev_connector.starface.leg_words import UNVERIFIED
from datev_connector.starface.sign_in.forms import SignIn
from datev_connector.starface.trouble import LinkTrouble, Trouble, TroubleKind
from datev_connector.starface.xmpp.sasl import choose_mechanism, proves_only

SOMEBODY_ELSE = frozenset(
    {TroubleKind.NO_XMPP, TroubleKind.CUT, TroubleKind.SILENT, TroubleKind.STREAM_ERROR}
)
"""What may come of talking to something that is no XMPP server."""

NOT_YET_TRUSTED = worded(
    "Seen for the first time: it is not trusted as long as somebody may stand between."
)


class XmppDoorProbes:
    """Asks who stands at the XMPP port."""

    def __init__(
        self, ground: Ground, notebook: Notebook, visit: PbxVisit, verdict: XmppVerdict
    ) -> None:
        self._ground = ground
        self._notebook = notebook
        self._visit = visit
        self._options = ground.options
        self._host, self._port = self._options.host.strip(), self._options.xmpp_port
        self._where = f"{self._host}:{self._port}"
        self._verdict = verdict
        self._greeting: Greeting | None = None
        self._difference = ""
        self._reached = False

    def probes(self) -> tuple[Probe, ...]:
        """In the order of asking."""
        limit_s = self._ground.limit_s
        return (
            self._probe(Step.XMPP_TCP, self.tcp, limit_s),
            self._probe(Step.XMPP_TLS, self.tls, 2 * limit_s),
            self._probe(Step.XMPP_FORM, self.form, limit_s),
        )

    def _probe(self, step: Step, ask: Ask, limit_s: float) -> Probe:
        return Probe(leg=Leg.STARFACE, step=step, ask=ask, needs=(Step.NAME,), limit_s=limit_s)

    # --- the way there ----------------------------------------------------------------------------

    async def tcp(self) -> Observation:
        """Whether something listens there."""
        unwanted = why_no_xmpp(self._options)
        if unwanted:
            self._notebook.no_xmpp = unwanted
            return well(worded("nothing: {why}", why=unwanted), worded("not tried"), unwanted)
        tried = worded("connect to {address}", address=self._where)
        try:
            await shake_hands(self._host, self._port, None, timeout_s=0.8 * self._ground.limit_s)
        except OSError as fault:
            return self._verdict.lacking(tried, trouble_of(fault, self._where))
        self._reached = True
        return well(tried, worded("connected"))

    async def tls(self) -> Observation | None:
        """Whether it speaks XMPP and TLS, and is whom we know."""
        if not self._reached:
            return None
        encrypted = self._options.encrypted
        tried = worded("speak XMPP with {address}", address=self._where)
        if encrypted:
            tried = worded("speak XMPP and TLS with {address}", address=self._where)
        try:
            context = starttls_context(Verification.OFF) if encrypted else None
            self._greeting = greeting = await greet(self._options, context)
        except LinkTrouble as failed:
            return await self._refused(tried, failed.trouble)
        if not encrypted:
            self._verdict.fit = True
            return flawed(tried, worded("XMPP, not encrypted"), UNENCRYPTED)
        shown = greeting.certificate
        try:
            known = self._known()
            await self._judge(shown)
        except (CertificateChanged, LinkTrouble) as fault:
            trouble = (
                fault.trouble if isinstance(fault, LinkTrouble) else trouble_of(fault, self._where)
            )
            return self._verdict.lacking(tried, trouble, found=self._whose(shown, trouble))
        self._verdict.fit = True
        return await self._trusted(tried, shown, known=known)

    async def form(self) -> Observation | None:
        """Which forms of sign-in are offered, and which is ours; whom the server says it is."""
        greeting = self._greeting
        if greeting is None or not self._verdict.fit:
            return None
        if self._ground.capture is not None:
            self._ground.capture.places |= {greeting.asked_for, greeting.named}
        tried = worded(
            "ask for the domain {domain} and look how to sign in",
            domain=foreign(greeting.asked_for),
        )
        credentials = self._visit.credentials
        set_form = SignIn(self._options.sign_in)
        form = set_form if credentials.form is None else credentials.form.sign_in
        ours = choose_mechanism(greeting.offer.mechanisms, form, encrypted=self._options.encrypted)
        offered = foreign(", ".join(greeting.offer.mechanisms)) or worded("none")
        found = worded(
            "domain {domain}; offered: {offered}", domain=_own_name(greeting), offered=offered
        )
        if ours is None:
            self._verdict.fit = False
            trouble = self._trouble(
                TroubleKind.NO_MECHANISM, worded("offered: {offered}", offered=offered)
            )
            return self._verdict.lacking(tried, trouble, found=found)
        if self._difference and not proves_only(ours):
            self._verdict.fit = False
            trouble = self._trouble(TroubleKind.CERTIFICATE_DIFFERENT, self._difference)
            return self._verdict.lacking(tried, trouble, found=found)
        return well(tried, worded("{found}; ours: {ours}", found=found, ours=ours))

    # --- judging ----------------------------------------------------------------------------------

    async def _refused(self, tried: str, trouble: Trouble) -> Observation:
        """No greeting came back: perhaps it can be told what stands there instead."""
        who = ""
        if trouble.kind in SOMEBODY_ELSE:
            timeout_s = 0.2 * self._ground.limit_s
            who = await who_answers(self._host, self._port, timeout_s=timeout_s)
        return self._verdict.lacking(
            tried, trouble, found=worded("It looks like {who}.", who=who) if who else ""
        )

    def _known(self) -> str:
        pin = self._notebook.pins.pin(self._host, self._port)
        return "" if pin is None else worded("It is known since {since:%Y-%m-%d}.", since=pin.since)

    async def _judge(self, shown: bytes) -> None:
        """Trust the certificate, or raise CertificateChanged or LinkTrouble."""
        verification = Verification(self._options.verify_certificate)
        if verification is Verification.SYSTEM:
            await greet(self._options, starttls_context(verification))
        other = trust_presented(
            shown,
            self._host,
            self._port,
            verification=verification,
            pins=self._notebook.pins,
            now=self._ground.now(),
            also_at=self._options.https_port,
        )
        self._difference = "" if other is None else difference(other, shown)

    async def _trusted(self, tried: str, shown: bytes, *, known: str) -> Observation:
        """What a certificate that we trust is worth."""
        found = self._described(shown)
        verification = Verification(self._options.verify_certificate)
        if verification is Verification.OFF:
            return flawed(tried, found, UNVERIFIED)
        if verification is Verification.SYSTEM:
            return well(tried, found, worded("This computer trusts the certificate."))
        if self._notebook.doubt and not known:
            return well(tried, found, NOT_YET_TRUSTED)
        if known or await keep_pin(self._ground, self._notebook, self._port):
            first = worded("Seen for the first time: it is trusted from now on, and no other one.")
            return well(tried, found, known or first)
        return flawed(tried, found, UNKEPT)

    def _described(self, shown: bytes) -> str:
        """Whose it is, beside the one of HTTPS."""
        https = self._notebook.certificate
        if shown == https:
            return worded("the same certificate as over HTTPS")
        another = worded("another one than over HTTPS") if https else ""
        return joined(whose(shown, self._ground.now()), another, between="; ")

    def _whose(self, shown: bytes, trouble: Trouble) -> str:
        now = self._ground.now()
        if trouble.kind is not TroubleKind.CERTIFICATE_UNTRUSTED:
            return whose(shown, now)
        return joined(sentence(whose(shown, now)), why_untrusted(shown, self._host, now))

    def _trouble(self, kind: TroubleKind, detail: str) -> Trouble:
        return Trouble(kind=kind, where=self._where, detail=detail)


def _own_name(greeting: Greeting) -> str:
    if not greeting.named or greeting.named == greeting.asked_for:
        return foreign(greeting.asked_for)
    return worded(
        "{domain} (it calls itself {named})",
        domain=foreign(greeting.asked_for),
        named=foreign(greeting.named),
    )
