"""Faults of the DATEVconnect stand-in on demand."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from datev_connector.simulators.datev.rest_message import Response, error_response

HTML_PAGE = "<!DOCTYPE html><html><head><title>Anmeldung</title></head><body>Proxy</body></html>"


class Refusal(StrEnum):
    """How a user without the right is turned away."""

    WITH_CODE = "with-code"  # 403 with DCO10400
    EMPTY = "empty"  # 403 without body: refused before DATEV is reached


@dataclass(slots=True)
class RestFaults:
    """What goes wrong at the moment; set the fields, `clear` to mend all.

    html: every answer is a web page with status 200.
    cut_lists: so many of the next lists stop after half of their entries.
    refusal: the user has lost the right.
    failure: every answer has this status, for example 500 or 503.
    """

    html: bool = False
    cut_lists: int = 0
    refusal: Refusal | None = None
    failure: int | None = None

    def clear(self) -> None:
        """All in order again."""
        self.html = False
        self.cut_lists = 0
        self.refusal = None
        self.failure = None

    def cuts_list(self) -> bool:
        """Whether the list about to be sent is one to cut; counts it."""
        if not self.cut_lists:
            return False
        self.cut_lists -= 1
        return True

    def instead(self) -> Response | None:
        """What is sent instead of the proper answer to a user who has signed in."""
        if self.html:
            headers = (("Content-Type", "text/html; charset=utf-8"),)
            return Response(headers=headers, body=HTML_PAGE.encode())
        if self.refusal is Refusal.EMPTY:
            return Response(status=403, headers=(("Server", "Microsoft-HTTPAPI/2.0"),))
        if self.refusal is Refusal.WITH_CODE:
            return error_response(403, "DCO10400", "The user has no right to use DATEVconnect.")
        if self.failure is not None:
            return error_response(self.failure, "server_error", "The service failed.")
        return None
