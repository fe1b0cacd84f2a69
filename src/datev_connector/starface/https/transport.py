"""Carries method calls to the PBX over HTTP(S) and brings the answers back (STARFACE UCI).

Whatever comes back that is not an answer becomes a `LinkTrouble`: a redirect, a web page, a status,
silence, a body too long.
"""

from __future__ import annotations

from collections.abc import Mapping
from http import HTTPStatus

from datev_connector.domain.wording import worded
from datev_connector.starface.https.client import HttpAnswer, HttpClient, Unreadable
from datev_connector.starface.trouble import LinkTrouble, Trouble, TroubleKind
from datev_connector.starface.wire.xmlrpc import Fault, MethodCall, MethodResponse, encode
from datev_connector.starface.wire.xmlrpc_reader import DEFAULT_LIMITS, NotXmlRpc, decode

XML_RPC = "/xml-rpc"
HEADERS = {
    "Content-Type": "text/xml; charset=utf-8",
    "Accept": "text/xml, application/xml",
}
ONCE_ONLY = (".login", ".placeCallWithPhone")
"""Requests that must not be repeated when it is unknown whether the first one arrived."""


class HttpsTransport:
    """UCI over one HTTP client."""

    def __init__(self, client: HttpClient) -> None:
        """`client` is used, and closed in the end."""
        self._client = client

    async def call(
        self, call: MethodCall, query: Mapping[str, str] | None = None
    ) -> MethodResponse | Fault:
        """The answer of the PBX to a call signed in by `query`.

        Raises LinkTrouble if there is none, Unsendable for bad values.
        """
        body = encode(call)
        try:
            return await self._exchange(body, query)
        except LinkTrouble as failed:
            # A kept connection may have been closed at the same moment; a fresh one tells.
            cut = failed.trouble.kind is TroubleKind.CUT and not self._client.closed
            if not cut or call.method.endswith(ONCE_ONLY):
                raise
        return await self._exchange(body, query)

    async def close(self) -> None:
        """Close every connection."""
        await self._client.close()

    async def _exchange(
        self, body: bytes, query: Mapping[str, str] | None
    ) -> MethodResponse | Fault:
        try:
            answer = await self._client.exchange(
                "POST",
                XML_RPC,
                body=body,
                headers=HEADERS,
                secret_query=query,
                limit=DEFAULT_LIMITS.size,
            )
        except Unreadable as error:
            raise self._no_xml_rpc(str(error)) from error
        return self._read(answer)

    def _read(self, answer: HttpAnswer) -> MethodResponse | Fault:
        if answer.redirects:
            raise self._failed(TroubleKind.REDIRECT)
        if answer.status in {HTTPStatus.UNAUTHORIZED, HTTPStatus.FORBIDDEN}:
            raise self._failed(TroubleKind.UNAUTHORIZED, str(answer.status))
        if answer.status != HTTPStatus.OK:
            raise self._failed(TroubleKind.HTTP_STATUS, str(answer.status))
        if answer.is_page:
            raise self._failed(TroubleKind.WEB_PAGE)
        try:
            message = decode(answer.body)
        except NotXmlRpc as error:
            raise self._no_xml_rpc(str(error)) from error
        if isinstance(message, MethodCall):
            raise self._no_xml_rpc(worded("a call instead of an answer"))
        return message

    def _failed(self, kind: TroubleKind, detail: str = "") -> LinkTrouble:
        return LinkTrouble(Trouble(kind=kind, where=str(self._client.address), detail=detail))

    def _no_xml_rpc(self, why: str) -> LinkTrouble:
        return self._failed(TroubleKind.NO_XML_RPC, why)
