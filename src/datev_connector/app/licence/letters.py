"""A licence as letters that survive every way: e-mail, web form, word processor, fax.

Only capital letters and the digits 2 to 7 carry anything (RFC 4648, base32), so nothing is lost
where blanks, line breaks, hyphens, quotation marks or marks of an encoding are added: whatever is
no letter or digit of ASCII is passed over. Every letter counts, and so do those of the lines that
say where the licence begins and ends; who leaves these lines out may.
"""

from __future__ import annotations

import base64
import binascii
import re

from datev_connector.domain.licences import Flaw

LONGEST = 1 << 20
"""Characters or bytes that are looked at."""
MOST_LETTERS = 8192
"""Longer than any licence."""
LONGEST_PAGE = 100_000
"""Longer texts are not searched for markup: that would take a while."""
LINE = 60
BEGIN = "BEGIN DATEV CONNECTOR LICENCE"
END = "END DATEV CONNECTOR LICENCE"
GROUP = 5
"""Bytes that make eight whole letters."""
MAGIC = b"DCLIC"
"""Every licence begins with these bytes, so that it is known by its first eight letters."""

_BEGIN, _END = BEGIN.replace(" ", ""), END.replace(" ", "")
_FIRST = base64.b32encode(MAGIC).decode("ascii")
_MARKUP = re.compile(
    r"&(?:[A-Za-z]{2,8}|#[0-9]{1,6}|#[xX][0-9A-Fa-f]{1,5});|</?[A-Za-z]{1,10} ?/?>"
)
"""What a web page makes of blanks and line breaks."""
_SILENT = re.compile(r"[^A-Za-z0-9]+")


def as_text(blob: bytes) -> str:
    """Write bytes, a multiple of `GROUP`, as lines."""
    letters = base64.b32encode(blob).decode("ascii")
    lines = [letters[at : at + LINE] for at in range(0, len(letters), LINE)]
    return "\n".join([f"-----{BEGIN}-----", *lines, f"-----{END}-----", ""])


def from_text(text: str) -> bytes | Flaw | None:
    """Read the bytes of a text, which begin with `MAGIC`; None: it holds nothing."""
    if len(text) > LONGEST:
        return Flaw.TOO_LONG
    bare = _MARKUP.sub("", text) if len(text) <= LONGEST_PAGE else text
    squeezed = _SILENT.sub("", bare)
    before, begun, rest = squeezed.partition(_BEGIN)
    letters, ended, after = (rest if begun else before).partition(_END)
    if _BEGIN in after:
        return Flaw.SEVERAL
    if not letters:
        return Flaw.DAMAGED if begun or ended else None
    if len(letters) > MOST_LETTERS:
        return Flaw.TOO_LONG
    is_ours = bool(begun or ended) or letters.startswith(_FIRST)
    return _decoded(letters) or (Flaw.DAMAGED if is_ours else Flaw.FOREIGN)


def from_bytes(raw: bytes) -> bytes | Flaw | None:
    """Read what a file holds, in whatever encoding: ASCII is found in every usual one."""
    if len(raw) > LONGEST:
        return Flaw.TOO_LONG
    return from_text(raw.decode("latin-1").replace("\0", ""))


def _decoded(letters: str) -> bytes | None:
    try:
        blob = base64.b32decode(letters)
    except binascii.Error:
        return None
    return blob if blob.startswith(MAGIC) else None
