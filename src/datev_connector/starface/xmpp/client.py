"""One XMPP stream to the PBX, on slixmpp: the only file that knows this library.

The library knows the protocol: addresses and when they are equal, the elements of opening a stream,
how they are written, its errors. Left out is what it does by itself and we decide: where to
connect, whom to trust, in which form to sign in and how often, how much is read, what is answered
to whom, and whether to connect again. So each step of opening a stream is a method here that
somebody awaits; no task runs on its own, and whoever is cancelled leaves nothing behind. A stream
that is over stays so, with one trouble that says why.
"""

from __future__ import annotations

import asyncio
import binascii
import logging
import ssl
from collections.abc import Callable
from typing import cast
from xml.etree.ElementTree import Element
from xml.sax.saxutils import quoteattr

# Before the import, which gives notice of a slower part. At its finest the library's log holds
# passwords, numbers and names; no setting of ours may bring that out.
logging.getLogger("slixmpp").setLevel(logging.CRITICAL + 1)

from slixmpp import JID, BaseXMPP, InvalidJID  # noqa: E402
from slixmpp.features.feature_mechanisms.stanza import (  # noqa: E402
    Auth,
    Challenge,
    Failure,
    Response,
    Success,
)
from slixmpp.features.feature_starttls.stanza import STARTTLS, Proceed  # noqa: E402
from slixmpp.stanza import StreamError, StreamFeatures  # noqa: E402
from slixmpp.xmlstream import StanzaBase  # noqa: E402
from slixmpp.xmlstream.tostring import tostring  # noqa: E402

from datev_connector.domain.wording import worded  # noqa: E402
from datev_connector.starface.trouble import LinkTrouble, Trouble, TroubleKind  # noqa: E402
from datev_connector.starface.xmpp.farewell import Farewell  # noqa: E402
from datev_connector.starface.xmpp.questions import Questions  # noqa: E402
from datev_connector.starface.xmpp.reader import (  # noqa: E402
    StanzaReader,
    StreamBroken,
    StreamLimits,
)
from datev_connector.starface.xmpp.sasl import TRANSIENT, BadChallenge, Mechanism  # noqa: E402
from datev_connector.starface.xmpp.stanzas import (  # noqa: E402
    BIND,
    CLIENT,
    PRESENCE,
    SASL,
    SESSION,
    STREAM,
    TLS,
    Offer,
    Refused,
    Request,
    condition_of,
    error_element,
    offer_of,
    request_of,
    stream_header,
)
from datev_connector.starface.xmpp.steps import Steps  # noqa: E402


class XmppClient(BaseXMPP):
    """One stream; made, opened step by step, used, closed, and not used again."""

    def __init__(
        self,
        *,
        where: str,
        limits: StreamLimits,
        on_request: Callable[[Request, XmppClient], None],
        on_over: Callable[[Trouble], None],
    ) -> None:
        """`where` names the server in troubles; `on_over` is called once, when the stream ends."""
        # The context given here is never used: without one the library would load its own.
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
        super().__init__(  # type: ignore[no-untyped-call]
            ssl_context=context, loop=asyncio.get_running_loop()
        )
        self.trouble: Trouble | None = None
        """Why the stream is over."""
        self.heard_s = 0.0
        """When the server sent something last, by the clock of the loop."""
        self._where = where
        self._outgoing = limits.outgoing
        self._reader = StanzaReader(limits)
        self._on_request = on_request
        self._on_over = on_over
        self._bound = False
        self._steps: Steps[StanzaBase] = Steps()
        self._questions = Questions(self._speakers)
        self._domain = ""
        self._farewell = Farewell(lambda: self.transport)

    # --- opening, step by step --------------------------------------------------------------------

    async def connect_to(self, host: str, port: int) -> None:
        """Open the connection. Raises OSError."""
        await self.loop.create_connection(lambda: self, host, port)

    async def open_stream(self, domain: str) -> Offer:
        """Begin a stream, or begin it anew; what the server offers. Raises LinkTrouble."""
        self._expect_silence()
        self._reader.restart()
        self._domain = domain
        self.send_raw(stream_header(domain))
        features = await self._next()
        if not isinstance(features, StreamFeatures):
            raise self._strange()
        return offer_of(features.xml)

    async def encrypt(self, context: ssl.SSLContext, host: str) -> bytes:
        """Shake hands inside the connection (STARTTLS); the DER certificate that was shown.

        Raises LinkTrouble and OSError (ssl.SSLError among them). Nothing secret has been sent.
        """
        self.send(STARTTLS())
        if not isinstance(await self._next(), Proceed):
            raise self.failed(TroubleKind.NO_STARTTLS)
        self._expect_silence()
        encrypted = await self._shake_hands(context, host)
        shown: bytes | None = encrypted.get_extra_info("ssl_object").getpeercert(binary_form=True)
        if shown is None:
            raise ssl.SSLError("the server shows no certificate")
        return shown

    async def _shake_hands(self, context: ssl.SSLContext, host: str) -> asyncio.Transport:
        plain = self.transport
        if plain is None:
            raise self.failed(TroubleKind.CUT)
        try:
            encrypted = await self.loop.start_tls(plain, self, context, server_hostname=host)
        except BaseException:
            # asyncio may or may not tell that the connection is lost.
            self._farewell.lost()
            raise
        # A connection that is cut meanwhile looks like success (asyncio).
        self._check()
        if encrypted is None or encrypted.is_closing():
            raise self.failed(TroubleKind.CUT)
        self.connection_made(encrypted)
        return encrypted

    async def sign_in(self, mechanism: Mechanism) -> None:
        """Prove who we are, in one form, once. Raises LinkTrouble."""
        request = Auth()
        request["mechanism"] = mechanism.name
        request["value"] = mechanism.first()
        self.send(request)
        try:
            while isinstance(answer := await self._next(), Challenge):
                response = Response()
                response["value"] = await asyncio.to_thread(mechanism.respond, answer["value"])
                self.send(response)
            if isinstance(answer, Success):
                mechanism.finish(answer["value"])
                return
        except (BadChallenge, binascii.Error) as error:
            raise self.failed(
                TroubleKind.STREAM_ERROR, worded("sign-in: {error}", error=str(error))
            ) from error
        if not isinstance(answer, Failure):
            raise self._strange()
        reason = condition_of(answer.xml, SASL)
        if reason in TRANSIENT:
            raise self.failed(TroubleKind.STREAM_ERROR, reason)
        raise self.failed(TroubleKind.SIGN_IN_REFUSED)

    async def bind(self, resource: str, offer: Offer) -> None:
        """Get our address, with this resource or another. Raises LinkTrouble."""
        if not offer.bind:
            raise self._strange()
        wanted = f"<resource>{resource}</resource>"
        try:
            answer = await self.ask("set", "", f"<bind xmlns='{BIND}'>{wanted}</bind>")
        except Refused:
            # It may still be taken by a line of ours that the server thinks alive.
            answer = await self._asked_for("set", f"<bind xmlns='{BIND}'/>")
        given = answer.findtext(f"{{{BIND}}}jid", "").strip()
        if not self.bare(given):
            raise self._strange()
        self.boundjid = JID(given)
        if offer.session:
            await self._asked_for("set", f"<session xmlns='{SESSION}'/>")
        self._bound = True
        self.send_raw(PRESENCE)

    @property
    def server_domain(self) -> str:
        """What the server calls itself in the header of its stream."""
        return self._reader.server_domain

    @property
    def own_address(self) -> str:
        """Our full address; empty before `bind`."""
        return str(self.boundjid.full)

    @property
    def domain(self) -> str:
        """The domain of our address."""
        return str(self.boundjid.domain)

    @staticmethod
    def bare(address: str) -> str:
        """An address without its resource, in its one form; empty if it is none."""
        try:
            return str(JID(address).bare)
        except InvalidJID:
            return ""

    # --- using it ---------------------------------------------------------------------------------

    async def ask(self, kind: str, to: str, content: str) -> Element:
        """What the server or `to` answers to an IQ with this content: the element in the answer.

        `kind` is "get" or "set". Raises Refused and LinkTrouble; waits without limit.
        """
        self._check()
        with self._questions.asked(_normal(to)) as (number, answered):
            addressee = f" to={quoteattr(to)}" if to else ""
            self.send_raw(f"<iq type='{kind}' id='{number}'{addressee}>{content}</iq>")
            return await answered

    def answer(self, request: Request, content: str = "") -> None:
        """Send the result of a request."""
        self._reply("result", request, content)

    def refuse(self, request: Request, condition: str) -> None:
        """Send an error instead (RFC 6120, 8.3)."""
        self._reply("error", request, error_element(condition))

    def fail(self, kind: TroubleKind, detail: str = "") -> None:
        """End the stream at once; the first to say why is right."""
        if self.trouble is not None:
            return
        trouble = Trouble(kind=kind, where=self._where, detail=detail)
        self._end(trouble)
        self._farewell.cut()
        self._on_over(trouble)

    def failed(self, kind: TroubleKind, detail: str = "") -> LinkTrouble:
        """End the stream at once; the error to raise."""
        self.fail(kind, detail)
        return LinkTrouble(self.trouble or Trouble(kind=kind, where=self._where, detail=detail))

    async def close(self) -> None:
        """End the stream with a word, the connection in any case."""
        if self.trouble is None:
            self._end(Trouble(kind=TroubleKind.CUT, where=self._where))
            self._farewell.say(begun=self._reader.begun)
        await self._farewell.finish()

    # --- what the library and the loop call -------------------------------------------------------

    def connection_made(self, transport: asyncio.BaseTransport, send_event: bool = True) -> None:  # noqa: FBT001, FBT002 -- the library's
        """Keep the transport; streams are opened on demand."""
        self.transport = cast("asyncio.Transport", transport)
        self.transport.set_write_buffer_limits(high=self._outgoing)

    def connection_lost(self, exception: BaseException | None) -> None:
        """Say so to everybody who waits."""
        self.transport = None
        self._farewell.lost()
        self.fail(TroubleKind.CUT)

    def pause_writing(self) -> None:
        """Read nothing more from a server that does not read what we answer."""
        if self.transport is not None:
            self.transport.pause_reading()

    def resume_writing(self) -> None:
        """Read on."""
        if self.transport is not None and not self.transport.is_closing():
            self.transport.resume_reading()

    def data_received(self, data: bytes | str) -> None:
        """Read and hand on."""
        if self.trouble is not None or isinstance(data, str):
            return
        self.heard_s = self.loop.time()
        try:
            for stanza in self._reader.feed(data):
                if not self._take(stanza):
                    return
        except StreamBroken as broken:
            self.fail(broken.kind, broken.detail)

    def send(self, data: StanzaBase | str, use_filters: bool = True) -> None:  # noqa: FBT001, FBT002 -- the library's
        """Write at once; the library would queue for a task of its own."""
        if isinstance(data, StanzaBase):
            data = tostring(data.xml, xmlns=self.default_ns, stream=self, top_level=True)
        self.send_raw(data)

    def send_raw(self, data: str | bytes) -> None:
        """Write at once. Raises LinkTrouble if the stream is over."""
        self._check()
        super().send_raw(data)

    # --- inside -----------------------------------------------------------------------------------

    def _take(self, element: Element) -> bool:
        """Whether the stream goes on after it."""
        if element.tag == f"{{{CLIENT}}}iq":
            self._iq(element)
        elif element.tag == f"{{{STREAM}}}error":
            self._stream_error(StreamError(self, element, recv=True))
        elif not self._bound and element.tag in OPENING:
            self._keep(OPENING[element.tag](self, element))
        return self.trouble is None

    def _keep(self, step: StanzaBase) -> None:
        """Keep what whoever opens the stream waits for."""
        self._steps.add(step)
        if self._steps.too_many:
            self.fail(TroubleKind.STREAM_ERROR, worded("it does not wait for answers"))

    def _stream_error(self, error: StreamError) -> None:
        condition = error["condition"] or "undefined-condition"
        if condition in {"host-unknown", "host-gone"}:
            self.fail(TroubleKind.DOMAIN_UNKNOWN, self._domain)
        self.fail(TroubleKind.STREAM_ERROR, condition)

    def _iq(self, iq: Element) -> None:
        kind, sender = iq.get("type"), iq.get("from", "")
        if kind in {"result", "error"}:
            self._questions.answered(iq, _normal(sender))
        elif kind in {"get", "set"} and iq.get("id") and self._bound:
            addressee = _normal(iq.get("to", ""))
            request = request_of(iq, sender_bare=self.bare(sender), addressee=addressee)
            self._on_request(request, self)

    def _speakers(self, to: str) -> set[str]:
        """Who may answer what was sent to `to` (RFC 6120, 8.1.2.1)."""
        if to and to != self.domain:
            return {to}
        return {"", to, self.domain, str(self.boundjid.bare), self.own_address, self.server_domain}

    async def _asked_for(self, kind: str, content: str) -> Element:
        """As `ask` of the server, in steps without which there is no stream."""
        try:
            return await self.ask(kind, "", content)
        except Refused as refused:
            raise self.failed(TroubleKind.STREAM_ERROR, refused.condition) from refused

    async def _next(self) -> StanzaBase:
        """The next element that belongs to the opening of the stream."""
        if not self._steps.waiting:
            self._check()
        return await self._steps.next()

    def _reply(self, kind: str, request: Request, content: str) -> None:
        if self.transport is None or self.trouble is not None:
            return
        to = f" to={quoteattr(request.sender)}" if request.sender else ""
        self.send_raw(f"<iq type='{kind}' id={quoteattr(request.number)}{to}>{content}</iq>")

    def _check(self) -> None:
        if self.trouble is not None:
            raise LinkTrouble(self.trouble)

    def _expect_silence(self) -> None:
        """Nothing may follow what ended a stream: it would be taken for part of the next."""
        self._check()
        if self._steps.waiting or self._reader.amid_stanza:
            raise self.failed(TroubleKind.STREAM_ERROR, worded("it does not wait for answers"))

    def _strange(self) -> LinkTrouble:
        return self.failed(TroubleKind.STREAM_ERROR, worded("it answers against the rules"))

    def _end(self, trouble: Trouble) -> None:
        """Take nothing more in, and tell everybody who waits."""
        self.trouble = trouble
        self._questions.end(trouble)
        self._steps.end(trouble)


OPENING: dict[str, type[StanzaBase]] = {
    f"{{{STREAM}}}features": StreamFeatures,
    f"{{{TLS}}}proceed": Proceed,
    f"{{{TLS}}}failure": StanzaBase,
    f"{{{SASL}}}challenge": Challenge,
    f"{{{SASL}}}success": Success,
    f"{{{SASL}}}failure": Failure,
}


def _normal(address: str) -> str:
    """The one form of an address; an impossible one equals none but itself."""
    try:
        return str(JID(address).full)
    except InvalidJID:
        return address
