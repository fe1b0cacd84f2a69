"""What an answer of DATEVconnect, or the lack of one, means."""

from __future__ import annotations

import errno
import json
import socket
import ssl
from dataclasses import dataclass
from http import HTTPStatus
from typing import Any

from datev_connector.datev.master_data.connect.troubles import Wrong, trouble
from datev_connector.datev.master_data.connect.wire import NoHttp, Silent
from datev_connector.datev.master_data.trouble import Trouble
from datev_connector.domain.wording import worded
from datev_connector.network.tls import CertificateChanged

WEB_PAGE_STARTS = (b"<!doctype html", b"<html")
NO_RIGHT = b"DCO10400"
NOT_LOADED = b"none of the loaded plug-ins"
WINDOWS_HTTP = "microsoft-httpapi"
CUT_SHORT = (ConnectionResetError, ConnectionAbortedError, BrokenPipeError)
REFUSED_MARK = f"[Errno {errno.ECONNREFUSED}]"
WRONG_NAME = frozenset({62, 64})
"""X509_V_ERR_HOSTNAME_MISMATCH and X509_V_ERR_IP_ADDRESS_MISMATCH of OpenSSL."""
WRONG_NAME_ON_WINDOWS = "CN name does not match"
_STATUSES: dict[int, Wrong] = {
    HTTPStatus.BAD_REQUEST: Wrong.BAD_REQUEST,
    HTTPStatus.NOT_ACCEPTABLE: Wrong.NOT_ACCEPTABLE,
    HTTPStatus.REQUESTED_RANGE_NOT_SATISFIABLE: Wrong.TOO_LARGE,
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Answer:
    """One answer. Of a list `body` holds only its beginning, if anything."""

    status: int
    content_type: str = ""
    packed: bool = False
    """Compressed, though nobody asked for it."""
    server: str = ""
    body: bytes = b""

    @property
    def is_page(self) -> bool:
        """Tell whether this is meant for a browser."""
        if self.body[:1] == b"{":
            return False
        html = "html" in self.content_type.lower()
        return html or self.body[:100].lstrip().lower().startswith(WEB_PAGE_STARTS)

    def trouble(self, what: str, where: str) -> Trouble | None:
        """Why it holds nothing to read; None if it does. `what` was asked for, in plain words."""
        if HTTPStatus.OK <= self.status < HTTPStatus.MULTIPLE_CHOICES:
            return self._no_data(where)
        wrong = self._wrong()
        status = worded("HTTP status {status}", status=self.status)
        failed = worded("{what} ({status})", what=what, status=status)
        details = {Wrong.SERVER_ERROR: failed, Wrong.HTTP_STATUS: status}
        return trouble(wrong, where=where, detail=details.get(wrong, what))

    def value(self) -> Any:
        """The JSON value. Raises ValueError."""
        try:
            return json.loads(self.body.decode("utf-8-sig"), strict=False)
        except RecursionError as error:
            raise ValueError("nested too deep") from error

    def _no_data(self, where: str) -> Trouble | None:
        if self.is_page:
            return trouble(Wrong.WEB_PAGE, where=where)
        if self.packed:
            return trouble(
                Wrong.NO_JSON, where=where, detail=worded("packed, though nobody asked for it")
            )
        if self.body[:1] == b"<":
            return trouble(Wrong.NO_JSON, where=where, detail="XML")
        return None

    def _wrong(self) -> Wrong:
        status = self.status
        if HTTPStatus.MULTIPLE_CHOICES <= status < HTTPStatus.BAD_REQUEST:
            return Wrong.REDIRECT
        if status >= HTTPStatus.INTERNAL_SERVER_ERROR:
            return Wrong.SERVER_ERROR
        if status == HTTPStatus.FORBIDDEN:
            return self._forbidden()
        if status == HTTPStatus.NOT_FOUND:
            return Wrong.DOMAIN_UNKNOWN if NOT_LOADED in self.body else Wrong.NOT_FOUND
        return _STATUSES.get(status, Wrong.HTTP_STATUS)

    def _forbidden(self) -> Wrong:
        if NO_RIGHT in self.body:
            return Wrong.RIGHT_MISSING
        windows = self.server.lower().startswith(WINDOWS_HTTP)
        return Wrong.REFUSED_BEFORE_DATEV if windows and not self.body else Wrong.FORBIDDEN


def trouble_of(error: BaseException, where: str) -> Trouble:
    """What an error of a request or of a connection means."""
    match error:
        case Silent():
            return trouble(Wrong.SILENT, where=where)
        case NoHttp():
            return trouble(Wrong.NO_HTTP, where=where)
        case _:
            return _trouble_of_connection(error, where)


def _trouble_of_connection(error: BaseException, where: str) -> Trouble:
    match error:
        case CertificateChanged():
            wrong, detail = Wrong.CERTIFICATE_CHANGED, error.difference
        case ssl.SSLCertVerificationError():
            wrong, detail = _untrusted(error)
        case ssl.SSLError():
            wrong, detail = Wrong.NO_TLS, getattr(error, "reason", None) or worded("no TLS")
        case socket.gaierror() | ValueError():  # the latter: a name that none can be
            wrong, detail = Wrong.NAME_UNKNOWN, ""
        case ConnectionRefusedError():
            wrong, detail = Wrong.REFUSED_CONNECTION, ""
        case OSError() if REFUSED_MARK in str(error):  # several addresses, all of them closed
            wrong, detail = Wrong.REFUSED_CONNECTION, ""
        case _ if isinstance(error, CUT_SHORT):
            wrong, detail = Wrong.CUT, ""
        case _:
            wrong, detail = Wrong.UNREACHABLE, ""
    return trouble(wrong, where=where, detail=detail)


def _untrusted(error: ssl.SSLCertVerificationError) -> tuple[Wrong, str]:
    message = str(getattr(error, "verify_message", "") or worded("not verified"))
    if getattr(error, "verify_code", 0) in WRONG_NAME or WRONG_NAME_ON_WINDOWS in message:
        return Wrong.CERTIFICATE_NAME, ""
    return Wrong.CERTIFICATE_UNTRUSTED, message
