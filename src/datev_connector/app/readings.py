"""What else a text says: below its escapes, and in what is packed as base64 or in hexadecimal.

Libraries quote what they complain of, as addresses, XML, JSON and texts of Python do it. Whoever
looks for a name must look there as well, and hide it in the text as it stands.
"""

from __future__ import annotations

import base64
import html
import re
from bisect import bisect_right
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass

from datev_connector.domain.masking import HIDDEN

Span = tuple[int, int]
"""Beginning and end."""
Part = tuple[int, int, str]
"""Beginning and end, and what is shown in its place."""

_ESCAPE = re.compile(
    r"[%\\&+](?:"  # a class of letters first: most of a text is passed over at once
    r"(?P<bytes>(?<=%)[0-9a-f]{2}(?:%[0-9a-f]{2})*|(?<=\\)\\*x[0-9a-f]{2}(?:\\+x[0-9a-f]{2})*)"
    r"|(?P<units>(?<=\\)\\*u[0-9a-f]{4}(?:\\+u[0-9a-f]{4})*)"
    r"|(?P<entity>(?<=&)(?:amp;)*(?:#\d{1,7}|#x[0-9a-f]{1,6}|[a-z]{2,8});)"
    r"|(?<=\\)(?P<in_a_jid>2[0267f]|3[ace]|40|5c)"  # XEP-0106
    r"|(?<=\\)\\*(?P<control>[nrtfv])"
    r"|(?<=\\)\\*(?P<quote>[\"'])"
    r"|(?P<backslash>(?<=\\)\\+)"
    r"|(?P<blank>(?<=[\w)]\+)(?<!\\[nrtfv]\+)(?=[\w(])(?!\d\d:\d\d))"  # of an address, not a zone
    r")",
    re.IGNORECASE,
)
_HINTS = frozenset("%\\&+")
_CONTROLS = {"n": "\n", "r": "\r", "t": "\t", "f": "\f", "v": "\v"}
_BEFORE_HEX = re.compile(r"%|\\+[xu]", re.IGNORECASE)
_AMPS = re.compile(r"(?:amp;)+", re.IGNORECASE)
_PACKED = tuple(
    re.compile(form) for form in (r"[A-Za-z0-9+/]{8,}", r"[A-Za-z0-9_-]{8,}", r"[0-9A-Fa-f]{12,}")
)
_FRAMING = str.maketrans("\0\t\r\n", "    ")
"""Characters between the parts of what signs in, and between lines."""


@dataclass(frozen=True, slots=True)
class Below:
    """A text without its escapes, and where its characters stand in the text with them."""

    text: str
    _begins: tuple[int, ...]
    """Of its pieces, in this text."""
    _there: tuple[tuple[int, int, bool], ...]
    """Beginning and end of each piece there, and whether it is an escape, which is one whole."""

    def there(self, start: int, end: int) -> Span:
        """Where a part of this text stands; it is not empty."""
        first = bisect_right(self._begins, start) - 1
        last = bisect_right(self._begins, end - 1) - 1
        begin, _, escaped = self._there[first]
        stop_begin, stop_end, stop_escaped = self._there[last]
        return (
            begin if escaped else begin + start - self._begins[first],
            stop_end if stop_escaped else stop_begin + end - self._begins[last],
        )


def below_escapes(text: str) -> Below | None:
    """Read what stands below the escapes of a text; None: there are none."""
    if _HINTS.isdisjoint(text):
        return None
    pieces, there, done = list[str](), list[tuple[int, int, bool]](), 0
    for found in _ESCAPE.finditer(text):
        for piece, start, escaped in (
            (text[done : found.start()], done, False),
            (_read(found), found.start(), True),
        ):
            if piece:
                pieces.append(piece)
                there.append((start, found.end() if escaped else found.start(), escaped))
        done = found.end()
    if not done:
        return None
    if done < len(text):
        pieces.append(text[done:])
        there.append((done, len(text), False))
    begins = [0]
    for piece in pieces[:-1]:
        begins.append(begins[-1] + len(piece))
    return Below("".join(pieces), tuple(begins), tuple(there))


def everywhere(text: str, found: Callable[[str], Iterable[Part]]) -> Iterator[Part]:
    """Give what is found in a text as it stands, and below its escapes."""
    yield from found(text)
    below = below_escapes(text)
    if below is not None:
        yield from ((*below.there(start, end), shown) for start, end, shown in found(below.text))


def packed(text: str) -> Iterator[tuple[Span, str]]:
    """Give what may be packed, as it stands in a text."""
    for form in _PACKED:
        for found in form.finditer(text):
            yield found.span(), found[0]


def unpacked(token: str) -> Iterator[str]:
    """What it may say; nothing that is no plain text."""
    for raw in _bytes_of(token):
        yield from _texts(raw)


def exchanged(text: str, parts: Iterable[Part]) -> str:
    """The text with these parts exchanged; of two that overlap the longer one counts."""
    pieces, done = list[str](), 0
    for start, end, shown in _apart(sorted(parts)):
        pieces += (text[done:start], shown)
        done = end
    return "".join((*pieces, text[done:])) if pieces else text


def _apart(parts: Iterable[Part]) -> Iterator[Part]:
    """The same parts, those that overlap as one."""
    before: Part | None = None
    for part in parts:
        if before is not None and part[0] < before[1]:
            before = _both(before, part)
            continue
        if before is not None:
            yield before
        before = part
    if before is not None:
        yield before


def _both(one: Part, other: Part) -> Part:
    """Two that overlap, as one; what is neither's form of showing itself is hidden."""
    start, end = one[0], max(one[1], other[1])
    shown = {each[2] for each in (one, other) if each[:2] == (start, end)}
    kept = len(shown) == 1 and HIDDEN not in {one[2], other[2]}
    return start, end, shown.pop() if kept else HIDDEN


def _read(found: re.Match[str]) -> str:
    match found.lastgroup:
        case "bytes":
            return _decoded(_hex(found[0]))
        case "units":
            return _hex(found[0]).decode("utf-16-be", "replace")
        case "entity":
            return html.unescape(_AMPS.sub("", found[0], 1))
        case "in_a_jid":
            return chr(int(found["in_a_jid"], 16))
        case "control":
            return _CONTROLS[found["control"].lower()]
        case _:
            return found["quote"] or ("\\" if found["backslash"] else " ")


def _hex(escapes: str) -> bytes:
    return bytes.fromhex(_BEFORE_HEX.sub("", escapes))


def _decoded(raw: bytes) -> str:
    try:
        return raw.decode()
    except UnicodeDecodeError:
        return raw.decode("latin-1")


def _bytes_of(token: str) -> Iterator[bytes]:
    standard = token.translate(str.maketrans("-_", "+/"))
    whole = standard[: len(standard) - (len(standard) % 4 == 1)]  # one alone holds no byte
    yield base64.b64decode(whole + "=" * (-len(whole) % 4))
    if len(token) % 2 == 0:
        try:
            yield bytes.fromhex(token)
        except ValueError:
            return


def _texts(raw: bytes) -> Iterator[str]:
    """What these bytes say in the usual encodings; by chance bytes are seldom printable."""
    for encoding in ("utf-8", "cp1252", "utf-16-le", "utf-16-be"):
        try:
            text = raw.decode(encoding).translate(_FRAMING)
        except UnicodeDecodeError:
            continue
        if text.isprintable():
            yield text
