"""How the XMPP door treats whoever comes: properly, or in one of the ways that go wrong."""

from __future__ import annotations

from enum import StrEnum

WEB_ANSWER = (
    "HTTP/1.1 400 Bad Request\r\nContent-Type: text/html\r\nContent-Length: 24\r\n"
    "Connection: close\r\n\r\n<html>Bad Request</html>"
)


class Manners(StrEnum):
    """May be changed at any time; holds for what comes from then on."""

    PROPER = "proper"
    SILENT = "silent"
    """Takes connections and never says a word; also to clients that are in already."""

    SILENT_AFTER_HEADER = "silent-after-header"
    """Opens the stream and offers nothing."""

    WEB_SERVER = "web-server"
    """Answers like a web server."""

    CLOSES = "closes"
    """Takes connections and breaks them at once."""

    ERROR = "error"
    """Opens the stream only to end it with an error, as a server that starts or stops."""
